"""Road rows as arrays: those of a region, and those around it that carry its traffic on."""

from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import Q

from layers.models import Road, Unit
from layers.models.roads import PAVED, surface_in
from layers.planning.arrays import Floats, Ints, floats, ints

from .region import Region

#: How far beyond a region's box roads are read: where a road leaves a commune and comes back, it still joins.
AROUND_DEGREES = 0.02

_COLUMNS = ("pk", "uid", "unit__path", "unit__code", "unit__name", "name", "road_class", "surface", "wet_access",
            "structure", "muddy", "hardened", "paved", "width_m", "base_width_m", "condition", "length_m",
            "shape")  # fmt: skip


@dataclass(frozen=True)
class Roads:
    """L road rows, sorted by uid. Every array is (L,).

    pk, uid; commune: number in the region, -1 for roads around it; hamlet: (code, name) of the unit a road is
    recorded in; name, road_class, surface, wet_access, structure: as stored, "" where unknown; muddy, hardened, paved:
    1 yes, 0 no, -1 not known, at the end of the year; width, base: metres, NaN where unknown; condition: 1 very good …
    5 very poor, 0 unknown; length: metres on the ellipsoid; lines: Shapely LineStrings in the region's metres.
    """

    pk: Ints
    uid: np.ndarray
    commune: Ints
    hamlet: list[tuple[str, str]]
    name: np.ndarray
    road_class: np.ndarray
    surface: np.ndarray
    wet_access: np.ndarray
    structure: np.ndarray
    muddy: Ints
    hardened: Ints
    paved: Ints
    width: Floats
    base: Floats
    condition: Ints
    length: Floats
    lines: np.ndarray

    def __len__(self) -> int:
        return len(self.pk)


def read_roads(region: Region, around: float = AROUND_DEGREES) -> Roads:
    """Return the roads of a region as they stood at the end of its year, and those around it within some degrees."""
    west, south, east, north = region.box
    near = Polygon.from_bbox((west - around, south - around, east + around, north + around))
    # By their ids, so that both conditions are read from an index: with paths all roads of the nation would be.
    units = list(Unit.objects.filter(region.within("path")).values_list("pk", flat=True))
    rows = list(
        Road.objects.as_of_year(region.year)
        .filter(Q(unit__in=units) | Q(geom__bboverlaps=near))
        .annotate(paved=surface_in(PAVED, region.year), shape=AsWKB("geom"))
        .order_by("uid")
        .values_list(*_COLUMNS)
    )
    columns = dict(zip(_COLUMNS, zip(*rows, strict=True) if rows else ((),) * len(_COLUMNS), strict=True))
    lines = shapely.from_wkb([bytes(shape) for shape in columns["shape"]])
    return Roads(
        pk=ints(columns["pk"]),
        uid=_words(map(str, columns["uid"])),
        commune=region.commune_of(columns["unit__path"]),
        hamlet=list(zip(columns["unit__code"], columns["unit__name"], strict=True)),
        name=_words(columns["name"]),
        road_class=_words(columns["road_class"]),
        surface=_words(columns["surface"]),
        wet_access=_words(columns["wet_access"]),
        structure=_words(columns["structure"]),
        muddy=_known(columns["muddy"]),
        hardened=_known(columns["hardened"]),
        paved=_known(columns["paved"]),
        width=_metres(columns["width_m"]),
        base=_metres(columns["base_width_m"]),
        condition=ints([value or 0 for value in columns["condition"]]),
        length=floats(columns["length_m"]),
        lines=region.metres.project(np.asarray(lines, dtype=object)),
    )


def _words(values: object) -> np.ndarray:
    return np.array(list(values), dtype=object)  # type: ignore[call-overload]


def _known(values: tuple[bool | None, ...]) -> Ints:
    return ints([-1 if value is None else int(value) for value in values])


def _metres(values: tuple[float | None, ...]) -> Floats:
    return floats([np.nan if value is None else value for value in values])
