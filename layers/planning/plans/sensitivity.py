"""Which inputs would change the answer: the plan made anew with one of them changed at a time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from layers.planning.arrays import Bools
from layers.planning.errors import Infeasible, NotFoundInTime, NotFoundQuickly
from layers.planning.roads.plan import Plan
from layers.planning.roads.problem import Problem
from layers.planning.watch import Watch

from .case import HOUSEHOLDS, PERSONS, POOR_PERSONS
from .gains import served
from .question import Question

#: By how much prices are doubted, up and down; the same as in the runs of `trust`.
PRICE = 0.15
#: A plan of which less than this share of the money stays where it was is another plan.
SAME = 0.9


def sensitivity(
    question: Question, plan: Plan, method: Callable[[Problem], Plan], watch: Watch
) -> list[dict[str, Any]]:
    """Return for each changed input how much of the plan stays, by money, and how many more households it reaches.

    `changes`: the input matters; None for "kept" and "households" where nothing can be planned with it so.
    """
    made: list[dict[str, Any]] = []
    base = _homes(question, plan.works)
    for code, asked in _changed(question):
        try:
            other = method(asked).works
        except (Infeasible, NotFoundQuickly, NotFoundInTime):
            made.append({"code": code, "kept": None, "households": None, "changes": True})
            continue
        kept = _kept(question, plan.works, other)
        made.append(
            {
                "code": code,
                "kept": round(kept, 3),
                "households": round(_homes(question, other) - base),
                "changes": kept < SAME,
            }
        )
        if watch.stopped:
            break
    return made


def _homes(question: Question, works: Bools) -> float:
    return float(served(question, works)[HOUSEHOLDS])


def _kept(question: Question, works: Bools, other: Bools) -> float:
    """Return the share of a plan's money that another plan spends on the same works."""
    spent = question.works.price[works].sum()
    return float(question.works.price[works & other].sum() / spent) if spent else 1.0


def _changed(question: Question) -> Iterator[tuple[str, Problem]]:
    asked = question.problem
    for factor in (1.0, 8.0):
        yield (
            f"poor_weight_{factor:g}",
            replace(
                asked,
                weight=question.counts[:, PERSONS] + (factor - 1) * question.counts[:, POOR_PERSONS],
                benefit=question.works.counts[:, PERSONS] + (factor - 1) * question.works.counts[:, POOR_PERSONS],
            ),
        )
    for code, factor in (("prices_up", 1 + PRICE), ("prices_down", 1 - PRICE)):
        yield code, replace(asked, cost=asked.cost * factor, people=asked.people * factor)
    yield "no_caps", replace(asked, cap=np.full(len(asked.cap), np.inf))
    yield "half_caps", replace(asked, cap=asked.cap / 2)
    if asked.floor.any():
        yield "no_floors", replace(asked, floor=np.zeros(len(asked.floor)))
    if asked.criteria.reward.any():
        criteria = asked.criteria
        yield "no_criteria", replace(asked, criteria=replace(criteria, reward=np.zeros(len(criteria.reward))))
        yield "more_criteria", replace(asked, criteria=replace(criteria, reward=10 * criteria.reward))
