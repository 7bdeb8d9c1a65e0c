"""Travel times: hand-made networks, and a slow exact method on random ones."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from layers.planning.access.costs import crossing_seconds
from layers.planning.access.graph import cut, locate, travel_graph
from layers.planning.access.isochrones import isochrones
from layers.planning.access.rural_access import near_roads
from layers.planning.access.speeds import seconds, speed_table, speeds, tobler, walking_seconds
from layers.planning.access.times import from_edges, nearest, times_to
from layers.planning.errors import Negative, NotANumber
from layers.planning.network.slope import Profile

TABLE = json.loads((Path(__file__).parents[1] / "fixtures/planning/speeds.json").read_text())


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_walking_follows_tobler():
    assert tobler(-0.05) == pytest.approx(6)
    assert tobler(0.0) == pytest.approx(5.0367, abs=1e-4)
    assert tobler(0.1) == pytest.approx(3.5494, abs=1e-4)


@pytest.mark.parametrize(
    ("mode", "wet", "surface", "gradient", "wet_access", "kmh"),
    [
        ("motorbike", False, "earth", 0.0, "none", 18),
        ("motorbike", True, "earth", 0.0, "none", 0),
        ("motorbike", True, "earth", 0.0, "motorbike", 8),
        ("car", True, "earth", 0.0, "motorbike", 0),
        ("car", False, "concrete", -0.10, "car", 35 * 0.6),
        ("car", False, "concrete", 0.05, "", 35 * 0.8),
        ("motorbike", True, "", 0.2, "", 8 * 0.5),
    ],
)
def test_speeds_by_mode_season_surface_and_slope(mode, wet, surface, gradient, wet_access, kmh):
    there, back = speeds(speed_table(TABLE), mode, wet, [surface], floats(gradient), [wet_access])
    assert there[0] == back[0] == pytest.approx(kmh)


def test_walkers_pass_in_the_rain_and_are_slower_uphill():
    up, down = speeds(speed_table(TABLE), "foot", True, ["earth"], floats(0.1), ["none"])
    assert up[0] == pytest.approx(tobler(0.1))
    assert down[0] == pytest.approx(tobler(-0.1))


def test_seconds():
    assert seconds(floats(1000, 500), floats(36, 0)).tolist() == [100, np.inf]
    assert walking_seconds(speed_table(TABLE), floats(100))[0] == pytest.approx(360 / (5.0367 * 0.6), rel=1e-4)


def test_broken_speeds_are_refused():
    with pytest.raises(NotANumber):
        speeds(speed_table(TABLE), "car", False, ["earth"], floats(np.nan), [""])
    with pytest.raises(Negative):
        speed_table({**TABLE, "speed": {"car": {"earth": [-1, 5]}}})


def test_an_edge_takes_as_long_as_its_steps_up_and_down_and_a_ferry_as_long_as_its_wait():
    # A concrete road of 500 m at 10 % up and 500 m level; earth of 300 m; a ferry of 100 m, and one stopped by rain.
    steps = Profile(ints(0, 0, 1, 2, 3), floats(500, 500, 300, 100, 100), floats(0.1, 0, 0, 0, 0), np.ones(4))
    surface, access = ["concrete", "earth", "", ""], ["car", "none", "car", "none"]
    ferry = np.array([False, False, True, True])
    table = speed_table(TABLE)
    there, back = crossing_seconds(table, "car", False, steps, surface, access, ferry)
    concrete = 3.6 * (500 / (35 * 0.6) + 500 / 35)
    assert there.tolist() == pytest.approx([concrete, 3.6 * 300 / 14, 600 + 60, 600 + 60])
    assert back.tolist() == pytest.approx(there.tolist())
    there, _ = crossing_seconds(table, "car", True, steps, surface, access, ferry)
    assert there[1:].tolist() == [np.inf, 660, np.inf]
    up, down = crossing_seconds(table, "foot", True, steps, surface, access, ferry)
    assert up[0] == pytest.approx(3.6 * (500 / tobler(0.1) + 500 / tobler(0.0)))
    assert down[0] == pytest.approx(3.6 * (500 / tobler(-0.1) + 500 / tobler(0.0)))
    assert up[3] == np.inf


def stretches(pieces, forward, backward, found, limits) -> list[tuple[int, float, float, int]]:
    made = isochrones(pieces, forward, backward, found, limits)
    rows = zip(made.edge.tolist(), made.start.tolist(), made.stop.tolist(), made.band.tolist(), strict=True)
    return sorted((edge, round(start, 6), round(stop, 6), band) for edge, start, stop, band in rows)


def test_isochrones_cut_edges_where_the_time_is_up():
    """Two edges of 100 s in a row with the market at one end, a third that nothing passes."""
    pieces = cut(ints(0, 1, 2), ints(1, 2, 3), 4, ints(0), floats(0))
    took = floats(100, 100, np.inf)
    found = nearest(travel_graph(pieces.tail, pieces.head, took, took, 4), pieces.node)
    assert stretches(pieces, took, took, found, floats(50, 150)) == [
        (0, 0, 0.5, 0),
        (0, 0.5, 1, 1),
        (1, 0, 0.5, 1),
        (1, 0.5, 1, 2),
        (2, 0, 1, 2),
    ]


def test_isochrones_are_reached_from_either_end():
    """A ring: the far edge is entered from both sides, and covers whole where the ways meet."""
    pieces = cut(ints(0, 0, 1), ints(1, 2, 2), 3, ints(0), floats(0))
    took = floats(10, 20, 100)
    found = nearest(travel_graph(pieces.tail, pieces.head, took, took, 3), pieces.node)
    assert stretches(pieces, took, took, found, floats(30)) == [
        (0, 0, 1, 0),
        (1, 0, 1, 0),
        (2, 0, 0.2, 0),
        (2, 0.2, 0.9, 1),
        (2, 0.9, 1, 0),
    ]
    covered = stretches(pieces, took, took, found, floats(30, 70))
    assert [row for row in covered if row[0] == 2] == [(2, 0, 0.2, 0), (2, 0.2, 0.9, 1), (2, 0.9, 1, 0)]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_isochrones_cover_every_edge_once(data):
    nodes, edges = data.draw(st.integers(2, 6)), data.draw(st.integers(1, 9))
    node, took = st.integers(0, nodes - 1), st.sampled_from([1.0, 5.0, 11.0, np.inf])
    tail, head, there, back = (
        np.array(data.draw(st.lists(each, min_size=edges, max_size=edges))) for each in (node, node, took, took)
    )
    pieces = cut(tail, head, nodes, ints(0), floats(0.5))
    span = pieces.stop - pieces.start
    forward, backward = there[pieces.edge] * span, back[pieces.edge] * span
    found = nearest(travel_graph(pieces.tail, pieces.head, forward, backward, pieces.nodes), pieces.node)
    made = isochrones(pieces, forward, backward, found, floats(2, 7, 20))
    assert np.bincount(made.edge, made.stop - made.start, minlength=edges) == pytest.approx(np.ones(edges))
    assert (made.start < made.stop).all()


def test_of_parallel_edges_the_fastest_counts():
    graph = travel_graph(ints(0, 0, 1), ints(1, 1, 0), floats(9, 5, 7), floats(9, 5, 3), 2)
    assert graph[[0], [1]] == [3]
    assert graph[[1], [0]] == [5]


def test_impassable_edges_are_no_way():
    graph = travel_graph(ints(0, 1), ints(1, 2), floats(5, np.inf), floats(5, np.inf), 3)
    found = nearest(graph, ints(0))
    assert found.seconds.tolist() == [0, 5, np.inf]
    assert found.target.tolist() == [0, 0, -1]


def test_one_way_uphill_times_are_those_towards_the_target():
    graph = travel_graph(ints(0), ints(1), floats(100), floats(40), 2)
    assert nearest(graph, ints(0)).seconds.tolist() == [0, 40]
    assert nearest(graph, ints(1)).seconds.tolist() == [100, 0]


def test_a_place_on_the_way_cuts_its_edge():
    pieces = cut(ints(0, 1), ints(1, 2), 3, ints(0, 0, 1, 1, -1), floats(0.25, 0.75, 0, 1, 0))
    assert pieces.node.tolist() == [3, 4, 1, 2, -1]
    assert list(zip(pieces.tail.tolist(), pieces.head.tolist(), strict=True)) == [(0, 3), (3, 4), (4, 1), (1, 2)]
    piece, part = locate(pieces, ints(0, 0, 0, 1, 0), floats(0, 0.5, 1, 1, 0.25))
    assert piece.tolist() == [0, 1, 2, 3, 1]
    assert part.tolist() == [0, 0.5, 1, 1, 0]


def test_a_household_and_a_market_on_the_same_edge():
    """An edge of 100 s with the market at 0.4; who lives at 0.1 and 0.9 takes 30 s and 50 s, plus the way out."""
    pieces = cut(ints(0), ints(1), 2, ints(0), floats(0.4))
    span = pieces.stop - pieces.start
    graph = travel_graph(pieces.tail, pieces.head, 100 * span, 100 * span, pieces.nodes)
    found = from_edges(
        pieces,
        100 * span,
        100 * span,
        ints(0, 0, -1),
        floats(0.1, 0.9, 0),
        floats(7, 0, 0),
        nearest(graph, pieces.node),
    )
    assert found.seconds == pytest.approx([37, 50, np.inf])
    assert found.target.tolist() == [0, 0, -1]


def test_no_target_is_reached_where_there_is_none():
    graph = travel_graph(ints(0), ints(1), floats(1), floats(1), 2)
    assert nearest(graph, ints(-1)).seconds.tolist() == [np.inf, np.inf]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_times_are_those_of_a_slow_exact_method(data):
    nodes, edges = data.draw(st.integers(2, 7)), data.draw(st.integers(1, 12))

    def many(values, size):
        return np.array(data.draw(st.lists(values, min_size=size, max_size=size)))

    node, took = st.integers(0, nodes - 1), st.sampled_from([1.0, 2.0, 5.0, 11.0, np.inf])
    tail, head = many(node, edges), many(node, edges)
    forward, backward = many(took, edges), many(took, edges)
    fraction = st.sampled_from([0.0, 0.25, 0.5, 1.0])
    count = data.draw(st.integers(1, 3))
    at, where = many(st.integers(0, edges - 1), count), many(fraction, count)
    pieces = cut(tail, head, nodes, at, where)
    span = pieces.stop - pieces.start
    there, back = forward[pieces.edge] * span, backward[pieces.edge] * span
    found = nearest(travel_graph(pieces.tail, pieces.head, there, back, pieces.nodes), pieces.node)

    best = np.full((pieces.nodes, pieces.nodes), np.inf)
    np.fill_diagonal(best, 0)
    for a, b, go, come in zip(pieces.tail, pieces.head, there, back, strict=True):
        best[a, b], best[b, a] = min(best[a, b], go), min(best[b, a], come)
    for middle in range(pieces.nodes):
        best = np.minimum(best, best[:, [middle]] + best[[middle], :])
    assert found.seconds == pytest.approx(best[:, pieces.node].min(axis=1))
    for index, target in enumerate(found.target):
        assert target == -1 or best[index, pieces.node[target]] == found.seconds[index]
    graph = travel_graph(pieces.tail, pieces.head, there, back, pieces.nodes)
    assert times_to(graph, pieces.node) == pytest.approx(best[:, pieces.node].T)


def test_near_a_road_is_within_two_kilometres_straight():
    roads = np.array([LineString([(0, 0), (1000, 0)])])
    points = np.array([[500.0, 1999], [500, 2001], [3001, 0], [0, 0]])
    near = near_roads(points, roads)
    assert near.tolist() == [True, False, False, True]
    assert not near_roads(points, np.array([], dtype=object)).any()
    assert shapely.length(roads)[0] == 1000
