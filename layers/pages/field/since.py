"""Since when a disputed fact holds: asked of the planner who takes it, as the map asks whoever edits it."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from layers.errors import Refused
from layers.fieldwork.dating import dated_of, is_said
from layers.fieldwork.definitions import FIRST_YEAR, LAST_YEAR
from layers.fieldwork.filled import Filled
from layers.fieldwork.resolving import Since
from layers.models import Conflict


def asked_of(conflict: Conflict, filled: Filled) -> dict[str, Any] | None:
    """Return what the form said of the year of a disputed fact; None of a value that needs no year."""
    fact = dated_of(conflict.layer, conflict.field, conflict.mine)
    if fact is None:
        return None
    year = filled.fields.get(fact.year)
    return {"year": year.new if year else None, "correction": filled.correction, "said": is_said(filled, fact)}


def said_in(sent: QueryDict) -> Since | None:
    """Return since when a planner says that a fact holds; None where nothing was said."""
    text = sent.get("since", "").strip()
    if not text:
        return Since(None) if sent.get("correction") == "yes" else None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise Refused(_("Give the year with four digits."))
    return Since(int(text))
