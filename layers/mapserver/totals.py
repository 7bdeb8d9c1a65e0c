"""Totals of a layer's rows per unit, at each level of units, that add up.

The rows are counted once per state of their tables, by the unit they belong to (one SQL statement), and
rolled up here. At a level, each row counts for exactly one unit: the smallest of its units that is not
below that level. So the totals of a level always add up to the number of rows, also where a row is known
by commune only, or a commune has no district (since 1 July 2025).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.access import Viewer
from layers.models import Layer

from .cache import KEPT
from .statements import bounded
from .tree import LEVELS, Numbers, Places, Tree, tree
from .versions import tables


@dataclass(frozen=True)
class Totals:
    """`key` names the state of the tables that these were counted in.

    `own` are the values of the rows that belong to a unit itself, not to one below it. `cells[level][name]`
    is the total of each unit at a level; `present[level]` tells which have rows at all; `target[level]` is
    where each unit counts.
    """

    key: tuple[object, ...]
    tree: Tree
    own: dict[str, Numbers]
    cells: tuple[dict[str, Numbers], ...]
    present: tuple[NDArray[np.bool_], ...]
    target: tuple[Places, ...]

    @property
    def nbytes(self) -> int:
        columns = len(self.own) * (1 + len(LEVELS)) + 2 * len(LEVELS)
        return len(self.tree.ids) * 8 * columns


def totals(layer: Layer, year: int, counted: dict[str, int]) -> Totals:
    """Return the totals of a layer's rows as they stood at the end of a year, from memory if they are there.

    `counted` are the versions of the tables, read before the rows: totals may then be newer than they are
    filed under, which the next version puts right, but never older.
    """
    key = (layer.slug, year, *(counted[table] for table in tables(layer)))
    return KEPT.get_or_make(("totals", *key), lambda: _roll_up(layer, year, tree(counted), key))


def add_up(target: Places, values: Numbers) -> Numbers:
    """Return for each unit the sum of the values of those that count for it."""
    return np.asarray(np.bincount(target, values, len(values)), dtype=np.float64)


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
    size = len(tree.ids)
    own = {name: np.zeros(size) for name in names}
    for column, name in enumerate(names, start=1):
        own[name][places[known]] = np.array([row[column] or 0 for row in rows], dtype=np.float64)[known]
    target = tuple(tree.at_level(level) for level in LEVELS)
    return Totals(
        key=key,
        tree=tree,
        own=own,
        cells=tuple({name: add_up(t, own[name]) for name in names} for t in target),
        present=tuple(np.bincount(t[places[known]], minlength=size) > 0 for t in target),
        target=target,
    )


def known(totals: Totals, viewer: Viewer) -> NDArray[np.bool_]:
    """Tell which units lie in the viewer's areas."""
    if "" in viewer.areas:
        return np.ones(len(totals.tree.ids), dtype=bool)
    return np.fromiter((viewer.covers(path) for path in totals.tree.paths), bool, len(totals.tree.ids))
