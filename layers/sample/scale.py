"""A province or a nation of invented rows, to measure with: as many as there are, none of them real."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _

from layers.criteria.sets import load_all
from layers.models import CriteriaSet

from . import scale_sql as sql
from .facts import MARK, facts

Say = Callable[[str], None]
STEPS = (
    ("layers_road", sql.ROADS),
    ("layers_facility", sql.FACILITIES),
    ("layers_wastesite", sql.WASTE_SITES),
    ("layers_household", sql.HOUSEHOLDS),
    ("layers_review", sql.REVIEWS),
    ("layers_statistic", sql.STATISTICS),
)


@transaction.atomic
def make_scale(scale: str, seed: int, say: Say) -> None:
    """Fill the store with the sample of that scale, for one year, not yet assessed."""
    known = facts("scales")[scale]
    params = _params(known, seed)
    with connection.cursor() as cursor:
        # Memory for building indexes, of which one is built at a time.
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        cursor.execute(sql.FUNCTIONS, params)
        cursor.execute(sql.COMMUNES, params)
        cursor.execute(sql.HAMLETS, params)
        cursor.execute(sql.UNITS, params)
        for level in range(1, 5):
            cursor.execute(sql.UNITS_OF_LEVEL, params | {"level": level})
            cursor.execute("ANALYZE layers_unit")
        say(_("%(communes)s communes and %(hamlets)s hamlets stored") % known)
        cursor.execute(sql.WAYS, params)
        for table, statement in STEPS:
            with without_indexes(table):
                cursor.execute(statement, params)
                say(_("%(count)s rows in %(table)s") % {"count": cursor.rowcount, "table": table})
    if not CriteriaSet.objects.exists():
        load_all()


def _params(known: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return what the statements ask for: totals, the lattice, and words for names."""
    names = facts("names")
    side, columns, rows = lattice(known["strips"], known["communes"])
    return {
        "seed": seed,
        "source": MARK,
        "year": facts("scales")["year"],
        "fine": side / 3,
        "west": min(strip[2] for strip in known["strips"]),
        "south": min(strip[0] for strip in known["strips"]),
        "columns": columns,
        "rows": rows,
        "points": known["hamlets"] - 9 * known["communes"],
        "families": list(names["family"]),
        "middles": names["middle_m"] + names["middle_f"],
        "givens": names["given_m"] + names["given_f"],
        **known,
        **facts("scales")["words"],
    }


def lattice(strips: list[list[float]], many: int) -> tuple[float, list[int], list[int]]:
    """Cover the strips with exactly `many` square cells: their side in degrees, their columns and rows."""
    bounds = np.array(strips)
    south, west = bounds[:, 0].min(), bounds[:, 2].min()
    area = ((bounds[:, 1] - bounds[:, 0]) * (bounds[:, 3] - bounds[:, 2])).sum()
    side = float(np.sqrt(area / many))
    while True:
        x = np.arange(west + side / 2, bounds[:, 3].max(), side)
        y = np.arange(south + side / 2, bounds[:, 1].max(), side)
        row, column = (part.ravel() for part in np.mgrid[0 : len(y), 0 : len(x)])
        inside = np.zeros(row.shape, dtype=bool)
        for low, high, left, right in strips:
            inside |= (y[row] >= low) & (y[row] < high) & (x[column] >= left) & (x[column] < right)
        if inside.sum() >= many:
            # The northernmost: what is too much is left out at the southern end.
            chosen = np.flatnonzero(inside)[::-1][:many]
            return side, column[chosen].tolist(), row[chosen].tolist()
        side *= 0.999


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Take away a table's indexes while it is filled, but for the unique ones: building one anew is faster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = %s::regclass AND NOT indisunique",
            [table],
        )
        indexes = cursor.fetchall()
        cursor.execute("".join(f"DROP INDEX {name};" for name, _ in indexes) or "SELECT 1")
        yield
        # No rows may be waiting for their foreign keys to be checked while an index is built.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for _, definition in indexes:
            cursor.execute(definition)
