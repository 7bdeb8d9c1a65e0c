"""What a stretch of road costs to harden, and who pays: by treatment, slope and road class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.planning.arrays import Floats, floats

from .settings import Settings

#: Amounts are rounded to this many VND: no estimate is finer.
STEP = 1000.0


@dataclass(frozen=True)
class Treatment:
    """code; surface; width: metres of the surface; price: VND a km on the flat; shortest: metres that are paid for at
    least; counts: the measures it makes good; default: the price is the table's, verified by nobody."""

    code: str
    surface: str
    width: float
    price: float
    counts: tuple[str, ...]
    default: bool
    shortest: float = 0.0


def treatments_for(costs: Mapping[str, Any], road_class: str, settings: Settings) -> list[Treatment]:
    """Return the treatments that may be used for a road class, those that fit the settings, in the table's order.

    Opening an earth road makes nothing passable in the rain, so it is none of them.
    """
    wanted = settings.treatments.get(road_class)
    return [
        Treatment(
            code=row["code"],
            surface=row["surface"],
            width=float(row["width_m"]),
            price=float(settings.prices.get(row["code"], row["vnd_per_km"])),
            counts=tuple(row["counts"]),
            default=row["code"] not in settings.prices,
        )
        for row in costs["treatments"]
        if road_class in row["classes"] and row["counts"] and wanted in (None, row["code"])
    ]


def crossings(costs: Mapping[str, Any], settings: Settings, counts: tuple[str, ...]) -> dict[str, Treatment]:
    """Return what is built in place of each structure that the rain closes. A ferry has nothing to take its place:
    a bridge over its river is a project of its own."""
    return {
        structure: Treatment(
            code=row["code"],
            surface="concrete",
            width=0.0,
            price=1000 * float(settings.prices.get(row["code"], row["vnd_per_m"])),
            counts=counts,
            default=row["code"] not in settings.prices,
            shortest=float(row["shortest_m"]),
        )
        for row in costs["structures"]
        for structure in row["replaces"]
    }


def fitting(choices: list[Treatment], base: float) -> Treatment:
    """Return the first treatment that the base of a road has room for; the first of all where that is not known."""
    return next((each for each in choices if base <= 0 or each.width <= base), choices[0])


def slope_factor(costs: Mapping[str, Any], gradient: Floats) -> Floats:
    """(E,) by how much earthwork and haulage on a slope raise the price."""
    table = costs["slope_factor"]
    return floats(table["factor"])[np.searchsorted(floats(table["limits_pct"]) / 100, np.abs(gradient), side="right")]


def rounded(amounts: Floats) -> Floats:
    return np.round(amounts / STEP) * STEP


def people_part(settings: Settings, category: np.ndarray, price: Floats, usual: Floats) -> Floats:
    """(W,) what the people give of the prices of works: by category as the settings say, else the `usual` per cent."""
    told = floats([settings.community_pct.get(each, np.nan) for each in category.tolist()])
    return rounded(price * np.where(np.isnan(told), usual, told) / 100)


def state_split(settings: Settings, category: np.ndarray, state: Floats) -> tuple[Floats, np.ndarray]:
    """Return (W, S) what each State source pays, and (W,) whether any may pay at all for a work of its category.

    Sources share in proportion to their amounts, each among the works it may pay for. The last source of a work
    pays what rounding leaves.
    """
    sources = [source for source in settings.sources if not source.community]
    paid = np.zeros((len(state), len(sources)))
    able = np.zeros(len(state), dtype=bool)
    for name in np.unique(category.astype(str)).tolist():
        rows = np.flatnonzero(category == name)
        may = [i for i, source in enumerate(sources) if not source.classes or name in source.classes]
        if not may:
            continue
        able[rows] = True
        total = sum(sources[i].amount for i in may) or 1.0
        left = state[rows].copy()
        for i in may[:-1]:
            paid[rows, i] = np.floor(state[rows] * (sources[i].amount / total))
            left -= paid[rows, i]
        paid[rows, may[-1]] = left
    return paid, able | (state == 0)


def caps(costs: Mapping[str, Any], settings: Settings, households: Floats, near_poor: Floats, poor: Floats) -> Floats:
    """(M,) the most the people of each commune give: what they can afford, and their part of what the people of all
    of them are to give, shared by that. Infinite where neither limits."""
    table = costs["affordable_vnd_per_household_year"]
    each = {name: settings.affordable.get(name, table[name]) for name in ("household", "near_poor", "poor")}
    able = (households - near_poor - poor) * each["household"] + near_poor * each["near_poor"] + poor * each["poor"]
    limit = able.copy() if settings.capped else np.full(len(able), np.inf)
    given = [source.amount for source in settings.sources if source.community]
    if given:
        shares = able / able.sum() if able.sum() > 0 else np.full(len(able), 1 / max(len(able), 1))
        limit = np.minimum(limit, np.floor(sum(given) * shares))
    return limit
