"""Road plans: what is proven best is what trying everything finds, and no method ever breaks a condition."""

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from layers.planning.errors import Infeasible, NotFoundQuickly
from layers.planning.milp import Effort
from layers.planning.roads import lns as neighbourhoods
from layers.planning.roads.curve import curve
from layers.planning.roads.exact import cheapest, exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.lns import lns
from layers.planning.roads.plan import reached, violations, worth
from layers.planning.roads.pricing import planned, priced
from layers.planning.roads.problem import Criteria, Problem, criteria, problem
from layers.planning.roads.ranking import ranking
from layers.planning.roads.reduction import reduced
from layers.planning.roads.relaxation import Relaxation
from layers.planning.roads.restrict import canonical
from layers.planning.watch import Watch

PROOF = Effort(seconds=20, gap=0.0)
search = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


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
    assume(any(value >= 0 for value in more.get("forced", [0])))
    assume(projects or 0 in tail + head)
    return problem(tail, head, weight, cost, budget, key=key, **more)


def _criteria(draw, works: int) -> Criteria:
    rows = []
    count = draw(st.integers(0, 2))
    for criterion in range(count):
        for _ in range(draw(st.integers(1, 2))):
            credits = draw(st.lists(st.integers(0, 5), min_size=works, max_size=works))
            rows.append((criterion, list(range(works)), credits, draw(st.integers(-2, 12))))
    reward = draw(st.lists(st.sampled_from([0, 3, 30]), min_size=count, max_size=count))
    must = draw(st.lists(st.sampled_from([False] * 5 + [True]), min_size=count, max_size=count))
    return criteria(works, rows, reward, must)


def every_choice(question: Problem):
    """Yield every choice of works that keeps all conditions; money and force, quickly told, are looked at first."""
    all_choices = np.array(list(itertools.product([False, True], repeat=question.works)))
    affordable = (all_choices @ question.cost <= question.budget + 1e-9).all(axis=1)
    obedient = (all_choices >= (question.forced > 0)) & (all_choices <= (question.forced >= 0))
    for works in all_choices[affordable & obedient.all(axis=1)]:
        if not any(violations(question, works)):
            yield works


@settings(search, max_examples=200)
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


def quick(question: Problem):
    """The quick plan, or none where a condition keeps it from finding one."""
    try:
        return greedy(question)
    except (NotFoundQuickly, Infeasible):
        return None


@search
@given(problems())
def test_neighbourhoods_never_break_a_condition_nor_lose_value(question):
    first = quick(question)
    if first is None:
        return
    best = max(worth(question, works) for works in every_choice(question))
    usual = neighbourhoods.FREE, neighbourhoods.REGION
    try:
        # Once by cuts and once by prices, as regions of very different size are planned.
        for neighbourhoods.FREE, neighbourhoods.REGION in ((3, 8000), (3, 0)):
            plan = lns(question, Effort(seconds=20), first, rounds=4)
            assert not list(violations(question, plan.works))
            assert first.value - 1e-6 <= plan.value <= best + 1e-6
            assert plan.bound >= best - 1e-6
    finally:
        neighbourhoods.FREE, neighbourhoods.REGION = usual


@search
@given(problems(), st.sampled_from([0.0, 0.3, 1.0, 4.0]))
def test_priced_money_bounds_every_plan(question, rate):
    first = quick(question)
    if first is None:
        return
    best = max(worth(question, works) for works in every_choice(question))
    part = canonical(question)
    answer = priced(part.problem, rate, first.works[part.works], time.perf_counter() + 20, Watch())
    assert answer.bound >= best - 1e-6
    try:
        works = part.whole(planned(part.problem, answer.works), question.works)
    except NotFoundQuickly:
        return
    assert not list(violations(question, works))


@search
@given(problems())
def test_cuts_bound_every_plan(question):
    choices = [worth(question, works) for works in every_choice(question)]
    if not choices:
        return
    inner = canonical(question).problem
    relaxation = Relaxation(inner, Watch())
    relaxation.cut(20, lambda bound: None)
    assert relaxation.bound >= max(choices) - 1e-6
    relaxation.choose_goals(20, 20)
    assert relaxation.bound >= max(choices) - 1e-6
    first = quick(question)
    if first is not None:
        relaxation.whole_goals(first.works[canonical(question).works], 20)
        assert relaxation.bound >= max(choices) - 1e-6


def test_a_ring_that_hangs_in_the_air_is_cut_off():
    """A ring 1-2-3 of 10 persons each, cheap in itself, behind a lane that takes all the money and more."""
    question = problem([0, 1, 2, 3], [1, 2, 3, 1], [0, 10, 10, 10], [100.0, 1, 1, 1], 50.0)
    relaxation = Relaxation(canonical(question).problem, Watch())
    relaxation.cut(20, lambda bound: None)
    # Half the lane is all the money buys: half of it all at most.
    assert relaxation.bound <= 15 + 1e-3


@search
@given(problems(everything=False), st.sampled_from([0.3, 1.0, 4.0]))
def test_reduction_keeps_the_best_answer(question, rate):
    inner = canonical(question).problem
    free = replace(inner, benefit=inner.benefit - rate * inner.cost.sum(axis=1), budget=inner.budget + np.inf)
    small = reduced(free)
    best = max(worth(free, works) for works in every_choice(free))
    chosen = max(every_choice(small.problem), key=lambda works: worth(small.problem, works))
    assert worth(small.problem, chosen) + small.offset == pytest.approx(best)
    whole = small.works(chosen, reached(inner, chosen))
    assert worth(free, whole) == pytest.approx(best)


@search
@given(problems(), st.randoms(use_true_random=False))
def test_answers_do_not_depend_on_the_order_of_rows_and_nodes(question, random):
    edges = random.sample(range(question.edges), question.edges)
    works = np.array(edges + random.sample(range(question.edges, question.works), question.works - question.edges))
    number = np.array([0, *random.sample(range(1, question.nodes), question.nodes - 1)])
    shuffled = replace(
        question,
        tail=number[question.tail[edges]],
        head=number[question.head[edges]],
        weight=question.weight[np.argsort(number)],
        required=question.required[np.argsort(number)],
        strandable=question.strandable[edges],
        criteria=replace(question.criteria, credit=question.criteria.credit[:, works]),
        **{
            name: getattr(question, name)[works]
            for name in ("cost", "benefit", "people", "commune", "segment", "forced", "place", "key")
        },
    )
    first, again = quick(question), quick(shuffled)
    assert (first is None) == (again is None)
    if first is not None and again is not None:
        assert set(question.key[first.works]) == set(shuffled.key[again.works])
        plan, other = exact(question, PROOF), exact(shuffled, PROOF)
        assert set(question.key[plan.works]) == set(shuffled.key[other.works])


@search
@given(problems())
def test_more_money_never_buys_less(question):
    richer = replace(question, budget=question.budget * 1.5)
    try:
        plan = exact(question, PROOF)
    except Infeasible:
        return
    assert exact(richer, PROOF).value >= plan.value - 1e-6
    if quick(question) is not None:
        values = [found.value for _share, found in curve(question, [1.0, 1.2, 2.0, 5.0])]
        assert values == sorted(values)


@search
@given(problems())
def test_the_ranking_of_a_plan_holds_each_of_its_works_once(question):
    plan = quick(question)
    if plan is None:
        return
    steps = ranking(question, plan.works)
    assert sorted(work for step in steps for work in step.works) == np.flatnonzero(plan.works).tolist()
    reward = question.criteria.reward[plan.met].sum()
    assert sum(step.gain for step in steps) + reward == pytest.approx(plan.value)
    assert sum(step.price for step in steps) == pytest.approx(question.price[plan.works].sum())


def steiner(tail: list[int], head: list[int], length: list[float], nodes: int, terminals: list[int]) -> float:
    """Return the length of the shortest tree over terminals, by another method: Dreyfus and Wagner (1971)."""
    far = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(far, 0)
    for a, b, metres in zip(tail, head, length, strict=True):
        far[a, b] = far[b, a] = min(far[a, b], metres)
    for middle in range(nodes):
        far = np.minimum(far, far[:, [middle]] + far[[middle], :])
    rest = terminals[1:]
    best = {1 << index: far[terminal].copy() for index, terminal in enumerate(rest)}
    for group in range(1, 1 << len(rest)):
        if group not in best:
            parts = [part for part in range(1, group) if part & group == part]
            joined = np.min([best[part] + best[group - part] for part in parts], axis=0)
            best[group] = (joined[:, None] + far).min(axis=0)
    return float(best[(1 << len(rest)) - 1][terminals[0]])


@pytest.mark.parametrize("seed", range(6))
def test_cheapest_finds_the_steiner_trees_another_method_finds(seed):
    """Grids with random lengths and terminals, made like the grids of SteinLib."""
    random = np.random.default_rng(seed)
    number = np.arange(30).reshape(5, 6)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()]).tolist()
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()]).tolist()
    length = random.integers(1, 10, len(tail)).astype(float)
    terminals = [0, *random.choice(np.arange(1, 30), 5, replace=False).tolist()]
    required = np.isin(np.arange(30), terminals[1:])
    question = problem(tail, head, np.zeros(30), length, length.sum(), required=required)
    plan = cheapest(question, PROOF)
    assert plan.optimal
    assert length[plan.works].sum() == steiner(tail, head, length.tolist(), 30, terminals)
