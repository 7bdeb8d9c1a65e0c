"""Totals of a layer per unit, for everybody: small counts of people are hidden from those not entitled.

What is counted and what is hidden is decided where tiles of totals are made (`layers.mapserver`), so that
a page and the map can never be held against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from layers.access import Viewer
from layers.mapserver.suppression import hidden
from layers.mapserver.totals import LEVELS, Totals, totals
from layers.mapserver.versions import table_versions
from layers.models import Layer, Unit
from layers.models.units import KINDS

from .values import number


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
        sums = self._sums
        places, _known = sums.tree.places(np.array([unit.pk]))
        return self._totals(sums, KINDS.index(unit.kind), places.tolist())[0]

    def below(self, unit: Unit | None) -> dict[int, list[Total]]:
        """Return the totals of the units one level below a unit (of the provinces, if it is none) by their id.

        What is known of the unit itself but not of which of its parts is under its own id, so that the
        parts add up.
        """
        sums = self._sums
        level = min(KINDS.index(unit.kind) + 1, LEVELS[-1]) if unit else LEVELS[0]
        paths = sums.tree.paths
        inside = [
            place
            for place in np.flatnonzero(sums.present[level]).tolist()
            if unit is None or paths[place].startswith(unit.path)
        ]
        ids = sums.tree.ids[inside].tolist()
        return dict(zip(ids, self._totals(sums, level, inside), strict=True))

    def _totals(self, sums: Totals, level: int, places: list[int]) -> list[list[Total]]:
        assert self.layer.overview is not None  # noqa: S101  # only layers with an overview are counted
        flags = hidden(self.layer, sums, self.viewer).flags
        cells, titles = sums.cells[level], self.layer.overview.titles
        return [
            [
                Total(
                    name,
                    str(title),
                    None if name in flags and flags[name][level][place] else float(cells[name][place]),
                )
                for name, title in titles.items()
            ]
            for place in places
        ]


def any_hidden(lines: Iterable[list[Total]]) -> bool:
    return any(total.hidden for line in lines for total in line)
