"""Results as a person reads them: each criterion of a unit, each indicator with its parts, and why."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from layers.models import Assessment, Comparator, Criterion, Declaration, Indicator, Standing, Status, Unit

from .limits import Limit, limits_of
from .measures import MEASURES, Measure
from .measures.measure import ROUNDING

DECIDED = (Status.MET, Status.UNMET)


@dataclass(frozen=True)
class CriterionResult:
    number: int
    name: str
    status: str
    differs: bool


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator of one unit and year: what was computed, what was declared, and what holds."""

    indicator: Indicator
    status: str
    computed: Assessment | None
    declared: Declaration | None
    threshold: float | None
    threshold_verified: bool
    threshold_source: str

    @property
    def measure(self) -> Measure | None:
        return MEASURES.get(self.indicator.measure)

    @property
    def differs(self) -> bool:
        return (
            self.computed is not None
            and self.declared is not None
            and self.computed.status in DECIDED
            and self.declared.status in DECIDED
            and self.computed.status != self.declared.status
        )

    @property
    def value(self) -> float | None:
        """The value of the result that holds, in the indicator's unit: as counted where the rows decide, as declared
        where the declaration does; where neither does, as far as it was counted, else declared."""
        counted, declared = self.counted_value, self.declared_value
        decides = self.declared is not None and self.declared.status in DECIDED
        if decides and (self.computed is None or self.computed.status not in DECIDED):
            return declared
        return declared if counted is None else counted

    @property
    def counted_value(self) -> float | None:
        if self.measure is None or self.computed is None or not self.computed.denominator:
            return None
        return self.measure.value(self.computed.numerator or 0, self.computed.denominator)

    @property
    def declared_value(self) -> float | None:
        return self.told

    @property
    def told(self) -> float | None:
        """The value as declared, in the indicator's unit."""
        if self.declared is None:
            return None
        if self.declared.value is None and self.declared.denominator:
            return 100 * (self.declared.numerator or 0) / self.declared.denominator
        return self.declared.value

    @property
    def apart(self) -> bool:
        """Tell whether the declared number lies beyond all that the rows can mean, by more than rounding would make
        it, whatever either says of the result."""
        if self.measure is None or self.computed is None or not self.computed.denominator or self.told is None:
            return False
        good, whole = self.computed.numerator or 0, self.computed.denominator
        low, high = self.measure.value(good, whole), self.measure.value(good + self.computed.undetermined, whole)
        if low is None or high is None:
            return False
        rounding = max(1, abs(high) / 50)
        return not low - rounding <= self.told <= high + rounding

    def reaches(self, value: float) -> bool | None:
        """Tell whether a value in the indicator's unit reaches the threshold; None where there is none."""
        if self.threshold is None:
            return None
        if self.indicator.comparator == Comparator.AT_MOST:
            return value <= self.threshold + ROUNDING
        return value >= self.threshold - ROUNDING

    @property
    def lacking(self) -> float | None:
        """How much more must become good, in the measure's weight, for the threshold to be reached; how much
        less there must be where little is asked for."""
        if self.measure is None or self.threshold is None:
            return None
        if self.computed is None or not self.computed.denominator:
            return None
        return self.measure.missing(self.computed.numerator or 0, self.computed.denominator, self.threshold)


def in_language(row: Criterion | Indicator) -> str:
    """Return the name in the active language; the official Vietnamese one unless English is asked for."""
    return row.name_en if (get_language() or "vi").startswith("en") else row.name_vi


def criteria_of(unit: Unit, year: int) -> list[CriterionResult]:
    """Return every criterion of the set in force, with the unit's status; "-" where it is not assessed."""
    standing = Standing.objects.filter(unit=unit, year=year).first()
    criteria = Criterion.objects.filter(criteria_set__first_year__lte=year, criteria_set__last_year__gte=year)
    statuses, differs = (standing.statuses, standing.differs) if standing else ("", "")
    return [
        CriterionResult(
            number=criterion.number,
            name=in_language(criterion),
            status=statuses[i : i + 1] or Status.NOT_ASSESSED,
            differs=differs[i : i + 1] == "≠",
        )
        for i, criterion in enumerate(criteria)
    ]


def indicators_of(unit: Unit, number: int | None, year: int) -> list[IndicatorResult]:
    """Return the indicators of one criterion (of all, if it is None) for a unit, in the order of the set.

    A hamlet gets those alone that were computed or declared for it: the others are the commune's.
    """
    indicators = Indicator.objects.filter(
        criterion__criteria_set__first_year__lte=year,
        criterion__criteria_set__last_year__gte=year,
        **({} if number is None else {"criterion__number": number}),
    ).select_related("criterion")
    of_unit = Q(unit=unit, year=year, indicator__in=indicators)
    computed = {a.indicator_id: a for a in Assessment.objects.filter(of_unit)}
    declared = {d.indicator_id: d for d in Declaration.objects.filter(of_unit)}
    limits = limits_of([unit], indicators, year)
    results = []
    for indicator in indicators:
        assessment, declaration = computed.get(indicator.pk), declared.get(indicator.pk)
        if unit.kind == "hamlet" and assessment is None and declaration is None:
            continue
        results.append(result_of(unit, indicator, assessment, declaration, limits.get((unit.pk, indicator.pk))))
    return results


def result_of(
    unit: Unit, indicator: Indicator, computed: Assessment | None, declared: Declaration | None, limit: Limit | None
) -> IndicatorResult:
    """Return what holds of an indicator of a unit, beside the threshold that holds for it."""
    return IndicatorResult(
        indicator=indicator,
        status=holding(unit, computed, declared),
        computed=computed,
        declared=declared,
        threshold=limit.value if limit else None,
        threshold_verified=limit is not None and limit.verified,
        threshold_source=limit.source if limit else "",
    )


def holding(unit: Unit, computed: Assessment | None, declared: Declaration | None) -> str:
    """Return the status that holds: computed where the rows can tell, else declared (as in `sql.STANDINGS`)."""
    if computed is not None and (computed.status in DECIDED or unit.kind in ("district", "province")):
        return computed.status
    if declared is not None and declared.status in DECIDED:
        return declared.status
    if unit.kind == "hamlet" and computed is not None:
        return computed.status
    return Status.UNKNOWN


def rows_behind(measure: Measure, unit: Unit, year: int) -> QuerySet:
    """Return the rows of a unit that keep a measure down. Personal rows are the caller's to guard."""
    return measure.lacking_in(unit.path, year)
