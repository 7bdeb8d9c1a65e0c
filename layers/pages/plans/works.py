"""`/plans/works/`: the works that approved plans have given the programme, by place."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.models import Work
from layers.models.roads import RoadClass
from layers.pages.asking import unit_asked
from layers.reports.amounts import length, money
from layers.sessions import AskedRequest


@never_cache
@require_safe
def works_page(request: AskedRequest) -> HttpResponse:
    unit = unit_asked(request)
    works = Work.objects.approved().seen_by(request.viewer)
    if unit is not None:
        works = works.filter(unit__path__startswith=unit.path)
    found = works.select_related("plan", "package", "unit").order_by("-plan__approved_at", "package__number", "key")
    pages = Paginator(found.defer("plan__inputs", "plan__result", "geom"), settings.LIMITS["PAGE_ROWS"])
    shown = pages.get_page(request.GET.get("page"))
    page = {"works": [line_of(work) for work in shown], "shown": shown, "unit": unit, "totals": totals(works)}
    return render(request, "plans/works.html", page)


def line_of(work: Work) -> dict[str, Any]:
    return {
        "work": work,
        "kind": RoadClass(work.category).label if work.category in RoadClass.values else work.get_kind_display(),
        "length": length(work.length_m) if work.length_m else "",
        "cost": money(work.cost),
        "people": money(work.people_cost),
    }


def totals(works: Any) -> dict[str, Any]:
    found = works.aggregate(count=Count("pk"), metres=Sum("length_m"), cost=Sum("cost"), people=Sum("people_cost"))
    return {
        "count": found["count"],
        "length": length(found["metres"] or 0),
        "cost": money(found["cost"] or 0),
        "people": money(found["people"] or 0),
    }
