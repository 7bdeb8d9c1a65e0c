"""How long it takes to the nearest service."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from layers.planning.arrays import Floats, Ints

from .graph import Pieces, locate


@dataclass(frozen=True)
class Nearest:
    """seconds: to the nearest target, infinite where none can be reached; target: its number, -1 where none."""

    seconds: Floats
    target: Ints


def nearest(graph: sparse.csr_array, nodes: Ints) -> Nearest:
    """(N,) seconds from every node to the nearest of (K,) target nodes, and which of them that is.

    Targets with node -1 are off the network and never reached; of targets at the same node the first is named.
    """
    count = graph.shape[0]
    reached, place = np.unique(nodes[nodes >= 0], return_index=True)
    if not len(reached):
        return Nearest(np.full(count, np.inf), np.full(count, -1))
    took, _, source = dijkstra(graph.T.tocsr(), indices=reached, min_only=True, return_predecessors=True)
    number = np.flatnonzero(nodes >= 0)[place]
    rank = np.searchsorted(reached, np.maximum(source, 0))
    return Nearest(took, np.where(np.isfinite(took), number[np.minimum(rank, len(number) - 1)], -1))


def times_to(graph: sparse.csr_array, nodes: Ints, limit: float = np.inf) -> Floats:
    """(K, N) seconds from every node to each of K target nodes, infinite beyond `limit`."""
    return dijkstra(graph.T.tocsr(), indices=nodes, limit=limit)


def from_edges(
    pieces: Pieces, forward: Floats, backward: Floats, edge: Ints, fraction: Floats, access: Floats, found: Nearest
) -> Nearest:
    """(H,) times of households on edges: their access and the faster way out, over either end of their piece.

    forward, backward: (F,) seconds along the pieces; edge, fraction: (H,) as snapped; access: (H,) seconds from
    the door to the edge; found: times from the nodes. A household off the network (edge -1) reaches nothing.
    """
    made = Nearest(np.full(len(edge), np.inf), np.full(len(edge), -1))
    on = np.flatnonzero(edge >= 0)
    piece, part = locate(pieces, edge[on], fraction[on])
    ends = pieces.tail[piece], pieces.head[piece]
    # Nothing of an impassable piece is still passable for who stands at its end.
    with np.errstate(invalid="ignore"):
        ways = np.stack(
            [
                np.where(part > 0, part * backward[piece], 0.0) + found.seconds[ends[0]],
                np.where(part < 1, (1 - part) * forward[piece], 0.0) + found.seconds[ends[1]],
            ]
        )
    way = np.argmin(ways, axis=0)
    best = ways[way, np.arange(len(on))]
    made.seconds[on] = access[on] + best
    target = np.where(way == 0, found.target[ends[0]], found.target[ends[1]])
    made.target[on] = np.where(np.isfinite(made.seconds[on]), target, -1)
    return made
