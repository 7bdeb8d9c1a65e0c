"""The assessment: rows in, one result per unit × indicator and one standing per unit out, in set-based SQL.

Steps, each one statement over all units in scope:
1. `measured`: each source is read once and summed by the unit its rows name;
2. `rolled`: hamlets add up to communes, communes to districts and provinces;
3. `judged`: each sum is held against its threshold; only rural communes and their hamlets are judged, the
   sums of the units above are kept with "-";
4. `Assessment` takes what changed, declared numbers are held against their threshold, and `Standing` is drawn
   from both.

A value is an interval where some rows do not tell: met if even its worse end passes, unmet if not even its
better end does, else unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Aggregate, F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.errors import Malformed, NotFound
from layers.models import CriteriaSet, Indicator, Standing, Unit

from .measures import MEASURES, SOURCES, Measure
from .sql import ABOVE, DECLARED, FROZEN, JUDGED, LIMITS, ROLLED, SCOPE, STANDINGS, WRITE_ASSESSMENTS


@dataclass(frozen=True)
class Outcome:
    """What an assessment did: units in scope, results and standings written (changed ones only)."""

    units: int
    results: int
    standings: int


def set_in_force(year: int) -> CriteriaSet:
    """Return the set by which a year is assessed. Raises NotFound where there is none."""
    found = CriteriaSet.objects.filter(first_year__lte=year, last_year__gte=year).first()
    if found is None:
        raise NotFound(_("No criteria set is in force in %(year)s; load or add one first."), year=year)
    return found


def named_set(code: str, year: int) -> CriteriaSet:
    """Return the set with that code. Raises Malformed where it is unknown or not in force in that year."""
    found = CriteriaSet.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(CriteriaSet.objects.values_list("code", flat=True)) or "-"
        raise Malformed(_("There is no criteria set %(code)s. Known sets: %(known)s."), code=code, known=known)
    if not found.first_year <= year <= found.last_year:
        raise Malformed(
            _("Set %(code)s is for %(first)s–%(last)s, not for %(year)s."),
            code=code,
            first=found.first_year,
            last=found.last_year,
            year=year,
        )
    return found


@transaction.atomic
def assess(year: int, path: str = "") -> Outcome:
    """Assess the units at or below `path` (all, if empty) for a year, by the set in force.

    The sums of the units above `path` follow from the results of their parts. Running it again changes
    nothing unless rows, thresholds or declarations have changed.
    """
    criteria_set = set_in_force(year)
    params: dict[str, int | str | bool] = {
        "year": year,
        "set": criteria_set.pk,
        "path": path.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
        "whole": not path,
    }
    with connection.cursor() as cursor:
        # The planner cannot know how large the temporary tables become; jit costs more than it saves here.
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '128MB'")
        cursor.execute(SCOPE, params)
        cursor.execute("SELECT count(*) FROM scope")
        units = cursor.fetchone()[0]
        cursor.execute(ABOVE)
        cursor.execute(FROZEN, params)
        cursor.execute(LIMITS, params)
        _measure(cursor, criteria_set, year, path)
        cursor.execute(ROLLED, params)
        cursor.execute(JUDGED, params)
        cursor.execute("ANALYZE judged")
        cursor.execute(WRITE_ASSESSMENTS, params)
        results = cursor.fetchone()[0]
        cursor.execute(DECLARED, params)
        cursor.execute(STANDINGS, params)
        standings = cursor.fetchone()[0]
        cursor.execute("DROP TABLE scope, frozen, above, limits, measures, measured, rolled, judged")
    return Outcome(units, results, standings)


def _measure(cursor: CursorWrapper, criteria_set: CriteriaSet, year: int, path: str) -> None:
    """Fill `measures` from the register, and `measured` from every source that the set has a use for."""
    cursor.execute(
        "CREATE TEMP TABLE measured (unit_id bigint, measure text, numerator float8, denominator float8, "
        "undetermined float8) ON COMMIT DROP"
    )
    cursor.execute(
        "CREATE TEMP TABLE measures (measure text, source text, empty_hamlet text, factor float8, hamlets boolean, "
        "proves_met boolean) ON COMMIT DROP"
    )
    kinds = zip(
        *((m.slug, m.source, m.empty_hamlet, m.factor, m.hamlets, m.proves_met) for m in MEASURES.values()),
        strict=True,
    )
    # One statement: pghistory, which notes who is at work, does not know how to do so before many.
    cursor.execute(
        "INSERT INTO measures SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::float8[], %s::boolean[], "
        "%s::boolean[])",
        [list(kind) for kind in kinds],
    )
    slugs = set(Indicator.objects.filter(criterion__criteria_set=criteria_set).values_list("measure", flat=True))
    for name, source in SOURCES.items():
        measures = [m for m in MEASURES.values() if m.source == name and m.slug in slugs]
        if not measures:
            continue
        rows = source.rows(year).order_by()
        if path:
            rows = rows.filter(**{f"{source.path}__startswith": path})
        sums = rows.values(holder=F(source.unit)).annotate(**_columns(measures))
        sql, params = sums.query.sql_with_params()
        lines = ", ".join(f"(%s, n{i}, d{i}, u{i})" for i in range(len(measures)))
        cursor.execute(
            f"INSERT INTO measured SELECT holder, measure, n, d, u FROM ({sql}) s, "  # noqa: S608 (compiled by the ORM)
            f"LATERAL (VALUES {lines}) v (measure, n, d, u) WHERE d > 0",
            [*params, *(m.slug for m in measures)],
        )
    cursor.execute("ANALYZE measured")


def _columns(measures: list[Measure]) -> dict[str, Aggregate]:
    columns: dict[str, Aggregate] = {}
    for i, measure in enumerate(measures):
        columns[f"n{i}"], columns[f"d{i}"], columns[f"u{i}"] = measure.aggregates()
    return columns


def reassess(path: str) -> None:
    """Assess the commune that holds `path` again, for every year that it has results for."""
    ids = [int(part) for part in path.split("/") if part]
    commune = Unit.objects.filter(pk__in=ids, kind="commune").first()
    if commune is None:
        return
    done = commune.standings.order_by("year").values_list("year", flat=True)
    for year in done:
        assess(year, commune.path)


def reassess_below(paths: Sequence[str], counted: Sequence[tuple[int, str]] = ()) -> None:
    """Assess the units below each of these paths again, for every year that has been assessed ("" is all units).

    For imports: a unit that is new has no results yet by which its years could be told. `counted` are years and paths
    of communes of which something has been counted: that makes a year assessed which was not.
    """
    if not paths:
        return
    years = Standing.objects.order_by("year").values_list("year", flat=True).distinct()
    for year in years:
        if CriteriaSet.objects.filter(first_year__lte=year, last_year__gte=year).exists():
            for path in paths:
                assess(year, path)
    for year, path in counted:
        if in_force(year) and not Standing.objects.filter(year=year, unit__path=path).exists():
            assess(year, path)


def in_force(year: int) -> bool:
    """Tell whether a year has begun and a set is in force in it."""
    begun = year <= timezone.localdate().year
    return begun and CriteriaSet.objects.filter(first_year__lte=year, last_year__gte=year).exists()
