"""A commune that has ended hands its hamlets and rows to the successor that took all of it.

Results of the years before stay with the former commune as they were last assessed (`criteria.sql.FROZEN`). Counted
statistics, reviews and declarations are of a year and stay with the commune that they were told of.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import FINDINGS, LAYERS, Finding, Succession, Unit
from layers.models.feature import Feature
from layers.models.units import Kind


@dataclass(frozen=True)
class Carried:
    """What passes, or has passed, to a successor: hamlets, and rows of the commune itself by layer."""

    successor: Unit
    hamlets: int
    rows: dict[str, int]


def what_passes(former: Unit) -> Carried:
    """Return what would be handed over. Raises Refused where there is no one successor, or it was done already."""
    into = _whole(former).successor
    rows = {slug: found.count() for slug, found in _rows_of(former)}
    return Carried(into, _hamlets(former).count(), {slug: count for slug, count in rows.items() if count})


@transaction.atomic
def hand_over(former: Unit) -> Carried:
    """Hand hamlets and rows over, all or nothing; each change is in the history. Raises Refused as `what_passes`.

    The results of the successor are the caller's to have assessed anew.
    """
    Unit.objects.select_for_update().get(pk=former.pk)
    succession = _whole(former)
    passed = what_passes(former)
    _hamlets(former).update(parent=succession.successor)
    for _slug, found in _rows_of(former):
        found.update(unit=succession.successor)
    Succession.objects.filter(pk=succession.pk).update(carried_at=timezone.now())
    return passed


def _whole(former: Unit) -> Succession:
    found = list(former.successions.select_related("successor").defer("successor__geom"))
    if former.kind != Kind.COMMUNE or former.valid_to is None or not found:
        raise Refused(_("%(unit)s is no commune that has ended and has a successor."), unit=former)
    if len(found) > 1 or not found[0].whole or found[0].successor.kind != Kind.COMMUNE:
        raise Refused(
            _("%(unit)s was divided. Import its hamlets and rows with their new communes instead."), unit=former
        )
    if found[0].carried_at:
        raise Refused(
            _("%(unit)s was handed over on %(day)s already."), unit=former, day=f"{found[0].carried_at:%d/%m/%Y}"
        )
    return found[0]


def _hamlets(former: Unit) -> QuerySet[Unit]:
    """Hamlets that outlive their commune."""
    return Unit.objects.filter(parent=former, kind=Kind.HAMLET).at(former.valid_to)  # type: ignore[arg-type]


def _rows_of(former: Unit) -> Iterable[tuple[str, QuerySet]]:
    """Yield the rows of the commune itself, those of its hamlets go along with these; closed findings stay."""
    for slug, layer in LAYERS.items():
        if issubclass(layer.model, Feature):
            own = layer.model._default_manager.filter(unit=former)
            yield slug, Finding.objects.filter(unit=former, closed_on=None) if layer is FINDINGS else own
