"""Which totals a viewer may not see, so that no small count of people can be read or worked out.

A value below SMALL_COUNT is hidden, zero included: were zeros shown, a hidden value would be known not to
be one, and five hidden values that add up to five would be five ones.

Hiding a value is in vain where it is the only one missing from a total that is shown. So, among the parts of
each total, the smallest are hidden until at least two are, and until those together reach SMALL_COUNT; and
where a total is hidden, enough of its parts are hidden too. This goes from the nation down to the hamlets,
because a map shows all levels, one zoom after another.

What lies in the areas of a viewer entitled to exact totals is known to them and could be subtracted:
everything is decided on the part of each total that they do not know.
"""

from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from layers.access import SEES_EXACT_TOTALS, Viewer
from layers.models import Layer

from .cache import KEPT
from .totals import Totals, add_up
from .versions import scope

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Hidden:
    """`flags[name][level]` tells for each unit of `Totals.levels[level]` whether that total is hidden."""

    flags: dict[str, tuple[Flags, ...]]

    @property
    def nbytes(self) -> int:
        return sum(level.nbytes for levels in self.flags.values() for level in levels)


def hidden(layer: Layer, totals: Totals, viewer: Viewer) -> Hidden:
    """Return which of a layer's totals are hidden from a viewer, from memory if it is there."""
    if not (layer.overview and layer.overview.secret):
        return Hidden({})
    key = ("hidden", scope(layer, viewer), *totals.key)
    return KEPT.get_or_make(key, lambda: _decide(layer, totals, viewer))


def _decide(layer: Layer, totals: Totals, viewer: Viewer) -> Hidden:
    secret = layer.overview.secret if layer.overview else frozenset()
    paths, own = totals.tree.paths, totals.levels[-1].places
    exact = viewer.role in SEES_EXACT_TOTALS
    mine = np.array([exact and viewer.covers(paths[place]) for place in own.tolist()], dtype=bool)
    return Hidden({name: _hide(totals, name, mine) for name in secret})


def _hide(totals: Totals, name: str, mine: Flags) -> tuple[Flags, ...]:
    own, size = totals.levels[-1], len(totals.tree.ids)
    others = own.places[~mine]
    unknown = own.values[name][~mine]
    group = np.zeros(size, dtype=np.intp)
    above = np.zeros(size, dtype=bool)
    result = []
    for level, target in zip(totals.levels, totals.tree.at_level, strict=True):
        values = add_up(target[others], unknown, size)
        candidates = np.unique(target[others])
        here = np.zeros(size, dtype=bool)
        here[candidates] = hide_among(values[candidates], group[candidates], above[group[candidates]])
        result.append(here[level.places])
        group, above = target, here
    return tuple(result)


def hide_among(values: NDArray[np.float64], group: NDArray[np.intp], total_hidden: Flags) -> Flags:
    """Tell which of these parts are hidden.

    `group` says which total a part belongs to, `total_hidden` whether that total is hidden already.
    """
    small = settings.LIMITS["SMALL_COUNT"]
    if not len(values):
        return np.zeros(0, dtype=bool)
    order = np.lexsort((values, group))
    value, of = values[order], group[order]
    starts = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    length = np.diff(np.r_[starts, len(of)])
    position = np.arange(len(of)) - np.repeat(starts, length)
    before = np.cumsum(value) - value
    before -= np.repeat(before[starts], length)
    # Parts are in order of size, so a group has a small one if its first is small.
    at_risk = np.repeat((value[starts] < small) | total_hidden[order][starts], length)
    result = np.zeros(len(values), dtype=bool)
    result[order] = (value < small) | (at_risk & ((position < 2) | (before < small)))
    return result
