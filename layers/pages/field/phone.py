"""Who asks, where a phone asks: a device by its token, not a session; no cookie is read, so none can be misused."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from layers.errors import NotAllowed, Outdated, SignInNeeded
from layers.fieldwork import devices
from layers.models import Device

View = Callable[..., HttpResponseBase]


def for_device(*columns: str, revoked_too: bool = False) -> Callable[[View], View]:
    """Call a view with the device that shows one of these tokens; a revoked one only where that is said."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require_app(request)
            device = device_of(request, columns)
            if device.revoked_at is not None and not revoked_too:
                raise NotAllowed(_("This device has been revoked. Ask your office."))
            response = view(request, device, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return asked

    return decorate


def device_of(request: HttpRequest, columns: tuple[str, ...]) -> Device:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded(_("Sign in with this device first."))
    return devices.known_by(token.strip(), *columns)


def require_app(request: HttpRequest) -> None:
    """Raise Outdated for a version of the app that this server no longer understands."""
    version, minimum = request.headers.get("X-App-Version", ""), settings.LIMITS["FIELD_APP_MINIMUM"]
    if not (version.isascii() and version.isdigit() and len(version) < 10 and int(version) >= minimum):
        error = Outdated(_("This app is too old for this server. Open it once with a network to update it."))
        error.members = {"minimum": minimum}
        raise error


def sent_at(request: HttpRequest) -> datetime | None:
    """Return what the phone's clock said when it sent the request, if it says so readably."""
    try:
        found = parse_datetime(request.headers.get("X-Sent-At", ""))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
