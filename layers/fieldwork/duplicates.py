"""Duplicates are suggested, never merged by themselves: same commune, and the same name nearby or the same number."""

from dataclasses import dataclass

from django.db.models import Q, Value

from layers.models import DuplicateCandidate, Household, Submission
from layers.models.duplicates import Likeness
from layers.models.feature import SearchKey

from .placing import commune_of
from .rules import metres
from .store import spot_of

#: Metres within which two households of one name are taken for one, or twice the accuracy if that is more.
NEAR_M = 30


@dataclass(frozen=True)
class Likely:
    other: Household
    reasons: tuple[str, ...]
    score: float
    distance_m: float | None


def suggest(household: Household, submission: Submission) -> int:
    """Note every household that may be the same as this one; return how many are new. None is suggested twice."""
    made = 0
    for likely in alike(household):
        older, younger = sorted((household, likely.other), key=lambda each: each.pk)
        _candidate, new = DuplicateCandidate.objects.get_or_create(
            first=older,
            second=younger,
            defaults={
                "submission": submission,
                "score": likely.score,
                "reasons": list(likely.reasons),
                "distance_m": likely.distance_m,
            },
        )
        made += new
    return made


def alike(household: Household) -> list[Likely]:
    """Return the households that may be this one, the likeliest first."""
    same = Q(pk__in=())
    if household.name:
        same |= Q(name_key=SearchKey(Value(household.name)))
    if household.id_hmac:
        same |= Q(id_hmac=household.id_hmac)
    path = commune_of(household.unit).path
    others = Household.objects.filter(same, unit__path__startswith=path).exclude(pk=household.pk)
    household.refresh_from_db(fields=["name_key"])
    found = [likely for other in others.defer("run") if (likely := _compare(household, other))]
    return sorted(found, key=lambda likely: -likely.score)


def _compare(one: Household, other: Household) -> Likely | None:
    reasons = []
    if one.id_hmac and one.id_hmac == other.id_hmac:
        reasons.append(Likeness.IDENTITY.value)
    if one.name_key and one.name_key == other.name_key:
        reasons.append(Likeness.NAME.value)
    here, there = spot_of(one), spot_of(other)
    away = metres(here, there) if here and there else None
    if away is not None and here and there and away <= max(NEAR_M, 2 * (here.accuracy or 0), 2 * (there.accuracy or 0)):
        reasons.append(Likeness.NEAR.value)
    if Likeness.IDENTITY not in reasons and not {Likeness.NAME, Likeness.NEAR} <= set(reasons):
        return None
    score = 0.6 * (Likeness.IDENTITY in reasons) + 0.25 * (Likeness.NAME in reasons) + 0.15 * (Likeness.NEAR in reasons)
    return Likely(other, tuple(reasons), round(score, 2), away)
