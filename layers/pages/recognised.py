"""`/board/recognised/`: as many communes as possible brought to all criteria with the money there is."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.access import Audience
from layers.errors import GisNtmError, NotAllowed
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
NONE_RECOGNISABLE = gettext_lazy(
    "No commune of this region can be brought to recognition by works alone: each has met all criteria already, or "
    "lacks one that works do not turn."
)


@never_cache
@require_safe
def recognised_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year", "money", "capped"))
    viewer, year, (amount, wrong) = request.viewer, year_of(request), _amount(request)
    unit = unit_asked(request) or home_unit(viewer, year)
    if unit is None or not (viewer.may_see(Audience.AREA) and viewer.covers(unit.path)):
        raise NotAllowed(_("What it would take is told to the staff of the unit."))
    page: dict[str, Any] = {
        "unit": unit,
        "year": year,
        "money": request.GET.get("money", ""),
        "wrong": wrong,
        # A box that is not ticked is not sent: before the first question it is.
        "capped": "money" not in request.GET or "capped" in request.GET,
        "board": f"{reverse('board')}?unit={unit.pk}&year={year}",
        "headline": _("How many communes can this money bring to all criteria?"),
    }
    if amount is not None:
        asked = {"sources": [{"name": _("State budget"), "amount": amount * MILLION}], "capped": page["capped"]}
        try:
            found = recognition(viewer, unit, year, asked)
        except GisNtmError as error:
            # Too little is known, say: that is the answer, not a failure.
            page |= {"why": str(error), "headline": _("No commune can be named")}
        else:
            page |= {"found": told(found, unit, year, page["capped"]), "headline": headline(found, unit, year, amount)}
            page["why"] = "" if found.most else NONE_RECOGNISABLE
    return render(request, "board/recognised.html", page, status=422 if wrong else 200)


def _amount(request: AskedRequest) -> tuple[float | None, str]:
    """Return the million VND that are asked with, if any, and what is wrong with them."""
    text = request.GET.get("money", "").strip()
    if not text:
        return None, _("Write an amount in million VND.") if "money" in request.GET else ""
    try:
        amount = float(text)
    except ValueError:
        return None, _("Write an amount in million VND as a number, such as 2000 or 2000.5.")
    if not amount > 0:
        return None, _("Write an amount above zero.")
    if amount > MOST_MONEY:
        return None, _("This is more than any programme has: write the amount in million VND.")
    return amount, ""


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
