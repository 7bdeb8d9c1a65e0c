"""Coordinate systems, tile arithmetic and measures that need no database.

Stored geometry is EPSG:4326. Lengths and areas are taken on the WGS 84 ellipsoid, never in degrees and
never in Web Mercator, where a metre at Bắc Kạn's latitude (22°) is 8 % too long.
"""

import math
from dataclasses import dataclass

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

WGS84 = 4326
WEB_MERCATOR = 3857
VN2000 = 4756

#: Seven parameters of EPSG:6960, VN-2000 to WGS 84, in PROJ's position-vector sign (accuracy 1 m).
#: Leaving them out displaces a point by about 224 m.
VN2000_TO_WGS84 = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"

#: Longitude and latitude that hold all of Vietnam with its islands: west, south, east, north.
VIETNAM = (102.0, 6.0, 118.0, 23.5)

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Zone:
    """One VN-2000 projection: EPSG code, central meridian in degrees, scale on it, name."""

    epsg: int
    meridian: float
    scale: float
    name: str


#: The provincial 3° zones and the two UTM zones (EPSG database v10.076). Web lists that shift these
#: codes by one are common: 9213, not 9214, is 106°30'.
ZONES: dict[int, Zone] = {
    zone.epsg: zone
    for zone in (
        Zone(5896, 102.0, 0.9999, "VN-2000 / TM-3 102-00"),
        Zone(9205, 103.0, 0.9999, "VN-2000 / TM-3 103-00"),
        Zone(9206, 104.0, 0.9999, "VN-2000 / TM-3 104-00"),
        Zone(9207, 104.5, 0.9999, "VN-2000 / TM-3 104-30"),
        Zone(9208, 104.75, 0.9999, "VN-2000 / TM-3 104-45"),
        Zone(5897, 105.0, 0.9999, "VN-2000 / TM-3 105-00"),
        Zone(9209, 105.5, 0.9999, "VN-2000 / TM-3 105-30"),
        Zone(9210, 105.75, 0.9999, "VN-2000 / TM-3 105-45"),
        Zone(9211, 106.0, 0.9999, "VN-2000 / TM-3 106-00"),
        Zone(9212, 106.25, 0.9999, "VN-2000 / TM-3 106-15"),
        Zone(9213, 106.5, 0.9999, "VN-2000 / TM-3 106-30"),
        Zone(9214, 107.0, 0.9999, "VN-2000 / TM-3 107-00"),
        Zone(9215, 107.25, 0.9999, "VN-2000 / TM-3 107-15"),
        Zone(9216, 107.5, 0.9999, "VN-2000 / TM-3 107-30"),
        Zone(5899, 107.75, 0.9999, "VN-2000 / TM-3 107-45"),
        Zone(5898, 108.0, 0.9999, "VN-2000 / TM-3 108-00"),
        Zone(9217, 108.25, 0.9999, "VN-2000 / TM-3 108-15"),
        Zone(9218, 108.5, 0.9999, "VN-2000 / TM-3 108-30"),
        Zone(3405, 105.0, 0.9996, "VN-2000 / UTM zone 48N"),
        Zone(3406, 111.0, 0.9996, "VN-2000 / UTM zone 49N"),
    )
}

#: Province code (GSO, before the reform of 1 July 2025) -> EPSG of its zone. The default of an import.
PROVINCE_ZONE: dict[str, int] = {
    "01": 5897, "02": 9209, "04": 9210, "06": 9213, "08": 9211, "10": 9208, "11": 9205, "12": 9205,
    "14": 9206, "15": 9208, "17": 9211, "19": 9213, "20": 9215, "22": 5899, "24": 9214, "25": 9208,
    "26": 5897, "27": 9209, "30": 9209, "31": 9210, "33": 9209, "34": 9209, "35": 5897, "36": 9209,
    "37": 5897, "38": 5897, "40": 9208, "42": 9209, "44": 9211, "45": 9212, "46": 9214, "48": 5899,
    "49": 5899, "51": 5898, "52": 9217, "54": 9218, "56": 9217, "58": 9217, "60": 9218, "62": 9216,
    "64": 9218, "66": 9218, "67": 9218, "68": 5899, "70": 9212, "72": 9209, "74": 9210, "75": 5899,
    "77": 5899, "79": 9210, "80": 9210, "82": 9210, "83": 9210, "84": 9209, "86": 9209, "87": 5897,
    "89": 9208, "91": 9207, "92": 5897, "93": 5897, "94": 9209, "95": 5897, "96": 9207,
}  # fmt: skip


def proj4(zone: Zone) -> str:
    """Return the PROJ string of a VN-2000 zone, with the datum shift that PostGIS needs."""
    return (
        f"+proj=tmerc +lat_0=0 +lon_0={zone.meridian:g} +k={zone.scale:g} +x_0=500000 +y_0=0 "
        f"+ellps=WGS84 +towgs84={VN2000_TO_WGS84} +units=m +no_defs +type=crs"
    )


def tile_bounds(z: int, x: int, y: int, margin: float = 0) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of an XYZ tile of the Web Mercator square.

    `margin` grows it on every side, in parts of its own size.
    """
    n = 2**z

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / n))))

    west, east = (column / n * 360 - 180 for column in (x - margin, x + 1 + margin))
    return west, latitude(y + 1 + margin), east, latitude(y - margin)


def is_tile(z: int, x: int, y: int, max_zoom: int = 22) -> bool:
    """Tell whether z, x, y name a tile at all."""
    return 0 <= z <= max_zoom and 0 <= x < 2**z and 0 <= y < 2**z


def length_m(line: BaseGeometry) -> float:
    """Return the length in metres, on the ellipsoid, of a line in EPSG:4326."""
    return float(_GEOD.geometry_length(line))


def area_m2(polygon: BaseGeometry) -> float:
    """Return the area in square metres, on the ellipsoid, of a polygon in EPSG:4326."""
    return abs(float(_GEOD.geometry_area_perimeter(polygon)[0]))
