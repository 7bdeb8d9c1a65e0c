"""What a plan is reckoned from, frozen: the network with sums of households on it, criteria, prices, speeds.

A case is written as JSON with sorted keys, so that anybody can read it in ten years and the same rows always make
the same bytes. It holds sums by node and stretch of road, no household and no name of one.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np

from layers.planning.arrays import Floats, Ints
from layers.planning.errors import Unreadable

FORMAT = 1
#: The sums that are kept of households, in the order of the columns.
COUNTS = ("households", "poor_households", "persons", "poor_persons")
HOUSEHOLDS, POOR_HOUSEHOLDS, PERSONS, POOR_PERSONS = range(len(COUNTS))

#: How each column is read back.
_WORDS = ("uid", "name", "road_class", "surface", "wet_access", "structure", "lacks", "hamlet", "hamlet_name")
_WHOLE = ("hardened", "commune", "tail", "head", "road", "node", "edge", "of", "added")

RowsT = TypeVar("RowsT", bound="Rows")


class Rows:
    """Columns of equal length."""

    def document(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name).tolist() for each in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def read(cls: type[RowsT], document: Mapping[str, Any]) -> RowsT:
        return cls(**{each.name: _column(each.name, document[each.name]) for each in fields(cls)})  # type: ignore[arg-type]


def _column(name: str, values: list[Any]) -> np.ndarray:
    kind = object if name in _WORDS else np.int64 if name in _WHOLE else np.float64
    return np.array(values, dtype=kind)


@dataclass(frozen=True)
class RoadRows(Rows):
    """(L,) road rows. commune: number, -1 around the region; hamlet, hamlet_name: where it is recorded; structure:
    what carries it, "" for the ground; lacks: the measure of an indicator that the road keeps down, "" if none;
    hardened: 1, 0 or -1 (not known); base: metres, 0 where unknown; length: metres on the ellipsoid."""

    uid: np.ndarray
    name: np.ndarray
    road_class: np.ndarray
    surface: np.ndarray
    wet_access: np.ndarray
    structure: np.ndarray
    lacks: np.ndarray
    hardened: Ints
    base: Floats
    commune: Ints
    hamlet: np.ndarray
    hamlet_name: np.ndarray
    length: Floats


@dataclass(frozen=True)
class Edges(Rows):
    """(E,) stretches of roads between nodes: fractions `start` to `stop` of the line of a `road`, metres long, and as
    steep on average as `gradient`, up or down, 0 where not known. added: 1 for a gap that a repair bridges: it takes
    after its road and is no part of its line (start and stop are 0)."""

    tail: Ints
    head: Ints
    road: Ints
    start: Floats
    stop: Floats
    length: Floats
    gradient: Floats
    added: Ints


@dataclass(frozen=True)
class Centres(Rows):
    """(K,) nodes of commune centres, and the commune of each, -1 around the region."""

    node: Ints
    of: Ints


@dataclass(frozen=True)
class Homes(Rows):
    """Households in sums: those of a commune (`of`) near a `node`, or along an `edge` far from both its ends (the
    other is -1). The last columns are COUNTS."""

    of: Ints
    node: Ints
    edge: Ints
    households: Floats
    poor_households: Floats
    persons: Floats
    poor_persons: Floats

    @property
    def counts(self) -> Floats:
        """(rows, 4) in the columns of COUNTS."""
        return np.stack([getattr(self, name) for name in COUNTS], axis=1)


@dataclass(frozen=True)
class Commune:
    """counts: of its households, as COUNTS; near_poor: households; off: counts of those off the network; statuses: of
    its criteria, one character each; rural: judged by the criteria at all."""

    code: str
    title: str
    name: str
    rural: bool
    counts: tuple[float, ...]
    near_poor: float
    off: tuple[float, ...]
    statuses: str


@dataclass(frozen=True)
class Indicator:
    """An indicator of a criterion that works may turn, in one commune, with what was counted: metres or facilities."""

    commune: int
    criterion: int
    code: str
    part: str
    measure: str
    name_vi: str
    name_en: str
    status: str
    share: bool
    threshold: float | None
    verified: bool
    source: str
    numerator: float
    denominator: float


@dataclass(frozen=True)
class FacilityWork:
    """A facility to build or bring up to standard, or support for the households of a hamlet. key: unique; kind: code
    in the table of costs; subject: uid of the facility, "" for a new one; measure: of the indicator it counts for, by
    `credit` facilities or households; price: VND, of which the people give `people_pct` per cent; x, y: metres;
    counts: of those it serves, as COUNTS."""

    key: str
    kind: str
    name: str
    subject: str
    commune: int
    hamlet: str
    measure: str
    credit: float
    price: float
    people_pct: float
    x: float
    y: float
    counts: tuple[float, ...]


@dataclass(frozen=True)
class Approved:
    """A work of a plan that is approved. key: of the work in that plan; subject: uid of its road or facility, "" for a
    new one; start, stop: fractions of the road's line; treatment: "" for a facility."""

    key: str
    subject: str
    start: float
    stop: float
    treatment: str


@dataclass(frozen=True)
class Case:
    """xy: (N, 2) metres of the nodes, about `origin` (longitude, latitude). costs, speeds: the tables in use. notes:
    how many values were missing and what stood for them. versions: of tables, norms, software. approved: works of
    other plans that are decided; written only where there are any, as older cases have it."""

    year: int
    season: str
    origin: tuple[float, float]
    communes: tuple[Commune, ...]
    roads: RoadRows
    edges: Edges
    xy: Floats
    centres: Centres
    homes: Homes
    indicators: tuple[Indicator, ...]
    facilities: tuple[FacilityWork, ...]
    costs: Mapping[str, Any]
    speeds: Mapping[str, Any]
    notes: Mapping[str, Any]
    versions: Mapping[str, Any]
    approved: tuple[Approved, ...] = ()

    @property
    def nodes(self) -> int:
        return len(self.xy)

    @cached_property
    def metres(self) -> Floats:
        """(E,) metres of each stretch on the ellipsoid, as they count for criteria; 0 for an added one."""
        return self.roads.length[self.edges.road] * (self.edges.stop - self.edges.start)

    @cached_property
    def at_node(self) -> Floats:
        """(N, 4) households near a node, as COUNTS."""
        return sums(self.homes.node, self.homes.counts, self.nodes)

    @cached_property
    def along(self) -> Floats:
        """(E, 4) households along a stretch, far from both its ends, as COUNTS."""
        return sums(self.homes.edge, self.homes.counts, len(self.edges.tail))

    def document(self) -> dict[str, Any]:
        """Return what JSON can hold; `read` makes the same case of it."""
        plain = {name: getattr(self, name) for name in ("year", "season", "costs", "speeds", "notes", "versions")}
        rows = {name: getattr(self, name).document() for name in ("roads", "edges", "centres", "homes")}
        lists = {
            name: [asdict(row) for row in getattr(self, name)] for name in ("communes", "indicators", "facilities")
        }
        if self.approved:
            lists["approved"] = [asdict(row) for row in self.approved]
        return {"format": FORMAT, "origin": list(self.origin), "xy": self.xy.tolist(), **plain, **rows, **lists}


def sums(of: Ints, counts: Floats, size: int) -> Floats:
    """(size, 4) counts summed by the number each row belongs to; -1 belongs to none."""
    made = np.zeros((size, len(COUNTS)))
    np.add.at(made, of[of >= 0], counts[of >= 0])
    return made


def read(document: Mapping[str, Any]) -> Case:
    """Return the case of a document. Raises Unreadable for one of another format."""
    if document.get("format") != FORMAT:
        raise Unreadable
    rest = {name: document[name] for name in ("year", "season", "costs", "speeds", "notes", "versions")}
    return Case(
        origin=(document["origin"][0], document["origin"][1]),
        communes=tuple(Commune(**_tuples(row)) for row in document["communes"]),
        roads=RoadRows.read(document["roads"]),
        edges=Edges.read(document["edges"]),
        xy=np.array(document["xy"], dtype=np.float64).reshape(-1, 2),
        centres=Centres.read(document["centres"]),
        homes=Homes.read(document["homes"]),
        indicators=tuple(Indicator(**row) for row in document["indicators"]),
        facilities=tuple(FacilityWork(**_tuples(row)) for row in document["facilities"]),
        approved=tuple(Approved(**row) for row in document.get("approved", ())),
        **rest,
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def written(document: Any) -> bytes:
    """Return a document as JSON of which there is only one: sorted keys, no spaces. Raises ValueError for NaN."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(document: bytes) -> str:
    return sha256(document).hexdigest()


def freeze(case: Case) -> tuple[bytes, str]:
    """Return a case compressed, and the SHA-256 of what is in it."""
    document = written(case.document())
    return zlib.compress(document, 6), digest(document)


def thaw(frozen: bytes, expected: str) -> Case:
    """Return the case of frozen inputs. Raises Unreadable where they are not what was frozen."""
    try:
        document = zlib.decompress(bytes(frozen))
    except zlib.error as error:
        raise Unreadable from error
    if digest(document) != expected:
        raise Unreadable
    return read(json.loads(document))
