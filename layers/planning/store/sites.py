"""What a siting study depends on, read from the rows that its viewer may see."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer
from layers.errors import Refused
from layers.models import LAYERS, Terrain, Unit
from layers.models.facilities import FacilityKind
from layers.models.siting import SiteKind, Subject
from layers.models.units import Kind
from layers.models.waste import WasteKind
from layers.planning.arrays import floats
from layers.planning.waste.figures import grid_of
from layers.planning.waste.inputs import Inputs
from layers.planning.waste.rule import Rule

from .network import read_inventory
from .region import region

#: Path of the unit, members, position as WKB.
Home = tuple[str, int | None, bytes | memoryview | None]
#: Metres of a degree of latitude; of longitude they are fewer, so a box is rather too large than too small.
DEGREE_M = 110_000
#: The existing sites that each kind of study asks about, by what they are.
PLANTS = (WasteKind.INCINERATOR, WasteKind.LANDFILL)
EXISTING = {SiteKind.KILN: WasteKind.GROUP_KILN, SiteKind.COLLECTION: WasteKind.TRANSFER}


def read_inputs(
    viewer: Viewer,
    unit: Unit,
    kind: str,
    year: int,
    rules: tuple[Rule, ...],
    figures: Mapping[str, float],
    budget: float | None = None,
    wind_from: float | None = None,
    plant: tuple[float, float] | None = None,
) -> tuple[Inputs, list[str]]:
    """Return a study's inputs, and the paths of the communes whose households were read for it.

    `plant`: longitude and latitude of the existing plant, where it is not on record. Houses are households, those
    across the border included as far as the viewer may see them. Raises Refused for a unit without outline or
    without households in that year.
    """
    if unit.geom is None:
        raise Refused(_("“%(unit)s” has no boundary on record. Import or draw it first."), unit=str(unit))
    reach = max([rule.value for rule in rules if rule.subject != Subject.SLOPE], default=0.0)
    box = _box(unit, max(reach, figures.get("wind_reach_m", 0.0)))
    homes = _read_homes(viewer, unit, year, box)
    hamlets = _hamlets(unit, year, {path for path, _members, _wkb in homes})
    inventory = read_inventory(region([_around(viewer, unit)], year))
    network = inventory.noded.network
    sites, site_at = _sites(viewer, kind, year, plant)
    facilities = LAYERS["facilities"].rows(viewer, year).filter(geom__intersects=box)
    school = Q(kind=FacilityKind.SCHOOL)
    inputs = Inputs(
        kind=kind,
        year=year,
        unit={"id": unit.pk, "code": unit.code, "name": str(unit)},
        figures=dict(figures),
        grid=grid_of(kind),
        budget=budget,
        wind_from=wind_from,
        rules=rules,
        area=bytes(unit.geom.wkb),
        hamlets=tuple({"id": row.pk, "code": row.code, "name": row.name} for row in hamlets),
        hamlet_at=floats([row.point.coords if row.point else (np.nan, np.nan) for row in hamlets]).reshape(-1, 2),
        **_homes(homes, unit, year, hamlets, figures["persons_per_household"]),
        shapes={
            Subject.SCHOOL.value: _shapes(facilities.filter(school)),
            Subject.PUBLIC.value: _shapes(facilities.exclude(school)),
            Subject.WATER.value: _shapes(LAYERS["water"].rows(viewer, year).filter(geom__intersects=box)),
            Subject.ROAD.value: _shapes(LAYERS["roads"].rows(viewer, year).filter(geom__intersects=box)),
        },
        sites=sites,
        site_at=site_at,
        tail=network.tail,
        head=network.head,
        edges=tuple(shapely.to_wkb(_in_degrees(inventory.lines, inventory.region.metres)).tolist()),
        nodes=network.nodes,
        terrain=_terrain(unit),
        open_border=not viewer.may_see(Audience.PERSONAL) or not _covers_around(viewer, unit),
    )
    return inputs, _communes({path for path, _members, _wkb in homes})


def _box(unit: Unit, reach: float) -> Polygon:
    assert unit.geom is not None  # noqa: S101  # asked by the caller
    west, south, east, north = unit.geom.extent
    grown = 1.2 * reach / DEGREE_M
    return Polygon.from_bbox((west - grown, south - grown, east + grown, north + grown))


def _read_homes(viewer: Viewer, unit: Unit, year: int, box: Polygon) -> list[Home]:
    # By number, not by path: so that the two conditions are two indexes, and not one pass over a nation.
    inside = list(Unit.objects.below(unit.path).values_list("pk", flat=True))
    rows = (
        LAYERS["households"]
        .rows(viewer, year)
        .filter(Q(unit__in=inside) | Q(geom__intersects=box))
        .order_by("uid")
        .annotate(wkb=AsWKB("geom"))
        .values_list("unit__path", "members", "wkb")
    )
    return list(rows.iterator(5_000))


def _hamlets(unit: Unit, year: int, named: set[str]) -> list[Unit]:
    """Return the smallest units, and those above them that households name: theirs is not known more closely."""
    inside = list(Unit.objects.at_end_of(year).below(unit.path).defer("geom").order_by("path"))
    parents = {row.parent_id for row in inside}
    return [row for row in inside if row.pk not in parents or row.path in named]


def _homes(homes: list[Home], unit: Unit, year: int, hamlets: list[Unit], usual: float) -> dict[str, np.ndarray]:
    """Return home_at, persons, hamlet and placed of `Inputs`."""
    number = {row.path: index for index, row in enumerate(hamlets)}
    hamlet = np.array([number.get(path, -1) for path, _members, _wkb in homes], dtype=np.int64)
    if not (hamlet >= 0).any():
        raise Refused(
            _("No household of “%(unit)s” was reviewed in %(year)d, so nobody's waste is known. Choose another year."),
            unit=str(unit),
            year=year,
        )
    placed = np.array([wkb is not None for _path, _members, wkb in homes], dtype=bool)
    at = np.full((len(homes), 2), np.nan)
    at[placed] = shapely.get_coordinates(shapely.from_wkb([bytes(wkb) for _path, _members, wkb in homes if wkb]))
    assert unit.geom is not None  # noqa: S101  # asked by the caller
    middle = unit.point or unit.geom.centroid
    centres = floats([(row.point or middle).coords for row in hamlets]).reshape(-1, 2)
    at[~placed] = centres[hamlet[~placed]]
    return {
        "home_at": at,
        "persons": floats([members or usual for _path, members, _wkb in homes]),
        "hamlet": hamlet,
        "placed": placed,
    }


def _communes(paths: set[str]) -> list[str]:
    """Return the paths of the communes that units lie in; of a unit in none, its own."""
    every = set(Unit.objects.filter(kind=Kind.COMMUNE).values_list("path", flat=True))
    found = set()
    for path in paths:
        parts = path.rstrip("/").split("/")
        above = ("/".join(parts[: n + 1]) + "/" for n in range(len(parts)))
        found.add(next((one for one in above if one in every), path))
    return sorted(found)


def _shapes(rows: QuerySet) -> tuple[bytes, ...]:
    shapes = rows.order_by("uid").annotate(wkb=AsWKB("geom")).values_list("wkb", flat=True)
    return tuple(bytes(wkb) for wkb in shapes.iterator(5_000))


def _sites(
    viewer: Viewer, kind: str, year: int, plant: tuple[float, float] | None
) -> tuple[tuple[dict[str, Any], ...], np.ndarray]:
    """Return what exists already: sites of the study's own kind, and plants that take waste in."""
    kinds = [*PLANTS, *([EXISTING[SiteKind(kind)]] if kind in EXISTING else [])]
    rows = list(LAYERS["waste-sites"].rows(viewer, year).filter(kind__in=kinds).order_by("uid"))
    sites: list[dict[str, Any]] = [
        {"id": row.pk, "kind": row.kind, "name": row.name, "households": row.households_served} for row in rows
    ]
    at = [row.geom.coords for row in rows]
    if plant is not None:
        # The plant that is named is the one that is meant: others do not take part.
        others = [index for index, site in enumerate(sites) if site["kind"] not in PLANTS]
        sites = [sites[index] for index in others]
        sites.append({"id": None, "kind": WasteKind.LANDFILL.value, "name": "", "households": None})
        at = [*(at[index] for index in others), plant]
    return tuple(sites), floats(at).reshape(-1, 2)


def _terrain(unit: Unit) -> dict[str, Any] | None:
    """Return the finest elevation model that covers the unit, or else one that meets it."""
    found = Terrain.objects.filter(extent__intersects=unit.geom).order_by("resolution_m", "pk")
    best = next((row for row in found if unit.geom and row.extent.contains(unit.geom)), None) or found.first()
    if best is None:
        return None
    return {"id": best.pk, "sha256": best.sha256, "name": best.name, "resolution_m": best.resolution_m}


def _around(viewer: Viewer, unit: Unit) -> Unit:
    """Return the unit whose roads waste is hauled on: the one above, if the viewer sees all of it, for a plant often
    lies in a neighbouring commune. A hamlet has its commune's."""
    above = unit.parent
    if above is not None and (unit.kind == Kind.HAMLET or (unit.kind == Kind.COMMUNE and viewer.covers(above.path))):
        return above
    return unit


def _covers_around(viewer: Viewer, unit: Unit) -> bool:
    """Tell whether a viewer sees the unit's neighbours too: whoever covers the unit above it does."""
    return viewer.covers("/".join([*unit.path.split("/")[:-2], ""]))


def _in_degrees(lines: np.ndarray, metres: Any) -> np.ndarray:
    return np.asarray(shapely.transform(np.asarray(lines, dtype=object), metres.unproject))
