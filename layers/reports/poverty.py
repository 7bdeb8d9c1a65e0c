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


def poverty_by_year(unit: Unit, years: list[int], viewer: Viewer) -> Poverty:
    """Return poor and all households of a unit, from the totals that hide small counts."""
    found: Poverty = {}
    for year in years:
        totals = {total.name: total.value for total in Counted(HOUSEHOLDS, viewer, year).of(unit)}
        poor, count = totals["poor"], totals["count"]
        found[year] = None if poor is None or count is None else (poor, count)
    return {year: pair for year, pair in found.items() if pair is None or pair[1]}


def poverty_card(poverty: Poverty, year: int) -> list[dict[str, Any]]:
    if year not in poverty:
        return []
    title, pair = _("Poor households"), poverty[year]
    if pair is None:
        return [{"title": title, "value": "…", "note": _("hidden: few households")}]
    words = {"poor": number(int(pair[0])), "all": number(int(pair[1]))}
    note = _("%(poor)s of %(all)s households") % words
    return [{"title": title, "value": f"{number(100 * pair[0] / pair[1])} %", "note": note}]


def poverty_trend(poverty: Poverty) -> Trend:
    rates = {year: 100 * pair[0] / pair[1] for year, pair in poverty.items() if pair is not None}
    return trend({year: (rate, f"{number(rate)} %") for year, rate in rates.items()})
