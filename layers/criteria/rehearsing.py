"""What a change of a criteria set would turn, told before it is made: it is made, assessed, and taken back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.models import CriteriaSet, Standing, Status
from layers.models.units import Kind

from .assess import assess
from .changing import Reach

#: What is told by name; of the rest there is the count.
NAMED = 20

#: Results of communes by a set: of each criterion (indicator 0), and of each indicator what holds (`sql.STANDINGS`).
HELD = """
SELECT s.unit_id, s.year, c.number, 0 AS indicator_id, substr(s.statuses, c.number, 1) AS status
FROM layers_standing s
JOIN layers_unit u ON u.id = s.unit_id AND u.kind = 'commune'
JOIN layers_criterion c ON c.criteria_set_id = s.criteria_set_id
WHERE s.criteria_set_id = %(set)s AND s.year >= %(year)s
UNION ALL
SELECT u.id, r.year, c.number, i.id, CASE WHEN r.computed IN ('m', 'u') THEN r.computed
                                          WHEN r.declared IN ('m', 'u') THEN r.declared ELSE '?' END
FROM (SELECT unit_id, year, indicator_id, a.status AS computed, d.status AS declared
      FROM (SELECT * FROM layers_assessment WHERE year >= %(year)s) a
      FULL JOIN (SELECT * FROM layers_declaration WHERE year >= %(year)s) d USING (unit_id, year, indicator_id)) r
JOIN layers_unit u ON u.id = r.unit_id AND u.kind = 'commune'
JOIN layers_indicator i ON i.id = r.indicator_id
JOIN layers_criterion c ON c.id = i.criterion_id
WHERE c.criteria_set_id = %(set)s
"""
TURNED = f"""
WITH turned AS (
    SELECT unit_id, year, number, indicator_id, k.status AS before, h.status AS after
    FROM known k JOIN ({HELD}) h USING (unit_id, year, number, indicator_id)
    WHERE k.status <> h.status
)
SELECT (SELECT count(DISTINCT unit_id) FROM turned), u.name, t.year, t.number, coalesce(i.code, ''), t.before, t.after
FROM turned t JOIN layers_unit u ON u.id = t.unit_id LEFT JOIN layers_indicator i ON i.id = t.indicator_id
ORDER BY t.year, u.name, t.unit_id, t.number, t.indicator_id
LIMIT {NAMED}
"""  # noqa: S608  # of constants


@dataclass(frozen=True)
class Turned:
    """A commune's result that would be another in a year: of an indicator (its code), else of the whole criterion."""

    commune: str
    year: int
    number: int
    code: str
    before: str
    after: str

    @property
    def what(self) -> str:
        return self.code or _("criterion %(number)s") % {"number": self.number}

    @property
    def before_title(self) -> str:
        return str(Status(self.before).label)

    @property
    def after_title(self) -> str:
        return str(Status(self.after).label)


@dataclass(frozen=True)
class Turning:
    """How many communes would have other results, and the first of these. `untried`: of so many communes it is not
    reckoned beforehand, because it would take too long."""

    communes: int
    named: list[Turned]
    untried: int = 0

    def __bool__(self) -> bool:
        return self.communes > 0 or self.untried > 0


def rehearse(criteria_set: CriteriaSet, change: Callable[[], Reach]) -> Turning:
    """Return which results of communes a change of a set would turn; nothing of it stays.

    `change` makes the change and says how far it reaches. Raises what `change` raises.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # The change leaves the results as they are; only the assessment after it makes them follow.
        reach = change()
        touched = Standing.objects.filter(
            Viewer(areas=tuple(reach.paths)).within("unit__path"),
            criteria_set=criteria_set,
            year__gte=reach.first_year,
            unit__kind=Kind.COMMUNE,
        )
        if touched.count() > settings.LIMITS["REHEARSED"]:
            communes = touched.aggregate(many=Count("unit", distinct=True))["many"]
            transaction.set_rollback(True)
            return Turning(0, [], untried=communes)
        years = set(touched.values_list("year", flat=True))
        asked = {"set": criteria_set.pk, "year": reach.first_year}
        cursor.execute(f"CREATE TEMP TABLE known ON COMMIT DROP AS {HELD}", asked)
        for year in sorted(years):
            for path in reach.paths:
                assess(year, path)
        cursor.execute(TURNED, asked)
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE known")
        transaction.set_rollback(True)
    return Turning(rows[0][0] if rows else 0, [Turned(*row[1:]) for row in rows])
