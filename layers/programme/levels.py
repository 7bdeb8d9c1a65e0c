"""At which level somebody acts in a commune's year: the commune itself, the district above it, the province.

A level is not how much one may see. Whoever is bound to a province sees its communes and yet does not assess
a commune in its name. So what counts is the unit to which a user is bound, or the one that it succeeded: the
people of the commune of today answer for the years of the commune that was merged into it as a whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Refused
from layers.models import Succession, Unit
from layers.models.units import Kind


@dataclass(frozen=True)
class Chain:
    """A commune and what stands above it. `district` is None where there is no such level."""

    commune: Unit
    district: Unit | None
    province: Unit

    def district_acts(self, day: date) -> bool:
        """Tell whether the district is still there to act; after its end the province acts in its place."""
        return self.district is not None and (self.district.valid_to is None or self.district.valid_to > day)


def ids_of(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]


def chains_of(communes: Iterable[Unit]) -> dict[int, Chain]:
    """Return the chain of each commune by its id: one query for all."""
    communes = list(communes)
    above = Unit.objects.only("kind", "name", "title", "code", "path", "valid_to").in_bulk(
        {pk for commune in communes for pk in ids_of(commune.path)}
    )
    return {commune.pk: _chain(commune, above) for commune in communes}


def _chain(commune: Unit, above: dict[int, Unit]) -> Chain:
    found = {above[pk].kind: above[pk] for pk in ids_of(commune.path)}
    return Chain(commune, found.get(Kind.DISTRICT), found[Kind.PROVINCE])


def chain_of(commune: Unit) -> Chain:
    """Return the chain of a commune. Raises Refused for a unit that has no year of its own."""
    if commune.kind != Kind.COMMUNE or not commune.rural:
        raise Refused(_("%(unit)s is not assessed: only rural communes are."), unit=commune)
    return chains_of([commune])[commune.pk]


class Levels:
    """The levels of one viewer, for any number of units: two queries in all."""

    def __init__(self, viewer: Viewer) -> None:
        self._kinds: dict[int, str] = {}
        if not viewer.may_edit or viewer.user_id is None:
            return
        self._kinds = dict(Unit.objects.filter(members__user_id=viewer.user_id).values_list("pk", "kind"))
        former = Succession.objects.filter(successor__in=self._kinds).values_list(
            "successor", "predecessor", "predecessor__kind", "predecessor__path"
        )
        for successor, predecessor, kind, path in former:
            # A unit that was divided is nobody's alone, so the viewer does not cover it.
            if self._kinds[successor] == kind and viewer.covers(path):
                self._kinds[predecessor] = kind

    def at(self, path: str) -> frozenset[Kind]:
        """Return the levels at which the viewer acts for the unit with that path."""
        return frozenset(Kind(self._kinds[pk]) for pk in ids_of(path) if pk in self._kinds)


def acting(step_level: Kind, chain: Chain, day: date | None = None) -> frozenset[Kind]:
    """Return the levels that may take a step of a level: itself, and the province for a district that is no more."""
    day = day or timezone.localdate()
    if step_level is Kind.DISTRICT and not chain.district_acts(day):
        return frozenset({Kind.DISTRICT, Kind.PROVINCE})
    return frozenset({step_level})
