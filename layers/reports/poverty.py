"""The poverty rate of a unit over years, as the viewer may know it."""

from typing import Any

from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.mapserver.counted import Counted
from layers.mapserver.values import number
from layers.models import HOUSEHOLDS, Unit

from .trend import Trend, trend

#: Poor and all households by year; nothing for a year of which the viewer may not know them.
Poverty = dict[int, tuple[float, float] | None]


def poverty_by_year(paths: list[str], years: list[int], viewer: Viewer) -> Poverty:
    """Return poor and all households of units by their paths, together, from the totals that hide small counts."""
    units = list(Unit.objects.filter(path__in=paths).defer("geom").order_by("path"))
    found: Poverty = {}
    for year in years:
        counted = Counted(HOUSEHOLDS, viewer, year)
        totals = [{total.name: total.value for total in counted.of(unit)} for unit in units]
        poor = [total["poor"] for total in totals]
        count = [total["count"] for total in totals]
        known = None not in poor and None not in count
        found[year] = (sum(filter(None, poor)), sum(filter(None, count))) if known else None
    return {year: pair for year, pair in found.items() if pair is None or pair[1]}


def poverty_card(poverty: Poverty, year: int) -> list[dict[str, Any]]:
    if year not in poverty:
        return []
    title, pair = _("Poor households"), poverty[year]
    if pair is None:
        return [{"title": title, "value": "…", "note": _("hidden to protect households")}]
    words = {"poor": number(int(pair[0])), "all": number(int(pair[1]))}
    note = _("%(poor)s of %(all)s households") % words
    return [{"title": title, "value": f"{number(100 * pair[0] / pair[1])} %", "note": note}]


def poverty_trend(poverty: Poverty) -> Trend:
    rates = {year: 100 * pair[0] / pair[1] for year, pair in poverty.items() if pair is not None}
    return trend({year: (rate, f"{number(rate)} %") for year, rate in rates.items()})
