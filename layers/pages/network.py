"""`/network/`: whether the roads of a unit are a network, what is wrong with them, and repairs by one click."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from layers.access import Audience, Viewer
from layers.errors import Malformed, NotAllowed, NotFound
from layers.json_text import read_json
from layers.mapserver.asked import known_years, only, whole, year_of
from layers.models import NetworkRepair, Unit
from layers.planning.connectivity import connectivity
from layers.planning.connectivity.repairing import make_repair, undo_repair
from layers.planning.connectivity.telling import geojson, named
from layers.planning.store.network import TOLERANCE
from layers.sessions import AskedRequest

from .answers import answer
from .asking import ancestors, home_unit, unit_asked
from .catalogue import bbox_of
from .history import moment

#: Metres within which ends are joined, as offered; the first is what a handheld receiver's error allows.
TOLERANCES = (5, 10, 20, 50, 100)
#: Repairs listed, the latest first.
REPAIRS_MAX = 200


@require_safe
def network_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year", "tolerance"))
    viewer, year = request.viewer, year_of(request)
    if not viewer.may_see(Audience.AREA):
        raise NotAllowed(_("The roads are seen by those who work in the area. Sign in as one of them."))
    unit = own_unit(request, viewer, year)
    tolerance = tolerance_of(request)
    query = f"unit={unit.pk}&year={year}&tolerance={tolerance}"
    start = {
        "bbox": bbox_of(unit, year),
        "language": get_language(),
        "csrf": get_token(request) if viewer.may_edit else "",
        "may_repair": viewer.may_edit,
        "urls": {
            "report": f"{reverse('network_report')}?{query}",
            "repairs": f"{reverse('network_repairs')}?year={year}",
            "layers": f"{reverse('catalogue')}?year={year}",
            "road": f"{reverse('map')}?year={year}&pick=roads/",
        },
    }
    page = {
        "unit": unit,
        "year": year,
        "years": sorted({*known_years(), year}),
        "tolerance": tolerance,
        "tolerances": TOLERANCES,
        "choices": choices(unit, viewer, year),
        "start": start,
    }
    response = render(request, "network.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def network_report(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year", "tolerance"))
    viewer, year = request.viewer, year_of(request)
    unit = own_unit(request, viewer, year)
    made = geojson(connectivity(unit, year, tolerance_of(request)))
    return answer(made | {"repairs": repairs_in(unit)})


@require_POST
def network_repairs(request: AskedRequest) -> HttpResponse:
    repair = make_repair(request.viewer, year_of(request), sent(request.body))
    return answer({"id": repair.pk, "undo": reverse("network_undo", args=[repair.pk])}, 201)


@require_POST
def network_undo(request: AskedRequest, pk: int) -> HttpResponse:
    return answer({"id": undo_repair(request.viewer, pk).pk})


def own_unit(request: HttpRequest, viewer: Viewer, year: int) -> Unit:
    """Return the unit asked for, else the viewer's own. One that is not the viewer's is not found."""
    unit = unit_asked(request) or home_unit(viewer, year)
    if unit is None or not viewer.may_see(Audience.AREA) or not viewer.covers(unit.path):
        raise NotFound(_("There is no such unit in your area. Choose one of yours, or sign in."))
    return unit


def tolerance_of(request: HttpRequest) -> int:
    asked = whole(request, "tolerance", 0, 500)
    return round(TOLERANCE) if asked is None else asked


def choices(unit: Unit, viewer: Viewer, year: int) -> list[tuple[int, str]]:
    """Return the units that the page offers: those above that are the viewer's, the one shown, and those below it."""
    above = [each for each in ancestors(unit) if viewer.covers(each.path)]
    siblings = unit.parent_id if unit.kind == "commune" and above else unit.pk
    below = Unit.objects.at_end_of(year).filter(parent=siblings).exclude(kind="hamlet").order_by("name")
    rows = [(each.pk, str(each)) for each in (*above, *(() if siblings != unit.pk else (unit,)))]
    # Rural communes first, whose roads the programme is about.
    ordered = sorted(below.defer("geom"), key=lambda each: not each.rural)
    return rows + [(each.pk, f"\u2003{each}") for each in ordered]


def sent(body: bytes) -> dict[str, Any]:
    try:
        asked = read_json(body)
    except ValueError as error:
        raise Malformed(_("The request is not JSON: %(reason)s."), reason=error) from error
    if not isinstance(asked, dict):
        raise Malformed(_("The request must be one JSON object."))
    return asked


def repairs_in(unit: Unit) -> list[dict[str, Any]]:
    """Return the repairs of a unit's roads, the latest first, those undone too: who did what when."""
    rows = NetworkRepair.objects.filter(road__unit__path__startswith=unit.path).order_by("-pk")
    found = list(rows.select_related("road").defer("road__geom")[:REPAIRS_MAX])
    people = User.objects.in_bulk({pk for row in found for pk in (row.made_by_id, row.undone_by_id) if pk})
    return [repair_json(row, people) for row in found]


def repair_json(row: NetworkRepair, people: dict[int, User]) -> dict[str, Any]:
    def name(pk: int | None) -> str:
        user = people.get(pk or 0)
        return (user.get_full_name() or user.get_username()) if user else ""

    return {
        "id": row.pk,
        "kind": row.kind,
        "title": str(row.get_kind_display()),
        "road": {"id": row.road_id, "name": named(row.road.name, row.road_id)},
        "link": [list(at[:2]) for at in row.link.coords] if row.link else [],
        "by": name(row.made_by_id),
        **moment(row.made_at),
        "undone": {"by": name(row.undone_by_id), **moment(row.undone_at)} if row.undone_at else None,
        "undo": reverse("network_undo", args=[row.pk]),
    }
