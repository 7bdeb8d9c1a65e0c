"""What other amounts of money would buy."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from layers.planning.errors import Infeasible, NotFoundInTime, NotFoundQuickly
from layers.planning.watch import Watch

from .greedy import greedy
from .plan import Plan, settle
from .problem import Problem


def curve(
    question: Problem,
    shares: Sequence[float],
    method: Callable[[Problem], Plan] = greedy,
    watch: Watch | None = None,
) -> list[tuple[float, Plan]]:
    """Return a plan for each share of the budgets, smallest first: what more money buys, and less.

    A plan for less money is also one for more, so the values never fall. Shares that no plan is found for, too little
    for what is forced in or for the floors, are left out. Ended by a watch, it returns what it has.
    """
    watch = watch or Watch()
    made: list[tuple[float, Plan]] = []
    for share in sorted(shares):
        scaled = replace(question, budget=question.budget * share)
        with suppress(Infeasible, NotFoundQuickly, NotFoundInTime):
            plan = method(scaled)
            if made and made[-1][1].value > plan.value:
                last = made[-1][1]
                plan = settle(scaled, last.method, last.works, plan.bound, False, plan.seconds, last.steps)
            made.append((share, plan))
        if watch.stopped:
            break
    return made
