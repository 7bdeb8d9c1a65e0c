"""How far a plan can be trusted: labels, prices of choices, curves, and ending a method half-way. Hand-made cases."""

import time

import numpy as np
import pytest
from django.utils.translation import override

from layers.planning.errors import Negative, NotFoundInTime, Stopped
from layers.planning.milp import Effort
from layers.planning.roads import lns as neighbourhoods
from layers.planning.roads.choices import choice_price, choice_prices
from layers.planning.roads.curve import curve
from layers.planning.roads.exact import cheapest, exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.lns import lns
from layers.planning.roads.plan import violations
from layers.planning.roads.problem import Problem, criteria, problem
from layers.planning.roads.stability import doubt, stability
from layers.planning.watch import Progress, Watch

PROOF = Effort(seconds=20, gap=0.0)


def proven(question: Problem):
    return exact(question, PROOF)


def rivals(**more: object) -> Problem:
    """From the centre: to 1, 10 persons for 5; to 2, 4 persons for 5, 3 of them poor and counting four times;
    to 3, 50 persons for 1; to 4, 100 persons for 100. There is money for 6."""
    return problem([0, 0, 0, 0], [1, 2, 3, 4], [0, 10, 13, 50, 100], [5.0, 5, 1, 100], 6.0, **more)


def test_what_hangs_on_the_weight_of_the_poor_is_borderline():
    """Place 2 beats place 1 where 4 + 3 (f - 1) > 10, that is in 5 of the 7 parts of f between 1 and 8."""
    question = rivals()
    found = stability(question, doubt(question, [0, 0, 3, 0, 0], factor=4, spread=0.0), greedy(question))
    assert found.runs == 200
    assert found.complete
    assert found.share[1] == pytest.approx(5 / 7, abs=0.1)
    assert found.share[0] == pytest.approx(1 - found.share[1])
    assert found.labels == ["borderline", "borderline", "core", "never"]


def test_what_takes_all_the_money_is_built_where_it_is_not_dearer():
    question = problem([0], [1], [0, 10], [5.0], 5.0)
    found = stability(question, doubt(question), greedy(question))
    assert found.share[0] == pytest.approx(0.5, abs=0.1)
    assert found.unanswered == 0


def test_runs_that_no_plan_answers_are_told():
    question = problem([0], [1], [0, 10], [5.0], 5.0, forced=[1])
    found = stability(question, doubt(question), greedy(question))
    assert found.unanswered + found.runs == 200
    assert 60 < found.unanswered < 140
    assert found.share[0] == 1


def test_regret_is_what_the_plan_at_hand_gives_away():
    """Where the poor count once, 2 is worth 4 and 1 is worth 10: with 3, 54 of 60."""
    question = rivals()
    about = doubt(question, [0, 0, 3, 0, 0], factor=4, low=1, high=1, spread=0.0)
    found = stability(question, about, greedy(question), runs=3)
    assert found.regret == pytest.approx([0.1, 0.1, 0.1])


def test_a_segment_is_core_though_its_treatment_is_not():
    """Stone for 4, and for 5 concrete, which counts 9 more persons along it but is dearer than that half the time."""
    question = problem([0, 0], [1, 1], [0, 10], [4.0, 5], 5.0, segment=[7, 7], benefit=[0.0, 9])
    found = stability(question, doubt(question), proven(question), method=proven)
    assert found.share.max() < 0.9
    assert found.segment[0] == found.segment[1] == pytest.approx(found.share.sum())
    assert found.labels == ["core", "core"]


def test_labels_do_not_depend_on_the_order_of_rows():
    question = rivals(key=[3, 1, 4, 2])
    order = [2, 0, 3, 1]
    again = problem(
        [0] * 4,
        np.array([1, 2, 3, 4])[order],
        question.weight,
        question.cost[order],
        6.0,
        key=question.key[order],
    )
    found, other = (
        stability(each, doubt(each, [0, 0, 3, 0, 0], factor=4), greedy(each), runs=50) for each in (question, again)
    )
    assert found.share[order].tolist() == other.share.tolist()
    assert len(set(found.share.tolist())) > 2


def test_broken_doubts_are_refused():
    question = rivals()
    with pytest.raises(Negative):
        doubt(question, [0, 0, -3, 0, 0])
    with pytest.raises(ValueError, match="poor"):
        doubt(question, [0, 3])


def test_the_price_of_each_forced_choice_and_of_all():
    """Of 0-1 (10 persons for 5), 0-2 (13 for 5), 0-3 (50 for 1), with 6 to spend, best are 63. Forcing 0-1 in leaves
    60; ruling 0-3 out leaves 13, and with both 10."""
    question = rivals(forced=[1, 0, -1, 0])
    plan = proven(question)
    assert plan.value == 10
    prices = choice_prices(question, plan, proven)
    assert [choice.works for choice in prices] == [(0,), (2,), (0, 2)]
    assert [choice.lost for choice in prices] == [3, 50, 53]
    assert all(choice.proven for choice in prices)
    assert np.flatnonzero(prices[2].without.works).tolist() == [1, 2]
    single = rivals(forced=[1, 0, 0, 0])
    assert choice_price(single, proven(single), [0], proven).lost == 3


def test_treatments_of_a_segment_are_one_choice():
    question = problem([0, 0], [1, 1], [0, 10], [4.0, 5], 9.0, segment=[7, 7], benefit=[0.0, 9], forced=[0, -1])
    assert [choice.lost for choice in choice_prices(question, proven(question), proven)] == [9]
    question = problem([0, 0, 0], [1, 1, 2], [0, 10, 3], [4.0, 5, 4], 4.0, segment=[7, 7, 8], forced=[-1, -1, 0])
    prices = choice_prices(question, proven(question), proven)
    assert [(choice.works, choice.lost) for choice in prices] == [((0, 1), 7)]


def test_a_choice_without_price_costs_nothing():
    question = rivals(forced=[0, 0, 1, -1])
    assert [choice.lost for choice in choice_prices(question, greedy(question))] == [0, 0, 0]


def test_the_curve_of_what_money_buys():
    """With 1 place 3; with 5 too; with 6 place 2 as well; with 12 all but place 4."""
    plans = curve(rivals(), [2, 1, 1 / 6, 5 / 6])
    assert [plan.value for _share, plan in plans] == [50, 50, 63, 73]
    assert [plan.value for _share, plan in curve(rivals(), [1, 2], proven)] == [63, 73]
    assert len(curve(rivals(), [1, 2], watch=Watch(stop=lambda: True))) == 1


def town(places: int = 900, seed: int = 3, **more: object) -> Problem:
    """A grid of lanes around a centre in its corner, with money for a tenth."""
    random, side = np.random.default_rng(seed), round(places**0.5)
    number = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    cost = random.integers(5, 60, len(tail)).astype(float)
    spot = np.stack([number % side, number // side], axis=-1).reshape(-1, 2).astype(float)
    return problem(
        tail,
        head,
        random.integers(0, 40, side * side),
        cost,
        cost.sum() / 10,
        place=(spot[tail] + spot[head]) / 2,
        **more,
    )


def test_a_method_that_is_ended_answers_with_the_plan_it_has():
    question = town()
    first = greedy(question)
    for method in (exact, lns):
        began = time.perf_counter()
        plan = method(question, Effort(seconds=300, watch=Watch(stop=lambda: True)), first)
        assert time.perf_counter() - began < 100
        assert not list(violations(question, plan.works))
        assert first.value <= plan.value <= plan.bound
        assert plan.bound <= first.bound


def test_a_method_that_is_ended_before_it_has_a_plan_says_so():
    goal = criteria(1740, [(0, list(range(1740)), [1.0] * 1740, 170)], [0.0], [True])
    question = town(criteria=goal)
    with pytest.raises(Stopped) as caught:
        exact(question, Effort(seconds=300, watch=Watch(stop=lambda: True)))
    with override("vi"):
        assert "dừng" in str(caught.value)
    with pytest.raises(NotFoundInTime):
        cheapest(question, Effort(seconds=0.01))


def test_progress_is_told_and_only_ever_better(monkeypatch):
    monkeypatch.setattr(neighbourhoods, "FREE", 60)
    question, told = town(places=200), []
    plan = lns(question, Effort(seconds=20, watch=Watch(tell=told.append, every=0.0)), rounds=5)
    assert len(told) > 2
    assert [progress.value for progress in told] == sorted(progress.value for progress in told)
    assert [progress.bound for progress in told] == sorted((progress.bound for progress in told), reverse=True)
    assert told[-1].value <= plan.value
    assert plan.bound <= told[0].bound
    assert all(progress.seconds >= 0 and 0 <= progress.gap <= 1 for progress in told)


def test_an_error_of_who_looks_on_ends_the_method():
    def tell(progress: Progress) -> None:
        raise ConnectionError("the store is gone")

    with pytest.raises(ConnectionError):
        exact(town(), Effort(seconds=60, watch=Watch(tell=tell)))


def test_runs_made_before_the_end_count():
    question, calls = rivals(), []
    watch = Watch(stop=lambda: calls.append(1) or len(calls) > 4, every=0.0)
    found = stability(question, doubt(question), greedy(question), watch=watch)
    assert (found.runs, found.complete) == (5, False)
    assert found.share.max() <= 1


@pytest.mark.parametrize(("value", "bound", "gap"), [(90, 100, 0.1), (100, 100, 0), (0, np.inf, 1), (0, 0, 0)])
def test_the_gap_that_progress_tells(value, bound, gap):
    assert Progress(1.0, value, bound).gap == pytest.approx(gap)
