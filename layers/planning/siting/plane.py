"""A plane of metres around a place: what distances are screened on, and the exact distance on the ellipsoid."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from layers.planning.arrays import Floats, floats

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Plane:
    """Transverse Mercator on WGS 84 around `longitude`, `latitude`: within 50 km a metre is long by at most 3e-5."""

    longitude: float
    latitude: float

    @property
    def crs(self) -> str:
        return f"+proj=tmerc +lat_0={self.latitude} +lon_0={self.longitude} +k=1 +ellps=WGS84 +units=m +no_defs"

    @cached_property
    def _there(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def metres(self, degrees: Floats) -> Floats:
        """(N, 2) longitude and latitude to metres east and north."""
        return np.column_stack(self._there.transform(degrees[:, 0], degrees[:, 1])) if len(degrees) else degrees

    def degrees(self, metres: Floats) -> Floats:
        """(N, 2) metres to longitude and latitude."""
        if not len(metres):
            return metres
        return np.column_stack(self._there.transform(metres[:, 0], metres[:, 1], direction="INVERSE"))

    def shapes(self, shapes: np.ndarray) -> np.ndarray:
        """Geometries in degrees to metres."""
        return np.asarray(shapely.transform(shapes, self.metres))

    def shape_in_degrees(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, self.degrees)

    def nearest(self, places: Floats, tree: shapely.STRtree) -> tuple[Floats, Floats]:
        """(N,) exact metres on the ellipsoid from each place (N, 2; in metres) to the nearest shape of a tree, and
        (N, 2) where on that shape; infinite, and the place itself, where there is none."""
        if not len(tree) or not len(places):
            return np.full(len(places), np.inf), places.copy()
        points = shapely.points(places)
        found = tree.query_nearest(points, all_matches=False)
        lines = shapely.shortest_line(points[found[0]], tree.geometries[found[1]])
        ends = np.empty_like(places)
        # A place on the shape itself has a line of no length.
        ends[found[0]] = shapely.get_coordinates(lines)[1::2]
        return self.between(places, ends), ends

    def between(self, some: Floats, others: Floats) -> Floats:
        """(N,) exact metres on the ellipsoid between pairs of places."""
        if not len(some):
            return floats([])
        one, other = self.degrees(some), self.degrees(others)
        return floats(_GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])
