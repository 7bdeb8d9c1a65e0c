"""Lines that run along each other: a road that was surveyed twice is nowhere quite the same twice."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from layers.planning.arrays import Floats, Ints

#: Metres between two lines that count as one, between the places where that is looked for, and of the least overlap.
BESIDE, STEP, LEAST = 5.0, 20.0, 30.0


@dataclass(frozen=True)
class Overlaps:
    """(O,) pairs of lines, first < second, that run along each other for so many metres."""

    first: Ints
    second: Ints
    metres: Floats


def alongside(lines: np.ndarray, beside: float = BESIDE) -> Overlaps:
    """Return the pairs of (L,) LineStrings in metres of which the shorter runs within `beside` metres of the longer.

    Looked for every `STEP` metres, then measured; what runs together for less than `LEAST` metres, as at a junction,
    is left out.
    """
    length = shapely.length(lines)
    first, second = _candidates(lines, length, beside)
    shorter = np.where(length[first] <= length[second], first, second)
    longer = np.where(shorter == first, second, first)
    around = shapely.buffer(lines[longer], beside, cap_style="flat")
    metres = shapely.length(shapely.intersection(lines[shorter], around))
    long = metres >= LEAST
    return Overlaps(first[long], second[long], metres[long])


def _candidates(lines: np.ndarray, length: np.ndarray, beside: float) -> tuple[Ints, Ints]:
    """Return the pairs, first < second, of which one has two places in a row near the other."""
    steps = np.maximum(np.ceil(length / STEP), 1).astype(np.int64)
    of = np.repeat(np.arange(len(lines)), steps + 1)
    begin = np.cumsum(steps + 1) - (steps + 1)
    along = (np.arange(len(of)) - begin[of]) / np.maximum(steps[of], 1)
    places = shapely.line_interpolate_point(lines[of], along, normalized=True)
    place, near = STRtree(lines).query(places, predicate="dwithin", distance=beside)
    other = of[place] != near
    place, near = place[other], near[other]
    order = np.lexsort((place, near))
    place, near = place[order], near[order]
    follows = (near[1:] == near[:-1]) & (place[1:] == place[:-1] + 1) & (of[place[1:]] == of[place[:-1]])
    row = np.flatnonzero(follows)
    pairs = np.unique(np.sort(np.stack([of[place[row]], near[row]], axis=1), axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]
