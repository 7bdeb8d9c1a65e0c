"""The road graph of a region: its lines noded, its centres and households on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import Q
from django.db.models.functions import Coalesce

from layers.models import Facility, Review
from layers.models.facilities import FacilityKind
from layers.models.roads import SEPARATED
from layers.planning.arrays import Bools, Floats, Ints, floats, ints
from layers.planning.network.households import Snapped, nearer_ends, snap
from layers.planning.network.noding import Noded, edge_lines, node
from layers.planning.network.repairs import Mended, mend

from .region import Region
from .repairs import read_repairs
from .roads import Roads, read_roads

#: Ends of lines nearer to each other than this many metres are joined: what a handheld receiver's error allows.
TOLERANCE = 5.0
#: Households and centres farther than this many metres from every road are off the network.
FARTHEST = 500.0


@dataclass(frozen=True)
class Inventory:
    """The roads of a region as a graph, read as the standing repairs say. noded: its lines are numbers of road rows, a
    stretch that a repair adds counting as part of the road it lengthens; lines: (E,) geometry of each edge; mended,
    as_noded: what was noded, and the network whose lines are numbers of that; repairs: (K,) ids of the repairs that
    link, as `mended.outdated` tells of them; centres: (K,) nodes of commune centres
    that are on the network, and `centre_of` (K,) the commune of each (-1: a commune around the region);
    guessed: communes whose centre is not on record, for which the unit's own point stands.
    """

    region: Region
    roads: Roads
    noded: Noded
    lines: np.ndarray
    mended: Mended
    as_noded: Noded
    repairs: Ints
    centres: Ints
    centre_of: Ints
    guessed: Ints


@dataclass(frozen=True)
class Homes:
    """H households of the year's review, sorted by id; every array is (H,).

    pk: of the household's row, unit: of that of the hamlet it lived in; xy: (H, 2) metres, NaN where it has no place;
    commune: number in the region; hamlet: code of the unit they lived in; snapped: onto the edges; persons; poor,
    near_poor; placed: false where the position is not on record and the hamlet's centre stands for it; counted: false
    where the number of persons is not on record and the region's mean stands for it.
    """

    pk: Ints
    unit: Ints
    xy: Floats
    commune: Ints
    hamlet: np.ndarray
    snapped: Snapped
    persons: Floats
    poor: Bools
    near_poor: Bools
    placed: Bools
    counted: Bools


def read_inventory(region: Region, tolerance: float = TOLERANCE) -> Inventory:
    """Return the network of a region, noded with a tolerance in metres. Raises as `noding.node`."""
    roads = read_roads(region)
    repairs, ids = read_repairs(region, roads)
    mended = mend(roads.lines, np.isin(roads.structure, SEPARATED), repairs)
    as_noded = node(mended.lines, tolerance, mended.separated)
    network = replace(as_noded.network, line=mended.of[as_noded.network.line])
    noded = replace(as_noded, network=network)
    lines = edge_lines(as_noded.network, mended.lines)
    points, centre_of, guessed = read_centres(region)
    at = nearer_ends(snap(points, lines, FARTHEST), noded.network.tail, noded.network.head)
    on = at >= 0
    return Inventory(region, roads, noded, lines, mended, as_noded, ids, at[on], centre_of[on], guessed)


def read_centres(region: Region) -> tuple[Floats, Ints, Ints]:
    """Return (K, 2) commune centres in metres, the commune of each, and the communes whose centre is guessed.

    The People's Committee is the centre; without one on record, the point of the commune. Committees around the
    region count too: who lives at the border may well go there.
    """
    west, south, east, north = region.box
    committees = list(
        Facility.objects.as_of_year(region.year)
        .filter(kind=FacilityKind.COMMITTEE)
        .filter(geom__within=_box(west - 0.02, south - 0.02, east + 0.02, north + 0.02))
        .annotate(shape=AsWKB("geom"))
        .order_by("uid")
        .values_list("unit__path", "shape")
    )
    of = region.commune_of([path for path, _shape in committees])
    points = {i: unit.point for i, unit in enumerate(region.communes) if i not in set(of.tolist()) and unit.point}
    shapes = [bytes(shape) for _path, shape in committees] + [bytes(point.wkb) for point in points.values()]
    places = region.metres.project(np.asarray(shapely.from_wkb(shapes), dtype=object))
    guessed = ints(list(points))
    return shapely.get_coordinates(places).reshape(-1, 2), np.concatenate([of, guessed]), guessed


def _box(west: float, south: float, east: float, north: float) -> str:
    return shapely.box(west, south, east, north).wkt


def read_homes(inventory: Inventory, farthest: float = FARTHEST) -> Homes:
    """Return the households reviewed in the region in its year, on the edges of its network.

    One without a position stands at its hamlet's centre; one whose hamlet has none either is off the network.
    """
    region = inventory.region
    rows = list(
        Review.objects.filter(region.within("unit__path"), year=region.year)
        .annotate(shape=AsWKB(Coalesce("household__geom", "unit__point")), placed=Q(household__geom__isnull=False))
        .order_by("household__uid")
        .values_list(
            "unit__path", "unit__code", "household__members", "category", "shape", "placed", "household_id", "unit_id"
        )
    )
    members = [row[2] for row in rows]
    known = [count for count in members if count is not None]
    mean = round(sum(known) / len(known)) if known else MEMBERS
    category = np.array([row[3] for row in rows], dtype=object)
    xy = _places(inventory.region, [row[4] for row in rows])
    return Homes(
        pk=ints([row[6] for row in rows]),
        unit=ints([row[7] for row in rows]),
        xy=xy,
        commune=region.commune_of([row[0] for row in rows]),
        hamlet=np.array([row[1] for row in rows], dtype=object),
        snapped=_snapped(inventory, xy, farthest),
        persons=floats([mean if count is None else count for count in members]),
        poor=category == "poor",
        near_poor=category == "near_poor",
        placed=np.array([row[5] for row in rows], dtype=bool),
        counted=np.array([count is not None for count in members], dtype=bool),
    )


#: Persons of a household where nobody's number is on record: about the mean of rural Vietnam.
MEMBERS = 4


def _places(region: Region, shapes: Sequence[bytes | memoryview | None]) -> Floats:
    """(H, 2) metres of points, NaN for those that are none."""
    made = np.full((len(shapes), 2), np.nan)
    there = [i for i, shape in enumerate(shapes) if shape is not None]
    if there:
        points = shapely.from_wkb([bytes(shape) for shape in shapes if shape is not None])
        made[there] = shapely.get_coordinates(region.metres.project(np.asarray(points, dtype=object)))
    return made


def _snapped(inventory: Inventory, xy: Floats, farthest: float) -> Snapped:
    made = Snapped(np.full(len(xy), -1), np.zeros(len(xy)), np.full(len(xy), np.inf))
    there = np.flatnonzero(~np.isnan(xy).any(axis=1))
    if len(there):
        found = snap(xy[there], inventory.lines, farthest)
        made.edge[there], made.fraction[there], made.access[there] = found.edge, found.fraction, found.access
    return made
