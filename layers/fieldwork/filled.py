"""A filled-in form, whichever channel it came by, and whatever its form asks. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from layers.models.layer import Text

Errors = list[tuple[str, str | Text]]


@dataclass(frozen=True)
class Edit:
    """What the phone knew of a value, and what it says now."""

    old: Any
    new: Any


@dataclass(frozen=True)
class Spot:
    """A position in degrees; `accuracy` in metres, None where it was set by hand or is not known."""

    lon: float
    lat: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Location:
    spot: Spot
    source: str
    at: datetime | None = None
    reason: str = ""
    old: Spot | None = None


@dataclass(frozen=True)
class Line:
    """`pieces` are lists of (lon, lat) or, of a trace, (lon, lat, accuracy, unix seconds)."""

    source: str
    pieces: tuple[tuple[tuple[float, ...], ...], ...]


@dataclass(frozen=True)
class Photo:
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Filled:
    """One record from the field. `base_version` is None for a new one."""

    instance_id: UUID
    form_id: str
    form_version: int
    record: UUID
    finalized_at: datetime
    base_version: int | None = None
    after: UUID | None = None
    device_id: UUID | None = None
    seq: int = 0
    unit: str = ""
    year: int | None = None
    fields: Mapping[str, Edit] = field(default_factory=dict)
    location: Location | None = None
    line: Line | None = None
    photos: tuple[Photo, ...] = ()
    #: What changed was so in the years before too: the record was wrong or lacking.
    correction: bool = False
