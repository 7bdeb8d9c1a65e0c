"""A better treatment where money is left: a growing plan reaches places by the cheapest one of each segment."""

from dataclasses import replace

import numpy as np

from .growth import Growth


def enrich(growth: Growth) -> None:
    """Exchange treatments for others of their segment that win more, most persons per VND first, while money lasts.

    No criterion loses by it: the other has to count at least as much in every row.
    """
    benefit = growth.question.benefit
    if len(growth.treatments) == growth.question.works:
        return
    offers = []
    for segment in {growth.segment[work] for work in np.flatnonzero(growth.works()).tolist()}:
        works = growth.treatments[segment]
        old = next(work for work in works if growth.chosen[work])
        for new in works:
            won, paid = float(benefit[new] - benefit[old]), growth.price[new] - growth.price[old]
            if won > 0 and _stands_for(growth, old, new):
                offers.append((-won / max(paid, 1e-9), new))
    for _ratio, new in sorted(offers):
        old = next(work for work in growth.treatments[growth.segment[new]] if growth.chosen[work])
        if benefit[new] > benefit[old] and _stands_for(growth, old, new):
            _exchange(growth, old, new)


def _stands_for(growth: Growth, old: int, new: int) -> bool:
    """Tell whether a work joins and counts what another does, and neither of them is forced."""
    question = growth.question
    if question.forced[old] != 0 or question.forced[new] != 0:
        return False
    if growth.commune[old] != growth.commune[new] or max(old, new) >= growth.edges > min(old, new):
        return False
    if new < growth.edges and (
        set(growth.ends[old]) != set(growth.ends[new]) or not all(growth.connected[node] for node in growth.ends[new])
    ):
        return False
    credit = question.criteria.credit
    return bool((credit[:, [new]].toarray() >= credit[:, [old]].toarray()).all())


def _exchange(growth: Growth, old: int, new: int) -> None:
    """Build one work instead of another if money suffices and the floor of its commune is still kept."""
    commune = growth.commune[old]
    saved = growth.snapshot()
    growth.chosen[old] = growth.closed[new] = False
    growth.left = [left + cost for left, cost in zip(growth.left, growth.cost[old], strict=True)]
    growth.left_people[commune] += growth.people[old]
    growth.invested[commune] -= growth.price[old]
    if not growth.fits([new]) or growth.invested[commune] + growth.price[new] < growth.question.floor[commune]:
        growth.restore(saved)
        return
    growth.build(new)
    won = float(growth.question.benefit[new] - growth.question.benefit[old])
    paid = growth.price[new] - growth.price[old]
    for index, step in enumerate(growth.steps):
        if old in step.works:
            works = tuple(new if work == old else work for work in step.works)
            growth.steps[index] = replace(step, works=works, gain=step.gain + won, price=step.price + paid)
