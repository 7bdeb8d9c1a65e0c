"""The Rural Access Index: the share of rural persons within 2 km of a road passable all year.

SDG indicator 9.1.1 (World Bank 2016). Reported, never optimised: it knows neither paths, costs nor budgets.
"""

import numpy as np
import shapely
from shapely import STRtree

from layers.planning.arrays import Bools, Floats, require_numbers

#: Metres, by the definition of the indicator.
WITHIN = 2000.0


def near_roads(points: Floats, lines: np.ndarray, within: float = WITHIN) -> Bools:
    """(H,) whether each (H, 2) point in metres is within a distance of any line, straight."""
    require_numbers("position", points)
    near = np.zeros(len(points), dtype=bool)
    if len(points) and len(lines):
        found = STRtree(lines).query_nearest(shapely.points(points), max_distance=within, all_matches=False)
        near[found[0]] = True
    return near
