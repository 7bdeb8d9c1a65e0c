"""The indicators of a unit as a table: standard, result, what was computed, what was declared, what holds."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.criteria.results import CriterionResult, IndicatorResult, criteria_of, in_language, indicators_of
from layers.figures import number, places_for
from layers.models import Status, Unit

from .board import SIGNS
from .needs import blurred, figure, limit_of, reads_words, sees_counts, shown_value


@dataclass(frozen=True)
class Row:
    """One criterion (`heading`) or one of its indicators, in words as exact as the viewer may know them.

    `figure` is the result as a number, where there is one, shown with `places` decimals; `verified` is false where
    nobody has confirmed the standard; `undecided` tells that something was counted, but the declaration holds.
    """

    heading: bool
    number: int
    code: str
    name: str
    status: str
    standard: str = ""
    verified: bool = True
    unit: str = ""
    figure: float | None = None
    places: int = 0
    computed: str = ""
    declared: str = ""
    evidence: str = ""

    part: str = ""
    differs: bool = False
    undecided: bool = False

    @property
    def key(self) -> tuple[int, str, str]:
        """What names the same row in another year of the same set."""
        return (self.number, "" if self.heading else self.code, self.part)

    @property
    def holds(self) -> str:
        return str(Status(self.status).label)

    @property
    def css(self) -> str:
        return SIGNS[Status(self.status)][0] if Status(self.status) in SIGNS else ""

    @property
    def value(self) -> str:
        return "" if self.figure is None else figure(number(self.figure, self.places), self.unit)


def indicator_rows(unit: Unit, year: int, viewer: Viewer) -> list[Row]:
    """Return each criterion of the set in force, followed by its indicators, for one unit; [] without a set."""
    results = indicators_of(unit, None, year)
    rows = []
    for criterion in criteria_of(unit, year):
        rows.append(_heading(criterion))
        rows += [_row(one, unit, viewer) for one in results if one.indicator.criterion.number == criterion.number]
    return rows


def _heading(criterion: CriterionResult) -> Row:
    return Row(
        True, criterion.number, str(criterion.number), criterion.name, criterion.status, differs=criterion.differs
    )


def _row(result: IndicatorResult, unit: Unit, viewer: Viewer) -> Row:
    indicator, declared = result.indicator, result.declared
    exact = sees_counts(viewer, unit, result.measure)
    counted = not indicator.boolean
    told = (result.value if exact else blurred(result)) if counted else None
    return Row(
        heading=False,
        number=indicator.criterion.number,
        code=indicator.code,
        name=in_language(indicator),
        status=result.status,
        standard=_standard(result),
        verified=result.threshold_verified or result.threshold is None or not counted,
        unit=indicator.unit,
        figure=told,
        places=places_for(told, result.reaches) if told is not None else 0,
        computed=_computed(result, exact),
        declared=_declared(result, exact),
        part=indicator.part,
        differs=result.differs,
        undecided=was_counted(result) and result.status != (result.computed and result.computed.status),
        evidence=declared.evidence if declared and exact and reads_words(viewer, unit) else "",
    )


def was_counted(result: IndicatorResult) -> bool:
    """Tell whether rows say anything of an indicator: what is declared alone is not counted, not unknown."""
    return result.measure is not None and result.computed is not None and result.computed.denominator is not None


def _standard(result: IndicatorResult) -> str:
    if result.indicator.boolean:
        return ""
    return _("not set") if result.threshold is None else limit_of(result)


def _computed(result: IndicatorResult, exact: bool) -> str:
    """Return "37,98 % unmet" as the screen does, as exactly as the viewer may know it; "–" where none was counted."""
    if result.computed is None or not was_counted(result):
        return "–"
    value = result.counted_value
    if not exact:
        value = blurred(replace(result, declared=None))
    told = shown_value(value, result) if value is not None and not result.indicator.boolean else ""
    return " ".join(filter(None, (told, str(result.computed.get_status_display()))))


def _declared(result: IndicatorResult, exact: bool) -> str:
    """Return "56 % met" as the screen does, as exactly as the viewer may know it."""
    row = result.declared
    if row is None:
        return "–"
    value = result.declared_value
    told = shown_value(value, result) if value is not None and exact else ""
    return " ".join(filter(None, (told, str(row.get_status_display()))))
