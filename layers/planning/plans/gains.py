"""What works win, step by step: households reached, minutes saved, criteria moved."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats
from layers.planning.roads.plan import reached

from .case import HOUSEHOLDS, Indicator
from .goals import ROUNDING
from .passable import minutes
from .question import Question

#: Minutes by which a way must become shorter to be told of.
SHORTER = 0.5


@dataclass(frozen=True)
class Move:
    """An indicator that works raise: from and to, metres or facilities good; met: it reaches its threshold by them."""

    indicator: int
    before: float
    after: float
    met: bool


@dataclass(frozen=True)
class Gain:
    """counts: households won, as COUNTS; minutes: saved to the commune centre by the `faster` households whose way
    becomes shorter, on average; moves: indicators raised."""

    counts: Floats
    minutes: float
    faster: int
    moves: tuple[Move, ...]


def served(question: Question, built: Bools) -> Floats:
    """(4,) households joined to a centre all year by what is built, as COUNTS."""
    joined = reached(question.problem, built)
    return question.counts[joined].sum(axis=0) + question.works.counts[built].sum(axis=0)


class Ledger:
    """What has been built so far, and what each addition wins."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.built: Bools = np.zeros(len(question.works), dtype=bool)
        self._hardened: dict[int, str] = {}
        self._counts = served(question, self.built)
        self._minutes = self._ways()
        self._good = {i: each.numerator for i, each in enumerate(question.case.indicators)}

    def add(self, works: Iterable[int]) -> Gain:
        """Build works and return what they win."""
        added = list(works)
        self.built[added] = True
        for work in added:
            treatment = self.question.works.treatment[work]
            if treatment is not None:
                self._hardened[int(self.question.works.edge[work])] = treatment.surface
        counts, before = served(self.question, self.built), self._counts
        ways, long = self._ways(), self._minutes
        self._counts, self._minutes = counts, ways
        saved, faster = self._saved(long, ways)
        return Gain(counts - before, saved, faster, self._moves(added))

    def _ways(self) -> tuple[Floats, Floats]:
        """Return the minutes from the nodes, and those from the middle of the stretches, less what that takes itself:
        as far as it is to the nearer end."""
        case = self.question.case
        at = minutes(case, self._hardened)
        return at, np.minimum(at[case.edges.tail], at[case.edges.head])

    def _saved(self, before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> tuple[float, int]:
        case = self.question.case
        homes = np.concatenate([case.at_node[:, HOUSEHOLDS], case.along[:, HOUSEHOLDS]])
        with np.errstate(invalid="ignore"):
            saved = np.concatenate(before) - np.concatenate(after)
        shorter = np.isfinite(saved) & (saved >= SHORTER) & (homes > 0)
        many = homes[shorter].sum()
        return (float((saved * homes)[shorter].sum() / many) if many else 0.0), int(many)

    def _moves(self, works: list[int]) -> tuple[Move, ...]:
        """Return the indicators that works raise, with whether each reaches its threshold by them."""
        worth, made = self.question.credit, []
        for which, indicator in enumerate(self.question.case.indicators):
            counted = np.intersect1d(worth.of(indicator), works)
            if not len(counted):
                continue
            before = self._good[which]
            after = before + float(worth.amount[counted].sum())
            self._good[which] = after
            made.append(Move(which, before, after, _met(indicator, after) and not _met(indicator, before)))
        return tuple(made)

    @property
    def counts(self) -> Floats:
        """(4,) households joined to a centre so far."""
        return self._counts

    def good(self, indicator: int) -> float:
        return self._good[indicator]


def _met(indicator: Indicator, good: float) -> bool:
    if indicator.threshold is None:
        return False
    wanted = indicator.threshold / 100 * indicator.denominator if indicator.share else indicator.threshold
    return bool(good >= wanted - ROUNDING)
