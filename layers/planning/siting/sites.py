"""The answer to a siting question, and the checks all of them share."""

from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, require_amounts, require_shape
from layers.planning.errors import OutOfReach, TooFewSites


@dataclass(frozen=True)
class Sites:
    """chosen: (C,) sites to have, existing ones included; assigned: (D,) the site each demand uses, -1 where none;
    value: what was asked for; bound: no answer is better; optimal: proven, to the gap asked for; seconds: of solving.
    """

    method: str
    chosen: Bools
    assigned: Ints
    value: float
    bound: float
    optimal: bool
    seconds: float

    @property
    def gap(self) -> float:
        """The part of the value that a better answer could still differ by at most."""
        return abs(self.value - self.bound) / abs(self.value) if self.value else 0.0


def check_distances(distance: Floats, weight: Floats) -> None:
    """Refuse broken numbers (NotANumber, Negative) and demands that no candidate is in reach of (OutOfReach)."""
    require_amounts("distance", distance, infinite=True)
    require_amounts("weight", weight)
    require_shape("weight", weight, distance.shape[:1])
    lost = ~np.isfinite(distance).any(axis=1)
    if lost.any():
        raise OutOfReach(int(lost.sum()), int(np.flatnonzero(lost)[0]))


def check_count(count: int, existing: Bools) -> None:
    """Refuse to choose none or more than there are. Raises TooFewSites."""
    open_sites = int((~existing).sum())
    if not 1 <= count <= open_sites:
        raise TooFewSites(count, open_sites)


def closest(distance: Floats, chosen: Bools) -> Ints:
    """(D,) the nearest chosen site of each demand, the first of equally near ones; -1 where none is in reach."""
    sites = np.flatnonzero(chosen)
    if not len(sites):
        return np.full(len(distance), -1)
    near = distance[:, sites]
    best = near.argmin(axis=1)
    return np.where(np.isfinite(near[np.arange(len(distance)), best]), sites[best], -1)


def no_sites(distance: Floats, existing: Bools | None) -> Bools:
    """(C,) the existing sites, none where they are left out."""
    return np.zeros(distance.shape[1], dtype=bool) if existing is None else np.asarray(existing, dtype=bool)
