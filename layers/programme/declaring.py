"""What a commune says of itself: one value against one indicator, with the evidence for it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.criteria.assess import assess
from layers.criteria.limits import limits_of
from layers.criteria.measures import MEASURES
from layers.errors import NotAllowed
from layers.models import Cycle, Declaration, Evidence, Indicator, Unit
from layers.models.units import Kind

from .cycle import require_draft
from .evidence import Accepted, keep
from .levels import Levels, chain_of
from .sense import Told, require_sense
from .years import require_year


def may_declare(levels: Levels, unit: Unit) -> bool:
    return Kind.COMMUNE in levels.at(unit.path)


def names_persons(indicator: Indicator) -> bool:
    """Tell whether the evidence of an indicator may name persons: what counts people is proved by lists of them."""
    measure = MEASURES.get(indicator.measure)
    return measure is not None and measure.people


@transaction.atomic
def open_year(unit: Unit, year: int, viewer: Viewer) -> None:
    """Begin a commune's year: what its rows say is reckoned. Raises NotAllowed for anybody but the commune itself."""
    _require_own(unit, year, viewer)
    Cycle.objects.get_or_create(unit=unit, year=year)
    assess(year, unit.path)


def _require_own(unit: Unit, year: int, viewer: Viewer) -> None:
    chain_of(unit)
    require_year(unit, year)
    if not may_declare(Levels(viewer), unit):
        raise NotAllowed(_("Only %(unit)s itself declares its results."), unit=unit)


@transaction.atomic
def declare(
    unit: Unit, indicator: Indicator, year: int, viewer: Viewer, told: Told, files: list[Accepted]
) -> Declaration:
    """Store what a commune declares, and bring its criteria up to it.

    Raises NotAllowed for anybody but the commune itself, Refused once the year has been handed in or where it
    contradicts itself (`layers.programme.sense`).
    """
    _require_own(unit, year, viewer)
    require_draft(unit, year)
    _require_sense(unit, indicator, year, told, files)
    values = {name: getattr(told, name) for name in Told.__dataclass_fields__}
    row, _made = Declaration.objects.update_or_create(unit=unit, indicator=indicator, year=year, defaults=values)
    keep(files, unit, viewer, row, personal=names_persons(indicator))
    assess(year, unit.path)
    return row


def _require_sense(unit: Unit, indicator: Indicator, year: int, told: Told, files: list[Accepted]) -> None:
    limit = limits_of([unit], [indicator], year).get((unit.pk, indicator.pk))
    kept = Evidence.objects.filter(
        declaration__unit=unit, declaration__indicator=indicator, declaration__year=year
    ).exists()
    require_sense(indicator, told, limit.value if limit else None, year, files=bool(files) or kept)
