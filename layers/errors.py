"""The product's errors, and the one table that says what an HTTP client gets for each.

An error names what was wrong, where, and what to do. Its message is a gettext lazy string with named
parameters, so that it reaches the user in Vietnamese or English.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class GisNtmError(Exception):
    """The base of every error that a user may see. Never raised itself."""

    status = 500
    title: str | Promise = _("Something went wrong")

    def __init__(self, message: str | Promise, **params: Any) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        # An error of a subclass with arguments of its own must cross from one process to another whole.
        return _again, (type(self), self.message, self.params)


def _again(kind: type[GisNtmError], message: str | Promise, params: dict[str, Any]) -> GisNtmError:
    made = kind.__new__(kind)
    GisNtmError.__init__(made, message, **params)
    return made


class Malformed(GisNtmError):
    """The request cannot be read: a bad number, box, year or field."""

    status = 400
    title = _("The request cannot be read")


class NotFound(GisNtmError):
    """There is no such thing, or it is not this viewer's to see: the two are never told apart."""

    status = 404
    title = _("Not found")


class NotAllowed(GisNtmError):
    """The viewer may see the thing but not do this to it."""

    status = 403
    title = _("Not allowed")


class Stale(GisNtmError):
    """The row was changed by somebody else since it was read."""

    status = 412
    title = _("Changed by somebody else")


class Refused(GisNtmError):
    """The input was read and is not acceptable as it is."""

    status = 422
    title = _("Not accepted")


class TooSlow(GisNtmError):
    """The database gave up after the statement timeout."""

    status = 503
    title = _("The answer took too long")


def problem(error: GisNtmError) -> dict[str, object]:
    """Return the RFC 9457 problem document of an error, in the active language."""
    return {"type": "about:blank", "title": str(error.title), "status": error.status, "detail": str(error)}
