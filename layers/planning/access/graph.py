"""The graph that travel times are computed on: edges cut at the places one travels to."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from layers.planning.arrays import Floats, Ints


@dataclass(frozen=True)
class Pieces:
    """Edges cut at places. tail, head: (F,) nodes, new ones for the places; edge: (F,) the edge a piece belongs
    to, from `start` to `stop`, (F,) fractions from its tail; node: (P,) of each place (-1: off the network);
    nodes: how many there are now. Sorted by edge and start.
    """

    tail: Ints
    head: Ints
    edge: Ints
    start: Floats
    stop: Floats
    node: Ints
    nodes: int


def cut(tail: Ints, head: Ints, nodes: int, edge: Ints, fraction: Floats) -> Pieces:
    """Cut (E,) edges at (P,) places, each on an `edge` (-1: none) at a `fraction` from its tail.

    So a household and a market on the same edge are as far apart as they are, not as their edge's ends.
    """
    on = edge >= 0
    inside = on & (fraction > 0) & (fraction < 1)
    keys, place = np.unique(np.stack([edge[inside], fraction[inside]], axis=1), axis=0, return_inverse=True)
    node = np.full(len(edge), -1)
    node[on] = np.where(fraction[on] <= 0, tail[edge[on]], head[edge[on]])
    node[inside] = nodes + place.ravel()
    every = np.arange(len(tail))
    of = np.concatenate([every, every, keys[:, 0].astype(np.int64)])
    where = np.concatenate([np.zeros(len(tail)), np.ones(len(tail)), keys[:, 1]])
    at = np.concatenate([tail, head, nodes + np.arange(len(keys))])
    order = np.lexsort((where, of))
    of, where, at = of[order], where[order], at[order]
    begin = np.flatnonzero(of[1:] == of[:-1])
    return Pieces(at[begin], at[begin + 1], of[begin], where[begin], where[begin + 1], node, nodes + len(keys))


def locate(pieces: Pieces, edge: Ints, fraction: Floats) -> tuple[Ints, Floats]:
    """Return the piece that holds each position on an edge and the fraction of the piece, from its tail."""
    found = np.searchsorted(2 * pieces.edge + pieces.start, 2 * edge + fraction, side="right") - 1
    span = pieces.stop[found] - pieces.start[found]
    return found, (fraction - pieces.start[found]) / span


def travel_graph(tail: Ints, head: Ints, forward: Floats, backward: Floats, nodes: int) -> sparse.csr_array:
    """Return the (N, N) matrix of seconds from node to node; what takes for ever is left out.

    Of parallel edges the fastest stays: a sparse matrix built from all of them would hold their sum.
    """
    rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
    took = np.concatenate([forward, backward])
    keep = np.isfinite(took) & (rows != columns)
    rows, columns, took = rows[keep], columns[keep], took[keep]
    order = np.lexsort((took, columns, rows))
    rows, columns, took = rows[order], columns[order], took[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return sparse.csr_array((took[first], (rows[first], columns[first])), shape=(nodes, nodes))
