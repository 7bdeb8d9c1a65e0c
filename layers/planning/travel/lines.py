"""The roads of a unit by how long it takes from them to a service."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from shapely.ops import substring

from layers.errors import Refused
from layers.planning.access.isochrones import isochrones
from layers.planning.arrays import Bools, Floats
from layers.planning.store.kept import Lived, in_degrees

from .times import Travel


@dataclass(frozen=True)
class Stretch:
    """A part of a road in degrees, reached within the limit of that number, or within none."""

    geometry: Any
    band: int


def roads_by_time(lived: Lived, made: Travel, limits: Floats, mine: Bools) -> list[Stretch]:
    """Return the roads of the (E,) edges that are `mine`, cut by (B,) limits in seconds.

    Raises Refused for more edges than one answer holds.
    """
    most = settings.LIMITS["ISOCHRONE_EDGES"]
    if mine.sum() > most:
        raise Refused(
            _("Here are %(count)s stretches of road; at most %(most)s are coloured at a time. Choose a smaller unit."),
            count=int(mine.sum()),
            most=most,
        )
    streets, inventory = made.streets, lived.ways.inventory
    found = isochrones(streets.pieces, streets.forward, streets.backward, made.found, limits)
    here = np.flatnonzero(mine[found.edge])
    edge, start, stop = found.edge[here], found.start[here], found.stop[here]
    lines = inventory.lines[edge]
    for place in np.flatnonzero((start > 0) | (stop < 1)):
        lines[place] = substring(lines[place], start[place], stop[place], normalized=True)
    drawn = in_degrees(inventory, lines)
    return [Stretch(line, band) for line, band in zip(drawn, found.band[here].tolist(), strict=True)]
