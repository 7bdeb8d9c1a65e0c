"""When a plan is answered: while somebody waits, where that takes seconds; by the worker otherwise."""

from layers.access import Viewer
from layers.models import Plan
from layers.planning import planner, tasks
from layers.planning.solver import Overdue


def solve_or_enqueue(viewer: Viewer, plan: Plan) -> Plan:
    """Answer a plan now and leave to the worker how far it can be trusted; leave all to it where that takes long.

    Raises as `planner.solve_now`.
    """
    try:
        solved = planner.solve_now(viewer, plan)
    except Overdue:
        return tasks.enqueue(viewer, plan)
    tasks.examine.enqueue(solved.pk)
    return solved
