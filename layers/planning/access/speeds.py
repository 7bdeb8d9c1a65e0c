"""How fast one travels an edge: by mode, surface, slope and season."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.planning.arrays import Bools, Floats, floats, require_amounts, require_numbers

FOOT = "foot"
MODES = ("motorbike", "car", FOOT)
#: What passes when it rains: the values of a road's `wet_access`; an empty one is not known.
PASSES = {"car": ("car", "motorbike"), "motorbike": ("motorbike",), "none": (), "": ("car", "motorbike")}


@dataclass(frozen=True)
class SpeedTable:
    """speed: km/h by (mode, surface), each (dry, wet); limits: gradients (shares) between the slope classes;
    factor: by mode, one for each class; off_path: of walking speed away from a path; ferry: km/h of a ferry, for
    which one waits `ferry_wait` seconds."""

    speed: Mapping[tuple[str, str], Sequence[float]]
    limits: Floats
    factor: Mapping[str, Floats]
    off_path: float
    ferry: float
    ferry_wait: float


def speed_table(data: Mapping[str, Any]) -> SpeedTable:
    """Read the table from `fixtures/planning/speeds.json`, or one of the same form. Raises Negative, NotANumber."""
    table = SpeedTable(
        speed={(mode, surface): pair for mode, surfaces in data["speed"].items() for surface, pair in surfaces.items()},
        limits=floats(data["slope"]["limits_pct"]) / 100,
        factor={mode: floats(values) for mode, values in data["slope"]["factor"].items()},
        off_path=float(data["foot"]["off_path"]),
        ferry=float(data["ferry"]["kmh"]),
        ferry_wait=60 * float(data["ferry"]["wait_minutes"]),
    )
    require_amounts("speed", floats(list(table.speed.values())))
    return table


def tobler(gradient: npt.ArrayLike) -> Floats:
    """Return the walking speed in km/h on a path of a gradient (rise over run, positive uphill); Tobler 1993."""
    return 6 * np.exp(-3.5 * np.abs(floats(gradient) + 0.05))


def speeds(
    table: SpeedTable, mode: str, wet: bool, surface: Sequence[str], gradient: Floats, wet_access: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return km/h along (E,) edges from tail to head and back; 0 where the mode does not pass.

    gradient: (E,) rise over run from tail to head. Walkers always pass; vehicles not where `wet_access` says so
    in the wet season. Raises NotANumber for gradients that are none, KeyError for a surface the table lacks.
    """
    require_numbers("gradient", gradient)
    if mode == FOOT:
        return tobler(gradient), tobler(-gradient)
    names, which = np.unique(np.asarray(surface, dtype=str), return_inverse=True)
    base = floats([table.speed[mode, str(name)][int(wet)] for name in names])[which] if len(names) else floats([])
    made = base * table.factor[mode][np.searchsorted(table.limits, np.abs(gradient), side="right")]
    if wet:
        made = np.where(_passes(mode, wet_access), made, 0.0)
    return made, made


def _passes(mode: str, wet_access: Sequence[str]) -> Bools:
    return np.array([mode in PASSES[value] for value in wet_access], dtype=bool)


def seconds(length: Floats, kmh: Floats) -> Floats:
    """Return the seconds that metres take at km/h; infinite at 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(kmh > 0, length * 3.6 / kmh, np.inf)


def walking_seconds(table: SpeedTable, metres: Floats) -> Floats:
    """Return the seconds from a door to the road: on foot, level, off the path."""
    return seconds(metres, np.full(len(metres), float(tobler(0.0)) * table.off_path))
