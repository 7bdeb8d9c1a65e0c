"""Readers of single values from the field; each raises ValueError for what is not one. Pure."""

import math
import unicodedata
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from layers.geo import VIETNAM

FIRST_YEAR, LAST_YEAR = 1970, 2200
#: Unicode's controls and what only steers how others are written; breaks between lines are among them, and are seen.
UNSEEN, BREAKS = ("Cc", "Cf"), "\n\r\t"


def uuid(value: Any) -> UUID:
    return UUID(text(value))


def text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 20_000:
        raise ValueError
    # Some keyboards send diacritics apart, and "à" would then not be found as "à". What nobody sees is no answer.
    seen = "".join(each for each in value if each in BREAKS or unicodedata.category(each) not in UNSEEN)
    return unicodedata.normalize("NFC", seen).strip()


def count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError
    return value


def year(value: Any) -> int:
    if not 1990 <= count(value) <= 2100:
        raise ValueError
    return int(value)


def number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def moment(value: Any) -> datetime:
    found = parse_datetime(text(value))
    # A telephone whose battery was dead may begin with 1970; what lies beyond these years no calendar can reckon with.
    if found is None or found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError
    # Not every offset that can be written is one that the database takes.
    return found.astimezone(UTC)


def in_vietnam(lon: Any, lat: Any) -> tuple[float, float]:
    west, south, east, north = VIETNAM
    if not (west <= number(lon) <= east and south <= number(lat) <= north):
        raise ValueError
    return float(lon), float(lat)


def scalar(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    if value is not None and not isinstance(value, bool):
        number(value)
    return value
