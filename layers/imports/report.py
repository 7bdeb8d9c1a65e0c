"""What is told of a run: its findings, how many of each, and what it looks like on a map."""

import json
from typing import Any

import numpy as np
import shapely
from django.conf import settings

from layers.models import ImportRun

from .context import Job
from .shapes import WARNING
from .sources import Source
from .staging import FOUND_COLUMNS, copy
from .statements import execute, fetch
from .topology import Flaw, flaws

TABLES = (
    "import_rows", "import_found", "import_keys", "import_plan", "import_points", "import_places", "import_units",
    "import_years", "import_reviews", "import_names",
)  # fmt: skip
#: So many findings of each kind are kept, however many there are of others.
EACH = 200


def clear() -> None:
    """Drop the temporary tables of a run."""
    for table in TABLES:
        execute("DROP TABLE IF EXISTS {table}", table=table)


def of_source(source: Source) -> None:
    """Report what concerns the file as a whole."""
    rows: list[tuple[object, ...]] = [
        ("", "", "", WARNING, skipped.code, json.dumps(skipped.params)) for skipped in source.skipped
    ]
    if not source.encoding.sure:
        rows.append(("", "", "", WARNING, "encoding_unsure", json.dumps({"encoding": source.encoding.encoding})))
    copy("import_found", FOUND_COLUMNS, rows)


def of_topology() -> None:
    """Report how the units of a file overlap and where they leave gaps."""
    # Rows that cannot be stored count as well: what they cover is no gap.
    polygons = "GeometryType(geom) = 'MULTIPOLYGON'"
    vertices, count = fetch(f"SELECT coalesce(sum(ST_NPoints(geom)), 0), count(*) FROM import_rows WHERE {polygons}")[0]  # noqa: S608
    if count < 2:
        return
    if vertices > settings.LIMITS["TOPOLOGY_VERTICES"]:
        unchecked = ("", "", "", WARNING, "topology_not_checked", json.dumps({"count": vertices}))
        copy("import_found", FOUND_COLUMNS, [unchecked])
        return
    rows = fetch(f"SELECT line, name, ST_AsBinary(geom) FROM import_rows WHERE {polygons} ORDER BY row_id")  # noqa: S608
    units = shapely.from_wkb(np.array([bytes(wkb) for _line, _name, wkb in rows], dtype=object))
    overlaps, gaps = flaws(units)

    def finding(flaw: Flaw, code: str) -> tuple[object, ...]:
        params: dict[str, Any] = {"area": round(flaw.area_m2), "place": f"{flaw.place[0]} {flaw.place[1]}"}
        if flaw.second is not None:
            params |= {"second": rows[flaw.second][0], "name": rows[flaw.second][1]}
        return (rows[flaw.first][0], "", rows[flaw.first][1], WARNING, code, json.dumps(params, ensure_ascii=False))

    copy("import_found", FOUND_COLUMNS, (finding(flaw, "overlap") for flaw in overlaps))
    copy("import_found", FOUND_COLUMNS, (finding(flaw, "gap") for flaw in gaps))


def tally(job: Job) -> dict[str, Any]:
    """Return how many rows and findings there are, by kind."""
    found = fetch("SELECT severity, code, count(*) FROM import_found GROUP BY 1, 2 ORDER BY 1, 2")
    bad_rows = fetch("SELECT count(*) FROM import_rows WHERE bad")[0][0]
    return {
        "rows": job.stage.rows,
        "bad_rows": bad_rows,
        "errors": sum(count for severity, _code, count in found if severity == "error"),
        "warnings": sum(count for severity, _code, count in found if severity == "warning"),
        "by_code": {code: count for _severity, code, count in found},
    }


def keep(run: ImportRun) -> None:
    """Keep the findings with the run: all, or some of each kind and the gravest where there are too many."""
    execute(
        """
        INSERT INTO layers_importfinding (run_id, line, "column", value, severity, code, params)
        SELECT %(run)s, line, left(coalesce(column_name, ''), 80), left(coalesce(value, ''), 200),
            severity, code, params
        FROM (SELECT *, row_number() OVER (PARTITION BY code ORDER BY line NULLS FIRST) AS nth FROM import_found) f
        ORDER BY nth > %(each)s, severity, line NULLS FIRST LIMIT %(limit)s
        """,
        {"run": run.pk, "limit": settings.LIMITS["REPORT_ROWS"], "each": EACH},
    )


def preview() -> dict[str, Any] | None:
    """Return shapes of the rows as GeoJSON, simplified, with line and fate of each."""
    rows = fetch(
        """
        SELECT r.line, CASE WHEN r.bad THEN 'bad' ELSE coalesce(p.action, 'same') END,
            ST_AsGeoJSON(ST_SimplifyPreserveTopology(r.geom, %(tolerance)s), 6)::jsonb
        FROM import_rows r LEFT JOIN import_plan p USING (row_id) WHERE r.geom IS NOT NULL
        ORDER BY r.bad DESC, r.row_id LIMIT %(limit)s
        """,
        {"limit": settings.LIMITS["PREVIEW_SHAPES"], "tolerance": 0.0005},
    )
    features = [
        {"type": "Feature", "id": line, "properties": {"line": line, "fate": fate}, "geometry": json.loads(shape)
         if isinstance(shape, str) else shape}
        for line, fate, shape in rows
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features} if features else None
