"""Upper bounds that take milliseconds, for plans that come without a solver."""

import numpy as np

from layers.planning.arrays import Floats

from .problem import Problem


def quick_bound(question: Problem) -> float:
    """Return a value that no plan can exceed, from a fractional knapsack.

    In any plan the edges that enter the connected nodes are different ones, so the budgets pay, for each node
    won, at least the cheapest edge that touches it. A benefit of a work pays at least nothing where its edge
    may also be the one that enters a node, so edges' benefits are counted as free and projects pay in full.
    """
    paid = question.cost.sum(axis=1)
    open_works = question.forced >= 0
    entry = np.full(question.nodes, np.inf)
    edges = np.flatnonzero(open_works[: question.edges] & ~question.loops)
    for ends in (question.tail[edges], question.head[edges]):
        np.minimum.at(entry, ends, paid[edges])
    reachable = np.isfinite(entry[1:])
    projects = np.arange(question.edges, question.works)[open_works[question.edges :]]
    win = np.concatenate([question.weight[1:][reachable], question.benefit[projects]])
    pay = np.concatenate([entry[1:][reachable], paid[projects]])
    free = question.benefit[: question.edges][open_works[: question.edges]].sum() + question.criteria.reward.sum()
    return float(_knapsack(win, pay, float(question.budget.sum())) + free)


def _knapsack(win: Floats, pay: Floats, budget: float) -> float:
    """Return the optimum of the continuous knapsack, rounded up by float noise."""
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.argsort(np.where(pay > 0, -win / pay, -np.inf), kind="stable")
    win, spent = win[order], np.cumsum(pay[order])
    whole = int(np.searchsorted(spent, budget, side="right"))
    total = win[:whole].sum()
    if whole < len(win):
        before = spent[whole - 1] if whole else 0.0
        total += win[whole] * (budget - before) / (spent[whole] - before)
    return float(total * (1 + 1e-9))
