"""What is found wrong with the roads of a unit, and what it comes to."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from layers.models import Unit
from layers.planning.errors import TooManyIsolated

#: In the order in which they should be dealt with.
KINDS = ("near_miss", "duplicate", "overlap", "crossing", "piece", "outdated", "too_short", "dead_end")


@dataclass(frozen=True)
class Offer:
    """A repair that one click makes. `link`: two positions in degrees, from the road's end to where it is joined."""

    kind: str
    road: int
    other: int | None = None
    link: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Finding:
    """geometry: in degrees; roads: ids of the rows concerned; metres: of the gap, the overlap or the piece; joins:
    whether a repair would join two pieces; households, persons: whom it concerns, such as those whom a closed gap
    would join to a centre."""

    kind: str
    geometry: Any
    roads: tuple[int, ...]
    metres: float = 0.0
    joins: bool = False
    households: int = 0
    persons: float = 0.0
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Connectivity:
    """The roads of a unit as a network. pieces: those that have a road in the unit, `joined` of them with a centre;
    metres, metres_apart: of roads, and of those in pieces without a centre; households, off, apart: on record, farther
    from every road than may be, and on pieces without a centre; persons, persons_out: all, and those off or apart;
    rained_off: households that no motorbike can leave for a centre when it rains;
    guessed: communes whose centre is not on record; level: metres of road whose slope is not known; counts: findings
    by kind, of which `findings` are as many as are listed."""

    unit: Unit
    year: int
    tolerance: float
    pieces: int
    joined: int
    metres: float
    metres_apart: float
    households: int
    off: int
    apart: int
    persons: float
    persons_out: float
    rained_off: int
    guessed: int
    level: float
    counts: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def by_length(self) -> bool:
        """Whether the share is one of road length, because no household is on record."""
        return not self.persons

    @property
    def share(self) -> float:
        """The share of persons whom no road joins to a centre; of road length where no household is on record."""
        if self.by_length:
            return self.metres_apart / self.metres if self.metres else 0.0
        return self.persons_out / self.persons

    @property
    def refusal(self) -> TooManyIsolated | None:
        """Why roads may not be ranked here yet; None where they may."""
        limit = settings.LIMITS["ISOLATED_PERCENT"] / 100
        return TooManyIsolated(self.share, limit, self.by_length) if self.share > limit else None
