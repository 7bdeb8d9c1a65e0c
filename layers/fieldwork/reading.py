"""A record of the app, read strictly: what is not as docs/field-protocol.md says is refused. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from layers.errors import Invalid
from layers.json_text import read_json

from . import parts
from .filled import Edit, Errors, Filled, Line, Location, Photo, Spot

NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")
DIGEST = re.compile(r"[0-9a-f]{64}")


def read(plain: bytes) -> Filled:
    """Return the record in a plain text. Raises Invalid naming each part that is not right."""
    try:
        found = read_json(plain)
    except ValueError as error:
        raise Invalid([("", _("The record is not JSON."))]) from error
    if not isinstance(found, dict):
        raise Invalid([("", _("The record is not a JSON object."))])
    return _Reader(found).filled()


class _Reader:
    """Reads part by part and collects what is wrong, so that the phone is told everything at once."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.errors: Errors = []

    def filled(self) -> Filled:
        record = self.found.get("record")
        record = record if isinstance(record, dict) else {}
        found = {
            "instance_id": self.read("instance_id", parts.uuid),
            "form_id": self.read("form_id", parts.text),
            "form_version": self.read("form_version", parts.count),
            "record": self.read("record.id", parts.uuid, record.get("id")),
            "finalized_at": self.read("finalized_at", parts.moment),
            "base_version": self.optional("record.base_version", parts.count, record.get("base_version")),
            "after": self.optional("record.after", parts.uuid, record.get("after")),
            "device_id": self.optional("device_id", parts.uuid),
            "seq": self.optional("seq", parts.count) or 0,
            "unit": self.optional("unit", parts.text) or "",
            "year": self.optional("year", parts.year),
            "fields": self.read("fields", _edits, self.found.get("fields", [])),
            "location": self.optional("location", _location),
            "line": self.optional("line", _line),
            "photos": self.read("attachments", _photos, self.found.get("attachments", [])),
            "correction": self.optional("correction", _flag) or False,
        }
        if found["after"] is not None and found["after"] == found["instance_id"]:
            self.errors.append(("record.after", _("A record cannot build on itself.")))
        if self.errors:
            raise Invalid(self.errors)
        return Filled(**found)

    def read(self, name: str, reader: Callable[[Any], Any], value: Any = ...) -> Any:
        value = self.found.get(name) if value is ... else value
        try:
            return reader(value)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            self.errors.append((name, _("This part of the record cannot be read.")))
            return None

    def optional(self, name: str, reader: Callable[[Any], Any], value: Any = ...) -> Any:
        value = self.found.get(name) if value is ... else value
        return None if value is None else self.read(name, reader, value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _edits(value: Any) -> dict[str, Edit]:
    if not isinstance(value, list) or len(value) > 100:
        raise ValueError
    found = {
        parts.text(each["name"]): Edit(parts.scalar(each.get("old")), parts.scalar(each.get("new"))) for each in value
    }
    # Of two answers to one question nobody could say which is meant.
    if len(found) < len(value):
        raise ValueError
    return found


def _spot(value: Mapping[str, Any]) -> Spot:
    accuracy = value.get("accuracy")
    accuracy = None if accuracy is None else parts.number(accuracy)
    if accuracy is not None and not 0 <= accuracy <= 100_000:
        raise ValueError
    lon, lat = parts.in_vietnam(value["lon"], value["lat"])
    # No receiver is exact: 0 m is what apps say that make a position up. How far off it is, nobody knows.
    return Spot(lon, lat, accuracy or None)


def _location(value: Any) -> Location:
    if value["source"] not in ("gps", "map"):
        raise ValueError
    old = value.get("old")
    return Location(
        _spot(value),
        value["source"],
        parts.moment(value["at"]) if value.get("at") else None,
        parts.text(value.get("reason") or ""),
        _spot(old) if old else None,
    )


def _line(value: Any) -> Line:
    if value["source"] not in ("trace", "map") or not isinstance(value["pieces"], list) or not value["pieces"]:
        raise ValueError
    width = 4 if value["source"] == "trace" else 2
    return Line(value["source"], tuple(tuple(_vertex(point, width) for point in piece) for piece in value["pieces"]))


def _vertex(point: Any, width: int) -> tuple[float, ...]:
    if not isinstance(point, list) or len(point) != width:
        raise ValueError
    # A fix without a known accuracy is still a fix.
    return (*parts.in_vietnam(*point[:2]), *(0.0 if part is None else parts.number(part) for part in point[2:]))


def _photos(value: Any) -> tuple[Photo, ...]:
    if not isinstance(value, list):
        raise ValueError
    found = tuple(Photo(each["name"], each["sha256"], parts.count(each["size"])) for each in value)
    names = {photo.name for photo in found}
    if len(names) < len(found) or not all(NAME.fullmatch(p.name) and DIGEST.fullmatch(p.sha256) for p in found):
        raise ValueError
    return found
