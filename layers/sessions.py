"""Who is asking: one viewer for each request, read from the database only if somebody looks at it."""

from collections.abc import Callable

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
