"""The conflict rules: what of an edit goes into a record, and what a person must decide. Pure; no last-write-wins.

1. Unchanged since the phone knew it: apply. 2. Others changed other fields meanwhile: apply, and say `parallel`.
3. The same value twice is no conflict. 4. Different values: the stored one stays, both are shown to a planner.
5. Two positions nearer than the larger accuracy are the same; the better fix is kept. 6. What was removed is never
brought back. Rules 7 (records that come before those they build on) and 8 (duplicates) need other records:
`held.py`, `duplicates.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyproj import Geod

from .filled import Edit, Location, Spot

#: Degrees, about a centimetre: what went out as text and comes back is not a move.
SAME = 1e-7
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Known:
    """A record as it is stored: its version, its values by field, its position."""

    version: int
    values: Mapping[str, Any]
    spot: Spot | None = None


@dataclass(frozen=True)
class Disagreement:
    field: str
    base: Any
    theirs: Any
    mine: Any


@dataclass
class Merged:
    """`values` and `spot` are to be stored; `parallel` says that somebody else changed something meanwhile."""

    values: dict[str, Any] = field(default_factory=dict)
    spot: Spot | None = None
    parallel: bool = False
    disagreements: list[Disagreement] = field(default_factory=list)


def merge(known: Known, edits: Mapping[str, Edit], location: Location | None, base_version: int | None) -> Merged:
    """Hold what a phone says against what is stored."""
    merged = Merged(parallel=base_version is not None and base_version < known.version)
    for name, edit in edits.items():
        theirs = known.values.get(name)
        if alike(theirs, edit.new):
            continue
        if alike(theirs, edit.old):
            merged.values[name] = edit.new
        else:
            merged.disagreements.append(Disagreement(name, edit.old, theirs, edit.new))
    if location is not None:
        _merge_position(merged, known.spot, location)
    return merged


def _merge_position(merged: Merged, theirs: Spot | None, location: Location) -> None:
    mine, base = location.spot, location.old
    if theirs is None or same_place(theirs, base):
        merged.spot = None if same_place(theirs, mine) else mine
    elif metres(theirs, mine) <= max(theirs.accuracy or 0, mine.accuracy or 0):
        merged.spot = mine if _better(mine, theirs) else None
    elif not same_place(theirs, mine):
        merged.disagreements.append(Disagreement("location", shown(base), shown(theirs), shown(mine)))


def alike(one: Any, other: Any) -> bool:
    """Tell whether two answers say the same; no answer and an empty text do, no answer and "no" do not."""
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def same_place(one: Spot | None, other: Spot | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one.lon - other.lon) < SAME and abs(one.lat - other.lat) < SAME


def metres(one: Spot, other: Spot) -> float:
    return float(_GEOD.inv(one.lon, one.lat, other.lon, other.lat)[2])


def _better(mine: Spot, theirs: Spot) -> bool:
    # A position without an accuracy was set by hand on the map, by somebody who saw the roof.
    return mine.accuracy is not None and theirs.accuracy is not None and mine.accuracy < theirs.accuracy


def shown(spot: Spot | None) -> Any:
    return None if spot is None else {"lat": spot.lat, "lon": spot.lon, "accuracy": spot.accuracy}
