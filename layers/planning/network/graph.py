"""The road graph: nodes where lines meet, edges between them."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from layers.planning.arrays import Floats, Ints


@dataclass(frozen=True)
class Network:
    """N nodes and E edges, made by `noding`.

    xy: (N, 2) metres, nodes sorted by x then y; tail, head: (E,) nodes; length: (E,) metres; line: (E,) the
    inventory line an edge is part of, from `start` to `stop`, (E,) fractions of that line's length, start < stop.
    """

    xy: Floats
    tail: Ints
    head: Ints
    length: Floats
    line: Ints
    start: Floats
    stop: Floats

    @property
    def nodes(self) -> int:
        return len(self.xy)

    @property
    def edges(self) -> int:
        return len(self.tail)

    @property
    def degree(self) -> Ints:
        """(N,) edge ends at each node; a loop counts twice."""
        return np.bincount(self.tail, minlength=self.nodes) + np.bincount(self.head, minlength=self.nodes)


def components(tail: Ints, head: Ints, nodes: int) -> Ints:
    """(N,) the number of the connected component of each node, from 0 in the order of their first nodes."""
    links = sparse.coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    _, first = np.unique(label, return_index=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[label]
