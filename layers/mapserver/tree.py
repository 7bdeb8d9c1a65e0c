"""All units in memory: what each is part of, and where on the map it stands for what lies in it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.contrib.gis.db.models import FloatField, PointField
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import F, Func
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from layers.models import Unit
from layers.models.units import KINDS

from .cache import KEPT

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
LEVELS = range(len(KINDS))
_RANK = {str(kind): rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Tree:
    """Units ordered by id; `parent` is the place of the unit above, `rank` the level of the unit's kind."""

    ids: NDArray[np.int64]
    paths: list[str]
    rank: NDArray[np.int8]
    parent: Places
    depth: NDArray[np.int8]
    lon: Numbers
    lat: Numbers

    @property
    def nbytes(self) -> int:
        return len(self.ids) * 220

    @cached_property
    def at_level(self) -> tuple[Places, ...]:
        """For each level and unit, the place of the unit that stands for it there: itself or one above it."""
        return tuple(self._at_level(level) for level in LEVELS)

    def _at_level(self, level: int) -> Places:
        target = np.arange(len(self.ids))
        for depth in range(2, int(self.depth.max(initial=1)) + 1):
            here = np.flatnonzero((self.depth == depth) & (self.rank > level))
            target[here] = target[self.parent[here]]
        return target

    def places(self, ids: NDArray[np.int64]) -> tuple[Places, NDArray[np.bool_]]:
        """Return the places of units, and which of them are known here: one may be newer than this tree."""
        found = np.minimum(np.searchsorted(self.ids, ids), max(len(self.ids) - 1, 0))
        return found, self.ids[found] == ids if len(self.ids) else np.zeros(len(ids), bool)

    @cached_property
    def _from_west(self) -> tuple[Places, Numbers, Numbers]:
        """Units from west to east, and where they stand in the Web Mercator square, 0 to 1 from its north-west."""
        x = (self.lon + 180) / 360
        y = (1 - np.arcsinh(np.tan(np.radians(self.lat))) / np.pi) / 2
        order = np.argsort(x)
        return order, x[order], y[order]

    def in_tile(self, z: int, x: int, y: int) -> Places:
        """Return the units that stand in a tile. Each unit stands in exactly one tile of a zoom."""
        order, from_west, from_north = self._from_west
        # n is a power of two, so that x / n is exact and no unit falls between two tiles.
        first, last = np.searchsorted(from_west, (x / 2**z, (x + 1) / 2**z))
        return np.sort(order[first:last][np.floor(from_north[first:last] * 2**z) == y])


def tree(counted: dict[str, int]) -> Tree:
    """Return the tree of all units, from memory if it is there for this state of the units."""
    return KEPT.get_or_make(("tree", counted.get("units", 0)), _plant)


def _plant() -> Tree:
    place = Coalesce("point", PointOnSurface("geom"), output_field=PointField())
    rows = list(
        Unit.objects.order_by("id")
        .alias(place=place)
        .annotate(
            lon=Func(F("place"), function="ST_X", output_field=FloatField()),
            lat=Func(F("place"), function="ST_Y", output_field=FloatField()),
        )
        .values_list("id", "parent_id", "kind", "path", "lon", "lat")
    )
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    parent = np.searchsorted(ids, np.array([row[1] or row[0] for row in rows], dtype=np.int64))
    depth = np.array([row[3].count("/") for row in rows], dtype=np.int8)
    lon, lat = (np.array([row[column] for row in rows], dtype=np.float64) for column in (4, 5))
    _place_the_unplaced(lon, lat, parent, depth)
    rank = np.array([_RANK[row[2]] for row in rows], dtype=np.int8)
    return Tree(ids, [row[3] for row in rows], rank, parent, depth, lon, lat)


def _place_the_unplaced(lon: Numbers, lat: Numbers, parent: Places, depth: NDArray[np.int8]) -> None:
    """Put a unit without point and boundary amid its parts, else where the unit above it stands."""
    depths = range(2, int(depth.max(initial=1)) + 1)
    for level in reversed(depths):
        parts = np.flatnonzero((depth == level) & ~np.isnan(lon))
        parts = parts[np.isnan(lon[parent[parts]])]
        number = np.bincount(parent[parts], minlength=len(lon))
        above = np.flatnonzero(number)
        for axis in (lon, lat):
            sums = np.bincount(parent[parts], axis[parts], len(lon))
            axis[above] = sums[above] / number[above]
    for level in depths:
        lost = np.flatnonzero((depth == level) & np.isnan(lon))
        lon[lost], lat[lost] = lon[parent[lost]], lat[parent[lost]]
