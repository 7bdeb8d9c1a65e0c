"""What is done to a plan: tried otherwise, kept, copied, handed in, approved, sent back, removed, cancelled."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from layers.errors import Malformed, Refused
from layers.json_text import read_json
from layers.models import Plan
from layers.pages.answers import answer
from layers.planning import planner, tasks
from layers.reports.plans.figures import compared, region_name, shown
from layers.sessions import AskedRequest

from .drawing import answered_works
from .solving import solve_or_enqueue


@require_POST
def what_if(request: AskedRequest, uid: str) -> HttpResponse:
    """Answer a plan with other money or other choices, storing nothing: the answer's lines and its works."""
    plan = planner.find(request.viewer, uid)
    changes = changes_of(plan, _said(request))
    document = planner.what_if(plan, changes).document
    lines = shown(document, {**plan.settings, **changes})
    context = {
        "answer": lines,
        "plan": plan,
        "region": region_name(plan),
        "compared": compared(document, plan.result) if plan.result else "",
    }
    return answer(
        {
            "html": render_to_string("plans/answer.html", context, request),
            "works": answered_works(document),
            "headline": lines["headline"],
        }
    )


def _said(request: HttpRequest) -> dict[str, Any]:
    try:
        said = read_json(request.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Malformed(_("What was sent is not a question: a JSON object is expected."))
    return said


def changes_of(plan: Plan, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a question changes: works forced in and out; the State's money in all, in VND, which
    the sources share as they do in the plan; what a criterion turned to met counts for; whether approved works count
    as built."""
    made: dict[str, Any] = {}
    for name in ("forced_in", "forced_out"):
        if name in said:
            if not (isinstance(said[name], list) and all(isinstance(key, str) for key in said[name])):
                raise Malformed(_("“%(name)s” must be a list of the keys of works."), name=name)
            made[name] = said[name]
    if "criterion_weight" in said:
        made["criterion_weight"] = said["criterion_weight"]
    if "approved_built" in said:
        if not isinstance(said["approved_built"], bool):
            raise Malformed(_("“%(name)s” must be true or false."), name="approved_built")
        made["approved_built"] = said["approved_built"]
    if "budget" in said:
        made["sources"] = _scaled(plan.settings["sources"], said["budget"])
    return made


def _scaled(sources: list[dict[str, Any]], budget: Any) -> list[dict[str, Any]]:
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 <= budget < 10**16:
        raise Malformed(_("“%(name)s” must be an amount of VND."), name="budget")
    state = [source for source in sources if not source["community"]]
    total = sum(source["amount"] for source in state)
    shares = [source["amount"] / total if total else 1 / len(state) for source in state]
    amounts = iter([budget * share for share in shares])
    return [source if source["community"] else {**source, "amount": next(amounts)} for source in sources]


@require_POST
@transaction.atomic
def keep(request: AskedRequest, uid: str) -> HttpResponse:
    """Store what was tried with the plan, or with a copy of it, and answer it anew, or change nothing."""
    plan = planner.find(request.viewer, uid)
    changes = changes_of(plan, _choices(request))
    if request.POST.get("as") == "copy":
        plan = planner.copy(request.viewer, plan, request.POST.get("title") or _("%(title)s (copy)") % {"title": plan})
    plan = planner.change(request.viewer, plan, changes)
    solve_or_enqueue(request.viewer, plan)
    return redirect("plan", plan.uid)


def _choices(request: HttpRequest) -> dict[str, Any]:
    try:
        said = read_json(request.POST.get("choices") or "{}")
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Malformed(_("What was sent is not a question: a JSON object is expected."))
    return said


def _done(action: Callable[[AskedRequest, Plan], object]) -> Callable[[AskedRequest, str], HttpResponse]:
    """Return the view of something that is done to a plan, wholly or not at all; then its page is shown again."""

    @require_POST
    @transaction.atomic
    def view(request: AskedRequest, uid: str) -> HttpResponse:
        plan = planner.find(request.viewer, uid)
        action(request, plan)
        return redirect("plan", plan.uid)

    return view


def _said_in(request: HttpRequest, name: str, missing: str, most: int) -> str:
    """Return a text that must be told with a decision."""
    text = request.POST.get(name, "").strip()
    if not text:
        raise Refused(missing)
    if len(text) > most:
        raise Malformed(_("The text is too long."))
    return text


def _decision(request: HttpRequest) -> str:
    return _said_in(request, "decision", _("Give the number and date of the decision."), 120)


def _note(request: HttpRequest) -> str:
    return _said_in(request, "note", _("Say what is to be changed."), 2000)


solve = _done(lambda request, plan: solve_or_enqueue(request.viewer, plan))
improve = _done(lambda request, plan: tasks.enqueue(request.viewer, plan))
refresh = _done(lambda request, plan: solve_or_enqueue(request.viewer, planner.refresh(request.viewer, plan)))
submit = _done(lambda request, plan: planner.submit(request.viewer, plan))
approve = _done(lambda request, plan: planner.approve(request.viewer, plan, _decision(request)))
send_back = _done(lambda request, plan: planner.send_back(request.viewer, plan, _note(request)))
withdraw = _done(lambda request, plan: planner.withdraw(request.viewer, plan))
cancel = _done(lambda request, plan: tasks.cancel(request.viewer, plan))


@require_POST
def remove(request: AskedRequest, uid: str) -> HttpResponse:
    planner.remove(request.viewer, planner.find(request.viewer, uid))
    return redirect("plans")
