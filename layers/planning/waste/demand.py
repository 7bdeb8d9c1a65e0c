"""From where waste is brought to a collection point: doors that are close to each other count as one place."""

from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Floats, Ints

from .inputs import Inputs

#: Households within a square of this side are one place: how far one walks is not known more closely.
SIDE_M = 50.0


@dataclass(frozen=True)
class Doors:
    """D places. at: (D, 2) metres, the middle of their houses; homes: (D,) how many; of: (H,) the place of each
    household of the unit, -1 elsewhere."""

    at: Floats
    homes: Floats
    of: Ints


def doors(inputs: Inputs) -> Doors:
    """Gather the unit's households by hamlet and square."""
    mine = np.flatnonzero(inputs.mine)
    square = np.floor(inputs.homes[mine] / SIDE_M).astype(np.int64)
    _keys, part = np.unique(np.column_stack([inputs.hamlet[mine], square]), axis=0, return_inverse=True)
    part = part.ravel()
    homes = np.bincount(part).astype(np.float64)
    at = np.stack([np.bincount(part, inputs.homes[mine, axis]) / homes for axis in (0, 1)], axis=1)
    of = np.full(len(inputs.homes), -1)
    of[mine] = part
    return Doors(at, homes, of)
