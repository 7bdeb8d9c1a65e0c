"""Conditions on a place, measured exactly: what each asks, what there is, and whether it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.arrays import Bools, Floats
from layers.planning.metres import Metres


@dataclass(frozen=True)
class Distance:
    """At least, or `most`, so many metres to shapes of a subject such as "dwelling"."""

    subject: str
    metres: float
    most: bool = False


@dataclass(frozen=True)
class Measured:
    """One condition at P places. metres: (P,) exact distance to the nearest shape, infinite where there is none;
    kept: (P,); where: (P, 2) metres, the nearest point of the shape."""

    condition: Distance
    metres: Floats
    kept: Bools
    where: Floats


def measure(
    plane: Metres, places: Floats, shapes: Mapping[str, np.ndarray], conditions: Sequence[Distance]
) -> list[Measured]:
    """Measure conditions at places (P, 2; in metres of the plane), on the ellipsoid.

    shapes: geometries by subject, in metres of the plane. A subject without shapes keeps a least distance everywhere
    and a most distance nowhere.
    """
    trees = {subject: shapely.STRtree(found) for subject, found in shapes.items()}
    answers = []
    for condition in conditions:
        tree = trees.get(condition.subject, shapely.STRtree([]))
        metres, where = plane.nearest(places, tree)
        kept = metres <= condition.metres if condition.most else metres >= condition.metres
        answers.append(Measured(condition, metres, kept, where))
    return answers
