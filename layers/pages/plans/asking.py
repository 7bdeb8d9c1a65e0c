"""`/plans/new/`: a plan is described, its inputs are read and frozen, and it is answered while its planner waits.

A question that cannot be answered leaves nothing behind.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from layers.access import Viewer
from layers.errors import NotAllowed, Refused
from layers.mapserver.asked import known_years, year_of
from layers.models import Plan, Unit
from layers.pages.asking import home_unit, unit_asked
from layers.planning import planner
from layers.planning.errors import TooManyIsolated
from layers.planning.store.usual import known_sources
from layers.programme.years import is_there
from layers.reports.amounts import MILLION, money
from layers.sessions import AskedRequest

from .forms import PlanForm, SourceFormSet
from .solving import solve_or_enqueue

#: A region is chosen among so many communes at most; of a larger unit, one of its parts is chosen first.
MOST_COMMUNES = 200


@never_cache
def new_plan(request: AskedRequest) -> HttpResponse:
    viewer = request.viewer
    if not viewer.may_edit:
        raise NotAllowed(_("Plans are made by planners and administrators. Sign in as one."))
    year = year_of(request)
    unit = unit_asked(request) or home_unit(viewer, year)
    communes = communes_of(viewer, unit, year)
    years = [known for known in known_years() if any(is_there(commune, known) for commune in communes)] or [year]
    form = PlanForm(request.POST or None, communes=communes, years=years, initial=_initial(request, communes))
    sources = SourceFormSet(request.POST or None, initial=_sources(request), prefix="source")
    apart = False
    if request.method == "POST" and form.is_valid() and sources.is_valid():
        try:
            plan = _made(viewer, form, [source.document() for source in sources])
        except Refused as error:
            form.add_error(None, str(error))
            apart = isinstance(error, TooManyIsolated)
        else:
            return redirect("plan", plan.uid)
    page = {
        "form": form,
        "sources": sources,
        "unit": unit,
        "parts": _parts(viewer, unit, communes, year),
        "year": year,
        "works": len([key for key in (form["works"].value() or "").split(",") if key]),
        "known_sources": known_sources(get_language() or "vi"),
        "network": network_of(form.cleaned_data["units"], form.cleaned_data["year"]) if apart else "",
    }
    return render(request, "plans/new.html", page, status=422 if form.errors or sources.total_error_count() else 200)


def communes_of(viewer: Viewer, unit: Unit | None, year: int) -> list[Unit]:
    """Return the communes below a unit for which the viewer may plan; none where they are too many to choose among."""
    if unit is None:
        return []
    inside = Unit.objects.at_end_of(year).filter(viewer.within("path"), kind="commune", path__startswith=unit.path)
    found = list(inside.defer("geom").order_by("name")[: MOST_COMMUNES + 1])
    # Those judged by the criteria of new rural communes first: they are chosen unless said otherwise.
    return sorted(found, key=lambda unit: not unit.rural) if len(found) <= MOST_COMMUNES else []


def _parts(viewer: Viewer, unit: Unit | None, communes: list[Unit], year: int) -> list[Unit]:
    """Return the parts of a unit to choose from first, where it holds too many communes."""
    if unit is None or communes:
        return []
    below = Unit.objects.at_end_of(year).filter(viewer.within("path"), parent=unit)
    return list(below.exclude(kind="hamlet").defer("geom").order_by("name"))


def _initial(request: HttpRequest, communes: list[Unit]) -> dict[str, Any]:
    rural = [unit.code for unit in communes if unit.rural] or [unit.code for unit in communes]
    return {
        "units": rural,
        "season": "wet",
        "year": year_of(request),
        "works": request.GET.get("works", ""),
        "capped": request.GET.get("capped") != "no",
    }


def _sources(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sources that a new plan begins with; an address may bring the State's amount, in VND."""
    budget = request.GET.get("budget", "")
    amount = float(budget) / MILLION if budget.isdigit() else None
    return [
        {"name": _("State budget"), "amount": amount, "community": False},
        {"name": _("Contributions of the people"), "amount": None, "community": True},
    ]


@transaction.atomic
def _made(viewer: Viewer, form: PlanForm, sources: list[dict[str, Any] | None]) -> Plan:
    units = list(form.cleaned_data["units"])
    given = [source for source in sources if source is not None]
    title = form.cleaned_data["title"] or _title(units, form.cleaned_data["year"], given)
    document = form.document(given)
    plan = planner.create(viewer, units, form.cleaned_data["year"], document, title, form.cleaned_data["season"])
    solve_or_enqueue(viewer, plan)
    return plan


def network_of(units: Iterable[Unit], year: int) -> str:
    """Return the address of the report on the roads that join some communes: of the one, or of what holds them all."""
    first, *others = (unit.path.strip("/").split("/") for unit in units)
    shared = [part for part, *rest in zip(first, *others, strict=False) if set(rest) <= {part}]
    return f"{reverse('network')}?{urlencode({'unit': shared[-1], 'year': year})}"


def _title(units: list[Unit], year: int, sources: list[dict[str, Any]]) -> str:
    """Return where, for when and with how much of the State's money, so that plans can be told apart in a list."""
    state = sum(source["amount"] for source in sources if not source["community"])
    names = ", ".join(unit.name for unit in units[:3]) + (" …" if len(units) > 3 else "")
    return _("Roads of %(names)s %(year)d, State %(money)s") % {
        "names": names,
        "year": year + 1,
        "money": money(state),
    }
