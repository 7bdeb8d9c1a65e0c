"""When a plan is answered: while somebody waits, where that takes seconds; by the worker otherwise."""

from layers.access import Viewer
from layers.models import Plan
from layers.planning import planner, tasks
from layers.planning.solver import Overdue


def solve_or_enqueue(viewer: Viewer, plan: Plan) -> Plan:
    """Answer a plan now; one that does not come in time is left to the worker. Raises as `planner.solve_now`."""
    try:
        return planner.solve_now(viewer, plan)
    except Overdue:
        return tasks.enqueue(viewer, plan)
