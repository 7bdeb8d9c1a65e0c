"""Two households that are one: the one to keep takes what only the other had, and the other becomes a tombstone."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer
from layers.errors import NotAllowed, Refused
from layers.models import DuplicateCandidate, FieldChange, Household, Proposal

from . import store

#: What the household that stays takes from the other where it has none of its own.
TAKEN = ("name", "members", "address", "accuracy_m", "geom", "id_hmac", "id_last4", "key")


def merge(viewer: Viewer, candidate: DuplicateCandidate, keep: int) -> None:
    """Merge the candidate's households into the one with that primary key; the candidate goes with the other."""
    both = _locked(viewer, candidate)
    if keep not in both:
        raise Refused(_("Choose which of the two households stays."))
    kept = both.pop(keep)
    (other,) = both.values()
    taken = {
        name: getattr(other, name)
        for name in TAKEN
        if getattr(kept, name) in (None, "") and getattr(other, name) not in (None, "")
    }
    if ("geom" in taken) != ("accuracy_m" in taken):
        taken.pop("accuracy_m", None)
    known = set(kept.reviews.values_list("year", flat=True))
    other.reviews.exclude(year__in=known).update(household=kept)
    Proposal.objects.filter(household=other).update(household=kept)
    # The key of its source is unique: it is free once the other is gone.
    other.delete()
    for name, value in taken.items():
        setattr(kept, name, value)
    kept.save()
    FieldChange.objects.create(
        submission=candidate.submission,
        record=kept.uid,
        version=store.version_of(kept.uid),
        field=f"merged {other.uid.hex[:8]}",
        old={"uid": str(other.uid), "name": other.name, "address": other.address},
        new={"name": kept.name, "by": _who(viewer), "at": timezone.now().isoformat()},
    )


def _who(viewer: Viewer) -> str:
    user = User.objects.get(pk=viewer.user_id or 0)
    return user.get_full_name() or user.get_username()


def _locked(viewer: Viewer, candidate: DuplicateCandidate) -> dict[int, Household]:
    rows: QuerySet[Household] = Household.objects.seen_by(viewer, Audience.PERSONAL).select_for_update(of=("self",))
    both = {row.pk: row for row in rows.filter(pk__in=(candidate.first_id, candidate.second_id)).order_by("pk")}
    if len(both) < 2:
        raise NotAllowed(_("One of the two households lies outside your area. Its own office must decide."))
    return both
