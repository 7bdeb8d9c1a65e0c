"""What keeps an inventory from being a network: to be read, and repaired, before any ranking."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from layers.planning.arrays import Bools, Floats, Ints, totals

from .graph import Network, components
from .noding import Noded, Overlaps


@dataclass(frozen=True)
class NearMisses:
    """(K,) dead ends that stop short of another line: their node, the line, the gap in metres, the nearest point
    on that line (K, 2), and whether bridging the gap would join two pieces of the network."""

    node: Ints
    line: Ints
    gap: Floats
    target: Floats
    joins: Bools


@dataclass(frozen=True)
class Pieces:
    """The connected pieces of the network. node: (N,) piece of each node; edges, length (P,): how many edges and
    metres each has; centre: (P,) whether a centre is in it."""

    node: Ints
    edges: Ints
    length: Floats
    centre: Bools


@dataclass(frozen=True)
class Report:
    """duplicates: (D, 2) pairs of lines with the same geometry, either way round; dangles: (G,) nodes where only
    one edge ends; the others as `noding` and the classes above say."""

    pieces: Pieces
    near_misses: NearMisses
    overlaps: Overlaps
    duplicates: Ints
    dangles: Ints
    too_short: Ints


def report(noded: Noded, lines: np.ndarray, centres: Ints, reach: float) -> Report:
    """Describe a noded inventory; near-misses are looked for up to `reach` metres. centres: (K,) nodes."""
    network = noded.network
    piece = components(network.tail, network.head, network.nodes)
    count = int(piece.max(initial=-1)) + 1
    with_centre = np.zeros(count, dtype=bool)
    with_centre[piece[centres]] = True
    pieces = Pieces(
        node=piece,
        edges=np.bincount(piece[network.tail], minlength=count),
        length=totals(piece[network.tail], network.length, count),
        centre=with_centre,
    )
    dangles = np.flatnonzero(network.degree == 1)
    return Report(
        pieces=pieces,
        near_misses=_near_misses(network, lines, dangles, piece, reach),
        overlaps=noded.overlaps,
        duplicates=_duplicates(lines),
        dangles=dangles,
        too_short=noded.too_short,
    )


def _near_misses(network: Network, lines: np.ndarray, dangles: Ints, piece: Ints, reach: float) -> NearMisses:
    points = shapely.points(network.xy[dangles])
    which, line = STRtree(lines).query(points, predicate="dwithin", distance=reach)
    # The edge a dead end belongs to is not what it misses.
    own = np.full(network.nodes, -1)
    own[network.tail] = network.line
    own[network.head] = network.line
    other = own[dangles[which]] != line
    which, line = which[other], line[other]
    gap = shapely.distance(points[which], lines[line])
    order = np.lexsort((line, gap, which))
    _, first = np.unique(which[order], return_index=True)
    which, line, gap = which[order][first], line[order][first], gap[order][first]
    along = shapely.line_locate_point(lines[line], points[which])
    target = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], along))
    of_line = np.full(len(lines), -1)
    of_line[network.line] = piece[network.tail]
    return NearMisses(dangles[which], line, gap, target, piece[dangles[which]] != of_line[line])


def _duplicates(lines: np.ndarray) -> Ints:
    """(D, 2) pairs of lines of the same geometry to the centimetre, each with the first of its kind."""
    shape = shapely.to_wkb(shapely.normalize(shapely.set_precision(lines, 0.01, mode="pointwise")))
    _, first, kind = np.unique(shape.astype(object), return_index=True, return_inverse=True)
    again = np.flatnonzero(first[kind] != np.arange(len(lines)))
    return np.stack([first[kind[again]], again], axis=1)
