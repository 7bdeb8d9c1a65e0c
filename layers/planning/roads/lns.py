"""Large neighbourhood search: free some hundred works around two places, solve that part exactly, keep what is
better. Stops at any time with a plan that keeps every condition.
"""

import time

import numpy as np
from scipy.spatial import KDTree

from layers.planning.arrays import Bools
from layers.planning.errors import NotFoundInTime, NotFoundQuickly
from layers.planning.milp import Effort

from .bound import quick_bound
from .exact import solve
from .greedy import grown
from .plan import Plan, settle, worth
from .problem import Problem
from .restrict import around, canonical

#: Works freed at once: what HiGHS mostly solves within a second.
FREE = 400


def lns(question: Problem, effort: Effort, start: Plan | None = None, seed: int = 1, rounds: int = 1_000_000) -> Plan:
    """Improve a plan (the greedy one where `start` is left out) for `effort.seconds` or so many rounds.

    The same seed and rounds give the same plan if time does not run out first. Raises Infeasible, NotFoundInTime.
    """
    began = time.perf_counter()
    part = canonical(question)
    inner = part.problem
    chosen = _first(inner, effort) if start is None else start.works[part.works]
    bound = min(quick_bound(inner), start.bound if start is not None else np.inf)
    optimal = False
    if inner.works <= FREE:
        chosen, bound, optimal = solve(inner, effort, chosen)
    else:
        chosen = _search(inner, chosen, began + effort.seconds, seed, rounds)
    seconds = time.perf_counter() - began
    return settle(question, "lns", part.whole(chosen, question.works), bound, optimal, seconds)


def _first(question: Problem, effort: Effort) -> Bools:
    try:
        return max(
            (grown(question, competing).works() for competing in (True, False)),
            key=lambda works: worth(question, works),
        )
    except NotFoundQuickly:
        works, _bound, _optimal = solve(question, Effort(effort.seconds, gap=1.0))
        return works


def _search(question: Problem, chosen: Bools, deadline: float, seed: int, rounds: int) -> Bools:
    random, tree = np.random.default_rng(seed), KDTree(question.place)
    value = worth(question, chosen)
    for _round in range(rounds):
        left = deadline - time.perf_counter()
        if left <= 0:
            break
        part = around(question, chosen, _neighbourhood(question, chosen, tree, random))
        effort = Effort(seconds=min(left, 5.0), gap=1e-4, nodes=500)
        try:
            inner, _bound, _optimal = solve(part.problem, effort, chosen[part.works])
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
