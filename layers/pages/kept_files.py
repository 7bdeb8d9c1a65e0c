"""Files chosen in a form that is refused. A page that is shown again cannot hold them: no browser lets it.

Where scripts run, the form is sent without leaving its page (`js/files.js`) and only the reasons are taken from the
answer; what leads on is then told, not followed, so that what is to be said waits for the next page. Where none run,
the reasons name the files that must be chosen again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from layers.sessions import AskedRequest

Given = ParamSpec("Given")
#: What the script adds to what it sends.
KEPT = "files_kept"


def keeps_files(
    view: Callable[Concatenate[AskedRequest, Given], HttpResponse],
) -> Callable[Concatenate[AskedRequest, Given], HttpResponseBase]:
    """Answer a form that its page keeps with the address that leads on, in place of a redirect."""

    @wraps(view)
    def told(request: AskedRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if KEPT in request.POST and isinstance(response, HttpResponseRedirect):
            return JsonResponse({"next": response.url})
        return response

    return told


def tell_lost(form: forms.BaseForm, request: AskedRequest, field: str = "attached") -> None:
    """Say beside the field of files which must be chosen again, unless the page keeps them or they were wrong."""
    if not form.errors or form.has_error(field) or not request.FILES or KEPT in request.POST:
        return
    names = ", ".join(file.name or "" for name in request.FILES for file in request.FILES.getlist(name))
    form.add_error(field, _("Choose the files again: %(names)s.") % {"names": names})
