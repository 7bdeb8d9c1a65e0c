"""Rows as files: CSV, GeoPackage, Excel. At most a batch of rows is held in memory."""

import csv
import io
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyogrio
from django.conf import settings
from django.contrib.gis.db.models.functions import AsWKB, AsWKT
from django.db.models import F, FloatField, Func, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from layers.errors import Refused
from layers.models import Layer

from .columns import Column, columns, plain, shown, stored

#: A spreadsheet takes text that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Rows of an Excel sheet below its heading.
SHEET_ROWS = 2**20 - 1
_TYPES = {"boolean": np.bool_, "integer": np.int64, "number": np.float64}


def _read(rows: QuerySet, *paths: str | Combinable) -> Iterator[tuple[Any, ...]]:
    return rows.values_list(*paths).iterator(settings.LIMITS["IMPORT_BATCH"])


def _position(layer: Layer) -> dict[str, Func]:
    """Return how the place of a row is written in a table: two columns for a point, else its WKT."""
    if layer.geometry == "POINT":
        return {
            "longitude": Func(F(layer.geometry_field), function="ST_X", output_field=FloatField()),
            "latitude": Func(F(layer.geometry_field), function="ST_Y", output_field=FloatField()),
        }
    return {"wkt": AsWKT(layer.geometry_field)}


def csv_lines(layer: Layer, rows: QuerySet) -> Iterator[str]:
    """Yield the lines of a CSV file with the names that an import knows again.

    It begins with a byte order mark, without which Excel would take it for CP1258 or worse. Text that a
    spreadsheet would run as a formula is given an apostrophe before it.
    """
    fields, position = columns(layer), _position(layer)
    yield "\ufeff" + _line([column.name for column in fields] + list(position))
    for values in _read(rows, *(column.path for column in fields), *position.values()):
        written = [plain(column, value) for column, value in zip(fields, values, strict=False)]
        yield _line([harmless(value) for value in (*written, *values[len(fields) :])])


def _line(values: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()


def harmless(value: Any) -> Any:
    """Return a value of a cell, with an apostrophe before text that a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def geopackage(layer: Layer, rows: QuerySet) -> IO[bytes]:
    """Return an open GeoPackage of one layer in EPSG:4326; it is gone from the disk once closed."""
    fields = columns(layer)
    shape = AsWKB(layer.geometry_field)
    found = _read(rows, shape, *(column.path for column in fields))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{layer.slug}.gpkg"
        batch = _batch(found)
        _append(path, layer, fields, batch)
        while batch := _batch(found):
            _append(path, layer, fields, batch)
        return path.open("rb")


def _batch(found: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(islice(found, settings.LIMITS["IMPORT_BATCH"]))


def _append(path: Path, layer: Layer, fields: tuple[Column, ...], batch: list[tuple[Any, ...]]) -> None:
    by_column = list(zip(*batch, strict=True)) or [()] * (len(fields) + 1)
    shapes = np.array([None if shape is None else bytes(shape) for shape in by_column[0]], dtype=object)
    data, masks = zip(*(_array(c, values) for c, values in zip(fields, by_column[1:], strict=True)), strict=True)
    pyogrio.raw.write(
        path,
        geometry=shapes,
        field_data=list(data),
        field_mask=list(masks),
        fields=np.array([column.name for column in fields], dtype=object),
        layer=layer.slug,
        driver="GPKG",
        geometry_type={"POINT": "Point", "LINESTRING": "LineString", "MULTIPOLYGON": "MultiPolygon"}[layer.geometry],
        crs="EPSG:4326",
        append=path.exists(),
    )


def _array(column: Column, values: tuple[Any, ...]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return values as an array of the column's type, and which of them are unknown."""
    unknown = np.array([value is None for value in values], dtype=bool)
    if column.format == "date":
        return np.array([value or "NaT" for value in values], dtype="datetime64[D]"), unknown
    if column.kind in _TYPES:
        return np.array([stored(column, value) or 0 for value in values], dtype=_TYPES[column.kind]), unknown
    return np.array(values, dtype=object), None


def workbook(layer: Layer, rows: QuerySet) -> IO[bytes]:
    """Return an open Excel workbook for people: titles for headings, words for codes, nothing that runs."""
    if rows.count() > SHEET_ROWS:
        raise Refused(
            gettext_lazy("An Excel sheet holds %(most)s rows; this is more. Choose a smaller unit, or GeoPackage."),
            most=SHEET_ROWS,
        )
    # A line or a boundary is nothing that a cell could show.
    position = _position(layer) if layer.geometry == "POINT" else {}
    fields = columns(layer)
    titles = [_heading(column) for column in fields] + [_("longitude"), _("latitude")][: len(position)]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(layer.title)[:31].translate(str.maketrans("[]:*?/\\", "()     ")))
    sheet.freeze_panes = "A2"
    for number, title in enumerate(titles, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(len(title) + 3, 12), 40)
    sheet.append([_cell(sheet, title, bold=True) for title in titles])
    found = _read(rows, *(column.path for column in fields), *position.values())
    for values in found:
        readable = [shown(column, value) for column, value in zip(fields, values, strict=False)]
        sheet.append([_cell(sheet, value) for value in (*readable, *values[len(fields) :])])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        book.save(path)
        return path.open("rb")


def _heading(column: Column) -> str:
    title, unit = str(column.declared.title), str(column.declared.unit)
    return f"{title} ({unit})" if unit else title


def _cell(sheet: WriteOnlyWorksheet, value: Any, *, bold: bool = False) -> Any:
    if not isinstance(value, str) and not bold:
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:32_767])
    # Whatever it begins with, text is text; the quote prefix keeps it so when somebody edits the cell.
    cell.data_type = "s"
    cell.quotePrefix = str(value).startswith(FORMULA)
    if bold:
        cell.font = Font(bold=True)
    return cell
