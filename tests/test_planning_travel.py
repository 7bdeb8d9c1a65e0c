"""Travel time as a second aim: hand-made networks, and a full shortest-path run on random ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.planning.access.graph import travel_graph
from layers.planning.access.times import nearest
from layers.planning.errors import Infeasible, Negative, NotANumber, NotFoundQuickly
from layers.planning.roads.plan import violations
from layers.planning.roads.problem import problem
from layers.planning.roads.travel import Times, Travel, nearer, person_seconds
from tests.test_planning_roads import problems, search

HOUR = 3600.0


def travel(tail, head, slow, fast, work, persons, services=(0,), longest=4 * HOUR) -> Travel:
    numbers = [np.array(values, dtype=np.int64) for values in (tail, head, work, services)]
    amounts = [np.array(values, dtype=np.float64) for values in (slow, fast, persons)]
    return Travel(*numbers[:2], *amounts[:2], numbers[2], numbers[3], amounts[2], longest)


def two_aims():
    """For 5 each: a lane that joins 10 persons but is no faster, or one that joins nobody and brings 30 persons from
    two hours to one. There is money for one of them."""
    question = problem([0, 0], [1, 0], [0, 10], [5.0, 5], 5.0)
    roads = travel([0, 0], [1, 2], [HOUR, 2 * HOUR], [HOUR, HOUR], [0, 1], [0, 10, 30])
    return question, roads


@pytest.mark.parametrize(("hour", "works", "value", "saved"), [(0, [0], 10, 0), (0.1, [0], 10, 0), (1, [1], 0, 30)])
def test_the_weight_of_an_hour_decides_between_the_two_aims(hour, works, value, saved):
    question, roads = two_aims()
    plan = nearer(question, roads, hour)
    assert np.flatnonzero(plan.works).tolist() == works
    assert plan.value == value
    assert person_seconds(roads, plan) == pytest.approx(saved * HOUR)


def test_a_path_is_worth_what_its_stretches_save_together():
    """Two stretches behind each other of an hour each, ten minutes once built; 6 persons live at the end."""
    question = problem([0, 1], [1, 2], [0, 0, 0], [3.0, 4], 7.0)
    roads = travel([0, 1], [1, 2], [HOUR, HOUR], [600, 600], [0, 1], [0, 0, 6])
    plan = nearer(question, roads, 1.0)
    assert plan.works.tolist() == [True, True]
    assert person_seconds(roads, plan) == 6 * (2 * HOUR - 1200)


def test_who_does_not_arrive_counts_with_the_longest_time():
    roads = travel([0], [1], [np.inf], [HOUR], [0], [0, 2], longest=3 * HOUR)
    assert Times(roads).seconds == [0, 3 * HOUR]
    assert Times(roads).saved([0]) == 2 * 2 * HOUR


def test_trying_a_package_changes_nothing():
    _question, roads = two_aims()
    times = Times(roads)
    assert times.saved([1]) == times.saved([1]) == 30 * HOUR
    times.build([1])
    assert times.saved([1]) == 0


def test_broken_times_are_refused():
    question, roads = two_aims()
    with pytest.raises(NotANumber):
        nearer(question, replace(roads, slow=np.array([np.nan, 1])), 1.0)
    with pytest.raises(Negative):
        nearer(question, replace(roads, fast=np.array([1.0, -1])), 1.0)
    with pytest.raises(Negative):
        nearer(question, replace(roads, longest=0.0), 1.0)
    with pytest.raises(ValueError, match="does not exist"):
        nearer(question, replace(roads, work=np.array([0, 2])), 1.0)


@st.composite
def with_travel(draw):
    question = draw(problems())
    nodes, edges = draw(st.integers(1, 6)), draw(st.integers(1, 9))

    def many(values, size):
        return draw(st.lists(values, min_size=size, max_size=size))

    node, seconds = st.integers(0, nodes - 1), st.sampled_from([0.0, 60.0, 300.0, 900.0, np.inf])
    services = draw(st.lists(node, min_size=1, max_size=2))
    roads = travel(
        many(node, edges), many(node, edges), many(seconds, edges), many(seconds, edges),
        many(st.integers(-1, question.works - 1), edges), many(st.integers(0, 9), nodes), services, 1200.0,
    )  # fmt: skip
    return question, roads, draw(st.sampled_from([0.0, 0.5, 20.0]))


@search
@given(with_travel(), st.randoms(use_true_random=False))
def test_times_are_those_of_a_full_run_after_every_step(case, random):
    question, roads, _hour = case
    times, took = Times(roads), roads.slow.copy()
    for _step in range(3):
        works = random.sample(range(question.works), min(2, question.works))
        saved, before = times.saved(works), np.array(times.seconds)
        times.build(works)
        faster = np.isin(roads.work, works)
        took = np.where(faster, np.minimum(took, roads.fast), took)
        graph = travel_graph(roads.tail, roads.head, took, took, len(roads.persons))
        full = np.minimum(nearest(graph, roads.services).seconds, roads.longest)
        assert times.seconds == pytest.approx(full)
        assert saved == pytest.approx(float(((before - full) * roads.persons).sum()))


@search
@given(with_travel())
def test_plans_for_both_aims_keep_every_condition(case):
    question, roads, hour = case
    try:
        plan = nearer(question, roads, hour)
    except (NotFoundQuickly, Infeasible):
        return
    assert not list(violations(question, plan.works))
    assert plan.value <= plan.bound
    assert person_seconds(roads, plan) >= 0
