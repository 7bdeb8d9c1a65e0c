"""A plane of metres around a place, on which planning reckons, and the exact distance on the ellipsoid."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer

from layers.geo import WGS84

from .arrays import Floats, floats

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Metres:
    """A transverse Mercator projection about a place, in metres: a kilometre is 1 m too long 290 km away from its
    meridian, and nowhere does the datum have to change. `longitude`, `latitude`: its origin, in degrees."""

    longitude: float
    latitude: float

    @cached_property
    def crs(self) -> CRS:
        return CRS.from_proj4(
            f"+proj=tmerc +lat_0={self.latitude:g} +lon_0={self.longitude:g} +k=1 +datum=WGS84 +units=m +type=crs"
        )

    @cached_property
    def _forward(self) -> Transformer:
        return Transformer.from_crs(WGS84, self.crs, always_xy=True)

    def project(self, geometries: np.ndarray) -> np.ndarray:
        """Return Shapely geometries in degrees as ones in metres, to the millimetre."""

        def forward(xy: np.ndarray) -> np.ndarray:
            east, north = self._forward.transform(xy[:, 0], xy[:, 1])
            return np.round(np.stack([east, north], axis=1), 3)

        return shapely.transform(geometries, forward)

    def unproject(self, xy: np.ndarray) -> np.ndarray:
        """Return (N, 2) metres as longitudes and latitudes."""
        return np.stack(self._forward.transform(xy[:, 0], xy[:, 1], direction="INVERSE"), axis=1)

    def between(self, some: Floats, others: Floats) -> Floats:
        """(N,) exact metres on the ellipsoid between pairs of places (N, 2), which are in metres of this plane."""
        if not len(some):
            return floats([])
        one, other = self.unproject(some), self.unproject(others)
        return floats(_GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])

    def nearest(self, places: Floats, tree: shapely.STRtree) -> tuple[Floats, Floats]:
        """(N,) exact metres from each place (N, 2; in metres of this plane) to the nearest shape of a tree, and
        (N, 2) where on that shape; infinite, and the place itself, where there is none."""
        if not len(tree) or not len(places):
            return np.full(len(places), np.inf), places.copy()
        points = shapely.points(places)
        found = tree.query_nearest(points, all_matches=False)
        lines = shapely.shortest_line(points[found[0]], tree.geometries[found[1]])
        ends = np.empty_like(places)
        ends[found[0]] = shapely.get_coordinates(lines)[1::2]
        return self.between(places, ends), ends
