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

#: Land border and coast of Vietnam, clockwise from the tripoint with China and Laos: longitude, latitude. Set by
#: hand and coarse, within about 15 km; it tells in which projection a file may be, and settles no border.
VIETNAM_OUTLINE = (
    (102.14, 22.40), (102.47, 22.78), (102.90, 22.60), (103.20, 22.82), (103.60, 22.80), (104.00, 22.60),
    (104.30, 22.86), (104.78, 23.08), (104.95, 23.10), (105.33, 23.40), (105.87, 23.00), (106.25, 22.98),
    (106.80, 22.88),
    (106.60, 22.40), (106.70, 22.00), (107.36, 21.62), (107.97, 21.56), (108.10, 21.45), (107.90, 20.95),
    (107.20, 20.60), (106.60, 20.15), (105.95, 19.80), (105.80, 18.90), (106.50, 18.10), (107.20, 17.00),
    (108.30, 16.20), (108.90, 15.45), (109.10, 14.70), (109.35, 13.75), (109.48, 12.80), (109.25, 11.70),
    (109.00, 11.30), (108.10, 10.65), (107.10, 10.25), (106.65, 9.60), (105.50, 8.95), (104.75, 8.45),
    (104.70, 9.50), (104.90, 10.00), (104.40, 10.30), (103.75, 10.10), (103.85, 10.45), (104.45, 10.45),
    (105.05, 10.95), (105.75, 11.00), (105.80, 11.65), (106.45, 11.70), (106.42, 12.00), (107.50, 12.38),
    (107.48, 13.05), (107.62, 13.40), (107.35, 14.15), (107.50, 15.00), (107.20, 15.90), (106.60, 16.50),
    (106.50, 16.95), (105.60, 17.80), (105.10, 18.45), (103.87, 19.25), (104.10, 19.70), (104.90, 19.75),
    (104.90, 20.10), (104.35, 20.45), (104.55, 20.65), (103.70, 20.70), (102.95, 21.10), (102.90, 21.65),
    (102.60, 21.70),
)  # fmt: skip
#: Islands off the coast, each a box of west, south, east, north: Cô Tô, Bạch Long Vĩ, Cồn Cỏ, Lý Sơn, Phú Quý,
#: Côn Đảo, Phú Quốc with An Thới, Nam Du, Thổ Chu, Hoàng Sa, Trường Sa.
VIETNAM_ISLANDS = (
    (107.6, 20.85, 108.0, 21.2), (107.6, 20.0, 107.85, 20.25), (107.25, 17.05, 107.45, 17.25),
    (109.0, 15.3, 109.25, 15.5), (108.8, 10.4, 109.1, 10.65), (106.4, 8.5, 106.85, 8.85),
    (103.75, 9.8, 104.2, 10.5), (104.2, 9.5, 104.8, 9.9), (103.1, 9.15, 103.6, 9.45),
    (111.0, 15.5, 113.0, 17.3), (109.3, 6.3, 117.9, 12.1),
)  # fmt: skip

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


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return column and row of the tile of a zoom that holds a place."""
    n = 2**z
    x = (lon + 180) / 360 * n
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return min(max(int(x), 0), n - 1), min(max(int(y), 0), n - 1)


def is_tile(z: int, x: int, y: int, max_zoom: int = 22) -> bool:
    """Tell whether z, x, y name a tile at all."""
    return 0 <= z <= max_zoom and 0 <= x < 2**z and 0 <= y < 2**z


def length_m(line: BaseGeometry) -> float:
    """Return the length in metres, on the ellipsoid, of a line in EPSG:4326."""
    return float(_GEOD.geometry_length(line))


def area_m2(polygon: BaseGeometry) -> float:
    """Return the area in square metres, on the ellipsoid, of a polygon in EPSG:4326."""
    return abs(float(_GEOD.geometry_area_perimeter(polygon)[0]))
