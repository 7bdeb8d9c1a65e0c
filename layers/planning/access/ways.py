"""How far places are apart by road."""

import numpy as np
import shapely

from layers.planning.arrays import Floats, Ints
from layers.planning.network.households import snap

from .graph import cut, travel_graph
from .times import times_to


def road_metres(
    tail: Ints, head: Ints, lines: np.ndarray, nodes: int, places: Floats, targets: Floats, farthest: float
) -> Floats:
    """(P, T) metres by road from places (P, 2) to targets (T, 2), the straight way to the road at both ends included.

    tail, head: (E,) nodes of edges whose geometries are `lines`, all in metres. Infinite where one of the two is
    more than `farthest` metres from every road, or where no road leads from one to the other.
    """
    at = snap(np.concatenate([places, targets]), lines, farthest)
    pieces = cut(tail, head, nodes, at.edge, at.fraction)
    length = shapely.length(lines)[pieces.edge] * (pieces.stop - pieces.start)
    graph = travel_graph(pieces.tail, pieces.head, length, length, pieces.nodes)
    node, access = pieces.node, at.access
    result = np.full((len(places), len(targets)), np.inf)
    there = np.flatnonzero(node[len(places) :] >= 0)
    here = np.flatnonzero(node[: len(places)] >= 0)
    if len(there) and len(here):
        found = times_to(graph, node[len(places) + there])
        way = found[:, node[here]].T + access[here][:, None] + access[len(places) + there][None, :]
        result[np.ix_(here, there)] = way
    return result
