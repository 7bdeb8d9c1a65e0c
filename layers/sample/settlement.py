"""Where things are: the land of each unit, hamlet centres, roads, clusters of houses and fields."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from .facts import chance, facts
from .grid import CELL_M, Cells, Floats, Grid, to_metres
from .network import Network, Segment
from .partition import DEARER_AT_BORDER, Labels, faces, ground, grow, grow_to_areas, outline
from .terrain import Terrain, make_terrain


@dataclass(frozen=True)
class Hamlet:
    """`label` is its number on the land (from 1); `centre` is the cell it grew from."""

    label: int
    commune: str
    code: str
    title: str
    name: str
    centre: int
    rural: bool


@dataclass(frozen=True)
class Land:
    """The ground of the city: which cell belongs to which hamlet, and the outlines in metres."""

    terrain: Terrain
    labels: Labels
    hamlets: list[Hamlet]
    outlines: dict[int, shapely.MultiPolygon]

    @property
    def grid(self) -> Grid:
        return self.terrain.grid

    def centre(self, hamlet: Hamlet) -> Floats:
        """Return the easting and northing of a hamlet's centre."""
        return self.grid.metres(np.array([hamlet.centre]))[0]


def make_land(seed: int) -> Land:
    """Grow the city, its communes and their hamlets over the terrain."""
    city, communes = facts("units")["city"], facts("units")["communes"]
    grid = Grid.around(to_metres(city["outline"]), 1500)
    terrain = make_terrain(grid, seed)
    noise = gaussian_filter(chance(seed, "fronts").standard_normal(grid.shape), 5)
    rough = np.exp(0.5 * noise / noise.std())
    cost, at_border = ground(terrain, rough), ground(terrain, rough, DEARER_AT_BORDER)
    inside = outline(grid, at_border, to_metres(city["outline"]), city["area_km2"])
    seeds = [grid.cells(to_metres(commune["seeds"])) for commune in communes]
    communes_at = grow_to_areas(grid, cost, seeds, [commune["area_km2"] for commune in communes], inside)
    labels = np.zeros(grid.shape, dtype=np.int32)
    hamlets: list[Hamlet] = []
    for number, commune in enumerate(communes, 1):
        within = communes_at == number
        made = _hamlets_of(commune, terrain, within, len(hamlets), seed)
        starts = [np.array([hamlet.centre]) for hamlet in made]
        grown = grow(grid, cost, starts, np.zeros(len(made)), within)
        labels[within] = grown[within] + len(hamlets)
        hamlets += made
    return Land(terrain, labels, hamlets, faces(grid, labels))


def _hamlets_of(commune: dict, terrain: Terrain, within: NDArray[np.bool_], before: int, seed: int) -> list[Hamlet]:
    code = commune["code"]
    known = facts("units")["hamlets"].get(code)
    if known:
        places = to_metres([place[1:] for place in known["places"]])
        centres = [_settle(terrain, within, place) for place in places]
        names = [("thôn", place[0]) for place in known["places"]]
    else:
        centres = _spread(terrain, within, to_metres(commune["centre"])[0], commune["groups"], seed, code)
        names = [("", f"Tổ {number}") for number in range(1, len(centres) + 1)]
    return [
        Hamlet(before + i, code, f"{code}-{i:02}", title, name, int(centre), bool(known))
        for i, ((title, name), centre) in enumerate(zip(names, centres, strict=True), 1)
    ]


def _settle(terrain: Terrain, within: NDArray[np.bool_], place: Floats, reach: float = 500.0) -> int:
    """Return the cell near a place where people would build: low, level, inside their commune."""
    grid = terrain.grid
    cells = np.flatnonzero(within.ravel())
    apart = np.hypot(*(grid.metres(cells) - place).T)
    near = cells[apart < max(reach, apart.min() + CELL_M)]
    apart = np.hypot(*(grid.metres(near) - place).T)
    toil = terrain.above_stream.ravel()[near] / 10 + terrain.slope.ravel()[near] * 25 + apart / 120
    return int(near[np.argmin(toil)])


def _spread(terrain: Terrain, within: NDArray[np.bool_], middle: Floats, many: int, seed: int, code: str) -> list[int]:
    """Return the centres of residential groups: dense towards the middle, on low ground, apart from each other."""
    grid, random = terrain.grid, chance(seed, "groups", code)
    cells = np.flatnonzero(within.ravel())
    apart = np.hypot(*(grid.metres(cells) - middle).T)
    reach = np.sqrt(within.sum() * CELL_M**2)
    appeal = np.exp(-terrain.above_stream.ravel()[cells] / 25 - apart / (0.45 * reach))
    room = 0.42 * reach / np.sqrt(many)
    chosen: list[int] = []
    order = random.choice(len(cells), size=min(len(cells), 4000), replace=False, p=appeal / appeal.sum())
    while len(chosen) < many:
        for at in order:
            others = grid.metres(np.array(chosen, dtype=np.int64)) if chosen else np.empty((0, 2))
            gap = np.hypot(*(others - grid.metres(cells[at : at + 1])).T)
            if len(chosen) < many and (not len(gap) or gap.min() > room):
                chosen.append(int(cells[at]))
        room *= 0.8
    # Numbered from the middle outwards, as groups usually are.
    return sorted(chosen, key=lambda cell: float(np.hypot(*(grid.metres(np.array([cell]))[0] - middle))))


def make_roads(land: Land, households: dict[int, int], seed: int) -> list[Segment]:
    """Lay the passing roads, then commune and village roads, streets, lanes and field roads, in that order."""
    grid, known = land.grid, facts("roads")
    network, everywhere = Network(land.terrain, land.labels), np.ones(grid.shape, dtype=bool)
    for road in known["passing"]:
        stops = [_settle(land.terrain, everywhere, place, 300) for place in to_metres(road["via"])]
        for start, end in zip(stops[:-1], stops[1:], strict=True):
            network.lay(road["road_class"], start, end)
    centres = {(hamlet.commune, hamlet.name): hamlet.centre for hamlet in land.hamlets}
    for commune, names in known["commune_roads"].items():
        network.join("commune", np.array([centres[commune, name] for name in names]))
    urban = set(known["urban_wards"])
    network.join("village", _neighbourhoods(land, network.cells(), seed))
    for road_class, chosen, reach, most in (
        ("village", [h.centre for h in land.hamlets if h.commune not in urban], 2500.0, 14),
        ("urban", [h.centre for h in land.hamlets if h.commune in urban], 700.0, 60),
    ):
        places = np.array(chosen)
        network.join(road_class, places)
        network.link(road_class, places, reach, 2.2, most)
    network.join("lane", _house_groups(land, households, network.cells(), seed))
    network.join("field", _fields(land, network.cells(), seed))
    shift = chance(seed, "shift").uniform(-13, 13, (grid.rows * grid.cols, 2))
    return _in_hamlets(land, network.segments(shift))


def _in_hamlets(land: Land, segments: list[Segment]) -> list[Segment]:
    """Name each segment's hamlet by where its middle lies; what lies outside the city is dropped."""
    labels = np.array(list(land.outlines))
    tree = shapely.STRtree(list(land.outlines.values()))
    middles = shapely.line_interpolate_point([part.line for part in segments], 0.5, normalized=True)
    middle, outline_at = tree.query(middles, predicate="intersects")
    # In the rare case of a middle on the line between two hamlets the first is taken.
    first, at = np.unique(middle, return_index=True)
    return [replace(segments[i], label=int(label)) for i, label in zip(first, labels[outline_at[at]], strict=True)]


def _neighbourhoods(land: Land, roads: Cells, seed: int) -> Cells:
    """Return cells in side valleys, half a kilometre or more from the centre, to which village roads lead."""
    grid, terrain, urban = land.grid, land.terrain, set(facts("roads")["urban_wards"])
    from_road = _from(grid, roads).ravel()
    chosen: list[int] = []
    for hamlet in (hamlet for hamlet in land.hamlets if hamlet.commune not in urban):
        random = chance(seed, "neighbourhoods", hamlet.code)
        cells = np.flatnonzero(land.labels.ravel() == hamlet.label)
        from_centre = np.hypot(*(grid.metres(cells) - land.centre(hamlet)).T)
        appeal = np.exp(
            -np.abs(from_centre - 650) / 250
            - terrain.above_stream.ravel()[cells] / 45
            - terrain.slope.ravel()[cells] * 4
        ) * (from_road[cells] > 250)
        if appeal.sum() > 0:
            many = min(int((appeal > 0).sum()), int(random.integers(2, 4)))
            chosen += random.choice(cells, size=many, replace=False, p=appeal / appeal.sum()).tolist()
    return np.array(chosen)


def _house_groups(land: Land, households: dict[int, int], roads: Cells, seed: int) -> Cells:
    """Return cells to which lanes lead: groups of about a dozen houses, near the centre and near a road."""
    grid, terrain = land.grid, land.terrain
    from_road = _from(grid, roads).ravel()
    chosen: list[int] = []
    for hamlet in land.hamlets:
        random = chance(seed, "lanes", hamlet.code)
        cells = np.flatnonzero(land.labels.ravel() == hamlet.label)
        from_centre = np.hypot(*(grid.metres(cells) - land.centre(hamlet)).T)
        appeal = np.exp(-from_centre / 500 - np.abs(from_road[cells] - 160) / 90 - terrain.slope.ravel()[cells] * 5) * (
            from_road[cells] > CELL_M
        )
        if appeal.sum() > 0:
            many = min(int((appeal > 0).sum()), max(2, round(households[hamlet.label] / 14)))
            chosen += random.choice(cells, size=many, replace=False, p=appeal / appeal.sum()).tolist()
    return np.array(chosen)


def _fields(land: Land, roads: Cells, seed: int) -> Cells:
    """Return cells in the valleys to which field roads lead: two to four for each hamlet outside the town."""
    grid, terrain, urban = land.grid, land.terrain, set(facts("roads")["urban_wards"])
    from_road = _from(grid, roads).ravel()
    chosen: list[int] = []
    for hamlet in (hamlet for hamlet in land.hamlets if hamlet.commune not in urban):
        random = chance(seed, "fields", hamlet.code)
        cells = np.flatnonzero(land.labels.ravel() == hamlet.label)
        appeal = np.exp(-terrain.above_stream.ravel()[cells] / 20 - np.abs(from_road[cells] - 350) / 150) * (
            from_road[cells] > 3 * CELL_M
        )
        if appeal.sum() > 0:
            many = min(int((appeal > 0).sum()), int(random.integers(2, 5)))
            chosen += random.choice(cells, size=many, replace=False, p=appeal / appeal.sum()).tolist()
    return np.array(chosen)


def _from(grid: Grid, cells: Cells) -> Floats:
    """Return how far each cell is from the nearest of these, in metres."""
    empty = np.ones(grid.rows * grid.cols, dtype=bool)
    empty[cells] = False
    return distance_transform_edt(empty.reshape(grid.shape)) * CELL_M
