"""`/plans/<uid>/`: one plan, its answer and its map; while it is computed, how far that is."""

from typing import Any

from django.contrib.gis.db.models import Extent
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.errors import NotFound
from layers.mapserver.asked import last_year
from layers.models import Plan
from layers.models.plans import BUSY_STATES, OPEN_STATES, PlanState
from layers.pages.answers import answer
from layers.planning import planner, public
from layers.reports.amounts import percent
from layers.reports.plans.approved import approved_already
from layers.reports.plans.figures import method_of, region_name, returned, shown, totals_told
from layers.reports.plans.trust import assumed, curve, labels, trials
from layers.reports.plans.worth import costs_and_benefits
from layers.sessions import AskedRequest

from .asking import network_of
from .drawing import stored_works


@never_cache
@require_safe
def plan_page(request: AskedRequest, uid: str) -> HttpResponse:
    try:
        plan = planner.find(request.viewer, uid)
    except NotFound:
        return _public_page(request, uid)
    page: dict[str, Any] = {
        "plan": plan,
        "region": region_name(plan),
        "busy": plan.state in BUSY_STATES,
        "returned": returned(plan),
        "may": what_may_be_done(request.viewer, plan),
        "label": progress_label(plan),
        "method": method_of(plan),
        "start": start_of(request, plan),
        "network": network_of(plan.units.all(), min(plan.year, last_year())),
    }
    if plan.result:
        page["answer"] = shown(plan.result, plan.settings, labels(plan))
        page["already"] = approved_already(plan, request.viewer) if plan.state != PlanState.APPROVED else []
        page["worth"] = costs_and_benefits(plan)
    return render(request, "plans/plan.html", page)


def _public_page(request: AskedRequest, uid: str) -> HttpResponse:
    """Show the totals of an approved plan to somebody with its address who is not staff of its region."""
    plan = public.find(uid)
    told = totals_told(public.totals_for(request.viewer, plan), plan)
    return render(request, "plans/public.html", {"plan": plan, "region": region_name(plan), "told": told})


def what_may_be_done(viewer: Viewer, plan: Plan) -> dict[str, bool]:
    """Return what the page offers; `planner` decides again when it is asked for."""
    plans = viewer.may_edit and plan.state in OPEN_STATES
    approves = viewer.role in planner.APPROVES and plan.state == PlanState.SUBMITTED
    return {
        "change": plans,
        "submit": viewer.may_edit and plan.state == PlanState.SOLVED,
        "withdraw": viewer.may_edit and plan.state == PlanState.SUBMITTED,
        "copy": viewer.may_edit and plan.result is not None,
        "approve": approves,
        "cancel": viewer.may_edit and plan.state in BUSY_STATES,
    }


def start_of(request: AskedRequest, plan: Plan) -> dict[str, Any]:
    """Return what the page's scripts begin with."""
    sources = plan.settings["sources"]
    return {
        "bbox": _bbox(plan),
        "year": plan.year,
        "budget": sum(source["amount"] for source in sources if not source["community"]),
        "criterion_weight": planner.usual(plan.settings).criterion_weight,
        "forced_in": plan.settings.get("forced_in", []),
        "forced_out": plan.settings.get("forced_out", []),
        "csrf": get_token(request) if request.viewer.may_edit else "",
        "may_change": what_may_be_done(request.viewer, plan)["change"] and plan.result is not None,
        "urls": {
            "works": reverse("plan_works", args=[plan.uid]),
            "what_if": reverse("plan_what_if", args=[plan.uid]),
            "progress": reverse("plan_progress", args=[plan.uid]),
            "layers": f"{reverse('catalogue')}?year={min(plan.year, last_year())}",
            "trust": reverse("plan_trust", args=[plan.uid]),
            "road": reverse("plan_road", args=[plan.uid, 0]),
        },
    }


def _bbox(plan: Plan) -> list[float] | None:
    """Return what the map opens on: the works, else the communes, in degrees; None where neither has a place."""
    works = plan.works.aggregate(box=Extent("geom"))["box"]
    if works and (works[0] < works[2] or works[1] < works[3]):
        return list(works)
    boxes = [unit.geom.extent for unit in plan.units.all() if unit.geom]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def progress_label(plan: Plan) -> str:
    """Return what a plan that is being computed is at."""
    if plan.state == PlanState.WAITING:
        return _("waiting for the worker")
    gap = plan.progress.get("gap")
    if plan.state == PlanState.RUNNING and gap is not None:
        return _("computing: at most %(gap)s from the best so far") % {"gap": percent(gap, 1)}
    return str(plan.get_state_display())


@never_cache
@require_safe
def progress(request: AskedRequest, uid: str) -> JsonResponse:
    plan = planner.find(request.viewer, uid)
    return JsonResponse(
        {
            "busy": plan.state in BUSY_STATES,
            "label": progress_label(plan),
            "method": method_of(plan),
            "done": plan.progress.get("seconds", 0),
            "total": plan.settings.get("seconds"),
        }
    )


@require_safe
def works(request: AskedRequest, uid: str) -> HttpResponse:
    """Return the works of a plan as GeoJSON."""
    return answer(stored_works(planner.find(request.viewer, uid)))


@never_cache
@require_safe
def trust(request: AskedRequest, uid: str) -> HttpResponse:
    """Return how far a plan can be trusted, as lines of its page, and its curve, if that is `ready`."""
    plan = planner.find(request.viewer, uid)
    may_change = what_may_be_done(request.viewer, plan)["change"]
    context = {"plan": plan, "trials": trials(plan), "assumed": assumed(plan), "may_change": may_change}
    return answer(
        {
            "ready": plan.trust is not None or plan.result is None,
            "labels": labels(plan),
            "curve": curve(plan),
            "html": render_to_string("plans/trust.html", context, request),
        }
    )
