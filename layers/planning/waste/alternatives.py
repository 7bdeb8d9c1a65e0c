"""What a siting study answers with: alternatives side by side, in numbers and codes, with what each costs and does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.planning.access.ways import road_metres
from layers.planning.arrays import Bools, Floats, Ints, totals

from .inputs import Inputs

DAYS = 365
#: A place farther than this from every road has no way by road. A plant's own access is often not on record.
FARTHEST_M = 1_000.0
PLANTS = ("incinerator", "landfill")


@dataclass(frozen=True)
class Alternative:
    """One way to go.

    code: what it is (see `pages.siting_words`); why: where it is not feasible, the code of the reason, with its
    numbers in `numbers`; sites: what is there then, each a mapping with lon, lat, new, households, persons and more
    by kind; assigned: by demand the number of its site, -1 where none; capital: VND once; yearly: VND a year; served:
    households; farthest, mean: metres from the demands served; by_hamlet: households served; optimal, gap: how far
    proven; downwind: persons on whom smoke falls.
    """

    code: str
    why: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    sites: Sequence[Mapping[str, Any]] = ()
    assigned: Sequence[int] = ()
    capital: float = 0.0
    yearly: float = 0.0
    served: int = 0
    farthest: float | None = None
    mean: float | None = None
    by_hamlet: Sequence[int] = ()
    optimal: bool = True
    gap: float = 0.0
    downwind: float | None = None

    def as_json(self, years: float) -> dict[str, Any]:
        return {
            "code": self.code,
            "feasible": not self.why,
            "why": self.why,
            "numbers": dict(self.numbers),
            "sites": [dict(site) for site in self.sites],
            "assigned": [int(number) for number in self.assigned],
            "capital_vnd": round(self.capital),
            "yearly_vnd": round(self.yearly),
            "total_vnd": round(self.capital + years * self.yearly),
            "served": int(self.served),
            "farthest_m": None if self.farthest is None else round(self.farthest),
            "mean_m": None if self.mean is None else round(self.mean),
            "by_hamlet": [int(count) for count in self.by_hamlet],
            "optimal": bool(self.optimal),
            "gap": round(float(self.gap), 6),
            "downwind": None if self.downwind is None else round(self.downwind),
        }


@dataclass(frozen=True)
class Ways:
    """km: (P, T) from places to targets; by_road: (P, T) whether a road is known, else a straight line lengthened."""

    km: Floats
    by_road: Bools


def ways(inputs: Inputs, places: Floats, targets: Floats) -> Ways:
    """Return how far places (P, 2) are from targets (T, 2), both in metres of the plane."""
    straight = np.hypot(*(places[:, None, :] - targets[None, :, :]).transpose(2, 0, 1)) * inputs.figures["detour"]
    road = road_metres(inputs.tail, inputs.head, inputs.network_lines, inputs.nodes, places, targets, FARTHEST_M)
    by_road = np.isfinite(road)
    return Ways(np.where(by_road, road, straight) / 1000, by_road)


def plants(inputs: Inputs) -> Ints:
    """Return the numbers of the existing sites that take waste in for good."""
    return np.array([i for i, site in enumerate(inputs.sites) if site["kind"] in PLANTS], dtype=np.int64)


def hamlet_centres(inputs: Inputs) -> Floats:
    """(M, 2) metres: the middle of each hamlet's households, or the hamlet's own point where none is placed."""
    own = inputs.metres(inputs.hamlet_at)
    mine = inputs.mine & inputs.placed
    count = np.bincount(inputs.hamlet[mine], minlength=len(own))
    sums = [np.bincount(inputs.hamlet[mine], inputs.homes[mine, axis], minlength=len(own)) for axis in (0, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.stack(sums, axis=1) / count[:, None]
    centres = np.where(count[:, None] > 0, middle, own)
    return np.where(np.isfinite(centres), centres, inputs.metres(np.array([inputs.outline.centroid.coords[0]])))


def tonnes_per_year(inputs: Inputs) -> Floats:
    """(H,) of each household."""
    return inputs.persons * inputs.figures["kg_per_person_day"] * DAYS / 1000


def by_hamlet(inputs: Inputs, homes: Ints) -> list[int]:
    """Return how many of these households (by number) live in each hamlet of the unit."""
    return np.bincount(inputs.hamlet[homes], minlength=len(inputs.hamlets)).tolist()


def hauling(inputs: Inputs) -> Alternative:
    """All waste to the existing plant: what it costs to carry it there, without building anything."""
    numbers = plants(inputs)
    if not len(numbers):
        return Alternative("haul", why="no_plant")
    mine = np.flatnonzero(inputs.mine)
    tonnes = totals(inputs.hamlet[mine], tonnes_per_year(inputs)[mine], len(inputs.hamlets))
    centres = hamlet_centres(inputs)
    way = ways(inputs, centres, inputs.metres(inputs.site_at[numbers]))
    nearest = way.km.argmin(axis=1)
    km = way.km[np.arange(len(centres)), nearest]
    rate, fee = inputs.figures["haul_vnd_per_t_km"], inputs.figures["plant_vnd_per_t"]
    lived = tonnes > 0
    used = sorted(set(nearest[lived].tolist()))
    return Alternative(
        "haul",
        numbers={"tonnes_year": float(tonnes.sum()), "by_road": int(way.by_road[lived, nearest[lived]].sum())},
        sites=[_plant(inputs, int(numbers[number]), tonnes[lived & (nearest == number)].sum()) for number in used],
        assigned=[used.index(number) if there else -1 for number, there in zip(nearest.tolist(), lived, strict=True)],
        yearly=float((tonnes * (km * rate + fee)).sum()),
        served=len(mine),
        farthest=float(km[lived].max() * 1000),
        mean=float((tonnes * km).sum() / tonnes.sum() * 1000),
        by_hamlet=by_hamlet(inputs, mine),
    )


def _plant(inputs: Inputs, number: int, tonnes: float) -> dict[str, Any]:
    longitude, latitude = inputs.site_at[number].tolist()
    site = inputs.sites[number]
    return {
        "lon": longitude, "lat": latitude, "new": False, "kind": site["kind"], "name": site["name"],
        "t_day": round(float(tonnes) / DAYS, 3),
    }  # fmt: skip
