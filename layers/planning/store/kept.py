"""Networks of provinces kept in memory: reading one takes seconds, asking it milliseconds. What another process of
this machine has made of the roads is read from its file.

A province is the area: who lives at the edge of a commune goes to the market of the next. What is kept is named
after the state of the tables it was read from, so that a change of a road, a house or a repair is seen at once.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar, cast

import numpy as np
import shapely
from cachetools import LRUCache
from django.conf import settings
from django.core.cache import caches

from layers.models import TableVersion, Unit
from layers.planning.network.slope import Profile, profile, stations

from .heights import read_heights, step_over, terrain_state
from .network import TOLERANCE, Homes, Inventory, read_homes, read_inventory
from .region import region
from .shared import Shared

MadeT = TypeVar("MadeT")

#: The stores that a network is read from, and those that its households are.
ROAD_TABLES = ("roads", "network_repairs", "units", "facilities")
HOME_TABLES = (*ROAD_TABLES, "households")


class Shelf:
    """Things of a kind, the least asked for taken away first; one is made at a time, however many ask for it.

    shared: how other processes have part in them; where left out, each makes its own.
    """

    def __init__(self, limit: str, shared: Shared | None = None) -> None:
        self._shared = shared
        self._kept: LRUCache[Hashable, Any] = LRUCache(settings.LIMITS[limit])
        self._making = RLock()
        SHELVES.append(self)

    def get_or_make(self, key: Hashable, make: Callable[[], MadeT]) -> MadeT:
        with self._making:
            if key not in self._kept:
                self._kept[key] = self._shared.get_or_make(key, make) if self._shared else make()
            return cast(MadeT, self._kept[key])

    def clear(self) -> None:
        with self._making:
            self._kept.clear()


SHELVES: list[Shelf] = []
NETWORKS, LIVED = Shelf("NETWORKS_KEPT", Shared("ways", ROAD_TABLES)), Shelf("NETWORKS_KEPT")


@dataclass(frozen=True)
class Ways:
    """The network of a province at the end of a year, with how steep its edges are. `key` names its state."""

    inventory: Inventory
    steps: Profile
    key: tuple[Hashable, ...]


@dataclass(frozen=True)
class Lived:
    """A network with the households on it."""

    ways: Ways
    homes: Homes
    key: tuple[Hashable, ...]


def province_of(unit: Unit) -> Unit:
    """Return the unit at the top of a unit's path."""
    return unit if unit.parent_id is None else Unit.objects.defer("geom").get(pk=unit.path.split("/")[0])


def ways_of(unit: Unit, year: int, tolerance: float = TOLERANCE) -> Ways:
    """Return the network of the province that a unit lies in. Raises as `region` and `noding.node`."""
    province = province_of(unit)
    key = ("ways", province.pk, year, tolerance, *state_of(ROAD_TABLES), *terrain_state())
    return NETWORKS.get_or_make(key, lambda: _read_ways(province, year, tolerance, key))


def lived_in(unit: Unit, year: int, tolerance: float = TOLERANCE) -> Lived:
    """Return the network of a unit's province with the households reviewed in the year."""
    ways = ways_of(unit, year, tolerance)
    key = ("lived", *ways.key, *state_of(HOME_TABLES))
    return LIVED.get_or_make(key, lambda: Lived(ways, read_homes(ways.inventory), key))


def _read_ways(province: Unit, year: int, tolerance: float, key: tuple[Hashable, ...]) -> Ways:
    inventory = read_inventory(region([province], year), tolerance)
    metres = inventory.region.metres
    box = inventory.region.box
    placed = stations(inventory.lines, step_over(box))
    heights = read_heights(metres.unproject(placed.xy) if len(placed.xy) else np.zeros((0, 2)))
    return Ways(inventory, profile(placed, heights, len(inventory.lines)), key)


def state_of(tables: tuple[str, ...]) -> tuple[int, ...]:
    """Return how often each of these tables has changed."""
    counted = dict(TableVersion.objects.filter(table_name__in=tables).values_list("table_name", "version"))
    return tuple(counted.get(table, 0) for table in tables)


def forget() -> None:
    """Keep nothing any more, neither here nor for other processes."""
    for shelf in SHELVES:
        shelf.clear()
    caches["networks"].clear()


def in_degrees(inventory: Inventory, geometries: np.ndarray) -> np.ndarray:
    """Return Shapely geometries in the metres of an inventory's region as ones in degrees."""
    return shapely.transform(geometries, inventory.region.metres.unproject)
