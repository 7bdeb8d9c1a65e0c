"""Reads the report on a province's network for the roads of one unit.

Whoever may see the unit may see all that is told: households are counted in the unit alone, and of a road beyond it
neither name nor number is told.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import shapely
from django.conf import settings

from layers.models import NetworkRepair, RepairKind, Unit
from layers.planning.arrays import Bools, Floats, Ints, totals
from layers.planning.network.report import Report, report
from layers.planning.store.kept import ROAD_TABLES, Lived, Shelf, in_degrees, lived_in
from layers.planning.store.network import TOLERANCE, Inventory
from layers.planning.store.shared import Shared
from layers.planning.travel.times import Journey, travel

from .found import KINDS, Connectivity, Finding, Offer

REPORTS = Shelf("NETWORKS_KEPT", Shared("report", ROAD_TABLES))
#: Metres up to which a dead end counts as one that misses another road.
REACH = 100.0
#: Metres up to which the end itself is offered to be moved; farther, a stretch of road is missing.
MOVED = 30.0
#: A road of which this share runs along another is offered to be left out.
COVERED = 0.9


def connectivity(unit: Unit, year: int, tolerance: float = TOLERANCE) -> Connectivity:
    """Report on the roads of a unit (a hamlet stands for its commune) within the network of its province.

    Raises as `region` and `noding.node`.
    """
    lived = lived_in(unit, year, tolerance)
    inventory = lived.ways.inventory
    made = REPORTS.get_or_make(
        lived.ways.key,
        lambda: report(inventory.as_noded, inventory.mended.lines, inventory.centres, REACH),
    )
    return _Reader(lived, made, unit).read(year, tolerance)


def communes_in(inventory: Inventory, unit: Unit) -> Ints:
    """Return the numbers of the communes that lie in a unit, or that it lies in."""
    paths = inventory.region.paths
    return np.array([i for i, path in enumerate(paths) if path.startswith(unit.path) or unit.path.startswith(path)])


class _Reader:
    """Puts a report's arrays into the words of the store, for the roads of one unit."""

    def __init__(self, lived: Lived, made: Report, unit: Unit) -> None:
        self.lived, self.made, self.unit = lived, made, unit
        self.inventory, self.homes = lived.ways.inventory, lived.homes
        self.network = self.inventory.noded.network
        self.of = self.inventory.mended.of
        self.pk = self.inventory.roads.pk
        inside = np.isin(self.inventory.roads.commune, communes_in(self.inventory, unit))
        #: Of each noded line, whether its road is one of the unit's.
        self.mine = inside[self.of]
        self.edge_mine = inside[self.network.line]
        self.edge_piece = made.pieces.node[self.network.tail]
        self.home_piece = np.where(self.homes.snapped.edge >= 0, self.edge_piece[self.homes.snapped.edge], -1)
        self.home_mine = np.isin(self.homes.commune, communes_in(self.inventory, unit))
        count = len(made.pieces.edges)
        on = self.home_mine & (self.home_piece >= 0)
        self.households = np.bincount(self.home_piece[on], minlength=count)
        self.persons = totals(self.home_piece[on], self.homes.persons[on], count)
        self.lines = in_degrees(self.inventory, self.inventory.mended.lines)
        self.end_edge = np.full(self.network.nodes, -1)
        self.end_edge[self.network.tail] = np.arange(self.network.edges)
        self.end_edge[self.network.head] = np.arange(self.network.edges)
        self.dead_ends = made.dangles[self.edge_mine[self.end_edge[made.dangles]]]

    def read(self, year: int, tolerance: float) -> Connectivity:
        pieces, network = self.made.pieces, self.network
        here = np.unique(self.edge_piece[self.edge_mine])
        home = self.home_mine
        apart, off = self._cut_off()
        edge_apart = self.edge_mine & ~pieces.centre[self.edge_piece]
        steps = self.lived.ways.steps
        findings = sorted(self._findings(), key=lambda f: (KINDS.index(f.kind), -f.persons, not f.joins, f.metres))
        most = settings.LIMITS["NETWORK_FINDINGS"]
        listed: Counter[str] = Counter()
        shown = [f for f in findings if not listed.update([f.kind]) and listed[f.kind] <= most]
        return Connectivity(
            unit=self.unit,
            year=year,
            tolerance=tolerance,
            pieces=len(here),
            joined=int(pieces.centre[here].sum()),
            metres=float(network.length[self.edge_mine].sum()),
            metres_apart=float(network.length[edge_apart].sum()),
            households=int(home.sum()),
            off=int(off.sum()),
            apart=int(apart.sum()),
            persons=float(self.homes.persons[home].sum()),
            persons_out=float(self.homes.persons[off | apart].sum()),
            rained_off=int((np.isinf(self._in_rain()) & home).sum()),
            guessed=len(np.intersect1d(self.inventory.guessed, communes_in(self.inventory, self.unit))),
            level=float((network.length * (1 - steps.known))[self.edge_mine].sum()),
            counts={kind: sum(f.kind == kind for f in findings) for kind in KINDS} | {"dead_end": len(self.dead_ends)},
            findings=tuple(shown),
        )

    def _in_rain(self) -> Floats:
        """(H,) seconds of each household to a centre by motorbike when it rains."""
        return travel(self.lived, Journey("centre", "motorbike", wet=True)).seconds

    def _cut_off(self) -> tuple[Bools, Bools]:
        """(H,) households of the unit on pieces without a centre, and those off every road."""
        on = self.home_piece >= 0
        return self.home_mine & on & ~self.made.pieces.centre[self.home_piece], self.home_mine & ~on

    def _findings(self) -> Iterator[Finding]:
        yield from self._near_misses()
        yield from self._doubles()
        yield from self._crossings()
        yield from self._pieces()
        yield from self._outdated()
        for line in self.made.too_short[self.mine[self.made.too_short]].tolist():
            road = self._road(line)
            yield Finding("too_short", self.lines[line], (road,), self._length(line), offers=(_drop(road),))
        yield from self._dead_ends()

    def _road(self, line: int) -> int:
        return int(self.pk[self.of[line]])

    def _roads(self, *lines: int) -> tuple[int, ...]:
        """Return the rows of those lines that are the unit's."""
        return tuple(self._road(line) for line in lines if self.mine[line])

    def _length(self, line: int) -> float:
        return float(shapely.length(self.inventory.mended.lines[line]))

    def _points(self, xy: Floats) -> np.ndarray:
        return in_degrees(self.inventory, shapely.points(xy))

    def _near_misses(self) -> Iterator[Finding]:
        misses, pieces = self.made.near_misses, self.made.pieces
        of_line = np.full(len(self.mine), -1)
        of_line[self.inventory.as_noded.network.line] = self.edge_piece
        ends = self._points(np.stack([self.network.xy[misses.node], misses.target], axis=1).reshape(-1, 2))
        for k in np.flatnonzero(self.mine[misses.own]).tolist():
            link = tuple((point.x, point.y) for point in ends[2 * k : 2 * k + 2])
            road, *others = self._roads(misses.own[k], misses.line[k])
            other = others[0] if others else None
            kinds = (RepairKind.SNAP, RepairKind.JOIN) if misses.gap[k] <= MOVED else (RepairKind.JOIN,)
            sides = (int(pieces.node[misses.node[k]]), int(of_line[misses.line[k]]))
            gained = [piece for piece in sides if not pieces.centre[piece]]
            alone = gained[0] if misses.joins[k] and len(gained) == 1 else None
            yield Finding(
                "near_miss",
                shapely.LineString(link),
                (road, *others),
                float(misses.gap[k]),
                bool(misses.joins[k]),
                0 if alone is None else int(self.households[alone]),
                0.0 if alone is None else float(self.persons[alone]),
                tuple(Offer(str(kind), road, other, link) for kind in kinds),
            )

    def _doubles(self) -> Iterator[Finding]:
        """Yield roads that are there twice, then those that run along others."""
        twice = {(first, again) for first, again in self.made.duplicates.tolist()}
        for first, again in sorted(twice):
            if roads := self._roads(again, first):
                yield Finding("duplicate", self.lines[again], roads, self._length(again), offers=(_drop(*roads),))
        overlaps = self.made.overlaps
        for first, second, metres in zip(overlaps.first, overlaps.second, overlaps.metres, strict=True):
            shorter, longer = sorted((int(first), int(second)), key=self._length)
            roads = self._roads(shorter, longer)
            if roads and (first, second) not in twice:
                covered = self.mine[shorter] and metres >= COVERED * self._length(shorter)
                offers = (_drop(*roads),) if covered and len(set(roads)) == len(roads) else ()
                yield Finding("overlap", self.lines[shorter], roads, float(metres), offers=offers)

    def _crossings(self) -> Iterator[Finding]:
        """Yield crossings, but for those of two roads that run along each other: these wind about one another."""
        crossings, overlaps = self.made.crossings, self.made.overlaps
        together = set(zip(overlaps.first.tolist(), overlaps.second.tolist(), strict=True))
        for k, point in enumerate(self._points(crossings.xy)):
            pair = int(crossings.first[k]), int(crossings.second[k])
            if pair not in together and (roads := self._roads(*pair)):
                yield Finding("crossing", point, roads, offers=tuple(Offer("bridge", road) for road in roads))

    def _pieces(self) -> Iterator[Finding]:
        """Yield the pieces without a centre that have a road in the unit."""
        here = np.unique(self.edge_piece[self.edge_mine])
        alone = here[~self.made.pieces.centre[here]]
        mine = np.flatnonzero(self.edge_mine)
        order = mine[np.argsort(self.edge_piece[mine], kind="stable")]
        begin = np.searchsorted(self.edge_piece[order], alone)
        end = np.searchsorted(self.edge_piece[order], alone, side="right")
        drawn = in_degrees(self.inventory, self.inventory.lines)
        for piece, first, last in zip(alone.tolist(), begin.tolist(), end.tolist(), strict=True):
            edges = order[first:last]
            roads = tuple(np.unique(self.pk[self.network.line[edges]]).tolist())
            yield Finding(
                "piece",
                shapely.multilinestrings(drawn[edges]),
                roads,
                float(self.network.length[edges].sum()),
                households=int(self.households[piece]),
                persons=float(self.persons[piece]),
            )

    def _outdated(self) -> Iterator[Finding]:
        ids = self.inventory.repairs[self.inventory.mended.outdated].tolist()
        inside = {int(pk) for pk in self.pk[self.of[self.mine]]}
        for repair in NetworkRepair.objects.filter(pk__in=ids, road__in=inside).order_by("pk"):
            link = shapely.from_wkb(bytes(repair.link.wkb)) if repair.link else None
            yield Finding("outdated", link, (repair.road_id,), offers=(Offer("undo", repair.pk),))

    def _dead_ends(self) -> Iterator[Finding]:
        """Yield as many as may be listed: most lanes end at a house, and a province has thousands."""
        ends = self.dead_ends[: settings.LIMITS["NETWORK_FINDINGS"]]
        roads = self.pk[self.network.line[self.end_edge[ends]]].tolist()
        for point, road in zip(self._points(self.network.xy[ends]), roads, strict=True):
            yield Finding("dead_end", point, (road,))


def _drop(road: int, other: int | None = None) -> Offer:
    return Offer("drop", road, other)
