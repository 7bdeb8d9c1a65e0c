"""Rows of a file in a temporary table, checked one by one on the way; nothing of the store is touched."""

import csv
import json
from collections.abc import Iterable
from io import StringIO

import numpy as np
from django.db import connection

from . import crs
from .fallbacks import complete
from .fields import Mapping, parser
from .shapes import ERROR, WARNING, fingerprints, fitted, stored
from .sources import Batch, Texts
from .targets import Column, Target

ROWS, FOUND = "import_rows", "import_found"
FOUND_COLUMNS = ("line", "column_name", "value", "severity", "code", "params")


class Stage:
    """The temporary tables of one import. `import_rows` has one line for each row to be stored, `import_found`
    one for each finding; a row that is `bad` is not stored."""

    def __init__(
        self, target: Target, mapping: Mapping, epsg: int | None, area: crs.Area, joined: bool = False
    ) -> None:
        self.target, self.mapping, self.epsg, self.area = target, mapping, epsg, area
        #: Rows only change others on record: what makes a row whole need not be in the file.
        self.joined = joined
        self.columns = [column for column in target.every_column if column.name in mapping.names]
        derived = {"roads": ["road_class"], "facilities": ["level"]}.get(target.slug, [])
        derived = ["title"] if target.family == "units" else derived
        self.columns += [c for c in target.columns if c.name in derived and c not in self.columns]
        self.parsers = {column.name: parser(target, column) for column in self.columns}
        self.rows = 0
        self.lines = 0

    @property
    def wanted(self) -> list[str]:
        return list(self.mapping.headings.values())

    def create(self) -> None:
        columns = "".join(f', "{column.name}" {column.type}' for column in self.columns)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {ROWS}, {FOUND}")
            cursor.execute(
                f"CREATE TEMP TABLE {ROWS} (row_id integer, line integer, part smallint, bad boolean, "
                f"geom geometry(Geometry, 4326), shape text{columns})"
            )
            cursor.execute(
                f"CREATE TEMP TABLE {FOUND} (line integer, column_name text, value text, severity text, "
                "code text, params jsonb)"
            )

    def add(self, batch: Batch) -> None:
        """Parse, fit and store one batch."""
        found: list[tuple[object, ...]] = []
        bad = np.zeros(len(batch), bool)
        values = self._values(batch, bad, found)
        rows, parts = np.arange(len(batch)), np.zeros(len(batch), int)
        shapes: Texts = [None] * len(batch)
        geometries: Texts = [None] * len(batch)
        if batch.geometries is not None and batch.broken is not None and self.epsg and self.target.geometry:
            fit = fitted(batch.geometries, batch.broken, self.epsg, self.target.geometry, self.target.placed, self.area)
            for row, severity, code, params in fit.problems:
                bad[row] |= severity == ERROR
                found.append((batch.lines[row], "", "", severity, code, json.dumps(params)))
            rows, parts = fit.rows, fit.parts
            geometries, shapes = stored(fit.geometries), fingerprints(fit.geometries)
        elif self.target.placed and not self.joined:
            bad[:] = True
            found += [(line, "", "", ERROR, "geometry_missing", "{}") for line in batch.lines]
        at = rows.tolist()
        lines = [batch.lines[row] for row in at]
        cells = [[values[column.name][row] for row in at] for column in self.columns]
        numbers = range(self.rows + 1, self.rows + len(at) + 1)
        copy(
            ROWS,
            ("row_id", "line", "part", "bad", "geom", "shape", *(column.name for column in self.columns)),
            zip(numbers, lines, parts.tolist(), bad[rows].tolist(), geometries, shapes, *cells, strict=True),
        )
        copy(FOUND, FOUND_COLUMNS, found)
        self.rows += len(at)
        self.lines += len(batch)

    def _values(self, batch: Batch, bad: np.ndarray, found: list[tuple[object, ...]]) -> dict[str, Texts]:
        values: dict[str, Texts] = {}
        raw: dict[str, Texts] = {}
        for column in self.columns:
            texts = self._texts(column.name, batch)
            if texts is None:
                continue
            raw[column.name] = texts
            parse, heading = self.parsers[column.name], self.mapping.heading(column.name)
            read: Texts = []
            for row, text in enumerate(texts):
                if batch.formulas and (batch.lines[row], heading) in batch.formulas:
                    read.append(None)
                    texts[row] = text or "="
                    bad[row] = True
                    found.append((batch.lines[row], heading, (text or "")[:200], ERROR, "formula", "{}"))
                    continue
                value = parse(text) if text else None
                read.append(value.text if value else None)
                if value and value.finding:
                    needed = column.required or column.strict
                    severity = ERROR if needed and value.text is None else WARNING
                    bad[row] |= severity == ERROR
                    params = self._params(column, value.finding)
                    found.append((batch.lines[row], heading, (text or "")[:200], severity, value.finding, params))
            values[column.name] = read
        complete(self.target.slug, values, raw)
        if not self.joined:
            self._required(batch, values, raw, bad, found)
        return values

    def _params(self, column: Column, finding: str) -> str:
        known = finding == "unknown_choice" and column.values
        return json.dumps({"layer": self.target.slug, "field": column.name}) if known else "{}"

    def _texts(self, name: str, batch: Batch) -> Texts | None:
        if name in self.mapping.constants:
            return [self.mapping.constants[name]] * len(batch)
        heading = self.mapping.headings.get(name)
        return batch.columns[heading] if heading else None

    def _required(
        self, batch: Batch, values: dict[str, Texts], raw: dict[str, Texts], bad: np.ndarray, found: list
    ) -> None:
        for column in (column for column in self.columns if column.required):
            given = raw.get(column.name, [None] * len(batch))
            for row, value in enumerate(values[column.name]):
                # A value that was there but could not be read has been reported as what it is.
                if value is None and not given[row]:
                    bad[row] = True
                    heading = self.mapping.heading(column.name)
                    found.append((batch.lines[row], heading, "", ERROR, "required_missing", "{}"))
        if self.target.slug == "facilities":
            for row, (kind, level) in enumerate(zip(values["kind"], values["level"], strict=True)):
                if kind == "school" and level is None and not bad[row]:
                    bad[row] = True
                    found.append((batch.lines[row], "level", "", ERROR, "school_level_missing", "{}"))


def copy(table: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Send rows to PostgreSQL at once; an empty text is nothing."""
    buffer = StringIO()
    csv.writer(buffer).writerows(rows)
    if not buffer.tell():
        return
    buffer.seek(0)
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)", buffer)
