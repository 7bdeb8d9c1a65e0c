"""How long each edge takes: its steps up and down at their speeds; a ferry by its own clock."""

from collections.abc import Sequence

import numpy as np

from layers.planning.arrays import Bools, Floats, totals
from layers.planning.network.slope import Profile

from .speeds import SpeedTable, seconds, speeds


def crossing_seconds(
    table: SpeedTable,
    mode: str,
    wet: bool,
    steps: Profile,
    surface: Sequence[str],
    wet_access: Sequence[str],
    ferry: Bools,
) -> tuple[Floats, Floats]:
    """Return (E,) seconds from tail to head and back, infinite where the mode does not pass.

    surface, wet_access, ferry: (E,). Whoever takes a ferry waits for it, on foot too; where it does not sail in the
    rain, `wet_access` says so and nobody passes.
    """
    edges = len(ferry)
    kinds, access = np.asarray(surface, dtype=str), np.asarray(wet_access, dtype=str)
    kmh = speeds(table, mode, wet, kinds[steps.edge].tolist(), steps.gradient, access[steps.edge].tolist())
    length = totals(steps.edge, steps.length, edges)
    sails = np.ones(edges, dtype=bool) if not wet else access != "none"
    over = np.where(sails, table.ferry_wait + seconds(length, np.full(edges, table.ferry)), np.inf)
    there, back = (totals(steps.edge, seconds(steps.length, way), edges) for way in kmh)
    return np.where(ferry, over, there), np.where(ferry, over, back)
