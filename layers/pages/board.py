"""`/board/`: one picture for those who decide: unit × criterion, what moved, what to inspect, what is missing.

What it says is made in `layers.reports.board`, for paper too; here each thing gets the address it leads to.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.criteria.board import Board
from layers.mapserver.asked import known_years, only, year_of
from layers.models import Unit
from layers.reports.board import sheet_of
from layers.sessions import AskedRequest

from .asking import ancestors, boxed, find_unit, home_unit, unit_asked
from .criterion import rows_json


@dataclass(frozen=True)
class Asked:
    unit: Unit
    year: int
    viewer: Viewer

    def address(self, unit: int | None = None, year: int | None = None) -> str:
        return f"{reverse('board')}?{urlencode({'unit': unit or self.unit.pk, 'year': year or self.year})}"

    def map(self, pk: int, kind: str, criterion: int | None = None) -> str:
        """Return the address of the map with a unit picked and a criterion coloured."""
        query = {"unit": self.unit.pk, "year": self.year} | ({"criterion": criterion} if criterion else {})
        return f"{reverse('map')}?{urlencode(query | {'pick': f'{kind}s/{pk}'}, safe='/')}"


@require_safe
def board_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year"))
    year = year_of(request)
    unit = unit_asked(request) or home_unit(request.viewer, year) or boxed(Unit.objects.order_by("path")).first()
    if unit is not None and unit.kind == "hamlet":
        # A hamlet is one line of its commune's board.
        unit = find_unit(unit.parent_id or unit.pk)
    page = {"year": year, "years": sorted({*known_years(), year}), "unit": unit}
    if unit is not None:
        page |= filled(Asked(unit, year, request.viewer))
    response = render(request, "board/board.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


def filled(asked: Asked) -> dict[str, Any]:
    sheet = sheet_of(asked.unit, asked.year, asked.viewer)
    above = ancestors(asked.unit)
    whole = asked.unit
    return {
        "sheet": sheet,
        "board": sheet.board,
        "breadcrumb": [(part, asked.address(part.pk)) for part in above],
        "choices": choices(asked, sheet.board, above),
        "own": line_led(asked, sheet.own) if sheet.own else None,
        "lines": [line_led(asked, line) for line in sheet.lines],
        "cards": [card | {"url": asked.address(card["pk"]) if card.get("pk") else ""} for card in sheet.cards],
        "worst": [row | {"url": asked.map(whole.pk, whole.kind, row["number"])} for row in sheet.worst],
        "missing": [missing_led(asked, row) for row in sheet.missing],
        "differing_count": sheet.differing_count,
        "met_trend": sheet.met_trend,
        "poverty_trend": sheet.poverty_trend,
        "differing": [row | {"url": asked.map(row["pk"], row["kind"], row["number"])} for row in sheet.differing],
        "map": asked.map(whole.pk, whole.kind),
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
    return row | {"url": asked.map(asked.unit.pk, asked.unit.kind, row["number"]), "needs": needs}


def choices(asked: Asked, board: Board, above: list[Unit]) -> list[tuple[int, str]]:
    """Return the units that the page offers: those above, the one shown, and the communes below it."""
    below = [(line.pk, f"\u2003{line.name}") for line in board.lines if line.kind == "commune"]
    return [(unit.pk, str(unit)) for unit in (*above, asked.unit)] + below
