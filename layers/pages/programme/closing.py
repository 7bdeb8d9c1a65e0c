"""`/inspections/<id>/close` and `/reopen`: saying how a finding was settled, or that it was not."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from layers.errors import Refused
from layers.pages.kept_files import keeps_files, tell_lost
from layers.programme import settling
from layers.programme.evidence import accept
from layers.sessions import AskedRequest

from .forms import CloseForm, ReopenForm
from .inspections import editor, own, show_finding


@require_POST
@keeps_files
def close(request: AskedRequest, pk: int) -> HttpResponse:
    """Close a finding with a word on how it was settled."""
    viewer, row = editor(request), own(request.viewer, pk)
    form = CloseForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                settling.close(row.pk, viewer, told["closed_on"], told["closing"], accept(told["attached"]))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The finding is closed."))
            return redirect("finding", pk)
    tell_lost(form, request)
    return show_finding(request, row, form, 422)


@require_POST
def reopen(request: AskedRequest, pk: int) -> HttpResponse:
    """Open a closed finding anew, with a reason."""
    editor(request)
    row = own(request.viewer, pk)
    form = ReopenForm(request.POST)
    if form.is_valid():
        try:
            settling.reopen(row.pk, form.cleaned_data["reason"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The finding is open again."))
            return redirect("finding", pk)
    return show_finding(request, row, form, 422)
