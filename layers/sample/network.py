"""The road network: every road is a cheapest path over the terrain to what is there already.

Cheapest paths from many places to one network form a tree, so that roads follow valleys, branch like them
and join at shared nodes. A few links between neighbours then close loops.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from .grid import CELL_M, Cells, Floats, Grid
from .partition import curve
from .terrain import Terrain

#: The grade at which a metre of road costs twice a level one; it grows with the square.
DOUBLE_COST_GRADE = 0.09
#: What a metre beyond the city's border costs: its own roads stay within, those passing through must leave.
BEYOND = 6.0
#: What a metre costs where a road lies already: new paths rather join it than run beside it.
EXISTING = 0.35
#: Lower rank first: a better class is never replaced by a lesser one on the same ground.
RANK = ("national", "provincial", "commune", "village", "urban", "lane", "field")
#: Segments are cut at about this length, as inventories do.
PIECE_M = {
    "national": 1600, "provincial": 1200, "commune": 700, "village": 450, "urban": 350, "lane": 300, "field": 500,
}  # fmt: skip

Edge = tuple[int, int]


@dataclass(frozen=True)
class Segment:
    """A piece of road between two nodes; `line` in metres, `way` the number of the route it was laid as."""

    road_class: str
    way: int
    label: int
    line: shapely.LineString


@dataclass
class Network:
    terrain: Terrain
    labels: NDArray[np.int32]
    edges: dict[Edge, tuple[int, int]] = field(default_factory=dict)
    ways: int = 0
    _cost: csr_array = field(init=False)

    def __post_init__(self) -> None:
        one, other, distance = self.grid.pairs
        # A road is cut into the ground: gullies of a cell or two do not turn it aside.
        height = gaussian_filter(self.terrain.height, 1.5).ravel()
        grade = np.abs(height[one] - height[other]) / distance
        inside = self.labels.ravel() > 0
        price = np.where(inside[one] & inside[other], 1.0, BEYOND)
        self._cost = self.grid.graph(distance * price * (1 + (grade / DOUBLE_COST_GRADE) ** 2))

    @property
    def grid(self) -> Grid:
        return self.terrain.grid

    def cells(self) -> Cells:
        """Return the cells that roads touch."""
        return np.unique(np.array(list(self.edges), dtype=np.int64).reshape(-1))

    def lay(self, road_class: str, start: int, end: int) -> None:
        """Build the cheapest road between two cells."""
        apart = np.hypot(*np.subtract(*self.grid.metres(np.array([start, end]))))
        _, before = dijkstra(self._cost, indices=start, return_predecessors=True, limit=12 * apart + 2000)
        self._build(road_class, [end], before)

    def join(self, road_class: str, places: Cells) -> None:
        """Build the cheapest road from each place to the network."""
        roads = self.cells()
        _, before, _ = dijkstra(self._cost, indices=roads, min_only=True, return_predecessors=True)
        self._build(road_class, places, before)

    def _build(self, road_class: str, places: Iterable[int], before: NDArray[np.int32]) -> None:
        rank = RANK.index(road_class)
        built = []
        for place in places:
            self.ways += 1
            cell = int(place)
            while before[cell] >= 0:
                ahead = int(before[cell])
                edge = (min(cell, ahead), max(cell, ahead))
                if edge not in self.edges or self.edges[edge][0] > rank:
                    self.edges[edge] = (rank, self.ways)
                    built.append(edge)
                cell = ahead
        for one, other in built:
            self._cheapen(one, other)
            self._cheapen(other, one)

    def _cheapen(self, one: int, other: int) -> None:
        first, last = self._cost.indptr[one : one + 2]
        at = first + int(np.flatnonzero(self._cost.indices[first:last] == other)[0])
        self._cost.data[at] = min(self._cost.data[at], EXISTING * CELL_M)

    def link(self, road_class: str, places: Cells, within_m: float, detour: float, most: int) -> None:
        """Build up to `most` links between neighbouring places whose way by road is `detour` times the straight one."""
        at = self.grid.metres(places)
        apart = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
        by_road = dijkstra(self._lengths(), indices=places)[:, places]
        one, other = np.nonzero(np.triu((apart < within_m) & (apart > 0) & (by_road > detour * apart)))
        worst = np.argsort(-(by_road / np.maximum(apart, 1))[one, other], kind="stable")[:most]
        for first, second in zip(one[worst], other[worst], strict=True):
            self.lay(road_class, int(places[first]), int(places[second]))

    def _lengths(self) -> csr_array:
        ends = np.array(list(self.edges), dtype=np.int64)
        length = np.hypot(*(self.grid.metres(ends[:, 0]) - self.grid.metres(ends[:, 1])).T)
        size = self.grid.rows * self.grid.cols
        both = (np.concatenate(ends.T), np.concatenate(ends.T[::-1]))
        return csr_array((np.concatenate((length, length)), both), shape=(size, size))

    def segments(self, shift: Floats) -> list[Segment]:
        """Cut the network at junctions, at changes of class and unit, and at the usual length of its class.

        `shift` moves the node of each cell a little, so that nobody sees the raster in the roads.
        """
        around: dict[int, list[int]] = defaultdict(list)
        for one, other in self.edges:
            around[one].append(other)
            around[other].append(one)
        of = self.labels.ravel()
        ends = {cell for cell, near in around.items() if self._is_end(cell, near, of)}
        loose = set(self.edges)
        made = []
        for start in sorted(ends):
            for onward in sorted(around[start]):
                if _edge(start, onward) in loose:
                    made += self._trace(start, onward, around, ends, loose, of, shift)
        return made

    def _is_end(self, cell: int, near: list[int], of: NDArray[np.int32]) -> bool:
        if len(near) != 2:
            return True
        first, second = (self.edges[_edge(cell, other)] for other in near)
        return first[0] != second[0] or len({int(of[cell]), *(int(of[other]) for other in near)}) > 1

    def _trace(
        self, start: int, onward: int, around: dict[int, list[int]], ends: set[int], loose: set[Edge],
        of: NDArray[np.int32], shift: Floats,
    ) -> list[Segment]:  # fmt: skip
        path = [start, onward]
        while path[-1] not in ends:
            path.append(next(cell for cell in around[path[-1]] if cell != path[-2]))
        for edge in zip(path[:-1], path[1:], strict=True):
            loose.discard(_edge(*edge))
        rank, way = self.edges[_edge(path[0], path[1])]
        length = CELL_M * 1.2 * (len(path) - 1)
        pieces = max(1, round(length / PIECE_M[RANK[rank]]))
        cuts = np.linspace(0, len(path) - 1, pieces + 1).round().astype(int)
        made = []
        for low, high in zip(cuts[:-1], cuts[1:], strict=True):
            nodes = np.array(path[low : high + 1])
            line = curve(shapely.linestrings(self.grid.metres(nodes) + shift[nodes]), 2, 0.5 * CELL_M)
            made.append(Segment(RANK[rank], way, int(of[nodes[len(nodes) // 2]]), line))
        return made


def _edge(one: int, other: int) -> Edge:
    return (min(one, other), max(one, other))
