"""The Rural Access Index of each commune of a province: SDG 9.1.1, the share of rural persons near an all-season road.

A road counts as all-season where cars pass it all year; where that is not on record, where its surface is hardened.
Near is within 2 km, straight. A household without a position counts at its hamlet's centre, and not at all where the
hamlet has none.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from layers.models.roads import WetAccess
from layers.planning.access.rural_access import near_roads
from layers.planning.arrays import Bools
from layers.planning.store.kept import Lived, Shelf
from layers.planning.store.roads import Roads

RURAL = Shelf("NETWORKS_KEPT")


@dataclass(frozen=True)
class Rural:
    """near: (H,) whether a household lives near an all-season road; rural: (H,) whether its commune is rural and its
    place is known."""

    near: Bools
    rural: Bools


def all_season(roads: Roads) -> Bools:
    """(L,) whether a road is passable all year by car, as far as is on record."""
    said = np.asarray(roads.wet_access == WetAccess.CAR, dtype=np.bool_)
    return said | np.asarray((roads.wet_access == "") & (roads.hardened == 1), dtype=np.bool_)


def rural_access(lived: Lived) -> Rural:
    """Return who of a province lives near an all-season road, from memory if it is there."""
    key: tuple[Hashable, ...] = lived.key
    return RURAL.get_or_make(key, lambda: _look(lived))


def _look(lived: Lived) -> Rural:
    inventory, homes = lived.ways.inventory, lived.homes
    edges = all_season(inventory.roads)[inventory.noded.network.line]
    placed: Bools = np.asarray(~np.isnan(homes.xy).any(axis=1), dtype=np.bool_)
    near = np.zeros(len(placed), dtype=bool)
    near[placed] = near_roads(homes.xy[placed], inventory.lines[edges])
    of_commune = np.array([commune.rural for commune in inventory.region.communes], dtype=bool)
    rural = placed & (homes.commune >= 0) & of_commune[np.maximum(homes.commune, 0)]
    return Rural(near, rural)
