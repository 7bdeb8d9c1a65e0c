"""SQL with names that are composed, not pasted: {table} is quoted, %(value)s is bound."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from psycopg2 import sql
from psycopg2.sql import Composable


def name(*parts: str) -> sql.Identifier:
    return sql.Identifier(*parts)


def names(columns: Iterable[str]) -> Composable:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def compose(text: str, **parts: Composable | str) -> Composable:
    """Fill the braces of a statement: a string is a name, anything else is SQL already composed."""
    return sql.SQL(text).format(**{k: name(v) if isinstance(v, str) else v for k, v in parts.items()})


def listed(items: Iterable[Composable], between: str = ", ") -> Composable:
    return sql.SQL(between).join(items)


def execute(text: str | Composable, values: Mapping[str, Any] | None = None, **parts: Composable | str) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(_string(text, parts, cursor), values or {})
        return cursor.rowcount


def fetch(text: str | Composable, values: Mapping[str, Any] | None = None, **parts: Composable | str) -> list[Any]:
    """Run a query and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(_string(text, parts, cursor), values or {})
        return cursor.fetchall()


def _string(text: str | Composable, parts: Mapping[str, Composable | str], cursor: Any) -> str:
    composed = compose(text, **parts) if isinstance(text, str) else text
    # History wraps statements as strings, so that is what it is given.
    return composed.as_string(cursor.cursor)
