"""`/`: the map. The page brings the shell; what it shows comes from the addresses named here."""

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from layers.mapserver.asked import year_of
from layers.sessions import AskedRequest

from .catalogue import home_of


@require_safe
def map_page(request: AskedRequest) -> HttpResponse:
    year = year_of(request)
    start = {
        "year": year,
        "home": home_of(request.viewer, year),
        "language": get_language(),
        # The cookie is not for scripts to read; only who may edit needs the token.
        "csrf": get_token(request) if request.viewer.may_edit else "",
        "urls": {
            "layers": reverse("catalogue"),
            "versions": "/tiles/versions.json",
            "search": reverse("search"),
            "units": "/units/",
            "features": "/features/",
            "table": "/table/",
            "edit": "/edit/",
            "export": "/export/",
            "access": "/access/",
            "network": reverse("network"),
            "heat": reverse("heat"),
        },
    }
    return render(request, "map.html", {"start": start})
