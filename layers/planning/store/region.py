"""Which communes a plan is for, and the metres it is reckoned in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.contrib.gis.db.models import Extent
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import NotFound, Refused
from layers.models import Road, Unit
from layers.planning.metres import Metres


@dataclass(frozen=True)
class Region:
    """A set of communes at the end of a year, by path; `box`: west, south, east, north of their roads and outlines."""

    communes: tuple[Unit, ...]
    year: int
    box: tuple[float, float, float, float]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(commune.path for commune in self.communes)

    @cached_property
    def metres(self) -> Metres:
        west, south, east, north = self.box
        # Rounded, so that a road more does not move every coordinate.
        return Metres(round((west + east) * 2) / 4, round((south + north) * 2) / 4)

    def within(self, lookup: str) -> Q:
        """Return the condition that a row's unit path lies in the region."""
        return Viewer(areas=self.paths).within(lookup)

    def commune_of(self, paths: Sequence[str]) -> np.ndarray:
        """(K,) the number of the commune that each unit path lies in, -1 where in none."""
        number = {path.rstrip("/"): i for i, path in enumerate(self.paths)}
        return np.array([_first_of(number, path) for path in paths], dtype=np.int64)


def _first_of(number: dict[str, int], path: str) -> int:
    parts = path.rstrip("/").split("/")
    return next((n for i in range(len(parts)) if (n := number.get("/".join(parts[: i + 1]))) is not None), -1)


def region(units: Sequence[Unit], year: int) -> Region:
    """Return the communes that lie at or below units at the end of a year.

    Raises Refused where there are none, or where neither their outlines nor their roads tell where they are.
    """
    inside = Viewer(areas=tuple(unit.path for unit in units)).within("path")
    communes = tuple(Unit.objects.at_end_of(year).filter(inside, kind="commune").order_by("path"))
    if not communes:
        raise Refused(_("None of these units holds a commune at the end of %(year)d. Choose others."), year=year)
    made = Viewer(areas=tuple(commune.path for commune in communes)).within("unit__path")
    outline = Unit.objects.filter(pk__in=[commune.pk for commune in communes]).aggregate(box=Extent("geom"))["box"]
    box = outline or Road.objects.as_of_year(year).filter(made).aggregate(box=Extent("geom"))["box"]
    if box is None:
        raise Refused(_("These communes have neither outlines nor roads on record. Import their roads first."))
    return Region(communes, year, box)


def units_by_code(codes: Sequence[str], year: int) -> list[Unit]:
    """Return the units of these codes that exist at the end of a year. Raises NotFound with the first that does not."""
    found = {unit.code: unit for unit in Unit.objects.at_end_of(year).filter(code__in=codes)}
    for code in codes:
        if code not in found:
            raise NotFound(_("No unit has the code %(code)s at the end of %(year)d."), code=code, year=year)
    return [found[code] for code in codes]
