"""Why not here: every rule at one place, measured exactly."""

from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.arrays import Floats
from layers.planning.siting.exclusion import measure
from layers.planning.siting.suitability import Grid

from .inputs import Inputs
from .rule import SLOPE, Rule
from .screening import Heights, distances, steepness_at


@dataclass(frozen=True)
class Judged:
    """One rule at one place. value: metres, or per cent of a slope; None where there is nothing to measure to."""

    rule: Rule
    value: float | None
    kept: bool


def judge(inputs: Inputs, heights: Heights | None, longitude: float, latitude: float) -> tuple[bool, list[Judged]]:
    """Return whether a place lies in the unit, and each rule at it: those that are broken first."""
    at = inputs.metres(np.array([[longitude, latitude]]))
    inside = bool(shapely.contains(inputs.outline, shapely.Point(longitude, latitude)))
    found = [
        Judged(_rule_of(inputs, one.condition.subject, one.condition.most), _finite(one.metres[0]), bool(one.kept[0]))
        for one in measure(inputs.plane, at, inputs.on_plane, distances(inputs))
    ]
    for rule in inputs.rules:
        if rule.subject == SLOPE:
            # The cell around the place itself, not the grid's cell: one may click anywhere.
            steep = steepness_at(at, _around(inputs, at), heights)[0]
            found.append(Judged(rule, _finite(100 * steep), not steep > rule.value / 100))
    return inside, sorted(found, key=lambda one: one.kept)


def _around(inputs: Inputs, at: Floats) -> Grid:
    cell = inputs.grid["cell_m"]
    return Grid(float(at[0, 0]) - cell / 2, float(at[0, 1]) + cell / 2, cell, 1, 1)


def _rule_of(inputs: Inputs, subject: str, most: bool) -> Rule:
    return next(rule for rule in inputs.rules if (rule.subject, rule.most) == (subject, most))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
