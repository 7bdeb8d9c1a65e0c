"""Geometries made fit for a layer: valid, two-dimensional, in EPSG:4326, of its type; each repair is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
import shapely
from shapely import GeometryType as Kind
from shapely.geometry.base import BaseGeometry

from .crs import Area, to_wgs84

ERROR, WARNING = "error", "warning"
SINGLE = (Kind.POINT, Kind.LINESTRING, Kind.POLYGON)
SINGLE_OF = dict(zip(("POINT", "LINESTRING", "MULTIPOLYGON"), SINGLE, strict=True))
#: The grid on which two shapes count as the same: about 1 cm.
GRID_DIGITS = 7


@dataclass
class Shapes:
    """Geometries and the row of the batch each belongs to; `problems` are (row, severity, finding, params)."""

    rows: np.ndarray
    parts: np.ndarray
    geometries: np.ndarray
    problems: list[tuple[int, str, str, dict[str, object]]] = field(default_factory=list)


def fitted(raw: np.ndarray, broken: np.ndarray, epsg: int, kind: str, placed: bool, area: Area) -> Shapes:
    """Return the geometries of a batch as a layer of `kind` stores them."""
    count = len(raw)
    made = Shapes(np.arange(count), np.zeros(count, int), np.full(count, None, dtype=object))
    missing = shapely.is_missing(raw) | shapely.is_empty(raw)
    if placed:
        _tell(made, missing & ~broken, ERROR, "geometry_missing")
    _tell(made, broken, ERROR, "geometry_broken")
    there = to_wgs84(shapely.force_2d(raw), epsg)
    bounds = np.abs(shapely.bounds(there))
    nowhere = ~missing & ~(bounds[:, [0, 2]].max(axis=1) <= 180) | ~missing & ~(bounds[:, [1, 3]].max(axis=1) <= 90)
    _tell(made, nowhere, ERROR, "not_on_earth")
    usable = ~(missing | nowhere)
    there[~usable] = None
    mixed = shapely.get_type_id(there) == Kind.GEOMETRYCOLLECTION
    _repair(made, there)
    _coerce(made, there, kind, mixed)
    outside = ~shapely.is_missing(there) & ~area.holds(there)
    _tell(made, outside, ERROR, "outside", {"area": area.name})
    made.geometries = there
    if kind == "LINESTRING":
        _split(made)
    return made


def _tell(made: Shapes, where: np.ndarray, severity: str, code: str, params: dict[str, object] | None = None) -> None:
    made.problems += [(int(row), severity, code, params or {}) for row in np.flatnonzero(where)]


def _repair(made: Shapes, geometries: np.ndarray) -> None:
    invalid = ~shapely.is_missing(geometries) & ~shapely.is_valid(geometries)
    for row in np.flatnonzero(invalid):
        reason, _bracket, place = shapely.is_valid_reason(geometries[row]).partition("[")
        made.problems.append((int(row), WARNING, "repaired", {"reason": reason, "place": place.rstrip("]")}))
    geometries[invalid] = shapely.make_valid(geometries[invalid])


def _coerce(made: Shapes, geometries: np.ndarray, kind: str, mixed: np.ndarray) -> None:
    """Bring each geometry to the layer's type where that loses nothing, or say what it cost.

    `mixed` are those that came as collections; what is left of a repair is told by that.
    """
    types = shapely.get_type_id(geometries)
    if kind == "MULTIPOLYGON":
        plain = types == Kind.POLYGON
        if plain.any():
            geometries[plain] = shapely.multipolygons(geometries[plain], indices=np.arange(plain.sum()))
        # A unit may be known by a point only.
        good = plain | (types == Kind.MULTIPOLYGON) | (types == Kind.POINT)
    else:
        good = types == (Kind.POINT if kind == "POINT" else Kind.LINESTRING)
        if kind == "LINESTRING":
            good |= types == Kind.MULTILINESTRING
    for row in np.flatnonzero(~good & ~shapely.is_missing(geometries)):
        was = geometries[row]
        geometries[row], code = _FIT[kind](was)
        if code:
            severity = ERROR if geometries[row] is None else WARNING
            made.problems.append((int(row), severity, code, {"type": was.geom_type}))
        dropped = sum(len(_parts(was, other)) for other in SINGLE if other is not SINGLE_OF[kind])
        if mixed[row] and dropped and geometries[row] is not None and code not in ("to_point", "closed_line"):
            made.problems.append((int(row), WARNING, "parts_dropped", {"count": dropped}))


def _parts(geometry: BaseGeometry, kind: Kind) -> list[BaseGeometry]:
    parts: Iterable[BaseGeometry] = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if shapely.get_type_id(part) == kind]


def _to_point(geometry: BaseGeometry) -> tuple[BaseGeometry | None, str]:
    points = _parts(geometry, Kind.POINT)
    if points:
        return points[0], "first_of_many" if len(points) > 1 else ""
    return shapely.point_on_surface(geometry), "to_point"


def _to_lines(geometry: BaseGeometry) -> tuple[BaseGeometry | None, str]:
    lines = _parts(geometry, Kind.LINESTRING)
    return (shapely.multilinestrings(lines), "") if lines else (None, "wrong_type")


def _to_polygons(geometry: BaseGeometry) -> tuple[BaseGeometry | None, str]:
    polygons = _parts(geometry, Kind.POLYGON)
    if polygons:
        return shapely.multipolygons(polygons), ""
    rings = [line for line in _parts(geometry, Kind.LINESTRING) if shapely.is_ring(line)]
    if rings:
        # Drawing programs know no polygons, only lines that return to where they began.
        return shapely.multipolygons([shapely.polygons(shapely.get_coordinates(rings[0]))]), "closed_line"
    return None, "wrong_type"


_FIT = {"POINT": _to_point, "LINESTRING": _to_lines, "MULTIPOLYGON": _to_polygons}


def _split(made: Shapes) -> None:
    """Join the pieces of lines that touch, and make a row of each piece that does not."""
    multi = shapely.get_type_id(made.geometries) == Kind.MULTILINESTRING
    if not multi.any():
        return
    made.geometries[multi] = shapely.line_merge(made.geometries[multi])
    pieces = np.where(
        shapely.is_missing(made.geometries), 1, np.maximum(1, shapely.get_num_geometries(made.geometries))
    )
    made.problems += [(int(row), WARNING, "split", {"count": int(pieces[row])}) for row in np.flatnonzero(pieces > 1)]
    made.rows = np.repeat(made.rows, pieces)
    made.parts = np.arange(len(made.rows)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    single = pieces == 1
    flat = np.full(len(made.rows), None, dtype=object)
    flat[np.repeat(single, pieces)] = _only(made.geometries[single])
    flat[np.repeat(~single, pieces)] = shapely.get_parts(made.geometries[~single])
    made.geometries = flat


def _only(geometries: np.ndarray) -> np.ndarray:
    multi = shapely.get_type_id(geometries) == Kind.MULTILINESTRING
    geometries[multi] = shapely.get_geometry(geometries[multi], 0)
    return geometries


def stored(geometries: np.ndarray) -> list[str | None]:
    """Return geometries as PostGIS reads them."""
    return list(shapely.to_wkb(shapely.set_srid(geometries, 4326), hex=True, include_srid=True))


def fingerprints(geometries: np.ndarray) -> list[str | None]:
    """Return a name for each shape: equal where all coordinates agree to about a centimetre."""
    snapped = shapely.transform(geometries, lambda xy: np.round(xy, GRID_DIGITS) + 0.0)
    return [None if wkb is None else blake2b(wkb, digest_size=16).hexdigest() for wkb in shapely.to_wkb(snapped)]
