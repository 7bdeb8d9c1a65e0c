"""Road plans: what is proven best is what trying everything finds, and no method ever breaks a condition."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from layers.planning.errors import Infeasible, NotFoundQuickly
from layers.planning.milp import Effort
from layers.planning.roads import problem as asked
from layers.planning.roads.exact import cheapest, exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.plan import violations, worth
from layers.planning.roads.problem import Problem

PROOF = Effort(seconds=20, gap=0.0)
search = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@st.composite
def problems(draw, everything: bool = True, most: int = 7) -> Problem:
    """Small problems with every condition there is, feasible or not."""
    nodes, edges = draw(st.integers(2, 6)), draw(st.integers(1, most))
    projects = draw(st.integers(0, 2)) if everything else 0
    works = edges + projects

    def many(values: st.SearchStrategy, size: int = works) -> list:
        return draw(st.lists(values, min_size=size, max_size=size))

    rare = st.sampled_from([0] * 9 + [1])
    more: dict = {}
    tail, head = many(st.integers(0, nodes - 1), edges), many(st.integers(0, nodes - 1), edges)
    if everything:
        segment = list(range(works))
        if edges > 1 and draw(st.booleans()):
            tail[1], head[1], segment[1] = tail[0], head[0], segment[0]
        more = {
            "benefit": many(st.sampled_from([0, 0, 1, 4])),
            "people": many(st.integers(0, 4)),
            "commune": many(st.integers(0, 1)),
            "cap": many(st.sampled_from([5, 9, np.inf]), 2),
            "floor": many(st.sampled_from([0, 0, 0, 6]), 2),
            "segment": segment,
            "strandable": many(rare, edges),
            "forced": many(st.sampled_from([0] * 12 + [1, -1])),
            "required": many(rare, nodes),
            "criteria": _criteria(draw, works),
        }
    cost = np.array(many(st.tuples(st.integers(0, 9), st.sampled_from([0, 0, 0, 3, 5]))), dtype=float)
    budget = draw(st.tuples(st.integers(1, 30), st.integers(0, 12)))
    key = draw(st.permutations(range(works)))
    weight = many(st.integers(0, 20), nodes)
    if everything:
        assume(any(value >= 0 for value in more["forced"]))
    return asked.problem(tail, head, weight, cost, budget, key=key, **more | _joinable(tail, head, more, works))


def _joinable(tail: list, head: list, more: dict, works: int) -> dict:
    if works == len(tail) and 0 not in tail + head and not any(more.get("strandable", [])):
        tail[0] = 0
    return {}


def _criteria(draw, works: int) -> asked.Criteria:
    rows = []
    count = draw(st.integers(0, 2))
    for criterion in range(count):
        for _ in range(draw(st.integers(1, 2))):
            credits = draw(st.lists(st.integers(0, 5), min_size=works, max_size=works))
            rows.append((criterion, list(range(works)), credits, draw(st.integers(-2, 12))))
    reward = draw(st.lists(st.sampled_from([0, 3, 30]), min_size=count, max_size=count))
    must = draw(st.lists(st.sampled_from([False] * 5 + [True]), min_size=count, max_size=count))
    return asked.criteria(works, rows, reward, must)


def every_choice(question: Problem):
    for bits in itertools.product([False, True], repeat=question.works):
        works = np.array(bits)
        if not any(violations(question, works)):
            yield works


@search
@given(problems())
def test_exact_is_what_trying_everything_finds(question):
    best = max((worth(question, works) for works in every_choice(question)), default=None)
    if best is None:
        with pytest.raises(Infeasible):
            exact(question, PROOF)
        return
    plan = exact(question, PROOF)
    assert plan.value == pytest.approx(best)
    assert plan.optimal
    assert plan.bound == pytest.approx(best, rel=1e-6)
    assert plan.gap < 1e-6


@search
@given(problems())
def test_quick_plans_keep_every_condition_and_stay_below_the_bound(question):
    choices = [worth(question, works) for works in every_choice(question)]
    try:
        plan = greedy(question)
    except (NotFoundQuickly, Infeasible):
        return
    assert not list(violations(question, plan.works))
    assert plan.value <= max(choices) + 1e-6
    assert plan.bound >= max(choices) - 1e-6
    built = [work for step in plan.steps for work in step.works]
    assert sorted(built) == np.flatnonzero(plan.works).tolist()


@search
@given(problems())
def test_cheapest_is_what_trying_everything_finds(question):
    price = question.price
    choices = sorted((price[works].sum(), -worth(question, works)) for works in every_choice(question))
    if not choices:
        with pytest.raises(Infeasible):
            cheapest(question, PROOF)
        return
    plan = cheapest(question, PROOF)
    assert price[plan.works].sum() == pytest.approx(choices[0][0])
    assert plan.value == pytest.approx(-choices[0][1])
