"""One measured figure against its limit."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`limit` and `measured` are in `unit`; `ratio` is measured to baseline, as the limit speaks of it.

    `ok` is None for a figure that could not be measured here; `note` says why, or what it stands on.
    """

    figure: str
    unit: str
    limit: float | None = None
    measured: float | None = None
    ratio: float | None = None
    ok: bool | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}


def skipped(figure: str, unit: str, reason: str) -> Figure:
    return Figure(figure, unit, note=f"not measured: {reason}")
