"""Screening the ground of a district for waste sites: seconds and memory, in a process of its own.

`python -m bench.siting` prints one line of figures; the memory of a process is known only as its highest ever.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import shapely

from bench.figures import Figure

#: Of a district: 60 km each way in cells of 10 m are 36 million.
SIDE_M, CELL_M = 60_000, 10
LIMIT_MB = 500


def figures() -> Iterator[Figure]:
    """Measure a made-up district: 30,000 houses in 1,500 hamlets, 3,000 roads, 800 streams, 400 schools, hills."""
    done = subprocess.run([sys.executable, "-m", "bench.siting"], capture_output=True, text=True, check=True)  # noqa: S603
    found = json.loads(done.stdout)
    name = "siting, district of 60 x 60 km at 10 m, five rules"
    note = f"{found['places']} candidate places; {found['before']:.0f} MB before it began"
    yield Figure(f"{name}: memory at most", "MB", LIMIT_MB, found["mb"], ok=found["mb"] < LIMIT_MB, note=note)
    yield Figure(f"{name}: raster of reasons", "s", measured=found["screen"])
    yield Figure(f"{name}: patches and candidates", "s", measured=found["patches"])


def _measure() -> dict[str, float]:
    from layers.planning.siting.patches import places
    from layers.planning.siting.suitability import Condition, Grid, Steepness, reasons

    rng = np.random.default_rng(1)
    hamlets = rng.uniform(0, SIDE_M, (1500, 2))
    houses = shapely.points(np.repeat(hamlets, 20, axis=0) + rng.normal(0, 300, (30_000, 2)))
    roads, streams = (
        shapely.linestrings(rng.uniform(0, SIDE_M, (many, 1, 2)) + rng.normal(0, 700, (many, 6, 2)).cumsum(axis=1))
        for many in (3000, 800)
    )
    schools = shapely.points(rng.uniform(0, SIDE_M, (400, 2)))

    def hills(grid: Grid) -> np.ndarray:
        x = grid.west + (np.arange(grid.cols) + 0.5) * grid.cell
        y = grid.north - (np.arange(grid.rows) + 0.5) * grid.cell
        return 300 * np.sin(x / 900)[None, :] + 200 * np.cos(y / 700)[:, None]

    area = shapely.box(0, 0, SIDE_M, SIDE_M)
    grid = Grid.over(area.bounds, CELL_M)
    rules = [
        Condition(1, houses, 500),
        Condition(2, schools, 500),
        Condition(3, streams, 50),
        Condition(4, roads, 300, most=True),
    ]
    before, began = _highest_mb(), time.perf_counter()
    found = reasons(grid, area, rules, Steepness(5, 0.15, hills))
    screened = time.perf_counter()
    many = len(places(grid, found, 2000, 1000).metres)
    ended = time.perf_counter()
    return {
        "before": before, "mb": _highest_mb(), "screen": screened - began, "patches": ended - screened, "places": many,
    }  # fmt: skip


def _highest_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_measure()))  # noqa: T201
