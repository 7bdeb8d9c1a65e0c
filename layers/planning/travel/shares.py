"""How many households of each unit reach a service in time, as the reader may see it.

Who is entitled to exact totals of a unit gets them. Everybody else gets the share in steps that span at least
SMALL_COUNT households each, and no counts: so no number asked for, and no difference of two, tells of fewer.
"""

from dataclasses import dataclass

import numpy as np
from django.conf import settings

from layers.access import SEES_EXACT_TOTALS, Viewer
from layers.planning.arrays import Bools, Floats, Ints

#: Percent between the steps in which a share is told to those not entitled, the finest first.
STEPS = (1, 5, 25)


@dataclass(frozen=True)
class Share:
    """Of `whole` households `part`; both None where they are not told. low, high: percent between which the share
    lies, equal where it is told exactly; None where nothing may be told or there is no household."""

    low: float | None
    high: float | None
    part: int | None = None
    whole: int | None = None

    @property
    def hidden(self) -> bool:
        return self.part is None


def share(part: int, whole: int, exact: bool) -> Share:
    """Tell a share exactly, or as little of it as hides small counts."""
    if exact:
        percent = 100 * part / whole if whole else None
        return Share(percent, percent, part, whole)
    small = settings.LIMITS["SMALL_COUNT"]
    for step in STEPS:
        if step * whole >= 100 * small:
            # The last step holds the whole too: a step of its own would tell of nobody left out.
            low = min(100 * part // whole // step * step, 100 - step)
            return Share(low, low + step)
    return Share(None, None)


def exact_for(viewer: Viewer, path: str) -> bool:
    return viewer.role in SEES_EXACT_TOTALS and viewer.covers(path)


@dataclass(frozen=True)
class ByUnit:
    """Households by the unit they live in, sorted by unit. unit: (U,) ids; whole, within, cut_off: (U,) households,
    those in time, those without any way; median: (U,) seconds, infinite where half have no way."""

    unit: Ints
    whole: Ints
    within: Ints
    cut_off: Ints
    median: Floats


def by_unit(unit: Ints, seconds: Floats, limit: float, mine: Bools) -> ByUnit:
    """Add up the households of (H,) `mine` by their unit; within `limit` seconds."""
    ids, place = np.unique(unit[mine], return_inverse=True)
    took = seconds[mine]
    count = len(ids)
    whole = np.bincount(place, minlength=count)
    order = np.lexsort((took, place))
    begin = np.cumsum(whole) - whole
    middle = took[order][begin + (whole - 1) // 2] if count else np.zeros(0)
    return ByUnit(
        unit=ids,
        whole=whole,
        within=np.bincount(place[took <= limit], minlength=count),
        cut_off=np.bincount(place[np.isinf(took)], minlength=count),
        median=middle,
    )
