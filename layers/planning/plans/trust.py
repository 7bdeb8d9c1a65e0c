"""How far a plan can be trusted: what it hangs on, what the planner's own choices cost, what other money would buy."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from layers.planning.arrays import Bools
from layers.planning.roads.choices import choice_prices
from layers.planning.roads.curve import curve
from layers.planning.roads.plan import Plan, ceiling, settle
from layers.planning.roads.problem import Problem
from layers.planning.roads.ranking import ranking
from layers.planning.roads.stability import LABELS, Stability, label_codes, stability
from layers.planning.watch import Watch

from .assumptions import assumptions
from .case import COUNTS, Case
from .gains import served
from .packages import parcels
from .question import Question, ask
from .sensitivity import sensitivity
from .settings import QUICK, Settings
from .solving import method_for, planned
from .trade_off import trade_off

#: Runs with prices and the weight of the poor drawn anew.
RUNS = 200
#: Parts of the budget at hand that the curve is drawn at.
SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0)
#: Seconds for one plan among many.
EACH = 2.0


def trust(case: Case, settings: Settings, keys: Sequence[str], watch: Watch | None = None) -> dict[str, Any]:
    """Return how far the plan of the works named can be trusted, as a document.

    labels, packages: "core" (built in 90 % of the runs or more), "borderline" or "never" (in 10 % or fewer); regret:
    the part of the value that the plan gives away on average and at worst over the runs; curve: money and households;
    choices: what each forced work costs; trade_off: criteria against households; assumptions; sensitivity: what other
    inputs would change.
    The same case, settings and works give the same document unless time runs out. Raises as `question.ask`.
    """
    watch = watch or Watch()
    question = ask(case, settings)
    plan = plan_of(question, keys)
    quick = _method(question, settings, watch)
    runs = stability(question.problem, question.doubt(), plan, RUNS, settings.seed, watch=watch)
    return {
        "runs": runs.runs,
        "unanswered": runs.unanswered,
        "regret": _regret(runs),
        "labels": _labels(question, runs),
        "packages": _packages(question, plan, runs),
        "curve": _curve(question, quick, watch),
        "choices": _choices(question, plan, quick, watch),
        "trade_off": trade_off(question, plan, quick, watch),
        "assumptions": assumptions(question),
        "sensitivity": sensitivity(question, plan, quick, watch),
    }


def plan_of(question: Question, keys: Sequence[str]) -> Plan:
    """Return the plan that builds the works of these keys, ranked anew."""
    chosen = np.isin(np.array(question.works.key, dtype=object), list(keys))
    steps = ranking(question.problem, chosen)
    return settle(question.problem, "given", chosen, ceiling(question.problem), False, 0.0, steps)


def _method(question: Question, settings: Settings, watch: Watch) -> Callable[[Problem], Plan]:
    """Return the method for one plan among many: exact where that takes no time."""
    hurried = replace(settings, method=QUICK, seconds=min(settings.seconds, EACH))
    method = method_for(question.problem, hurried)
    return lambda asked: planned(asked, method, hurried, watch.silent())


def _regret(runs: Stability) -> dict[str, float] | None:
    known = runs.regret[np.isfinite(runs.regret)]
    return {"mean": round(float(known.mean()), 4), "worst": round(float(known.max()), 4)} if len(known) else None


def _labels(question: Question, runs: Stability) -> dict[str, dict[str, Any]]:
    """Return the label of every work that was ever built."""
    codes = label_codes(runs.segment)
    return {
        question.works.key[work]: {"label": LABELS[codes[work]], "share": round(float(runs.segment[work]), 3)}
        for work in np.flatnonzero(runs.segment > 0).tolist()
    }


def _packages(question: Question, plan: Plan, runs: Stability) -> list[dict[str, Any]]:
    """Return the label of each package: of its works, weighed by their price."""
    made = []
    for number, parcel in enumerate(parcels(question, plan), 1):
        works = list(parcel.works)
        share = float(np.average(runs.segment[works], weights=question.works.price[works] + 1.0))
        made.append({"number": number, "label": LABELS[label_codes(np.array([share]))[0]], "share": round(share, 3)})
    return made


def _figures(question: Question, works: Bools) -> dict[str, Any]:
    nothing = np.zeros_like(works)
    gained = served(question, works) - served(question, nothing)
    price, people = question.works.price[works].sum(), question.works.people[works].sum()
    return {
        "cost": round(float(price)),
        "state": round(float(price - people)),
        "gained": {name: round(float(value)) for name, value in zip(COUNTS, gained, strict=True)},
    }


def _curve(question: Question, method: Callable[[Problem], Plan], watch: Watch) -> list[dict[str, Any]]:
    """Return what parts and multiples of the budget buy, those left out that keep no condition."""
    budget = float(question.problem.budget.sum())
    return [
        {"share": share, "budget": round(budget * share), "gap": round(plan.gap, 4), **_figures(question, plan.works)}
        for share, plan in curve(question.problem, SHARES, method, watch)
    ]


def _choices(question: Question, plan: Plan, method: Callable[[Problem], Plan], watch: Watch) -> list[dict[str, Any]]:
    """Return what each forced work costs, and last all of them together."""
    forced = question.problem.forced
    now = _figures(question, plan.works)
    made = []
    for choice in choice_prices(question.problem, plan, method, watch):
        without = _figures(question, choice.without.works)
        made.append(
            {
                "keys": [question.works.key[work] for work in choice.works],
                "into": bool((forced[list(choice.works)] > 0).all()),
                "lost": round(choice.lost, 3),
                "most": round(choice.most, 3),
                "proven": choice.proven,
                "households": without["gained"]["households"] - now["gained"]["households"],
                "poor_households": without["gained"]["poor_households"] - now["gained"]["poor_households"],
                "cost": without["cost"] - now["cost"],
            }
        )
    return made
