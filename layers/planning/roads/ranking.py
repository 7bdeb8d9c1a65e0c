"""The packages of a plan in the order of what they buy, and what other amounts of money would buy."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from layers.planning.arrays import Bools

from .greedy import greedy, taken
from .plan import Plan, Step, settle
from .problem import Problem
from .restrict import canonical


def ranking(question: Problem, works: Bools) -> tuple[Step, ...]:
    """Return the works of any feasible plan as packages: each a path to the next place, most persons per VND first.

    What wins no persons comes last, one work at a time, by its price: "criterion" where a criterion counts it,
    "forced" otherwise.
    """
    part = canonical(question)
    inner = part.problem
    here = works[part.works]
    growth = taken(
        replace(
            inner,
            forced=np.where(here, 0, -1),
            budget=np.full(len(inner.budget), np.inf),
            cap=np.full(len(inner.cap), np.inf),
        )
    )
    counted = np.zeros(inner.works, dtype=bool)
    counted[inner.criteria.credit.indices] = True
    rest = np.flatnonzero(here & ~growth.works())
    rest = rest[np.lexsort((rest, inner.price[rest]))]
    for work in rest.tolist():
        if not growth.chosen[work]:
            growth.add([work], "criterion" if counted[work] else "forced")
    return tuple(replace(step, works=tuple(int(part.works[work]) for work in step.works)) for step in growth.steps)


def curve(question: Problem, shares: Sequence[float]) -> list[Plan]:
    """Return a quick plan for each share of the budgets, smallest first: what more money buys, and less.

    A plan for less money is also one for more, so the values never fall. Raises as `greedy`, for the first share
    that no plan is found for.
    """
    plans: list[Plan] = []
    for share in sorted(shares):
        scaled = replace(question, budget=question.budget * share)
        plan = greedy(scaled)
        if plans and plans[-1].value > plan.value:
            last = plans[-1]
            plan = settle(scaled, last.method, last.works, plan.bound, False, plan.seconds, last.steps)
        plans.append(plan)
    return plans
