"""How steep the roads are: heights read along each edge, step by step."""

from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.arrays import Floats, Ints, totals

#: Rise over run that no road exceeds: what does is a raster too coarse for the road's course along a slope.
STEEPEST = 0.30


@dataclass(frozen=True)
class Stations:
    """Places along edges where heights are read, in order. edge: (P,); xy: (P, 2) metres; along: (P,) metres."""

    edge: Ints
    xy: Floats
    along: Floats


@dataclass(frozen=True)
class Profile:
    """The steps between stations. edge: (S,); length: (S,) metres; gradient: (S,) rise over run from tail to head,
    0 where a height is not known; known: (E,) the share of each edge's length whose heights are known.
    """

    edge: Ints
    length: Floats
    gradient: Floats
    known: Floats

    def of_edges(self, count: int) -> Floats:
        """(count,) the mean steepness of each edge, up or down, as a share."""
        with np.errstate(invalid="ignore"):
            mean = totals(self.edge, self.length * np.abs(self.gradient), count) / totals(self.edge, self.length, count)
        return np.nan_to_num(mean)


def stations(lines: np.ndarray, step: float) -> Stations:
    """Place stations along (E,) lines in metres, evenly and at most `step` metres apart, both ends among them.

    A step should not be shorter than a cell of the raster: between neighbouring cells noise looks like slope.
    """
    length = shapely.length(lines)
    steps = np.maximum(np.ceil(length / step), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(lines)), steps + 1)
    begin = np.cumsum(steps + 1) - (steps + 1)
    part = (np.arange(len(edge)) - begin[edge]) / steps[edge]
    along = part * length[edge]
    points = shapely.line_interpolate_point(np.asarray(lines, dtype=object)[edge], along)
    return Stations(edge, shapely.get_coordinates(points), along)


def profile(placed: Stations, height: Floats, edges: int) -> Profile:
    """Return the steps of `edges` edges from (P,) heights in metres at their stations, NaN where not known."""
    step = np.flatnonzero(placed.edge[1:] == placed.edge[:-1])
    edge, length = placed.edge[step], placed.along[step + 1] - placed.along[step]
    rise = height[step + 1] - height[step]
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient = rise / length
    known = np.isfinite(gradient)
    gradient = np.clip(np.where(known, gradient, 0.0), -STEEPEST, STEEPEST)
    whole = totals(edge, length, edges)
    with np.errstate(invalid="ignore"):
        share = totals(edge[known], length[known], edges) / whole
    return Profile(edge, length, gradient, np.nan_to_num(share))
