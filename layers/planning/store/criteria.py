"""What communes lack of the criteria that works can turn, as the assessment counted it."""

from layers.criteria.measures import MEASURES, SOURCES
from layers.criteria.measures.measure import SHARE
from layers.criteria.results import IndicatorResult, indicators_of
from layers.models import Standing
from layers.planning.plans.case import Indicator
from layers.planning.plans.settings import CRITERIA

from .region import Region

#: The measures of roads, each with the rows that keep it down.
ROAD_MEASURES = tuple(slug for slug, measure in MEASURES.items() if measure.source == "roads")


def read_indicators(region: Region) -> tuple[Indicator, ...]:
    """Return the indicators of the criteria works can turn, for the rural communes of a region.

    Raises as `indicators_of`. A commune that is not judged by the criteria has none.
    """
    return tuple(
        Indicator(
            commune=number,
            criterion=criterion,
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
        for number, commune in enumerate(region.communes)
        if commune.rural
        for criterion in CRITERIA
        for result in indicators_of(commune, criterion, region.year)
    )


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
