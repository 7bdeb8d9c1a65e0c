"""Coverage: the fewest sites that serve all within a distance, the most that some sites can serve, and the
least distance within which some sites serve all.
"""

import time

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, floats, require_amounts
from layers.planning.errors import InfeasibleSites, NotFoundInTime
from layers.planning.milp import Effort, Model, Outcome

from .sites import Sites, check_count, check_distances, closest, no_sites

NO_PAIRS = np.zeros((0, 2), dtype=np.int64)


def set_cover(
    distance: Floats,
    within: float,
    cost: Floats | None = None,
    existing: Bools | None = None,
    conflicts: Ints = NO_PAIRS,
    effort: Effort | None = None,
) -> Sites:
    """Serve every demand within a distance by the fewest new sites, or the cheapest (LSCP; Toregas et al. 1971).

    distance: (D, C); cost: (C,) VND of opening; conflicts: (K, 2) sites that exclude each other.
    Raises OutOfReach, NotANumber, Negative, Infeasible (conflicts), NotFoundInTime.
    """
    began = time.perf_counter()
    kept = no_sites(distance, existing)
    reach = np.where(distance <= within, distance, np.inf)
    check_distances(reach, np.zeros(len(distance)))
    price = np.ones(distance.shape[1]) if cost is None else cost
    require_amounts("cost", price)
    model = Model()
    opened = model.add_columns(len(price), cost=np.where(kept, 0.0, price), lower=kept, integer=True)
    demand, site = np.nonzero(np.isfinite(reach))
    model.add_rows(len(distance), [(demand, opened[site], 1.0)], lower=1)
    _add_conflicts(model, opened, conflicts)
    outcome = _solved(model, effort)
    chosen = _values(outcome)[opened] > 0.5
    value = float(price[chosen & ~kept].sum())
    assigned = closest(reach, chosen)
    bound = min(outcome.bound, value)
    return Sites("set cover", chosen, assigned, value, bound, outcome.optimal, time.perf_counter() - began)


def max_cover(
    distance: Floats,
    weight: Floats,
    within: float,
    count: int | None = None,
    cost: Floats | None = None,
    budget: float = np.inf,
    existing: Bools | None = None,
    conflicts: Ints = NO_PAIRS,
    longest: float = np.inf,
    effort: Effort | None = None,
) -> Sites:
    """Serve as much weight as possible within a distance (MCLP; Church & ReVelle 1974).

    At most `count` new sites, at most `budget` VND of opening `cost` (C,); arguments else as `set_cover`. Demands
    out of reach are not served, but even they have a site within `longest`.
    Raises NotANumber, Negative, TooFewSites, Infeasible, NotFoundInTime.
    """
    began = time.perf_counter()
    kept = no_sites(distance, existing)
    require_amounts("distance", distance, infinite=True)
    require_amounts("weight", weight)
    require_amounts("budget", floats([budget]), infinite=True)
    if count is not None:
        check_count(count, kept)
    model = Model(maximise=True)
    sites = distance.shape[1]
    opened = model.add_columns(sites, lower=kept, integer=True)
    served = model.add_columns(len(distance), cost=weight)
    demand, site = np.nonzero(distance <= within)
    every = np.arange(len(distance))
    model.add_rows(len(distance), [(demand, opened[site], 1.0), (every, served, -1.0)], lower=0)
    if np.isfinite(longest):
        demand, site = np.nonzero(distance <= longest)
        model.add_rows(len(distance), [(demand, opened[site], 1.0)], lower=1)
    if count is not None:
        model.add_rows(1, [(np.zeros(sites), opened, 1.0)], upper=count + kept.sum())
    if cost is not None and np.isfinite(budget):
        require_amounts("cost", cost)
        scale = max(float(cost.max()), 1e-9) / 1000
        price = np.where(kept, 0.0, cost) / scale
        model.add_rows(1, [(np.zeros(sites), opened, price)], upper=budget / scale)
    _add_conflicts(model, opened, conflicts)
    outcome = _solved(model, effort)
    chosen = _values(outcome)[opened] > 0.5
    assigned = closest(np.where(distance <= within, distance, np.inf), chosen)
    value = float(weight[assigned >= 0].sum())
    bound = max(outcome.bound, value)
    return Sites("max cover", chosen, assigned, value, bound, outcome.optimal, time.perf_counter() - began)


def center(distance: Floats, count: int, existing: Bools | None = None, effort: Effort | None = None) -> Sites:
    """Choose `count` new sites that make the longest way least (p-center), by set covers of shrinking distance.

    `value` and `bound` are distances. Raises OutOfReach, TooFewSites, Infeasible, NotANumber, Negative, NotFoundInTime.
    """
    began = time.perf_counter()
    kept = no_sites(distance, existing)
    check_distances(distance, np.zeros(len(distance)))
    check_count(count, kept)
    lowest = float(distance.min(axis=1).max())
    levels = np.unique(distance[np.isfinite(distance) & (distance >= lowest)])
    low, high = 0, len(levels) - 1
    best = _within(distance, float(levels[high]), count, kept, effort)
    if best is None:
        raise InfeasibleSites
    while low < high:
        middle = (low + high) // 2
        found = _within(distance, float(levels[middle]), count, kept, effort)
        if found is None:
            low = middle + 1
        else:
            best, high = found, middle
    assigned = closest(distance, best)
    value = float(distance[np.arange(len(distance)), assigned].max(initial=0.0))
    return Sites("center", best, assigned, value, value, True, time.perf_counter() - began)


def _within(distance: Floats, within: float, count: int, kept: Bools, effort: Effort | None) -> Bools | None:
    """Return at most `count` new sites that serve all within a distance, or None where it is proven there are none."""
    found = set_cover(distance, within, existing=kept, effort=effort or Effort(gap=0.0))
    if found.value <= count:
        return found.chosen
    if found.bound <= count - 1e-6 or (not found.optimal and found.bound <= count):
        raise NotFoundInTime(found.seconds)
    return None


def _add_conflicts(model: Model, opened: Ints, conflicts: Ints) -> None:
    if len(conflicts):
        row = np.repeat(np.arange(len(conflicts)), 2)
        model.add_rows(len(conflicts), [(row, opened[conflicts.ravel()], 1.0)], upper=1)


def _solved(model: Model, effort: Effort | None) -> Outcome:
    outcome = model.solve(effort or Effort())
    if outcome.infeasible:
        raise InfeasibleSites
    return outcome


def _values(outcome: Outcome) -> Floats:
    if outcome.values is None:
        raise NotFoundInTime(outcome.seconds)
    return outcome.values
