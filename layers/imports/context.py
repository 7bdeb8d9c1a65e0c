"""What the steps of one import share."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from layers.models import Unit

from .staging import Stage
from .statements import execute, fetch
from .targets import Target


@dataclass(frozen=True)
class Options:
    """What the user said about a file. `mapping` goes from field to heading, or to "=value" for every row;
    `part` names a layer, a sheet or a member of an archive."""

    crs: int | None = None
    encoding: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    as_of: date | None = None
    unit: str = ""
    part: str = ""
    keep_good: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in {
            "crs": self.crs, "encoding": self.encoding, "mapping": self.mapping, "unit": self.unit, "part": self.part,
            "as_of": self.as_of and self.as_of.isoformat(), "keep_good": self.keep_good,
        }.items() if value}  # fmt: skip

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Options":
        as_of = stored.get("as_of")
        return cls(**stored | {"as_of": date.fromisoformat(as_of) if as_of else None})


@dataclass
class Job:
    """One import at work. `areas` are the paths within which rows may be written; None is everywhere."""

    target: Target
    stage: Stage
    options: Options
    day: date
    file_name: str
    unit: Unit | None = None
    areas: tuple[str, ...] | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What every statement may ask for. A path is never a pattern: it has digits and slashes only."""
        return {
            "day": self.day,
            "as_of": self.options.as_of,
            "source": self.file_name[:300],
            "unit_id": self.unit and self.unit.pk,
            "areas": None if self.areas is None else [f"{path}%" for path in self.areas],
        }

    def has(self, column: str) -> bool:
        return any(staged.name == column for staged in self.stage.columns)

    def heading(self, column: str) -> str:
        return self.stage.mapping.heading(column) if self.has(column) else ""


def reject() -> None:
    """Mark rows with an error as bad, after findings have been added."""
    execute(
        "UPDATE import_rows r SET bad = true WHERE NOT bad AND EXISTS "
        "(SELECT FROM import_found f WHERE f.line = r.line AND f.severity = 'error' AND f.line IS NOT NULL)"
    )


def anything() -> bool:
    return bool(fetch("SELECT 1 FROM import_rows WHERE NOT bad LIMIT 1"))
