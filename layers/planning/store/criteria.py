"""What communes lack of the criteria that works can turn, as the assessment counted it."""

from collections.abc import Iterator

from layers.criteria.limits import limits_of
from layers.criteria.measures import MEASURES, SOURCES
from layers.criteria.measures.measure import SHARE
from layers.criteria.results import IndicatorResult, result_of
from layers.models import Assessment, Declaration, Standing, Unit
from layers.models import Indicator as IndicatorRow
from layers.planning.plans.case import Indicator
from layers.planning.plans.settings import CRITERIA

from .region import Region

#: The measures of roads, each with the rows that keep it down.
ROAD_MEASURES = tuple(slug for slug, measure in MEASURES.items() if measure.source == "roads")


def read_indicators(region: Region) -> tuple[Indicator, ...]:
    """Return the indicators of the criteria works can turn, for the rural communes of a region.

    A commune that is not judged by the criteria has none. A handful of statements, and one for each province and
    group of communes, which are what thresholds differ by.
    """
    number = {commune.pk: i for i, commune in enumerate(region.communes)}
    return tuple(
        Indicator(
            commune=number[unit.pk],
            criterion=result.indicator.criterion.number,
            code=result.indicator.code,
            part=result.indicator.part,
            measure=_measure(result),
            name_vi=result.indicator.name_vi,
            name_en=result.indicator.name_en,
            status=result.status,
            share=result.measure is not None and result.measure.factor == SHARE,
            threshold=result.threshold,
            verified=result.threshold_verified,
            source=result.threshold_source,
            numerator=(result.computed.numerator or 0.0) if result.computed else 0.0,
            denominator=(result.computed.denominator or 0.0) if result.computed else 0.0,
        )
        for unit, result in _results(region)
    )


def _results(region: Region) -> Iterator[tuple[Unit, IndicatorResult]]:
    """Yield what `indicators_of` tells of each rural commune, read for all of them at once."""
    year, rural = region.year, [commune for commune in region.communes if commune.rural]
    indicators = list(
        IndicatorRow.objects.filter(
            criterion__criteria_set__first_year__lte=year,
            criterion__criteria_set__last_year__gte=year,
            criterion__number__in=CRITERIA,
        ).select_related("criterion")
    )
    asked = {"unit__in": rural, "year": year, "indicator__in": indicators}
    computed = {(row.unit_id, row.indicator_id): row for row in Assessment.objects.filter(**asked)}
    declared = {(row.unit_id, row.indicator_id): row for row in Declaration.objects.filter(**asked)}
    limits = limits_of(rural, indicators, year)
    for unit in rural:
        for indicator in indicators:
            key = unit.pk, indicator.pk
            yield unit, result_of(unit, indicator, computed.get(key), declared.get(key), limits.get(key))


def _measure(result: IndicatorResult) -> str:
    """Return what works count for an indicator by: its measure where rows tell, its code where it is declared as met
    or not, "" where only a counted statistic tells, which no work changes by itself."""
    if result.measure is not None:
        return "" if result.measure.counted else result.indicator.measure
    return declared(result.indicator.code) if result.indicator.boolean else ""


def declared(code: str) -> str:
    """Return the name by which works count for an indicator that is declared met or not."""
    return f"declared:{code}"


def read_lacking(region: Region) -> dict[int, str]:
    """Return the measure that each road row of the region keeps down, by the row's id."""
    found: dict[int, str] = {}
    for slug in ROAD_MEASURES:
        rows = MEASURES[slug].lacking(region.year).filter(region.within(SOURCES["roads"].path))
        found |= dict.fromkeys(rows.values_list("pk", flat=True), slug)
    return found


def read_statuses(region: Region) -> dict[int, str]:
    """Return the criteria of each commune, one character each, by the unit's id."""
    standings = Standing.objects.filter(unit__in=region.communes, year=region.year)
    return dict(standings.values_list("unit_id", "statuses"))
