"""`/criteria/`: the sets, and of one its indicators with the values that hold in a province and year."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.criteria.changing import provinces_of, used
from layers.criteria.limits import Record
from layers.criteria.measures import MEASURES, Measure
from layers.criteria.results import in_language
from layers.errors import NotFound
from layers.figures import exact
from layers.mapserver.asked import only, whole
from layers.models import LAYERS, Comparator, CriteriaSet, Indicator, Threshold, Unit
from layers.models.units import CommuneGroup, Kind, Region
from layers.reports.needs import figure
from layers.sessions import AskedRequest


def keeps_sets(request: HttpRequest) -> bool:
    """Tell whether the reader keeps the sets themselves: structure, and the values of the nation and its regions."""
    return request.user.is_active and request.user.is_superuser


def set_of(code: str) -> CriteriaSet:
    found = CriteriaSet.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no criteria set %(code)s."), code=code)
    return found


@require_safe
def sets_page(request: AskedRequest) -> HttpResponse:
    only(request, ())
    sets = CriteriaSet.objects.annotate(
        criteria_count=Count("criteria", distinct=True),
        # An indicator that asks for two values is one.
        indicator_count=Count("criteria__indicators__code", distinct=True),
        row_count=Count("criteria__indicators", distinct=True),
        computed_count=Count("criteria__indicators", filter=~Q(criteria__indicators__measure=""), distinct=True),
        value_count=Count("criteria__indicators__thresholds", distinct=True),
        unverified_count=Count(
            "criteria__indicators__thresholds",
            filter=Q(criteria__indicators__thresholds__verified=False),
            distinct=True,
        ),
    )
    keeps = keeps_sets(request)
    page = {"sets": sets, "may_add": keeps, "may_group": keeps or bool(provinces_of(request.viewer))}
    return render(request, "criteria/sets.html", page)


@require_safe
def set_page(request: AskedRequest, code: str) -> HttpResponse:
    only(request, ("province", "year", "group"))
    criteria_set = set_of(code)
    found = Unit.objects.filter(kind=Kind.PROVINCE).order_by("code", "valid_from")
    provinces = list(found.only("code", "name", "title", "region", "path", "valid_to", "kind"))
    year = whole(request, "year", criteria_set.first_year, criteria_set.last_year) or criteria_set.last_year
    # Provinces as they are in that year before those that were merged earlier.
    standing = [one for one in provinces if one.valid_to is None or one.valid_to > date(year, 12, 31)]
    province = province_asked(request, [*standing, *(one for one in provinces if one not in standing)])
    group = whole(request, "group", 0, 3) or 0
    indicators = list(
        Indicator.objects.filter(criterion__criteria_set=criteria_set).select_related("criterion").order_by(
            "criterion__number", "pk"
        )
    )  # fmt: skip
    page = {
        "set": criteria_set,
        "year": year,
        "years": range(criteria_set.first_year, criteria_set.last_year + 1),
        "provinces": provinces,
        "province": province,
        "group": group,
        "groups": CommuneGroup.choices if grouped(criteria_set) else [],
        "criteria": criteria_of(criteria_set, indicators, province, year, group),
        "indicators": len({(one.criterion_id, one.code) for one in indicators}),
        "rows": len(indicators),
        "computed": sum(bool(one.measure) for one in indicators),
        "declared": sum(not one.measure for one in indicators),
        "may_edit": keeps_sets(request),
        "may_remove": keeps_sets(request) and not used(criteria_set),
        "may_change": keeps_sets(request) or bool(provinces_of(request.viewer)),
    }
    return render(request, "criteria/set.html", page)


def grouped(criteria_set: CriteriaSet) -> bool:
    """Tell whether any value of a set differs by group of communes."""
    return Threshold.objects.filter(
        indicator__criterion__criteria_set=criteria_set, commune_group__gt=0
    ).exists()  # fmt: skip


def province_asked(request: AskedRequest, provinces: list[Unit]) -> Unit | None:
    """Return the province in the address, else the reader's own, else the first."""
    asked = whole(request, "province", 1, 2**63 - 1)
    if asked is not None:
        return next((one for one in provinces if one.pk == asked), None)
    own = [one for one in provinces if any(area.startswith(one.path) for area in request.viewer.areas)]
    return next(iter((*own, *provinces)), None)


def criteria_of(
    criteria_set: CriteriaSet, indicators: list[Indicator], province: Unit | None, year: int, group: int
) -> list[dict[str, Any]]:
    held = Record([province], indicators, year).held(province.pk, group, year) if province else {}
    by_group = set(Threshold.objects.filter(
        indicator__in=indicators, commune_group__gt=0, first_year__lte=year,
        province_code__in=["", province.code if province else ""],
    ).values_list("indicator", flat=True))  # fmt: skip
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in indicators:
        row = row_of(one, held.get(one.pk))
        if row["threshold"] is None and not group and one.pk in by_group:
            row["value"] = _("differs by group: choose one above")
        rows[one.criterion_id].append(row)
    return [
        {"number": one.number, "name": in_language(one), "rows": rows[one.pk]} for one in criteria_set.criteria.all()
    ]


def row_of(indicator: Indicator, threshold: Threshold | None) -> dict[str, Any]:
    """Return what a set's page says of one indicator."""
    return {
        "indicator": indicator,
        "name": in_language(indicator),
        "value": value_in_words(indicator, threshold),
        "threshold": threshold,
        "level": level_of(threshold),
        "measured": measured(MEASURES.get(indicator.measure)),
    }


def value_in_words(indicator: Indicator, threshold: Threshold | None) -> str:
    if threshold is None:
        return _("not set")
    if indicator.boolean:
        return _("met")
    return figure(Comparator(indicator.comparator).label, exact(threshold.value), indicator.unit)


def level_of(threshold: Threshold | None) -> str:
    """Return whose value it is: the province's own, a group's, a region's, the nation's."""
    if threshold is None:
        return ""
    level = (
        _("the province's own")
        if threshold.province_code
        else _("the region's")
        if threshold.region
        else _("everywhere")
    )
    group = _("group %(number)s") % {"number": threshold.commune_group} if threshold.commune_group else ""
    since = _("since %(year)s") % {"year": threshold.first_year}
    return " · ".join(filter(None, (level, group, since)))


def measured(measure: Measure | None) -> dict[str, str] | None:
    """Return how an indicator is computed: formula, unit, and where its rows lie; None where it is declared only."""
    if measure is None:
        return None
    where = str(LAYERS[measure.layer].title) if measure.layer else _("Counted statistics")
    return {"formula": measure.formula, "unit": str(measure.unit), "layer": measure.layer, "where": where,
            "code": measure.slug}  # fmt: skip


def province_names() -> dict[str, str]:
    return dict(Unit.objects.filter(kind=Kind.PROVINCE).order_by("valid_from").values_list("code", "name"))


def who(threshold: Threshold, provinces: dict[str, str]) -> str:
    if threshold.province_code:
        return provinces.get(threshold.province_code, threshold.province_code)
    return str(Region(threshold.region).label) if threshold.region else _("the whole country")
