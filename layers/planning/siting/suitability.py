"""Where a site may be at all: a raster of reasons against, made tile by tile.

A raster only pre-filters. A distance is judged between the middles of cells, so it is right to about a cell and a
half; whoever chooses a place asks `exclusion` for the exact one. Each tile is made with an overlap of the largest
distance, so tiles join without a seam, and memory is bounded by the tile, not by the district.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy.ndimage import distance_transform_edt

from layers.planning.arrays import Floats

Reasons = NDArray[np.uint16]
#: The reason that stands for "not in the area at all".
OUTSIDE = 0
TILE = 1024


@dataclass(frozen=True)
class Grid:
    """Square cells of `cell` metres in rows from the north; `west`, `north` is the corner of the first."""

    west: float
    north: float
    cell: float
    rows: int
    cols: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], cell: float) -> "Grid":
        """Return the grid that covers west, south, east, north."""
        west, south, east, north = bounds
        west, north = np.floor(west / cell) * cell, np.ceil(north / cell) * cell
        return cls(west, north, cell, int(np.ceil((north - south) / cell)), int(np.ceil((east - west) / cell)))

    @property
    def transform(self) -> Affine:
        return Affine(self.cell, 0, self.west, 0, -self.cell, self.north)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        return self.west, self.north - self.rows * self.cell, self.west + self.cols * self.cell, self.north

    def window(self, row: int, col: int, rows: int, cols: int) -> "Grid":
        """Return a part; it may reach beyond this grid."""
        return Grid(self.west + col * self.cell, self.north - row * self.cell, self.cell, rows, cols)

    def middles(self, rows: NDArray[np.intp], cols: NDArray[np.intp]) -> Floats:
        """(N, 2) metres of the middles of cells."""
        return np.column_stack([self.west + (cols + 0.5) * self.cell, self.north - (rows + 0.5) * self.cell])


@dataclass(frozen=True)
class Condition:
    """`bit`: which reason it is, 1 to 15. Shapes at least `distance` metres away or, `most`, at most."""

    bit: int
    shapes: np.ndarray
    distance: float
    most: bool = False


@dataclass(frozen=True)
class Steepness:
    """`heights(grid)` gives metres above sea by cell, NaN where not known; `limit`: rise over run, 0.15 is 15 %."""

    bit: int
    limit: float
    heights: Callable[[Grid], Floats]


def reasons(
    grid: Grid,
    area: shapely.Geometry,
    conditions: Sequence[Condition],
    steepness: Steepness | None = None,
    tile: int = TILE,
    say: Callable[[int, int], None] = lambda done, total: None,
) -> Reasons:
    """(rows, cols) the reasons against each cell as bits; 0 where nothing stands against it.

    area: the polygon within which sites are looked for, in the metres of the grid, as all shapes. A cell whose slope
    is not known is not held against the place: that it was not judged is for the caller to say.
    """
    found = np.zeros((grid.rows, grid.cols), dtype=np.uint16)
    trees = [shapely.STRtree(condition.shapes) for condition in conditions]
    windows = list(_windows(grid, tile))
    for done, (row, col, rows, cols) in enumerate(windows):
        say(done, len(windows))
        part = found[row : row + rows, col : col + cols]
        here = grid.window(row, col, rows, cols)
        part |= np.uint16(1 << OUTSIDE) * ~_burnt(here, [area], touched=False)
        for condition, tree in zip(conditions, trees, strict=True):
            part |= np.uint16(1 << condition.bit) * _against(here, condition, tree)
        if steepness is not None:
            part |= np.uint16(1 << steepness.bit) * (slope(steepness.heights, here) > steepness.limit)
    say(len(windows), len(windows))
    return found


def slope(heights: Callable[[Grid], Floats], grid: Grid) -> Floats:
    """(rows, cols) rise over run by cell, NaN where a neighbour's height is not known."""
    wide = heights(grid.window(-1, -1, grid.rows + 2, grid.cols + 2))
    east = (wide[1:-1, 2:] - wide[1:-1, :-2]) / (2 * grid.cell)
    south = (wide[2:, 1:-1] - wide[:-2, 1:-1]) / (2 * grid.cell)
    return np.hypot(east, south)


def _windows(grid: Grid, tile: int) -> Iterator[tuple[int, int, int, int]]:
    for row in range(0, grid.rows, tile):
        for col in range(0, grid.cols, tile):
            yield row, col, min(tile, grid.rows - row), min(tile, grid.cols - col)


def _against(here: Grid, condition: Condition, tree: shapely.STRtree) -> NDArray[np.bool_]:
    """Tell which cells of a tile the condition forbids."""
    margin = int(np.ceil(condition.distance / here.cell)) + 1
    wide = here.window(-margin, -margin, here.rows + 2 * margin, here.cols + 2 * margin)
    near = tree.query(shapely.box(*wide.bounds))
    if not len(near):
        return np.full((here.rows, here.cols), condition.most)
    burnt = _burnt(wide, tree.geometries[near], touched=True)
    far = distance_transform_edt(~burnt)[margin:-margin, margin:-margin]
    limit = condition.distance / here.cell
    against: NDArray[np.bool_] = far > limit if condition.most else far < limit
    return against


def _burnt(grid: Grid, shapes: Sequence[shapely.Geometry] | np.ndarray, touched: bool) -> NDArray[np.bool_]:
    """Tell which cells lie in, or are touched by, shapes."""
    burnt = rasterize(
        [(shape, 1) for shape in shapes],
        out_shape=(grid.rows, grid.cols),
        transform=grid.transform,
        all_touched=touched,
        dtype="uint8",
    )
    return np.asarray(burnt, dtype=bool)
