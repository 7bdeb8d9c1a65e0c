"""Tables: CSV through the standard library, spreadsheets through calamine. Places come from position columns."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import chain, islice

import numpy as np
import python_calamine
import shapely
from django.utils.translation import gettext_lazy as _
from python_calamine import SheetVisibleEnum

from layers import geo
from layers.errors import Refused

from .archives import Dataset
from .cells import marks_of
from .encodings import Guess, reading
from .keys import key
from .sources import Batch, Budget, Skipped, Texts
from .targets import Target

SAMPLE_ROWS = 300
SAMPLE_BYTES = 1024**2
#: How far down a heading line is looked for: official tables begin with titles.
HEADING_WITHIN = 20
LONGITUDE = ("lon", "long", "longitude", "lng", "kinh_do", "kinhdo")
LATITUDE = ("lat", "latitude", "vi_do", "vido")
EAST = ("x", "toa_do_x", "easting", "toado_x", "x_vn2000")
NORTH = ("y", "toa_do_y", "northing", "toado_y", "y_vn2000")
SHAPE = ("wkt", "geom", "geometry", "the_geom")
csv.field_size_limit(16 * 1024**2)

Row = tuple[int, list[str | None]]


class Table:
    """Rows of text under a heading line. `rows` must start anew each time it is called."""

    def __init__(self, target: Target, rows: Iterable[Row], encoding: Guess) -> None:
        self.target, self.encoding = target, encoding
        self.count: int | None = None
        self.skipped: list[Skipped] = []
        self.formulas: set[tuple[int, int]] = set()
        self.rows = iter(rows)
        head = list(islice(self.rows, HEADING_WITHIN))
        if not head:
            raise Refused(_("The table is empty."))
        at = self._heading_at(head)
        self.columns = _named(head[at][1])
        self.sample = [*head[at + 1 :], *islice(self.rows, SAMPLE_ROWS)]
        self.rows = chain(self.sample, self.rows)
        self._place()

    def _heading_at(self, head: list[Row]) -> int:
        known = {key(name) for column in self.target.every_column for name in (*column.headings, *column.labels)}
        known |= set(map(key, (*LONGITUDE, *LATITUDE, *EAST, *NORTH)))
        hits = [sum(key(cell or "") in known for cell in cells) for _line, cells in head]
        widths = [sum(bool(cell) for cell in cells) for _line, cells in head]
        return max(range(len(head)), key=lambda at: (hits[at], widths[at] > 1, -at))

    def _place(self) -> None:
        self.shape = self._find(SHAPE)
        self.position = self._find(LONGITUDE), self._find(LATITUDE)
        self.epsg: int | None = geo.WGS84
        if None in self.position:
            self.position, self.epsg = (self._find(EAST), self._find(NORTH)), None
            if None not in self.position:
                self._orient()
        self.has_geometry = bool(self.target.geometry) and (self.shape is not None or None not in self.position)
        self.projection = ""

    def _find(self, names: tuple[str, ...]) -> int | None:
        wanted = [key(name) for name in names]
        return next((at for at, column in enumerate(self.columns) if key(column) in wanted), None)

    def _orient(self) -> None:
        """Tell what x and y mean: Vietnamese surveyors write the northing as X and the easting as Y."""
        xy = self._points(self.sample)
        xy = xy[np.isfinite(xy).all(axis=1)]
        if not len(xy):
            return
        x, y = np.median(xy, axis=0)
        west, south, east, north = geo.VIETNAM
        if west <= y <= east and south <= x <= north or 90 < y < x:
            self.position = self.position[1], self.position[0]
            x, y = y, x
        if west <= x <= east and south <= y <= north:
            self.epsg = geo.WGS84

    def _points(self, rows: list[Row]) -> np.ndarray:
        x, y = self.position
        return np.array([[_number(_cell(cells, x)), _number(_cell(cells, y))] for _line, cells in rows]).reshape(-1, 2)

    def batches(self, wanted: list[str]) -> Iterator[Batch]:
        places = {column: self.columns.index(column) for column in wanted}
        budget = Budget()
        done = 0
        while rows := [row for row in islice(self.rows, budget.rows) if any(row[1])]:
            columns: dict[str, Texts] = {
                column: [_cell(cells, at) for _line, cells in rows] for column, at in places.items()
            }
            batch = Batch([line for line, _cells in rows], columns)
            if self.has_geometry:
                self._locate(batch, rows)
            batch.formulas = {
                (line, column)
                for line, cells in rows
                for column, at in places.items()
                if (_cell(cells, at) or "").startswith("=") or (line, at) in self.formulas
            }
            yield batch
            done += len(rows)
            budget.spent(len(rows), sum(len(cell or "") for _line, cells in rows for cell in cells))
        self.count = done

    def _locate(self, batch: Batch, rows: list[Row]) -> None:
        if self.shape is not None:
            texts = [_cell(cells, self.shape) for _line, cells in rows]
            batch.geometries = shapely.from_wkt(np.array(texts, dtype=object), on_invalid="ignore")
            written = np.array([bool(text) for text in texts])
        else:
            xy = self._points(rows)
            given = np.isfinite(xy).all(axis=1)
            batch.geometries = np.full(len(rows), None, dtype=object)
            batch.geometries[given] = shapely.points(xy[given])
            written = np.array([any(_cell(cells, at) for at in self.position) for _line, cells in rows])
        batch.broken = shapely.is_missing(batch.geometries) & written


def _cell(cells: list[str | None], at: int | None) -> str | None:
    return cells[at] if at is not None and at < len(cells) else None


def _number(text: str | None) -> float:
    try:
        return float((text or "nan").replace(",", "."))
    except ValueError:
        return float("nan")


def _named(headings: list[str | None]) -> list[str]:
    """Return headings that differ from each other: a repeated or empty one is numbered."""
    names: list[str] = []
    for at, heading in enumerate(headings, 1):
        name = " ".join((heading or "").split()) or f"({at})"
        names.append(f"{name} ({at})" if name in names else name)
    return names


@contextmanager
def open_csv(dataset: Dataset, target: Target, encoding: str, part: str) -> Iterator[Table]:
    """Open a CSV file of any of the encodings, separated by comma, semicolon, tab or bar."""
    # Latin-1 takes every byte as it is; what the bytes mean is settled afterwards.
    with dataset.path.open(encoding="latin-1", newline="") as file:
        # Whole lines only: half a letter at the end of the sample would speak against UTF-8.
        head = file.read(SAMPLE_BYTES)
        lines = head.split("\n")[: -1 if len(head) == SAMPLE_BYTES else None]
        guess, decode = reading(lines, as_bytes_read=True, told=encoding)
        file.seek(0)
        separator = max(",;\t|", key=lambda mark: sum(line.count(mark) for line in lines[:50]))
        reader = csv.reader(file, delimiter=separator)

        def rows() -> Iterator[Row]:
            try:
                for cells in reader:
                    yield reader.line_num, [decode(cell).strip() or None for cell in cells]
            except csv.Error as error:
                raise Refused(
                    _("Line %(line)d of “%(file)s” is not a line of a table: %(why)s."),
                    line=reader.line_num, file=dataset.name, why=error,
                ) from error  # fmt: skip

        yield Table(target, rows(), guess)


@contextmanager
def open_sheet(dataset: Dataset, target: Target, encoding: str, part: str) -> Iterator[Table]:
    """Open a sheet of a workbook: the one named, else the first that is neither hidden nor empty."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(dataset.path))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        names = [part] if part in book.sheet_names else [n for n in shown if book.get_sheet_by_name(n).height]
        sheet = book.get_sheet_by_name(names[0]) if names else None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refused(
            _("“%(file)s” cannot be read as %(format)s: it is damaged or incomplete. Export it anew and try again."),
            file=dataset.name, format=dataset.format.name,
        ) from error  # fmt: skip
    if sheet is None:
        raise Refused(_("The table is empty."))
    marks, first = marks_of(dataset.path, names[0]), (sheet.start or (0, 0))[1]
    texts = [_text(cell) for row in islice(sheet.iter_rows(), SAMPLE_ROWS) for cell in row]
    guess, decode = reading(texts, as_bytes_read=False, told=encoding)

    def read(line: int, row: Iterable[object]) -> list[str | None]:
        shown = (_text(cell, (line, at) in marks.per_cent) for at, cell in enumerate(row, first))
        return [text and decode(text) for text in shown]

    rows = ((line, read(line, row)) for line, row in enumerate(sheet.iter_rows(), 1))
    table = Table(target, rows, guess)
    table.formulas = {(line, at - first) for line, at in marks.formulas}
    table.skipped = [Skipped("other_sheets", {"names": ", ".join(names[1:])})] if names[1:] else []
    yield table


def _text(cell: object, per_cent: bool = False) -> str | None:
    """Return a cell as text: dates as ISO, whole numbers without a fraction, per cent as they are shown."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if per_cent and isinstance(cell, int | float):
        return f"{100 * cell:.15g}%"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return None if isinstance(cell, timedelta) else str(cell).strip() or None
