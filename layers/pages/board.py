"""`/board/`: one picture for those who decide: unit × criterion, what moved, what to inspect, what is missing.

Results are everybody's. Counts of households come from the totals that hide small ones.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.criteria.board import Board, Line, board_of, discrepancies, met_by_year
from layers.criteria.results import IndicatorResult, in_language, indicators_of
from layers.mapserver.asked import only, year_of
from layers.mapserver.values import number
from layers.models import Status, Unit
from layers.sessions import AskedRequest

from .asking import ancestors, boxed, find_unit, home_unit, known_years, unit_asked
from .criterion import rows_json
from .needs import held_against, in_words, sees_counts
from .poverty import poverty_by_year, poverty_card, poverty_trend
from .trend import trend

#: As on the map: told apart by fill, texture and sign.
SIGNS = {Status.MET: ("met", "✓"), Status.UNMET: ("unmet", "✕"), Status.UNKNOWN: ("unknown", "?")}
#: Years of a trend, the one asked for among them: each is counted by itself.
TREND_YEARS = 6
#: So many communes have a card each; of more, the cards tell sums.
CARDS = 3


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
    board = board_of(asked.unit, asked.year)
    above = ancestors(asked.unit)
    years = range(asked.year - TREND_YEARS + 1, asked.year + 1)
    poverty = poverty_by_year(asked.unit, [year for year in known_years() if year in years], asked.viewer)
    met = met_by_year(asked.unit)
    means = {year: (mean, number(mean)) for year, (mean, _communes) in met.items() if year in years}
    differing, differing_count = discrepancies(asked.unit, asked.year, settings.LIMITS["PAGE_ROWS"])
    return {
        "board": board,
        "criteria": [(row.number, in_language(row)) for row in board.criteria],
        "headline": headline(board),
        "moved": moved(board),
        "breadcrumb": [(part, asked.address(part.pk)) for part in above],
        "choices": choices(asked, board, above),
        "own": line_shown(asked, board.own) if board.own else None,
        "lines": [line_shown(asked, line) for line in board.lines],
        "cards": cards(board, asked) + poverty_card(poverty, asked.year),
        "worst": worst(asked, board),
        "missing": missing(asked, board) if board.own else [],
        "differing": [difference(asked, unit, result) for unit, result in differing],
        "differing_count": differing_count,
        "met_trend": trend(means, len(board.criteria) or None),
        "poverty_trend": poverty_trend(poverty),
        "map": asked.map(asked.unit.pk, asked.unit.kind),
        "table": f"{reverse('table', args=['hamlets' if board.own else 'communes'])}?"
        + urlencode({"unit": asked.unit.pk, "year": asked.year}),
    }


def headline(board: Board) -> str:
    """Return the one sentence that answers first."""
    lines = board.judged
    if not lines:
        return _("Nothing is assessed here in this year")
    unmet, unknown = (sum(line.count(status) for line in lines) for status in (Status.UNMET, Status.UNKNOWN))
    words: dict[str, Any] = {"count": number(len(lines)), "unmet": number(unmet), "unknown": number(unknown)}
    if board.own:
        words |= {"name": board.own.name, "met": board.own.met, "all": len(board.criteria)}
        said = _("%(name)s: %(met)s of %(all)s criteria met, %(unmet)s unmet") % words
    elif not unmet and not unknown:
        words["all"] = len(board.criteria)
        return ngettext(
            "%(count)s commune, all %(all)s criteria met", "%(count)s communes, all %(all)s criteria met", len(lines)
        ) % words  # fmt: skip
    else:
        said = ngettext(
            "%(count)s commune, %(unmet)s criteria still unmet",
            "%(count)s communes, %(unmet)s criteria still unmet",
            len(lines),
        ) % words  # fmt: skip
    return said + (", " + _("%(unknown)s unknown") % words if unknown else "")


def moved(board: Board) -> str:
    """Return what has changed since the year before, "" where nothing has or nobody can tell."""
    changes = [cell.moved for line in board.judged for cell in line.cells]
    words = {"gained": changes.count(1), "lost": changes.count(-1)}
    said = []
    if words["gained"]:
        said.append(_("↗ %(gained)s newly met") % words)
    if words["lost"]:
        said.append(_("↘ %(lost)s no longer met") % words)
    return " · ".join(said)


def choices(asked: Asked, board: Board, above: list[Unit]) -> list[tuple[int, str]]:
    """Return the units that the page offers: those above, the one shown, and the communes below it."""
    below = [(line.pk, f"\u2003{line.name}") for line in board.lines if line.kind == "commune"]
    return [(unit.pk, str(unit)) for unit in (*above, asked.unit)] + below


def line_shown(asked: Asked, line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        # Names of communes are not unique in a province.
        "within": line.within if asked.unit.kind == "province" else "",
        "url": asked.address(line.pk) if line.kind == "commune" else asked.map(line.pk, line.kind),
        "met": line.met,
        "judged": line.judged,
        "change": "" if line.before is None or line.before == line.met else f"{line.met - line.before:+d}",
        "cells": [
            {
                "css": SIGNS[Status(cell.status)][0],
                "sign": SIGNS[Status(cell.status)][1],
                "marks": ("≠" if cell.differs else "") + {1: "↗", -1: "↘"}.get(cell.moved, ""),
                "told": told(cell.status, cell.differs, cell.moved),
                "url": asked.map(line.pk, line.kind, cell.number),
            }
            if Status(cell.status) in SIGNS
            else None
            for cell in line.cells
        ],
    }


def told(status: str, differs: bool, change: int) -> str:
    """Return a cell in words."""
    said = [str(Status(status).label)]
    if differs:
        said.append(_("declared otherwise"))
    if change:
        said.append(_("newly met") if change > 0 else _("no longer met"))
    return ", ".join(said)


def cards(board: Board, asked: Asked) -> list[dict[str, Any]]:
    every = len(board.criteria)
    if board.own or len(board.lines) <= CARDS:
        return [
            {
                "title": line.name,
                "value": f"{line.met} / {every}",
                "note": _("%(unmet)s unmet, %(unknown)s unknown")
                % {"unmet": line.count(Status.UNMET), "unknown": line.count(Status.UNKNOWN)},
                "url": "" if board.own else asked.address(line.pk),
            }
            for line in board.judged
        ]
    complete = sum(line.met == every for line in board.lines)
    mean = sum(line.met for line in board.lines) / len(board.lines)
    words = {"all": every}
    return [
        {
            "title": _("Communes that meet all %(all)s criteria") % words,
            "value": f"{number(complete)} / {number(len(board.lines))}",
        },
        {"title": _("Criteria met, on average"), "value": f"{number(round(mean, 1))} / {every}"},
    ]


def worst(asked: Asked, board: Board) -> list[dict[str, Any]]:
    """Return the criteria that any part does not meet, the most frequent first."""
    counts = board.by_criterion()
    found = [
        {
            "number": row.number,
            "name": in_language(row),
            "unmet": counts[row.number][Status.UNMET.value],
            "of": len(board.lines),
            "share": round(100 * counts[row.number][Status.UNMET.value] / len(board.lines), 1) if board.lines else 0,
            "url": asked.map(asked.unit.pk, asked.unit.kind, row.number),
        }
        for row in board.criteria
    ]
    return sorted((row for row in found if row["unmet"]), key=lambda row: (-row["unmet"], row["number"]))


def missing(asked: Asked, board: Board) -> list[dict[str, Any]]:
    """Return for each criterion that the commune does not meet what its indicators lack, in plain terms."""
    assert board.own is not None  # noqa: S101  # only a commune's board has needs
    results = indicators_of(asked.unit, None, asked.year)
    found = []
    for row, cell in zip(board.criteria, board.own.cells, strict=True):
        if Status(cell.status) not in (Status.UNMET, Status.UNKNOWN):
            continue
        lacking = [one for one in results if one.indicator.criterion_id == row.pk and one.status in ("u", "?")]
        found.append(
            {
                "number": row.number,
                "name": in_language(row),
                "css": SIGNS[Status(cell.status)][0],
                "sign": SIGNS[Status(cell.status)][1],
                "status": Status(cell.status).label,
                "url": asked.map(asked.unit.pk, asked.unit.kind, row.number),
                "needs": [need(asked, one) for one in sorted(lacking, key=lambda one: one.status != Status.UNMET)],
            }
        )
    return sorted(found, key=lambda row: row["css"] != "unmet")


def need(asked: Asked, result: IndicatorResult) -> dict[str, Any]:
    exact = sees_counts(asked.viewer, asked.unit, result.measure)
    return {
        "code": result.indicator.code,
        "name": in_language(result.indicator),
        "text": in_words(result, exact),
        "standing": held_against(result, exact),
        "rows": rows_json(result.measure, asked.unit, asked.year, asked.viewer),
    }


def difference(asked: Asked, unit: Unit, result: IndicatorResult) -> dict[str, Any]:
    assert result.declared is not None and result.computed is not None  # noqa: S101, PT018  # that is what differs
    exact = sees_counts(asked.viewer, unit, result.measure)
    words = {"declared": result.declared.get_status_display(), "computed": result.computed.get_status_display()}
    return {
        "unit": unit.name,
        "code": result.indicator.code,
        "name": in_language(result.indicator),
        "text": _("Declared %(declared)s, computed %(computed)s.") % words,
        "standing": held_against(result, exact),
        "url": asked.map(unit.pk, unit.kind, result.indicator.criterion.number),
    }
