"""Who is asking: one viewer for each request, read from the database only if somebody looks at it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from layers.access import Viewer
from layers.models import viewer_of


class AskedRequest(HttpRequest):
    """A request as views get it, once `ViewerMiddleware` has seen it."""

    viewer: Viewer


class ViewerMiddleware:
    """Puts `request.viewer` (a `layers.access.Viewer`) beside Django's `request.user`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)


def client_address(request: HttpRequest) -> str | None:
    """Return the address that failed logins are counted by; none where nobody is connected (a test, a command).

    Behind the product's own proxy (GIS_NTM_BEHIND_PROXY) every connection is the proxy's: there the last
    entry of X-Forwarded-For is the client, and the only one that the client cannot make up.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR")
