"""What other amounts of money would buy."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from layers.planning.watch import Watch

from .greedy import greedy
from .plan import Plan, settle
from .problem import Problem


def curve(
    question: Problem,
    shares: Sequence[float],
    method: Callable[[Problem], Plan] = greedy,
    watch: Watch | None = None,
) -> list[Plan]:
    """Return a plan for each share of the budgets, smallest first: what more money buys, and less.

    A plan for less money is also one for more, so the values never fall. Ended by a watch, it returns what it has.
    Raises as the method, for the first share that no plan is found for.
    """
    watch = watch or Watch()
    plans: list[Plan] = []
    for share in sorted(shares):
        scaled = replace(question, budget=question.budget * share)
        plan = method(scaled)
        if plans and plans[-1].value > plan.value:
            last = plans[-1]
            plan = settle(scaled, last.method, last.works, plan.bound, False, plan.seconds, last.steps)
        plans.append(plan)
        if watch.stopped:
            break
    return plans
