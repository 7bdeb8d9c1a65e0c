"""Changing a criteria set: a value from a year on, a new set, a copy of one, a criterion, an indicator.

A value is never overwritten by one that holds from a later year: it gets a row of its own, and the years before
keep theirs. Correcting a row that was wrong changes the years that used it, except those already recognised
(see `sql.KEPT`). Why is kept in the history, with who and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import ManyToOneRel, Max
from django.utils.translation import gettext_lazy as _

from layers.access import Role, Viewer
from layers.errors import NotAllowed, Refused
from layers.models import (
    CriteriaSet,
    Criterion,
    Cycle,
    Grouping,
    Indicator,
    Standing,
    Threshold,
    Unit,
)
from layers.models.layer import Text
from layers.models.programme import State
from layers.models.units import Kind


@dataclass(frozen=True)
class Scope:
    """For whom a value holds: one province, one region, or the nation where both are empty."""

    region: str = ""
    province_code: str = ""
    commune_group: int = 0


@dataclass(frozen=True)
class Reach:
    """How far a change of a set reaches: the units below these paths ("": all), from a year on."""

    first_year: int
    paths: list[str]


@dataclass(frozen=True)
class NewValue:
    first_year: int
    value: float
    verified: bool
    source: str
    reason: str


def provinces_of(viewer: Viewer) -> list[Unit]:
    """Return the provinces whose own values a viewer sets: an administrator's, bound to the whole of them."""
    if viewer.role is not Role.ADMINISTRATOR or viewer.user_id is None:
        return []
    rows = Unit.objects.filter(kind=Kind.PROVINCE, path__in=viewer.areas).only(
        "code", "name", "title", "region", "path", "valid_to"
    )
    return list(rows.order_by("-valid_from"))


def require_scope(viewer: Viewer, national: bool, scope: Scope) -> None:
    """Refuse a value that is not the viewer's to set. `national` says that the viewer keeps the sets themselves."""
    own = {province.code for province in provinces_of(viewer)}
    if scope.province_code in own or (national and not scope.province_code):
        return
    raise NotAllowed(_("You set the values of your own province alone. Those of the nation and its regions are kept "
                       "by whoever keeps the criteria sets."))  # fmt: skip


#: Larger than any value of a criteria set; what is more was typed by mistake.
LARGEST = 1e9


def impossible(value: float, unit: str) -> Text | None:
    """Return why a value cannot be one of an indicator in this unit of measure, None where it can."""
    if not 0 <= value <= LARGEST:
        return _("A value is not below 0, nor beyond all measure.")
    if unit.strip().startswith("%") and value > 100:
        return _("A per cent lies between 0 and 100.")
    return None


@transaction.atomic
def set_value(indicator: Indicator, scope: Scope, new: NewValue) -> Threshold:
    """Store a value from a year on; the one that begins in that very year, if there is one, is corrected."""
    criteria_set = indicator.criterion.criteria_set
    if not criteria_set.first_year <= new.first_year <= criteria_set.last_year:
        raise Refused(
            _("Set %(code)s is for %(first)s–%(last)s, not for %(year)s."),
            code=criteria_set.code,
            first=criteria_set.first_year,
            last=criteria_set.last_year,
            year=new.first_year,
        )
    wrong = None if indicator.boolean else impossible(new.value, indicator.unit)
    if wrong:
        raise Refused(wrong)
    with pghistory.context(reason=new.reason):
        threshold, _made = Threshold.objects.update_or_create(
            indicator=indicator,
            first_year=new.first_year,
            region=scope.region,
            province_code=scope.province_code,
            commune_group=scope.commune_group,
            defaults={"value": new.value, "verified": new.verified, "source": new.source},
        )
    return threshold


@transaction.atomic
def take_away(threshold: Threshold, reason: str) -> Threshold:
    """Remove a value that was set for a scope by mistake; the wider one holds again. Kept in the history, with why.

    Raises Refused for the nation's first one where years were assessed by it: the communes' mere word would hold.
    """
    if _carries(threshold):
        raise Refused(
            _(
                "This value is what every commune is held against, and nothing would stand in its place. "
                "Set another instead."
            )
        )
    with pghistory.context(reason=reason):
        Threshold.objects.filter(pk=threshold.pk).delete()
    return threshold


def _carries(threshold: Threshold) -> bool:
    if threshold.province_code or threshold.region or threshold.commune_group:
        return False
    same = {"region": "", "province_code": "", "commune_group": 0, "first_year__lte": threshold.first_year}
    others = threshold.indicator.thresholds.filter(**same).exclude(pk=threshold.pk)
    return used(threshold.indicator.criterion.criteria_set) and not others.exists()


@transaction.atomic
def change_indicator(indicator: Indicator, reason: str) -> Reach:
    """Store an indicator as it has been changed, with why; say how far its results may follow.

    Raises Refused where its meaning is another and a year was recognised by its set.
    """
    criteria_set = indicator.criterion.criteria_set
    known = Indicator.objects.get(pk=indicator.pk)
    changed = [name for name in Indicator.MEANING if getattr(known, name) != getattr(indicator, name)]
    if changed and closed(criteria_set):
        raise Refused(
            _("Communes were recognised by set %(code)s: what its indicators mean stays. Names may be corrected."),
            code=criteria_set.code,
        )
    with pghistory.context(reason=reason):
        indicator.save()
    return whole(criteria_set) if changed else Reach(criteria_set.first_year, [])


@transaction.atomic
def set_group(communes: Iterable[Unit], commune_group: int, since: date, reason: str, user_id: int | None) -> list[str]:
    """Store to which group communes belong from a day on; return the paths below which results may follow.

    One that begins on that very day is corrected. Years that ended before it keep the group they had.
    """
    communes = list(communes)
    with pghistory.context(reason=reason):
        for commune in communes:
            Grouping.objects.update_or_create(
                unit=commune,
                since=since,
                defaults={"commune_group": commune_group, "reason": reason, "user_id": user_id},
            )
    return _assessed_since(communes, since)


@transaction.atomic
def take_group_away(told: Grouping, reason: str) -> list[str]:
    """Remove what was told of a commune's group, kept in the history with why; return the paths to assess again."""
    with pghistory.context(reason=reason):
        Grouping.objects.filter(pk=told.pk).delete()
    return _assessed_since([told.unit], told.since)


def _assessed_since(communes: list[Unit], since: date) -> list[str]:
    assessed = Standing.objects.filter(unit__in=communes, year__gte=since.year)
    return sorted(set(assessed.values_list("unit__path", flat=True)))


def touched_by(threshold: Threshold) -> Reach:
    """Return how far results may follow a changed value; nowhere where no year was assessed."""
    criteria_set = threshold.indicator.criterion.criteria_set
    years = range(threshold.first_year, criteria_set.last_year + 1)
    if not Standing.objects.filter(year__in=years).exists():
        return Reach(threshold.first_year, [])
    provinces = Unit.objects.filter(kind=Kind.PROVINCE)
    if threshold.province_code:
        provinces = provinces.filter(code=threshold.province_code)
    elif threshold.region:
        provinces = provinces.filter(region=threshold.region)
    return Reach(threshold.first_year, list(provinces.order_by("path").values_list("path", flat=True)))


def whole(criteria_set: CriteriaSet) -> Reach:
    """Return the reach of a change of the set itself: all that was assessed by it."""
    assessed = Standing.objects.filter(criteria_set=criteria_set).exists()
    return Reach(criteria_set.first_year, [""] if assessed else [])


@transaction.atomic
def add_set(made: CriteriaSet, like: CriteriaSet | None = None) -> CriteriaSet:
    """Store a new set, with the criteria, indicators and values of another if one is named.

    Values that are taken over were confirmed for another decision: in the new set they are not verified.
    """
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused(
            _("Another set is in force in some of the years %(first)s–%(last)s. One set holds in each year."),
            first=made.first_year,
            last=made.last_year,
        ) from error
    for criterion in like.criteria.prefetch_related("indicators__thresholds") if like else ():
        _copy_criterion(criterion, made)
    return made


def _copy_criterion(criterion: Criterion, made: CriteriaSet) -> None:
    source = str(_("taken over from set %(code)s")) % {"code": criterion.criteria_set.code}
    indicators = list(criterion.indicators.all())
    copied = Criterion.objects.create(
        criteria_set=made,
        number=criterion.number,
        name_vi=criterion.name_vi,
        name_en=criterion.name_en,
        group_vi=criterion.group_vi,
        group_en=criterion.group_en,
    )
    for indicator in indicators:
        # The value in force at the end of the set is what the new one begins with.
        latest: dict[tuple[str, str, int], Threshold] = {}
        for threshold in sorted(indicator.thresholds.all(), key=lambda one: one.first_year):
            latest[threshold.region, threshold.province_code, threshold.commune_group] = threshold
        indicator.pk, indicator._state.adding = None, True
        indicator.criterion, indicator.verified = copied, False
        indicator.save()
        Threshold.objects.bulk_create(
            Threshold(
                indicator=indicator,
                first_year=made.first_year,
                region=one.region,
                province_code=one.province_code,
                commune_group=one.commune_group,
                value=one.value,
                verified=False,
                source=source,
            )
            for one in latest.values()
        )


def used(criteria_set: CriteriaSet) -> bool:
    """Tell whether anything refers to a set but its own values: results, declarations, works, questions."""
    if Standing.objects.filter(criteria_set=criteria_set).exists():
        return True
    own = {"indicator__criterion__criteria_set": criteria_set}
    # The history of a value (without a constraint of the database) keeps nothing from being removed.
    return any(
        getattr(one.field, "db_constraint", False)
        and one.field.name == "indicator"
        and one.related_model._default_manager.filter(**own).exists()
        for one in Indicator._meta.get_fields(include_hidden=True)
        if isinstance(one, ManyToOneRel) and one.related_model is not Threshold
    )


def closed(criteria_set: CriteriaSet) -> bool:
    """Tell whether a commune's year was recognised by a set: what its indicators mean then stays."""
    years = (criteria_set.first_year, criteria_set.last_year)
    return Cycle.objects.filter(state=State.RECOGNISED, year__range=years).exists()


def require_unused(criteria_set: CriteriaSet) -> None:
    if used(criteria_set):
        raise Refused(
            _("Communes were assessed by set %(code)s: it can neither be renamed nor removed."), code=criteria_set.code
        )


@transaction.atomic
def remove_set(criteria_set: CriteriaSet) -> None:
    """Remove a set with its criteria, indicators and values. Raises Refused where anything was assessed by it."""
    require_unused(criteria_set)
    criteria_set.delete()


def add_criterion(criteria_set: CriteriaSet, name_vi: str, name_en: str) -> Criterion:
    """Add a criterion after the last: results are kept by their place, so numbers leave no gap."""
    last = criteria_set.criteria.aggregate(last=Max("number"))["last"] or 0
    return Criterion.objects.create(criteria_set=criteria_set, number=last + 1, name_vi=name_vi, name_en=name_en)
