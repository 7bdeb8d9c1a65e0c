"""Rows into tables by COPY: ten times faster than INSERT, and the store's own checks still hold."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import shapely
from django.db import connection
from django.db.models import Model

BATCH = 20_000


def copy_in(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Load rows into a model's table and return how many. Keys are field names, the same in each row."""
    buffer, waiting, count = io.StringIO(), 0, 0
    columns: tuple[str, ...] = ()
    writer = csv.writer(buffer)
    for row in rows:
        columns = columns or tuple(row)
        writer.writerow(_text(row[column]) for column in columns)
        waiting, count = waiting + 1, count + 1
        if waiting == BATCH:
            _copy(model, columns, buffer)
            buffer, waiting = io.StringIO(), 0
            writer = csv.writer(buffer)
    if waiting:
        _copy(model, columns, buffer)
    return count


def _copy(model: type[Model], names: tuple[str, ...], buffer: io.StringIO) -> None:
    quote = connection.ops.quote_name
    column_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(column_of[name]) for name in names)
    buffer.seek(0)
    with connection.cursor() as cursor:
        statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N')"
        cursor.copy_expert(statement, buffer)


def _text(value: object) -> object:
    match value:
        case None:
            return r"\N"
        case bool():
            return "t" if value else "f"
        case date() | datetime():
            return value.isoformat()
        case shapely.Geometry():
            return shapely.to_wkb(shapely.set_srid(value, 4326), hex=True, include_srid=True)
    return value


def reserve(model: type[Model], many: int) -> list[int]:
    """Take `many` identifiers from a table's sequence, so that rows of other tables can name rows not yet stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, many]
        )
        return [row[0] for row in cursor.fetchall()]
