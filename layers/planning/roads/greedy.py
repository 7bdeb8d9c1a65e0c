"""The quick method: take the path with most persons per VND that fits, again and again.

Packages, not single segments: two segments in series are worthless alone, so ranking them one by one has no
bound at all. What must hold comes first (forced works, required nodes, criteria, floors), then value. Two runs,
with rewarded criteria competing for money and with criteria from what is left over; the better one stands.
"""

import heapq
import time
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from layers.planning.errors import NotFoundQuickly

from .bound import quick_bound
from .criteria import complete, criterion_prices
from .growth import INFINITY, Growth
from .plan import Plan, Step, criteria_met, settle, worth
from .problem import TOLERANCE, Problem
from .restrict import canonical
from .treatments import enrich


def greedy(question: Problem) -> Plan:
    """Return a plan that keeps every condition, with its picks in order and a proven bound.

    Raises NotFoundQuickly where the quick method cannot keep a condition, Infeasible where nothing could.
    """
    began = time.perf_counter()
    part = canonical(question)
    runs = [grown(part.problem, competing) for competing in ([True, False] if _has_rewards(part.problem) else [False])]
    best = max(runs, key=lambda growth: worth(part.problem, growth.works()))
    bound = quick_bound(part.problem)
    steps = tuple(
        Step(step.why, tuple(int(part.works[work]) for work in step.works), step.gain, step.price)
        for step in best.steps
    )
    works = part.whole(best.works(), question.works)
    return settle(question, "greedy", works, bound, False, time.perf_counter() - began, steps)


def _has_rewards(question: Problem) -> bool:
    return bool(question.criteria.reward.any())


def grown(question: Problem, competing: bool, first: Sequence[int] = ()) -> Growth:
    """Grow a plan of a canonical problem, from works `first` that fit. Raises NotFoundQuickly."""
    growth = with_conditions(question, first)
    _take_best(growth, competing)
    finish(growth)
    return growth


def with_conditions(question: Problem, first: Sequence[int] = ()) -> Growth:
    """Grow what has to hold, and nothing more. Raises NotFoundQuickly."""
    growth = Growth(question)
    if first:
        growth.add(list(first), "value")
    _force(growth)
    _require(growth)
    for criterion in question.criteria.must.nonzero()[0].tolist():
        if not complete(growth, criterion):
            raise NotFoundQuickly(_("a criterion that has to be met"))
    _fill_floors(growth)
    return growth


def finish(growth: Growth) -> None:
    """Meet criteria, join persons and better treatments with what money is left."""
    _finish_criteria(growth)
    _take_best(growth, False)
    enrich(growth)


def taken(question: Problem) -> Growth:
    """Grow a canonical problem by value alone."""
    growth = Growth(question)
    _take_best(growth, False)
    return growth


def _add(growth: Growth, works: list[int] | None, why: str, condition: Promise) -> None:
    if works is None or not growth.fits(works):
        raise NotFoundQuickly(condition)
    if works:
        growth.add(works, why)


def _force(growth: Growth) -> None:
    """Build what is forced in, nearest first."""
    waiting = growth.question.forced.nonzero()[0]
    pending = [work for work in waiting.tolist() if growth.question.forced[work] > 0]
    while pending := [work for work in pending if not growth.chosen[work]]:
        nearest = min(pending, key=lambda work: (growth.access(work)[0], work))
        _add(growth, growth.with_path(nearest), "forced", _("works forced in"))


def _require(growth: Growth) -> None:
    """Connect the nodes that have to be, nearest first."""
    waiting = growth.question.required.nonzero()[0].tolist()
    while waiting := [node for node in waiting if not growth.connected[node]]:
        nearest = min(waiting, key=lambda node: (growth.distance[node], node))
        reachable = growth.distance[nearest] < INFINITY
        _add(growth, growth.path(nearest) if reachable else None, "required", _("places that have to be connected"))


def _fill_floors(growth: Growth) -> None:
    """Spend in each commune what has to be spent there at least: best value first, or where one commune then takes the
    money of another's floor, cheapest first."""
    saved = growth.snapshot()
    for thrifty in (False, True):
        if all(_filled(growth, commune, thrifty) for commune in growth.question.floor.nonzero()[0].tolist()):
            return
        growth.restore(saved)
    raise NotFoundQuickly(_("the floor of each commune"))


def _filled(growth: Growth, commune: int, thrifty: bool) -> bool:
    """Add works in a commune up to its floor, cheapest first if `thrifty`; tell whether it is reached."""
    floor = float(growth.question.floor[commune])
    short = floor - TOLERANCE * max(floor, 1.0)
    works = (growth.question.commune == commune).nonzero()[0].tolist()
    # Values change with each addition, mostly little: what is on top is looked at again before it is taken.
    offers = [(-INFINITY, work) for work in works if growth.price[work] > 0]
    while offers and growth.invested[commune] < short:
        _value, work = heapq.heappop(offers)
        path = growth.with_path(work) if growth.open(work) else None
        if path is None:
            continue
        price = growth.price[work] + growth.access(work)[0]
        value = price if thrifty else -gain(growth, path) / price
        if offers and value > offers[0][0]:
            heapq.heappush(offers, (value, work))
        elif growth.fits(path):
            growth.add(path, "floor")
    return bool(growth.invested[commune] >= short)


def gain(growth: Growth, works: list[int]) -> float:
    """Return the weighted persons that works win which join what is connected."""
    ends = {node for work in works if work < growth.edges for node in growth.ends[work]}
    won = sum(growth.weight[node] for node in ends if not growth.connected[node])
    return won + sum(growth.benefit[work] for work in works)


def _take_best(growth: Growth, competing: bool) -> None:
    """Take the best offer that fits until none does; what did not fit once never will, for money only shrinks."""
    waiting = criterion_prices(growth) if competing else []
    while growth.order:
        ratio, entry, reach = heapq.heappop(growth.order)
        while waiting and waiting[0][0] <= ratio:
            _reward, criterion = heapq.heappop(waiting)
            heapq.heappush(growth.order, (ratio, entry, reach))
            complete(growth, criterion)
            ratio, entry, reach = heapq.heappop(growth.order)
        if entry < 0:
            works = growth.with_path(-1 - entry) if growth.open(-1 - entry) else None
        elif growth.connected[entry] or growth.distance[entry] != reach:
            continue
        else:
            works = growth.path(entry)
        if works and growth.fits(works):
            growth.add(works, "value")


def _finish_criteria(growth: Growth) -> None:
    """Meet rewarded criteria with what money is left, the cheapest per reward first."""
    for _ratio, criterion in sorted(criterion_prices(growth)):
        if not criteria_met(growth.question, growth.works())[criterion]:
            complete(growth, criterion)
