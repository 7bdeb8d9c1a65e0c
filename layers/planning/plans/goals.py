"""Criteria that works may turn to met: what each commune lacks, and what each work adds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Floats, Ints, floats, ints
from layers.planning.roads.problem import Criteria, criteria

from .case import Case, Indicator
from .prices import Treatment
from .settings import Settings

MET = "m"
#: Far below any length or count, far above the rounding of a sum.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Goal:
    """A criterion of a commune that is not met. rows: numbers of its indicators that works must raise."""

    commune: int
    criterion: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Goals:
    """What plans may strive for: `reached` in the order of `criteria`; `beyond`: criteria of communes that no work of
    this case can turn, with the indicators that stand in the way; persons: (M,) weighted persons of each commune,
    of which a criterion's weight is a share."""

    goals: tuple[Goal, ...]
    criteria: Criteria
    beyond: tuple[tuple[int, int, tuple[int, ...]], ...]
    persons: Floats


def lacking(indicator: Indicator) -> float:
    """Return the metres or facilities that an indicator is short of its threshold; infinite where nothing was counted
    or nothing is asked for."""
    if indicator.threshold is None or (indicator.share and not indicator.denominator):
        return float("inf")
    wanted = indicator.threshold / 100 * indicator.denominator if indicator.share else indicator.threshold
    return max(wanted - indicator.numerator, 0.0)


@dataclass(frozen=True)
class Credit:
    """What works count for, (W,) each: measure: of an indicator, "" for none; commune; amount: metres or facilities."""

    measure: np.ndarray
    commune: Ints
    amount: Floats

    def of(self, indicator: Indicator) -> Ints:
        """Return the works that raise an indicator."""
        if not indicator.measure:
            return ints([])
        return np.flatnonzero((self.measure == indicator.measure) & (self.commune == indicator.commune))


def credit(case: Case, edge: Ints, facility: Ints, treatment: Sequence[Treatment | None]) -> Credit:
    """Return what each work counts for: a stretch for what its road lacks, if its treatment makes that good."""
    roads, edges = case.roads, case.edges
    on = edge >= 0
    road = edges.road[edge[on]]
    built = [case.facilities[i] for i in facility[~on].tolist()]
    measure = np.concatenate([roads.lacks[road], np.array([each.measure for each in built], dtype=object)])
    for work, made in enumerate(treatment):
        if made is not None and measure[work] not in made.counts:
            measure[work] = ""
    return Credit(
        measure=measure,
        commune=np.concatenate([roads.commune[road], ints([each.commune for each in built])]),
        amount=np.concatenate([case.metres[edge[on]], floats([each.credit for each in built])]),
    )


def goals(
    case: Case, settings: Settings, worth: Credit, everyone: Floats, must: Sequence[tuple[int, int]] = ()
) -> Goals:
    """Return the criteria that works can turn, rewarded as the settings say; `must`: (commune, criterion) to be met.

    everyone: (M,) weighted persons of each commune.
    """
    reach, beyond = _within_reach(case, settings, worth)
    rows: list[tuple[int, Sequence[int], Sequence[float], float]] = []
    for number, goal in enumerate(reach):
        for which in goal.rows:
            works = worth.of(case.indicators[which])
            need = lacking(case.indicators[which])
            rows.append((number, works.tolist(), worth.amount[works].tolist(), need))
    made = criteria(
        len(worth.amount),
        rows,
        settings.criterion_weight * everyone[[goal.commune for goal in reach]] if reach else [],
        [(goal.commune, goal.criterion) in must for goal in reach],
    )
    return Goals(tuple(reach), made, tuple(beyond), everyone)


def _within_reach(
    case: Case, settings: Settings, worth: Credit
) -> tuple[list[Goal], list[tuple[int, int, tuple[int, ...]]]]:
    short: dict[tuple[int, int], list[int]] = {}
    for which, indicator in enumerate(case.indicators):
        if indicator.criterion in settings.criteria and indicator.status != MET:
            short.setdefault((indicator.commune, indicator.criterion), []).append(which)
    reach, beyond = [], []
    for (commune, criterion), rows in sorted(short.items()):
        stuck = tuple(which for which in rows if not _possible(case.indicators[which], worth))
        if stuck:
            beyond.append((commune, criterion, stuck))
        else:
            reach.append(Goal(commune, criterion, tuple(rows)))
    return reach, beyond


def _possible(indicator: Indicator, worth: Credit) -> bool:
    return float(worth.amount[worth.of(indicator)].sum()) >= lacking(indicator) - ROUNDING
