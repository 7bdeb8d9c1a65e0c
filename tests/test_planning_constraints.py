"""One small hand-solved network for each condition a plan has to keep. Costs in million VND, weights in persons."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from django.utils.translation import override

from layers.planning.errors import (
    Infeasible,
    Negative,
    NoBudget,
    NoCandidates,
    NoCentre,
    NotANumber,
    NotFoundQuickly,
)
from layers.planning.milp import Effort
from layers.planning.network.contraction import contract
from layers.planning.roads.equity import even_floors
from layers.planning.roads.exact import cheapest, exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.lns import lns
from layers.planning.roads.plan import Plan
from layers.planning.roads.problem import Problem, criteria, problem

PROOF = Effort(seconds=20, gap=0.0)
METHODS = [greedy, lambda question: exact(question, PROOF), lambda question: lns(question, PROOF)]
each_method = pytest.mark.parametrize("plan", METHODS, ids=["greedy", "exact", "lns"])


def lane(budget: object, **more: object) -> Problem:
    """0 -4- 1 (10 persons) -3- 2 (30 persons), and 0 -6- 3 (20 persons)."""
    return problem([0, 1, 0], [1, 2, 3], [0, 10, 30, 20], more.pop("cost", [4.0, 3, 6]), budget, **more)


def built(plan: Plan) -> list[int]:
    return np.flatnonzero(plan.works).tolist()


@each_method
@pytest.mark.parametrize(
    ("budget", "works", "value"), [(3, [], 0), (4, [0], 10), (6, [2], 20), (7, [0, 1], 40), (13, [0, 1, 2], 60)]
)
def test_the_best_connected_works_within_the_budget(plan, budget, works, value):
    """With 6, 20 persons for 6 beat 10 for 4, for the 30 behind those are out of reach."""
    found = plan(lane(float(budget)))
    assert built(found) == works
    assert found.value == value


@each_method
def test_nothing_is_left_hanging_in_the_air(plan):
    """1-2 alone is affordable and touches 30 persons, yet leads nowhere."""
    assert built(plan(lane(3.5))) == []


@each_method
def test_each_source_has_its_own_limit(plan):
    """The province pays all of 0-3 and half of the rest; its money, not the total, is short."""
    cost = [[2.0, 2], [1.5, 1.5], [6, 0]]
    assert built(plan(lane([7.0, 3.5], cost=cost))) == [0, 1]
    assert built(plan(lane([9.5, 3.0], cost=cost))) == [0, 2]


@each_method
def test_communities_give_no_more_than_they_can(plan):
    people = [1.0, 1, 3]
    assert built(plan(lane(20.0, people=people, commune=[0, 0, 1], cap=[2.0, 2.9]))) == [0, 1]
    assert built(plan(lane(20.0, people=people, commune=[0, 0, 1], cap=[1.0, 3.0]))) == [0, 2]


@each_method
def test_what_is_forced_in_is_connected_and_what_is_forced_out_is_left(plan):
    assert built(plan(lane(10.0, forced=[0, 0, 1]))) == [0, 2]
    assert built(plan(lane(7.0, forced=[0, 1, 0]))) == [0, 1]
    assert built(plan(lane(13.0, forced=[-1, 0, 0]))) == [2]


@each_method
def test_places_that_have_to_be_connected(plan):
    assert built(plan(lane(7.0, required=[0, 0, 0, 1]))) == [2]
    with pytest.raises((Infeasible, NotFoundQuickly)):
        plan(lane(5.0, required=[0, 0, 0, 1]))


@each_method
def test_a_floor_spends_where_persons_alone_would_not(plan):
    assert built(plan(lane(10.0, commune=[0, 0, 1], floor=[0.0, 5.0]))) == [0, 2]
    with pytest.raises((Infeasible, NotFoundQuickly)):
        plan(lane(10.0, commune=[0, 0, 1], floor=[0.0, 7.0]))


def two_communes(budget: float = 10.0, **more: object) -> Problem:
    return lane(budget, commune=[0, 0, 1], **more)


def test_even_shares_are_the_same_part_of_what_each_commune_lacks():
    """7 and 6 are lacking, 10 of 13 are there; people who can give 1 of 2 lower their commune's share to a half."""
    assert even_floors(two_communes(), 1.0) == pytest.approx([70 / 13, 60 / 13])
    assert even_floors(two_communes(), 0.7) == pytest.approx([49 / 13, 42 / 13])
    assert even_floors(two_communes(99.0), 1.0) == pytest.approx([7, 6])
    poor = two_communes(99.0, people=[1.0, 1, 0], cap=[1.0, 0])
    assert even_floors(poor, 1.0) == pytest.approx([4.5, 6])


def test_what_no_centre_can_be_reached_from_is_no_part_of_an_even_share():
    assert even_floors(two_communes(99.0, forced=[-1, 0, 0]), 1.0) == pytest.approx([0, 6])


@each_method
def test_an_even_share_costs_the_persons_it_costs(plan):
    """10 win 40 persons in the first commune alone; with 7 tenths of an even share for both, 30."""
    question = two_communes()
    assert plan(question).value == 40
    even = plan(replace(question, floor=even_floors(question, 0.7)))
    assert built(even) == [0, 2]
    assert even.value == 30


@each_method
def test_one_treatment_a_segment(plan):
    """0-1 in stone for 4 or in concrete for 5; only concrete counts 9 persons along it."""
    question = problem([0, 0], [1, 1], [0, 10], [4.0, 5], 9.0, segment=[7, 7], benefit=[0.0, 9])
    assert built(plan(question)) == [1]
    assert [(step.works, step.gain, step.price) for step in plan(question).steps] == [((1,), 19, 5)]
    assert built(plan(replace(question, budget=np.array([4.5])))) == [0]


@each_method
def test_three_treatments_compete_with_other_roads(plan):
    """Stone 2, two metres of concrete 4 for 3 persons more, three metres 6 for 4 more; another road 3 for 5."""
    question = problem(
        [0, 0, 0, 0], [1, 1, 1, 2], [0, 10, 5], [2.0, 4, 6, 3], 5.0, segment=[7, 7, 7, 8], benefit=[0.0, 3, 4, 0]
    )
    assert built(plan(question)) == [0, 3]
    assert built(plan(replace(question, budget=np.array([7.0])))) == [1, 3]
    assert built(plan(replace(question, budget=np.array([9.0])))) == [2, 3]


def river(budget: float, forced: object = 0) -> Problem:
    """0 -2- 1 (5 persons) -bridge 5- 2 (10) = concrete = 3 (30) -3- 4 (20), and 0 -culvert 9- 2.

    Bridge and culvert are edges of their own, between the roads on either side; 2 and 3 are one place.
    """
    tail, head = np.array([0, 1, 2, 3, 0]), np.array([1, 2, 3, 4, 2])
    made = contract(tail, head, 5, np.array([False, False, True, False, False]), np.array([0]))
    weight = np.bincount(made.node, [0.0, 5, 10, 30, 20], minlength=made.count)
    price = np.array([2.0, 5, 0, 3, 9])[made.edges]
    return problem(made.tail, made.head, weight, price, budget, forced=forced)


LANE, BRIDGE, BEHIND, CULVERT = range(4)


@each_method
@pytest.mark.parametrize(
    ("budget", "works", "value"),
    [(4.0, [LANE], 5), (7.0, [LANE, BRIDGE], 45), (10.0, [LANE, BRIDGE, BEHIND], 65)],
)
def test_a_bridge_is_built_or_not_by_itself(plan, budget, works, value):
    """What is passable behind the bridge counts with it; the lane behind costs 3, yet is not begun for 4 without it."""
    found = plan(river(budget))
    assert built(found) == works
    assert found.value == value


@each_method
def test_a_bridge_costs_its_own_price_and_a_culvert_takes_its_place(plan):
    """5 for the bridge of 7 with its lane; where it cannot be built, the culvert for 9."""
    found = plan(river(7.0))
    assert [(sorted(step.works), step.gain, step.price) for step in found.steps] == [([LANE, BRIDGE], 45, 7)]
    assert built(plan(river(9.0, forced=[0, -1, 0, 0]))) == [CULVERT]


@each_method
def test_nothing_is_built_behind_a_bridge_that_is_not(plan):
    """With both crossings left out the 20 persons behind are out of reach, whatever money there is."""
    assert built(plan(river(100.0, forced=[0, -1, 0, -1]))) == [LANE]
    with pytest.raises((Infeasible, NotFoundQuickly)):
        plan(river(100.0, forced=[0, -1, 1, -1]))


@each_method
def test_a_bridge_that_is_to_be_built_brings_the_lane_that_leads_to_it(plan):
    assert built(plan(river(9.0, forced=[0, 1, 0, 0]))) == [LANE, BRIDGE]


@each_method
def test_persons_along_a_loop_count_once_its_place_is_connected(plan):
    question = problem([0, 1], [1, 1], [0, 10], [4.0, 2], 6.0, benefit=[0.0, 5])
    assert plan(question).value == 15
    assert plan(problem([0, 1], [1, 1], [0, 10], [4.0, 2], 3.0, benefit=[0.0, 5])).value == 0


@each_method
def test_a_facility_competes_for_the_same_money(plan):
    """A culture house for 5 wins 25 persons."""
    question = problem([0, 1, 0], [1, 2, 3], [0, 10, 30, 20], [4.0, 3, 6, 5], 7.0, benefit=[0.0, 0, 0, 25])
    assert built(plan(question)) == [0, 1]
    question = problem([0, 1, 0], [1, 2, 3], [0, 10, 30, 20], [4.0, 3, 6, 5], 5.5, benefit=[0.0, 0, 0, 25])
    assert built(plan(question)) == [3]


def length_criterion(reward: float, need: float = 900, must: bool = False, **more: object) -> Problem:
    """400 m on 0-1, 300 m on 1-2, 900 m on 0-3 count towards a criterion."""
    goal = criteria(3, [(0, [0, 1, 2], [400.0, 300, 900], need)], [reward], [must])
    return lane(more.pop("budget", 7.0), criteria=goal, **more)


@each_method
def test_a_length_criterion_is_met_where_its_reward_is_worth_the_persons(plan):
    assert built(plan(length_criterion(reward=5))) == [0, 1]
    chosen = plan(length_criterion(reward=50))
    assert built(chosen) == [2]
    assert chosen.met.tolist() == [True]
    assert chosen.value == 70


@each_method
def test_a_criterion_that_has_to_be_met_is(plan):
    assert built(plan(length_criterion(reward=0, must=True))) == [2]
    with pytest.raises((Infeasible, NotFoundQuickly)):
        plan(length_criterion(reward=0, need=1700, must=True))


@each_method
def test_length_may_be_bought_where_nothing_connects_it_if_its_class_allows(plan):
    goal = criteria(3, [(0, [1], [300.0], 300)], [1.0], [True])
    assert built(plan(lane(3.0, criteria=goal, strandable=[0, 1, 0]))) == [1]
    with pytest.raises((Infeasible, NotFoundQuickly)):
        plan(lane(3.0, criteria=goal))


def test_the_cheapest_way_to_met():
    """700 m: 0-1 with 1-2 for 7, or 0-3 for 6. 400 m: 0-1 for 4."""
    assert built(cheapest(length_criterion(0, need=700, must=True, budget=100.0), PROOF)) == [2]
    assert built(cheapest(length_criterion(0, need=400, must=True, budget=100.0), PROOF)) == [0]
    with pytest.raises(Infeasible):
        cheapest(length_criterion(0, need=1700, must=True, budget=100.0), PROOF)


def test_among_equally_cheap_ways_the_one_that_serves_most_persons():
    goal = criteria(2, [(0, [0, 1], [100.0, 100], 100)], [0.0], [True])
    question = problem([0, 0], [1, 2], [0, 10, 30], [4.0, 4], 100.0, criteria=goal)
    assert built(cheapest(question, PROOF)) == [1]


def test_the_quick_plan_tells_its_picks_in_order():
    found = greedy(lane(20.0))
    assert [(step.works, step.gain, step.price) for step in found.steps] == [((0, 1), 40, 7), ((2,), 20, 6)]
    assert {step.why for step in found.steps} == {"value"}
    assert exact(lane(20.0), PROOF).steps == found.steps


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"budget": 0.0}, NoBudget),
        ({"budget": [0.0, 0.0], "cost": [[1.0, 1]] * 3}, NoBudget),
        ({"budget": -1.0}, Negative),
        ({"budget": np.nan}, NotANumber),
        ({"cost": [4.0, -3, 6]}, Negative),
        ({"cost": [4.0, np.nan, 6]}, NotANumber),
        ({"cost": [4.0, np.inf, 6]}, NotANumber),
        ({"people": [0.0, -1, 0]}, Negative),
        ({"cap": [np.nan]}, NotANumber),
        ({"floor": [-1.0]}, Negative),
        ({"benefit": [np.nan, 0, 0]}, NotANumber),
        ({"forced": [-1, -1, -1]}, NoCandidates),
    ],
)
def test_broken_questions_are_refused_by_name(given, error):
    with pytest.raises(error):
        lane(given.pop("budget", 7.0), **given)


def test_a_network_that_touches_no_centre_is_refused():
    with pytest.raises(NoCentre):
        problem([1, 2], [2, 3], [0, 1, 1, 1], [1.0, 1], 5.0)


def test_isolated_places_that_have_to_be_connected_are_refused():
    with pytest.raises(Infeasible):
        exact(problem([0, 2], [1, 3], [0, 1, 1, 1], [1.0, 1], 5.0, required=[0, 0, 0, 1]), PROOF)
    with pytest.raises((Infeasible, NotFoundQuickly)):
        greedy(problem([0, 2], [1, 3], [0, 1, 1, 1], [1.0, 1], 5.0, required=[0, 0, 0, 1]))


@pytest.mark.parametrize(("language", "message"), [("en", "Row 2: the cost is -3"), ("vi", "-3")])
def test_refusals_say_where_and_what_to_do(language, message):
    with override(language), pytest.raises(Negative) as caught:
        lane(7.0, cost=[4.0, -3, 6])
    with override(language):
        assert message in str(caught.value)


def test_quick_plans_need_no_solver_and_no_settings():
    """A web process makes quick plans; the solver is loaded by workers alone."""
    code = (
        "import sys, layers.planning.roads.greedy, layers.planning.network.report, layers.planning.access.times;"
        "sys.exit('highspy' in sys.modules or 'layers.models' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
