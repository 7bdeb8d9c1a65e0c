"""Coordinates typed into the search box: WGS 84 degrees and VN-2000 metres, in either order."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pyproj import Transformer

from layers.geo import PROVINCE_ZONE, VIETNAM, WGS84, ZONES, Zone, proj4
from layers.models import Unit

#: "22.147, 105.835" and "431212 2450092", then "22,147 105,835" with the decimal comma of Vietnamese.
_POINTS = re.compile(r"(\d+(?:\.\d+)?)\s*[,;\s]\s*(\d+(?:\.\d+)?)")
_COMMAS = re.compile(r"(\d+(?:,\d+)?)\s*[;\s]\s*(\d+(?:,\d+)?)")
_LETTERS = re.compile(r"[°NEXY=]|(?<=\d)m\b", re.IGNORECASE)
#: Metres from the false origin: no easting of a zone reaches this, and no northing on land is below it.
EASTING_MAX = 900_000


@dataclass(frozen=True)
class Place:
    """A position in WGS 84 and the system in which it was given."""

    lon: float
    lat: float
    system: str


def pair_in(text: str) -> tuple[float, float] | None:
    """Return the two numbers that a text consists of, the smaller first; nothing if it is anything else."""
    bare = _LETTERS.sub("", text).strip()
    found = _POINTS.fullmatch(bare) or _COMMAS.fullmatch(bare)
    if found is None:
        return None
    low, high = sorted(float(part.replace(",", ".")) for part in found.groups())
    return low, high


def place_of(pair: tuple[float, float], zone: Zone | None) -> Place | None:
    """Return the place in Vietnam that a pair of numbers means; nothing if it means none.

    Latitudes of Vietnam are smaller than its longitudes, and eastings smaller than northings, so the order
    in which they were typed does not matter. Metres are read in `zone`.
    """
    low, high = pair
    west, south, east, north = VIETNAM
    if south <= low <= north and west <= high <= east:
        return Place(high, low, "WGS 84")
    if zone is None or not 100_000 <= low < EASTING_MAX <= high:
        return None
    lon, lat = to_wgs84(zone).transform(low, high)
    return Place(lon, lat, zone.name) if west <= lon <= east and south <= lat <= north else None


@lru_cache(maxsize=len(ZONES))
def to_wgs84(zone: Zone) -> Transformer:
    return Transformer.from_crs(proj4(zone), WGS84, always_xy=True)


def zone_of(unit: Unit | None, province_code: str) -> Zone | None:
    """Return the VN-2000 zone of a unit: its province's, else the 3° zone whose meridian is nearest."""
    if province_code in PROVINCE_ZONE:
        return ZONES[PROVINCE_ZONE[province_code]]
    if unit is None or unit.point is None:
        return None
    lon = unit.point.x
    return min((zone for zone in ZONES.values() if zone.scale == 0.9999), key=lambda zone: abs(zone.meridian - lon))
