"""Elevation models into the store: a GeoTIFF is looked at before it is taken, and kept as it is."""

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import rasterio
from django.contrib.gis.geos import Polygon
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pyproj import Geod
from rasterio.errors import RasterioIOError
from rasterio.io import DatasetReader
from rasterio.warp import transform_bounds

from layers.errors import Refused
from layers.models import Terrain

#: Metres above sea between which ground lies: what is outside is no height, or none in metres.
LOWEST, HIGHEST = -500.0, 9000.0
#: Cells on a side of the picture of a raster that is looked at.
LOOKED_AT = 1000
BLOCK = 1024 * 1024


def store_terrain(path: Path, name: str = "", source: str = "", as_of: date | None = None) -> tuple[Terrain, bool]:
    """Keep an elevation model (GeoTIFF, one band of metres above sea) and tell whether it was new.

    Raises Refused with what is wrong: no GeoTIFF, several bands, no coordinate system with a number, no heights.
    """
    try:
        # Only this driver: others would follow references out of the file.
        with rasterio.open(path, driver="GTiff") as raster:
            epsg, resolution, extent = _looked_at(raster)
    except RasterioIOError as error:
        raise Refused(_("“%(file)s” cannot be read as a GeoTIFF: %(reason)s."), file=path.name, reason=error) from error
    sha256 = _digest(path)
    known = Terrain.objects.filter(sha256=sha256).first()
    if known is not None:
        return known, False
    made = Terrain(
        name=name or path.stem, sha256=sha256, epsg=epsg, resolution_m=resolution, extent=extent, source=source,
        as_of=as_of,
    )  # fmt: skip
    with path.open("rb") as file, transaction.atomic():
        made.file.save(f"{sha256[:12]}.tif", File(file))
    return made, True


def _looked_at(raster: DatasetReader) -> tuple[int, float, Polygon]:
    """Return the coordinate system of a raster that will do, the longer side of its cells in metres, its outline."""
    if raster.count != 1:
        raise Refused(_("An elevation model has one band of heights; this file has %(bands)d."), bands=raster.count)
    epsg = raster.crs.to_epsg() if raster.crs else None
    if epsg is None:
        raise Refused(
            _("The file names no coordinate system with an EPSG number. Give it one, for example with gdalwarp.")
        )
    shape = (min(raster.height, LOOKED_AT), min(raster.width, LOOKED_AT))
    heights = raster.read(1, out_shape=shape, masked=True).compressed()
    heights = heights[np.isfinite(heights)]
    if not len(heights):
        raise Refused(_("The file holds no height at all: every cell is marked as not known."))
    low, high = float(heights.min()), float(heights.max())
    if low < LOWEST or high > HIGHEST:
        raise Refused(
            _(
                "The values lie between %(low)s and %(high)s: these are no heights in metres. Mark cells that are not "
                "known as such (nodata)."
            ),
            low=f"{low:g}",
            high=f"{high:g}",
        )
    west, south, east, north = transform_bounds(raster.crs, "EPSG:4326", *raster.bounds)
    ground, middle = Geod(ellps="WGS84"), (south + north) / 2
    across = ground.inv(west, middle, east, middle)[2] / raster.width
    along = ground.inv(west, south, west, north)[2] / raster.height
    return epsg, round(max(across, along), 2), Polygon.from_bbox((west, south, east, north))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
