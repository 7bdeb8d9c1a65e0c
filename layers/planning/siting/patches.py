"""From a raster of where a site may be to candidate places: one in the innermost cell of each patch.

A patch of many hectares is no one place, so it is parted by the blocks of a lattice; each part that is large enough
gives a candidate, and each patch that is large enough gives at least one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes as outlines
from scipy.ndimage import distance_transform_edt, label
from shapely import union_all
from shapely.geometry import shape as as_shape
from shapely.geometry.base import BaseGeometry

from layers.planning.arrays import Floats

from .suitability import Grid, Reasons

#: Parts of a cell by which an outline may move so that the stairs of the cells go.
STAIRS = 0.6


@dataclass(frozen=True)
class Places:
    """P candidate places: metres (P, 2); patch_m2: (P,) area of the whole patch each lies in."""

    metres: Floats
    patch_m2: Floats


def places(grid: Grid, reasons: Reasons, patch_m2: float, spacing_m: float) -> Places:
    """Return a candidate in each patch of free cells of at least `patch_m2`, about `spacing_m` apart in large ones."""
    patch, count = label(reasons == 0, output=np.int32)
    least = max(1, int(np.ceil(patch_m2 / grid.cell**2)))
    # Row by row: counting all at once would make a copy twice as large as the raster of numbers itself.
    sizes = np.zeros(count + 1, dtype=np.int64)
    for row in patch:
        numbers, cells = np.unique(row, return_counts=True)
        sizes[numbers] += cells
    sizes[0] = 0
    large = sizes >= least
    block = max(1, round(spacing_m / grid.cell))
    best: dict[int, list[tuple[int, int, int]]] = {}
    for top in range(0, grid.rows, block):
        for left in range(0, grid.cols, block):
            _in_block(patch[top : top + block, left : left + block], (top, left), large, best)
    kept: list[tuple[int, int, int]] = []
    for number, parts in sorted(best.items()):
        enough = [part for part in parts if part[0] >= least] or [max(parts)]
        kept += [(number, row, col) for _size, row, col in enough]
    found = np.array(kept, dtype=np.intp).reshape(-1, 3)
    return Places(grid.middles(found[:, 1], found[:, 2]), sizes[found[:, 0]] * grid.cell**2)


def _in_block(
    part: NDArray[np.int32],
    corner: tuple[int, int],
    large: NDArray[np.bool_],
    best: dict[int, list[tuple[int, int, int]]],
) -> None:
    """Note for each large patch in a block how many of its cells lie here, and the innermost of them."""
    numbers = np.unique(part)
    for number in numbers[large[numbers]].tolist():
        mine = part == number
        # Beyond the block counts as beyond the patch, so the candidate stands away from the block's edge too.
        inner = distance_transform_edt(np.pad(mine, 1))[1:-1, 1:-1]
        row, col = np.unravel_index(int(inner.argmax()), inner.shape)
        best.setdefault(number, []).append((int(mine.sum()), corner[0] + int(row), corner[1] + int(col)))


def zone(grid: Grid, reasons: Reasons, bit: int, inside: int, most_cells: int = 1_000_000) -> BaseGeometry:
    """Return the area that one reason forbids, in metres, for drawing: of at most so many cells, simplified.

    Cells that the reason `inside` marks are left out (beyond the area). A coarse cell is forbidden if any of its
    cells is.
    """
    step = max(1, int(np.ceil(np.sqrt(reasons.size / most_cells))))
    marked = ((reasons >> bit) & 1 & ~(reasons >> inside)).astype(np.uint8)
    rows, cols = -(-grid.rows // step), -(-grid.cols // step)
    padded = np.pad(marked, ((0, rows * step - grid.rows), (0, cols * step - grid.cols)))
    coarse = padded.reshape(rows, step, cols, step).max(axis=(1, 3))
    wide = Grid(grid.west, grid.north, grid.cell * step, rows, cols)
    parts = [as_shape(shape) for shape, _value in outlines(coarse, mask=coarse.astype(bool), transform=wide.transform)]
    return union_all(parts).simplify(STAIRS * wide.cell)
