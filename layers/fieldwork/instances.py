"""A form filled in with ODK Collect: XML in, the same `Filled` as from the app. Pure; no entities, no DTD."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from layers.errors import Invalid, Malformed
from layers.models import Form

from . import parts
from .filled import Edit, Filled, Line, Location, Photo, Spot

Read = TypeVar("Read")


class Answers:
    """The answers of an instance by name, and what it says of itself."""

    def __init__(self, xml: bytes) -> None:
        try:
            root = fromstring(xml, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise Malformed(_("The record is not XML that can be read safely.")) from error
        self.form_id, self.version = root.get("id", ""), root.get("version", "")
        self.given: dict[str, str] = {}
        for element in root.iter():
            if element.text and element.text.strip() and not len(element):
                self.given.setdefault(local(element), element.text.strip())

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")

    def uuid(self, name: str) -> UUID | None:
        try:
            return UUID(self[name].removeprefix("uuid:")) if self[name] else None
        except ValueError as error:
            raise Invalid([(name, _("This part of the record cannot be read."))]) from error


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def form_named(xml: bytes) -> tuple[str, int]:
    """Return which form, in which version, an instance fills in."""
    answers = Answers(xml)
    if not (answers.version.isascii() and answers.version.isdigit() and len(answers.version) < 10):
        raise Invalid([("version", _("This part of the record cannot be read."))])
    return answers.form_id, int(answers.version)


def read_instance(xml: bytes, form: Form) -> Filled:
    """Return what an instance says. Raises Malformed for what is no safe XML, Invalid for what makes no sense."""
    answers = Answers(xml)
    try:
        return _filled(answers, form)
    except (ValueError, IndexError) as error:
        raise Invalid([("", _("This part of the record cannot be read."))]) from error


def _filled(answers: Answers, form: Form) -> Filled:
    definition, chosen = form.definition, answers.uuid("record")
    instance_id = answers.uuid("instanceID")
    if instance_id is None:
        raise ValueError("instanceID")
    return Filled(
        instance_id=instance_id,
        form_id=form.form_id,
        form_version=form.version,
        # The same instance makes the same record, however often it comes.
        record=chosen or uuid5(instance_id, "record"),
        finalized_at=_read("finalized_at", parts.moment, answers["end"]),
        base_version=parts.count(int(answers["old_version"] or 0)) if chosen else None,
        after=answers.uuid("deprecatedID"),
        unit=_read("unit", parts.text, answers["unit"]),
        year=_read("year", _year, answers["year"]) if answers["year"] else None,
        fields=_edits(answers, definition, known=chosen is not None),
        location=_read("location", _location, answers) if answers["location"] else None,
        line=_read("line", _line, answers["line"]) if answers["line"] else None,
        photos=_read("attachments", _photos, answers, definition["photos"]),
        correction=answers["correction"] == "yes",
    )


def _read(name: str, reader: Callable[..., Read], *given: Any) -> Read:
    """Return what a reader makes of an answer. Raises Invalid naming the question: Collect shows nothing else."""
    try:
        return reader(*given)
    except (ValueError, IndexError, OverflowError) as error:
        raise Invalid([(name, _("This part of the record cannot be read."))]) from error


def _year(text: str) -> int:
    return parts.year(int(text))


def _edits(answers: Answers, definition: Mapping[str, Any], known: bool) -> dict[str, Edit]:
    """Return what was answered. A question that is left empty is no answer: Collect cannot tell it from one cleared."""
    found = {}
    for field in definition["fields"]:
        name = field["name"]
        if answers[name]:
            old = _read(name, _value, field, answers[f"old_{name}"]) if known else None
            found[name] = Edit(old, _read(name, _value, field, answers[name]))
    return found


def _value(field: Mapping[str, Any], text: str) -> Any:
    """Return an answer as the app would have sent it."""
    if not text:
        return None
    if field["type"] == "boolean":
        return text == "yes"
    if field["type"] == "integer":
        return int(text)
    return parts.number(float(text)) if field["type"] == "decimal" else parts.text(text)


def _spot(text: str) -> Spot:
    """Return a position written as "latitude longitude altitude accuracy"."""
    numbers = [float(part) for part in text.split()]
    lon, lat = parts.in_vietnam(numbers[1], numbers[0])
    # Collect writes 0 where a position was set on the map or made up by another program.
    accuracy = parts.number(numbers[3]) if len(numbers) > 3 and numbers[3] > 0 else None
    return Spot(lon, lat, accuracy)


def _location(answers: Answers) -> Location:
    spot, old = _spot(answers["location"]), answers["old_location"]
    source = "map" if spot.accuracy is None else "gps"
    return Location(spot, source, None, parts.text(answers["reason"]), _spot(old) if old else None)


def _line(text: str) -> Line:
    spots = [_spot(each) for each in text.split(";") if each.strip()]
    return Line("map", (tuple((spot.lon, spot.lat) for spot in spots),))


def _photos(answers: Answers, most: int) -> tuple[Photo, ...]:
    """Return the photos an instance names. What they hold is not said in it."""
    names = [answers[f"photo_{number}"] for number in range(1, most + 1)]
    if any(len(name) > 80 for name in names):
        raise ValueError("photo")
    return tuple(Photo(name, "", 0) for name in dict.fromkeys(names) if name)
