"""Improving a quick plan for as long as there is time: first by pricing money pocket by pocket, which also proves
a bound, then by large neighbourhoods: free some hundred works around two places, solve that part exactly, keep
what is better. Stops at any time with a plan that keeps every condition.
"""

import time
from dataclasses import replace

import numpy as np
from scipy.spatial import KDTree

from layers.planning.arrays import Bools
from layers.planning.errors import NotFoundInTime, NotFoundQuickly
from layers.planning.milp import Effort
from layers.planning.watch import Watch

from .exact import exact, solve
from .greedy import greedy
from .plan import Plan, settle, worth
from .pricing import marginal_rate, planned, priced
from .problem import Problem
from .ranking import ranking
from .restrict import around, canonical

#: Works freed at once: what HiGHS mostly solves within a second.
FREE = 400
#: The share of the time that goes into pricing, which proves the bound.
PRICING = 0.75


def lns(question: Problem, effort: Effort, start: Plan | None = None, seed: int = 1, rounds: int = 1_000_000) -> Plan:
    """Improve a plan (the greedy one where `start` is left out) for `effort.seconds`, at most so many rounds, or
    until the watch ends it.

    The same seed and rounds give the same plan if time does not run out first. Raises Infeasible, NotFoundInTime,
    Stopped.
    """
    began = time.perf_counter()
    start = start or _first(question, effort)
    part = canonical(question)
    inner, chosen, bound, optimal = part.problem, start.works[part.works], start.bound, start.optimal
    if inner.works <= FREE:
        chosen, proven, optimal = solve(inner, effort, chosen)
    else:
        rate = marginal_rate(question, start.steps)
        effort.watch.report(start.value, bound)
        chosen, proven = _price(inner, chosen, rate, began + PRICING * effort.seconds, effort.watch)
        proven = min(bound, proven)
        chosen = _search(inner, chosen, proven, began + 0.97 * effort.seconds, effort.watch, seed, rounds)
    works = part.whole(chosen, question.works)
    steps = ranking(question, works)
    return settle(question, "lns", works, min(bound, proven), optimal, time.perf_counter() - began, steps)


def _first(question: Problem, effort: Effort) -> Plan:
    try:
        return greedy(question)
    except NotFoundQuickly:
        return exact(question, replace(effort, gap=1.0))


def _price(question: Problem, chosen: Bools, rate: float, deadline: float, watch: Watch) -> tuple[Bools, float]:
    """Price money at a rate, and once more a little off it if time allows; return the better plan and bound."""
    value, bound = worth(question, chosen), np.inf
    for _try in range(2):
        began = time.perf_counter()
        found = priced(question, rate, chosen, deadline, watch)
        bound = min(bound, found.bound)
        try:
            candidate = planned(question, found.works)
        except NotFoundQuickly:
            candidate = chosen
        if worth(question, candidate) > value:
            chosen, value = candidate, worth(question, candidate)
        watch.report(value, bound)
        if watch.stopped or 2 * time.perf_counter() - began > deadline:
            break
        rate *= 1.08 if found.spent > question.budget.sum() else 1 / 1.08
    return chosen, float(bound)


def _search(
    question: Problem, chosen: Bools, bound: float, deadline: float, watch: Watch, seed: int, rounds: int
) -> Bools:
    random, tree = np.random.default_rng(seed), KDTree(question.place)
    value = worth(question, chosen)
    for _round in range(rounds):
        left = deadline - time.perf_counter()
        if left <= 0 or watch.stopped:
            break
        watch.report(value, bound)
        part = around(question, chosen, _neighbourhood(question, chosen, tree, random))
        try:
            inner, _bound, _optimal = solve(
                part.problem, Effort(min(left, 5.0), nodes=500, watch=watch.silent()), chosen[part.works]
            )
        except NotFoundInTime:
            continue
        candidate = chosen.copy()
        candidate[part.works] = inner
        better = worth(question, candidate)
        if better > value:
            chosen, value = candidate, better
    return chosen


def _neighbourhood(question: Problem, chosen: Bools, tree: KDTree, random: np.random.Generator) -> Bools:
    """Free the works nearest to one built work and to one of all: money moves between the two places."""
    built = np.flatnonzero(chosen)
    centres = [random.integers(question.works), random.choice(built) if len(built) else 0]
    free = np.zeros(question.works, dtype=bool)
    for centre in centres:
        free[np.atleast_1d(tree.query(question.place[centre], k=min(FREE // 2, question.works))[1])] = True
    # All treatments of a segment are freed together: one of them may take the place of another.
    return np.isin(question.segment, question.segment[free])
