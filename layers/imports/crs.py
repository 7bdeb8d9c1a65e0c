"""Which coordinate system a file is in: what it says, if that is a known EPSG code; else what the user says.

A text that comes with a file is read as WKT and nothing else, without a network; it decides only by way of
the EPSG code it amounts to.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from layers import geo
from layers.errors import Refused
from layers.models import Unit
from layers.models.units import Kind

pyproj.network.set_network_enabled(False)

UTM_SCALE = 0.9996
#: About 1 km, in degrees: how far outside a simplified boundary a row may lie and still belong.
TOLERANCE = 0.01
#: About 15 km, in degrees: how far the outline of the country may be off.
COARSE = 0.15
#: Systems tried for a file that does not say; the plain ones after the zones.
CANDIDATES = (*geo.ZONES, geo.WGS84, geo.WEB_MERCATOR)


@dataclass(frozen=True)
class Area:
    """Where the rows of an import should lie, in EPSG:4326: a unit, or all of Vietnam."""

    geom: BaseGeometry
    name: str = ""
    province: str = ""

    def holds(self, geometries: np.ndarray) -> np.ndarray:
        return shapely.intersects(self.geom, geometries)


@cache
def vietnam() -> Area:
    """Return the land and the islands of Vietnam, as wide as their outline is coarse."""
    land = shapely.Polygon(geo.VIETNAM_OUTLINE).buffer(COARSE)
    whole = shapely.union_all([land, *(shapely.box(*island) for island in geo.VIETNAM_ISLANDS)])
    shapely.prepare(whole)
    return Area(whole)


def around(geom: BaseGeometry, name: str, province: str) -> Area:
    """Return the area of a unit, as wide as boundaries are inexact."""
    area = shapely.simplify(geom, TOLERANCE / 5).buffer(TOLERANCE)
    shapely.prepare(area)
    return Area(area, name, province)


def name_of(epsg: int) -> str:
    zone = geo.ZONES.get(epsg)
    return zone.name if zone else pyproj.CRS.from_epsg(epsg).name


def epsg_of(text: str | None) -> int | None:
    """Return the EPSG code that a file's description of its system amounts to; None if it is not a known one."""
    if not text or not text.strip():
        return None
    text = text.strip()
    # WKT can carry a PROJ string, and that the name of a file to read.
    if "EXTENSION" in text.upper() or "+" in text:
        return None
    try:
        if text.upper().startswith("EPSG:") and text[5:].isdigit():
            return pyproj.CRS.from_epsg(int(text[5:])).to_epsg()
        return pyproj.CRS.from_wkt(text).to_epsg()
    except CRSError:
        return None


def zone_of(text: str) -> geo.Zone | None:
    """Return the VN-2000 zone whose projection a text without an EPSG code describes, whatever it calls itself.

    Programs that know no VN-2000 write its projection upon the datum WGS 84. The scale of the UTM zones is that
    of UTM everywhere, so there the name must say VN-2000.
    """
    if not text.strip() or "EXTENSION" in text.upper() or "+" in text:
        return None
    try:
        system = pyproj.CRS.from_wkt(text)
    except CRSError:
        return None
    operation = system.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    told = [float(parameter.value) * (parameter.unit_conversion_factor or 1) for parameter in operation.params]
    if len(told) != 5 or any(axis.unit_conversion_factor != 1 for axis in system.axis_info):
        return None
    named = "VN2000" in re.sub(r"[^A-Z0-9]", "", text.upper())
    for zone in geo.ZONES.values():
        described = (0, math.radians(zone.meridian), zone.scale, 500_000, 0)
        if np.allclose(told, described, rtol=0, atol=1e-7) and (named or zone.scale != UTM_SCALE):
            return zone
    return None


def checked(epsg: int) -> int:
    """Return a code given by the user, or refuse one that EPSG does not have."""
    try:
        pyproj.CRS.from_epsg(epsg)
    except CRSError:
        raise Refused(_("EPSG:%(epsg)d is not a known coordinate system."), epsg=epsg) from None
    return epsg


def choices(province: str = "") -> list[tuple[int, str]]:
    """Return the systems to choose from, the zone of the province first."""
    first = geo.PROVINCE_ZONE.get(province)
    order = sorted(CANDIDATES, key=lambda epsg: epsg != first)
    return [(epsg, f"EPSG:{epsg} {name_of(epsg)}") for epsg in order]


@cache
def _transformer(epsg: int) -> pyproj.Transformer:
    # With the parameters of the store itself, so that a point lands where PostGIS would put it.
    source = geo.proj4(geo.ZONES[epsg]) if epsg in geo.ZONES else f"EPSG:{epsg}"
    return pyproj.Transformer.from_crs(source, geo.WGS84, always_xy=True)


def to_wgs84(geometries: np.ndarray, epsg: int) -> np.ndarray:
    """Return geometries in EPSG:4326; coordinates that have no place there become infinite."""
    if epsg == geo.WGS84:
        return geometries
    transform = _transformer(epsg).transform
    return shapely.transform(geometries, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))


def likely(points: np.ndarray, area: Area, province: str = "") -> list[int]:
    """Return the systems under which most points fall into the area, the likeliest first.

    `points` are coordinates as the file has them. Where neighbouring zones all fit, the province's own comes
    first, then, in a unit, the one that puts them nearest its middle; in the whole country, which has no middle
    that says anything, those that put them into a province on record whose zone they are.
    """
    middle = shapely.centroid(area.geom)
    own = geo.PROVINCE_ZONE.get(province or area.province)
    fits = []
    for epsg in CANDIDATES:
        there = shapely.points(np.column_stack(_transformer(epsg).transform(points[:, 0], points[:, 1])))
        there = there[np.isfinite(shapely.get_coordinates(there)).all(axis=1)]
        if len(there) and area.holds(there).mean() > 0.5:
            centre = shapely.centroid(shapely.multipoints(there))
            order = shapely.distance(centre, middle) if area.name else _uses(epsg, centre)
            fits.append((epsg != own, order, epsg))
    return [epsg for _own, _order, epsg in sorted(fits)]


def _uses(epsg: int, centre: shapely.Point) -> float:
    """Return how unlikely a system is: 0 if the province on record that holds a point uses it, else 1; UTM last."""
    holding = Unit.objects.filter(kind=Kind.PROVINCE, geom__contains=GEOSGeometry(centre.wkb_hex, srid=geo.WGS84))
    codes = holding.values_list("code", flat=True)
    if any(geo.PROVINCE_ZONE.get(code) == epsg for code in codes):
        return 0.0
    return 2.0 if epsg in geo.ZONES and geo.ZONES[epsg].scale == UTM_SCALE else 1.0


def named(codes: Iterable[int]) -> str:
    return ", ".join(f"EPSG:{epsg} ({name_of(epsg)})" for epsg in codes)
