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
    """counts: households won, as COUNTS; minutes: by which the way to the commune centre becomes shorter for them once
    the whole plan is built, on average over the `faster` households for which it does; moves: indicators raised."""

    counts: Floats
    minutes: float
    faster: int
    moves: tuple[Move, ...]


def served(question: Question, built: Bools) -> Floats:
    """(4,) households joined to a centre all year by what is built, as COUNTS."""
    joined = reached(question.problem, built)
    return question.counts[joined].sum(axis=0) + question.works.counts[built].sum(axis=0)


class Ledger:
    """What has been built of a plan so far, and what each addition wins."""

    def __init__(self, question: Question, whole: Bools) -> None:
        self.question = question
        self.counts = question.counts[0].copy()
        self._good = [each.numerator for each in question.case.indicators]
        self._raises = _raises(question)
        self._pieces = _Pieces(question)
        self._at_node, self._along = _saved(question, whole)

    def add(self, works: list[int]) -> Gain:
        """Build works and return what they win."""
        question = self.question
        nodes = self._pieces.join(work for work in works if question.works.edge[work] >= 0)
        counts = question.counts[nodes].sum(axis=0) + question.works.counts[works].sum(axis=0)
        self.counts = self.counts + counts
        minutes, faster = self._quicker(nodes, works)
        return Gain(counts, minutes, faster, self._moves(works))

    def good(self, indicator: int) -> float:
        """Return the metres or facilities that are good so far."""
        return self._good[indicator]

    def _quicker(self, nodes: list[int], works: list[int]) -> tuple[float, int]:
        edges = self.question.works.edge[works]
        edges = edges[edges >= 0]
        along = edges[~self.question.passable[edges]]
        homes, saved = (self._at_node[nodes].sum(axis=0) + self._along[along].sum(axis=0)).tolist()
        return (saved / homes if homes else 0.0), round(homes)

    def _moves(self, works: list[int]) -> tuple[Move, ...]:
        """Return the indicators that works raise, with whether each reaches its threshold by them."""
        added: dict[int, float] = {}
        for work in works:
            for which, amount in self._raises.get(work, ()):
                added[which] = added.get(which, 0.0) + amount
        made = []
        for which, amount in sorted(added.items()):
            indicator, before = self.question.case.indicators[which], self._good[which]
            self._good[which] = before + amount
            met = is_met(indicator, before + amount) and not is_met(indicator, before)
            made.append(Move(which, before, before + amount, met))
        return tuple(made)


def is_met(indicator: Indicator, good: float) -> bool:
    if indicator.threshold is None:
        return False
    wanted = indicator.threshold / 100 * indicator.denominator if indicator.share else indicator.threshold
    return bool(good >= wanted - ROUNDING)


def _raises(question: Question) -> dict[int, list[tuple[int, float]]]:
    """Return the indicators that each work raises, and by how much."""
    made: dict[int, list[tuple[int, float]]] = {}
    for which, indicator in enumerate(question.case.indicators):
        for work in question.credit.of(indicator).tolist():
            made.setdefault(work, []).append((which, float(question.credit.amount[work])))
    return made


def _saved(question: Question, whole: Bools) -> tuple[Floats, Floats]:
    """Return (nodes, 2) and (E, 2): the households whose way becomes shorter by the whole plan, and the minutes all of
    them save together; at the nodes of the problem, and along the stretches as far as their nearer end."""
    case = question.case
    hardened = {
        int(question.works.edge[work]): treatment.surface
        for work in np.flatnonzero(whole).tolist()
        if (treatment := question.works.treatment[work]) is not None
    }
    with np.errstate(invalid="ignore"):
        saved = minutes(case, {}) - minutes(case, hardened)
    saved = np.where(np.isfinite(saved) & (saved >= SHORTER), saved, 0.0)
    along = np.maximum(saved[case.edges.tail], saved[case.edges.head])
    at_edge = case.along[:, [HOUSEHOLDS]] * np.stack([along > 0, along], axis=1)
    at_node = case.at_node[:, [HOUSEHOLDS]] * np.stack([saved > 0, saved], axis=1)
    at, usable = np.zeros((question.contraction.count, 2)), question.passable
    np.add.at(at, question.contraction.node, at_node)
    np.add.at(at, question.contraction.node[case.edges.tail[usable]], at_edge[usable])
    return at, at_edge


class _Pieces:
    """Nodes joined by what is built: each piece knows its members, so that joining tells who is connected by it."""

    def __init__(self, question: Question) -> None:
        contraction = question.contraction
        self._ends = list(zip(contraction.tail.tolist(), contraction.head.tolist(), strict=True))
        self._piece = list(range(contraction.count))
        self._members = [[node] for node in range(contraction.count)]

    def join(self, edges: Iterable[int]) -> list[int]:
        """Join the ends of edges and return the nodes that are connected to node 0 now and were not before."""
        found: list[int] = []
        for edge in edges:
            one, other = (self._piece[end] for end in self._ends[edge])
            if one == other:
                continue
            if other == self._piece[0] or (
                one != self._piece[0] and len(self._members[one]) < len(self._members[other])
            ):
                one, other = other, one
            moved = self._members[other]
            self._members[other] = []
            self._members[one] += moved
            for node in moved:
                self._piece[node] = one
            if one == self._piece[0]:
                found += moved
        return found
