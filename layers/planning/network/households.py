"""Households on the network: which edge, where along it, how far from the door."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from layers.planning.arrays import Floats, Ints, floats, require_numbers


@dataclass(frozen=True)
class Snapped:
    """edge: (H,) edge number, -1 where none is near enough; fraction: (H,) of the edge's length from its tail;
    access: (H,) metres from the door to the edge, straight (infinite where no edge is near enough).
    """

    edge: Ints
    fraction: Floats
    access: Floats


def snap(points: Floats, lines: np.ndarray, farthest: float) -> Snapped:
    """Snap (H, 2) points in metres to the nearest of (E,) edge lines within `farthest` metres.

    `lines` are the geometries of the edges (`noding.edge_lines`); of equally near ones the first is taken.
    Raises NotANumber for a point without coordinates.
    """
    require_numbers("position", points)
    count = len(points)
    edge, access = np.full(count, -1), np.full(count, np.inf)
    fraction = np.zeros(count)
    if count and len(lines):
        places = shapely.points(points)
        (which, found), distance = STRtree(lines).query_nearest(
            places, max_distance=farthest, return_distance=True, all_matches=True
        )
        order = np.lexsort((found, which))
        which, first = np.unique(which[order], return_index=True)
        edge[which], access[which] = found[order][first], distance[order][first]
        on = edge >= 0
        fraction[on] = shapely.line_locate_point(lines[edge[on]], places[on], normalized=True)
    return Snapped(edge, floats(fraction), access)


def nearer_ends(snapped: Snapped, tail: Ints, head: Ints) -> Ints:
    """(H,) the node at the nearer end of each one's edge, -1 off the network."""
    end = np.where(snapped.fraction <= 0.5, tail[snapped.edge], head[snapped.edge])
    return np.where(snapped.edge >= 0, end, -1)
