"""`/board/recognised/`: as many communes as possible brought to all criteria with the money there is."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.access import Audience
from layers.errors import GisNtmError, Malformed, NotAllowed
from layers.mapserver.asked import only, year_of
from layers.models import Unit
from layers.planning.needs import recognition
from layers.planning.plans.answer import Recognition
from layers.reports.amounts import MILLION, money
from layers.sessions import AskedRequest

from .asking import home_unit, unit_asked
from .needed import needed, plan_of

#: Million VND that may be asked with.
MOST_MONEY = 100_000_000


@never_cache
@require_safe
def recognised_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year", "money", "capped"))
    viewer, year, amount = request.viewer, year_of(request), _amount(request)
    unit = unit_asked(request) or home_unit(viewer, year)
    if unit is None or not (viewer.may_see(Audience.AREA) and viewer.covers(unit.path)):
        raise NotAllowed(_("What it would take is told to the staff of the unit."))
    page: dict[str, Any] = {
        "unit": unit,
        "year": year,
        "money": request.GET.get("money", ""),
        # A box that is not ticked is not sent: before the first question it is.
        "capped": amount is None or "capped" in request.GET,
        "board": f"{reverse('board')}?unit={unit.pk}&year={year}",
        "headline": _("How many communes can this money bring to all criteria?"),
    }
    if amount is not None:
        asked = {"sources": [{"name": _("State budget"), "amount": amount * MILLION}], "capped": page["capped"]}
        try:
            found = recognition(viewer, unit, year, asked)
        except GisNtmError as error:
            # None that works alone can bring there, or too little known: that is the answer, not a failure.
            page |= {"why": str(error), "headline": _("No commune can be named")}
        else:
            page |= {"found": told(found, unit, year, page["capped"]), "headline": headline(found, unit, year, amount)}
    return render(request, "board/recognised.html", page)


def _amount(request: AskedRequest) -> float | None:
    text = request.GET.get("money", "")
    try:
        amount = float(text) if text else None
    except ValueError:
        amount = -1.0
    if amount is not None and not 0 < amount <= MOST_MONEY:
        raise Malformed(
            _("“%(name)s” must be an amount in million VND, not “%(value)s”."), name="money", value=text[:20]
        )
    return amount


def headline(found: Recognition, unit: Unit, year: int, amount: float) -> str:
    names = _names(unit, year)
    if not found.recognised:
        return _("%(money)s bring no further commune to all criteria") % {"money": money(amount * MILLION)}
    said = ngettext(
        "%(money)s bring %(count)d commune to all criteria: %(names)s",
        "%(money)s bring %(count)d communes to all criteria: %(names)s",
        len(found.recognised),
    )
    spent = found.answer.document["totals"]["state"] if found.answer else 0
    named = ", ".join(names.get(code, code) for code in found.recognised)
    return said % {"money": money(spent), "count": len(found.recognised), "names": named}


def told(found: Recognition, unit: Unit, year: int, capped: bool) -> dict[str, Any]:
    names = _names(unit, year)
    document = found.answer.document if found.answer else None
    return {
        "proven": found.most == len(found.recognised),
        "most": found.most,
        "packages": needed(document) if document else [],
        "plan": plan_of(document, unit, year, capped) if document else "",
        "already": ", ".join(names.get(code, code) for code in found.already),
        "out": [
            {"name": names.get(code, code), "criteria": ", ".join(map(str, numbers))}
            for code, numbers in found.out_of_reach.items()
        ],
    }


def _names(unit: Unit, year: int) -> dict[str, str]:
    below = Unit.objects.at_end_of(year).filter(path__startswith=unit.path, kind="commune")
    return dict(below.values_list("code", "name"))
