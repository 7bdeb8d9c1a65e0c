"""Plans that take longer than somebody waits, computed by the worker, with progress and an end on demand."""

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from layers.access import Viewer
from layers.errors import GisNtmError, Refused
from layers.models import Plan
from layers.models.plans import BUSY_STATES, OPEN_STATES, PlanState

from . import planner
from .watch import Progress, Watch


def enqueue(viewer: Viewer, plan: Plan) -> Plan:
    """Have a worker solve a plan that is open. Raises NotAllowed, Refused."""
    planner.require_planner(viewer, plan)
    with transaction.atomic():
        locked = Plan.objects.select_for_update().only("state").get(pk=plan.pk)
        if locked.state not in OPEN_STATES:
            raise Refused(_("The plan is already being computed, or has been submitted."))
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.WAITING, progress={}, error="")
        transaction.on_commit(lambda: solve.enqueue(plan.pk))
    plan.refresh_from_db()
    return plan


def cancel(viewer: Viewer, plan: Plan) -> Plan:
    """End a plan that is waiting or being computed; nothing of it is kept but an answer from before.

    Raises NotAllowed, Refused.
    """
    planner.require_planner(viewer, plan)
    if not Plan.objects.filter(pk=plan.pk, state__in=BUSY_STATES).update(state=_unless_answered(PlanState.CANCELLED)):
        raise Refused(_("The plan is not being computed."))
    plan.refresh_from_db()
    return plan


def _unless_answered(state: PlanState) -> Case:
    """Return the state of a plan whose computation ended without an answer: one found before stands."""
    return Case(When(result__isnull=False, then=Value(PlanState.SOLVED.value)), default=Value(state.value))


@task()
def solve(plan_id: int) -> None:
    """Solve a waiting plan. What goes wrong is kept with the plan, which is where its page tells it."""
    if not Plan.objects.filter(pk=plan_id, state=PlanState.WAITING).update(state=PlanState.RUNNING):
        return
    plan = Plan.objects.get(pk=plan_id)
    watch = Watch(stop=lambda: _cancelled(plan_id), tell=lambda progress: _tell(plan_id, progress), every=1.0)
    try:
        if planner.solve_fully(plan, watch).state == PlanState.SOLVED:
            examine.enqueue(plan_id)
    except GisNtmError as error:
        _fail(plan_id, error)
    except Exception:
        _fail(plan_id, None)
        raise


@task()
def examine(plan_id: int) -> None:
    """Work out how far a solved plan can be trusted. Its page tells when that is not there yet."""
    plan = Plan.objects.filter(pk=plan_id, result__isnull=False).first()
    if plan is not None:
        planner.examine(plan)


def _cancelled(plan_id: int) -> bool:
    return not Plan.objects.filter(pk=plan_id, state=PlanState.RUNNING).exists()


def _tell(plan_id: int, progress: Progress) -> None:
    told = {"seconds": round(progress.seconds, 1), "gap": round(progress.gap, 4), "at": timezone.now().isoformat()}
    Plan.objects.filter(pk=plan_id, state=PlanState.RUNNING).update(progress=told)


def _fail(plan_id: int, error: GisNtmError | None) -> None:
    """Keep with a plan why it could not be computed; of one that was answered before, that the answer stands."""
    running = Plan.objects.filter(pk=plan_id, state=PlanState.RUNNING)
    with override("vi"):
        why = str(error) if error else ""
        if running.filter(result__isnull=False).exists():
            said = _("The longer search ended early, so the answer found before stands. You can search again.")
            why = f"{said} {why}"
    running.update(state=_unless_answered(PlanState.FAILED), error=why.strip())
