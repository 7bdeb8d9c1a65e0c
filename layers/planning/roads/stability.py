"""How far a plan hangs on what nobody knows exactly: what the poor count for, and what works will cost.

The problem is planned again and again with both drawn at random. A label in three words, "core", "borderline" or
"never", says more to a meeting than the decimals of a score.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from layers.planning.arrays import Bools, Floats, Ints, floats, ints, require_amounts, require_shape
from layers.planning.errors import Infeasible, NotFoundInTime, NotFoundQuickly
from layers.planning.watch import Watch

from .greedy import greedy
from .plan import Plan, worth
from .problem import Problem
from .restrict import canonical

#: A work built in at least this share of the runs is core; in at most `NEVER` of them, never.
CORE, NEVER = 0.9, 0.1
LABELS = ("never", "borderline", "core")


@dataclass(frozen=True)
class Doubt:
    """What is drawn. poor: (N,) and poor_along: (W,) poor persons won at nodes and by works, as part of `weight` and
    `benefit`, where each counts `factor` times; low, high: the factors to draw from, all alike; spread: standard
    deviation of the logarithm of the price of a segment."""

    poor: Floats
    poor_along: Floats
    factor: float
    low: float = 1.0
    high: float = 8.0
    spread: float = 0.15


@dataclass(frozen=True)
class Stability:
    """share: (W,) of the runs in which a work was built; segment: (W,) in which its segment was, by any treatment;
    runs: that found a plan; unanswered: in which the conditions left none to find; regret: (runs,) the part of the
    value that the plan at hand gives away where the prices are as drawn and it can still be paid, NaN where not;
    complete: all runs were made."""

    share: Floats
    segment: Floats
    runs: int
    unanswered: int
    regret: Floats
    complete: bool

    @property
    def labels(self) -> list[str]:
        """Of each work, by its segment: "core", "borderline" or "never"."""
        return [LABELS[code] for code in label_codes(self.segment).tolist()]


def label_codes(share: Floats) -> Ints:
    """Return numbers of LABELS for shares of runs."""
    return ints((share > NEVER).astype(np.int64) + (share >= CORE))


def doubt(
    question: Problem, poor: npt.ArrayLike = 0.0, poor_along: npt.ArrayLike = 0.0, factor: float = 1.0, **more: float
) -> Doubt:
    """Return a checked Doubt about a problem. Raises NotANumber, Negative; ValueError where shapes disagree."""
    at_nodes, along = floats(poor), floats(poor_along)
    made = Doubt(
        poor=np.broadcast_to(at_nodes, question.nodes) if at_nodes.ndim == 0 else at_nodes,
        poor_along=np.broadcast_to(along, question.works) if along.ndim == 0 else along,
        factor=factor,
        **more,
    )
    require_shape("poor", made.poor, (question.nodes,))
    require_shape("poor along", made.poor_along, (question.works,))
    for amounts in (made.poor, made.poor_along):
        require_amounts("poor persons", amounts)
    return made


def stability(
    question: Problem,
    about: Doubt,
    plan: Plan,
    runs: int = 200,
    seed: int = 1,
    method: Callable[[Problem], Plan] = greedy,
    watch: Watch | None = None,
) -> Stability:
    """Plan a problem `runs` times with what is in doubt drawn anew, seeded; `plan` is the one that is looked at.

    The same seed draws the same whatever the order of the rows. A watch may end it; the runs made so far count.
    """
    watch, random = watch or Watch(), np.random.default_rng(seed)
    built, done, segments = np.zeros(question.works), np.zeros(question.works), np.unique(question.segment).size
    of, regret, unanswered = _segments(question), [], 0
    for _run in range(runs):
        drawn = _drawn(question, about, of, random.uniform(about.low, about.high), random.normal(size=segments))
        try:
            found = method(drawn)
        except (NotFoundQuickly, Infeasible, NotFoundInTime):
            unanswered += 1
        else:
            built += found.works
            done += np.bincount(of, found.works, minlength=segments)[of] > 0
            regret.append(_regret(drawn, plan.works, found))
        if watch.stopped:
            break
    answered = max(len(regret), 1)
    return Stability(
        built / answered, done / answered, len(regret), unanswered, floats(regret), len(regret) + unanswered == runs
    )


def _segments(question: Problem) -> Ints:
    """(W,) the number of each work's segment, from 0 in the order of their least keys."""
    order = canonical(question).works
    names, first, number = np.unique(question.segment[order], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(names))
    made = np.empty(question.works, dtype=np.int64)
    made[order] = rank[number]
    return made


def _drawn(question: Problem, about: Doubt, of: Ints, factor: float, noise: Floats) -> Problem:
    """Return the problem with the poor counting `factor` times, each segment dearer or cheaper for all who pay."""
    dearer = np.exp(about.spread * noise)[of]
    return replace(
        question,
        weight=np.maximum(question.weight + (factor - about.factor) * about.poor, 0.0),
        benefit=np.maximum(question.benefit + (factor - about.factor) * about.poor_along, 0.0),
        cost=question.cost * dearer[:, None],
        people=question.people * dearer,
    )


def _regret(drawn: Problem, works: Bools, found: Plan) -> float:
    """Return the part of the value lost by keeping `works`, NaN where the money no longer suffices for them."""
    if (drawn.cost[works].sum(axis=0) > drawn.budget).any() or found.value <= 0:
        return float("nan")
    return max(1 - worth(drawn, works) / found.value, 0.0)
