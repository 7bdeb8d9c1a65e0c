"""The board in words and numbers, for a page, a sheet of paper or a file: one sentence, cards, cells, evidence.

Results are everybody's. Counts of households come from the totals that hide small ones.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.access import Viewer
from layers.criteria.board import Board, Line, board_of, discrepancies
from layers.criteria.results import IndicatorResult, in_language, indicators_of
from layers.mapserver.asked import known_years
from layers.mapserver.values import number
from layers.models import Status, Unit

from .answered import answered_by, means_by_year, narrowed
from .due import due_findings
from .needs import held_against, in_words, reads_words, sees_counts
from .poverty import poverty_by_year, poverty_card, poverty_trend
from .roadmap import late, way_of
from .trend import Trend, trend
from .view import View

#: Nothing left out, moved since the year before.
AS_A_WHOLE = View()
#: As on the map: told apart by fill, texture and sign.
SIGNS = {Status.MET: ("met", "✓"), Status.UNMET: ("unmet", "✕"), Status.UNKNOWN: ("unknown", "?")}
#: Years of a trend, the one asked for among them: each is counted by itself.
TREND_YEARS = 6
#: So many communes have a card each; of more, the cards tell sums.
CARDS = 3


@dataclass(frozen=True)
class Sheet:
    """The board of one unit and year as one viewer may see it; dictionaries are what a template writes."""

    unit: Unit
    year: int
    viewer: Viewer
    board: Board
    headline: str
    moved: str
    cards: list[dict[str, Any]]
    own: dict[str, Any] | None
    lines: list[dict[str, Any]]
    worst: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    differing: list[dict[str, Any]]
    differing_count: int
    due: list[dict[str, Any]]
    due_count: int
    way: list[dict[str, Any]]
    met_trend: Trend
    poverty_trend: Trend

    @property
    def criteria(self) -> list[tuple[int, str]]:
        return [(row.number, in_language(row)) for row in self.board.criteria]


def sheet_of(unit: Unit, year: int, viewer: Viewer, view: View = AS_A_WHOLE) -> Sheet:
    """Return the board of a province, district or commune at the end of a year."""
    answered = answered_by(view.post, unit, viewer)
    board = narrowed(board_of(unit, year, view.moment()), answered)
    years = range(year - TREND_YEARS + 1, year + 1)
    poverty = poverty_by_year(answered.units(unit), [known for known in known_years() if known in years], viewer)
    means = {of: (mean, number(mean)) for of, mean in means_by_year(unit, answered).items() if of in years}
    of_post = answered.rows("unit__path", "indicator__criterion__number")
    differing, differing_count = discrepancies(unit, year, settings.LIMITS["PAGE_ROWS"], of_post)
    due, due_count = due_findings(unit, viewer, timezone.localdate(), of_post)
    return Sheet(
        unit,
        year,
        viewer,
        board,
        headline=headline(board),
        moved=view.told(moved(board), year),
        cards=cards(board, late(board, unit, year, viewer) if each_has_a_card(board) else {})
        + poverty_card(poverty, year),
        own=line_shown(unit, board.own) if board.own else None,
        lines=[line_shown(unit, line) for line in board.lines],
        worst=worst(board),
        missing=missing(board, unit, year, viewer) if board.own else [],
        differing=[difference(viewer, found, result) for found, result in differing],
        differing_count=differing_count,
        due=due,
        due_count=due_count,
        way=way_of(unit, year, viewer, answered) if board.own else [],
        met_trend=trend(means, len(board.criteria) or None),
        poverty_trend=poverty_trend(poverty),
    )


def headline(board: Board) -> str:
    """Return the one sentence that answers first."""
    lines = board.judged
    if not lines:
        return _("Nothing is assessed here in this year")
    unmet, unknown = (sum(line.count(status) for line in lines) for status in (Status.UNMET, Status.UNKNOWN))
    words: dict[str, Any] = {"count": number(len(lines)), "unmet": number(unmet), "unknown": number(unknown)}
    if board.own:
        words |= {"name": board.own.name, "met": board.own.met, "all": len(board.criteria)}
        if unknown and not unmet:
            return _("%(name)s: %(met)s of %(all)s criteria met, %(unknown)s unknown") % words
        said = _("%(name)s: %(met)s of %(all)s criteria met, %(unmet)s unmet") % words
    elif unknown and not unmet:
        return ngettext(
            "%(count)s commune, %(unknown)s criteria unknown",
            "%(count)s communes, %(unknown)s criteria unknown",
            len(lines),
        ) % words  # fmt: skip
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


def line_shown(unit: Unit, line: Line) -> dict[str, Any]:
    return {
        "pk": line.pk,
        "kind": line.kind,
        "name": line.name,
        # Names of communes are not unique in a province.
        "within": line.within if unit.kind == "province" else "",
        "met": line.met,
        "judged": line.judged,
        "change": "" if line.before is None or line.before == line.met else f"{line.met - line.before:+d}",
        "cells": [
            {
                "css": SIGNS[Status(cell.status)][0],
                "sign": SIGNS[Status(cell.status)][1],
                "marks": ("≠" if cell.differs else "") + {1: "↗", -1: "↘"}.get(cell.moved, ""),
                "told": told(cell.status, cell.differs, cell.moved),
                "number": cell.number,
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


def each_has_a_card(board: Board) -> bool:
    return board.own is not None or len(board.lines) <= CARDS


def cards(board: Board, late: dict[int, int]) -> list[dict[str, Any]]:
    every = len(board.criteria)
    if each_has_a_card(board):
        return [
            {
                "title": line.name,
                "value": f"{line.met} / {every}",
                "note": card_note(line, late.get(line.pk)),
                "pk": None if board.own else line.pk,
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


def card_note(line: Line, late: int | None) -> str:
    """Return what a commune lacks, and how many goals are behind if there is a roadmap for it."""
    words = {"unmet": line.count(Status.UNMET), "unknown": line.count(Status.UNKNOWN)}
    said = _("%(unmet)s unmet, %(unknown)s unknown") % words
    if late is None:
        return said
    way = _("%(late)s behind the roadmap") % {"late": late} if late else _("on track")
    return f"{said} · {way}"


def worst(board: Board) -> list[dict[str, Any]]:
    """Return the criteria that any part does not meet, the most frequent first."""
    counts = board.by_criterion()
    found = [
        {
            "number": row.number,
            "name": in_language(row),
            "unmet": counts[row.number][Status.UNMET.value],
            "of": len(board.lines),
            "share": round(100 * counts[row.number][Status.UNMET.value] / len(board.lines), 1) if board.lines else 0,
        }
        for row in board.criteria
    ]
    return sorted((row for row in found if row["unmet"]), key=lambda row: (-row["unmet"], row["number"]))


def missing(board: Board, unit: Unit, year: int, viewer: Viewer) -> list[dict[str, Any]]:
    """Return for each criterion that the commune does not meet what its indicators lack, in plain terms."""
    assert board.own is not None  # noqa: S101  # only a commune's board has needs
    results = indicators_of(unit, None, year)
    found = []
    for row, cell in zip(board.criteria, board.own.cells, strict=True):
        if Status(cell.status) not in (Status.UNMET, Status.UNKNOWN):
            continue
        lacking = [one for one in results if one.indicator.criterion_id == row.pk and one.status in ("u", "?")]
        lacking.sort(key=lambda one: one.status != Status.UNMET)
        found.append(
            {
                "number": row.number,
                "name": in_language(row),
                "css": SIGNS[Status(cell.status)][0],
                "sign": SIGNS[Status(cell.status)][1],
                "status": Status(cell.status).label,
                "needs": [
                    need(viewer, unit, one) for one in sorted(lacking, key=lambda one: one.status != Status.UNMET)
                ],
            }
        )
    return sorted(found, key=lambda row: row["css"] != "unmet")


def need(viewer: Viewer, unit: Unit, result: IndicatorResult) -> dict[str, Any]:
    exact = sees_counts(viewer, unit, result.measure)
    return {
        "code": result.indicator.code,
        "name": in_language(result.indicator),
        "text": in_words(result, exact, quoted=reads_words(viewer, unit)),
        "standing": held_against(result, exact),
        "measure": result.measure,
    }


def difference(viewer: Viewer, unit: Unit, result: IndicatorResult) -> dict[str, Any]:
    assert result.declared is not None and result.computed is not None  # noqa: S101, PT018  # that is what differs
    exact = sees_counts(viewer, unit, result.measure)
    words = {"declared": result.declared.get_status_display(), "computed": result.computed.get_status_display()}
    return {
        "pk": unit.pk,
        "kind": unit.kind,
        "unit": unit.name,
        "number": result.indicator.criterion.number,
        "code": result.indicator.code,
        "name": in_language(result.indicator),
        "text": _("Declared %(declared)s, computed %(computed)s.") % words,
        "standing": held_against(result, exact),
    }
