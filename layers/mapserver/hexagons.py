"""A lattice of hexagons over the Web Mercator plane, the same whatever part of it is looked at. Pure.

A hexagon is named by its column q and row r (axial coordinates); that of the origin is (0, 0). They stand on a
corner. Places are metres of EPSG:3857 from its origin, `side` is the length of a hexagon's side in those metres.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Metres = NDArray[np.float64]
Names = NDArray[np.int64]
Box = tuple[float, float, float, float]

RADIUS = 6_378_137.0
#: Beyond this latitude the Web Mercator square ends.
NORTHERNMOST = 85.05
CORNERS = tuple((math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in range(30, 390, 60))


def to_plane(lon: Sequence[float] | Metres, lat: Sequence[float] | Metres) -> tuple[Metres, Metres]:
    """Return places in degrees as metres of the plane."""
    held = np.clip(np.asarray(lat, dtype=np.float64), -NORTHERNMOST, NORTHERNMOST)
    return RADIUS * np.radians(lon), RADIUS * np.arcsinh(np.tan(np.radians(held)))


def box_in_plane(west: float, south: float, east: float, north: float) -> Box:
    """Return a box of degrees as west, south, east, north in metres of the plane."""
    x, y = to_plane([west, east], [south, north])
    return float(x[0]), float(y[0]), float(x[1]), float(y[1])


def side_for(box: Box, most: int, smallest: float) -> float:
    """Return the side, `smallest` times a power of two, of which at most so many make the longer edge of a box.

    So whoever moves about stays in one lattice, and whoever comes nearer sees it refined step by step.
    """
    longest = max(box[2] - box[0], box[3] - box[1])
    return smallest * 2 ** max(0, math.ceil(math.log2(max(longest, 1.0) / (most * smallest))))


def hexagon_of(x: Metres, y: Metres, side: float) -> tuple[Names, Names]:
    """Return the hexagon that holds each place: exactly one, whose middle is the nearest."""
    q = (x * math.sqrt(3) - y) / (3 * side)
    r = 2 * y / (3 * side)
    s = -q - r
    rounded_q, rounded_r, rounded_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = abs(rounded_q - q), abs(rounded_r - r), abs(rounded_s - s)
    # The three add up to nothing; the one that was rounded furthest follows from the others.
    wrong_q = (off_q > off_r) & (off_q > off_s)
    wrong_r = ~wrong_q & (off_r > off_s)
    rounded_q = np.where(wrong_q, -rounded_r - rounded_s, rounded_q)
    rounded_r = np.where(wrong_r, -rounded_q - rounded_s, rounded_r)
    return rounded_q.astype(np.int64), rounded_r.astype(np.int64)


def middle_of(q: int, r: int, side: float) -> tuple[float, float]:
    """Return the middle of a hexagon."""
    return side * math.sqrt(3) * (q + r / 2), side * 1.5 * r


def ring_of(q: int, r: int, side: float) -> list[tuple[float, float]]:
    """Return the closed ring of a hexagon in degrees, to seven digits (a centimetre)."""
    x, y = middle_of(q, r, side)
    corners = [(x + side * right, y + side * up) for right, up in (*CORNERS, CORNERS[0])]
    return [
        (round(math.degrees(east / RADIUS), 7), round(math.degrees(math.atan(math.sinh(north / RADIUS))), 7))
        for east, north in corners
    ]
