"""The roadmap held against the results: which lines are met, on track or behind, by how much.

On the way from the value of the first year to the threshold in the target year a straight line says what
should have been reached by now. What has no number is on track until its target year is over.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.criteria.limits import Limit, limits_ahead
from layers.criteria.results import IndicatorResult
from layers.models import Assessment, Comparator, Declaration, Indicator, Milestone, Standing, Status, Unit

ROUNDING = 1e-6


class Pace(StrEnum):
    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    UNKNOWN = "unknown"


PACES = {
    Pace.MET: _("met"),
    Pace.ON_TRACK: _("on track"),
    Pace.BEHIND: _("behind"),
    Pace.UNKNOWN: _("cannot be told"),
}


@dataclass(frozen=True)
class Way:
    """One number on its way: where it was, where it is, where it should be by now, where it must arrive."""

    indicator: Indicator
    before: float | None
    now: float | None
    expected: float | None
    threshold: float | None

    @property
    def short(self) -> bool | None:
        """Tell whether it is behind; None where nobody can."""
        if self.now is None or self.expected is None:
            return None
        return _short_of(self.indicator, self.now, self.expected)

    @property
    def open(self) -> bool:
        """Tell whether it is known and has not arrived."""
        if self.now is None or self.threshold is None:
            return False
        return _short_of(self.indicator, self.now, self.threshold)


def _short_of(indicator: Indicator, value: float, wanted: float) -> bool:
    if indicator.comparator == Comparator.AT_MOST:
        return value > wanted + ROUNDING
    return value < wanted - ROUNDING


@dataclass(frozen=True)
class Track:
    """A line of the roadmap at the end of a year, with the numbers that decide it."""

    milestone: Milestone
    status: str
    pace: Pace
    ways: tuple[Way, ...]

    @property
    def title(self) -> str:
        return str(PACES[self.pace])


def expected(before: float, threshold: float, first: int, target: int, year: int) -> float:
    """Return what a value should be at the end of a year on the straight line from `first` to `target`."""
    if year >= target or first >= target:
        return threshold
    return before + (threshold - before) * max(0, year - first) / (target - first)


def pace_of(status: str, target: int, year: int, ways: Iterable[Way]) -> Pace:
    """Return how a line stands. A goal whose year is over and that is not met is behind, whatever its numbers."""
    if status == Status.MET:
        return Pace.MET
    if year >= target:
        return Pace.BEHIND
    told = [way.short for way in ways]
    if any(told):
        return Pace.BEHIND
    return Pace.UNKNOWN if status == Status.UNKNOWN and None in told else Pace.ON_TRACK


def tracks(milestones: Iterable[Milestone], year: int) -> list[Track]:
    """Return how each line of the roadmap stands at the end of a year, in a handful of queries for all."""
    milestones = list(milestones)
    if not milestones:
        return []
    units = {one.unit_id: one.unit for one in milestones}
    years = {year, *(one.first_year for one in milestones)}
    indicators = list(
        # What has no number is on no way; it decides only the lines that name it.
        Indicator.objects.filter(
            Q(boolean=False) | Q(pk__in={one.indicator_id for one in milestones if one.indicator_id}),
            criterion__in={one.criterion_id for one in milestones},
        ).select_related("criterion")
    )
    results = _results(units.values(), indicators, years)
    limits = limits_ahead(units.values(), indicators, year, {one.target_year for one in milestones})
    standings = {
        (row["unit"], row["criteria_set"]): row["statuses"]
        for row in Standing.objects.filter(unit__in=units, year=year).values("unit", "criteria_set", "statuses")
    }
    found = []
    for one in milestones:
        of_line = [i for i in indicators if i.criterion_id == one.criterion_id and one.indicator_id in (None, i.pk)]
        ways = tuple(
            _way(i, one, year, results, limits[one.target_year].get((one.unit_id, i.pk)))
            for i in of_line
            if not i.boolean
        )
        status = _status(one, year, standings, results)
        found.append(Track(one, status, pace_of(status, one.target_year, year, ways), ways))
    return found


def behind(milestones: Iterable[Milestone], year: int) -> dict[int, int]:
    """Return for each unit that has any of these lines how many are behind at the end of a year: what every page,
    paper and board says of it. The lines come with their unit and criterion."""
    found: Counter[int] = Counter()
    for track in tracks(milestones, year):
        found[track.milestone.unit_id] += track.pace is Pace.BEHIND
    return dict(found)


Results = dict[tuple[int, int, int], IndicatorResult]


def _results(units: Iterable[Unit], indicators: list[Indicator], years: set[int]) -> Results:
    """Return what holds for each unit × indicator × year of which anything is known."""
    by_id = {one.pk: one for one in indicators}
    of = {"unit__in": list(units), "indicator__in": by_id, "year__in": years}
    # Thousands of rows for a province: nothing is read of them but what the way needs.
    told = ("unit", "indicator", "year", "status", "numerator", "denominator")
    computed = {(a.unit_id, a.indicator_id, a.year): a for a in Assessment.objects.filter(**of).only(*told)}
    declared = {(d.unit_id, d.indicator_id, d.year): d for d in Declaration.objects.filter(**of).only(*told, "value")}
    return {
        key: IndicatorResult(by_id[key[1]], _holding(key, computed, declared), computed.get(key), declared.get(key),
                             None, False, "")
        for key in computed.keys() | declared.keys()
    }  # fmt: skip


def _holding(
    key: tuple[int, int, int],
    computed: dict[tuple[int, int, int], Assessment],
    declared: dict[tuple[int, int, int], Declaration],
) -> str:
    told = [row.status for row in (computed.get(key), declared.get(key)) if row is not None]
    return next((status for status in told if status in (Status.MET, Status.UNMET)), Status.UNKNOWN)


def _way(indicator: Indicator, one: Milestone, year: int, results: Results, limit: Limit | None) -> Way:
    then = results.get((one.unit_id, indicator.pk, one.first_year))
    now = results.get((one.unit_id, indicator.pk, year))
    before, threshold = then.value if then else None, limit.value if limit else None
    due = None
    if before is not None and threshold is not None:
        due = expected(before, threshold, one.first_year, one.target_year, year)
        # What was reached at the start has only to stay so.
        due = due if _short_of(indicator, before, threshold) else threshold
    return Way(indicator, before, now.value if now else None, due, threshold)


def _status(one: Milestone, year: int, standings: dict[tuple[int, int], str], results: Results) -> str:
    if one.indicator_id is not None:
        found = results.get((one.unit_id, one.indicator_id, year))
        return found.status if found else Status.UNKNOWN
    statuses = standings.get((one.unit_id, one.criterion.criteria_set_id), "")
    return statuses[one.criterion.number - 1 : one.criterion.number] or Status.UNKNOWN
