"""Terrain: valleys first, then slopes that grow from them.

The main streams are given. Every other cell drains to them along a tree of cheapest paths over random
ground; the tree's slope falls with the area it drains, as in real rivers (slope-area law), so that
valleys are flat, side valleys steeper, and ridges lie between.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.contrib.gis.geos import Polygon
from django.core.files.base import ContentFile
from rasterio.io import MemoryFile
from scipy.ndimage import gaussian_filter
from scipy.sparse.csgraph import dijkstra

from layers import models

from .facts import chance, facts, source_of
from .grid import CELL_M, EPSG, Cells, Floats, Grid, along, to_degrees, to_metres

#: The exponent of the slope-area law; rivers are found between 0.4 and 0.6.
CONCAVITY = 0.46


@dataclass(frozen=True)
class Terrain:
    """`height` in metres by row and column; `above_stream` is the height above the stream it drains to."""

    grid: Grid
    height: Floats
    above_stream: Floats

    @property
    def slope(self) -> Floats:
        down, right = np.gradient(self.height, CELL_M)
        return np.hypot(down, right)


def make_terrain(grid: Grid, seed: int) -> Terrain:
    known = facts("terrain")
    beds = _beds(grid, known["streams"])
    order, drains_to, distance = _drainage(grid, np.flatnonzero(~np.isnan(beds)), seed)
    rise = _rise(order, drains_to, distance)
    bed = beds.copy()
    for cell in order:
        if drains_to[cell] >= 0:
            bed[cell] = bed[drains_to[cell]]
    rise *= (known["ridge_m"] - 150) / np.quantile(rise, 0.999)
    # Bevelled by a cell or two: a ridge is no knife, and a valley has a floor.
    above = gaussian_filter(rise.reshape(grid.shape), 1.6)
    height = gaussian_filter(bed.reshape(grid.shape), 6) + above
    for peak in known["peaks"]:
        height += _bump(grid, height, to_metres(peak["point"]), peak["height_m"])
    return Terrain(grid, height, above)


def _beds(grid: Grid, streams: list[dict]) -> Floats:
    """Return the height of the bed in the cells of the main streams, NaN in the others."""
    beds = np.full(grid.rows * grid.cols, np.nan)
    for stream in reversed(streams):
        points = along(to_metres(stream["course"]), CELL_M / 2)
        beds[grid.cells(points)] = np.linspace(stream["from_m"], stream["to_m"], len(points))
    return beds


def _drainage(grid: Grid, outlets: Cells, seed: int) -> tuple[Cells, Cells, Floats]:
    """Return the cells from the outlets outwards, where each drains to (-1 at an outlet), and how far that is."""
    random = chance(seed, "drainage")
    size = grid.rows * grid.cols
    ground = gaussian_filter(random.random(grid.shape), 4).ravel()
    ground = 1 + 5 * (ground - ground.min()) / np.ptp(ground) + random.random(size)
    one, other, distance = grid.pairs
    graph = grid.graph(distance * (ground[one] + ground[other]) / 2)
    cost, drains_to, _ = dijkstra(graph, indices=outlets, min_only=True, return_predecessors=True)
    drains_to = np.where(drains_to < 0, -1, drains_to).astype(np.int64)
    step = np.zeros(size)
    inner = np.flatnonzero(drains_to >= 0)
    gap = np.abs(drains_to[inner] - inner)
    step[inner] = np.where((gap == 1) | (gap == grid.cols), CELL_M, CELL_M * np.sqrt(2))
    return np.argsort(cost, kind="stable"), drains_to, step


def _rise(order: Cells, drains_to: Cells, step: Floats) -> Floats:
    """Return each cell's height above its main stream, but for a factor: slope = area ** -CONCAVITY."""
    area = np.ones(len(order))
    for cell in order[::-1]:
        if drains_to[cell] >= 0:
            area[drains_to[cell]] += area[cell]
    climb = step * area**-CONCAVITY
    rise = np.zeros(len(order))
    for cell in order:
        if drains_to[cell] >= 0:
            rise[cell] = rise[drains_to[cell]] + climb[cell]
    return rise


def _bump(grid: Grid, height: Floats, at: Floats, top: float, reach: float = 500.0) -> Floats:
    """Return what to add so that the highest cell near `at` is `top` metres high."""
    middles = grid.metres(np.arange(height.size))
    near = np.hypot(*(middles - at).T) < reach
    summit = np.flatnonzero(near)[np.argmax(height.ravel()[near])]
    apart = np.hypot(*(middles - middles[summit]).T)
    return ((top - height.ravel()[summit]) * np.exp(-((apart / reach) ** 2))).reshape(grid.shape)


def store_terrain(terrain: Terrain) -> models.Terrain:
    """Keep the terrain as a GeoTIFF, heights to a decimetre, in the default storage."""
    grid = terrain.grid
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=grid.cols, height=grid.rows, count=1, dtype="float32", crs=f"EPSG:{EPSG}",
            transform=grid.transform, compress="deflate", predictor=3, tiled=True, blockxsize=256, blockysize=256,
        ) as raster:  # fmt: skip
            raster.write(np.round(terrain.height, 1).astype(np.float32), 1)
        content = memory.read()
    west, south, east, north = grid.bounds
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    stored = models.Terrain(
        name="Địa hình thành phố Bắc Kạn",
        sha256=hashlib.sha256(content).hexdigest(),
        epsg=EPSG,
        resolution_m=CELL_M,
        extent=Polygon(to_degrees(ring).tolist(), srid=4326),
        source=source_of("terrain", "peaks"),
        as_of=date(2016, 1, 1),
    )
    stored.file.save("bac-kan.tif", ContentFile(content))
    return stored
