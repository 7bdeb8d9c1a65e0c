"""Where a run changed rows, so that what is derived from them can follow."""

from collections.abc import Callable

from django.apps import apps
from psycopg2.sql import SQL, Composable

from layers.models import ImportRun, Unit

from .statements import fetch, listed

#: A year and the path of a commune of which something was counted or declared in it.
CommuneYear = tuple[int, str]
#: Brings what is derived from rows up to them: below these unit paths, and for what was counted of these communes.
Follow = Callable[[list[str], list[CommuneYear]], None]
#: More paths than this are taken together by the unit above them.
MANY = 50

# A unit counts for the one above it: it may have come, gone or moved.
UNITS = """
SELECT t.parent_id AS id FROM {table} t JOIN layers_importchange c ON c.row = t.id
    WHERE c.run_id = %(run)s AND c.model = 'unit'
UNION SELECT (before->>'parent_id')::bigint FROM layers_importchange
    WHERE run_id = %(run)s AND model = 'unit' AND before IS NOT NULL
"""
ROWS = """
SELECT t.unit_id AS id FROM {table} t JOIN layers_importchange c ON c.row = t.id
    WHERE c.run_id = %(run)s AND c.model = {model}
UNION SELECT (before->>'unit_id')::bigint FROM layers_importchange
    WHERE run_id = %(run)s AND model = {model} AND before IS NOT NULL
"""
# What is of a year alone: it says something of its commune in that year. Figures of a district or province do not.
YEARS = """
SELECT DISTINCT t.year, CASE WHEN u.kind = 'hamlet' THEN p.path ELSE u.path END AS path
FROM {table} t JOIN layers_importchange c ON c.row = t.id
JOIN layers_unit u ON u.id = t.unit_id LEFT JOIN layers_unit p ON p.id = u.parent_id
WHERE c.run_id = %(run)s AND c.model = {model} AND u.kind IN ('hamlet', 'commune')
"""
YEARLY = ("statistic", "review", "declaration")
# What lies in a hamlet concerns its commune.
PATHS = """
SELECT DISTINCT CASE WHEN x.id IS NULL THEN '' WHEN u.kind = 'hamlet' THEN p.path ELSE u.path END
FROM ({ids}) x LEFT JOIN layers_unit u ON u.id = x.id LEFT JOIN layers_unit p ON p.id = u.parent_id
WHERE x.id IS NULL OR u.id IS NOT NULL ORDER BY 1
"""


def touched(run: ImportRun) -> list[str]:
    """Return the paths of the units below which a run changed rows; "" is the whole country.

    Both where rows are and where they were before the run.
    """
    models = run.changes.values_list("model", flat=True).order_by().distinct()
    asked = [_asked(name) for name in models]
    if not asked:
        return []
    return gathered([path for (path,) in fetch(PATHS, {"run": run.pk}, ids=listed(asked, " UNION "))])


def counted(run: ImportRun) -> list[CommuneYear]:
    """Return of which communes and years a run has stored what was counted, reviewed or declared."""
    models = run.changes.filter(model__in=YEARLY).values_list("model", flat=True).order_by().distinct()
    asked = [_asked(name, YEARS) for name in models]
    return fetch("{asked} ORDER BY 1, 2", {"run": run.pk}, asked=listed(asked, " UNION ")) if asked else []


def _asked(name: str, text: str = "") -> Composable:
    model = apps.get_model("layers", name)
    text = text or (UNITS if model is Unit else ROWS)
    return SQL(text).format(table=SQL(model._meta.db_table), model=SQL(f"'{model._meta.model_name}'"))


def gathered(paths: list[str], many: int = MANY) -> list[str]:
    """Return few paths that hold all the given ones: no path below another, and those above where they are many."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(held) for held in found[-1:]):
            found.append(path)
    if len(found) <= many:
        return found
    deepest = max(path.count("/") for path in found)
    return gathered([_above(path) if path.count("/") == deepest else path for path in found], many)


def _above(path: str) -> str:
    return "".join(f"{part}/" for part in path.split("/")[:-2])
