"""What criteria turned to met cost in households reached: the plan made anew at other weights of a criterion."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.planning.arrays import Bools
from layers.planning.errors import Infeasible, NotFoundInTime, NotFoundQuickly
from layers.planning.roads.plan import Plan, criteria_met, worth
from layers.planning.roads.problem import Problem
from layers.planning.watch import Watch

from .case import COUNTS
from .gains import served
from .question import Question

#: Weights of a criterion that are tried, as shares of its commune's weighted persons: from none to more than any road.
WEIGHTS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


@dataclass
class _Found:
    """The best works so far at a weight."""

    weight: float
    works: Bools


def trade_off(question: Question, plan: Plan, method: Callable[[Problem], Plan], watch: Watch) -> list[dict[str, Any]]:
    """Return what is reached and turned to met at each weight of a criterion, the plan's own among them, lightest
    first; none where no works can turn a criterion. Neighbours with the same works are one row: `weights` are its
    lightest and heaviest.

    A plan made at one weight is one at all others too, so each row is the best of all that were made: what a heavier
    weight gives is never less in criteria nor more in persons than the methods found.
    """
    if not question.goals.goals:
        return []
    own = question.settings.criterion_weight
    rows = [_Found(own, plan.works)]
    for weight in WEIGHTS:
        if weight == own:
            continue
        try:
            rows.append(_Found(weight, method(question.at_weight(weight)).works))
        except (Infeasible, NotFoundQuickly, NotFoundInTime):
            continue
        if watch.stopped:
            break
    rows.sort(key=lambda row: row.weight)
    for row in rows:
        if row.weight != own:
            asked = question.at_weight(row.weight)
            row.works = max((each.works for each in rows), key=lambda works: worth(asked, works))
    return _merged([_row(question, row, plan.works) for row in rows])


def _row(question: Question, found: _Found, own: Bools) -> dict[str, Any]:
    nothing = np.zeros_like(found.works)
    gained = served(question, found.works) - served(question, nothing)
    met = criteria_met(question.problem, found.works)
    communes = question.case.communes
    return {
        "weights": [found.weight, found.weight],
        "gained": {name: round(float(value)) for name, value in zip(COUNTS, gained, strict=True)},
        "turned": [
            [communes[goal.commune].code, goal.criterion]
            for goal, is_met in zip(question.goals.goals, met, strict=True)
            if is_met
        ],
        "cost": round(float(question.works.price[found.works].sum())),
        "here": bool((found.works == own).all()),
    }


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for row in rows:
        same = made and all(made[-1][name] == row[name] for name in ("gained", "turned", "cost", "here"))
        if same:
            made[-1]["weights"][1] = row["weights"][1]
        else:
            made.append(row)
    return made
