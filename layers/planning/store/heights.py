"""Heights of the ground from the stored elevation models."""

import math

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio.windows import Window
from scipy.ndimage import map_coordinates

from layers.geo import WGS84
from layers.models import Terrain
from layers.planning.arrays import Floats

#: Cells of a raster held in memory; of a larger piece a coarser picture is read (a province at 10 m is 600 million).
CELLS = 25_000_000
#: Metres between heights along a road where no raster is finer.
FINEST_STEP = 50.0


def step_over(box: tuple[float, float, float, float]) -> float:
    """Return how many metres apart heights along roads should be read within west, south, east, north in degrees.

    Two cells of the finest raster there: between neighbours its noise would look like slope.
    """
    found = Terrain.objects.filter(extent__bboverlaps=_ring(box)).order_by("resolution_m").first()
    return max(FINEST_STEP, 2 * found.resolution_m) if found else FINEST_STEP


def read_heights(places: Floats) -> Floats:
    """(P,) metres above sea at (P, 2) longitudes and latitudes, by the finest raster that knows each; else NaN."""
    height = np.full(len(places), np.nan)
    if not len(places):
        return height
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    for terrain in Terrain.objects.filter(extent__bboverlaps=_ring((west, south, east, north))).order_by(
        "resolution_m"
    ):
        missing = np.flatnonzero(np.isnan(height))
        if len(missing):
            height[missing] = _sample(terrain.file.path, places[missing])
    return height


def terrain_state() -> tuple[str, ...]:
    """Return what tells one set of stored rasters from another."""
    return tuple(Terrain.objects.order_by("pk").values_list("sha256", flat=True))


def _ring(box: tuple[float, float, float, float]) -> str:
    west, south, east, north = box
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"


def _sample(path: str, places: Floats) -> Floats:
    """Heights between the middles of the four nearest cells; NaN where one of them is not known."""
    # Only this driver: others would follow references out of the file.
    with rasterio.open(path, driver="GTiff") as source:
        x, y = Transformer.from_crs(WGS84, source.crs, always_xy=True).transform(places[:, 0], places[:, 1])
        columns, rows = ~source.transform @ (np.asarray(x), np.asarray(y))
        inside = (columns >= 0) & (rows >= 0) & (columns <= source.width) & (rows <= source.height)
        made = np.full(len(places), np.nan)
        if not inside.any():
            return made
        columns, rows = columns[inside], rows[inside]
        left, top = math.floor(columns.min() - 1), math.floor(rows.min() - 1)
        left, top = max(left, 0), max(top, 0)
        window = Window(
            left,
            top,
            min(math.ceil(columns.max() + 1), source.width) - left,
            min(math.ceil(rows.max() + 1), source.height) - top,
        )
        coarser = max(1.0, math.sqrt(window.width * window.height / CELLS))
        shape = (max(1, round(window.height / coarser)), max(1, round(window.width / coarser)))
        cells = source.read(1, window=window, out_shape=shape, masked=True).astype(np.float32).filled(np.nan)
        at = np.stack([(rows - top) * shape[0] / window.height - 0.5, (columns - left) * shape[1] / window.width - 0.5])
        made[inside] = map_coordinates(cells, at, order=1, mode="nearest")
        return made
