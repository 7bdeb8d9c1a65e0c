"""Taking a step of a commune's year: what the sheet's forms send."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from layers.errors import Refused, Stale
from layers.models.programme import Action
from layers.pages.kept_files import keeps_files, tell_lost
from layers.programme.cycle import Said, take
from layers.programme.declaring import open_year
from layers.programme.evidence import accept, keep
from layers.sessions import AskedRequest

from .asked import checked_year, commune_of
from .forms import StepForm
from .sheet import show_sheet


@require_POST
def begin_year(request: AskedRequest, unit: int, year: int) -> HttpResponse:
    """Open a year: what the rows say of it is reckoned, and the sheet shows it."""
    commune = commune_of(request.viewer, unit)
    open_year(commune, checked_year(commune, year), request.viewer)
    return redirect("year_sheet", unit, year)


@require_POST
@keeps_files
def take_step(request: AskedRequest, unit: int, year: int) -> HttpResponse:
    """Take a step with its files, all or nothing; a refusal is said beside the form, with what was typed."""
    commune = commune_of(request.viewer, unit)
    year = checked_year(commune, year)
    form = StepForm(request.POST, request.FILES, auto_id=f"{request.POST.get('action', '')}_%s")
    if not form.is_valid():
        tell_lost(form, request)
        return show_sheet(request, commune, year, refused=form, status=422)
    asked = form.cleaned_data
    said = Said(
        asked["note"],
        asked["decision_number"],
        asked["decision_on"],
        files=bool(asked["attached"]),
        knowing=asked["knowing"],
        sure=asked["sure"],
    )
    try:
        with transaction.atomic():
            files = accept(asked["attached"])
            step = take(Action(asked["action"]), commune, year, request.viewer, asked["seen"], said)
            keep(files, commune, request.viewer, step)
    except (Refused, Stale) as error:
        form.add_error(None, str(error))
        tell_lost(form, request)
        return show_sheet(request, commune, year, refused=form, status=error.status)
    messages.success(request, f"{step.get_action_display()} → {step.get_after_display()}")
    return redirect("year_sheet", unit, year)
