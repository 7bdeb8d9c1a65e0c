"""Users bound to a unit that has ended: which unit continues it, who may give it to them, and giving it.

Nothing is given by itself. A successor may hold more than the unit did, and a unit may have been divided: an
administrator who covers the successor looks at both and decides.
"""

from collections.abc import Iterable
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
from layers.models import Member, Succession, Unit, viewer_of
from layers.models.units import Kind

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


def ended_of(rows: Iterable, viewer: Viewer, everywhere: bool) -> list[Ended]:
    """Return the bindings with what may be given in their place by an administrator, `everywhere` or in own areas."""
    return [Ended(row.member, row.unit, tuple(_offers(row.unit, viewer, everywhere))) for row in rows]


def _offers(unit: Unit, viewer: Viewer, everywhere: bool) -> list[Offer]:
    return [
        Offer(successor, _also_in(successor, unit), everywhere or viewer.covers(successor.path))
        for successor in successors_of(unit)
    ]


def successors_of(unit: Unit) -> list[Unit]:
    """Return the units that continue an ended one today; where none is on record, as for districts, those of its
    communes."""
    found = _living([unit.pk])
    if not found:
        communes = Unit.objects.filter(path__startswith=unit.path, kind=Kind.COMMUNE).exclude(pk=unit.pk)
        found = _living(communes.values_list("pk", flat=True))
    return found


def _living(ids: Iterable[int]) -> list[Unit]:
    today = timezone.localdate()
    found: dict[int, Unit] = {}
    reached = set(ids)
    for _reform in range(REFORMS):
        steps = Succession.objects.filter(predecessor__in=reached).values("successor")
        units = list(Unit.objects.filter(pk__in=steps).defer("geom"))
        found |= {one.pk: one for one in units if one.valid_to is None or one.valid_to > today}
        reached = {one.pk for one in units} - set(found)
        if not reached:
            break
    return sorted(found.values(), key=lambda one: one.path)


def _also_in(successor: Unit, unit: Unit) -> tuple[Unit, ...]:
    former = Unit.objects.filter(successions__successor=successor).exclude(path__startswith=unit.path)
    return tuple(former.defer("geom").order_by("path"))


def whom_to_ask(units: Iterable[Unit]) -> list[User]:
    """Return the administrators who may give these units: those who cover one, and those of the whole product."""
    people = User.objects.filter(is_active=True).select_related("member")
    paths = [unit.path for unit in units]
    able = [
        user.pk
        for user in people.filter(member__role=Role.ADMINISTRATOR.value)
        if any(viewer_of(user).covers(path) for path in paths)
    ]
    return list(people.filter(Q(pk__in=able) | Q(is_superuser=True, is_staff=True)).order_by("username")[:NAMED])


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
