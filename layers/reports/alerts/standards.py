"""Standards that somebody set otherwise: of the nation, and of the regions and provinces of a viewer's area."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.figures import exact
from layers.models import Comparator, Indicator, Threshold, Unit
from layers.models.units import Kind, Region
from layers.reports.needs import figure

from .change import Change


def changed_standards(viewer: Viewer, since: datetime, until: datetime) -> Iterable[Change]:
    """Yield each value that was set, corrected or taken away by hand and is another at the end of the time."""
    event = apps.get_model("layers", "ThresholdEvent")
    roots = [int(area.split("/")[0]) for area in viewer.areas if area]
    provinces = dict(Unit.objects.filter(pk__in=roots).values_list("code", "region")) if roots else None
    here = Q()
    if provinces is not None:
        here = Q(province_code__in=provinces) | Q(province_code="", region__in=("", *provinces.values()))
    touched = set(
        event.objects.filter(here, pgh_created_at__gte=since, pgh_created_at__lt=until).values_list(
            "pgh_obj", flat=True
        )
    )
    if not touched:
        return
    events = defaultdict(list)
    for one in event.objects.filter(pgh_obj__in=touched, pgh_created_at__gte=since).order_by("pgh_id"):
        events[one.pgh_obj_id].append(one)
    rows = Threshold.objects.in_bulk(touched)
    indicators = Indicator.objects.select_related("criterion__criteria_set").in_bulk(
        {found[0].indicator_id for found in events.values()}
    )
    names = dict(Unit.objects.filter(kind=Kind.PROVINCE).order_by("valid_from").values_list("code", "name"))
    for pk, found in events.items():
        during = [one for one in found if one.pgh_created_at < until]
        later = found[len(during) :]
        # An event holds what was there before it, except the one that tells how a row began.
        before = None if during[0].pgh_label == "insert" else during[0].value
        row: Any = later[0] if later else rows.get(pk)
        after = row.value if row is not None else None
        if before != after and found[0].indicator_id in indicators:
            yield _told(during[-1], indicators[found[0].indicator_id], before, after, names)


def _told(event: Any, indicator: Indicator, before: float | None, after: float | None, names: dict[str, str]) -> Change:
    whose = names.get(event.province_code, event.province_code) if event.province_code else (
        str(Region(event.region).label) if event.region else _("the whole country")
    )  # fmt: skip
    if event.commune_group:
        whose += ", " + _("communes of group %(group)s") % {"group": event.commune_group}
    words = {
        "code": str(indicator),
        "set": indicator.criterion.criteria_set.code,
        "year": event.first_year,
        "before": _limit(indicator, before),
        "after": _limit(indicator, after),
    }
    said = _("standard of indicator %(code)s (set %(set)s) from %(year)s on: %(before)s → %(after)s") % words
    return Change("standard", event.pgh_created_at, whose, said, said, "indicator", (indicator.pk,))


def _limit(indicator: Indicator, value: float | None) -> str:
    if value is None:
        return "–"
    return figure(Comparator(indicator.comparator).label if indicator.comparator else "", exact(value), indicator.unit)
