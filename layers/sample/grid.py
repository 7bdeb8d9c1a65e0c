"""The raster on which the sample is drawn: square cells in metres of VN-2000 / TM-3 106°30′ (EPSG:9213)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import Affine
from scipy.sparse import csr_array

EPSG = 9213
CELL_M = 40.0

_TO_METRES = Transformer.from_crs(4326, EPSG, always_xy=True)
_TO_DEGREES = Transformer.from_crs(EPSG, 4326, always_xy=True)

#: Half of the eight neighbours: rows down, columns right. The other half are these from the other end.
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))

Floats = NDArray[np.float64]
Cells = NDArray[np.int64]


def to_metres(degrees: object) -> Floats:
    """Turn longitude, latitude pairs into easting, northing."""
    pairs = np.asarray(degrees, dtype=float).reshape(-1, 2)
    return np.column_stack(_TO_METRES.transform(pairs[:, 0], pairs[:, 1]))


def to_degrees(metres: object) -> Floats:
    """Turn easting, northing into longitude, latitude to seven decimals (a centimetre)."""
    pairs = np.asarray(metres, dtype=float).reshape(-1, 2)
    return np.round(np.column_stack(_TO_DEGREES.transform(pairs[:, 0], pairs[:, 1])), 7)


def in_degrees(shape: Any) -> Any:
    """Turn a geometry, or an array of them, from metres into EPSG:4326. Equal corners stay equal."""
    return shapely.transform(shape, to_degrees)


@dataclass(frozen=True)
class Grid:
    """`west` and `north` are the outer edges; a cell's number is row * cols + column."""

    west: float
    north: float
    rows: int
    cols: int

    @classmethod
    def around(cls, metres: Floats, margin: float) -> "Grid":
        """Return the grid that holds these points and a margin."""
        west, south = np.floor((metres.min(axis=0) - margin) / CELL_M) * CELL_M
        east, north = np.ceil((metres.max(axis=0) + margin) / CELL_M) * CELL_M
        return cls(west, north, round((north - south) / CELL_M), round((east - west) / CELL_M))

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows, self.cols

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        return self.west, self.north - self.rows * CELL_M, self.west + self.cols * CELL_M, self.north

    @property
    def transform(self) -> Affine:
        return Affine(CELL_M, 0, self.west, 0, -CELL_M, self.north)

    def cells(self, metres: Floats) -> Cells:
        """Return the number of the cell under each point; a point beyond the grid gets the nearest."""
        cols = np.clip((metres[:, 0] - self.west) // CELL_M, 0, self.cols - 1)
        rows = np.clip((self.north - metres[:, 1]) // CELL_M, 0, self.rows - 1)
        return (rows * self.cols + cols).astype(np.int64)

    def metres(self, cells: Cells) -> Floats:
        """Return the middle of each cell."""
        rows, cols = np.divmod(np.asarray(cells), self.cols)
        return np.column_stack((self.west + (cols + 0.5) * CELL_M, self.north - (rows + 0.5) * CELL_M))

    @cached_property
    def pairs(self) -> tuple[Cells, Cells, Floats]:
        """Every pair of neighbouring cells once: one end, other end, distance in metres."""
        numbers = np.arange(self.rows * self.cols).reshape(self.shape)
        ends = []
        for down, right in _STEPS:
            here = numbers[: self.rows - down, max(0, -right) : self.cols - max(0, right)]
            there = numbers[down:, max(0, right) : self.cols + min(0, right)]
            ends.append((here.ravel(), there.ravel(), np.full(here.size, CELL_M * np.hypot(down, right))))
        one, other, distance = (np.concatenate(part) for part in zip(*ends, strict=True))
        return one, other, distance

    def graph(self, cost: Floats) -> csr_array:
        """Return the graph of the cells in which each pair of neighbours costs this much either way."""
        one, other, _ = self.pairs
        size = self.rows * self.cols
        ends = (np.concatenate((one, other)), np.concatenate((other, one)))
        return csr_array((np.concatenate((cost, cost)), ends), shape=(size, size))


def along(course: Floats, step: float) -> Floats:
    """Return points no further than `step` from each other along a line, ends included."""
    line = shapely.segmentize(shapely.linestrings(course), step)
    return shapely.get_coordinates(line)
