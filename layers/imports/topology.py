"""Do units fit together? Pairs that overlap, and gaps between them.

A gap is a hole in the union of all units. Unions are taken in blocks first, and a block's holes that no
other unit reaches are gaps already: they are filled before the blocks are joined, which is what the time
goes into otherwise.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

#: Overlaps and gaps narrower than what a double can hold are not there.
NOISE_M2 = 1.0
BLOCK = 150


@dataclass(frozen=True)
class Flaw:
    """An overlap of `first` with `second`, or a gap beside `first`; positions in the array of units."""

    first: int
    second: int | None
    area_m2: float
    place: tuple[float, float]


def flaws(units: np.ndarray) -> tuple[list[Flaw], list[Flaw]]:
    """Return overlaps and gaps of polygons in EPSG:4326, the largest first."""
    tree = STRtree(units)
    # Both leave the interpreter to itself while GEOS works, so they share two processors.
    with ThreadPoolExecutor(2) as pool:
        over, between = pool.submit(_overlaps, units, tree), pool.submit(_gaps, units, tree)
        return over.result(), between.result()


def _flaws(first: np.ndarray, second: np.ndarray | None, shapes: np.ndarray) -> list[Flaw]:
    areas = _areas_m2(shapes)
    kept = np.flatnonzero(areas >= NOISE_M2)
    kept = kept[np.argsort(-areas[kept], kind="stable")]
    places = shapely.get_coordinates(shapely.point_on_surface(shapes[kept])).round(6).tolist()
    others = [None] * len(kept) if second is None else second[kept].tolist()
    rows = zip(first[kept].tolist(), others, areas[kept].tolist(), places, strict=True)
    return [Flaw(a, b, area, (x, y)) for a, b, area, (x, y) in rows]


def _areas_m2(shapes: np.ndarray) -> np.ndarray:
    """Return the areas of small shapes on the WGS 84 ellipsoid, in m², by its two radii of curvature there."""
    latitude = np.radians(shapely.get_y(shapely.centroid(shapes)))
    e2, a = 0.00669437999014, 6378137.0
    w = 1 - e2 * np.sin(latitude) ** 2
    per_square_degree = np.radians(1) ** 2 * a**2 * (1 - e2) * np.cos(latitude) / w**2
    return shapely.area(shapes) * per_square_degree


def _overlaps(units: np.ndarray, tree: STRtree) -> list[Flaw]:
    first, second = tree.query(units, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    # Neighbours that only touch are most; their meeting has no area and is not worked out.
    inner = shapely.relate_pattern(units[first], units[second], "T********")
    first, second = first[inner], second[inner]
    shared = shapely.intersection(units[first], units[second])
    solid = shapely.area(shared) > 0
    return _flaws(first[solid], second[solid], shared[solid])


def _gaps(units: np.ndarray, tree: STRtree) -> list[Flaw]:
    blocks = np.array_split(units[_by_place(units)], max(1, len(units) // BLOCK))
    holes: list[BaseGeometry] = []
    joined = []
    for block in blocks:
        union, found = _closed(shapely.union_all(block), tree)
        joined.append(union)
        holes += found
    if len(joined) > 1:
        holes += _closed(shapely.union_all(np.array(joined, dtype=object)), tree)[1]
    if not holes:
        return []
    shapes = np.array(holes, dtype=object)
    hole, unit = tree.query(shapes, predicate="intersects")
    each, first = np.unique(hole, return_index=True)
    return _flaws(unit[first], None, shapes[each])


def _by_place(units: np.ndarray) -> np.ndarray:
    """Order units so that neighbours in the order are neighbours on the ground: strips, each walked along."""
    centre = shapely.get_coordinates(shapely.centroid(units))
    strip = np.floor(centre[:, 1] / 0.25)
    return np.lexsort((centre[:, 0], strip))


def _closed(union: BaseGeometry, tree: STRtree) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Fill the holes into which no unit reaches; return what is left and the holes."""
    parts = shapely.get_parts(union)
    gaps: list[BaseGeometry] = []
    closed = []
    for part in parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]:
        rings = shapely.get_rings(part)
        holes = shapely.polygons(rings[1:])
        if len(holes):
            filled = np.isin(np.arange(len(holes)), tree.query(holes, predicate="contains_properly")[0])
            filled |= np.isin(np.arange(len(holes)), _reached(holes, tree))
            gaps += list(holes[~filled])
            part = shapely.polygons(rings[0], holes=rings[1:][filled])  # noqa: PLW2901
        closed.append(part)
    return shapely.multipolygons(closed), gaps


def _reached(holes: np.ndarray, tree: STRtree) -> np.ndarray:
    """Return which holes have a unit over a point of theirs: they are holes of the block alone."""
    return tree.query(shapely.point_on_surface(holes), predicate="intersects")[0]
