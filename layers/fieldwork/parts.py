"""Readers of single values from the field; each raises ValueError for what is not one. Pure."""

import math
import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from layers.geo import VIETNAM


def uuid(value: Any) -> UUID:
    return UUID(text(value))


def text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 20_000:
        raise ValueError
    # Some keyboards send diacritics apart, and "à" would then not be found as "à".
    return unicodedata.normalize("NFC", value).strip()


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
    if found is None or found.tzinfo is None:
        raise ValueError
    return found


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
