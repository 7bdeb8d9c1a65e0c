"""How this room runs its statements: with a bound in time, and planned as the many small queries they are."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

#: A parallel plan would start workers for a query of 3 ms and prefer a sequential scan to the index (40 ms);
#: compiling a heavy tile takes longer than running it. What takes longer than the bound is cancelled, and
#: `layers.http` says so.
_BOUNDS = (
    "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; "
    f"SET LOCAL statement_timeout = {settings.LIMITS['STATEMENT_TIMEOUT_MS']:d};"
)


@contextmanager
def bounded() -> Iterator[CursorWrapper]:
    """Open a transaction in which every statement is bounded."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BOUNDS)
        yield cursor


def fetch(statement: str, parameters: Sequence[Any]) -> tuple[Any, ...]:
    """Run one bounded statement and return its only row.

    Bounds and statement travel together, and PostgreSQL runs what travels together as one transaction: a
    tile of 3 ms would otherwise wait for three answers more.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_BOUNDS} {statement}", parameters)
        row: tuple[Any, ...] = cursor.fetchone()
        return row
