"""An even share of the money for each commune, as far as what it lacks and its people's means reach."""

import numpy as np

from layers.planning.arrays import Bools, Floats, totals
from layers.planning.network.graph import components

from .problem import Problem


def even_floors(question: Problem, share: float) -> Floats:
    """Return (M,) VND to spend in each commune at least: a part `share` (0 to 1) of its even share.

    With even shares every commune builds the same part of what could still be joined to a centre in it, counted in
    VND of all who pay, each segment at its cheapest treatment; less where its people cannot give their part of that.
    """
    open_works = np.flatnonzero((question.forced >= 0) & _within_reach(question))
    order = open_works[np.argsort(question.price[open_works], kind="stable")]
    _, first = np.unique(question.segment[order], return_index=True)
    works, communes = order[first], len(question.cap)
    of = question.commune[works]
    lacking = totals(of, question.price[works], communes)
    given = totals(of, question.people[works], communes)
    state = float(question.cost[works].sum())
    paid = min(float(question.budget.sum()) / state, 1.0) if state else 1.0
    part = np.minimum(np.divide(question.cap, given, out=np.ones(communes), where=given > 0), paid)
    return share * part * lacking


def _within_reach(question: Problem) -> Bools:
    """(W,) works that candidates not forced out can join to node 0, facility projects among them."""
    edges = question.edges
    live = question.forced[:edges] >= 0
    label = components(question.tail[live], question.head[live], question.nodes)
    joined = (label == label[0])[question.tail] | question.strandable
    return np.concatenate([joined, np.ones(question.works - edges, dtype=bool)])
