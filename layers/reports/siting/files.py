"""A siting study as files: GeoPackage for a GIS, Excel for a meeting, GeoJSON for programs."""

import io
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from layers.mapserver.files import FORMULA
from layers.models.waste import WasteKind

from . import words
from .geojson import collection
from .lines import certainty, headline, remarks
from .seen import Seen

#: Of the sites of an alternative, in the order of their columns.
SITE_FIELDS = (
    "alternative", "alternative_title", "new", "name", "kind", "hamlet", "kilns", "households", "persons", "farthest_m",
    "t_day", "downwind", "qcvn_61_compliant",
)  # fmt: skip


def geopackage(seen: Seen) -> IO[bytes]:
    """Return an open GeoPackage in EPSG:4326 of three layers: sites, candidates, exclusion zones; gone once closed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "siting.gpkg"
        sites = collection(seen)["features"]
        fields = [name for name in SITE_FIELDS if any(name in site["properties"] for site in sites)]
        columns = [[site["properties"].get(name) for site in sites] for name in fields]
        _write(path, "sites", [shapely.Point(site["geometry"]["coordinates"]) for site in sites], fields, columns)
        candidates = seen.candidates
        subjects = sorted({subject for one in candidates for subject in one["metres"]})
        _write(
            path,
            "candidates",
            [shapely.Point(one["lon"], one["lat"]) for one in candidates],
            ["fits", "patch_m2", "slope_pct", *(f"{subject}_m" for subject in subjects)],
            [
                [one["fits"] for one in candidates],
                [one["patch_m2"] for one in candidates],
                [one["slope_pct"] for one in candidates],
                *([one["metres"][subject][0] for one in candidates] for subject in subjects),
            ],
        )
        zones = seen.zones
        titles = [", ".join(words.asked_by(r) for r in seen.rules if r.subject == subject) for subject in zones]
        areas = [shapely.from_geojson(json.dumps(area)) for area in zones.values()]
        _write(path, "zones", areas, ["subject", "rule"], [list(zones), titles], "MultiPolygon")
        return path.open("rb")


def _write(
    path: Path,
    layer: str,
    shapes: Sequence[shapely.Geometry],
    fields: list[str],
    columns: list[list[Any]],
    kind: str = "Point",
) -> None:
    arrays, masks = zip(*map(_array, columns), strict=True) if columns else ((), ())
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=list(arrays),
        field_mask=list(masks),
        fields=np.array(fields, dtype=object),
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4326",
        append=path.exists(),
    )


def _array(values: list[Any]) -> tuple[np.ndarray, np.ndarray | None]:
    """Return values as an array of their type, and which of them are unknown."""
    unknown = np.array([value is None for value in values], dtype=bool)
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return np.array([bool(value) for value in values]), unknown
    if known and all(isinstance(value, int | float) for value in known):
        return np.array([0.0 if value is None else float(value) for value in values]), unknown
    return np.array(values, dtype=object), None


def workbook(seen: Seen) -> IO[bytes]:
    """Return an open Excel workbook: the comparison, the sites, and what has to be known beside the numbers."""
    book = Workbook()
    _fill(book.active, _("Comparison"), _comparison(seen))
    _fill(book.create_sheet(), _("Sites"), _sites(seen))
    notes = [[line] for line in (headline(seen), *remarks(seen))]
    notes.append([_("Inputs (SHA-256): %(digest)s") % {"digest": seen.study.inputs_sha256}])
    _fill(book.create_sheet(), _("Notes"), [[_("Notes")], *notes], widest=110)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _comparison(seen: Seen) -> list[list[Any]]:
    heading = [
        _("Alternative"), _("Build (VND)"), _("Each year (VND)"), _("In %(years)s years (VND)") % {
            "years": int(seen.study.options["figures"]["years"])},
        _("Households served"), _("Of households"), _("Farthest (m)"), _("Mean way (m)"), _("Persons downwind"),
        _("Certainty"),
    ]  # fmt: skip
    kiln = any("qcvn_61" in one for one in seen.alternatives)
    rows = [
        [
            one["title"], one["capital_vnd"], one["yearly_vnd"], one["total_vnd"], one["served"],
            seen.result["households"], one["farthest_m"], one["mean_m"], one["downwind"], certainty(one),
        ]
        if one["feasible"]
        else [one["title"], one["why"]]
        for one in seen.alternatives
    ]  # fmt: skip
    if kiln:
        heading.append("QCVN 61-MT:2016/BTNMT")
        rows = [
            [*row, *[None] * (10 - len(row)), _("not complied with") if "qcvn_61" in one else None]
            for row, one in zip(rows, seen.alternatives, strict=True)
        ]
    return [heading, *rows]


def _sites(seen: Seen) -> list[list[Any]]:
    features = collection(seen)["features"]
    fields = [name for name in SITE_FIELDS if any(name in one["properties"] for one in features)]
    titles = {
        "alternative_title": _("Alternative"), "new": _("New"), "name": _("Name"), "kind": _("Kind"),
        "hamlet": _("Hamlet"), "kilns": _("Kilns"), "households": _("Households"), "persons": _("Persons"),
        "farthest_m": _("Farthest (m)"), "t_day": _("Tonnes a day"), "downwind": _("Persons downwind"),
        "qcvn_61_compliant": "QCVN 61-MT:2016/BTNMT",
    }  # fmt: skip
    kept = [name for name in fields if name in titles]
    rows = [
        [*(_shown(name, one["properties"].get(name)) for name in kept), *one["geometry"]["coordinates"]]
        for one in features
    ]
    return [[*(titles[name] for name in kept), _("longitude"), _("latitude")], *rows]


def _shown(name: str, value: Any) -> Any:
    if name == "qcvn_61_compliant":
        return _("not complied with") if value is False else None
    if name == "kind" and value:
        return str(WasteKind(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value


def _fill(sheet: Worksheet, title: str, rows: list[list[Any]], widest: int = 44) -> None:
    sheet.title = title[:31]
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                # Whatever it begins with, text is text.
                cell.data_type, cell.quotePrefix = "s", cell.value.startswith(FORMULA)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif isinstance(cell.value, int):
                cell.number_format = "#,##0"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number in range(1, sheet.max_column + 1):
        longest = max(len(str(row[number - 1])) for row in rows if len(row) >= number)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, 10), widest)


def geojson(seen: Seen) -> IO[bytes]:
    return io.BytesIO(json.dumps(collection(seen), ensure_ascii=False).encode())


#: How each kind of file is made, and its type.
FORMS: dict[str, tuple[Callable[[Seen], IO[bytes]], str]] = {
    "gpkg": (geopackage, "application/geopackage+sqlite3"),
    "xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "geojson": (geojson, "application/geo+json"),
}
