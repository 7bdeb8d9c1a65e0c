"""`/field/collect/`: connects an ODK Collect by a QR code that is shown once."""

import json
import zlib
from base64 import b64encode

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from layers.access import Audience
from layers.errors import NotAllowed
from layers.fieldwork import devices
from layers.sessions import AskedRequest


@require_http_methods(["GET", "POST"])
def collect_page(request: AskedRequest) -> HttpResponse:
    """Make a device for Collect and show its settings; nobody can read its password again."""
    if not request.viewer.may_see(Audience.PERSONAL):
        raise NotAllowed(_("This account does no field work. Ask your administrator for the role and the units."))
    context: dict[str, object] = {"secure": request.is_secure()}
    if request.method == "POST":
        device, password = devices.for_collect(request.user, request.POST.get("label", "").strip())  # type: ignore[arg-type]
        server = request.build_absolute_uri("/or")
        context |= {"device": device, "password": password, "server": server, "username": request.user.get_username()}
        context["qr"] = qr(server, request.user.get_username(), password)
    response = render(request, "field/collect.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def qr(server: str, username: str, password: str) -> str:
    """Return the settings code of Collect as a picture's address: base64 of zlib of JSON, in a QR code."""
    settings = {
        "general": {
            "protocol": "odk_default",
            "server_url": server,
            "username": username,
            "password": password,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": "gis-ntm"},
    }
    content = b64encode(zlib.compress(json.dumps(settings).encode())).decode()
    code: str = segno.make(content, error="l").svg_data_uri(scale=6, border=4, light="#fff")
    return code
