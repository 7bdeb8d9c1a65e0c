"""Sites: what is proven best is what trying every choice finds."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.planning.errors import Infeasible, InfeasibleSites, Negative, NotANumber, OutOfReach, TooFewSites
from layers.planning.milp import Effort
from layers.planning.siting.capacitated import Plants, assign, loads
from layers.planning.siting.cover import center, max_cover, set_cover
from layers.planning.siting.median import interchange, median

PROOF = Effort(seconds=20, gap=0.0)
search = settings(max_examples=50, deadline=None, derandomize=True)

#: Four hamlets along a road at 0, 1, 2 and 10 km, a candidate at each.
LINE = np.abs(np.subtract.outer([0.0, 1, 2, 10], [0.0, 1, 2, 10]))
ONES = np.ones(4)


@st.composite
def towns(draw, unreachable: bool = True):
    demands, sites = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    values = [0.0, 1, 2, 3, 5, 8] + ([np.inf] if unreachable else [])
    distance = np.array(draw(st.lists(st.sampled_from(values), min_size=demands * sites, max_size=demands * sites)))
    weight = np.array(draw(st.lists(st.sampled_from([0.0, 1, 4, 7]), min_size=demands, max_size=demands)))
    existing = np.array(draw(st.lists(st.sampled_from([False] * 4 + [True]), min_size=sites, max_size=sites)))
    return distance.reshape(demands, sites), weight, existing


def choices(existing: np.ndarray, count: int | None = None):
    free = np.flatnonzero(~existing)
    for size in range(len(free) + 1) if count is None else [count]:
        for some in itertools.combinations(free, size):
            chosen = existing.copy()
            chosen[list(some)] = True
            yield chosen


def nearest(distance: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return distance[:, chosen].min(axis=1) if chosen.any() else np.full(len(distance), np.inf)


def test_one_site_stands_in_the_middle_two_serve_both_ends():
    one, two = median(LINE, ONES, 1, effort=PROOF), median(LINE, ONES, 2, effort=PROOF)
    assert one.value == 11
    assert two.chosen.tolist() == [False, True, False, True]
    assert two.value == 2
    assert interchange(LINE, ONES, 2).value == 2


def test_what_exists_stays_and_is_not_counted():
    existing = np.array([False, False, False, True])
    assert median(LINE, ONES, 1, existing, PROOF).chosen.tolist() == [False, True, False, True]
    assert center(LINE, 1, existing).value == 1


def test_the_longest_way():
    assert center(LINE, 1).value == 8
    assert center(LINE, 2).value == 1
    assert center(LINE, 3).value == 1
    assert center(LINE, 4).value == 0


def test_cover():
    assert set_cover(LINE, 1, effort=PROOF).value == 2
    assert set_cover(LINE, 1, cost=np.array([1.0, 9, 1, 1]), effort=PROOF).value == 3
    assert max_cover(LINE, np.array([1.0, 1, 1, 2.5]), 1, count=1, effort=PROOF).value == 3
    assert max_cover(LINE, ONES, 1, cost=np.array([1.0, 5, 1, 4]), budget=4.0, effort=PROOF).value == 3
    conflict = np.array([[1, 3]])
    assert max_cover(LINE, ONES, 1, count=2, conflicts=conflict, effort=PROOF).value == 3
    # Only from km 2 is nobody farther than 8 km, and there two live within 1.
    assert max_cover(LINE, ONES, 1, count=1, longest=8, effort=PROOF).value == 2
    with pytest.raises(InfeasibleSites):
        max_cover(LINE, ONES, 1, count=1, longest=7, effort=PROOF)
    assert set_cover(LINE, 1, conflicts=conflict, effort=PROOF).value == 3


def plants(sites: int, **given) -> Plants:
    return Plants(
        **{
            "capacity": np.full(sites, np.inf),
            "least": np.zeros(sites),
            "opening": np.zeros(sites),
            "existing": np.zeros(sites, dtype=bool),
            "conflicts": np.zeros((0, 2), dtype=int),
            "budget": np.inf,
            **given,
        }
    )


def test_capacity_sends_the_overflow_further():
    answer = assign(LINE, ONES, plants(4, capacity=np.array([2.0, 2, 2, 0]), most=2), PROOF)
    assert answer.chosen.sum() == 2
    assert answer.value == 9
    assert loads(answer.assigned, ONES, 4).max() <= 2


def test_a_plant_below_its_least_load_is_not_opened():
    free = assign(LINE, ONES, plants(4, most=2), PROOF)
    assert free.chosen[3]
    answer = assign(LINE, ONES, plants(4, least=np.full(4, 2.0), most=2), PROOF)
    assert sorted(loads(answer.assigned, ONES, 4).tolist(), reverse=True)[:2] == [2, 2]


def test_hauling_to_the_existing_plant_is_an_answer():
    existing = np.array([False, False, False, True])
    answer = assign(LINE, ONES, plants(4, existing=existing, least=np.full(4, 3.5), opening=ONES, budget=0.0), PROOF)
    assert answer.assigned.tolist() == [3, 3, 3, 3]
    assert answer.value == 27


def test_budget_and_conflicts_of_plants():
    opening = np.array([3.0, 5, 3, 3])
    answer = assign(LINE, ONES, plants(4, opening=opening, budget=6.0), PROOF)
    assert answer.value == 3
    apart = assign(LINE, ONES, plants(4, opening=opening, budget=6.0, conflicts=np.array([[0, 3], [2, 3]])), PROOF)
    assert apart.value == 9
    with pytest.raises(Infeasible):
        assign(LINE, ONES, plants(4, opening=opening, budget=2.0), PROOF)


@search
@given(towns(), st.data())
def test_median_and_center_are_what_trying_everything_finds(town, data):
    distance, weight, existing = town
    if not np.isfinite(distance).any(axis=1).all():
        with pytest.raises(OutOfReach):
            median(distance, weight, 1, existing)
        return
    if existing.all():
        with pytest.raises(TooFewSites):
            center(distance, 1, existing)
        return
    count = data.draw(st.integers(1, int((~existing).sum())))
    ways = [nearest(distance, chosen) for chosen in choices(existing, count)]
    totals = [float((weight * way).sum()) for way in ways if np.isfinite(way).all()]
    if not totals:
        with pytest.raises(Infeasible):
            median(distance, weight, count, existing, PROOF)
        with pytest.raises(Infeasible):
            center(distance, count, existing)
        return
    answer = median(distance, weight, count, existing, PROOF)
    assert answer.value == pytest.approx(min(totals))
    assert answer.bound == pytest.approx(min(totals), abs=1e-6)
    quick = interchange(distance, weight, count, existing) if np.isfinite(distance).all() else answer
    assert min(totals) - 1e-9 <= quick.value
    assert median(distance, weight, count, existing, PROOF, quick).value == pytest.approx(min(totals))
    assert center(distance, count, existing).value == min(way.max() for way in ways)


@search
@given(towns(), st.sampled_from([0.0, 1.0, 3.0]), st.data())
def test_covers_are_what_trying_everything_finds(town, within, data):
    distance, weight, existing = town
    sites = distance.shape[1]
    cost = np.array(data.draw(st.lists(st.sampled_from([0.0, 1, 2, 5]), min_size=sites, max_size=sites)))
    budget = data.draw(st.sampled_from([0.0, 2.0, 6.0]))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, sites - 1), st.integers(0, sites - 1)), max_size=2))
    conflicts = np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=int).reshape(-1, 2)
    allowed = [chosen for chosen in choices(existing) if not chosen[conflicts].all(axis=1).any()]
    served = {id(chosen): nearest(distance, chosen) <= within for chosen in allowed}
    paid = {id(chosen): cost[chosen & ~existing].sum() for chosen in allowed}
    values = [weight[served[id(c)]].sum() for c in allowed if paid[id(c)] <= budget]
    if values:
        answer = max_cover(
            distance, weight, within, cost=cost, budget=budget, existing=existing, conflicts=conflicts, effort=PROOF
        )
        assert answer.value == pytest.approx(max(values))
    whole = [paid[id(c)] for c in allowed if served[id(c)].all()]
    if whole:
        answer = set_cover(distance, within, cost, existing, conflicts, PROOF)
        assert answer.value == pytest.approx(min(whole))
    else:
        with pytest.raises((OutOfReach, Infeasible)):
            set_cover(distance, within, cost, existing, conflicts, PROOF)


@search
@given(towns(), st.data())
def test_capacitated_is_what_trying_everything_finds(town, data):
    distance, demand, existing = town
    distance, demand, existing = distance[:4, :3], demand[:4], existing[:3]
    sites = distance.shape[1]

    def many(values):
        return np.array(data.draw(st.lists(st.sampled_from(values), min_size=sites, max_size=sites)))

    given_plants = plants(
        sites,
        capacity=many([4.0, 8.0, np.inf]),
        least=many([0.0, 0.0, 5.0]),
        opening=many([0.0, 2.0, 5.0]),
        existing=existing,
        budget=data.draw(st.sampled_from([2.0, 7.0])),
    )
    best = np.inf
    for chosen in choices(existing):
        if given_plants.opening[chosen & ~existing].sum() > given_plants.budget:
            continue
        for way in itertools.product(np.flatnonzero(chosen).tolist(), repeat=len(demand)):
            load = loads(np.array(way, dtype=int), demand, sites)
            runs = ~chosen | existing | (load >= given_plants.least)
            cost = distance[np.arange(len(demand)), list(way)]
            if (load <= given_plants.capacity).all() and runs.all() and np.isfinite(cost).all():
                best = min(best, float((demand * cost).sum()))
    if np.isfinite(best):
        assert assign(distance, demand, given_plants, PROOF).value == pytest.approx(best)
    else:
        with pytest.raises((Infeasible, OutOfReach)):
            assign(distance, demand, given_plants, PROOF)


def test_interchange_is_near_the_proven_optimum_on_larger_towns():
    rng = np.random.default_rng(3)
    places = rng.uniform(0, 10, (60, 2))
    distance = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    weight = rng.integers(1, 50, 60).astype(float)
    quick = interchange(distance, weight, 6)
    answer = median(distance, weight, 6, effort=PROOF, start=quick)
    assert answer.optimal
    assert answer.value - 1e-9 <= quick.value <= 1.01 * answer.value


def test_degenerate_questions_are_refused_by_name():
    with pytest.raises(TooFewSites):
        interchange(LINE, ONES, 0)
    with pytest.raises(TooFewSites):
        center(LINE, 5)
    with pytest.raises(NotANumber):
        median(np.full((2, 2), np.nan), np.ones(2), 1)
    with pytest.raises(Negative):
        set_cover(-LINE, 1)
    with pytest.raises(OutOfReach, match="1"):
        set_cover(np.array([[5.0, 9.0], [1.0, 1.0]]), 2)
