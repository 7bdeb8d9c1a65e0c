"""`/plans/works/`: the works that approved plans have given the programme, by place."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.models import Facility, Plan, Road, Unit, Work
from layers.models.roads import RoadClass
from layers.pages.asking import unit_asked
from layers.reports.amounts import length, money
from layers.reports.plans.sheets import works_workbook
from layers.sessions import AskedRequest


@never_cache
@require_safe
def works_page(request: AskedRequest) -> HttpResponse:
    unit, works = _asked(request)
    pages = Paginator(_ordered(works), settings.LIMITS["PAGE_ROWS"])
    shown = pages.get_page(request.GET.get("page"))
    page = {
        "works": lines_of(list(shown), request.viewer),
        "shown": shown,
        "unit": unit,
        "totals": totals(works),
    }
    return render(request, "plans/works.html", page)


@never_cache
@require_safe
def works_file(request: AskedRequest) -> HttpResponse:
    """Return the same works as an Excel workbook."""
    _unit, works = _asked(request)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(works_workbook(_ordered(works)), content_type=kind)
    response["Content-Disposition"] = 'attachment; filename="cong-trinh-da-duyet.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: AskedRequest) -> tuple[Unit | None, QuerySet[Work]]:
    """Return the unit that is asked for, if any, and the approved works there that the viewer may see."""
    unit = unit_asked(request)
    works = Work.objects.approved().seen_by(request.viewer)
    return unit, works if unit is None else works.filter(unit__path__startswith=unit.path)


def _ordered(works: QuerySet[Work]) -> QuerySet[Work]:
    """Return works as they are listed, without what is heavy in their plans."""
    found = works.select_related("plan", "package", "unit").order_by("-plan__approved_at", "package__number", "key")
    return found.defer("plan__inputs", "plan__result", "plan__trust", "plan__appraisal", "geom")


def lines_of(works: list[Work], viewer: Viewer) -> list[dict[str, Any]]:
    """Return a line for each work, with the way to its road or facility on the map and to its plan, where they are
    there and the viewer's to see."""
    subjects = {work.subject for work in works if work.subject}
    places = {
        uid: f"{reverse('map')}?pick={slug}/{pk}"
        for slug, model in (("roads", Road), ("facilities", Facility))
        for uid, pk in model.objects.filter(uid__in=subjects).values_list("uid", "pk")
    }
    plans = set(Plan.objects.seen_by(viewer).filter(works__in=works).values_list("pk", flat=True))
    return [
        line_of(work)
        | {
            "on_map": places.get(work.subject, "") if work.subject else "",
            "plan": reverse("plan", args=[work.plan.uid]) if work.plan_id in plans else "",
        }
        for work in works
    ]


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
