"""`/programme/<unit>/<year>/declare/<indicator>/`: what a commune says of one indicator, and by what it proves it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from layers.criteria.results import IndicatorResult, in_language, indicators_of
from layers.errors import NotAllowed, NotFound, Refused
from layers.models import Unit
from layers.pages.kept_files import keeps_files, tell_lost
from layers.programme.cycle import require_draft
from layers.programme.declaring import declare, may_declare
from layers.programme.evidence import accept
from layers.programme.levels import Levels, chain_of
from layers.programme.sense import Told
from layers.sessions import AskedRequest

from .asked import checked_year, commune_of
from .forms import DeclareForm
from .sheet import files_of, row_of

FIELDS = tuple(Told.__dataclass_fields__)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_files
def declare_page(request: AskedRequest, unit: int, year: int, indicator: int) -> HttpResponse:
    commune = commune_of(request.viewer, unit)
    year = checked_year(commune, year)
    chain_of(commune)
    if not may_declare(Levels(request.viewer), commune):
        raise NotAllowed(_("Only %(unit)s itself declares its results."), unit=commune)
    require_draft(commune, year)
    result = _result(commune, year, indicator)
    form = DeclareForm(
        request.POST or None, request.FILES or None, indicator=result.indicator, initial=_initial(result, commune, year)
    )
    if request.method == "POST" and form.is_valid():
        try:
            accepted = accept(form.cleaned_data["attached"])
            declare(commune, result.indicator, year, request.viewer, form.told(), accepted)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Indicator %(code)s is declared.") % {"code": result.indicator.code})
            return redirect("year_sheet", unit, year)
    tell_lost(form, request)
    files = files_of([result], request.viewer)
    page = {
        "unit": commune,
        "year": year,
        "form": form,
        "row": row_of(result, commune, year, request.viewer, files),
        "criterion": in_language(result.indicator.criterion),
        "formula": result.measure.formula if result.measure else "",
    }
    response = render(request, "programme/declare.html", page, status=422 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _result(unit: Unit, year: int, indicator: int) -> IndicatorResult:
    found = next((one for one in indicators_of(unit, None, year) if one.indicator.pk == indicator), None)
    if found is None:
        raise NotFound(_("The criteria of %(year)s have no such indicator."), year=year)
    return found


def _initial(result: IndicatorResult, unit: Unit, year: int) -> dict[str, Any]:
    row = result.declared
    if row is None:
        return {"source": _("self-assessment of %(unit)s, %(year)s") % {"unit": unit, "year": year}}
    return {name: getattr(row, name) for name in FIELDS}
