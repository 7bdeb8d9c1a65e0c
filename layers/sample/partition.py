"""Boundaries: units grow from their seeds over the terrain until they meet, mostly on ridges.

The result is a planar partition: neighbours share their line exactly, without gap or overlap, because every
line is made once and belongs to both sides.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes
from scipy.ndimage import gaussian_filter
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from .grid import CELL_M, Cells, Floats, Grid
from .terrain import Terrain

Labels = NDArray[np.int32]
#: How much dearer a cell is for each metre above its stream: what makes fronts meet on ridges.
DEARER_PER_M = 0.03
#: The same for the city's own border, which crosses the great valleys and must not be carried up them.
DEARER_AT_BORDER = 0.006
#: Metres of head start for a kilometre that a unit's side is short of.
GAIN = 1500.0


def ground(terrain: Terrain, rough: Floats, dearer_per_m: float = DEARER_PER_M) -> Floats:
    """Return the cost of each pair of neighbouring cells; `rough` is noise around 1 that bends the fronts."""
    one, other, distance = terrain.grid.pairs
    above = gaussian_filter(np.maximum(terrain.above_stream, 0), 2)
    cell = ((1 + dearer_per_m * above) * rough).ravel()
    return distance * (cell[one] + cell[other]) / 2


def grow(grid: Grid, cost: Floats, seeds: list[Cells], head_start: Floats, within: NDArray[np.bool_]) -> Labels:
    """Return for each cell the number (from 1) of the seeds that reach it first; 0 outside `within`.

    `head_start` is how much earlier, in metres of flat ground, each may start.
    """
    one, other, _ = grid.pairs
    inside = within.ravel()
    kept = inside[one] & inside[other]
    size, many = grid.rows * grid.cols, len(seeds)
    # One more node for each unit, from which its seeds are as far as it is late.
    unit = np.repeat(np.arange(many), [len(cells) for cells in seeds])
    late = (head_start.max() - head_start + 1.0)[unit]
    ends = (
        np.concatenate((one[kept], other[kept], size + unit)),
        np.concatenate((other[kept], one[kept], np.concatenate(seeds))),
    )
    graph = coo_array((np.concatenate((cost[kept], cost[kept], late)), ends), shape=(size + many, size + many)).tocsr()
    _, _, nearest = dijkstra(graph, indices=size + np.arange(many), min_only=True, return_predecessors=True)
    labels = np.where(nearest[:size] >= size, nearest[:size] - size + 1, 0)
    return (labels * inside).astype(np.int32).reshape(grid.shape)


def grow_to_areas(
    grid: Grid, cost: Floats, seeds: list[Cells], areas_km2: list[float], within: NDArray[np.bool_], rounds: int = 18
) -> Labels:
    """Grow units to given areas: whoever stays too small gets a head start in the next round."""
    wanted = np.array(areas_km2)
    wanted *= within.sum() * CELL_M**2 / 1e6 / wanted.sum()
    head_start = np.zeros(len(seeds))
    labels = grow(grid, cost, seeds, head_start, within)
    for _ in range(rounds):
        got = np.bincount(labels.ravel(), minlength=len(seeds) + 1)[1:] * CELL_M**2 / 1e6
        head_start += GAIN * (np.sqrt(wanted) - np.sqrt(got))
        labels = grow(grid, cost, seeds, head_start, within)
    return labels


def outline(grid: Grid, cost: Floats, rough_line: Floats, area_km2: float, band_m: float = 500.0) -> NDArray[np.bool_]:
    """Return the cells inside a rough line, moved by up to `band_m` to the nearest ridge and to the given area."""
    middles = shapely.points(grid.metres(np.arange(grid.rows * grid.cols)))
    area = shapely.polygons(rough_line)
    core, rim = shapely.buffer(area, -band_m), shapely.buffer(area, band_m)
    shapely.prepare([core, rim])
    inside = np.flatnonzero(shapely.contains(core, middles))
    outside = np.flatnonzero(~shapely.contains(rim, middles))
    everywhere = np.ones(grid.shape, dtype=bool)
    low, high = -20_000.0, 20_000.0
    for _ in range(11):
        start = (low + high) / 2
        mask = grow(grid, cost, [inside, outside], np.array([start, 0.0]), everywhere) == 1
        low, high = (start, high) if mask.sum() * CELL_M**2 / 1e6 < area_km2 else (low, start)
    return mask


def faces(grid: Grid, labels: Labels, smooth: int = 2) -> dict[int, shapely.MultiPolygon]:
    """Return the outline of each label in metres. Staircases of cells become curves; corners where three meet stay."""
    edges = [
        shapely.boundary(shapely.geometry.shape(shape))
        for shape, value in shapes(labels, mask=labels > 0, connectivity=4, transform=grid.transform)
    ]
    arcs = shapely.get_parts(shapely.line_merge(shapely.union_all(edges)))
    lines = shapely.union_all([curve(arc, smooth) for arc in arcs])
    pieces = shapely.get_parts(shapely.polygonize([lines]))
    middles = shapely.get_coordinates(shapely.point_on_surface(pieces))
    values = labels.ravel()[grid.cells(middles)]
    return {
        int(value): as_multi(shapely.union_all(pieces[values == value])) for value in np.unique(values) if value > 0
    }


def curve(arc: shapely.LineString, rounds: int, tolerance: float = 0.9 * CELL_M) -> shapely.LineString:
    """Return a line without its steps, its corners cut `rounds` times (Chaikin); its ends stay where they are."""
    points = shapely.get_coordinates(shapely.simplify(arc, tolerance))
    closed = len(points) > 3 and bool((points[0] == points[-1]).all())
    for _ in range(rounds):
        if len(points) < 3:
            break
        before, after = points[:-1], points[1:]
        cut = np.stack((0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after), axis=1).reshape(-1, 2)
        points = np.vstack((cut, cut[:1])) if closed else np.vstack((points[:1], cut[1:-1], points[-1:]))
    return shapely.linestrings(points)


def as_multi(shape: object) -> shapely.MultiPolygon:
    """Return a polygon, or several, as a multipolygon."""
    return shapely.multipolygons(shapely.get_parts(shape))
