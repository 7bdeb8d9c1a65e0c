"""The product's errors, and the one table that says what an HTTP client gets for each.

An error names what was wrong, where, and what to do. Its message is a gettext lazy string with named
parameters, so that it reaches the user in Vietnamese or English.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class GisNtmError(Exception):
    """The base of every error that a user may see. Never raised itself."""

    status = 500
    title: str | Promise = _("Something went wrong")
    #: Seconds after which it is worth asking again; None where it is not.
    retry_after: int | None = None
    #: What a machine reads beside the text.
    members: Mapping[str, Any] = {}

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


class Invalid(Refused):
    """A record of which some fields are not right; `errors` says which and why."""

    def __init__(self, errors: Sequence[tuple[str, str | Promise]]) -> None:
        super().__init__(_("Please correct: %(errors)s"), errors="; ".join(str(text) for _name, text in errors))
        self.members = {"errors": [{"field": name, "message": str(text)} for name, text in errors]}


class SignInNeeded(GisNtmError):
    """Nobody is known by this password or token."""

    status = 401
    title = _("Sign in")


class Clash(GisNtmError):
    """What was sent contradicts what is stored."""

    status = 409
    title = _("Contradicts what is stored")


class Gone(GisNtmError):
    """The client's knowledge is too old to be brought up to date step by step."""

    status = 410
    title = _("Too old")


class TooLarge(GisNtmError):
    status = 413
    title = _("Too large")


class Busy(GisNtmError):
    """The same thing is being worked at."""

    status = 423
    title = _("Being processed")
    retry_after = 2


class Outdated(GisNtmError):
    """The client's program is too old to be understood."""

    status = 426
    title = _("The app is too old")


class TooMany(GisNtmError):
    status = 429
    title = _("Too many requests")
    retry_after = 60


class TooSlow(GisNtmError):
    """The database gave up after the statement timeout."""

    status = 503
    title = _("The answer took too long")
    retry_after = 30


class NoRoom(GisNtmError):
    """The disk is (nearly) full; nothing is accepted that could be lost."""

    status = 507
    title = _("The server's disk is full")
    retry_after = 900


def problem(error: GisNtmError) -> dict[str, object]:
    """Return the RFC 9457 problem document of an error, in the active language."""
    document = {"type": "about:blank", "title": str(error.title), "status": error.status, "detail": str(error)}
    return document | dict(error.members)
