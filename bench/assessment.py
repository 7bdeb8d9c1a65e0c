"""The assessment of a whole nation: how long, and how many rows a second."""

import time

from django.db import connection

from .databases import manage
from .figures import Figure

LIMIT_SECONDS = 60.0
#: What the criteria are computed from.
TABLES = ("layers_unit", "layers_road", "layers_facility", "layers_wastesite", "layers_review", "layers_statistic")


def figure(year: int = 2017) -> Figure:
    """Assess every unit of the database that Django is pointed at, with the command that users run."""
    with connection.cursor() as cursor:
        counts = []
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # a constant of this file
            counts.append(cursor.fetchone()[0])
    begun = time.perf_counter()
    manage("assess", "--set", "2016-2020", "--year", str(year), "--format", "json")
    seconds = time.perf_counter() - begun
    rows = sum(counts)
    return Figure(
        "assessment of the nation",
        "s",
        limit=LIMIT_SECONDS,
        measured=seconds,
        ratio=seconds / LIMIT_SECONDS,
        ok=seconds <= LIMIT_SECONDS,
        note=f"{rows:,} rows, {rows / seconds:,.0f} rows/s, among them {counts[0]:,} units and {counts[1]:,} roads",
    )
