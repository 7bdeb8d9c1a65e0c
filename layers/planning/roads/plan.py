"""What a plan is, what it is worth, and whether it keeps every condition: one truth for all methods."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from layers.planning.arrays import Bools, Floats, totals

from .problem import TOLERANCE, Problem


@dataclass(frozen=True)
class Step:
    """One pick of a quick method, in order: the ranking, and why.

    why: "value" (best persons per VND), "forced", "required", "floor" or "criterion"; works: what was added;
    gain: weighted persons won; price: VND, all sources and the community.
    """

    why: str
    works: tuple[int, ...]
    gain: float
    price: float


@dataclass(frozen=True)
class Plan:
    """works: (W,) to build; connected: (N,) nodes joined to a centre by them; met: (Q,) criteria.

    value and bound: weighted persons beyond those connected already, benefits and rewards included; no plan is
    worth more than `bound`. optimal: proven best, to the gap asked for. seconds: of the method.
    """

    method: str
    works: Bools
    connected: Bools
    met: Bools
    value: float
    bound: float
    optimal: bool
    seconds: float
    steps: tuple[Step, ...] = ()

    @property
    def gap(self) -> float:
        """The part of the bound that a better plan could still add at most; 0 is proven best."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0


def reached(question: Problem, works: Bools) -> Bools:
    """(N,) nodes that the chosen edges join to node 0."""
    edges = works[: question.edges]
    links = sparse.coo_array(
        (np.ones(edges.sum()), (question.tail[edges], question.head[edges])), shape=(question.nodes, question.nodes)
    )
    _, component = connected_components(links, directed=False)
    return component == component[0]


def criteria_met(question: Problem, works: Bools) -> Bools:
    """(Q,) criteria of which every row has its need."""
    criteria = question.criteria
    short = criteria.credit @ works.astype(np.float64) < criteria.need - TOLERANCE * np.abs(criteria.need)
    unmet = np.zeros(len(criteria.reward), dtype=bool)
    unmet[criteria.of[short]] = True
    return ~unmet


def worth(question: Problem, works: Bools) -> float:
    """Return the value of a choice of works, feasible or not."""
    connected = reached(question, works)
    return float(
        question.weight[1:][connected[1:]].sum()
        + question.benefit[works].sum()
        + question.criteria.reward[criteria_met(question, works)].sum()
    )


def ceiling(question: Problem) -> float:
    """The value of having everything: the bound where nothing better is proven."""
    return float(question.weight[1:].sum() + question.benefit.sum() + question.criteria.reward.sum())


def settle(
    question: Problem,
    method: str,
    works: Bools,
    bound: float,
    optimal: bool,
    seconds: float,
    steps: tuple[Step, ...] = (),
) -> Plan:
    """Make a Plan of a choice that is known to be feasible. Raises RuntimeError if it is not: an error here, never
    a plan that breaks a condition."""
    broken = list(violations(question, works))
    if broken:
        raise RuntimeError(f"{method} broke {', '.join(broken)}")
    value = worth(question, works)
    return Plan(
        method=method,
        works=works,
        connected=reached(question, works),
        met=criteria_met(question, works),
        value=value,
        bound=max(value, min(bound, ceiling(question))),
        optimal=optimal,
        seconds=seconds,
        steps=steps,
    )


def _over(amount: Floats, limit: Floats) -> Bools:
    """Tell where an amount exceeds its limit by more than float noise."""
    with np.errstate(invalid="ignore"):
        return amount > limit + TOLERANCE * np.maximum(np.abs(limit), 1.0)


def violations(question: Problem, works: Bools) -> Iterator[str]:
    """Name every condition that a choice of works breaks."""
    edges = works[: question.edges]
    connected = reached(question, works)
    communes = len(question.cap)
    given = totals(question.commune[works], question.people[works], communes)
    invested = totals(question.commune[works], question.price[works], communes)
    hanging = edges & ~question.strandable & ~(connected[question.tail] & connected[question.head])
    checks = {
        "forced in": (question.forced > 0) & ~works,
        "forced out": (question.forced < 0) & works,
        "budget": _over(question.cost[works].sum(axis=0), question.budget),
        "community cap": _over(given, question.cap),
        "floor": _over(question.floor, invested),
        "stranded": hanging,
        "treatments": np.unique(question.segment[works], return_counts=True)[1] > 1,
        "required": question.required & ~connected,
        "criteria": question.criteria.must & ~criteria_met(question, works),
    }
    for name, broken in checks.items():
        if broken.any():
            yield f"{name} {np.flatnonzero(broken)[:5].tolist()}"
