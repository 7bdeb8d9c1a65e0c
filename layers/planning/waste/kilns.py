"""Kilns of household groups: which neighbours share one, where it may stand, and how many the money builds.

Such a kiln is an asset of its households. It cannot meet QCVN 61-MT:2016/BTNMT and no answer here says that it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints
from layers.planning.milp import Effort
from layers.planning.siting.exclusion import measure
from layers.planning.siting.groups import household_groups
from layers.planning.siting.suitability import Grid
from layers.planning.watch import Watch

from .alternatives import Alternative, by_hamlet, hauling
from .inputs import Inputs
from .screening import Heights, Say, distances, reasons_on

#: Cells of a group's surroundings that are measured exactly, the nearest to its houses first.
TRIED = 40


@dataclass(frozen=True)
class Kiln:
    """A kiln at `at` (2,) metres for `members`, numbers of households; farthest: metres to the farthest of them."""

    at: Floats
    members: Ints
    farthest: float
    mean: float


@dataclass(frozen=True)
class _Had:
    """What is there already: households served, kilns, and counts to be told beside every alternative."""

    served: Bools
    sites: Sequence[dict[str, Any]]
    numbers: dict[str, int]


def kiln_alternatives(inputs: Inputs, heights: Heights | None, watch: Watch, say: Say) -> list[Alternative]:
    """Return: what exists, what the budget builds, all that could be built, and hauling everything away."""
    mine = np.flatnonzero(inputs.mine)
    served, present = _served_already(inputs)
    asking = mine[inputs.placed[mine] & ~served[mine]]
    say("solving", 0, 1)
    f = inputs.figures
    found = household_groups(
        inputs.homes[asking], int(f["kiln_fewest"]), int(f["kiln_most"]), f["kiln_reach_m"],
        Effort(seconds=60.0, gap=0.0, watch=watch),
    )  # fmt: skip
    kilns, nowhere = [], 0
    for number in range(len(found.middle)):
        if number % 20 == 0:
            say("solving", number, len(found.middle))
        kiln = _place(inputs, heights, asking[found.group == number])
        kilns += [] if kiln is None else [kiln]
        nowhere += kiln is None
    # More households first, then the shorter way: with one price for all, that is the best use of any budget.
    kilns.sort(key=lambda kiln: (-len(kiln.members), kiln.mean, kiln.members.tolist()))
    numbers = {
        "already": int(served[mine].sum()), "alone": int((found.group < 0).sum()), "nowhere": nowhere,
        "unplaced": int((~inputs.placed[mine]).sum()),
    }  # fmt: skip
    had = _Had(served, present, numbers)
    answers = [_alternative(inputs, "existing", [], had, True)]
    if inputs.budget is not None:
        affordable = int(inputs.budget // f["kiln_vnd"]) if f["kiln_vnd"] else len(kilns)
        answers.append(_alternative(inputs, "budget", kilns[:affordable], had, found.proven))
    return [*answers, _alternative(inputs, "all", kilns, had, found.proven), hauling(inputs)]


def _served_already(inputs: Inputs) -> tuple[Bools, list[dict[str, Any]]]:
    """(H,) households that an existing kiln serves: the nearest within reach, as many as it is said to serve; and the
    kilns that serve any."""
    present = []
    served = np.zeros(len(inputs.homes), dtype=bool)
    free = inputs.mine & inputs.placed
    for site, at in zip(inputs.sites, inputs.metres(inputs.site_at), strict=True):
        if site["kind"] != "group_kiln":
            continue
        far = np.where(free & ~served, np.hypot(*(inputs.homes - at).T), np.inf)
        count = int(site["households"] or inputs.figures["kiln_most"])
        nearest = np.argsort(far, kind="stable")[:count]
        homes = nearest[far[nearest] <= inputs.figures["kiln_reach_m"]]
        served[homes] = True
        if len(homes):
            present.append(_site(inputs, Kiln(at, homes, float(far[homes].max()), float(far[homes].mean())), new=False))
    return served, present


def _place(inputs: Inputs, heights: Heights | None, members: Ints) -> Kiln | None:
    """Return the allowed place within reach of all members with the shortest ways; None if there is none."""
    homes, reach, cell = inputs.homes[members], inputs.figures["kiln_reach_m"], inputs.grid["fine_m"]
    (west, south), (east, north) = homes.max(axis=0) - reach, homes.min(axis=0) + reach
    if west > east or south > north:
        return None
    grid = Grid.over((west, south, east + cell, north + cell), cell)
    rows, cols = np.nonzero(reasons_on(inputs, grid, heights, lambda done, total: None) == 0)
    places = grid.middles(rows, cols)
    far = np.hypot(*(places[:, None, :] - homes[None, :, :]).transpose(2, 0, 1))
    within = np.flatnonzero(far.max(axis=1, initial=0.0) <= reach)
    best = within[np.argsort(far[within].sum(axis=1), kind="stable")][:TRIED]
    kept = np.ones(len(best), dtype=bool)
    for one in measure(inputs.plane, places[best], inputs.on_plane, distances(inputs)):
        kept &= one.kept
    if not kept.any():
        return None
    chosen = best[np.flatnonzero(kept)[0]]
    return Kiln(places[chosen], members, float(far[chosen].max()), float(far[chosen].mean()))


def _alternative(inputs: Inputs, code: str, kilns: Sequence[Kiln], had: _Had, proven: bool) -> Alternative:
    assigned = np.full(len(inputs.homes), -1)
    for number, kiln in enumerate(kilns):
        assigned[kiln.members] = number
    homes = np.flatnonzero((had.served | (assigned >= 0)) & inputs.mine)
    ways = [kiln.farthest for kiln in kilns]
    return Alternative(
        code,
        numbers=had.numbers,
        # New kilns first: `assigned` counts only these.
        sites=[*(_site(inputs, kiln) for kiln in kilns), *had.sites],
        assigned=assigned.tolist(),
        capital=len(kilns) * inputs.figures["kiln_vnd"],
        # Those that exist are kept up too. Studies frozen before this was asked have no such figure.
        yearly=(len(kilns) + len(had.sites)) * inputs.figures.get("kiln_vnd_year", 0.0),
        served=len(homes),
        farthest=max(ways) if ways else None,
        mean=float(np.mean([kiln.mean for kiln in kilns])) if kilns else None,
        by_hamlet=by_hamlet(inputs, homes),
        optimal=proven,
    )


def _site(inputs: Inputs, kiln: Kiln, new: bool = True) -> dict[str, Any]:
    lon, lat = inputs.plane.unproject(kiln.at.reshape(1, 2))[0].tolist()
    hamlets, counts = np.unique(inputs.hamlet[kiln.members], return_counts=True)
    return {
        "lon": round(lon, 6), "lat": round(lat, 6), "new": new, "households": len(kiln.members),
        "persons": round(float(inputs.persons[kiln.members].sum())), "farthest_m": round(kiln.farthest),
        "hamlet": int(hamlets[counts.argmax()]),
    }  # fmt: skip
