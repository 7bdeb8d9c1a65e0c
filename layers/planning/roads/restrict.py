"""Problems made from problems: in canonical order, and with most of a plan held fixed."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from layers.planning.arrays import Bools, Floats, Ints, bools, totals
from layers.planning.errors import Infeasible

from .problem import Criteria, Problem


@dataclass(frozen=True)
class Part:
    """A problem made from another: `works` (W',) are the numbers its works had; `offset` is what was won outside."""

    problem: Problem
    works: Ints
    offset: float

    def whole(self, chosen: Bools, total: int) -> Bools:
        """Return choices of the part as choices of all `total` works."""
        spread = np.zeros(total, dtype=bool)
        spread[self.works[chosen]] = True
        return spread


def canonical(question: Problem) -> Part:
    """Sort works by key and number nodes as they appear, so that an answer cannot depend on the order of rows.

    Nodes that no edge touches cannot be connected and are left out; raises Infeasible if one of them is required.
    """
    edges = np.argsort(question.key[: question.edges], kind="stable")
    projects = np.argsort(question.key[question.edges :], kind="stable") + question.edges
    return _take(question, np.concatenate([edges, projects]), question.weight, question.required, 0.0)


def part_of(question: Problem, works: Ints) -> Part:
    """Return the problem of some works alone, all else left as it is."""
    return _take(question, works, question.weight, bools(np.zeros(question.nodes)), 0.0)


def _take(question: Problem, works: Ints, weight: Floats, required: Bools, offset: float) -> Part:
    edges = works[works < question.edges]
    ends = np.stack([question.tail[edges], question.head[edges]], axis=1).ravel()
    names, first = np.unique(np.concatenate([[0], ends]), return_index=True)
    nodes = names[np.argsort(first, kind="stable")]
    number = np.full(len(weight), -1)
    number[nodes] = np.arange(len(nodes))
    if np.any(required & (number < 0)):
        raise Infeasible
    made = replace(
        question,
        tail=number[question.tail[edges]],
        head=number[question.head[edges]],
        weight=weight[nodes],
        required=required[nodes],
        strandable=question.strandable[edges],
        criteria=replace(question.criteria, credit=question.criteria.credit[:, works]),
        **{
            name: getattr(question, name)[works]
            for name in ("cost", "benefit", "people", "commune", "segment", "forced", "place", "key")
        },
    )
    return Part(made, works, offset)


def around(question: Problem, chosen: Bools, free: Bools) -> Part:
    """Return the problem of choosing the `free` works anew while all others stay as `chosen`.

    What stays built is contracted and paid for; a stretch that stays built but would hang in the air must be
    connected again. The offset is the value of what stays, so that part value + offset is the whole value
    (criteria apart: rows met by what stays are met in the part too).
    """
    kept = chosen & ~free
    kept_edges = np.flatnonzero(kept[: question.edges])
    links = sparse.coo_array(
        (np.ones(len(kept_edges)), (question.tail[kept_edges], question.head[kept_edges])),
        shape=(question.nodes, question.nodes),
    )
    _, component = connected_components(links, directed=False)
    # The component of node 0 must be number 0.
    root = component[0]
    component = np.where(component == root, 0, np.where(component == 0, root, component))
    count = int(component.max()) + 1
    weight = totals(component, question.weight, count)
    required = totals(component, question.required, count) > 0
    anchored = kept_edges[~question.strandable[kept_edges]]
    required[component[question.tail[anchored]]] = True
    spent = question.cost[kept].sum(axis=0)
    communes = len(question.cap)
    given = totals(question.commune[kept], question.people[kept], communes)
    invested = totals(question.commune[kept], question.price[kept], communes)
    taken = np.isin(question.segment, question.segment[kept])
    inner = replace(
        question,
        tail=component[question.tail],
        head=component[question.head],
        budget=np.maximum(question.budget - spent, 0.0),
        cap=np.maximum(question.cap - given, 0.0),
        floor=np.maximum(question.floor - invested, 0.0),
        forced=np.where(taken, -1, question.forced),
        criteria=_remaining(question.criteria, kept),
    )
    works = np.flatnonzero(free)
    won = question.benefit[kept].sum() + weight[0] - question.weight[0]
    return _take(inner, works, weight, bools(required), float(won))


def _remaining(criteria: Criteria, kept: Bools) -> Criteria:
    return replace(criteria, need=criteria.need - criteria.credit @ kept.astype(np.float64))
