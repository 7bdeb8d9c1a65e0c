"""`/plans/`: the plans of the viewer's area, newest first; to everybody else, those that were approved."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.access import Audience
from layers.models import Plan
from layers.reports.plans.figures import line_of
from layers.sessions import AskedRequest


def listed(request: AskedRequest) -> QuerySet[Plan]:
    """Return the plans that a viewer may look at, without what is heavy in them."""
    plans = Plan.objects.seen_by(request.viewer)
    # The inputs are megabytes, and of the result only the totals are shown.
    return plans.defer("inputs").select_related("author").prefetch_related("units")


@never_cache
@require_safe
def plans_page(request: AskedRequest) -> HttpResponse:
    pages = Paginator(listed(request), settings.LIMITS["PAGE_ROWS"])
    shown = pages.get_page(request.GET.get("page"))
    page = {
        "plans": [line_of(plan) for plan in shown],
        "shown": shown,
        "may_plan": request.viewer.may_edit,
        "staff": request.viewer.may_see(Audience.AREA),
    }
    return render(request, "plans/list.html", page)
