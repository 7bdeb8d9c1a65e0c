"""Whether a filled-in form is acceptable: each answer against its question. Pure; every error at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from layers.errors import Invalid
from layers.models.layer import Text

from .filled import Errors, Filled
from .identity import LENGTHS
from .sealing import OVERHEAD

#: Metres of accuracy beyond which somebody must say why there is no better.
POOR_FIX_M = 50


def check(filled: Filled, definition: Mapping[str, Any]) -> None:
    """Raise Invalid unless every answer fits its question. `definition` is that of a `Form`."""
    questions = {each["name"]: each for each in definition["fields"]}
    errors = [*_unknown(filled, questions), *_answers(filled, questions), *_missing(filled, questions)]
    errors += [*_place(filled, definition), *_photos(filled, definition["photos"])]
    if definition["by_year"] and filled.year is None:
        errors.append(("year", _("Say which year this is about.")))
    if errors:
        raise Invalid(errors)


def _unknown(filled: Filled, questions: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    for name in filled.fields:
        if name not in questions:
            yield name[:40], _("The form has no such question.")


def _answers(filled: Filled, questions: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    for name, edit in filled.fields.items():
        if name in questions and edit.new not in (None, ""):
            wrong = _wrong(questions[name], edit.new)
            if wrong is not None:
                yield name, wrong


def _missing(filled: Filled, questions: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    for name, question in questions.items():
        given = filled.fields.get(name)
        new = filled.base_version is None
        if question["required"] and _asked(filled, question) and (given.new in (None, "") if given else new):
            yield name, _("This must be answered.")


def _asked(filled: Filled, question: Mapping[str, Any]) -> bool:
    """Tell whether a question is asked at all; of one that depends on an answer not sent now, it is not known."""
    condition = question["only_if"]
    if condition is None:
        return True
    given = filled.fields.get(condition["field"])
    return given is not None and bool(given.new == condition["is"])


def _wrong(question: Mapping[str, Any], value: Any) -> Text | None:
    """Return what is wrong with an answer; None if nothing is."""
    kind = question["type"]
    if kind in ("integer", "decimal"):
        return _wrong_number(question, value)
    if kind == "boolean":
        return None if isinstance(value, bool) else _("Answer with yes or no.")
    if not isinstance(value, str):
        return _("This must be text.")
    if kind == "choice" and value not in {choice["value"] for choice in question["choices"]}:
        return _("This is not one of the choices.")
    if kind == "digits" and not (value.isascii() and value.isdigit() and len(value) in LENGTHS):
        return _("An identity number has 9 or 12 digits.")
    if question["max_length"] is not None and len(value) > question["max_length"]:
        return _("The text is too long.")
    return None


def _wrong_number(question: Mapping[str, Any], value: Any) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _("This must be a number.")
    if question["type"] == "integer" and value != int(value):
        return _("This must be a whole number.")
    lowest, highest = question["min"], question["max"]
    if lowest is None and highest is None:
        lowest, highest = 0, 2**15 - 1
    if (lowest is not None and value < lowest) or (highest is not None and value > highest):
        return format_lazy(
            _("The number must be from {lowest} to {highest}."),
            lowest=number_format(lowest),
            highest=number_format(highest),
        )
    return None


def _place(filled: Filled, definition: Mapping[str, Any]) -> Errors:
    line = definition["geometry"] == "line"
    if (filled.line is not None and not line) or (filled.location is not None and line):
        return [("line" if filled.line else "location", _("This form takes another kind of place."))]
    if line and filled.base_version is None and filled.line is None:
        return [("line", _("Draw or walk the road: a new one needs its line."))]
    if filled.location is None:
        # Only a household may be on record before anybody knows where it is.
        needs = definition["layer"] not in ("households", None) and not line and filled.base_version is None
        return [("location", _("A new record needs its position."))] if needs else []
    accuracy = filled.location.spot.accuracy
    if accuracy is not None and accuracy > POOR_FIX_M and not filled.location.reason:
        return [("location", _("Say why there is no better position: its accuracy is over 50 m."))]
    return []


def _photos(filled: Filled, most: int) -> Errors:
    limit = settings.LIMITS["FIELD_PHOTO_BYTES"] + OVERHEAD
    if len(filled.photos) > min(most, settings.LIMITS["FIELD_PHOTOS"]):
        return [("attachments", _("There are too many photos."))]
    if any(photo.size > limit for photo in filled.photos):
        return [("attachments", _("A photo is too large."))]
    return []
