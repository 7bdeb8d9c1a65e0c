"""How this room runs its statements: with a bound in time, and planned as the many small queries they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def bounded() -> Iterator[CursorWrapper]:
    """Open a transaction whose statements are cancelled after STATEMENT_TIMEOUT_MS (see `layers.http`).

    A parallel plan would start workers for a query of 3 ms and prefer a sequential scan to the index (40 ms);
    compiling a heavy tile takes longer than running it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; SET LOCAL statement_timeout = %s",
            [settings.LIMITS["STATEMENT_TIMEOUT_MS"]],
        )
        yield cursor
