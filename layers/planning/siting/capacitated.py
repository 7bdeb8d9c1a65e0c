"""Sites with capacities: what an incinerator needs to be worth running, and what it can take.

Each demand goes whole to one site. "No new site: haul to the existing one" is an answer like any other: existing
sites take part with their capacity and cost nothing to open.
"""

import time
from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, require_amounts, require_shape
from layers.planning.errors import InfeasibleSites, NotFoundInTime
from layers.planning.milp import Effort, Model

from .sites import Sites, check_distances

#: Loads compared with less than this part of the capacity are equal.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Plants:
    """C candidate and existing sites.

    capacity: (C,) most a site takes, in the unit of the demand (kg a day); least: (C,) the load below which it
    does not run; opening: (C,) VND; existing: (C,) stands already, opening costs nothing; conflicts: (K, 2) pairs
    too near each other; budget: VND for opening; most: new sites at most (None: as many as pay); running: (C,) what
    having a new site adds to what is minimised, in its unit: money, or a weight for those downwind (None: nothing).
    """

    capacity: Floats
    least: Floats
    opening: Floats
    existing: Bools
    conflicts: Ints
    budget: float
    most: int | None = None
    running: Floats | None = None


def assign(distance: Floats, demand: Floats, plants: Plants, effort: Effort | None = None) -> Sites:
    """Open sites and send each demand to one of them at least Σ demand · distance + Σ running of what is opened.

    distance: (D, C) metres, or any cost of hauling a unit of demand, wind penalties included; infinite where a
    demand may not go. An existing site runs even below its least load. Raises OutOfReach, NotANumber, Negative,
    Infeasible (too little capacity, budget or load), NotFoundInTime.
    """
    began = time.perf_counter()
    _check(distance, demand, plants)
    model = Model()
    sites = distance.shape[1]
    running = np.where(plants.existing, 0.0, 0.0 if plants.running is None else plants.running)
    source, site = np.nonzero(np.isfinite(distance))
    way = demand[source] * distance[source, site]
    scale = max(float(way.max(initial=0.0)), float(running.max(initial=0.0)), 1e-9) / 1000
    opened = model.add_columns(sites, cost=running / scale, lower=plants.existing, integer=True)
    sent = model.add_columns(len(source), cost=way / scale, integer=True)
    every = np.arange(len(source))
    model.add_rows(len(demand), [(source, sent, 1.0)], lower=1, upper=1)
    model.add_rows(len(source), [(every, sent, 1.0), (every, opened[site], -1.0)], upper=0)
    unit = max(float(demand.max(initial=0.0)), 1e-9)
    load = (site, sent, demand[source] / unit)
    here = np.arange(sites)
    limit = np.minimum(plants.capacity, demand.sum()) / unit
    model.add_rows(sites, [load, (here, opened, -limit)], upper=0)
    least = np.where(plants.existing, 0.0, plants.least) / unit
    model.add_rows(sites, [load, (here, opened, -least)], lower=0)
    _add_limits(model, opened, plants)
    outcome = model.solve(effort or Effort())
    if outcome.infeasible:
        raise InfeasibleSites
    if outcome.values is None:
        raise NotFoundInTime(outcome.seconds)
    chosen = outcome.values[opened] > 0.5
    assigned = np.full(len(demand), -1)
    taken = outcome.values[sent] > 0.5
    assigned[source[taken]] = site[taken]
    _confirm(demand, assigned, chosen, plants)
    value = float((demand * distance[np.arange(len(demand)), assigned]).sum() + running[chosen].sum())
    bound = min(value, outcome.bound * scale)
    return Sites("capacitated", chosen, assigned, value, bound, outcome.optimal, time.perf_counter() - began)


def loads(assigned: Ints, demand: Floats, sites: int) -> Floats:
    """(C,) what each site receives."""
    return np.bincount(assigned, demand, minlength=sites).astype(np.float64)


def _check(distance: Floats, demand: Floats, plants: Plants) -> None:
    check_distances(distance, demand)
    for name in ("capacity", "least", "opening"):
        values = getattr(plants, name)
        require_shape(name, values, distance.shape[1:])
        require_amounts(name, values, infinite=name == "capacity")
    require_amounts("budget", np.array([plants.budget]), infinite=True)
    if plants.running is not None:
        require_shape("running", plants.running, distance.shape[1:])
        require_amounts("running", plants.running)


def _add_limits(model: Model, opened: Ints, plants: Plants) -> None:
    sites = len(opened)
    new = ~plants.existing
    if np.isfinite(plants.budget):
        scale = max(float(plants.opening.max(initial=0.0)), 1e-9) / 1000
        price = np.where(new, plants.opening, 0.0) / scale
        model.add_rows(1, [(np.zeros(sites), opened, price)], upper=plants.budget / scale)
    if plants.most is not None:
        model.add_rows(1, [(np.zeros(int(new.sum())), opened[new], 1.0)], upper=plants.most)
    if len(plants.conflicts):
        row = np.repeat(np.arange(len(plants.conflicts)), 2)
        model.add_rows(len(plants.conflicts), [(row, opened[plants.conflicts.ravel()], 1.0)], upper=1)


def _confirm(demand: Floats, assigned: Ints, chosen: Bools, plants: Plants) -> None:
    """Raise RuntimeError where an answer breaks a condition by more than the solver's tolerance: an error here."""
    load = loads(assigned, demand, len(chosen))
    over = load > plants.capacity + TOLERANCE * demand.sum()
    under = chosen & ~plants.existing & (load < plants.least - TOLERANCE * demand.sum())
    spent = plants.opening[chosen & ~plants.existing].sum()
    if over.any() or under.any() or spent > plants.budget * (1 + TOLERANCE) or (assigned < 0).any():
        raise RuntimeError("the solver's answer breaks a condition")
