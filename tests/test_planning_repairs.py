"""Repairs of an inventory and the slope of its roads: small maps whose answer is known by hand."""

import numpy as np
import pytest
from shapely import LineString

from layers.planning.network.noding import node
from layers.planning.network.repairs import Repairs, mend
from layers.planning.network.report import report
from layers.planning.network.slope import STEEPEST, profile, stations
from tests.test_planning_network import edges, lines

#: A main road, a lane that ends 12 m short of it, the same lane again, and a road that crosses the main one.
MADE = lines([(0, 0), (100, 0)], [(40, 12), (40, 80)], [(40, 80), (40, 12)], [(70, -50), (70, 50)])
LINK = lines([(40, 12), (40, 0)])
NOTHING = np.zeros(0, dtype=np.int64)
NO_LINK = np.array([], dtype=object)


def repairs(dropped=(), separated=(), line=(), link=NO_LINK, moved=()):
    return Repairs(
        np.array(dropped, dtype=np.int64),
        np.array(separated, dtype=np.int64),
        np.array(line, dtype=np.int64),
        link,
        np.array(moved, dtype=bool),
    )


def pieces(mended) -> int:
    return len(report(node(mended.lines, 1, mended.separated), mended.lines, np.array([0]), 20).pieces.edges)


def plain(count: int = 4) -> np.ndarray:
    return np.zeros(count, dtype=bool)


def test_without_repairs_the_inventory_stays_as_it_is():
    made = mend(MADE, plain(), repairs())
    assert made.of.tolist() == [0, 1, 2, 3]
    assert pieces(made) == 2


def test_a_missing_stretch_is_added_and_takes_after_the_road_it_lengthens():
    made = mend(MADE, plain(), repairs(line=[1], link=LINK, moved=[False]))
    assert made.of.tolist() == [0, 1, 2, 3, 1]
    assert made.added.tolist() == [False] * 4 + [True]
    assert pieces(made) == 1
    assert ((40, 0), (40, 12), 12) in edges(node(made.lines, 1, made.separated))


def test_an_end_is_moved_onto_the_other_road():
    made = mend(MADE, plain(), repairs(dropped=[2], line=[1], link=LINK, moved=[True]))
    assert made.of.tolist() == [0, 1, 3]
    assert ((40, 0), (40, 80), 80) in edges(node(made.lines, 1, made.separated))
    # The inventory's own line is not touched.
    assert MADE[1].length == 68


def test_what_is_left_out_is_no_edge_and_its_links_go_with_it():
    made = mend(MADE, plain(), repairs(dropped=[1, 2], line=[1], link=LINK, moved=[False]))
    assert made.of.tolist() == [0, 3]
    assert pieces(made) == 1


def test_a_road_that_passes_over_others_is_joined_at_its_ends_only():
    made = mend(MADE, plain(), repairs(separated=[3]))
    assert made.separated.tolist() == [False, False, False, True]
    assert pieces(made) == 3


def test_a_repair_of_a_road_that_was_redrawn_since_is_told_and_not_applied():
    far = lines([(44, 12), (40, 0)])
    made = mend(MADE, plain(), repairs(line=[1], link=far, moved=[True]))
    assert made.outdated.tolist() == [True]
    assert pieces(made) == 2


def test_no_lines_at_all():
    made = mend(np.array([], dtype=object), plain(0), repairs())
    assert len(made.lines) == 0


def hill(xy: np.ndarray) -> np.ndarray:
    """Rise a metre in ten to the east, flat to the north."""
    return (xy[:, 0] - xy[:, 0].min()) / 10


def test_slope_is_read_step_by_step_along_an_edge():
    made = np.array([LineString([(0, 0), (100, 0)]), LineString([(0, 0), (0, 90)]), LineString([(50, 0), (0, 0)])])
    placed = stations(made, 40)
    assert np.bincount(placed.edge).tolist() == [4, 4, 3]
    steps = profile(placed, hill(placed.xy), 3)
    assert steps.length[:3] == pytest.approx([100 / 3] * 3)
    assert steps.gradient == pytest.approx([0.1] * 3 + [0] * 3 + [-0.1] * 2)
    assert steps.of_edges(3) == pytest.approx([0.1, 0, 0.1])
    assert steps.known.tolist() == [1, 1, 1]


def test_a_road_over_a_hill_is_not_flat_though_it_ends_where_it_began():
    made = np.array([LineString([(0, 0), (100, 0)])])
    steps = profile(stations(made, 50), np.array([0.0, 5, 0]), 1)
    assert steps.gradient == pytest.approx([0.1, -0.1])
    assert steps.of_edges(1) == pytest.approx([0.1])


def test_where_no_height_is_known_the_road_counts_as_level_and_says_so():
    made = np.array([LineString([(0, 0), (100, 0)])])
    steps = profile(stations(made, 50), np.array([0.0, 5, np.nan]), 1)
    assert steps.gradient == pytest.approx([0.1, 0])
    assert steps.known == pytest.approx([0.5])


def test_what_no_road_can_be_is_a_fault_of_the_raster():
    made = np.array([LineString([(0, 0), (10, 0)])])
    assert profile(stations(made, 50), np.array([0.0, 9]), 1).gradient.tolist() == [STEEPEST]
