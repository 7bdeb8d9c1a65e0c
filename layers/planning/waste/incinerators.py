"""An incinerator of one's own, or the existing plant: what each costs, whom it serves and on whom its smoke falls."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, totals
from layers.planning.errors import InfeasibleSites, NotFoundInTime, OutOfReach
from layers.planning.milp import Effort
from layers.planning.siting.capacitated import Plants, assign
from layers.planning.siting.sites import Sites
from layers.planning.siting.wind import downwind
from layers.planning.watch import Watch

from .alternatives import (
    DAYS,
    Alternative,
    Ways,
    by_hamlet,
    hamlet_centres,
    hauling,
    plants,
    tonnes_per_year,
    ways,
)
from .inputs import Inputs
from .screening import Say, Screened

#: Candidates that take part, those with the least haul first.
MOST = 60


@dataclass(frozen=True)
class Hauls:
    """M hamlets and S sites, existing plants first, then candidates.

    tonnes: (M,) a year; way: (M, S); existing: (S,); number: (S,) in the inputs or in the screening; smoke: (S,)
    persons downwind, of new sites.
    """

    tonnes: Floats
    way: Ways
    existing: Bools
    number: Ints
    at: Floats
    smoke: Floats


def incinerator_alternatives(inputs: Inputs, screened: Screened, watch: Watch, say: Say) -> list[Alternative]:
    """Return: haul to the existing plant, new incinerators for all, and the cheapest mix of both."""
    say("solving", 0, 2)
    hauls = _hauls(inputs, screened)
    effort = Effort(seconds=60.0, watch=watch)
    new = _new(inputs, hauls, effort)
    say("solving", 1, 2)
    mixed = _mixed(inputs, hauls, effort)
    say("solving", 2, 2)
    return [hauling(inputs), new, mixed]


def _hauls(inputs: Inputs, screened: Screened) -> Hauls:
    mine = np.flatnonzero(inputs.mine)
    tonnes = totals(inputs.hamlet[mine], tonnes_per_year(inputs)[mine], len(inputs.hamlets))
    centres, free = hamlet_centres(inputs), np.flatnonzero(screened.kept)
    straight = np.hypot(*(centres[:, None, :] - screened.metres[free][None, :, :]).transpose(2, 0, 1))
    best = free[np.sort(np.argsort(tonnes @ straight, kind="stable")[:MOST])]
    there = plants(inputs)
    at = np.concatenate([inputs.metres(inputs.site_at[there]).reshape(-1, 2), screened.metres[best]])
    existing = np.arange(len(at)) < len(there)
    smoke = np.zeros(len(at))
    if inputs.wind_from is not None:
        f = inputs.figures
        smoke[~existing] = downwind(
            screened.metres[best], inputs.homes[inputs.placed], inputs.persons[inputs.placed], inputs.wind_from,
            f["wind_reach_m"], f["wind_half_angle"],
        )  # fmt: skip
    return Hauls(tonnes, ways(inputs, centres, at), existing, np.concatenate([there, best]), at, smoke)


def _plants(inputs: Inputs, hauls: Hauls, some: Ints) -> Plants:
    """Return the conditions on some of the sites; loads are tonnes a year."""
    f, existing = inputs.figures, hauls.existing[some]
    capacity = f["incinerator_kg_h"] * f["incinerator_hours"] * DAYS / 1000
    taken_in = f["plant_t_per_day"] * DAYS or np.inf
    at = hauls.at[some]
    near = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)) < 1000 * f["incinerator_apart_km"]
    pairs = np.argwhere(np.triu(near & ~existing[:, None] & ~existing[None, :], 1)).astype(np.int64)
    smoke = f["years"] * f["wind_vnd_per_person_year"] * hauls.smoke[some]
    return Plants(
        capacity=np.where(existing, taken_in, capacity),
        least=np.where(existing, 0.0, capacity * f["incinerator_least_pct"] / 100),
        opening=np.where(existing, 0.0, f["incinerator_vnd"]),
        existing=existing,
        conflicts=pairs,
        budget=np.inf if inputs.budget is None else inputs.budget,
        # Over the years a study looks at, money and the weight of those downwind count alike.
        running=np.where(existing, 0.0, f["incinerator_vnd"] + smoke),
    )


def _price(inputs: Inputs, hauls: Hauls, some: Ints) -> Floats:
    """(M, S) VND over the years for each yearly tonne of a hamlet at a site; infinite beyond the reach of a new one."""
    f, existing = inputs.figures, hauls.existing[some]
    km = hauls.way.km[:, some]
    fee = np.where(existing, f["plant_vnd_per_t"], f["incinerator_vnd_per_t"])
    price = f["years"] * (km * f["haul_vnd_per_t_km"] + fee)
    return np.where(~existing & (km > f["incinerator_reach_km"]), np.inf, price)


def _new(inputs: Inputs, hauls: Hauls, effort: Effort) -> Alternative:
    """All waste to new incinerators, as many as the budget and the load allow."""
    some = np.flatnonzero(~hauls.existing)
    why = _impossible(inputs, hauls, some)
    if why is not None:
        return why
    try:
        return _solved(inputs, "new", hauls, some, effort)
    except OutOfReach as error:
        return Alternative("new", why="out_of_reach", numbers={"places": error.params["count"]})
    except InfeasibleSites:
        return Alternative("new", why="conditions")
    except NotFoundInTime:
        return Alternative("new", why="no_time")


def _impossible(inputs: Inputs, hauls: Hauls, some: Ints) -> Alternative | None:
    """Return why no new incinerator can be, where a glance tells: more useful than that conditions contradict."""
    f, tonnes = inputs.figures, float(hauls.tonnes.sum())
    if not len(some):
        return Alternative("new", why="no_candidates")
    least = f["incinerator_kg_h"] * f["incinerator_hours"] / 1000 * f["incinerator_least_pct"] / 100
    if tonnes / DAYS < least:
        return Alternative("new", why="too_little", numbers={"t_day": tonnes / DAYS, "least": least})
    if inputs.budget is not None and inputs.budget < f["incinerator_vnd"]:
        return Alternative("new", why="budget", numbers={"budget": inputs.budget, "cost": f["incinerator_vnd"]})
    many = len(some) if inputs.budget is None else min(len(some), int(inputs.budget // f["incinerator_vnd"]))
    most = many * f["incinerator_kg_h"] * f["incinerator_hours"] / 1000
    if tonnes / DAYS > most:
        return Alternative("new", why="too_much", numbers={"t_day": tonnes / DAYS, "most": most, "count": many})
    return None


def _mixed(inputs: Inputs, hauls: Hauls, effort: Effort) -> Alternative:
    """Whatever is cheapest: new incinerators where they save more than they cost, the existing plant for the rest."""
    if not hauls.existing.any():
        return Alternative("mixed", why="no_plant")
    try:
        return _solved(inputs, "mixed", hauls, np.arange(len(hauls.existing)), effort)
    except InfeasibleSites:
        return Alternative("mixed", why="conditions")
    except NotFoundInTime:
        return Alternative("mixed", why="no_time")


def _solved(inputs: Inputs, code: str, hauls: Hauls, some: Ints, effort: Effort) -> Alternative:
    lived = np.flatnonzero(hauls.tonnes > 0)
    price = _price(inputs, hauls, some)
    found = assign(price[lived], hauls.tonnes[lived], _plants(inputs, hauls, some), effort)
    site = np.full(len(hauls.tonnes), -1)
    site[lived] = some[found.assigned]
    return _told(inputs, code, hauls, site, some[found.chosen & ~hauls.existing[some]], found)


def _told(inputs: Inputs, code: str, hauls: Hauls, site: Ints, opened: Ints, found: Sites) -> Alternative:
    """Say in money and metres what an assignment of hamlets to sites means."""
    f, lived = inputs.figures, np.flatnonzero(site >= 0)
    km = hauls.way.km[lived, site[lived]]
    fee = np.where(hauls.existing[site[lived]], f["plant_vnd_per_t"], f["incinerator_vnd_per_t"])
    used = np.unique(np.concatenate([site[lived], opened]))
    number = np.full(len(hauls.existing), -1)
    number[used] = np.arange(len(used))
    mine = np.flatnonzero(inputs.mine)
    return Alternative(
        code,
        numbers={
            "tonnes_year": float(hauls.tonnes.sum()),
            "by_road": int(hauls.way.by_road[lived, site[lived]].sum()),
            "new": len(opened),
        },
        sites=[_site(inputs, hauls, one, site) for one in used.tolist()],
        assigned=np.where(site >= 0, number[site], -1).tolist(),
        capital=len(opened) * f["incinerator_vnd"],
        yearly=float((hauls.tonnes[lived] * (km * f["haul_vnd_per_t_km"] + fee)).sum()),
        served=len(mine),
        farthest=float(km.max() * 1000),
        mean=float((hauls.tonnes[lived] * km).sum() / hauls.tonnes[lived].sum() * 1000),
        by_hamlet=by_hamlet(inputs, mine),
        optimal=found.optimal,
        gap=found.gap,
        downwind=None if inputs.wind_from is None else float(hauls.smoke[opened].sum()),
    )


def _site(inputs: Inputs, hauls: Hauls, one: int, site: Ints) -> dict[str, Any]:
    lon, lat = inputs.plane.unproject(hauls.at[[one]])[0].tolist()
    existing = bool(hauls.existing[one])
    stored = inputs.sites[int(hauls.number[one])] if existing else None
    return {
        "lon": round(lon, 6), "lat": round(lat, 6), "new": not existing, "name": stored["name"] if stored else "",
        "kind": stored["kind"] if stored else "incinerator",
        "t_day": round(float(hauls.tonnes[site == one].sum()) / DAYS, 3),
        "downwind": None if existing or inputs.wind_from is None else round(float(hauls.smoke[one])),
        "candidate": -1 if existing else int(hauls.number[one]),
    }  # fmt: skip
