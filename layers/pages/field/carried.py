"""`/field/import/`: an export file that somebody carried to the office because there was no network."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from layers.errors import GisNtmError
from layers.fieldwork.exports import import_file
from layers.sessions import AskedRequest

from .assessing import assess_soon
from .inbox import office


class CarriedForm(forms.Form):
    file = forms.FileField(label=_("Export file of the field app (.ntmx)"))


@require_http_methods(["GET", "POST"])
def carried_page(request: AskedRequest) -> HttpResponse:
    viewer = office(request.viewer)
    form = CarriedForm(request.POST or None, request.FILES or None, label_suffix="")
    outcome = refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            outcome = import_file(form.cleaned_data["file"], viewer)
        except GisNtmError as error:
            refusal = str(error)
        assess_soon()
    return render(request, "field/carried.html", {"form": form, "outcome": outcome, "refusal": refusal})
