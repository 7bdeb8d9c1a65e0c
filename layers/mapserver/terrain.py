"""Hillshade tiles: light and shadow of a stored elevation model, to lie pale beneath everything else."""

import numpy as np
import rasterio
from affine import Affine
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.vrt import WarpedVRT
from shapely.geometry import box
from shapely.wkb import loads

from layers.errors import NotFound
from layers.geo import WEB_MERCATOR, tile_bounds
from layers.models import Terrain

from .asked import check_tile, last_year
from .cache import KEPT
from .serving import Finished

SIZE = 256
#: Half the side of the Web Mercator square in metres of its own.
HALF = 20037508.342789244
#: The light comes from the north-west, where readers of maps expect it, and stands at 45°.
AZIMUTH, ALTITUDE = np.radians(315), np.radians(45)
#: How strongly the darkest and the brightest slope cover what lies below, of 255.
SHADOW, LIGHT = 110, 90
PUBLIC = "public, max-age=86400"


@require_safe
def hillshade_tile(request: HttpRequest, pk: int, z: int, x: int, y: int) -> HttpResponse:
    """Answer with a hillshade tile (PNG); 204 where the elevation model does not reach."""
    check_tile(last_year(), z, x, y)
    terrain = Terrain.objects.filter(pk=pk).first()
    if terrain is None:
        raise NotFound(_("There is no terrain raster %(id)s."), id=pk)
    key = ("terrain", terrain.sha256, z, x, y)
    kept = KEPT.get(key)
    if kept is None:
        kept = Finished(draw_hillshade(terrain, z, x, y), "", PUBLIC)
        KEPT.put(key, kept)
    response = HttpResponse(kept.body, content_type="image/png") if kept.body else HttpResponse(status=204)
    response["Cache-Control"] = kept.cache_control
    return response


def draw_hillshade(terrain: Terrain, z: int, x: int, y: int) -> bytes:
    """Return a hillshade tile as PNG; nothing where the elevation model does not reach."""
    bounds = tile_bounds(z, x, y)
    if not loads(bytes(terrain.extent.wkb)).intersects(box(*bounds)):
        return b""
    height = read_heights(terrain.file.path, z, x, y)
    if height.mask.all():
        return b""
    middle = np.radians((bounds[1] + bounds[3]) / 2)
    cell_m = 2 * HALF / 2**z / SIZE * np.cos(middle)
    # The same slope is flatter the smaller the scale; a little help keeps the ranges readable.
    return _png(*shade(height, cell_m / (1 + 0.35 * max(0, 13 - z))))


def read_heights(path: str, z: int, x: int, y: int) -> np.ma.MaskedArray:
    """Return the heights of a tile with one cell more on each side, so that slopes are known at its edge."""
    side = 2 * HALF / 2**z
    west, north = x * side - HALF, HALF - y * side
    edge = side / SIZE
    grid = Affine(edge, 0, west - edge, 0, -edge, north + edge)
    # Only this driver: others would follow references out of the file.
    with rasterio.open(path, driver="GTiff") as source:
        coarse = source.crs is not None and source.res[0] * (111_320 if source.crs.is_geographic else 1) > edge
        with WarpedVRT(
            source,
            crs=f"EPSG:{WEB_MERCATOR}",
            transform=grid,
            width=SIZE + 2,
            height=SIZE + 2,
            resampling=Resampling.cubic_spline if coarse else Resampling.average,
            dtype="float32",
            nodata=-32768,
        ) as warped:
            return warped.read(1, masked=True)


def shade(height: np.ma.MaskedArray, cell_m: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return grey and opacity (0-255) of a hillshade; the outermost cells of `height` are cut off.

    Slopes after Horn (1981), from all eight neighbours; light after Lambert.
    """
    h = height.filled(np.nan)
    west, east = (h[:-2, c] + 2 * h[1:-1, c] + h[2:, c] for c in (slice(None, -2), slice(2, None)))
    north, south = (h[r, :-2] + 2 * h[r, 1:-1] + h[r, 2:] for r in (slice(None, -2), slice(2, None)))
    dx, dy = (east - west) / (8 * cell_m), (north - south) / (8 * cell_m)
    towards_light = dx * np.sin(AZIMUTH) + dy * np.cos(AZIMUTH)
    lit = (np.sin(ALTITUDE) - np.cos(ALTITUDE) * towards_light) / np.sqrt(1 + dx**2 + dy**2)
    flat = np.sin(ALTITUDE)
    darker = np.clip((flat - lit) / flat, 0, 1)
    brighter = np.clip((lit - flat) / (1 - flat), 0, 1)
    opacity = np.nan_to_num(np.where(lit < flat, darker * SHADOW, brighter * LIGHT))
    return np.where(lit < flat, 20, 255).astype(np.uint8), opacity.astype(np.uint8)


def _png(grey: NDArray[np.uint8], opacity: NDArray[np.uint8]) -> bytes:
    # A picture needs no place on earth, but rasterio warns where one has none; PAM off, so that it is not
    # written beside the picture.
    with rasterio.Env(GDAL_PAM_ENABLED=False), MemoryFile() as memory:
        with memory.open(
            driver="PNG", width=SIZE, height=SIZE, count=2, dtype="uint8", transform=Affine(2, 0, 0, 0, -2, 0)
        ) as picture:
            picture.write(np.stack([grey, opacity]))
        return bytes(memory.read())
