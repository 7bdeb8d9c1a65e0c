"""From the store to a case: everything a road plan is reckoned from, read once and frozen."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from layers.models import CriteriaSet, TableVersion
from layers.models.roads import HARDENED, PAVED
from layers.planning.arrays import Bools, Floats
from layers.planning.network.slope import Profile, profile, stations
from layers.planning.plans.case import COUNTS, Case, Centres, Commune, Edges, RoadRows, sums
from layers.planning.plans.case import Homes as HomeRows

from .approved import read_approved
from .criteria import read_indicators, read_lacking, read_statuses
from .facilities import read_facility_works
from .heights import read_heights, step_over, terrain_state
from .network import Homes, Inventory, read_homes, read_inventory
from .region import Region

FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "planning"
#: Households within this many metres of a junction are served once that is reached.
NEAR = 60.0
#: Packages that compute an answer: of another version, it may be another one.
SOFTWARE = ("highspy", "numpy", "scipy", "shapely")
TABLES = ("roads", "network_repairs", "facilities", "households", "units", "standings")
#: Which surfaces make the roads of a measure good.
MAKES_GOOD: Mapping[str, tuple[str, ...]] = {
    "paved_commune_roads": PAVED,
    "hardened_village_roads": HARDENED,
    "dry_lanes": HARDENED,
    "passable_field_roads": HARDENED,
}


def read_case(region: Region, season: str) -> Case:
    """Return the case of a region in a season ("wet" or "dry"). Raises Refused, NotPlanar, NotANumber."""
    inventory = read_inventory(region)
    homes = read_homes(inventory)
    metres, indicators = region.metres, read_indicators(region)
    costs, steep = _costs(), _steepness(inventory)
    return Case(
        year=region.year,
        season=str(season),
        origin=(metres.longitude, metres.latitude),
        communes=_communes(region, homes),
        roads=_roads(inventory),
        edges=_edges(inventory, steep.of_edges(inventory.noded.network.edges)),
        xy=np.round(inventory.noded.network.xy, 1),
        centres=Centres(inventory.centres, inventory.centre_of),
        homes=_placed(inventory, homes),
        indicators=indicators,
        facilities=read_facility_works(region, indicators, costs["facilities"]),
        costs=costs,
        speeds=_table("speeds.json"),
        notes=_notes(inventory, homes, steep),
        versions=_versions(region.year),
        approved=read_approved(region),
    )


def _table(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def _costs() -> dict[str, Any]:
    table = _table("road-costs.json")
    for row in table["treatments"]:
        row["counts"] = [measure for measure, surfaces in MAKES_GOOD.items() if row["surface"] in surfaces]
    return table | {"facilities": _table("facility-costs.json")}


def _steepness(inventory: Inventory) -> Profile:
    """Return how steep each edge is, as far as a stored elevation model tells."""
    metres = inventory.region.metres
    placed = stations(inventory.lines, step_over(inventory.region.box))
    places = metres.unproject(placed.xy) if len(placed.xy) else np.zeros((0, 2))
    return profile(placed, read_heights(places), len(inventory.lines))


def _roads(inventory: Inventory) -> RoadRows:
    roads = inventory.roads
    lacking = read_lacking(inventory.region)
    return RoadRows(
        uid=roads.uid,
        name=roads.name,
        road_class=roads.road_class,
        surface=roads.surface,
        wet_access=roads.wet_access,
        structure=roads.structure,
        lacks=np.array([lacking.get(pk, "") for pk in roads.pk.tolist()], dtype=object),
        hardened=roads.hardened,
        base=np.nan_to_num(roads.base, nan=0.0),
        commune=roads.commune,
        hamlet=np.array([code for code, _name in roads.hamlet], dtype=object),
        hamlet_name=np.array([name for _code, name in roads.hamlet], dtype=object),
        length=np.round(roads.length, 2),
    )


def _edges(inventory: Inventory, steepness: Floats) -> Edges:
    network = inventory.noded.network
    added = inventory.mended.added[inventory.as_noded.network.line]
    return Edges(
        tail=network.tail,
        head=network.head,
        road=network.line,
        start=np.where(added, 0.0, np.round(network.start, 6)),
        stop=np.where(added, 0.0, np.round(network.stop, 6)),
        length=np.round(network.length, 2),
        gradient=np.round(steepness, 4),
        added=added.astype(np.int64),
    )


def _counts(homes: Homes, rows: Bools) -> Floats:
    """(rows, 4) what each household counts for, in the columns of COUNTS."""
    poor = homes.poor[rows].astype(np.float64)
    persons = homes.persons[rows]
    return np.stack([np.ones(len(poor)), poor, persons, persons * poor], axis=1)


def _placed(inventory: Inventory, homes: Homes) -> HomeRows:
    """Return the sums of households by commune, at nodes and along edges: at the nearer end, if that is near."""
    network, snapped = inventory.noded.network, homes.snapped
    on = snapped.edge >= 0
    edge, fraction = snapped.edge[on], snapped.fraction[on]
    near = np.minimum(fraction, 1 - fraction) * network.length[edge] <= NEAR
    end = np.where(fraction <= 0.5, network.tail[edge], network.head[edge])
    place = np.stack([homes.commune[on], np.where(near, end, -1), np.where(near, -1, edge)], axis=1)
    places, row = np.unique(place, axis=0, return_inverse=True)
    counts = sums(row.ravel(), _counts(homes, on), len(places))
    columns = {name: counts[:, i] for i, name in enumerate(COUNTS)}
    return HomeRows(places[:, 0], places[:, 1], places[:, 2], **columns)


def _communes(region: Region, homes: Homes) -> tuple[Commune, ...]:
    size = len(region.communes)
    everyone = np.ones(len(homes.persons), dtype=bool)
    off = homes.snapped.edge < 0
    counts = sums(homes.commune, _counts(homes, everyone), size)
    lost = sums(homes.commune[off], _counts(homes, off), size)
    near_poor = np.bincount(homes.commune[homes.near_poor], minlength=size)
    statuses = read_statuses(region)
    return tuple(
        Commune(
            code=unit.code,
            title=unit.title,
            name=unit.name,
            rural=unit.rural,
            counts=tuple(counts[i].tolist()),
            near_poor=float(near_poor[i]),
            off=tuple(lost[i].tolist()),
            statuses=statuses.get(unit.pk, ""),
        )
        for i, unit in enumerate(region.communes)
    )


def _notes(inventory: Inventory, homes: Homes, steep: Profile) -> dict[str, Any]:
    roads, network = inventory.roads, inventory.noded.network
    own = roads.commune >= 0
    return {
        "households": len(homes.persons),
        "unplaced": int((~homes.placed).sum()),
        "uncounted": int((~homes.counted).sum()),
        "off_network": int((homes.snapped.edge < 0).sum()),
        "roads": int(own.sum()),
        "surface_unknown": int((own & (roads.hardened < 0)).sum()),
        "passage_unknown": int((own & (roads.wet_access == "")).sum()),
        "guessed_centres": [inventory.region.communes[i].code for i in inventory.guessed.tolist()],
        "too_short": len(inventory.noded.too_short),
        "slope_known": _share(steep.known, network.length),
        "base_unknown": int((own & np.isnan(roads.base)).sum()),
    }


def _share(known: Floats, length: Floats) -> float:
    """Return the share of a length that is known."""
    return round(float((known * length).sum() / length.sum()), 4) if length.sum() else 0.0


def _versions(year: int) -> dict[str, Any]:
    tables = dict(TableVersion.objects.filter(table_name__in=TABLES).values_list("table_name", "version"))
    in_force = CriteriaSet.objects.filter(first_year__lte=year, last_year__gte=year).first()
    return {
        "tables": tables,
        "terrain": list(terrain_state()),
        "criteria_set": in_force.code if in_force else "",
        "legal_basis": in_force.legal_basis if in_force else "",
        "software": {name: version(name) for name in SOFTWARE},
    }
