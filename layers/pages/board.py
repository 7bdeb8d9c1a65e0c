"""`/board/`: one picture for those who decide: unit × criterion, what moved, what to inspect, what is missing.

What it says is made in `layers.reports.board`, for paper too; here each thing gets the address it leads to.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.criteria.board import Board
from layers.figures import state_day
from layers.mapserver.asked import known_years, only, year_of
from layers.models import FINDINGS, CriteriaSet, Standing, Unit
from layers.programme.years import is_there, predecessors_of, successors_of
from layers.reports.answered import posts_in
from layers.reports.board import sheet_of
from layers.reports.view import SINCE, View
from layers.sessions import AskedRequest

from . import cheapest
from .asking import ancestors, boxed, find_unit, home_unit, unit_asked
from .criterion import rows_json

LONGEST_POST = 200


@dataclass(frozen=True)
class Asked:
    unit: Unit
    year: int
    viewer: Viewer
    view: View

    def address(self, unit: int | None = None, year: int | None = None) -> str:
        """Return the address of another unit or year, looked at in the same way."""
        looked = {name: value for name, value in asdict(self.view).items() if value != getattr(View(), name)}
        query = {"unit": unit or self.unit.pk, "year": year or self.year} | looked
        return f"{reverse('board')}?{urlencode(query)}"

    def map(self, pk: int, kind: str, criterion: int | None = None) -> str:
        """Return the address of the map with a unit picked and a criterion coloured."""
        return self.map_of(f"{kind}s/{pk}", {"criterion": criterion} if criterion else {})

    def heat(self, what: str) -> str:
        """Return the address of the map with hexagons of what is asked: "unmet", "unmet/2" or "poor"."""
        query = {"unit": self.unit.pk, "year": self.year, "heat": what}
        return f"{reverse('map')}?{urlencode(query, safe='/')}"

    def map_of(self, pick: str, more: Mapping[str, Any] = MappingProxyType({})) -> str:
        query = {"unit": self.unit.pk, "year": self.year, **more, "pick": pick}
        return f"{reverse('map')}?{urlencode(query, safe='/')}"


@require_safe
def board_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year", "set", "since", "post"))
    year = year_of(request)
    view = View(request.GET.get("since", View.since), request.GET.get("post", "")[:LONGEST_POST])
    unit = unit_asked(request) or home_unit(request.viewer, year) or boxed(Unit.objects.order_by("path")).first()
    if unit is not None and unit.kind == "hamlet":
        # A hamlet is one line of its commune's board.
        unit = find_unit(unit.parent_id or unit.pk)
    year = year_in_set(unit, year, request.GET.get("set", ""))
    page = {"year": year, "state_day": state_day(year), "years": years_here(unit, year), "unit": unit}
    if unit is not None:
        asked = Asked(unit, year, request.viewer, view)
        page |= filled(asked) if unit.kind != "commune" or is_there(unit, year) else {"absent": absent(asked)}
    response = render(request, "board/board.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


def absent(asked: Asked) -> dict[str, Any]:
    """Return since when a commune is no more, or from when on it is, and where its year is found instead."""
    unit, ended = asked.unit, asked.unit.valid_from.year <= asked.year
    others = successors_of(unit) if ended else predecessors_of(unit)
    return {
        "day": unit.valid_to if ended else unit.valid_from,
        "ended": ended,
        "others": [(one, asked.address(one.pk)) for one in others if is_there(one, asked.year)],
        "own": [(year, asked.address(year=year)) for year in known_years() if is_there(unit, year)][-1:],
    }


def year_in_set(unit: Unit | None, year: int, code: str) -> int:
    """Return the year, or the last with results of the set of that code here, if another set is in force."""
    asked = CriteriaSet.objects.filter(code=code).first() if code else None
    if asked is None or asked.first_year <= year <= asked.last_year:
        return year
    last = standings_in(unit).filter(criteria_set=asked).aggregate(last=Max("year"))["last"]
    return year if last is None else last


def standings_in(unit: Unit | None) -> QuerySet[Standing]:
    return Standing.objects.filter(unit__path__startswith=unit.path) if unit else Standing.objects.none()


def years_here(unit: Unit | None, year: int) -> list[tuple[int, bool]]:
    """Return every year of which anything is known, and the one shown; of each whether there are results here."""
    judged = set(standings_in(unit).order_by().values_list("year", flat=True).distinct())
    return [(known, known in judged) for known in sorted({*known_years(), year})]


def sets_known(unit: Unit) -> list[str]:
    """Return the criteria sets of which there are results here."""
    judged = standings_in(unit).order_by().values("criteria_set")
    return list(CriteriaSet.objects.filter(pk__in=judged).values_list("code", flat=True))


def filled(asked: Asked) -> dict[str, Any]:
    sheet = sheet_of(asked.unit, asked.year, asked.viewer, asked.view)
    above = ancestors(asked.unit)
    whole, posts = asked.unit, posts_in(asked.unit, asked.viewer)
    return {
        "sheet": sheet,
        "board": sheet.board,
        "breadcrumb": [(part, asked.address(part.pk)) for part in above],
        "choices": choices(asked, sheet.board, above),
        "own": line_led(asked, sheet.own) if sheet.own else None,
        "lines": [line_led(asked, line) for line in sheet.lines],
        "cards": [card | {"url": asked.address(card["pk"]) if card.get("pk") else ""} for card in sheet.cards],
        "worst": [row | {"url": asked.heat(f"unmet/{row['number']}")} for row in sheet.worst],
        "missing": [missing_led(asked, row) for row in sheet.missing],
        "view": asked.view,
        "sinces": SINCE.items(),
        "sets": sets_known(asked.unit),
        "posts": posts,
        "stranger": bool(asked.view.post) and asked.view.post not in posts,
        # Findings are for the staff of an area; others need not read that there are none.
        "seen_due": asked.viewer.may_see(FINDINGS.audience) and asked.viewer.covers(whole.path),
        "due": [row | {"url": asked.map_of(f"findings/{row['pk']}")} for row in sheet.due],
        "way": [row | {"url": asked.map(whole.pk, whole.kind, row["number"])} for row in sheet.way],
        "differing_count": sheet.differing_count,
        "met_trend": sheet.met_trend,
        "poverty_trend": sheet.poverty_trend,
        "differing": [row | {"url": asked.map(row["pk"], row["kind"], row["number"])} for row in sheet.differing],
        "map": asked.map(whole.pk, whole.kind),
        "heat": asked.heat("unmet"),
        "heat_of_poor": asked.heat("poor"),
        "table": f"{reverse('table', args=['hamlets' if sheet.own else 'communes'])}?"
        + urlencode({"unit": whole.pk, "year": asked.year}),
    }


def line_led(asked: Asked, line: dict[str, Any]) -> dict[str, Any]:
    """Return a line whose name leads to its own board, if it has one, and whose cells lead to the map."""
    cells = [cell and cell | {"url": asked.map(line["pk"], line["kind"], cell["number"])} for cell in line["cells"]]
    own_board = line["kind"] == "commune"
    url = asked.address(line["pk"]) if own_board else asked.map(line["pk"], line["kind"])
    return line | {"url": url, "cells": cells}


def missing_led(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    """Return what a criterion lacks, leading to the map and, for those who may see them, to the rows."""
    needs = [need | {"rows": rows_json(need["measure"], asked.unit, asked.year, asked.viewer)} for need in row["needs"]]
    unmet = row["css"] == "unmet"
    planned = unmet and any(cheapest.may_ask(asked.viewer, asked.unit, need["measure"]) for need in row["needs"])
    return row | {
        "url": asked.map(asked.unit.pk, asked.unit.kind, row["number"]),
        "needs": needs,
        "cheapest": cheapest.address(asked.unit, row["number"], asked.year) if planned else "",
    }


def choices(asked: Asked, board: Board, above: list[Unit]) -> list[tuple[int, str]]:
    """Return the units that the page offers: those above, the one shown, and the communes below it."""
    below = [(line.pk, f"\u2003{line.name}") for line in board.lines if line.kind == "commune"]
    return [(unit.pk, str(unit)) for unit in (*above, asked.unit)] + below
