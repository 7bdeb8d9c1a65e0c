"""Where a site may be: rasters agree with exact distances, tiles leave no seam, groups hold who they may."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.planning.errors import Negative, NotANumber
from layers.planning.metres import Metres
from layers.planning.milp import Effort
from layers.planning.siting.capacitated import Plants, assign
from layers.planning.siting.exclusion import Distance, measure
from layers.planning.siting.groups import household_groups
from layers.planning.siting.patches import places, zone
from layers.planning.siting.suitability import OUTSIDE, Condition, Grid, Steepness, reasons
from layers.planning.siting.wind import downwind

BAC_KAN = Metres(105.75, 22.25)
AREA = shapely.box(0, 0, 1000, 600)
GRID = Grid.over(AREA.bounds, 10)


def flat(grid: Grid) -> np.ndarray:
    return np.zeros((grid.rows, grid.cols))


def east_slope(grid: Grid) -> np.ndarray:
    """Level up to x = 500, then 20 m higher every 100 m: 20 %."""
    x = grid.west + (np.arange(grid.cols) + 0.5) * grid.cell
    return np.broadcast_to(np.clip(x - 500, 0, None) * 0.2, (grid.rows, grid.cols))


def test_the_plane_is_true_to_the_ellipsoid_within_a_district():
    there = BAC_KAN.unproject(np.array([[0.0, 0], [20_000, 15_000]]))
    back = shapely.get_coordinates(BAC_KAN.project(shapely.points(there)))
    assert back[1] == pytest.approx([20_000, 15_000], abs=1e-3)
    assert BAC_KAN.between(np.array([[0.0, 0]]), np.array([[20_000.0, 15_000]]))[0] == pytest.approx(25_000, abs=0.5)


def test_each_reason_marks_its_cells():
    """A house in the middle forbids 100 m around it; a road along the south is needed within 300 m."""
    house, road = shapely.Point(505, 305), shapely.LineString([(0, 5), (1000, 5)])
    found = reasons(
        GRID,
        shapely.box(0, 0, 1000, 500),
        [Condition(1, np.array([house]), 100), Condition(2, np.array([road]), 300, most=True)],
        Steepness(3, 0.15, east_slope),
    )
    rows, cols = np.indices(found.shape)
    x, y = GRID.west + (cols + 0.5) * 10, GRID.north - (rows + 0.5) * 10
    assert np.array_equal(found >> OUTSIDE & 1, (y > 500).astype(int))
    assert np.array_equal(found >> 1 & 1, (np.hypot(x - 505, y - 305) < 100).astype(int))
    assert np.array_equal(found >> 2 & 1, (y - 5 > 300).astype(int))
    steep = (found >> 3 & 1).astype(bool)
    assert steep[x > 510].all() and not steep[x < 490].any()


@pytest.mark.parametrize("tile", [7, 16, 61])
def test_tiles_leave_no_seam(tile):
    rng = np.random.default_rng(3)
    houses = shapely.points(rng.uniform(-150, 1150, (40, 2)))
    roads = shapely.linestrings(rng.uniform(0, 1000, (3, 2, 2)))
    conditions = [Condition(1, houses, 130), Condition(2, roads, 200, most=True)]
    whole = reasons(GRID, AREA, conditions, Steepness(3, 0.1, east_slope), tile=10_000)
    assert np.array_equal(reasons(GRID, AREA, conditions, Steepness(3, 0.1, east_slope), tile=tile), whole)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_raster_is_right_to_a_cell_and_a_half(seed):
    rng = np.random.default_rng(seed)
    shapes = np.concatenate(
        [shapely.points(rng.uniform(0, 1000, (5, 2))), shapely.linestrings(rng.uniform(0, 600, (2, 2, 2)))]
    )
    found = reasons(GRID, AREA, [Condition(1, shapes, 150)])
    rows, cols = np.nonzero((found >> OUTSIDE & 1) == 0)
    exact = shapely.distance(shapely.points(GRID.middles(rows, cols)), shapely.union_all(shapes))
    forbidden = (found[rows, cols] >> 1 & 1).astype(bool)
    assert exact[forbidden].max(initial=0) < 150 + 15
    assert exact[~forbidden].min(initial=np.inf) > 150 - 15


def test_nothing_stands_against_a_place_where_there_is_nothing_but_no_road_is_no_road():
    none = np.array([], dtype=object)
    found = reasons(GRID, AREA, [Condition(1, none, 500), Condition(2, none, 100, most=True)], Steepness(3, 0.1, flat))
    assert np.unique(found).tolist() == [1 << 2]


def test_an_unknown_height_is_not_held_against_a_place():
    found = reasons(GRID, AREA, [], Steepness(1, 0.1, lambda grid: np.full((grid.rows, grid.cols), np.nan)))
    assert not found.any()


def test_exact_distances_decide_what_the_raster_only_guessed():
    houses = {"dwelling": shapely.points([[0.0, 0.0]]), "road": shapely.linestrings([[[0.0, -50], [1000, -50]]])}
    at = np.array([[499.0, 0], [501, 0]])
    by = [
        Distance("dwelling", 500),
        Distance("road", 60, most=True),
        Distance("water", 50),
        Distance("school", 1, True),
    ]
    found = measure(BAC_KAN, at, houses, by)
    assert found[0].kept.tolist() == [False, True]
    assert found[0].metres == pytest.approx([499, 501], abs=0.01)
    assert found[1].metres == pytest.approx([50, 50], abs=0.01)
    assert found[1].where == pytest.approx(np.array([[499.0, -50], [501, -50]]))
    assert found[2].kept.all() and np.isinf(found[2].metres).all()
    assert not found[3].kept.any()


def test_a_patch_gives_one_candidate_in_its_innermost_cell():
    blocked = np.ones((20, 30), dtype=np.uint8)
    blocked[5:10, 5:10] = 0
    blocked[15, 20] = 0
    found = places(Grid(0, 200, 10, 20, 30), blocked, patch_m2=400, spacing_m=1000)
    assert found.metres.tolist() == [[75.0, 125.0]]
    assert found.patch_m2.tolist() == [2500]


def test_a_large_patch_is_parted_and_one_cut_by_the_lattice_still_counts():
    free = np.zeros((40, 40), dtype=np.uint8)
    assert len(places(Grid(0, 400, 10, 40, 40), free, 400, 100).metres) == 16
    cut = np.ones((40, 40), dtype=np.uint8)
    cut[9:11, 9:11] = 0
    assert len(places(Grid(0, 400, 10, 40, 40), cut, 400, 100).metres) == 1
    assert len(places(Grid(0, 400, 10, 40, 40), np.ones((40, 40), dtype=np.uint8), 400, 100).metres) == 0


def test_a_zone_is_drawn_coarser_for_the_map_but_stays_where_it_is():
    marked = np.zeros((60, 100), dtype=np.uint8)
    marked[20:30, 40:50] = 1 << 1
    marked[:5] = (1 << 1) | (1 << OUTSIDE)
    exact = zone(GRID, marked, 1, OUTSIDE)
    assert exact.area == pytest.approx(100 * 100)
    coarse = zone(GRID, marked, 1, OUTSIDE, most_cells=1500)
    assert coarse.covers(exact.buffer(-12))
    assert exact.buffer(32).covers(coarse)


def test_the_wind_carries_smoke_away_from_where_it_comes():
    """Wind from the north-east: 100 people 500 m to the south-west get half, those to the south nothing."""
    homes = np.array([[-353.5534, -353.5534], [0, -500.0], [353.5534, 353.5534], [-3000, -3000]])
    found = downwind(np.array([[0.0, 0]]), homes, np.array([100.0, 40, 70, 900]), 45, 1000)
    assert found[0] == pytest.approx(50, abs=1e-3)
    assert downwind(np.zeros((0, 2)), homes, np.ones(4), 45, 1000).tolist() == []


def test_running_costs_keep_a_site_closed_that_saves_less():
    """One demand of 2 at 10 from the existing site and 1 from a new one: opening saves 18."""
    distance, demand = np.array([[10.0, 1]]), np.array([2.0])

    def run(cost: float) -> tuple[list[bool], float]:
        plants = Plants(
            np.full(2, np.inf), np.zeros(2), np.zeros(2), np.array([True, False]), np.zeros((0, 2), np.int64), np.inf,
            running=np.array([5.0, cost]),
        )  # fmt: skip
        found = assign(distance, demand, plants, Effort(gap=0))
        return found.chosen.tolist(), found.value

    assert run(17.0) == ([True, True], pytest.approx(19.0))
    assert run(19.0) == ([True, False], pytest.approx(20.0))
    with pytest.raises(Negative):
        run(-1.0)


def test_neighbours_share_a_kiln():
    """Two clusters of six, and one house far away."""
    cluster = np.array([[0.0, 0], [10, 0], [20, 0], [0, 10], [10, 10], [20, 10]])
    homes = np.concatenate([cluster, cluster + [500, 0], [[5000.0, 0]]])
    found = household_groups(homes, 5, 7, 100)
    assert found.sizes.tolist() == [6, 6]
    assert found.group[-1] == -1
    assert found.middle.tolist() == [[10, 5], [510, 5]]
    assert found.proven


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 14), st.integers(0, 10_000))
def test_groups_hold_who_they_may_and_as_many_as_their_candidates_allow(count, seed):
    homes = np.random.default_rng(seed).uniform(0, 250, (count, 2))
    found = household_groups(homes, 2, 3, 60)
    assert np.isin(found.sizes, [2, 3]).all()
    for number, middle in enumerate(found.middle):
        members = homes[found.group == number]
        assert np.linalg.norm(members - middle, axis=1).max() <= 60 + 1e-9
    # Every set of pairs and threes of nearest neighbours that do not overlap, tried out.
    parts = set()
    for home in range(count):
        order = np.argsort(np.linalg.norm(homes - homes[home], axis=1), kind="stable")
        for size in (2, 3):
            part = order[:size]
            if len(part) == size and np.linalg.norm(homes[part] - homes[part].mean(axis=0), axis=1).max() <= 60:
                parts.add(tuple(sorted(part.tolist())))
    assert (found.group >= 0).sum() == _most_taken(sorted(parts))


def _most_taken(parts: list[tuple[int, ...]]) -> int:
    if not parts:
        return 0
    first, rest = parts[0], parts[1:]
    free = [part for part in rest if not set(part) & set(first)]
    return max(len(first) + _most_taken(free), _most_taken(rest))


def test_groups_refuse_what_is_no_position():
    with pytest.raises(NotANumber):
        household_groups(np.array([[0.0, np.nan]]), 5, 7, 100)
    with pytest.raises(ValueError, match="groups of"):
        household_groups(np.zeros((3, 2)), 7, 5, 100)
    assert len(household_groups(np.zeros((0, 2)), 5, 7, 100).middle) == 0


def test_the_order_of_households_does_not_matter():
    homes = np.random.default_rng(8).uniform(0, 400, (40, 2))
    some, others = household_groups(homes, 5, 7, 80), household_groups(homes[::-1], 5, 7, 80)
    assert (some.group >= 0).sum() == (others.group >= 0).sum()
    assert sorted(map(tuple, np.round(some.middle, 6).tolist())) == sorted(
        map(tuple, np.round(others.middle, 6).tolist())
    )
    assert list(itertools.chain(*[np.flatnonzero(some.group == -1)])) == sorted(39 - np.flatnonzero(others.group == -1))
