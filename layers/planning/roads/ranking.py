"""The packages of a plan in the order of what they buy."""

from dataclasses import replace

import numpy as np

from layers.planning.arrays import Bools

from .greedy import taken
from .plan import Step
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
