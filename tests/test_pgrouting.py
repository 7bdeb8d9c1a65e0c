"""Travel times agree with pgRouting to the second, on a made-up country with one-way slopes, parallel and closed roads.

The nearest of many places is asked of pgRouting with a source of its own joined to each of them at no cost: its
`equicost` is known to overstate such times.
"""

import numpy as np
import pytest
from django.db import connection

from layers.planning.access.graph import cut, travel_graph
from layers.planning.access.times import from_edges, nearest, times_to

pytestmark = pytest.mark.django_db
NODES, EDGES, PAIRS, PLACES = 1_500, 2_600, 300, 25


@pytest.fixture
def routing(settings):
    """pgRouting in the test's database; where the server has none, only a server of one's own is an excuse."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pgrouting'")
        if cursor.fetchone() is None:
            own = "/.postgres/socket" not in str(connection.settings_dict["HOST"])
            assert own, "run setup/machine test: the private cluster should have pgRouting"
            pytest.skip("the server that DATABASE_URL names has no pgRouting")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
        yield cursor


class Country:
    """Roads between random nodes: (E,) seconds there and back, some one way only, some closed, some double."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        tree = np.array([rng.integers(max(i - 40, 0), i) for i in range(1, NODES)])
        more = rng.integers(0, NODES, (EDGES - NODES + 1, 2))
        self.tail = np.concatenate([np.arange(1, NODES), more[:, 0]])
        self.head = np.concatenate([tree, more[:, 1]])
        self.there, self.back = rng.uniform(5, 900, (2, EDGES))
        self.there[rng.random(EDGES) < 0.05] = np.inf
        self.back[rng.random(EDGES) < 0.05] = np.inf
        self.rng = rng

    def store(self, cursor, tail, head, there, back) -> None:
        """pgRouting takes a negative cost for no way."""
        cursor.execute(
            "CREATE TEMP TABLE way (id bigint, source bigint, target bigint, cost float8, reverse_cost float8)"
            " ON COMMIT DROP"
        )
        cost, reverse = (np.where(np.isfinite(each), each, -1) for each in (there, back))
        rows = list(zip(range(len(tail)), tail.tolist(), head.tolist(), cost.tolist(), reverse.tolist(), strict=True))
        cursor.executemany("INSERT INTO way VALUES (%s, %s, %s, %s, %s)", rows)


def parts(seconds: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Seconds of parts of edges; none where nothing passes."""
    return np.where(np.isfinite(seconds), seconds * span, np.inf)


def test_random_pairs_agree_within_a_second(routing):
    country = Country(1)
    country.store(routing, country.tail, country.head, country.there, country.back)
    pairs = country.rng.integers(0, NODES, (PAIRS, 2))
    routing.execute(
        "SELECT start_vid, end_vid, agg_cost FROM pgr_dijkstraCost("
        "'SELECT id, source, target, cost, reverse_cost FROM way', %s::bigint[], %s::bigint[], true)",
        [np.unique(pairs[:, 0]).tolist(), np.unique(pairs[:, 1]).tolist()],
    )
    theirs = {(start, end): cost for start, end, cost in routing.fetchall()}
    graph = travel_graph(country.tail, country.head, country.there, country.back, NODES)
    ends = np.unique(pairs[:, 1])
    ours = times_to(graph, ends)
    compared = 0
    for start, end in pairs.tolist():
        mine = ours[np.searchsorted(ends, end), start]
        if start == end:
            assert mine == 0
            continue
        assert np.isfinite(mine) == ((start, end) in theirs)
        if np.isfinite(mine):
            assert mine == pytest.approx(theirs[start, end], abs=1)
            compared += 1
    assert compared > PAIRS * 0.8


def test_the_nearest_of_many_places_on_the_way_agrees_for_every_household(routing):
    country = Country(2)
    rng = country.rng
    edge, fraction = rng.integers(0, EDGES, PLACES), rng.uniform(0, 1, PLACES)
    pieces = cut(country.tail, country.head, NODES, edge, fraction)
    span = pieces.stop - pieces.start
    there, back = parts(country.there[pieces.edge], span), parts(country.back[pieces.edge], span)
    found = nearest(travel_graph(pieces.tail, pieces.head, there, back, pieces.nodes), pieces.node)

    # Households become nodes of their own for pgRouting; a super-source is joined to each place at no cost.
    home_edge, home_part = rng.integers(0, EDGES, PAIRS), rng.uniform(0, 1, PAIRS)
    ours = from_edges(pieces, there, back, home_edge, home_part, np.zeros(PAIRS), found)
    every, where = np.concatenate([edge, home_edge]), np.concatenate([fraction, home_part])
    again = cut(country.tail, country.head, NODES, every, where)
    span = again.stop - again.start
    source = again.nodes
    tail = np.concatenate([again.tail, np.full(PLACES, source)])
    head = np.concatenate([again.head, again.node[:PLACES]])
    go = np.concatenate([parts(country.there[again.edge], span), np.full(PLACES, np.inf)])
    come = np.concatenate([parts(country.back[again.edge], span), np.zeros(PLACES)])
    country.store(routing, tail, head, go, come)
    homes = again.node[PLACES:]
    routing.execute(
        "SELECT start_vid, agg_cost FROM pgr_dijkstraCost("
        "'SELECT id, source, target, cost, reverse_cost FROM way', %s::bigint[], %s::bigint, true)",
        [homes.tolist(), source],
    )
    theirs = dict(routing.fetchall())
    finite = np.isfinite(ours.seconds)
    assert finite.mean() > 0.8
    for place, node in enumerate(homes.tolist()):
        assert finite[place] == (node in theirs)
        if finite[place]:
            assert ours.seconds[place] == pytest.approx(theirs[node], abs=1)
