"""Plans in the store: made, asked, changed, solved, submitted and approved.

The rules of who may do what are here, once, for pages, commands and tasks. Each verb takes the viewer who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Role, Viewer
from layers.errors import NotAllowed, NotFound, Refused
from layers.models import Plan, PlanUnit, Unit
from layers.models.plans import BUSY_STATES, OPEN_STATES, PlanState

from .plans.answer import Answer
from .plans.case import digest, freeze, written
from .plans.settings import QUICK, Settings
from .plans.settings import settings as read_settings
from .results import keep_result
from .solver import Deferred, compute
from .store.freeze import read_case
from .store.region import Region, region
from .watch import Watch

#: Seconds that the solver gets while somebody waits: what a page may take less reading and writing.
SOLVING = 1.5
#: Communes whose rows are read while somebody waits: a district's.
PROMPT = 30
#: Seconds for the 200 runs behind a plan's labels.
EXAMINING = 300.0
APPROVES = frozenset({Role.ADMINISTRATOR, Role.LEADER})


def usual(document: Mapping[str, Any]) -> Settings:
    """Return the settings of a document, the product's limit on who may be left out of a ranking where it names none.

    Raises BadSetting.
    """
    return read_settings({"isolated_limit": django_settings.LIMITS["ISOLATED_PERCENT"] / 100, **document})


def create(
    viewer: Viewer, units: Sequence[Unit], year: int, document: Mapping[str, Any], title: str, season: str = "wet"
) -> Plan:
    """Make a draft for the communes at or below units, with its inputs frozen as the rows are now; those of more than
    PROMPT communes are read by the worker that solves it.

    Raises NotAllowed where the viewer does not plan for all of them, BadSetting, Refused where there is no commune.
    """
    asked = usual(document)
    area = region(units, year)
    _require_planner(viewer, area.paths)
    with transaction.atomic():
        plan = Plan.objects.create(
            title=title,
            year=year,
            season=season,
            author_id=viewer.user_id,
            settings=asked.document(),
            seed=asked.seed,
        )
        PlanUnit.objects.bulk_create(PlanUnit(plan=plan, unit=unit) for unit in area.communes)
        if len(area.communes) <= PROMPT:
            _read(plan, area)
    return plan


def _read(plan: Plan, area: Region) -> None:
    """Freeze the inputs of a plan from the rows as they are now."""
    case = read_case(area, plan.season)
    plan.inputs, plan.inputs_sha256 = freeze(case)
    plan.versions = dict(case.versions)
    plan.save(update_fields=["inputs", "inputs_sha256", "versions", "updated_at"])


def _area(plan: Plan) -> Region:
    return region([row.unit for row in plan.region.select_related("unit")], plan.year)


def find(viewer: Viewer, uid: object) -> Plan:
    """Return a plan that the viewer may see. Raises NotFound for any other."""
    try:
        plan = Plan.objects.seen_by(viewer).defer("inputs").filter(uid=UUID(str(uid))).first()
    except ValueError:
        plan = None
    if plan is None:
        raise NotFound(_("There is no such plan, or it is not yours to see."))
    return plan


def refresh(viewer: Viewer, plan: Plan) -> Plan:
    """Freeze the inputs anew from the rows as they are now; the old answer goes with the old inputs."""
    _require_open(viewer, plan)
    _forget_result(plan)
    plan.save()
    _read(plan, _area(plan))
    return plan


def change(viewer: Viewer, plan: Plan, document: Mapping[str, Any]) -> Plan:
    """Change settings of a plan that is still open: those named in `document`. Raises BadSetting, NotAllowed."""
    _require_open(viewer, plan)
    asked = read_settings({**plan.settings, **document})
    plan.settings, plan.seed = asked.document(), asked.seed
    _forget_result(plan)
    plan.save()
    return plan


def copy(viewer: Viewer, plan: Plan, title: str) -> Plan:
    """Make a draft of one's own that asks the same of the same inputs."""
    require_planner(viewer, plan)
    with transaction.atomic():
        made = Plan.objects.create(
            kind=plan.kind,
            title=title[:200],
            year=plan.year,
            season=plan.season,
            author_id=viewer.user_id,
            based_on=plan,
            settings=plan.settings,
            inputs=_inputs(plan),
            inputs_sha256=plan.inputs_sha256,
            versions=plan.versions,
            seed=plan.seed,
        )
        PlanUnit.objects.bulk_create(PlanUnit(plan=made, unit_id=row.unit_id) for row in plan.region.all())
    return made


def what_if(plan: Plan, document: Mapping[str, Any]) -> Answer:
    """Answer with some settings changed and nothing stored. Raises as `solve_now`."""
    return _soon(plan, {**plan.settings, **document})


def solve_now(viewer: Viewer, plan: Plan) -> Plan:
    """Solve a plan while somebody waits: exactly where it is small, by the quick method where it is not.

    Raises the named error of a question that cannot be answered; Overdue, of which Deferred is one; SolverLost.
    """
    _require_open(viewer, plan)
    if plan.inputs is None:
        raise Deferred
    return keep_result(plan, _soon(plan, plan.settings))


def _soon(plan: Plan, document: Mapping[str, Any]) -> Answer:
    """Answer somebody who waits. A method asked for by name is kept to, within the time there is."""
    asked = read_settings(document)
    method = QUICK if asked.method == "auto" else asked.method
    hurried = replace(asked, method=method, seconds=min(asked.seconds, SOLVING))
    return _computed(plan, hurried, django_settings.LIMITS["PLAN_PAGE_SECONDS"])


def solve_fully(plan: Plan, watch: Watch | None = None) -> Plan:
    """Solve a plan with all the time it asks for: what a worker does. Raises as `solve_now`."""
    asked = read_settings(plan.settings)
    if plan.inputs is None:
        _read(plan, _area(plan))
    answer = _computed(plan, asked, asked.seconds + 60, watch)
    with transaction.atomic():
        # Locked, so that a plan that has been cancelled meanwhile stays so.
        if Plan.objects.select_for_update().only("state").get(pk=plan.pk).state == PlanState.RUNNING:
            keep_result(plan, answer)
    return plan


def examine(plan: Plan, seconds: float = EXAMINING, watch: Watch | None = None) -> Plan:
    """Work out how far a solved plan can be trusted, and keep it with the plan. Raises Refused, Overdue, SolverLost."""
    if plan.result is None:
        raise Refused(_("The plan has not been solved yet."))
    keys = [work["key"] for package in plan.result["packages"] for work in package["works"]]
    found = compute("trust", _inputs(plan), plan.inputs_sha256, plan.settings, keys, seconds=seconds, watch=watch)
    # Only if it is still the same answer that was examined.
    if Plan.objects.filter(pk=plan.pk, result_sha256=plan.result_sha256).update(trust=found):
        plan.trust = found
    return plan


def _computed(plan: Plan, asked: Settings, seconds: float, watch: Watch | None = None) -> Answer:
    return compute("solve", _inputs(plan), plan.inputs_sha256, asked.document(), seconds=seconds, watch=watch)


def _inputs(plan: Plan) -> bytes:
    if plan.inputs is None:
        raise Refused(_("This plan has no inputs yet. Read them from the present data."))
    return bytes(plan.inputs)


def stored(uid: object) -> Plan:
    """Return a plan for who runs the machine. Raises NotFound."""
    try:
        return Plan.objects.get(uid=UUID(str(uid)))
    except (ValueError, Plan.DoesNotExist) as error:
        raise NotFound(_("There is no such plan, or it is not yours to see.")) from error


def recomputed(plan: Plan) -> str:
    """Return the SHA-256 of the answer that the frozen inputs and settings give today. Raises Refused where there is
    no answer to compare it with."""
    if plan.result is None:
        raise Refused(_("This plan has no answer yet. Compute it first."))
    asked = read_settings(plan.settings)
    return digest(written(_computed(plan, asked, asked.seconds + 60).document))


def submit(viewer: Viewer, plan: Plan) -> Plan:
    """Hand a solved plan to those who approve it: nothing of it changes from here on."""
    require_planner(viewer, plan)
    plan.note = ""
    return _move(viewer, plan, PlanState.SOLVED, PlanState.SUBMITTED, "submitted")


def withdraw(viewer: Viewer, plan: Plan) -> Plan:
    """Take back a plan that nobody has decided on yet: its planner may change it again."""
    require_planner(viewer, plan)
    return _move(viewer, plan, PlanState.SUBMITTED, PlanState.SOLVED, "")


def approve(viewer: Viewer, plan: Plan, decision: str = "") -> Plan:
    """Approve a submitted plan: its works become the programme's. For leaders of all of its region."""
    if viewer.role not in APPROVES or not covers(viewer, plan):
        raise NotAllowed(_("A plan is approved by a leader or an administrator of all the communes it covers."))
    plan.decision = decision
    return _move(viewer, plan, PlanState.SUBMITTED, PlanState.APPROVED, "approved")


def send_back(viewer: Viewer, plan: Plan, note: str) -> Plan:
    """Give a submitted plan back to its planner, with what is wrong."""
    if viewer.role not in APPROVES or not covers(viewer, plan):
        raise NotAllowed(_("A plan is sent back by a leader or an administrator of all the communes it covers."))
    plan.note = note
    return _move(viewer, plan, PlanState.SUBMITTED, PlanState.SOLVED, "")


def _move(viewer: Viewer, plan: Plan, before: PlanState, after: PlanState, stamp: str) -> Plan:
    """Move a plan on, unless somebody else has moved it since it was read."""
    with transaction.atomic():
        locked = Plan.objects.select_for_update(of=("self",)).only("state").get(pk=plan.pk)
        if locked.state != before:
            raise Refused(_("The plan is “%(state)s”; this can be done only while it is “%(wanted)s”."),
                          state=PlanState(locked.state).label, wanted=before.label)  # fmt: skip
        plan.state = after
        if stamp:
            setattr(plan, f"{stamp}_at", timezone.now())
            setattr(plan, f"{stamp}_by_id", viewer.user_id)
        plan.save(update_fields=["state", "note", "decision", "updated_at", "submitted_at", "submitted_by",
                                 "approved_at", "approved_by"])  # fmt: skip
    return plan


def remove(viewer: Viewer, plan: Plan) -> None:
    """Delete a plan that is still open."""
    _require_open(viewer, plan)
    plan.delete()


def _forget_result(plan: Plan) -> None:
    plan.packages.all().delete()
    plan.state, plan.result, plan.result_sha256, plan.trust, plan.error = PlanState.DRAFT, None, "", None, ""
    plan.appraisal = None
    plan.objective = plan.bound = plan.gap = plan.seconds = plan.solved_at = None


def _paths(plan: Plan) -> tuple[str, ...]:
    return tuple(plan.region.values_list("unit__path", flat=True))


def covers(viewer: Viewer, plan: Plan) -> bool:
    """Tell whether all of a plan's region lies in the viewer's areas."""
    paths = _paths(plan)
    return bool(paths) and all(viewer.covers(path) for path in paths)


def require_planner(viewer: Viewer, plan: Plan) -> None:
    """Raise NotAllowed unless the viewer plans for all of a plan's region."""
    _require_planner(viewer, _paths(plan))


def _require_planner(viewer: Viewer, paths: Sequence[str]) -> None:
    if not viewer.may_edit or not paths or not all(viewer.covers(path) for path in paths):
        raise NotAllowed(_("Plans are made by planners and administrators of all the communes they cover."))


def _require_open(viewer: Viewer, plan: Plan) -> None:
    require_planner(viewer, plan)
    if plan.state in BUSY_STATES:
        raise Refused(_("The plan is being computed. Wait for its end, or cancel it."))
    if plan.state not in OPEN_STATES:
        raise Refused(_("The plan has been submitted and can no longer be changed. Make a copy of it."))
