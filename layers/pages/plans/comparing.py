"""`/plans/compare/?a=…&b=…`: two plans side by side, on the map and in figures."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.errors import Malformed, Refused
from layers.figures import fixed
from layers.models import Plan, Work
from layers.planning import planner
from layers.reports.amounts import length, money
from layers.reports.plans.figures import gap, headline, region_name
from layers.reports.plans.trust import curve
from layers.sessions import AskedRequest

from .showing import start_of


class NotTwo(Malformed):
    """Fewer than two plans were named. Told where to choose them."""

    members = {"see": "plans"}

    def __init__(self) -> None:
        super().__init__(_("Choose two plans in the list to compare them."))


@never_cache
@require_safe
def compare_page(request: AskedRequest) -> HttpResponse:
    names = request.GET.getlist("plan")[:2] or [request.GET.get("a", ""), request.GET.get("b", "")]
    if len(names) < 2 or not all(names):
        raise NotTwo
    first, second = (_solved(planner.find(request.viewer, name)) for name in names)
    works = _works(first, second)
    page = {
        "sides": [_side(first), _side(second)],
        "rows": _rows(first, second),
        "works": works,
        "start": {
            "plans": [
                {
                    "works": reverse("plan_works", args=[plan.uid]),
                    "curve": curve(plan),
                    "only": [work["key"] for work in works[side]],
                }
                for side, plan in (("first", first), ("second", second))
            ],
            "bbox": start_of(request, first)["bbox"],
            "layers": start_of(request, first)["urls"]["layers"],
        },
    }
    return render(request, "plans/compare.html", page)


def _solved(plan: Plan) -> Plan:
    if plan.result is None:
        raise Refused(_("“%(title)s” has not been computed yet."), title=plan.title)
    return plan


def _side(plan: Plan) -> dict[str, Any]:
    return {"plan": plan, "region": region_name(plan), "headline": headline(plan.result["totals"])}  # type: ignore[index]


def _rows(*plans: Plan) -> list[dict[str, Any]]:
    """Return the figures of both plans, row by row."""

    def row(title: str, *values: str) -> dict[str, Any]:
        return {"title": title, "values": values, "differ": len(set(values)) > 1}

    totals = [plan.result["totals"] for plan in plans]  # type: ignore[index]
    turned = [sum(each["turned"] for each in plan.result["criteria"]) for plan in plans]  # type: ignore[index]
    return [
        row(_("Money"), *(money(each["budget"]) for each in totals)),
        row(_("Spent"), *(money(each["cost"]) for each in totals)),
        row(_("of which the State's"), *(money(each["state"]) for each in totals)),
        row(_("of which the people's"), *(money(each["people"]) for each in totals)),
        row(_("Road hardened"), *(length(each["length_m"]) for each in totals)),
        row(_("Households joined to their centre"), *(_count(each["gained"]["households"]) for each in totals)),
        row(_("of them poor"), *(_count(each["gained"]["poor_households"]) for each in totals)),
        row(_("Criteria turned to met"), *(_count(each) for each in turned)),
        row(_("Packages"), *(_count(each["packages"]) for each in totals)),
        row(_("Distance to the best"), *(gap(plan.result) for plan in plans)),  # type: ignore[arg-type]
        row(_("A poor person counts for"), *(fixed(plan.settings["poor_weight"], 1) for plan in plans)),
    ]


def _count(value: int) -> str:
    return fixed(value, 0)


def _works(first: Plan, second: Plan) -> dict[str, list[Any]]:
    """Return the works that only one of two plans holds, and how many both hold."""
    one, two = ({work.key: work for work in plan.works.all()} for plan in (first, second))
    return {
        "both": [one[key] for key in one if key in two],
        "first": [_line(one[key]) for key in one if key not in two],
        "second": [_line(two[key]) for key in two if key not in one],
    }


def _line(work: Work) -> dict[str, str]:
    """Return a work with its size and price: many lanes of a hamlet have one name."""
    size = [length(work.length_m)] if work.length_m else []
    return {"key": work.key, "name": work.name, "size": " · ".join([*size, money(work.cost)])}
