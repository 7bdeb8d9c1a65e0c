"""Users bound to a unit that has ended: which unit continues it, who may give it to them, and giving it.

Nothing is given by itself. A successor may hold more than the unit did, and a unit may have been divided: an
administrator who covers the successor looks at both and decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import StrIndex
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Role, Viewer
from layers.errors import NotAllowed, NotFound, Refused
from layers.models import Member, Succession, Unit

#: How often units were reformed since any was recorded, at most: a chain of successors is no longer.
REFORMS = 10
#: So many administrators are named at most.
NAMED = 5


@dataclass(frozen=True)
class Offer:
    """A unit that continues an ended one. `more` are the other former units that it holds; `may` tells whether the
    administrator who looks may give it."""

    unit: Unit
    more: tuple[Unit, ...]
    may: bool


@dataclass(frozen=True)
class Ended:
    """A user's unit that has ended, with those that continue it."""

    member: Member
    unit: Unit
    offers: tuple[Offer, ...]

    @property
    def divided(self) -> bool:
        return len(self.offers) > 1

    @property
    def may(self) -> bool:
        return any(offer.may for offer in self.offers)


def ended_bindings(members: QuerySet[Member]) -> QuerySet:
    """Return the bindings of members to units that have ended, without those who have a unit that continues it."""
    bindings = Member.units.through.objects.filter(member__in=members, unit__valid_to__lte=timezone.localdate())
    given = (
        Member.units.through.objects.filter(member=OuterRef(OuterRef("member")))
        .annotate(at=StrIndex(OuterRef("successor__path"), F("unit__path")))
        .filter(at=1)  # type: ignore[misc]  # the stubs lose an annotation with an outer reference
    )
    continued = Succession.objects.filter(Exists(given), predecessor__path__startswith=OuterRef("unit__path"))
    rows = bindings.exclude(Exists(continued)).select_related("member__user", "unit").defer("unit__geom")
    return rows.order_by("unit__path", "member__user__username", "pk")


class Lineage:
    """Which unit continues which: every succession on record, read once."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self.after: dict[int, set[int]] = defaultdict(set)
        self.before: dict[int, set[int]] = defaultdict(set)
        self.paths: dict[int, str] = {}
        self.living: set[int] = set()
        rows = Succession.objects.values_list(
            "predecessor", "predecessor__path", "successor", "successor__path", "successor__valid_to"
        )
        for former, former_path, present, path, valid_to in rows:
            self.after[former].add(present)
            self.before[present].add(former)
            self.paths |= {former: former_path, present: path}
            if valid_to is None or valid_to > today:
                self.living.add(present)

    def successors(self, unit: Unit) -> list[int]:
        """Return the units that continue an ended one today, by their paths; where none is on record, as for
        districts, those that continue the units in it."""
        found = self._today({unit.pk})
        if not found:
            found = self._today({former for former in self.after if self.paths[former].startswith(unit.path)})
        return sorted(found, key=lambda pk: self.paths[pk])

    def _today(self, units: set[int]) -> set[int]:
        found: set[int] = set()
        for _reform in range(REFORMS):
            units = {present for former in units for present in self.after.get(former, ())} - found
            found |= units & self.living
            units -= self.living
        return found

    def also_in(self, successor: int, unit: Unit) -> list[int]:
        """Return the other former units that a successor holds."""
        former = (pk for pk in self.before[successor] if not self.paths[pk].startswith(unit.path))
        return sorted(former, key=lambda pk: self.paths[pk])


def ended_of(rows: Sequence, viewer: Viewer, everywhere: bool) -> list[Ended]:
    """Return the bindings with what may be given in their place by an administrator, `everywhere` or in own areas."""
    lineage = Lineage()
    offered = {row.unit: lineage.successors(row.unit) for row in rows}
    more = {(unit, pk): lineage.also_in(pk, unit) for unit, found in offered.items() for pk in found}
    named = {pk for found in (*offered.values(), *more.values()) for pk in found}
    units = Unit.objects.defer("geom").in_bulk(named)

    def offer(unit: Unit, pk: int) -> Offer:
        also = tuple(units[one] for one in more[unit, pk])
        return Offer(units[pk], also, everywhere or viewer.covers(units[pk].path))

    return [Ended(row.member, row.unit, tuple(offer(row.unit, pk) for pk in offered[row.unit])) for row in rows]


def whom_to_ask(units: Iterable[Unit]) -> list[User]:
    """Return the administrators who may give these units: those bound to one or above it, and those of the product."""
    above = {unit.path[: at + 1] for unit in units for at, letter in enumerate(unit.path) if letter == "/"}
    able = Member.objects.filter(role=Role.ADMINISTRATOR.value, units__path__in=above)
    people = User.objects.filter(Q(member__in=able) | Q(is_superuser=True, is_staff=True), is_active=True)
    return list(people.order_by("username")[:NAMED])


@transaction.atomic
def give(binding: int, chosen: list[int], viewer: Viewer, user: User) -> Member:
    """Bind a member to successors of an ended unit, and record who did.

    The ended unit itself is let go where all that continues it was given: its rows are then seen through those
    (`predecessor_paths`). Raises NotFound for a binding that is not the administrator's to change, NotAllowed for a
    unit outside the own areas, Refused where nothing is chosen.
    """
    members = Member.objects.under(viewer, everybody=user.is_superuser)
    row = ended_bindings(members).filter(pk=binding).first()
    if row is None:
        raise NotFound(_("This user has the successor already, or is not one of yours."))
    Member.objects.select_for_update().get(pk=row.member_id)
    ended = ended_of([row], viewer, user.is_superuser)[0]
    given = [offer for offer in ended.offers if offer.unit.pk in chosen]
    if not given or len(given) != len(set(chosen)):
        raise Refused(_("Choose the units that continue it."))
    if not all(offer.may for offer in given):
        raise NotAllowed(_("You can only bind users to your own units."))
    ended.member.units.add(*(offer.unit for offer in given))
    if ended.unit.successions.exists() and len(given) == len(ended.offers):
        ended.member.units.remove(ended.unit)
    _record(ended, given, user)
    return ended.member


def _record(ended: Ended, given: list[Offer], user: User) -> None:
    words = {"unit": ended.unit, "successors": ", ".join(str(offer.unit) for offer in given)}
    LogEntry.objects.log_actions(
        user.pk,
        [ended.member.user],
        CHANGE,
        _("%(unit)s has ended; given in its place: %(successors)s") % words,
        single_object=True,
    )
