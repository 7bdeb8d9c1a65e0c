"""Why a record was refused, told to somebody who does not see the form: each reason at its question."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from layers.errors import GisNtmError, Invalid

from .definitions import DEFINITIONS, Definition


def title_of(definition: Definition, name: str) -> str:
    """Return what a field is called; "" is the whole record, and a name that the form does not know stays."""
    more = {
        "location": _("position"),
        "line": _("line of the road"),
        "": _("the whole record"),
        "year": _("year"),
        "unit": _("Hamlet"),
        "attachments": _("Photos"),
        "finalized_at": _("filled in"),
    }
    question = definition.question(name)
    return str(question.label) if question else str(more.get(name, name))


def by_question(error: GisNtmError, form_id: str) -> str:
    """Return an error in words; of a record that is not right, which question each reason is about."""
    definition = DEFINITIONS.get(form_id)
    if not isinstance(error, Invalid) or definition is None:
        return str(error)
    told = [_at(definition, each["field"], each["message"]) for each in error.members["errors"]]
    return _("Please correct: %(errors)s") % {"errors": "; ".join(told)}


def _at(definition: Definition, name: str, message: str) -> str:
    title = title_of(definition, name) if name else ""
    # A code name says nothing to anybody.
    return f"{capfirst(title)}: {message}" if title and title != name else message
