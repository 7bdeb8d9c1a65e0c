"""Every limit the product sets itself, in one table: name, default, help.

A limit is overridden by the environment variable GIS_NTM_<NAME>; `manage.py check` refuses values
that are not positive whole numbers. No other module holds such a figure.
"""

from dataclasses import dataclass

from environs import Env


@dataclass(frozen=True)
class Limit:
    name: str
    default: int
    help: str


LIMITS = (
    Limit("SMALL_COUNT", 5, "Counts of households below this are hidden from those not entitled."),
    Limit("STATEMENT_TIMEOUT_MS", 20_000, "A page's or tile's SQL statement is cancelled after this long."),
    Limit("PAGE_ROWS", 100, "Rows on one page of a table."),
    Limit("FEATURES_MAX", 1_000, "Features on one page of OGC API Features."),
    Limit("SEARCH_RESULTS", 12, "Results of one search."),
    Limit("TILE_CACHE_BYTES", 64 * 1024**2, "Memory for finished tiles in one process."),
    Limit("VIEWER_MEMO_SECONDS", 5, "How long a process may trust what it read about a signed-in viewer."),
    Limit("UPLOAD_BYTES", 600 * 1024**2, "Size of one uploaded file."),
    Limit("ARCHIVE_BYTES", 2 * 1024**3, "Size of an uploaded archive once unpacked."),
    Limit("ARCHIVE_RATIO", 200, "Unpacked size of an archive member over its packed size."),
    Limit("ARCHIVE_MEMBERS", 500, "Files in one uploaded archive."),
    Limit("IMPORT_BATCH", 5_000, "Rows of a file held in memory at a time."),
    Limit("IMPORT_BATCH_BYTES", 16 * 1024**2, "Size of the shapes of a file held in memory at a time."),
    Limit("PAPER_SHAPES", 20_000, "Rows of one layer drawn on one map on paper."),
    Limit("TOPOLOGY_VERTICES", 5_000_000, "Overlaps and gaps are looked for in files of up to so many vertices."),
    Limit("PREVIEW_SHAPES", 3_000, "Shapes of a checked file shown on the map of its page."),
    Limit("REPORT_ROWS", 10_000, "Row findings kept of one import run; the rest are counted."),
    Limit("SHEET_BYTES", 5 * 1024**2, "Size of a sheet of indicators."),
    Limit("EVIDENCE_BYTES", 15 * 1024**2, "Size of one photo or document sent as evidence."),
    Limit("EVIDENCE_FILES", 10, "Files of evidence sent at a time."),
    Limit("EVIDENCE_PIXELS", 60_000_000, "Pixels of a photo that is looked at at all."),
    Limit(
        "REHEARSED", 3_000, "Results of communes (one a year) that a change of a criteria set is tried on beforehand."
    ),
    Limit("YEARS_AHEAD", 10, "Years ahead for which a goal of the roadmap or the deadline of a finding may be set."),
    Limit("EVIDENCE_SIDE", 2_400, "Longer side of a photo as it is kept, in pixels."),
    Limit(
        "ISOLATED_PERCENT", 20, "Roads are not ranked while more of the persons, in percent, are joined to no centre."
    ),
    Limit("NETWORK_FINDINGS", 1_000, "Findings of a kind listed in one report on the network; the rest are counted."),
    Limit("NETWORKS_KEPT", 6, "Networks of provinces, households on them and reports that one process keeps, each."),
    Limit("TRAVELS_KEPT", 64, "Travel times (one province, service, mode and season each) that one process keeps."),
    Limit("ISOCHRONE_EDGES", 8_000, "Road edges coloured by travel time in one answer; of more, none."),
    Limit("REPORT_DAYS", 30, "Days for which a report that was made can be downloaded."),
    Limit("REPORT_SILENCE_MINUTES", 15, "A report whose worker says nothing for so long has broken off."),
    Limit("REPORTS_WAITING", 10, "Reports that one user may have waiting or being made."),
    Limit("FIELD_RECORD_BYTES", 256 * 1024, "Size of one record from the field, opened."),
    Limit("FIELD_BATCH_BYTES", 1024**2, "Size of one batch of records, as sent."),
    Limit("FIELD_BATCH_ITEMS", 50, "Records in one batch."),
    Limit("FIELD_PHOTO_BYTES", 10 * 1024**2, "Size of one photo from the field."),
    Limit("FIELD_PHOTOS", 5, "Photos of one record."),
    Limit("FIELD_CHUNK_BYTES", 1024**2, "Size of one piece of a photo's upload."),
    Limit("FIELD_COLLECT_BYTES", 12 * 1024**2, "Size of one request of ODK Collect."),
    Limit("FIELD_EXPORT_BYTES", 600 * 1024**2, "Size of one export file carried by hand."),
    Limit("FIELD_REQUESTS_MINUTE", 600, "Requests of one device in a minute."),
    Limit("FIELD_DISK_FREE_BYTES", 1024**3, "Free space below which no record is accepted."),
    Limit("FIELD_RECORDS_PAGE", 500, "Records of one answer to a phone."),
    Limit("FIELD_CURSOR_DAYS", 90, "How long a phone may stay away before it must load all records again."),
    Limit("FIELD_HELD_DAYS", 5, "How long a record waits for the earlier one that it builds on."),
    Limit("FIELD_LIST_DAYS", 14, "How long a phone may show its list without signing in anew."),
    Limit("FIELD_PACK_HOURS", 24, "How old a commune's offline map may grow before it is made anew."),
    Limit("FIELD_PACK_BYTES", 80 * 1024**2, "Size of a commune's offline map."),
    Limit("FIELD_APP_MINIMUM", 1, "The oldest version of the app that is still understood."),
    Limit("SOLVERS", 2, "Plans computed at once beside one web process or worker; more wait for these."),
    Limit("PLAN_PAGE_SECONDS", 10, "How long a page waits for a plan before it has it computed in the background."),
    Limit("LOGIN_FAILURES", 5, "Failed logins of one name from one address before it must wait."),
    Limit("LOGIN_WAIT_MINUTES", 15, "How long it must wait."),
)


def read_limits(env: Env) -> dict[str, int]:
    """Return every limit by name, the environment's value before the default."""
    return {limit.name: env.int(f"GIS_NTM_{limit.name}", limit.default) for limit in LIMITS}
