"""Totals of a layer's rows per unit, at each level of units, that add up.

The rows are counted once per state of their tables, by the unit they belong to (one SQL statement), and
rolled up here. At a level, each row counts for exactly one unit: the smallest of its units that is not
below that level. So the totals of a level always add up to the number of rows, also where a row is known
by commune only, or a commune has no district (since 1 July 2025).

Where people are counted, a hamlet without any is a zero beside the hamlets of its commune that have some, not a
gap: were it left out, a total hidden for being small would be known not to be zero.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.models import Layer, Unit
from layers.models.units import KINDS, Kind

from .cache import KEPT
from .statements import bounded
from .tree import Numbers, Places, Tree, tree
from .versions import state


@dataclass(frozen=True)
class Level:
    """The units that stand on the map at one level and have rows: their places in the tree, and their totals.

    Of people also the hamlets that have none, in communes that have some.
    """

    places: Places
    values: dict[str, Numbers]

    def among(self, here: Places) -> Places:
        """Return where units are among these, leaving out those that have no rows."""
        found = np.minimum(np.searchsorted(self.places, here), max(len(self.places) - 1, 0))
        return found[self.places[found] == here] if len(self.places) else found[:0]


@dataclass(frozen=True)
class Totals:
    """A layer's totals at each level; `key` names the state of the tables that they were counted in.

    At the last level each unit has the rows of its own, not those of units below it.
    """

    key: tuple[object, ...]
    tree: Tree
    levels: tuple[Level, ...]

    @property
    def nbytes(self) -> int:
        return sum(len(level.places) * 8 * (1 + len(level.values)) for level in self.levels)


def totals(layer: Layer, year: int, counted: dict[str, int]) -> Totals:
    """Return the totals of a layer's rows as they stood at the end of a year, from memory if they are there.

    `counted` are the versions of the tables, read before the rows: totals may then be newer than they are
    filed under, which the next version puts right, but never older.
    """
    key = (layer.slug, year, *state(layer, counted))
    return KEPT.get_or_make(("totals", *key), lambda: _roll_up(layer, year, tree(counted), key))


def level_at(zoom: int) -> int:
    """Return the level of units whose totals are drawn at a zoom: provinces, districts, communes, hamlets."""
    return sum(zoom >= from_zoom for from_zoom in (7, 10, 12))


def count_rows(layer: Layer, year: int, units: Collection[int] | None = None) -> list[tuple[Any, ...]]:
    """Return the id of each unit that has rows of its own, and their values; of these units only, if given."""
    assert layer.overview is not None  # noqa: S101  # callers ask for layers with an overview only
    unit = f"{layer.path.removesuffix('path').removesuffix('__')}_id"
    # Under names of their own: an aggregate may be named after the column that it adds up.
    values = {f"total_{name}": aggregate for name, aggregate in layer.overview.values.items()}
    rows = layer.everyone(year).order_by()
    if units is not None:
        rows = rows.filter(**{f"{unit}__in": units})
    with bounded():
        return list(rows.values_list(unit).annotate(**values))


def _roll_up(layer: Layer, year: int, tree: Tree, key: tuple[object, ...]) -> Totals:
    rows = count_rows(layer, year)
    names = tuple(layer.overview.values) if layer.overview else ()
    places, known = tree.places(np.array([row[0] for row in rows], dtype=np.int64))
    columns = [np.array([row[c] or 0 for row in rows], dtype=np.float64)[known] for c in range(1, len(names) + 1)]
    places = places[known]
    if layer.overview and layer.overview.secret:
        empty = _empty_hamlets(tree, year, places)
        places = np.concatenate([places, empty])
        columns = [np.concatenate([column, np.zeros(len(empty))]) for column in columns]
    return Totals(key, tree, tuple(_level(target[places], names, columns) for target in tree.at_level))


def _empty_hamlets(tree: Tree, year: int, counted: Places) -> Places:
    """Return the hamlets without rows, as of the end of a year, of the communes that have some."""
    if not len(counted):
        return counted
    told = np.zeros(len(tree.ids), dtype=bool)
    told[tree.at_level[KINDS.index(Kind.COMMUNE)][counted]] = True
    ids = Unit.objects.at_end_of(year).filter(kind=Kind.HAMLET).order_by("id").values_list("id", flat=True)
    places, known = tree.places(np.array(list(ids), dtype=np.int64))
    places = places[known]
    return np.setdiff1d(places[told[tree.parent[places]]], counted)


def _level(counts_for: Places, names: tuple[str, ...], columns: list[Numbers]) -> Level:
    places, group = np.unique(counts_for, return_inverse=True)
    return Level(
        places, {name: add_up(group, column, len(places)) for name, column in zip(names, columns, strict=True)}
    )


def add_up(group: Places, values: Numbers, size: int) -> Numbers:
    """Return the sum of the values of each group, of which there are `size`."""
    return np.asarray(np.bincount(group, values, size), dtype=np.float64)
