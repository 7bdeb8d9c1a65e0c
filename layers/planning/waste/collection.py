"""Collection points: the most households in walking distance for the money, all of them, or the least longest way."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from layers.planning.arrays import Bools, Floats, Ints, totals
from layers.planning.errors import InfeasibleSites, NotFoundInTime
from layers.planning.milp import Effort
from layers.planning.siting.cover import center, max_cover, set_cover
from layers.planning.siting.sites import Sites, closest
from layers.planning.watch import Watch

from .alternatives import Alternative, by_hamlet, hauling, plants, tonnes_per_year, ways
from .demand import doors
from .inputs import Inputs
from .screening import Say, Screened

#: Candidates in reach of most households that take part; beyond them the matrix of distances would not fit.
MOST = 2_000
#: The longest way is made least by a search that takes long with many candidates.
MOST_FOR_CENTRE = 300


@dataclass(frozen=True)
class Walk:
    """D demands and C sites, existing ones first. at: (D, 2) metres; homes: (D,) households; of: (H,) the demand of
    each household of the unit, -1 elsewhere; sites: (C, 2); existing: (C,), their
    numbers in the inputs: there; candidate: (C,) number in the screening,
    -1 for an existing one; far: (D, C) metres on foot."""

    at: Floats
    homes: Floats
    of: Ints
    sites: Floats
    existing: Bools
    there: Ints
    candidate: Ints
    far: Floats


def collection_alternatives(inputs: Inputs, screened: Screened, watch: Watch, say: Say) -> list[Alternative]:
    """Return: what exists, the most for the budget, all in reach, the least longest way, and hauling from the door."""
    walk = _walk(inputs, screened)
    within, price = inputs.figures["collection_reach_m"], inputs.figures["collection_vnd"]
    if not len(walk.sites):
        none = [Alternative(code, why="no_candidates") for code in ("existing", "budget", "all", "fair")]
        return [one for one in none if inputs.budget is not None or one.code != "budget"] + [hauling(inputs)]
    effort = Effort(seconds=60.0, watch=watch)
    cost = np.where(walk.existing, 0.0, price)
    answers = [_existing(inputs, walk, within)]
    say("solving", 0, 3)
    if inputs.budget is not None:
        best = max_cover(
            walk.far, walk.homes, within, cost=cost, budget=inputs.budget, existing=walk.existing, effort=effort
        )
        # Money may be left once everybody in reach is served: then by the fewest points that serve these.
        served = walk.far[best.assigned >= 0]
        fewest = set_cover(served, within, cost=cost, existing=walk.existing, effort=effort) if len(served) else best
        chosen = fewest if fewest.optimal and fewest.chosen.sum() < best.chosen.sum() else best
        answers.append(_alternative(inputs, "budget", walk, replace(best, chosen=chosen.chosen), within))
    say("solving", 1, 3)
    reached = (walk.far <= within).any(axis=1)
    if reached.any():
        every = set_cover(walk.far[reached], within, cost=cost, existing=walk.existing, effort=effort)
        answers.append(_alternative(inputs, "all", walk, every, within))
    else:
        answers.append(Alternative("all", why="no_candidates"))
    say("solving", 2, 3)
    answers.append(_fair(inputs, walk, answers[1], within, effort))
    say("solving", 3, 3)
    return [*answers, hauling(inputs)]


def _walk(inputs: Inputs, screened: Screened) -> Walk:
    places = doors(inputs)
    at, homes, of = places.at, places.homes, places.of
    detour = inputs.figures["detour"]
    there = _near(inputs, at, inputs.figures["collection_reach_m"] / detour)
    present = inputs.metres(inputs.site_at[there]).reshape(-1, 2)
    free = np.flatnonzero(screened.kept)
    far = _apart(at, screened.metres[free]) * detour
    useful = homes @ (far <= inputs.figures["collection_reach_m"])
    order = np.argsort(-useful, kind="stable")[:MOST]
    best = np.sort(order[useful[order] > 0])
    return Walk(
        at,
        homes,
        of,
        np.concatenate([present, screened.metres[free[best]]]),
        np.arange(len(there) + len(best)) < len(there),
        there,
        np.concatenate([np.full(len(there), -1), free[best]]),
        np.concatenate([_apart(at, present) * detour, far[:, best]], axis=1),
    )


def _near(inputs: Inputs, at: Floats, reach: float) -> Ints:
    """Return the existing collection points that serve anybody, or lie in the unit."""
    numbers = np.array([i for i, site in enumerate(inputs.sites) if site["kind"] == "transfer"], dtype=np.int64)
    places = inputs.metres(inputs.site_at[numbers]).reshape(-1, 2)
    inside = shapely.contains(inputs.outline, shapely.points(inputs.site_at[numbers]))
    return numbers[inside | (_apart(at, places) <= reach).any(axis=0)]


def _apart(some: Floats, others: Floats) -> Floats:
    apart: Floats = np.hypot(*(some[:, None, :] - others[None, :, :]).transpose(2, 0, 1))
    return apart


def _existing(inputs: Inputs, walk: Walk, within: float) -> Alternative:
    found = Sites("existing", walk.existing, np.zeros(0, dtype=np.int64), 0.0, 0.0, True, 0.0)
    return _alternative(inputs, "existing", walk, found, within)


def _fair(inputs: Inputs, walk: Walk, like: Alternative, within: float, effort: Effort) -> Alternative:
    """As many new points as the alternative before, where the longest way is least, and of such choices the one that
    serves the most within reach."""
    count = sum(site["new"] for site in like.sites)
    if not count:
        return Alternative("fair", why="no_candidates")
    if len(walk.sites) > MOST_FOR_CENTRE:
        return Alternative("fair", why="too_many", numbers={"sites": len(walk.sites), "most": MOST_FOR_CENTRE})
    try:
        least = center(walk.far, count, walk.existing, effort).value
        best = max_cover(
            walk.far, walk.homes, within, count=count, existing=walk.existing, longest=least, effort=effort
        )
        return _alternative(inputs, "fair", walk, best, within)
    except (InfeasibleSites, NotFoundInTime):
        return Alternative("fair", why="no_time")


def _alternative(inputs: Inputs, code: str, walk: Walk, found: Sites, within: float) -> Alternative:
    # The longest way is told of all households, those out of reach too: that is what "farthest" has to show.
    nearest = closest(walk.far, found.chosen)
    rows = np.arange(len(walk.far))
    far = np.where(nearest >= 0, walk.far[rows, nearest], np.inf)
    assigned = np.where(far <= within, nearest, -1)
    used = np.flatnonzero(found.chosen)
    number = np.full(len(walk.sites), -1)
    number[used] = np.arange(len(used))
    homes = np.flatnonzero((walk.of >= 0) & (assigned[walk.of] >= 0))
    reached, longest = assigned >= 0, float(far.max(initial=0.0))
    return Alternative(
        code,
        sites=_sites(inputs, walk, used, assigned),
        assigned=np.where(reached, number[assigned], -1).tolist(),
        capital=float((~walk.existing[used]).sum() * inputs.figures["collection_vnd"]),
        yearly=_carried(inputs, walk, assigned),
        served=len(homes),
        farthest=longest if np.isfinite(longest) else None,
        mean=float((far * walk.homes)[reached].sum() / walk.homes[reached].sum()) if reached.any() else None,
        by_hamlet=by_hamlet(inputs, homes),
        optimal=found.optimal,
        gap=found.gap,
    )


def _sites(inputs: Inputs, walk: Walk, used: Ints, assigned: Ints) -> list[dict[str, Any]]:
    households = np.bincount(assigned[assigned >= 0], walk.homes[assigned >= 0], minlength=len(walk.sites))
    degrees = inputs.plane.unproject(walk.sites[used])
    names = [inputs.sites[number]["name"] for number in walk.there.tolist()]
    return [
        {
            "lon": round(lon, 6), "lat": round(lat, 6), "new": not walk.existing[site],
            "name": names[site] if walk.existing[site] else "", "households": round(float(households[site])),
            "candidate": int(walk.candidate[site]),
        }
        for site, (lon, lat) in zip(used.tolist(), degrees.tolist(), strict=True)
    ]  # fmt: skip


def _carried(inputs: Inputs, walk: Walk, assigned: Ints) -> float:
    """VND a year to carry on to the existing plant what is brought to the points; nothing where none is known."""
    numbers = plants(inputs)
    if not len(numbers) or not (assigned >= 0).any():
        return 0.0
    mine = np.flatnonzero(walk.of >= 0)
    tonnes = totals(walk.of[mine], tonnes_per_year(inputs)[mine], len(walk.at))
    used = np.unique(assigned[assigned >= 0])
    km = ways(inputs, walk.sites[used], inputs.metres(inputs.site_at[numbers])).km.min(axis=1)
    brought = np.bincount(assigned[assigned >= 0], tonnes[assigned >= 0], minlength=len(walk.sites))[used]
    price = km * inputs.figures["haul_vnd_per_t_km"] + inputs.figures["plant_vnd_per_t"]
    return float((brought * price).sum())
