"""The one place where an error becomes an answer.

Machines (tiles, standards, JSON, files) get an RFC 9457 problem document, people a page; both say the same,
in the reader's language. The text of a statement never leaves: what the database says goes to the log.
"""

import logging
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import DiskFull, QueryCanceled, UntranslatableCharacter

from layers.errors import GisNtmError, Malformed, NoRoom, NotAllowed, NotFound, TooSlow, problem

LOG = logging.getLogger(__name__)

#: Addresses that only machines read; others are pages where the reader accepts one.
FOR_MACHINES = ("/tiles/", "/terrain/", "/ogc", "/edit/", "/features/", "/units/", "/api/")


class Unexpected(GisNtmError):
    """A fault of the product; what it was stands in the log only."""


class ProblemMiddleware:
    """Answers every error that the product or Django names; others go to Django, which logs them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL's text has no NUL, so a search for one is no search.
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
            return answer(request, Malformed(_("The address holds a character that no text has (NUL).")))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = named(exception)
        if error is None:
            return None
        if error.status >= 500:
            LOG.error("%s %s: %s", request.method, request.path, error, exc_info=exception)
        return answer(request, error)


def named(exception: Exception) -> GisNtmError | None:
    """Return the product's name for an exception; None for one that nobody foresaw."""
    match exception:
        case GisNtmError():
            return exception
        case _ if _holds_nul(exception):
            return Malformed(_("What was sent holds a character that no text has (NUL)."))
        case OperationalError() if isinstance(exception.__cause__, DiskFull):
            return NoRoom(_("The server's disk is full; nothing was stored. Its administrator must make room."))
        case OperationalError() if isinstance(exception.__cause__, QueryCanceled):
            return TooSlow(_("The database needed too long. Try a smaller area, or again in a moment."))
        case Http404():
            return NotFound(_("There is nothing at this address."))
        case PermissionDenied():
            return NotAllowed(_("You are not allowed to do this. Sign in as somebody who is."))
        case SuspiciousOperation():
            return Malformed(_("The request is not one that this server answers."))
    return None


def _holds_nul(exception: Exception) -> bool:
    """Tell whether a text could not be stored because of a NUL in it: the driver says so, and of JSON PostgreSQL."""
    if isinstance(exception, DataError):
        return isinstance(exception.__cause__, UntranslatableCharacter)
    return isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)


def answer(request: HttpRequest, error: GisNtmError) -> HttpResponse:
    """Return an error as a problem document or as a page, whichever the client can read."""
    document = problem(error)
    response: HttpResponse
    if for_machine(request):
        response = JsonResponse(
            document,
            status=error.status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    elif wants_sign_in(request, error):
        response = redirect_to_login(request.get_full_path())
    else:
        # What a page says of its reader comes from the database, which may be what failed.
        context = None if error.status >= 500 else request
        response = HttpResponse(render_to_string("error.html", {"problem": document}, context), status=error.status)
    response["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def wants_sign_in(request: HttpRequest, error: GisNtmError) -> bool:
    """Tell whether a page is refused only because nobody has signed in yet; what was sent cannot be repeated."""
    user = getattr(request, "user", None)
    return isinstance(error, NotAllowed) and request.method == "GET" and user is not None and user.is_anonymous


def for_machine(request: HttpRequest) -> bool:
    """Tell whether a client wants a document: browsers that show a page say so, scripts accept anything."""
    return request.path_info.startswith(FOR_MACHINES) or "text/html" not in request.headers.get("Accept", "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that the product does not have (Django's handler404)."""
    return answer(request, NotFound(_("There is nothing at this address.")))


def fault(request: HttpRequest) -> HttpResponse:
    """Answer after an error that nobody foresaw; Django has logged it with its traceback (handler500)."""
    return answer(request, Unexpected(_("The server made a mistake. It has been written to the log.")))
