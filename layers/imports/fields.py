"""Headings to fields, and text to values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from layers.errors import Refused

from .codes import NO, YES
from .keys import key
from .targets import Column, Family, Target, Type

#: DBF cuts headings to this length.
DBF = 10
_NUMBER = re.compile(r"([-+]?\d[\d.,]*)\s*(m|m2|km|ha|kg/h|mét|met|người|hộ|khẩu|%)?\s*([+]?)", re.IGNORECASE)
_DAY = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y%m%d")
#: How many digits official codes have, and which columns hold codes of which kind.
DIGITS = {"provinces": 2, "districts": 3, "communes": 5}
ABOVE = {"districts": 2, "communes": 3, "hamlets": 5}
#: How long a unit's code may be; a count may name its unit by its name instead.
CODE, NAME = 20, 120


@dataclass(frozen=True)
class Value:
    """What a text says: the value as PostgreSQL reads it, and what is to be reported of it, if anything."""

    text: str | None
    finding: str = ""


@dataclass(frozen=True)
class Mapping:
    """Which heading fills which column; `constants` are given by the user for every row."""

    headings: dict[str, str]
    constants: dict[str, str]
    unused: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.headings, *self.constants)

    def heading(self, column: str) -> str:
        return self.headings.get(column, column)


def match(target: Target, headings: list[str], told: dict[str, str]) -> Mapping:
    """Find the heading of each column: as the user told, else that which is its title, else the first that the layer
    recognises.

    A told heading that begins with "=" is a value for every row, {"road_class": "=village"}; an empty one says
    that nothing of the file fills the field.
    """
    by_key = {key(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    constants: dict[str, str] = {}
    for name, heading in told.items():
        if target.column(name) is None:
            raise Refused(
                _("The layer has no field “%(name)s”. It has: %(names)s."),
                name=name, names=", ".join(column.name for column in target.every_column),
            )  # fmt: skip
        if not heading:
            continue
        if heading.startswith("="):
            constants[name] = heading[1:]
        elif key(heading) in by_key:
            found[name] = by_key[key(heading)]
        else:
            raise Refused(
                _("The file has no column “%(heading)s”. It has: %(headings)s."),
                heading=heading, headings=", ".join(headings),
            )  # fmt: skip
    free = {name: heading for name, heading in by_key.items() if heading not in found.values()}
    for recognised in (_labelled, _recognised):
        for column in target.every_column:
            known = None if column.name in (*told, *found) else recognised(column, free)
            if known:
                found[column.name] = free.pop(known)
    unused = tuple(heading for heading in headings if heading not in found.values())
    return Mapping(found, constants, unused)


def _labelled(column: Column, free: dict[str, str]) -> str | None:
    return next((label for label in map(key, column.labels) if label in free), None)


def _recognised(column: Column, free: dict[str, str]) -> str | None:
    wanted = [key(heading) for heading in column.headings]
    for heading in wanted:
        if heading in free:
            return heading
    cut = (short for short in free if len(free[short]) == DBF)
    return next((short for short in cut if any(full.startswith(short) and len(full) > 8 for full in wanted)), None)


def parser(target: Target, column: Column) -> Callable[[str], Value]:
    """Return what reads a column's texts; it remembers, since files repeat themselves."""
    read = _code_of(target, column) or (_choice(column) if column.choices else _READ[column.type](column))
    memory: dict[str, Value] = {}

    def parse(text: str) -> Value:
        value = memory.get(text)
        if value is None:
            clean = " ".join(text.replace("\0", "").split())
            value = read(clean) if clean else Value(None)
            if len(memory) < 50_000:
                memory[text] = value
        return value

    return parse


def _code_of(target: Target, column: Column) -> Callable[[str], Value] | None:
    """Return how to complete an official code whose leading zeros a spreadsheet has eaten."""
    digits = {
        "code": DIGITS.get(target.slug),
        "parent": ABOVE.get(target.slug),
        "province": 2,
        "unit": 5,
    }.get(column.name)
    if not digits or column.choices:
        return None
    length = NAME if target.family is Family.COUNTS else column.length or CODE

    def read(text: str) -> Value:
        number = text.removesuffix(".0")
        if number.isdigit() and (column.name != "unit" or len(number) == digits - 1):
            return Value(number.zfill(digits))
        return Value(text) if len(text) <= length else Value(None, "too_long")

    return read


def _choice(column: Column) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        chosen = column.choices.get(key(text)) or column.choices.get(key(text.removesuffix(".0")))
        return Value(chosen) if chosen else Value(None, "unknown_choice")

    return read


def _text(column: Column) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if column.length and len(text) > column.length:
            return Value(text[: column.length], "too_long")
        return Value(text)

    return read


def _number(column: Column) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        match = _NUMBER.fullmatch(text)
        number = _decimal(match[1]) if match else None
        if match is None or number is None:
            return Value(None, "not_a_number")
        if column.type is Type.INTEGER and number != int(number):
            return Value(None, "not_a_whole_number")
        low, high = column.low, column.high
        if (low is not None and number < low) or (high is not None and number > high):
            return Value(None, "out_of_range")
        return Value(f"{number:.15g}", "read_as_at_least" if match[3] else "")

    return read


def _decimal(text: str) -> float | None:
    """Read 3.5, 3,5, 1.234,5 and 1,234.5; what stands last is the decimal mark."""
    if "," in text and "." in text:
        thousands = "." if text.rfind(",") > text.rfind(".") else ","
        text = text.replace(thousands, "")
    text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def _day(column: Column) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        for form in _DAY:
            try:
                day = datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
            except ValueError:
                continue
            return (
                Value(day.isoformat()) if date(1900, 1, 1) <= day <= date(2100, 12, 31) else Value(None, "out_of_range")
            )
        return Value(None, "not_a_date")

    return read


def _boolean(column: Column) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        word = key(text.removesuffix(".0"))
        if word in YES:
            return Value("true")
        return Value("false") if word in NO else Value(None, "not_yes_or_no")

    return read


_READ: dict[Type, Callable[[Column], Callable[[str], Value]]] = {
    Type.TEXT: _text,
    Type.INTEGER: _number,
    Type.NUMBER: _number,
    Type.DATE: _day,
    Type.BOOLEAN: _boolean,
}
