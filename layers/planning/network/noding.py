"""From lines to a graph: cut where they meet, join what is nearer than a tolerance.

An inventory is not a network: its lines end short of each other, run past each other and cross without a
shared vertex. Lines are cut where they cross and where another line ends on them; ends and cuts within the
tolerance become one node (single linkage: a chain of near points is one node). A line above or below the
others (a bridge, a ferry) is joined at its ends only.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely import STRtree
from shapely.ops import substring

from layers.planning.arrays import Bools, Floats, Ints, bools, floats
from layers.planning.errors import NotANumber, NotPlanar

from .graph import Network, components

#: Metres within which a crossing counts as being at a vertex.
AT_VERTEX = 0.05


@dataclass(frozen=True)
class Crossings:
    """(X,) pairs of lines, first < second, that cross within both, where neither has a vertex; xy: (X, 2) metres.

    A junction is assumed there. It may as well be a bridge that the inventory does not tell of.
    """

    first: Ints
    second: Ints
    xy: Floats


@dataclass(frozen=True)
class Noded:
    """The network, the lines that cross, and those too short to be an edge."""

    network: Network
    crossings: Crossings
    too_short: Ints


@dataclass(frozen=True)
class _Cuts:
    """(K,) places where lines are cut: on which line, how many metres along, where."""

    line: Ints
    along: Floats
    xy: Floats


def node(lines: np.ndarray, tolerance: float, separated: Bools | None = None) -> Noded:
    """Make a network of (L,) LineStrings in metres; `separated` (L,) are joined at their ends only.

    Raises NotPlanar for degrees, NotANumber for broken coordinates.
    """
    lines = np.asarray(lines, dtype=object)
    _check(lines)
    apart = np.zeros(len(lines), dtype=bool) if separated is None else bools(separated)
    length = shapely.length(lines)
    tree = STRtree(lines)
    ends = _ends(lines, length)
    touches, touching_end = _touches(lines, tree, ends, apart, tolerance)
    cut, crossings = _crossings(lines, tree, apart, tolerance)
    cuts = _together(ends, touches, cut)
    # A touch is joined to the end that made it, though interpolation may put it just beyond the tolerance.
    pairs = KDTree(cuts.xy).query_pairs(max(tolerance, 1e-6), output_type="ndarray") if len(lines) else np.zeros((0, 2))
    pairs = np.concatenate([pairs, np.stack([touching_end, len(ends.line) + np.arange(len(touches.line))], axis=1)])
    label = components(pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64), len(cuts.line))
    network = _edges(cuts, label, length, tolerance)
    too_short = np.setdiff1d(np.arange(len(lines)), network.line)
    return Noded(network, crossings, too_short)


def edge_lines(network: Network, lines: np.ndarray) -> np.ndarray:
    """(E,) the geometry of each edge: a part of its line."""
    made = np.asarray(lines, dtype=object)[network.line]
    for edge in np.flatnonzero((network.start > 0) | (network.stop < 1)):
        made[edge] = substring(made[edge], network.start[edge], network.stop[edge], normalized=True)
    return made


def _check(lines: np.ndarray) -> None:
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    if not np.isfinite(coordinates).all():
        raise NotANumber("line", int(line[~np.isfinite(coordinates).all(axis=1)][0]))
    if len(coordinates) and (np.abs(coordinates) <= (180, 90)).all():
        raise NotPlanar


def _ends(lines: np.ndarray, length: Floats) -> _Cuts:
    count = len(lines)
    points = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    along = np.concatenate([np.zeros(count), length])
    return _Cuts(np.tile(np.arange(count), 2), along, shapely.get_coordinates(points))


def _touches(lines: np.ndarray, tree: STRtree, ends: _Cuts, apart: Bools, tolerance: float) -> tuple[_Cuts, Ints]:
    """Cut lines where another line ends within the tolerance; also return which end it was."""
    points = shapely.points(ends.xy)
    end, line = tree.query(points, predicate="dwithin", distance=tolerance)
    keep = (ends.line[end] != line) & ~apart[line]
    end, line = end[keep], line[keep]
    return _cuts_at(lines, line, points[end]), end


def _cuts_at(lines: np.ndarray, line: Ints, points: np.ndarray) -> _Cuts:
    along = shapely.line_locate_point(lines[line], points)
    return _Cuts(line, floats(along), shapely.get_coordinates(shapely.line_interpolate_point(lines[line], along)))


def _crossings(lines: np.ndarray, tree: STRtree, apart: Bools, tolerance: float) -> tuple[_Cuts, Crossings]:
    first, second = tree.query(lines, predicate="intersects")
    keep = (first < second) & ~apart[first] & ~apart[second]
    first, second = first[keep], second[keep]
    parts, pair = shapely.get_parts(shapely.intersection(lines[first], lines[second]), return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    pair = pair[inner]
    shared = shapely.get_dimensions(parts) == 1
    # Where two lines run together, both are cut where that begins and ends.
    borders = np.concatenate([shapely.get_point(parts[shared], 0), shapely.get_point(parts[shared], -1)])
    points = np.concatenate([parts[~shared], borders])
    pair = np.concatenate([pair[~shared], np.tile(pair[shared], 2)])
    found = _together(_cuts_at(lines, first[pair], points), _cuts_at(lines, second[pair], points))
    within = _within_both(lines, first, second, pair[: (~shared).sum()], points[: (~shared).sum()], tolerance)
    return found, within


def _within_both(
    lines: np.ndarray, first: Ints, second: Ints, pair: Ints, points: np.ndarray, tolerance: float
) -> Crossings:
    """Keep the points that are an end of neither line, and where not both have a vertex: that is a junction meant."""
    keep = np.ones(len(points), dtype=bool)
    meant = np.ones(len(points), dtype=bool)
    for line in (first[pair], second[pair]):
        for end in (0, -1):
            keep &= shapely.distance(points, shapely.get_point(lines[line], end)) > tolerance
        meant &= shapely.distance(points, shapely.extract_unique_points(lines[line])) < AT_VERTEX
    keep &= ~meant
    return Crossings(first[pair[keep]], second[pair[keep]], shapely.get_coordinates(points[keep]))


def _together(*cuts: _Cuts) -> _Cuts:
    return _Cuts(
        np.concatenate([each.line for each in cuts]),
        np.concatenate([each.along for each in cuts]),
        np.concatenate([each.xy for each in cuts]),
    )


def _edges(cuts: _Cuts, label: Ints, length: Floats, tolerance: float) -> Network:
    """Join the cuts of each line in their order to edges; a stretch within one node is no edge."""
    count = int(label.max(initial=-1)) + 1
    size = np.maximum(np.bincount(label, minlength=count), 1)
    middle = np.stack([np.bincount(label, cuts.xy[:, axis], minlength=count) / size for axis in (0, 1)], axis=1)
    place = np.lexsort((middle[:, 1], middle[:, 0]))
    number = np.empty(count, dtype=np.int64)
    number[place] = np.arange(count)
    order = np.lexsort((cuts.along, cuts.line))
    line, along, at = cuts.line[order], cuts.along[order], number[label[order]]
    span = np.diff(along)
    real = (line[1:] == line[:-1]) & (span > 0) & ((at[1:] != at[:-1]) | (span > 2 * max(tolerance, 1e-6)))
    begin = np.flatnonzero(real)
    total = length[line[begin]]
    return Network(
        xy=middle[place],
        tail=at[begin],
        head=at[begin + 1],
        length=span[begin],
        line=line[begin],
        start=along[begin] / total,
        stop=along[begin + 1] / total,
    )
