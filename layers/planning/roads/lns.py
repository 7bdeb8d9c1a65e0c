"""Improving a quick plan for as long as there is time.

First a bound is proven: by pricing money pocket by pocket, or by cuts where criteria compete and one program can hold
the region. Then come large neighbourhoods: free some hundred works, solve that part exactly, keep what is better.
Stops at any time with a plan that keeps every condition.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import KDTree

from layers.planning.arrays import Bools, Floats
from layers.planning.errors import NotFoundInTime, NotFoundQuickly
from layers.planning.milp import Effort
from layers.planning.watch import Watch

from .exact import exact, solve
from .greedy import greedy
from .plan import Plan, settle, worth
from .pricing import marginal_rate, planned, priced
from .problem import Problem
from .ranking import ranking
from .relaxation import Relaxation
from .restrict import around, canonical

#: Works freed at once: what HiGHS mostly solves within a second.
FREE = 400
#: Works of a region that one program can hold.
REGION = 8000
#: The share of the time after which pricing ends; with criteria: cuts, choosing criteria, looking, whole criteria, all.
PRICED, CUT, CHOSEN, LOOKED, WHOLE, END = 0.75, 0.2, 0.45, 0.6, 0.88, 0.97
#: The share of the time for cuts at the criteria chosen.
SETTLED = 0.1
#: Seconds that a neighbourhood may take.
ROUND = 5.0


def lns(question: Problem, effort: Effort, start: Plan | None = None, seed: int = 1, rounds: int = 1_000_000) -> Plan:
    """Improve a plan (the greedy one where `start` is left out) for `effort.seconds`, at most so many rounds, or
    until the watch ends it.

    The same seed and rounds give the same plan if time does not run out first. Raises Infeasible, NotFoundInTime,
    Stopped.
    """
    began = time.perf_counter()
    start = start or _first(question, effort)
    part = canonical(question)
    chosen, bound, optimal = start.works[part.works], start.bound, start.optimal
    if part.problem.works <= FREE:
        chosen, proven, optimal = solve(part.problem, effort, chosen)
    else:
        search = _Search(part.problem, effort, began, chosen, bound, np.random.default_rng(seed))
        if part.problem.works <= REGION and part.problem.criteria.reward.any():
            _by_cuts(search, rounds)
        else:
            _price(search, marginal_rate(question, start.steps))
        search.improve(END, rounds)
        chosen, proven, optimal = search.chosen, search.bound, search.proven
    works = part.whole(chosen, question.works)
    steps = ranking(question, works)
    return settle(question, "lns", works, min(bound, proven), optimal, time.perf_counter() - began, steps)


def _first(question: Problem, effort: Effort) -> Plan:
    try:
        return greedy(question)
    except NotFoundQuickly:
        return exact(question, replace(effort, gap=1.0))


@dataclass
class _Search:
    """A canonical problem, the best choice of works so far and the bound; guide: (W,) what a relaxation builds."""

    question: Problem
    effort: Effort
    began: float
    chosen: Bools
    bound: float
    random: np.random.Generator
    guide: Floats | None = None

    def __post_init__(self) -> None:
        self.value = worth(self.question, self.chosen)
        self.tree = KDTree(self.question.place)
        self.report()

    @property
    def watch(self) -> Watch:
        return self.effort.watch

    @property
    def proven(self) -> bool:
        """Whether bound and value differ by no more than was asked for."""
        return self.bound - self.value <= self.effort.gap * abs(self.bound)

    def until(self, share: float) -> float:
        """Return the seconds left until a share of the time is over."""
        return self.began + share * self.effort.seconds - time.perf_counter()

    def report(self) -> None:
        self.watch.report(self.value, self.bound)

    def prove(self, bound: float) -> None:
        self.bound = min(self.bound, bound)
        self.report()

    def offer(self, candidate: Bools) -> None:
        """Keep a feasible choice if it is better."""
        value = worth(self.question, candidate)
        if value > self.value:
            self.chosen, self.value = candidate, value

    def improve(self, share: float, rounds: int) -> None:
        """Solve neighbourhoods until a share of the time is over."""
        for _round, free in zip(range(rounds), self._neighbourhoods(), strict=False):
            if self.until(share) <= 0 or self.watch.stopped or self.proven:
                break
            self._solve(free, min(self.until(share), ROUND))
            self.report()

    def _solve(self, free: Bools, seconds: float) -> None:
        if not free.any():
            return
        part = around(self.question, self.chosen, free)
        effort = Effort(seconds, nodes=500, watch=self.watch.silent())
        try:
            inner, _bound, _optimal = solve(part.problem, effort, self.chosen[part.works])
        except NotFoundInTime:
            return
        candidate = self.chosen.copy()
        candidate[part.works] = inner
        self.offer(candidate)

    def _neighbourhoods(self) -> Iterator[Bools]:
        """Yield works to free, all treatments of a segment together: one may take the place of another.

        With a guide, what it and the plan disagree on, at first alone; and every other time whole communes, where
        criteria and floors are to be kept.
        """
        segment = self.question.segment
        for number in range(1_000_000):
            if self.guide is None:
                free = self._around_two_places()
            else:
                free = np.abs(self.guide - self.chosen) > 1e-3
                if number % 2:
                    free |= self._around_two_places()
                elif number:
                    free |= np.isin(self.question.commune, self.random.choice(len(self.question.cap), 2))
            yield np.isin(segment, segment[free])

    def _around_two_places(self) -> Bools:
        """Free the works nearest to one built work and to one of all: money moves between the two places."""
        question, built = self.question, np.flatnonzero(self.chosen)
        centres = [self.random.integers(question.works), self.random.choice(built) if len(built) else 0]
        free = np.zeros(question.works, dtype=bool)
        for centre in centres:
            nearest = self.tree.query(question.place[centre], k=min(FREE // 2, question.works))[1]
            free[np.atleast_1d(nearest)] = True
        return free


def _by_cuts(search: _Search, rounds: int) -> None:
    """Prove a bound by cuts, look where the relaxation differs, then let criteria be met or not and look again."""
    relaxation = Relaxation(search.question, search.watch)
    relaxation.cut(search.until(CUT), search.prove)
    relaxation.choose_goals(search.until(CHOSEN), SETTLED * search.effort.seconds)
    search.guide = relaxation.x
    search.improve(LOOKED, rounds)
    if search.proven:
        return
    relaxation.whole_goals(search.chosen, search.until(WHOLE))
    search.prove(relaxation.bound)
    search.guide = relaxation.x


def _price(search: _Search, rate: float) -> None:
    """Price money at a rate, and once more a little off it if time allows."""
    deadline = time.perf_counter() + search.until(PRICED)
    for _try in range(2):
        began = time.perf_counter()
        found = priced(search.question, rate, search.chosen, deadline, search.watch)
        search.prove(found.bound)
        # Where it leads to no plan, the one at hand stays; another price may lead to one.
        with suppress(NotFoundQuickly):
            search.offer(planned(search.question, found.works))
        if search.watch.stopped or 2 * time.perf_counter() - began > deadline:
            return
        rate *= 1.08 if found.spent > search.question.budget.sum() else 1 / 1.08
