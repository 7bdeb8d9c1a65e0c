"""Totals of a layer per unit, for everybody: small counts of people are hidden from those not entitled.

What is counted and what is hidden is decided where tiles of totals are made, so that a page, a file and the
map can never be held against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from layers.access import Viewer
from layers.models import Layer, Unit
from layers.models.units import KINDS

from .suppression import hidden
from .totals import Totals, totals
from .tree import LEVELS
from .values import number
from .versions import table_versions


@dataclass(frozen=True)
class Total:
    """One total; `value` is nothing where it is hidden."""

    name: str
    title: str
    value: float | None

    @property
    def hidden(self) -> bool:
        return self.value is None

    @property
    def shown(self) -> str:
        if self.value is None:
            return "…"
        return f"{number(self.value / 1000)} km" if self.name.endswith("_m") else number(int(self.value))

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "title": self.title, "value": self.value, "hidden": self.hidden, "shown": self.shown}


@dataclass(frozen=True)
class Counted:
    """The totals of one layer and year as one viewer may see them."""

    layer: Layer
    viewer: Viewer
    year: int

    @cached_property
    def _sums(self) -> Totals:
        return totals(self.layer, self.year, table_versions())

    def of(self, unit: Unit) -> list[Total]:
        """Return the totals of one unit with all below it."""
        sums, level = self._sums, KINDS.index(unit.kind)
        places, _known = sums.tree.places(np.array([unit.pk]))
        found = sums.levels[level].among(places).tolist()
        return self._totals(sums, level, found)[0] if found else self._nothing()

    def below(self, unit: Unit | None) -> dict[int, list[Total]]:
        """Return the totals of the units one level below a unit (of the provinces, if it is none) by their id.

        What is known of the unit itself but not of which of its parts is under its own id, so that the
        parts add up.
        """
        sums = self._sums
        level = min(KINDS.index(unit.kind) + 1, LEVELS[-1]) if unit else LEVELS[0]
        paths, places = sums.tree.paths, sums.levels[level].places
        inside = [
            index for index, place in enumerate(places.tolist()) if unit is None or paths[place].startswith(unit.path)
        ]
        ids = sums.tree.ids[places[inside]].tolist()
        return dict(zip(ids, self._totals(sums, level, inside), strict=True))

    def _totals(self, sums: Totals, level: int, found: list[int]) -> list[list[Total]]:
        """Return the totals of some of a level's units, by where they are in it."""
        assert self.layer.overview is not None  # noqa: S101  # only layers with an overview are counted
        flags = hidden(self.layer, sums, self.viewer).flags
        values = sums.levels[level].values
        return [
            [
                Total(
                    name,
                    str(title),
                    None if name in flags and flags[name][level][index] else float(values[name][index]),
                )
                for name, title in self.layer.overview.titles.items()
            ]
            for index in found
        ]

    def _nothing(self) -> list[Total]:
        """Return the totals of a unit without rows, in whose commune there are none either: that is no secret."""
        assert self.layer.overview is not None  # noqa: S101  # only layers with an overview are counted
        return [Total(name, str(title), 0.0) for name, title in self.layer.overview.titles.items()]


def any_hidden(lines: Iterable[list[Total]]) -> bool:
    return any(total.hidden for line in lines for total in line)
