"""Directed cuts: what a fractional solution says is connected must be entered that much, from whatever side one looks.

For every node v and every set of nodes that holds v and not node 0, Σ y of the arcs into the set ≥ r_v. There are too
many to write down; those that a solution breaks are found by maximum flows, pocket by pocket (Ljubić et al. 2006,
"An algorithmic framework for the exact solution of the prize-collecting Steiner tree problem").
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from layers.planning.arrays import Floats, Ints
from layers.planning.network.graph import components

from .formulation import Formulation

#: Flows are whole numbers; a cut broken by less than `LEAST` is let pass.
UNIT, LEAST = 100_000, 0.02
#: Cuts of one node in a round, each without the arcs of those before.
NESTED = 3


@dataclass(frozen=True)
class Pocket:
    """The arcs of a pocket, numbers of a Formulation's; nodes[0] is node 0; source, target: places in `nodes`."""

    arcs: Ints
    nodes: Ints
    source: Ints
    target: Ints


def pockets_of(made: Formulation) -> list[Pocket]:
    """Return what falls apart without node 0."""
    question = made.question
    inner = (question.tail != 0) & (question.head != 0)
    label = components(question.tail[inner], question.head[inner], question.nodes)[made.target]
    order = np.argsort(label, kind="stable")
    found = []
    for arcs in np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if len(order) else ():
        nodes = np.unique(np.concatenate([[0], made.source[arcs], made.target[arcs]]))
        found.append(
            Pocket(arcs, nodes, np.searchsorted(nodes, made.source[arcs]), np.searchsorted(nodes, made.target[arcs]))
        )
    return found


def broken_cuts(pocket: Pocket, used: Floats, connected: Floats) -> Iterator[tuple[int, Ints]]:
    """Yield (node, arcs into a set around it) of cuts that a solution breaks.

    used: y of all arcs, connected: r of all nodes (that of node 0 first), both between 0 and 1.
    """
    capacity = np.rint(used[pocket.arcs] * UNIT).astype(np.int32)
    wanted = connected[pocket.nodes]
    wanted[0] = 0.0
    covered = np.zeros(len(wanted), dtype=bool)
    for node in np.argsort(-wanted, kind="stable").tolist():
        if wanted[node] <= LEAST:
            return
        for _again in range(0 if covered[node] else NESTED):
            around = _too_little(pocket, capacity, node, (wanted[node] - LEAST) * UNIT)
            if around is None:
                break
            covered |= around
            into = ~around[pocket.source] & around[pocket.target]
            yield int(pocket.nodes[node]), pocket.arcs[into]
            capacity[into] = UNIT


def _too_little(pocket: Pocket, capacity: np.ndarray, node: int, wanted: float) -> np.ndarray | None:
    """Return the smallest set around a node that less than `wanted` can flow into, None where there is none."""
    count = len(pocket.nodes)
    graph = sparse.csr_array((capacity, (pocket.source, pocket.target)), shape=(count, count), dtype=np.int32)
    found = maximum_flow(graph, 0, node)
    if found.flow_value >= wanted:
        return None
    left = graph - found.flow
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    around = np.zeros(count, dtype=bool)
    around[breadth_first_order(sparse.csr_array(left.T), node, return_predecessors=False)] = True
    return around
