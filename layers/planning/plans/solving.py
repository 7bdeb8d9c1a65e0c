"""Answering a question by the method that fits its size."""

from layers.planning.errors import NotFoundQuickly
from layers.planning.milp import Effort
from layers.planning.roads.exact import exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.lns import lns
from layers.planning.roads.plan import Plan
from layers.planning.roads.problem import Problem
from layers.planning.watch import Watch

from .answer import Answer, answer
from .case import Case
from .question import ask
from .settings import QUICK, Settings

#: Works up to which HiGHS mostly proves the best plan within two seconds: a commune.
EXACT = 1_000


def method_for(question: Problem, settings: Settings) -> str:
    """Return "exact", "greedy" or "lns": as asked, else by size."""
    if settings.method not in ("auto", QUICK):
        return settings.method
    if question.works <= EXACT:
        return "exact"
    return "greedy" if settings.method == QUICK else "lns"


def solve(case: Case, settings: Settings, watch: Watch | None = None) -> Answer:
    """Answer what settings ask of a case. Raises as `question.ask`, Infeasible, NotFoundInTime, NotFoundQuickly."""
    question = ask(case, settings)
    plan = planned(question.problem, method_for(question.problem, settings), settings, watch or Watch())
    return answer(question, plan)


def planned(question: Problem, method: str, settings: Settings, watch: Watch) -> Plan:
    """Return a plan by a method; the exact one begins with the quick one's."""
    if method == "greedy":
        return greedy(question)
    effort = Effort(seconds=settings.seconds, watch=watch)
    if method == "lns":
        return lns(question, effort, seed=settings.seed)
    try:
        start = greedy(question)
    except NotFoundQuickly:
        start = None
    return exact(question, effort, start)
