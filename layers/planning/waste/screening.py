"""Where a site may be: the raster of reasons, the candidate places, and each of them measured exactly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.arrays import Bools, Floats
from layers.planning.siting.exclusion import Distance, Measured, measure
from layers.planning.siting.patches import Places, places, zone
from layers.planning.siting.suitability import OUTSIDE, TILE, Condition, Grid, Reasons, Steepness, reasons, slope

from .inputs import Inputs
from .rule import SLOPE

Heights = Callable[[Grid], Floats]
Say = Callable[[str, int, int], None]
#: Decimals of a degree in drawn zones: a tenth of a metre.
DECIMALS = 6
NO_PLACES = Places(np.zeros((0, 2)), np.zeros(0))


@dataclass(frozen=True)
class Screened:
    """P candidate places in metres, and what stands against each. steepness: (P,) share, NaN where not known."""

    grid: Grid
    reasons: Reasons
    metres: Floats
    patch_m2: Floats
    measured: list[Measured]
    steepness: Floats
    kept: Bools


def distances(inputs: Inputs) -> list[Distance]:
    """Return the rules that are distances, in their order."""
    return [Distance(r.subject, r.value, r.most) for r in inputs.rules if r.subject != SLOPE]


def steepest(inputs: Inputs) -> float | None:
    """Return the largest slope that the rules allow, as rise over run."""
    return next((rule.value / 100 for rule in inputs.rules if rule.subject == SLOPE), None)


def conditions(inputs: Inputs) -> list[Condition]:
    """Return the distances as bits 1 and up; the slope has the bit after them."""
    nothing = np.array([], dtype=object)
    return [
        Condition(bit, inputs.on_plane.get(rule.subject, nothing), rule.metres, rule.most)
        for bit, rule in enumerate(distances(inputs), start=1)
    ]


def reasons_on(inputs: Inputs, grid: Grid, heights: Heights | None, say: Callable[[int, int], None]) -> Reasons:
    """Return the reasons against each cell of a grid."""
    made, limit = conditions(inputs), steepest(inputs)
    steep = None if limit is None or heights is None else Steepness(len(made) + 1, limit, heights)
    area = inputs.plane.project(np.array([inputs.outline], dtype=object))[0]
    return reasons(grid, area, made, steep, say=say)


def frame(inputs: Inputs) -> Grid:
    """Return the grid that covers the unit."""
    area = inputs.plane.project(np.array([inputs.outline], dtype=object))[0]
    return Grid.over(area.bounds, inputs.grid["cell_m"])


def screen(inputs: Inputs, heights: Heights | None, say: Say, candidates: bool = True) -> Screened:
    """Find where a site may be in a unit and, if asked for, candidate places, each measured exactly."""
    grid = frame(inputs)
    found = reasons_on(inputs, grid, heights, lambda done, total: say("screening", done, total))
    at = places(grid, found, inputs.grid["patch_m2"], inputs.grid["spacing_m"]) if candidates else NO_PLACES
    say("checking", 0, 1)
    measured = measure(inputs.plane, at.metres, inputs.on_plane, distances(inputs))
    kept = np.ones(len(at.metres), dtype=bool)
    for one in measured:
        kept &= one.kept
    return Screened(grid, found, at.metres, at.patch_m2, measured, steepness_at(at.metres, grid, heights), kept)


def steepness_at(metres: Floats, grid: Grid, heights: Heights | None) -> Floats:
    """(P,) rise over run in the cells of places, as the raster judged them; NaN where not known."""
    found = np.full(len(metres), np.nan)
    if heights is None or not len(metres):
        return found
    row = ((grid.north - metres[:, 1]) / grid.cell).astype(np.int64)
    col = ((metres[:, 0] - grid.west) / grid.cell).astype(np.int64)
    tiles = np.stack([row // TILE, col // TILE], axis=1)
    for tile in np.unique(tiles, axis=0):
        here = np.flatnonzero((tiles == tile).all(axis=1))
        top, left = row[here].min(), col[here].min()
        window = grid.window(top, left, row[here].max() - top + 1, col[here].max() - left + 1)
        found[here] = slope(heights, window)[row[here] - top, col[here] - left]
    return found


def zones(inputs: Inputs, screened: Screened) -> dict[str, dict[str, object]]:
    """Return by subject where its rule forbids a site, as GeoJSON in degrees, for the map."""
    drawn = {}
    bits = [*(rule.subject for rule in distances(inputs)), SLOPE]
    for bit, subject in enumerate(bits, start=1):
        area = zone(screened.grid, screened.reasons, bit, OUTSIDE)
        if not area.is_empty:
            drawn[subject] = _geojson(shapely.transform(area, inputs.plane.unproject))
    return drawn


def _geojson(area: shapely.Geometry) -> dict[str, object]:
    parts: Sequence[shapely.Geometry] = shapely.get_parts(area)
    rings = [
        [np.round(shapely.get_coordinates(ring), DECIMALS).tolist() for ring in (part.exterior, *part.interiors)]
        for part in parts
        if part.geom_type == "Polygon"
    ]
    return {"type": "MultiPolygon", "coordinates": rings}
