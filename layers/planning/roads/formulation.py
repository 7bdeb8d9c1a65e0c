"""The road problem as a mixed-integer program: a compact single-commodity flow in each pocket.

max Σ W_v r_v + Σ b_w x_w + Σ reward_q u_q with x (works) and u (criteria) binary, y (arcs) binary, r in [0, 1]:
one arc enters each connected node (Σ y = r), an arc needs its edge, and one unit of flow reaches each connected
node over used arcs, at most as much as the pocket has nodes. Gavish-Graves flow; planning of rooted
prize-collecting Steiner trees with budgets (Costa, Cordeau & Laporte 2009).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from layers.planning.arrays import Bools, Floats, Ints
from layers.planning.milp import INFINITY, Model

from .plan import criteria_met
from .problem import Problem


@dataclass
class Formulation:
    """The program of a canonical problem, and the way from its variables to works and back."""

    question: Problem
    model: Model
    x: Ints
    r: Ints
    u: Ints
    y: Ints
    f: Ints
    source: Ints
    target: Ints
    edge: Ints

    def works(self, values: Floats) -> Bools:
        return values[self.x] > 0.5

    def values(self, works: Bools) -> Floats:
        """Return the whole solution vector of a feasible choice of works, to start the solver from."""
        question, made = self.question, np.zeros(self.model.columns)
        made[self.x] = works
        made[self.u] = criteria_met(question, works)
        if not len(self.edge):
            return made
        used = works[self.edge]
        links = sparse.csr_array(
            (np.ones(used.sum()), (self.source[used], self.target[used])), shape=(question.nodes, question.nodes)
        )
        order, before = breadth_first_order(links, 0, directed=True, return_predecessors=True)
        carried = np.zeros(question.nodes)
        for node in order[:0:-1]:
            carried[node] += 1
            carried[before[node]] += carried[node]
        made[self.r[order[1:] - 1]] = 1
        # The first used arc between the two nodes carries the flow; parallel ones stay empty.
        arcs = np.flatnonzero(used & (before[self.target] == self.source))
        _, first = np.unique(self.target[arcs], return_index=True)
        arcs = arcs[first]
        made[self.y[arcs]] = 1
        if len(self.f):
            made[self.f[arcs]] = carried[self.target[arcs]]
        return made


def formulate(question: Problem, cheapest: bool = False, flow: bool = True) -> Formulation:
    """Return the program of a canonical problem; `cheapest` minimises the price instead, criteria and all kept.

    Without `flow` nothing keeps connected nodes joined to node 0: a relaxation, for cuts to do so (`relaxation`).
    """
    model = Model(maximise=not cheapest)
    forced = question.forced
    x = model.add_columns(
        question.works,
        cost=question.price / _scale(question) if cheapest else question.benefit,
        lower=forced > 0,
        upper=forced >= 0,
        integer=True,
    )
    live = np.flatnonzero((forced[: question.edges] >= 0) & ~question.loops)
    tail, head = question.tail[live], question.head[live]
    source = np.concatenate([tail[head != 0], head[tail != 0]])
    target = np.concatenate([head[head != 0], tail[tail != 0]])
    edge = np.concatenate([live[head != 0], live[tail != 0]])
    reachable = np.bincount(target, minlength=question.nodes)[1:] > 0
    r = model.add_columns(
        question.nodes - 1,
        cost=0.0 if cheapest else question.weight[1:],
        lower=question.required[1:],
        upper=reachable | question.required[1:],
    )
    criteria = question.criteria
    u = model.add_columns(
        len(criteria.reward), cost=0.0 if cheapest else criteria.reward, lower=criteria.must, integer=True
    )
    size = _pocket_sizes(question, tail, head)[target]
    y = model.add_columns(len(edge), integer=True)
    f = model.add_columns(len(edge), upper=size) if flow else y[:0]
    made = Formulation(question, model, x, r, u, y, f, source, target, edge)
    _add_arcs(made)
    if flow:
        _add_flow(made, size)
    _add_stranding(made, live)
    _add_money(made)
    _add_choices(made)
    return made


def _pocket_sizes(question: Problem, tail: Ints, head: Ints) -> Floats:
    """(N,) how many nodes the pocket of each node has: what can be reached without passing node 0."""
    inner = (tail != 0) & (head != 0)
    links = sparse.coo_array((np.ones(inner.sum()), (tail[inner], head[inner])), shape=(question.nodes, question.nodes))
    _, pocket = connected_components(links, directed=False)
    return np.bincount(pocket)[pocket].astype(np.float64)


def _add_arcs(made: Formulation) -> None:
    """One arc enters each connected node, and an arc needs its edge."""
    model, nodes, ones = made.model, made.question.nodes - 1, np.ones(len(made.edge))
    every = np.arange(nodes)
    model.add_rows(nodes, [(made.target - 1, made.y, ones), (every, made.r, -np.ones(nodes))], lower=0, upper=0)
    # Both directions of an edge share one row.
    edges, row = np.unique(made.edge, return_inverse=True)
    model.add_rows(len(edges), [(row, made.y, ones), (np.arange(len(edges)), made.x[edges], -1.0)], upper=0)


def _add_flow(made: Formulation, size: Floats) -> None:
    """One unit of flow reaches each connected node, over used arcs alone."""
    model, nodes, arcs = made.model, made.question.nodes - 1, np.arange(len(made.edge))
    into, ones = made.target - 1, np.ones(len(made.edge))
    every = np.arange(nodes)
    leaving = made.source > 0
    model.add_rows(
        nodes,
        [(into, made.f, ones), (made.source[leaving] - 1, made.f[leaving], -1.0), (every, made.r, -np.ones(nodes))],
        lower=0,
        upper=0,
    )
    model.add_rows(len(arcs), [(arcs, made.f, ones), (arcs, made.y, -size)], upper=0)
    model.add_rows(len(arcs), [(arcs, made.f, ones), (arcs, made.y, -ones)], lower=0)


def _add_stranding(made: Formulation, live: Ints) -> None:
    """x ≤ r at both ends where a segment must not hang in the air; elsewhere y ≤ r at the arc's source."""
    question, model = made.question, made.model
    bound_edges = np.flatnonzero((question.forced[: question.edges] >= 0) & ~question.strandable)
    ends = np.stack([question.tail[bound_edges], question.head[bound_edges]], axis=1)
    pairs = np.unique(np.stack([np.repeat(bound_edges, 2), ends.ravel()], axis=1), axis=0)
    pairs = pairs[pairs[:, 1] > 0]
    every = np.arange(len(pairs))
    model.add_rows(len(pairs), [(every, made.x[pairs[:, 0]], 1.0), (every, made.r[pairs[:, 1] - 1], -1.0)], upper=0)
    if len(live):
        arcs = np.flatnonzero(question.strandable[made.edge] & (made.source > 0))
        every = np.arange(len(arcs))
        model.add_rows(len(arcs), [(every, made.y[arcs], 1.0), (every, made.r[made.source[arcs] - 1], -1.0)], upper=0)


def _scale(question: Problem) -> float:
    """Money is counted so that the dearest work costs 1,000: the solver's tolerances are absolute."""
    return max(float(question.price.max(initial=0.0)), 1e-9) / 1000


def _add_money(made: Formulation) -> None:
    question, model, scale = made.question, made.model, _scale(made.question)
    for source, budget in enumerate(question.budget.tolist()):
        paid = np.flatnonzero(question.cost[:, source])
        model.add_rows(1, [(np.zeros(len(paid)), paid, question.cost[paid, source] / scale)], upper=budget / scale)
    for amounts, low, high in (
        (question.people, np.zeros(0), question.cap),
        (question.price, question.floor, np.zeros(0)),
    ):
        limited = np.flatnonzero(np.isfinite(high) if len(high) else low > 0)
        place = np.full(len(question.cap), -1)
        place[limited] = np.arange(len(limited))
        counted = np.flatnonzero((place[question.commune] >= 0) & (amounts > 0))
        model.add_rows(
            len(limited),
            [(place[question.commune[counted]], counted, amounts[counted] / scale)],
            lower=low[limited] / scale if len(low) else -INFINITY,
            upper=high[limited] / scale if len(high) else INFINITY,
        )


def _add_choices(made: Formulation) -> None:
    """At most one treatment a segment, and the rows of the criteria."""
    question, model = made.question, made.model
    names, row, count = np.unique(question.segment, return_inverse=True, return_counts=True)
    several = np.flatnonzero(count > 1)
    place = np.full(len(names), -1)
    place[several] = np.arange(len(several))
    works = np.flatnonzero(place[row] >= 0)
    model.add_rows(len(several), [(place[row[works]], made.x[works], 1.0)], upper=1)
    criteria = question.criteria
    credit = sparse.coo_array(criteria.credit)
    wanted = np.flatnonzero(criteria.need > 0)
    place = np.full(len(criteria.need), -1)
    place[wanted] = np.arange(len(wanted))
    kept = place[credit.row] >= 0
    # Each row in units of its need: metres and facilities alike become shares.
    share = credit.data[kept] / criteria.need[credit.row[kept]]
    model.add_rows(
        len(wanted),
        [
            (place[credit.row[kept]], made.x[credit.col[kept]], share),
            (np.arange(len(wanted)), made.u[criteria.of[wanted]], -1.0),
        ],
        lower=0,
    )
