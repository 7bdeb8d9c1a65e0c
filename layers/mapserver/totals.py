"""Totals of a layer's rows per unit, at each level of units, that add up.

The rows are counted once per state of their tables, by the unit they belong to (one SQL statement), and
rolled up here. At a level, each row counts for exactly one unit: the smallest of its units that is not
below that level. So the totals of a level always add up to the number of rows, also where a row is known
by commune only, or a commune has no district (since 1 July 2025).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.contrib.gis.db.models import FloatField, PointField
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import F, Func
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from layers.access import Viewer
from layers.models import Layer, Unit
from layers.models.units import KINDS

from .cache import KEPT
from .versions import table_versions, tables

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
LEVELS = range(len(KINDS))
_RANK = {str(kind): rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Tree:
    """All units, ordered by id: what each is, what it is part of, and where on the map it stands."""

    ids: NDArray[np.int64]
    paths: list[str]
    rank: NDArray[np.int8]
    parent: Places
    depth: NDArray[np.int8]
    lon: Numbers
    lat: Numbers

    def at_level(self, level: int) -> Places:
        """Return for each unit the place of the one that stands for it at a level: itself or one above it."""
        target = np.arange(len(self.ids))
        for depth in range(2, int(self.depth.max(initial=1)) + 1):
            here = np.flatnonzero((self.depth == depth) & (self.rank > level))
            target[here] = target[self.parent[here]]
        return target

    def places(self, ids: NDArray[np.int64]) -> Places:
        return np.searchsorted(self.ids, ids)


@dataclass(frozen=True)
class Totals:
    """`key` names the state of the tables that these were counted in.

    `own` are the values of the rows that belong to a unit itself, not to one below it.

    `cells[level][name]` is the total of each unit at a level; `present[level]` tells which have rows at all;
    `target[level]` is where each unit counts; `whole` names the values that are whole numbers.
    """

    key: tuple[object, ...]
    tree: Tree
    own: dict[str, Numbers]
    cells: tuple[dict[str, Numbers], ...]
    present: tuple[NDArray[np.bool_], ...]
    target: tuple[Places, ...]
    whole: frozenset[str]

    @property
    def nbytes(self) -> int:
        columns = len(self.own) * (1 + len(LEVELS)) + 2 * len(LEVELS) + 8
        return len(self.tree.ids) * (8 * columns + 100)

    @cached_property
    def tile_x(self) -> Numbers:
        """Where units stand in the Web Mercator square, from 0 in the west to 1 in the east."""
        return (self.tree.lon + 180) / 360

    @cached_property
    def tile_y(self) -> Numbers:
        """The same from 0 in the north to 1 in the south."""
        return (1 - np.arcsinh(np.tan(np.radians(self.tree.lat))) / np.pi) / 2

    def in_tile(self, level: int, z: int, x: int, y: int) -> Places:
        """Return the units that stand in a tile. Each unit stands in exactly one tile of a zoom."""
        inside = (np.floor(self.tile_x * 2**z) == x) & (np.floor(self.tile_y * 2**z) == y)
        return np.flatnonzero(inside & self.present[level])


def totals(layer: Layer, year: int) -> Totals:
    """Return the totals of a layer's rows as they stood at the end of a year, from memory if they are there.

    The versions are read before the rows: totals may then be newer than they are filed under, which the
    next version puts right, but never older.
    """
    counted = table_versions()
    key = (layer.slug, year, *(counted[table] for table in tables(layer)))
    return KEPT.get_or_make(("totals", *key), lambda: _count(layer, year, key))


def add_up(target: Places, values: Numbers) -> Numbers:
    """Return for each unit the sum of the values of those that count for it."""
    return np.asarray(np.bincount(target, values, len(values)), dtype=np.float64)


def level_at(zoom: int) -> int:
    """Return the level of units whose totals are drawn at a zoom: provinces, districts, communes, hamlets."""
    return sum(zoom >= from_zoom for from_zoom in (7, 10, 12))


def _count(layer: Layer, year: int, key: tuple[object, ...]) -> Totals:
    assert layer.overview is not None  # noqa: S101  # callers ask for layers with an overview only
    names = tuple(layer.overview.values)
    unit = layer.path.removesuffix("path").removesuffix("__")
    # Under names of their own: an aggregate may be named after the column that it adds up.
    values = {f"total_{name}": aggregate for name, aggregate in layer.overview.values.items()}
    counted = list(layer.everyone(year).order_by().values_list(f"{unit}_id").annotate(**values))
    tree = _tree()
    places = tree.places(np.array([row[0] for row in counted], dtype=np.int64))
    size = len(tree.ids)
    own = {name: np.zeros(size) for name in names}
    for column, name in enumerate(names, start=1):
        own[name][places] = [row[column] or 0 for row in counted]
    target = tuple(tree.at_level(level) for level in LEVELS)
    return Totals(
        key=key,
        tree=tree,
        own=own,
        cells=tuple({name: add_up(t, own[name]) for name in names} for t in target),
        present=tuple(np.bincount(t[places], minlength=size) > 0 for t in target),
        target=target,
        whole=frozenset(
            name for column, name in enumerate(names, start=1) if all(isinstance(r[column], int) for r in counted)
        ),
    )


def _tree() -> Tree:
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


def known(totals: Totals, viewer: Viewer) -> NDArray[np.bool_]:
    """Tell which units lie in the viewer's areas."""
    if "" in viewer.areas:
        return np.ones(len(totals.tree.ids), dtype=bool)
    return np.fromiter((viewer.covers(path) for path in totals.tree.paths), bool, len(totals.tree.ids))
