"""What a commune says of itself: one value against one indicator, with the evidence for it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.criteria.assess import assess
from layers.criteria.measures import MEASURES
from layers.criteria.results import thresholds_for
from layers.errors import NotAllowed, Refused
from layers.models import Comparator, Declaration, Indicator, Status, Unit
from layers.models.units import Kind

from .cycle import require_draft
from .evidence import Accepted, keep
from .levels import Levels, chain_of

ROUNDING = 1e-6


@dataclass(frozen=True)
class Told:
    """What is declared. `value` is in the indicator's unit; where both sums are given it follows from them."""

    status: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    evidence: str = ""
    source: str = ""
    as_of: date | None = None
    decision_number: str = ""
    decision_on: date | None = None

    @property
    def held(self) -> float | None:
        """The value that is held against the threshold."""
        if self.value is None and self.numerator is not None and self.denominator:
            return 100 * self.numerator / self.denominator
        return self.value


def may_declare(levels: Levels, unit: Unit) -> bool:
    return Kind.COMMUNE in levels.at(unit.path)


def names_persons(indicator: Indicator) -> bool:
    """Tell whether the evidence of an indicator may name persons: what counts people is proved by lists of them."""
    measure = MEASURES.get(indicator.measure)
    return measure is not None and measure.people


@transaction.atomic
def declare(
    unit: Unit, indicator: Indicator, year: int, viewer: Viewer, told: Told, files: list[Accepted]
) -> Declaration:
    """Store what a commune declares, and bring its criteria up to it.

    Raises NotAllowed for anybody but the commune itself, Refused once the year has been handed in or where the
    value contradicts the result that is claimed.
    """
    chain_of(unit)
    if not may_declare(Levels(viewer), unit):
        raise NotAllowed(_("Only %(unit)s itself declares its results."), unit=unit)
    require_draft(unit, year)
    _require_sense(unit, indicator, year, told)
    values = {name: getattr(told, name) for name in Told.__dataclass_fields__}
    row, _made = Declaration.objects.update_or_create(unit=unit, indicator=indicator, year=year, defaults=values)
    keep(files, unit, viewer, row, personal=names_persons(indicator))
    assess(year, unit.path)
    return row


def _require_sense(unit: Unit, indicator: Indicator, year: int, told: Told) -> None:
    if told.numerator is not None and told.denominator is not None and told.numerator > told.denominator:
        raise Refused(_("The part is larger than the whole."))
    if indicator.boolean or told.status != Status.MET or told.held is None:
        return
    threshold = thresholds_for(unit, [indicator], year).get(indicator.pk)
    if threshold is None:
        return
    short = (
        told.held > threshold.value + ROUNDING
        if indicator.comparator == Comparator.AT_MOST
        else told.held < threshold.value - ROUNDING
    )
    if short:
        raise Refused(
            _("%(value)s does not reach the standard %(sign)s %(threshold)s: it cannot be declared as met."),
            value=number_format(round(told.held, 2)),
            sign=Comparator(indicator.comparator).label,
            threshold=number_format(threshold.value),
        )
