"""Networks from inventories: small maps whose graph is known by hand, and the real sections of Hà Giang."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import LineString

from layers.planning.errors import NoCentre, NotANumber, NotPlanar
from layers.planning.network.contraction import (
    contract,
    pockets,
    reachable,
)
from layers.planning.network.households import nearer_ends, snap
from layers.planning.network.noding import edge_lines, node
from layers.planning.network.report import report

HA_GIANG = Path(__file__).parents[2] / "shared/data/roads/hagiang_vpromms_sections.gpkg"
#: Metres, far from zero as projected coordinates are.
EAST, NORTH = 431_000, 2_450_000


def lines(*paths: list[tuple[float, float]]) -> np.ndarray:
    return np.array([LineString([(EAST + x, NORTH + y) for x, y in path]) for path in paths], dtype=object)


def edges(noded) -> set[tuple[tuple[int, int], tuple[int, int], int]]:
    """Edges as (lower end, upper end, metres), ends relative to the corner."""
    network = noded.network
    xy = np.rint(network.xy - (EAST, NORTH)).astype(int).tolist()
    return {
        (*sorted((tuple(xy[tail]), tuple(xy[head]))), round(length))
        for tail, head, length in zip(network.tail, network.head, network.length, strict=True)
    }


def test_lines_are_cut_where_they_cross():
    noded = node(lines([(0, 0), (100, 0)], [(50, -50), (50, 50)]), 1)
    assert edges(noded) == {
        ((0, 0), (50, 0), 50),
        ((50, 0), (100, 0), 50),
        ((50, -50), (50, 0), 50),
        ((50, 0), (50, 50), 50),
    }


def test_a_bridge_crosses_without_a_junction_but_joins_at_its_ends():
    made = lines([(0, 0), (100, 0)], [(50, -50), (50, 50)], [(50, 50), (50, 90)])
    noded = node(made, 1, np.array([False, True, False]))
    assert edges(noded) == {((0, 0), (100, 0), 100), ((50, -50), (50, 50), 100), ((50, 50), (50, 90), 40)}
    assert len(report(noded, made, np.array([0]), 5).pieces.edges) == 2


@pytest.mark.parametrize(("tolerance", "pieces"), [(5, 1), (1, 2)])
def test_a_line_that_ends_short_of_another_is_joined_within_the_tolerance(tolerance, pieces):
    made = lines([(0, 0), (100, 0)], [(40, 3), (40, 80)])
    found = report(node(made, tolerance), made, np.array([0]), 20)
    assert len(found.pieces.edges) == pieces
    assert len(found.near_misses.gap) == (0 if pieces == 1 else 1)


def test_a_near_miss_says_where_and_how_far():
    made = lines([(0, 0), (100, 0)], [(40, 12), (40, 80)], [(100, 0), (100, 60)])
    found = report(node(made, 5), made, np.array([0]), 20)
    misses = found.near_misses
    assert misses.gap.tolist() == [12]
    assert misses.line.tolist() == [0]
    assert (misses.target - (EAST, NORTH)).tolist() == [[40, 0]]
    assert misses.joins.tolist() == [True]


def test_a_near_miss_says_which_end_of_which_line_it_is():
    made = lines([(0, 0), (100, 0)], [(40, 80), (40, 12)], [(140, 0), (110, 0)])
    misses = report(node(made, 5), made, np.array([0]), 20).near_misses
    told = sorted(zip(misses.own.tolist(), misses.last.tolist(), misses.line.tolist(), strict=True))
    # The ends at 100 and 110 miss each other, which is told once.
    assert [line for line in told if line[0] == 1] == [(1, True, 0)]
    assert len(told) == 2
    assert {told[1][0], told[1][2]} == {0, 2} or {told[0][0], told[0][2]} == {0, 2}


def test_a_line_of_another_piece_is_what_is_missed_though_one_of_the_same_be_nearer():
    # 1 leaves 0 and comes back to within 8 m of it; 2 lies 15 m off and is joined to nothing.
    made = lines([(0, 0), (100, 0)], [(0, 0), (0, 60), (50, 60), (50, 8)], [(65, 8), (65, 30)])
    misses = report(node(made, 1), made, np.array([0]), 20).near_misses
    found = {(own, line): joins for own, line, joins in zip(misses.own, misses.line, misses.joins, strict=True)}
    assert found[1, 2]
    assert (1, 0) not in found


@pytest.mark.parametrize(("reach_back", "told"), [(150, True), (40, False)])
def test_a_gap_within_a_piece_is_told_where_the_way_round_is_long(reach_back, told):
    # A loop that leaves the road and ends 10 m short of it again; 2 x 150 + 60 or 2 x 40 + 60 metres round.
    made = lines([(0, 0), (100, 0)], [(20, 0), (20, reach_back), (80, reach_back), (80, 10)])
    misses = report(node(made, 1), made, np.array([0]), 20).near_misses
    assert (len(misses.gap) == 1) is told
    assert not misses.joins.any()


def test_a_crossing_without_a_vertex_is_told_and_one_with_a_vertex_is_a_junction_meant():
    bare = lines([(0, 0), (100, 0)], [(50, -50), (50, 50)])
    crossed = node(bare, 1).crossings
    assert (crossed.first.tolist(), crossed.second.tolist()) == ([0], [1])
    assert (crossed.xy - (EAST, NORTH)).tolist() == [[50, 0]]
    meant = lines([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)])
    assert not len(node(meant, 1).crossings.first)
    # Where one line ends on the other, nothing is crossed; and a bridge is known to be one.
    assert not len(node(lines([(0, 0), (100, 0)], [(50, 0), (50, 50)]), 1).crossings.first)
    assert not len(node(bare, 1, np.array([False, True])).crossings.first)


def test_ends_within_the_tolerance_are_one_node():
    noded = node(lines([(0, 0), (100, 0)], [(102, 1), (200, 0)], [(101, -2), (100, -90)]), 5)
    assert noded.network.nodes == 4
    assert sorted(noded.network.degree.tolist()) == [1, 1, 1, 3]


def test_overlaps_duplicates_and_what_is_too_short():
    made = lines([(0, 0), (100, 0)], [(100, 0), (0, 0)], [(60, 0), (150, 0)], [(300, 0), (301, 0)])
    noded = node(made, 5)
    found = report(noded, made, np.array([0]), 20)
    assert found.duplicates.tolist() == [[0, 1]]
    runs = zip(found.overlaps.first, found.overlaps.second, found.overlaps.metres, strict=True)
    assert [(int(a), int(b), round(m)) for a, b, m in runs] == [(0, 1, 100), (0, 2, 40), (1, 2, 40)]
    assert found.too_short.tolist() == [3]


def test_a_road_surveyed_twice_runs_along_itself_though_no_point_is_the_same():
    made = lines([(0, 0), (100, 0)], [(2, 3), (50, 1), (98, 2)], [(50, 0), (50, 90)], [(0, 9), (100, 9)])
    found = report(node(made, 1), made, np.array([0]), 5).overlaps
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])
    assert found.metres == pytest.approx([96], abs=1)


def test_pieces_know_their_length_and_whether_a_centre_is_in_them():
    made = lines([(0, 0), (100, 0)], [(100, 0), (100, 50)], [(500, 0), (500, 30)])
    noded = node(made, 1)
    found = report(noded, made, np.array([0]), 20)
    assert found.pieces.edges.tolist() == [2, 1]
    assert found.pieces.length.tolist() == [150, 30]
    assert found.pieces.centre.tolist() == [True, False]
    assert len(found.dangles) == 4


def test_edges_keep_the_shape_of_their_line():
    made = lines([(0, 0), (0, 40), (100, 40)], [(50, 0), (50, 90)])
    noded = node(made, 1)
    parts = edge_lines(noded.network, made)
    assert shapely.length(parts) == pytest.approx(noded.network.length)
    assert parts[0].equals(LineString([(EAST, NORTH), (EAST, NORTH + 40), (EAST + 50, NORTH + 40)]))


def test_the_graph_does_not_depend_on_the_order_of_the_lines():
    rng = np.random.default_rng(7)
    made = lines(*[[tuple(rng.uniform(0, 500, 2)), tuple(rng.uniform(0, 500, 2))] for _ in range(25)])
    first, again = node(made, 3), node(made[::-1], 3)
    assert edges(first) == edges(again)
    assert first.network.xy == pytest.approx(again.network.xy)


def test_degrees_and_broken_coordinates_are_refused():
    with pytest.raises(NotPlanar):
        node(np.array([LineString([(105.8, 22.1), (105.9, 22.2)])]), 1)
    broken = lines([(0, 0), (9, 0)], [(0, 0), (np.inf, 0)])
    with pytest.raises(NotANumber, match="[Rr]ow 2|[Dd]òng 2"):
        node(broken, 1)


def test_households_are_snapped_to_an_edge_with_a_fraction_and_an_access_distance():
    made = lines([(0, 0), (100, 0)], [(100, 0), (100, 100)])
    noded = node(made, 1)
    parts = edge_lines(noded.network, made)
    points = np.array([(25, 10), (104, 80), (900, 900)]) + (EAST, NORTH)
    snapped = snap(points, parts, farthest=50)
    assert snapped.edge.tolist() == [0, 1, -1]
    assert snapped.fraction[:2] == pytest.approx([0.25, 0.8])
    assert snapped.access.tolist() == [10, 4, np.inf]
    ends = nearer_ends(snapped, noded.network.tail, noded.network.head)
    assert (noded.network.xy[ends[:2]] - (EAST, NORTH)).tolist() == [[0, 0], [100, 100]]
    assert ends[2] == -1
    with pytest.raises(NotANumber):
        snap(np.array([[np.nan, 0.0]]), parts, 50)


# A centre at node 0; 0-1 passable, 1-2-3 not, 3-4 passable, 2-2 a loop, 5-6 an island, 7 a second centre, 7-8 passable.
TAIL = np.array([0, 1, 2, 3, 2, 5, 7, 8])
HEAD = np.array([1, 2, 3, 4, 2, 6, 8, 2])
WET = np.array([1, 0, 0, 1, 0, 0, 1, 0], dtype=bool)


def test_contraction_makes_one_node_of_all_that_reaches_a_centre_in_the_rain():
    made = contract(TAIL, HEAD, 9, WET, np.array([0, 7]))
    assert made.edges.tolist() == [1, 2, 4, 5, 7]
    assert made.node[[0, 1, 7, 8]].tolist() == [0, 0, 0, 0]
    assert made.node[3] == made.node[4] != 0
    assert made.count == 5
    assert made.tail[0] == 0
    assert made.tail[2] == made.head[2]


def test_pockets_are_what_holds_together_without_the_root():
    made = contract(TAIL, HEAD, 9, WET, np.array([0, 7]))
    pocket = pockets(made)
    assert pocket[0] == -1
    assert pocket[made.node[2]] == pocket[made.node[3]]
    assert pocket[made.node[5]] == pocket[made.node[6]] != pocket[made.node[2]]
    assert reachable(made)[made.node[[2, 3, 5, 6]]].tolist() == [True, True, False, False]


def test_passable_edges_may_be_candidates_to_be_hardened():
    also = np.zeros(8, dtype=bool)
    also[3] = True
    made = contract(TAIL, HEAD, 9, WET, np.array([0, 7]), also)
    place = made.edges.tolist().index(3)
    assert made.tail[place] == made.head[place]


def test_no_centre_is_refused():
    with pytest.raises(NoCentre):
        contract(TAIL, HEAD, 9, WET, np.array([], dtype=int))


@pytest.mark.skipif(not HA_GIANG.exists(), reason="the road sections of Hà Giang are not at hand")
def test_the_inventory_of_ha_giang_falls_into_hundreds_of_pieces():
    """617 at 10 m and 306 at 100 m were counted before, end to end; joining ends to lines differs a little."""
    import pyogrio
    from pyproj import Transformer

    _, _, geometry, _ = pyogrio.raw.read(HA_GIANG)
    project = Transformer.from_crs(4326, 3405, always_xy=True).transform
    made = shapely.transform(
        shapely.get_parts(shapely.from_wkb(geometry)), lambda xy: np.column_stack(project(xy[:, 0], xy[:, 1]))
    )
    for tolerance, expected in ((10, 617), (100, 306)):
        noded = node(made, tolerance)
        found = report(noded, made, np.array([0]), 200)
        assert len(found.pieces.edges) == pytest.approx(expected, rel=0.03)
        assert len(found.duplicates) == 4
