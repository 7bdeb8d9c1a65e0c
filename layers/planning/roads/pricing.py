"""Lagrangian pricing: money costs λ persons per VND instead of being limited, so that the pockets fall apart.

For every λ ≥ 0, Σ over pockets of max (persons won - λ · cost) + λ · budget is more than any plan is worth (Geoffrion
1974), and what the pockets build at a good λ is nearly a plan. Criteria are priced too: a part of the reward goes to
the works that count for them, the rest is granted; and where a floor binds, spending in its commune is cheaper. The
community caps are left out, which can only raise the bound.
This proves within a percent what a single program of the whole region cannot.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from layers.planning.arrays import Bools, Floats, Ints, bools, floats, ints, totals
from layers.planning.milp import Effort
from layers.planning.network.graph import components
from layers.planning.watch import Watch

from .formulation import formulate
from .greedy import grown
from .plan import Step, criteria_met, reached, violations
from .problem import Criteria, Problem
from .ranking import ranking
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


def priced(question: Problem, rate: float, start: Bools, deadline: float, watch: Watch) -> Priced:
    """Solve each pocket of a canonical problem at a price of money, sharing the time left by size.

    rate: persons per VND; start: (W,) a feasible plan to begin with; deadline: of time.perf_counter. A pocket that
    time does not suffice for counts with a loose bound and builds nothing.
    """
    paid = question.cost.sum(axis=1)
    bonus, granted = _shared_rewards(question, start)
    relief = _floor_relief(question, start, rate)
    free = replace(
        question,
        benefit=question.benefit - rate * paid + bonus + relief[question.commune] * question.price,
        budget=np.full(len(question.budget), np.inf),
        cap=np.full(len(question.cap), np.inf),
        floor=np.zeros(len(question.floor)),
        criteria=Criteria(sparse.csr_array((0, question.works)), floats([]), ints([]), floats([]), bools([])),
    )
    bound = rate * float(question.budget.sum()) + granted - float((relief * question.floor).sum())
    small = reduced(free)
    core = part_of(small.problem, np.flatnonzero(small.problem.forced >= 0))
    bound += small.offset
    chosen, waiting = np.zeros(question.works, dtype=bool), core.problem.works
    for works in _batches(core.problem):
        left = 0.0 if watch.stopped else max(deadline - time.perf_counter(), 0.0)
        effort = Effort(left * len(works) / waiting, gap=2e-3, watch=watch.silent())
        waiting -= len(works)
        here = core.works[works]
        value, found = _solve(part_of(core.problem, works).problem, start[here], effort)
        bound += value
        chosen[here] = found
    chosen = small.works(chosen, reached(question, chosen))
    return Priced(bound * (1 + 1e-9), chosen, float(paid[chosen].sum()))


def _shared_rewards(question: Problem, start: Bools) -> tuple[Floats, float]:
    """Return (W,) what works get of the rewards of the criteria they count for, and what is granted instead.

    Any multipliers μ ≥ 0 of the rows give a bound: a work gets Σ μ · credit / need, a criterion is granted its reward
    less its rows' μ. They are set by the plan at hand: an unmet criterion gives its reward to the rows it lacks, one
    just met half of it to its tight rows, one met with ease none.
    """
    criteria = question.criteria
    wanted = criteria.need > 0
    need = np.where(wanted, criteria.need, 1.0)
    share = np.where(wanted, criteria.credit @ start.astype(np.float64) / need, np.inf)
    unmet = ~criteria_met(question, start)
    binding = np.where(unmet[criteria.of], share < 1, share < 1.05)
    rows = totals(criteria.of, binding, len(criteria.reward))
    part = np.where(unmet, 1.0, 0.5) * criteria.reward / np.maximum(rows, 1)
    price = np.where(binding, part[criteria.of], 0.0)
    kept = criteria.reward - totals(criteria.of, price, len(criteria.reward))
    return criteria.credit.T @ (price / need), float(np.maximum(kept, 0.0).sum())


def _floor_relief(question: Problem, start: Bools, rate: float) -> Floats:
    """(M,) persons per VND by which a binding floor makes spending in its commune cheaper: any values ≥ 0 give a bound.

    Where a plan spends no more than it has to, its marginal VND buys less there than elsewhere; the difference.
    """
    communes = len(question.floor)
    invested = totals(question.commune[start], question.price[start], communes)
    binding = (question.floor > 0) & (invested <= 1.1 * question.floor)
    relief = np.zeros(communes)
    if not binding.any():
        return relief
    steps = ranking(question, start)
    where = ints([question.commune[step.works[-1]] for step in steps])
    gain, price = floats([step.gain for step in steps]), floats([step.price for step in steps])
    for commune in np.flatnonzero(binding).tolist():
        here = np.flatnonzero(where == commune)[::-1]
        last = here[np.cumsum(price[here]) <= 0.3 * price[here].sum()] if len(here) else here
        spent = price[last].sum()
        relief[commune] = max(rate - gain[last].sum() / spent, 0.0) if spent else 0.0
    return relief


def _solve(pocket: Problem, start: Bools, effort: Effort) -> tuple[float, Bools]:
    """Return a bound of a pocket and works, none where time does not suffice."""
    loose = _loose_bound(pocket)
    if effort.seconds < 0.01:
        return loose, np.zeros(pocket.works, dtype=bool)
    made = formulate(pocket)
    feasible = not any(violations(pocket, start))
    outcome = made.model.solve(effort, made.values(start) if feasible else None)
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
