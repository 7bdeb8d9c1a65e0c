"""How far a unit is from its goals: how many lines of the roadmap are behind, and, of one commune, each on its way."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.criteria.board import Board
from layers.criteria.measures import MEASURES
from layers.criteria.results import in_language
from layers.figures import exact, judged, number
from layers.models import Comparator, Milestone, Status, Unit
from layers.programme.roadmap import Pace, Track, Way, behind, tracks

from .answered import EVERYTHING, Answered
from .needs import figure, sees_counts

ORDER = (Pace.BEHIND, Pace.UNKNOWN, Pace.ON_TRACK, Pace.MET)


def late(board: Board, unit: Unit, year: int, viewer: Viewer) -> dict[int, int]:
    """Return for each commune of a board that has a roadmap how many of its goals are behind, of what is judged."""
    judged = {
        (line.pk, cell.number) for line in board.judged for cell in line.cells if cell.status != Status.NOT_ASSESSED
    }
    goals = (
        Milestone.objects.seen_by(viewer)
        .filter(unit__path__startswith=unit.path, criterion__criteria_set=board.criteria_set)
        .select_related("unit", "criterion")
        .defer("unit__geom", "unit__point")
    )
    return behind([goal for goal in goals if (goal.unit_id, goal.criterion.number) in judged], year)


def way_of(unit: Unit, year: int, viewer: Viewer, answered: Answered = EVERYTHING) -> list[dict[str, Any]]:
    """Return the roadmap of one commune, what is behind first, each with how far it is and should be."""
    milestones = (
        Milestone.objects.seen_by(viewer)
        .filter(
            answered.rows("unit__path", "criterion__number"),
            unit=unit,
            criterion__criteria_set__first_year__lte=year,
            criterion__criteria_set__last_year__gte=year,
        )
        .select_related("unit", "criterion", "indicator")
        .order_by("criterion__number", "indicator_id")
    )
    found = sorted(tracks(milestones, year), key=lambda track: ORDER.index(track.pace))
    return [_shown(track, unit, viewer) for track in found]


def _shown(track: Track, unit: Unit, viewer: Viewer) -> dict[str, Any]:
    goal = track.milestone
    code = goal.indicator.code if goal.indicator else str(goal.criterion.number)
    return {
        "number": goal.criterion.number,
        "code": code,
        "name": in_language(goal.indicator or goal.criterion),
        "target": goal.target_year,
        "pace": track.pace.value,
        "title": track.title,
        "ways": [said for way in track.ways if (said := _distance(way, unit, viewer))],
        "responsible": goal.responsible,
        "works": goal.works,
    }


def _distance(way: Way, unit: Unit, viewer: Viewer) -> str:
    """Return where a number is and where it should be by now; "" where it is reached, unknown or not to be told."""
    if way.now is None or way.threshold is None or way.short is False or _reached(way):
        return ""
    if not sees_counts(viewer, unit, MEASURES.get(way.indicator.measure)):
        return ""
    words = {
        "code": way.indicator.code,
        "now": figure(now_of(way), way.indicator.unit),
        "expected": figure(number(way.expected or 0), way.indicator.unit),
        "goal": figure(exact(way.threshold), way.indicator.unit),
    }
    if way.expected is None or way.expected == way.threshold:
        return _("%(code)s: %(now)s, target %(goal)s") % words
    return _("%(code)s: %(now)s, should be %(expected)s by now, %(goal)s in the end") % words


def now_of(way: Way) -> str:
    """Return where a number is, as exactly as it takes to see whether it is behind and whether it has arrived."""
    if way.now is None:
        return "–"
    return judged(way.now, lambda now: (replace(way, now=now).short, replace(way, now=now).open))


def _reached(way: Way) -> bool:
    assert way.now is not None and way.threshold is not None  # noqa: S101, PT018  # asked of known numbers only
    fewer = way.indicator.comparator == Comparator.AT_MOST
    return way.now <= way.threshold if fewer else way.now >= way.threshold
