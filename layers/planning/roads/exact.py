"""The exact method: HiGHS with a warm start, and the bound that proves how good the plan is."""

import time
from dataclasses import replace

import numpy as np

from layers.planning.arrays import Bools
from layers.planning.errors import Infeasible, NotFoundInTime, Stopped
from layers.planning.milp import Effort, Outcome

from .formulation import Formulation, formulate
from .plan import Plan, settle, violations, worth
from .problem import Problem
from .ranking import ranking
from .restrict import canonical


def exact(question: Problem, effort: Effort | None = None, start: Plan | None = None) -> Plan:
    """Return the best plan found, its bound, and whether it is proven best.

    start: any feasible plan of the same problem. Neither a time limit nor a stop yields a plan that breaks a condition.
    Raises Infeasible where that is proven, NotFoundInTime or Stopped where it ended before any plan was found.
    """
    began = time.perf_counter()
    part = canonical(question)
    first = None if start is None else start.works[part.works]
    works, bound, optimal = solve(part.problem, effort or Effort(), first)
    bound = bound if start is None else min(bound, start.bound)
    chosen = part.whole(works, question.works)
    steps = ranking(question, chosen)
    return settle(question, "exact", chosen, bound, optimal, time.perf_counter() - began, steps)


def solve(question: Problem, effort: Effort, start: Bools | None = None) -> tuple[Bools, float, bool]:
    """Solve a canonical problem: works, bound, and whether they are proven best. Raises as `exact`."""
    made = formulate(question)
    outcome = _run(made, effort, start)
    works = _rounded(made, outcome, effort, start)
    return works, outcome.bound, outcome.optimal


def _run(made: Formulation, effort: Effort, start: Bools | None) -> Outcome:
    if not made.model.columns:
        raise Infeasible
    outcome = made.model.solve(effort, None if start is None else made.values(start))
    if outcome.infeasible:
        raise Infeasible
    if outcome.values is None and start is None:
        raise _nothing(effort)
    return outcome


def _nothing(effort: Effort) -> NotFoundInTime:
    return Stopped() if effort.watch.stopped else NotFoundInTime(effort.seconds)


def _rounded(made: Formulation, outcome: Outcome, effort: Effort, start: Bools | None) -> Bools:
    """Return the works of a solution, none of them broken by the solver's tolerances.

    The solver may overspend by its tolerance, some thousand VND in ten billion; then the same program is solved
    with that much less money. Its bound stays valid: it belongs to the problem with all the money.
    """
    question = made.question
    for margin in (1e-7, 1e-6, 1e-5):
        found = start if outcome.values is None else made.works(outcome.values)
        if found is None:
            raise _nothing(effort)
        if not any(violations(question, found)):
            return found if start is None or worth(question, found) >= worth(question, start) else start
        tighter = replace(
            question,
            budget=question.budget * (1 - margin),
            cap=question.cap * (1 - margin),
            floor=question.floor * (1 + margin),
        )
        outcome = _run(formulate(tighter), effort, None)
    raise _nothing(effort)


def cheapest(question: Problem, effort: Effort | None = None) -> Plan:
    """Return the least-cost works that keep every condition, the criteria that must be met above all.

    Among equally cheap ones, those that win most weighted persons. `bound` is of that second question; `optimal`
    tells whether both answers are proven; progress is told of the second. Raises Infeasible, NotFoundInTime, Stopped.
    """
    began = time.perf_counter()
    effort = effort or Effort(gap=0.0)
    part = canonical(question)
    made = formulate(part.problem, cheapest=True)
    quiet = replace(effort, watch=effort.watch.silent())
    outcome = _run(made, quiet, None)
    first = _rounded(made, outcome, quiet, None)
    price = part.problem.price
    limit = float(price[first].sum())
    best = formulate(part.problem)
    scale = max(limit, 1.0)
    best.model.add_rows(1, [(np.zeros(len(price)), best.x, price / scale)], upper=limit / scale)
    again = _run(best, effort, first)
    works = best.works(again.values) if again.values is not None else first
    if any(violations(part.problem, works)) or price[works].sum() > limit:
        works = first
    chosen, optimal = part.whole(works, question.works), outcome.optimal and again.optimal
    steps = ranking(question, chosen)
    return settle(question, "cheapest", chosen, again.bound, optimal, time.perf_counter() - began, steps)
