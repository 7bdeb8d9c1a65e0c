"""A heat map of hexagons: where criteria are unmet, where poor households live.

A hexagon adds up what is known of the units whose centre lies in it: of hamlets where one looks from near, else of
communes. Households come from the totals of units as this viewer may see them. So a hexagon holds nothing but sums
of figures that the viewer is shown anyway, and no hexagon, nor any two held against each other, tells more than
those: one that holds a hidden figure says only that it is incomplete.

A hexagon is whole or not in the answer: its sum does not change as the map is moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.access import Viewer
from layers.models import HOUSEHOLDS, Standing, Status
from layers.models.units import KINDS, Kind

from .hexagons import Box, hexagon_of, middle_of, side_for, to_plane
from .suppression import Flags, hidden
from .totals import totals
from .tree import Numbers, Places, Tree, tree
from .versions import table_versions

WHATS = ("unmet", "poor")
#: Hexagons along the longer edge of what is looked at: so many sides at most, which bounds the answer.
SIDES = 60
#: The smallest side in metres of the plane; hamlets lie further apart.
SMALLEST = 256.0
#: From this side on communes are added up instead of hamlets.
COARSE = 2048.0


@dataclass(frozen=True)
class Hexagon:
    """`value` adds up what the viewer may know; `partly` says that something of it is hidden. `units` by their id."""

    q: int
    r: int
    value: int
    partly: bool
    units: tuple[int, ...]


@dataclass(frozen=True)
class Heat:
    """`side` is that of the lattice, `kind` the level of the units that were added up."""

    side: float
    kind: Kind
    hexagons: list[Hexagon]


@dataclass(frozen=True)
class _Figures:
    """What is known of units, by where they are in the tree."""

    places: Places
    values: Numbers
    hidden: Flags


def heat(viewer: Viewer, year: int, what: str, box: Box, criterion: int | None = None) -> Heat:
    """Return the hexagons of a box (metres of the plane) that hold anything. `what` is one of WHATS.

    Unmet criteria are counted all together, or the units that do not meet one.
    """
    side = side_for(box, SIDES, SMALLEST)
    kind = Kind.COMMUNE if side >= COARSE else Kind.HAMLET
    counted = table_versions()
    units = tree(counted)
    x, y = to_plane(units.lon, units.lat)
    # Whatever belongs to a hexagon whose middle is within a side of the box.
    here = np.flatnonzero(_within(x, y, box, 2 * side))
    poor = what == "poor"
    found = _poor(viewer, year, counted, kind, here) if poor else _unmet(units, year, kind, here, criterion)
    return Heat(side, kind, list(_summed(units, found, x, y, side, box)))


def _within(x: Numbers, y: Numbers, box: Box, margin: float) -> NDArray[np.bool_]:
    west, south, east, north = box
    return (x >= west - margin) & (x <= east + margin) & (y >= south - margin) & (y <= north + margin)


def _unmet(units: Tree, year: int, kind: Kind, here: Places, criterion: int | None) -> _Figures:
    ids = units.ids[here[units.rank[here] == KINDS.index(kind)]]
    rows = Standing.objects.filter(year=year, unit__in=ids.tolist()).order_by("unit").values_list("unit", "statuses")
    known = list(rows)
    places, _known = units.places(np.array([pk for pk, _statuses in known], dtype=np.int64))
    asked = slice(None) if criterion is None else slice(criterion - 1, criterion)
    values = np.array([statuses[asked].count(Status.UNMET.value) for _pk, statuses in known], dtype=np.float64)
    return _Figures(places, values, np.zeros(len(values), dtype=bool))


def _poor(viewer: Viewer, year: int, counted: dict[str, int], kind: Kind, here: Places) -> _Figures:
    """Return the poor households of units as totals on the map tell them, also of those known by a larger unit only."""
    sums, level = totals(HOUSEHOLDS, year, counted), KINDS.index(kind)
    found = sums.levels[level]
    among = found.among(here)
    flags = hidden(HOUSEHOLDS, sums, viewer).flags["poor"][level][among]
    return _Figures(found.places[among], np.where(flags, 0.0, found.values["poor"][among]), flags)


def _summed(units: Tree, found: _Figures, x: Numbers, y: Numbers, side: float, box: Box) -> Iterator[Hexagon]:
    """Add up by hexagon, in order of rows and columns; hexagons that hold nothing are left out."""
    telling = (found.values > 0) | found.hidden
    places, values, flags = found.places[telling], found.values[telling], found.hidden[telling]
    q, r = hexagon_of(x[places], y[places], side)
    order = np.lexsort((units.ids[places], q, r))
    starts = np.flatnonzero((np.diff(q[order]) != 0) | (np.diff(r[order]) != 0)) + 1
    for group in np.split(order, starts) if len(order) else ():
        column, row = int(q[group[0]]), int(r[group[0]])
        middle = np.array(middle_of(column, row, side))
        if _within(middle[:1], middle[1:], box, side)[0]:
            yield Hexagon(
                column,
                row,
                int(values[group].sum()),
                bool(flags[group].any()),
                tuple(units.ids[places[group]].tolist()),
            )
