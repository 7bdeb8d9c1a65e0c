"""What keeps an inventory from being a network: to be read, and repaired, before any ranking."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from shapely import STRtree

from layers.planning.arrays import Bools, Floats, Ints, totals

from .alongside import Overlaps, alongside
from .graph import Network, components
from .noding import Crossings, Noded

#: A gap within a piece is one if the way round is so many times as long, and so many metres at least.
DETOUR, ROUND = 10, 200.0
#: Dead ends whose ways round are measured at a time.
AT_A_TIME = 256


@dataclass(frozen=True)
class NearMisses:
    """(K,) dead ends that stop short of another line: their node, the line they are the end of (`own`) and whether
    they are its last point, the line missed, the gap in metres, the nearest point on that line (K, 2), and whether
    bridging the gap would join two pieces of the network. Of two ends that miss each other one is named."""

    node: Ints
    own: Ints
    last: Bools
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
    """duplicates: (D, 2) pairs of lines with the same geometry, either way round; overlaps: as
    `alongside`; dangles: (G,) nodes where only one edge ends; the others as `noding` and the classes above say."""

    pieces: Pieces
    near_misses: NearMisses
    overlaps: Overlaps
    crossings: Crossings
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
        overlaps=alongside(lines),
        crossings=noded.crossings,
        duplicates=_duplicates(lines),
        dangles=dangles,
        too_short=noded.too_short,
    )


def _near_misses(network: Network, lines: np.ndarray, dangles: Ints, piece: Ints, reach: float) -> NearMisses:
    points = shapely.points(network.xy[dangles])
    which, line = STRtree(lines).query(points, predicate="dwithin", distance=reach)
    # The edge a dead end belongs to is not what it misses.
    own, last = _ends_of(network)
    other = own[dangles[which]] != line
    which, line = which[other], line[other]
    gap = shapely.distance(points[which], lines[line])
    of_line = np.full(len(lines), -1)
    of_line[network.line] = piece[network.tail]
    joins = piece[dangles[which]] != of_line[line]
    # A line of another piece is what is missed, though one of the same piece be nearer.
    order = np.lexsort((line, gap, ~joins, which))
    _, first = np.unique(which[order], return_index=True)
    which, line, gap, joins = (values[order][first] for values in (which, line, gap, joins))
    along = shapely.line_locate_point(lines[line], points[which])
    target = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], along))
    needed = np.maximum(DETOUR * gap, ROUND)
    part = along / shapely.length(lines[line])
    far = joins | (_way_round(network, dangles[which], line, part, needed, ~joins) >= needed)
    keep = far & ~_mirrored(network, dangles[which], own, line, target)
    which, line, gap, target, joins = (values[keep] for values in (which, line, gap, target, joins))
    node = dangles[which]
    return NearMisses(node, own[node], last[node], line, gap, target, joins)


def _ends_of(network: Network) -> tuple[Ints, Bools]:
    """(N,) the line of an edge that ends at each node, and whether that end is the line's last."""
    own, last = np.full(network.nodes, -1), np.zeros(network.nodes, dtype=bool)
    for node, at_last in ((network.tail, False), (network.head, True)):
        own[node], last[node] = network.line, at_last
    return own, last


def _way_round(network: Network, node: Ints, line: Ints, part: Floats, needed: Floats, asked: Bools) -> Floats:
    """(K,) metres along the network from nodes to positions on lines: exact up to `needed`, infinite from there on;
    where not asked, infinite."""
    at = np.searchsorted(2 * network.line + network.start, 2 * line + part, side="right") - 1
    at = np.maximum(at, 0)
    before = np.maximum(part - network.start[at], 0) / (network.stop[at] - network.start[at]) * network.length[at]
    after = np.maximum(network.length[at] - before, 0)
    graph = sparse.csr_array((network.length, (network.tail, network.head)), shape=(network.nodes, network.nodes))
    found = np.full(len(node), np.inf)
    ask = np.flatnonzero(asked)
    for first in range(0, len(ask), AT_A_TIME):
        rows = ask[first : first + AT_A_TIME]
        way = dijkstra(graph, directed=False, indices=node[rows], limit=float(needed[rows].max()))
        place = np.arange(len(rows))
        ends = at[rows]
        found[rows] = np.minimum(
            way[place, network.tail[ends]] + before[rows], way[place, network.head[ends]] + after[rows]
        )
    return found


def _mirrored(network: Network, node: Ints, own: Ints, line: Ints, target: Floats) -> Bools:
    """(K,) whether a miss is told already, from the other end: its target is the end that misses this one's."""
    at = {(int(own[n]), *np.rint(network.xy[n]).tolist()): place for place, n in enumerate(node)}
    facing = [at.get((int(of), *np.rint(xy).tolist()), -1) for of, xy in zip(line, target, strict=True)]
    back = np.array([facing[other] if other >= 0 else -1 for other in facing], dtype=np.int64)
    place = np.arange(len(node))
    return (back == place) & (np.array(facing, dtype=np.int64) < place) & (np.array(facing) >= 0)


def _duplicates(lines: np.ndarray) -> Ints:
    """(D, 2) pairs of lines of the same geometry to the centimetre, each with the first of its kind."""
    shape = shapely.to_wkb(shapely.normalize(shapely.set_precision(lines, 0.01, mode="pointwise")))
    _, first, kind = np.unique(shape.astype(object), return_index=True, return_inverse=True)
    again = np.flatnonzero(first[kind] != np.arange(len(lines)))
    return np.stack([first[kind[again]], again], axis=1)
