"""GPS traces of roads: cut where they cannot be one walk or drive, thinned where nobody could tell. Pure."""

from collections.abc import Iterable
from itertools import pairwise

import shapely
from pyproj import Geod
from shapely import LineString

from layers.geo import length_m

from .filled import Line

#: A pause or a loss of signal longer than this begins a new piece.
GAP_S = 120
#: Nobody surveys a rural road faster: 150 km/h.
FASTEST_M_S = 150 / 3.6
#: Shorter pieces are noise of somebody standing still.
SHORTEST_M = 10
#: Points nearer than this to the line through their neighbours are left out, in degrees: about 1 m.
THIN = 1e-5

_GEOD = Geod(ellps="WGS84")
Point = tuple[float, ...]


def lines(line: Line) -> list[LineString]:
    """Return every piece of a road that is a line, in the order walked. All pieces of a trace are kept."""
    pieces = line.pieces
    if line.source == "trace":
        pieces = tuple(tuple(part) for piece in pieces for part in cut(piece))
    found = []
    for piece in pieces:
        points = [tuple(point[:2]) for point in piece]
        points = [point for i, point in enumerate(points) if not i or point != points[i - 1]]
        if len(points) > 1 and length_m(LineString(points)) >= SHORTEST_M:
            whole = LineString(points)
            found.append(whole.simplify(THIN) if line.source == "trace" else whole)
    return [shapely.set_precision(each, 1e-7, mode="pointwise") for each in found]


def cut(piece: Iterable[Point]) -> list[list[Point]]:
    """Return a recorded trace (lon, lat, accuracy, unix seconds) in the pieces that were gone through in one go."""
    ordered = sorted(piece, key=lambda point: point[3])
    if not ordered:
        return []
    parts: list[list[Point]] = [[ordered[0]]]
    for before, after in pairwise(ordered):
        seconds = after[3] - before[3]
        metres = _GEOD.inv(before[0], before[1], after[0], after[1])[2]
        if seconds > GAP_S or metres > FASTEST_M_S * max(seconds, 1):
            parts.append([])
        parts[-1].append(after)
    return parts
