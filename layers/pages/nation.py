"""`/board/all/`: the board of all provinces: how many communes of each meet each criterion."""

from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import Collate
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.criteria.board import VIETNAMESE, Province, criteria_in, provinces_of
from layers.criteria.results import in_language
from layers.figures import state_day
from layers.mapserver.asked import known_years, only, year_of
from layers.mapserver.counted import Counted, Total
from layers.mapserver.values import number
from layers.models import HOUSEHOLDS, Unit
from layers.reports.poverty import poverty_card
from layers.sessions import AskedRequest


@require_safe
def nation_page(request: AskedRequest) -> HttpResponse:
    only(request, ("year",))
    year = year_of(request)
    criteria_set, criteria = criteria_in(year)
    found = {province.pk: province for province in provinces_of(year, len(criteria))}
    units = Unit.objects.filter(pk__in=found).order_by(Collate("name", VIETNAMESE), "pk").defer("geom", "point")
    counted = list(Counted(HOUSEHOLDS, request.viewer, year).below(None).values())
    poverty = {year: summed(counted)} if counted else {}
    page = {
        "year": year,
        "state_day": state_day(year),
        "years": sorted({*known_years(), year}),
        "criteria_set": criteria_set,
        "criteria": [(row.number, in_language(row)) for row in criteria],
        "headline": headline(list(found.values()), len(criteria)),
        "cards": cards(list(found.values()), len(criteria)) + poverty_card(poverty, year),
        "lines": [line(unit, found[unit.pk], year) for unit in units],
    }
    response = render(request, "board/nation.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


def headline(provinces: list[Province], criteria: int) -> str:
    if not provinces:
        return _("Nothing is assessed here in this year")
    words = {
        "complete": number(sum(province.complete for province in provinces)),
        "communes": number(sum(province.communes for province in provinces)),
        "all": criteria,
    }
    return _("%(complete)s of %(communes)s communes meet all %(all)s criteria") % words


def cards(provinces: list[Province], criteria: int) -> list[dict[str, Any]]:
    if not provinces:
        return []
    communes = sum(province.communes for province in provinces)
    mean = sum(province.mean * province.communes for province in provinces) / communes
    return [
        {"title": _("Provinces"), "value": number(len(provinces))},
        {"title": _("Criteria met, on average"), "value": f"{number(round(mean, 1))} / {criteria}"},
    ]


def summed(lines: list[list[Total]]) -> tuple[float, float] | None:
    """Return poor and all households; nothing where any province's are hidden."""
    poor, count = (
        [total.value for line in lines for total in line if total.name == name] for name in ("poor", "count")
    )
    if None in poor or None in count:
        return None
    return sum(value or 0 for value in poor), sum(value or 0 for value in count)


def line(unit: Unit, province: Province, year: int) -> dict[str, Any]:
    query = {"unit": unit.pk, "year": year}
    return {
        "name": unit.name,
        "url": f"{reverse('board')}?{urlencode(query)}",
        "communes": number(province.communes),
        "complete": number(province.complete),
        "mean": number(round(province.mean, 1)),
        "cells": [
            {
                "share": round(100 * met / province.communes),
                "all": met == province.communes,
                "told": _("%(met)s of %(communes)s communes meet it")
                % {"met": number(met), "communes": number(province.communes)},
                "url": f"{reverse('map')}?{urlencode(query | {'criterion': place})}",
            }
            for place, met in enumerate(province.met, 1)
        ],
    }
