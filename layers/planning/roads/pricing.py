"""Lagrangian pricing: money costs λ persons per VND instead of being limited, so that the pockets fall apart.

For every λ ≥ 0, Σ over pockets of max (persons won - λ · cost) + λ · budget + all rewards is more than any plan is
worth (Geoffrion 1974), and what the pockets build at a good λ is nearly a plan. Caps, floors and criteria are left
out, which can only raise the bound. This proves within a percent what a single program of the whole region cannot.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from layers.planning.arrays import Bools, Floats, Ints, bools, floats, ints
from layers.planning.milp import Effort
from layers.planning.network.graph import components

from .formulation import formulate
from .greedy import grown
from .plan import Step, reached, violations
from .problem import Criteria, Problem
from .reduction import reduced
from .restrict import part_of

#: Works of small pockets that are solved in one program.
BATCH = 500


@dataclass(frozen=True)
class Priced:
    """No plan is worth more than `bound`; `works`: (W,) what the pockets build at this price; `spent`: VND."""

    bound: float
    works: Bools
    spent: float


def marginal_rate(question: Problem, steps: tuple[Step, ...]) -> float:
    """Persons per VND of the last tenth of the picks of a quick plan: what the marginal VND buys."""
    paid = question.cost.sum(axis=1)
    picks = [(step.gain, paid[list(step.works)].sum()) for step in steps if step.why == "value"]
    last = picks[-max(len(picks) // 10, 1) :]
    money = sum(cost for _gain, cost in last)
    return float(sum(gain for gain, _cost in last) / money) if money else 0.0


def priced(question: Problem, rate: float, start: Bools, deadline: float) -> Priced:
    """Solve each pocket of a canonical problem at a price of money, sharing the time left by size.

    rate: persons per VND; start: (W,) a feasible plan to begin with; deadline: of time.perf_counter. A pocket that
    time does not suffice for counts with a loose bound and builds nothing.
    """
    paid = question.cost.sum(axis=1)
    free = replace(
        question,
        benefit=question.benefit - rate * paid,
        budget=np.full(len(question.budget), np.inf),
        cap=np.full(len(question.cap), np.inf),
        floor=np.zeros(len(question.floor)),
        criteria=Criteria(sparse.csr_array((0, question.works)), floats([]), ints([]), floats([]), bools([])),
    )
    bound = rate * float(question.budget.sum()) + float(question.criteria.reward.sum())
    small = reduced(free)
    core = part_of(small.problem, np.flatnonzero(small.problem.forced >= 0))
    bound += small.offset
    chosen, waiting = np.zeros(question.works, dtype=bool), core.problem.works
    for works in _batches(core.problem):
        left = max(deadline - time.perf_counter(), 0.0) * len(works) / waiting
        waiting -= len(works)
        here = core.works[works]
        value, found = _solve(part_of(core.problem, works).problem, start[here], left)
        bound += value
        chosen[here] = found
    chosen = small.works(chosen, reached(question, chosen))
    return Priced(bound * (1 + 1e-9), chosen, float(paid[chosen].sum()))


def _solve(pocket: Problem, start: Bools, seconds: float) -> tuple[float, Bools]:
    """Return a bound of a pocket and works, none where time does not suffice."""
    loose = _loose_bound(pocket)
    if seconds < 0.01:
        return loose, np.zeros(pocket.works, dtype=bool)
    made = formulate(pocket)
    feasible = not any(violations(pocket, start))
    outcome = made.model.solve(Effort(seconds=seconds, gap=2e-3), made.values(start) if feasible else None)
    works = np.zeros(pocket.works, dtype=bool) if outcome.values is None else made.works(outcome.values)
    return min(loose, outcome.bound), works


def _loose_bound(pocket: Problem) -> float:
    """Each connected node enters by an edge of its own, at best the best one at it; other edges win what they do."""
    net: Floats = np.where(pocket.forced >= 0, pocket.benefit, 0.0)
    entry = np.full(pocket.nodes, -np.inf)
    live = np.flatnonzero((pocket.forced[: pocket.edges] >= 0) & ~pocket.loops)
    for ends in (pocket.tail[live], pocket.head[live]):
        np.maximum.at(entry, ends, net[live])
    return float(np.maximum(pocket.weight[1:] + entry[1:], 0.0).sum() + np.maximum(net, 0.0).sum())


def _batches(question: Problem) -> Iterator[Ints]:
    """Yield works in groups of whole pockets; what is in no pocket (loops at the root, projects) comes first."""
    pocket = np.full(question.works, -1)
    outer = np.where(question.tail == 0, question.head, question.tail)
    inner = (question.tail != 0) & (question.head != 0)
    label = components(question.tail[inner], question.head[inner], question.nodes)
    pocket[: question.edges] = np.where(outer == 0, -1, label[outer])
    names, size = np.unique(pocket, return_counts=True)
    group = np.cumsum(size) // BATCH
    for number in np.unique(group):
        yield np.flatnonzero(np.isin(pocket, names[group == number]))


def planned(question: Problem, preferred: Bools) -> Bools:
    """Return a plan that keeps every condition, made of preferred works first and then of all others.

    Raises NotFoundQuickly where the quick method cannot keep a condition with the preferred works.
    """
    closed = np.where(~preferred & (question.forced == 0), -1, question.forced)
    first = grown(replace(question, forced=closed), competing=False).works()
    return grown(question, competing=False, first=np.flatnonzero(first).tolist()).works()
