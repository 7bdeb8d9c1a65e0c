"""What a planner's own choices cost: each one undone alone, and all of them at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from layers.planning.watch import Watch

from .greedy import greedy
from .plan import Plan, settle
from .problem import Problem


@dataclass(frozen=True)
class Choice:
    """The price of works forced in or out. works: which; lost: weighted persons (benefits and rewards included) more
    that the plan `without` the choice wins; most: no plan without it wins more than that; proven: the price is exact.
    """

    works: tuple[int, ...]
    lost: float
    most: float
    proven: bool
    without: Plan


def choice_price(
    question: Problem, plan: Plan, works: Iterable[int], method: Callable[[Problem], Plan] = greedy
) -> Choice:
    """Return what it costs that works are forced as they are: the plan with them left open, against `plan`.

    A plan that obeys is also one that is free to: the price is never below zero. Raises as the method.
    """
    which = tuple(works)
    forced = question.forced.copy()
    forced[list(which)] = 0
    freed = replace(question, forced=forced)
    found = method(freed)
    if found.value < plan.value:
        found = settle(freed, plan.method, plan.works, found.bound, found.optimal, found.seconds, plan.steps)
    return Choice(
        works=which,
        lost=found.value - plan.value,
        most=max(found.bound - plan.value, 0.0),
        proven=found.optimal and plan.optimal,
        without=found,
    )


def choice_prices(
    question: Problem, plan: Plan, method: Callable[[Problem], Plan] = greedy, watch: Watch | None = None
) -> list[Choice]:
    """Return the price of each forced segment, in the order of the rows, and last of all of them together.

    Treatments of one segment are forced together. Ended by a watch, it returns what it has.
    """
    watch, made = watch or Watch(), []
    forced = np.flatnonzero(question.forced)
    names, first = np.unique(question.segment[forced], return_index=True)
    groups = [forced[question.segment[forced] == name] for name in names[np.argsort(first)]]
    for group in [*groups, forced] if len(groups) > 1 else groups:
        if watch.stopped:
            break
        made.append(choice_price(question, plan, group.tolist(), method))
    return made
