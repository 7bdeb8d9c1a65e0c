"""`/board/cheapest/`: the cheapest known works that turn a criterion of a commune to met, where planning can tell.

Looked for when somebody asks, apart from the board: it may take some seconds.
"""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.criteria.measures import Measure
from layers.criteria.results import criteria_of
from layers.errors import GisNtmError, Malformed, NotAllowed
from layers.mapserver.asked import LARGEST_ID, only, whole, year_of
from layers.models import Unit
from layers.planning.needs import cheapest_way
from layers.reports.amounts import money
from layers.sessions import AskedRequest

from .asking import find_unit
from .catalogue import bbox_of
from .needed import needed, plan_of
from .plans.drawing import answered_works

#: Layers whose rows planning can build.
BUILT = frozenset({"roads", "facilities"})
MOST_CRITERIA = 30


def may_ask(viewer: Viewer, unit: Unit, measure: Measure | None) -> bool:
    """Tell whether planning may be asked what an indicator of a unit would cost."""
    built = measure is not None and measure.layer in BUILT
    return built and viewer.may_see(Audience.AREA) and viewer.covers(unit.path)


def address(unit: Unit, criterion: int, year: int) -> str:
    query = {"unit": unit.pk, "criterion": criterion, "year": year}
    return f"{reverse('board_cheapest')}?{urlencode(query)}"


@never_cache
@require_safe
def cheapest_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "criterion", "year"))
    pk, number = whole(request, "unit", 1, LARGEST_ID), whole(request, "criterion", 1, MOST_CRITERIA)
    if pk is None or number is None:
        raise Malformed(_("The address must name a unit and a criterion."))
    unit, year = find_unit(pk), year_of(request)
    if not (request.viewer.may_see(Audience.AREA) and request.viewer.covers(unit.path)):
        raise NotAllowed(_("What it would take is told to the staff of the unit."))
    criterion = next((row for row in criteria_of(unit, year) if row.number == number), None)
    page: dict[str, Any] = {
        "start": None,
        "unit": unit,
        "year": year,
        "criterion": criterion,
        "board": f"{reverse('board')}?unit={pk}&year={year}",
        "recognised": f"{reverse('board_recognised')}?unit={pk}&year={year}",
    }
    try:
        answer = cheapest_way(request.viewer, unit, number, year)
    except GisNtmError as error:
        # Already met, beyond what works can do, or too little known: that is the answer, not a failure.
        return render(request, "board/cheapest.html", page | {"why": str(error)})
    document = answer.document
    page |= {
        "cost": money(document["totals"]["cost"]),
        "proven": answer.optimal,
        "packages": needed(document),
        "plan": plan_of(document, unit, year, capped=False) if request.viewer.may_edit else "",
        "start": map_of(answered_works(document), unit, number, year),
    }
    return render(request, "board/cheapest.html", page)


def map_of(works: dict[str, Any], unit: Unit, criterion: int, year: int) -> dict[str, Any] | None:
    """Return what the map begins with: the works over what is met of the criterion; None where none has a place."""
    if not works["features"]:
        return None
    return {
        "works": works,
        "bbox": bbox_of(unit, year),
        "criterion": criterion,
        "urls": {"layers": f"{reverse('catalogue')}?year={year}"},
    }
