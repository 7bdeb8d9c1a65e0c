"""p-median: sites that make the total weighted way to the nearest one least.

Interchange for the answer, a mixed-integer program for the proof.
"""

import time

import numpy as np
from scipy import sparse

from layers.planning.arrays import Bools, Floats, Ints
from layers.planning.errors import InfeasibleSites, NotFoundInTime
from layers.planning.milp import INFINITY, Effort, Model

from .sites import Sites, check_count, check_distances, closest, no_sites

STARTS = 5


def interchange(distance: Floats, weight: Floats, count: int, existing: Bools | None = None, seed: int = 1) -> Sites:
    """Choose `count` new sites by swapping as long as it helps, from several starts (Teitz & Bart 1968).

    distance: (D, C); weight: (D,); existing: (C,) sites that stay. The bound is what nearest candidates would give.
    Raises OutOfReach, TooFewSites, NotANumber, Negative; Infeasible where its best answer leaves a demand out of reach.
    """
    began = time.perf_counter()
    kept = no_sites(distance, existing)
    check_distances(distance, weight)
    check_count(count, kept)
    finite = distance[np.isfinite(distance)]
    # Out of reach costs more than everything else together, so swaps first bring all demands in reach.
    far = (finite.max(initial=0.0) + 1) * (weight.sum() + 1) * 2
    way = np.where(np.isfinite(distance), distance, far)
    heavy = np.maximum(weight, 1e-12)[:, None] * way
    random = np.random.default_rng(seed)
    free = np.flatnonzero(~kept)
    starts = [_added(heavy, kept, count)] + [
        np.sort(random.choice(free, count, replace=False)) for _ in range(STARTS - 1)
    ]
    answers = [_swapped(heavy, kept, start) for start in starts]
    best = min(answers, key=lambda sites: heavy[:, sites].min(axis=1).sum())
    chosen = kept.copy()
    chosen[best] = True
    assigned = closest(distance, chosen)
    if (assigned < 0).any():
        raise InfeasibleSites
    value = float((weight * distance[np.arange(len(distance)), assigned]).sum())
    bound = float((weight * distance.min(axis=1)).sum())
    return Sites("interchange", chosen, assigned, value, bound, value <= bound, time.perf_counter() - began)


def _added(heavy: Floats, kept: Bools, count: int) -> Ints:
    """Add the site that helps most, `count` times."""
    best = heavy[:, kept].min(axis=1) if kept.any() else np.full(len(heavy), np.inf)
    sites: list[int] = []
    for _ in range(count):
        total = np.minimum(heavy, best[:, None]).sum(axis=0)
        total[kept] = np.inf
        total[sites] = np.inf
        sites.append(int(total.argmin()))
        best = np.minimum(best, heavy[:, sites[-1]])
    return np.sort(np.array(sites))


def _swapped(heavy: Floats, kept: Bools, start: Ints) -> Ints:
    """Make the best swap of one site for another until none helps; gains by Resende & Werneck (2007)."""
    rows = np.arange(len(heavy))
    sites = np.concatenate([np.flatnonzero(kept), start])
    fixed = int(kept.sum())
    while True:
        near = heavy[:, sites]
        first = near.argmin(axis=1)
        least = near[rows, first]
        near[rows, first] = np.inf
        second = near.min(axis=1) if len(sites) > 1 else np.full(len(heavy), np.inf)
        won = np.maximum(least[:, None] - heavy, 0.0).sum(axis=0)
        # Closing a site costs its demands the way to their second; a newcomer nearer than that saves part of it.
        back = np.minimum(np.where(np.isfinite(second), second, heavy.max() * 2)[:, None], heavy)
        loss = np.maximum(back - least[:, None], 0.0)
        groups = sparse.csr_array((np.ones(len(heavy)), (first, rows)), shape=(len(sites), len(heavy)))
        gain = won[None, :] - groups @ loss
        gain[:fixed] = -np.inf
        gain[:, sites] = -np.inf
        leave, enter = np.unravel_index(int(gain.argmax()), gain.shape)
        if gain[leave, enter] <= 1e-9 * max(least.sum(), 1.0):
            return np.sort(sites[fixed:])
        sites[leave] = enter


def median(
    distance: Floats,
    weight: Floats,
    count: int,
    existing: Bools | None = None,
    effort: Effort | None = None,
    start: Sites | None = None,
) -> Sites:
    """Choose `count` new sites with a proof: the radius formulation (García, Labbé & Marín 2011).

    Arguments as `interchange`; `start` is an answer to begin with. Raises as it, and NotFoundInTime.
    """
    began = time.perf_counter()
    kept = no_sites(distance, existing)
    check_distances(distance, weight)
    check_count(count, kept)
    model, opened, offset = _radius_model(distance, weight, kept, count)
    first = None if start is None else _values(model, opened, distance, start.chosen)
    outcome = model.solve(effort or Effort(), first)
    if outcome.infeasible:
        raise InfeasibleSites
    if outcome.values is None:
        raise NotFoundInTime(outcome.seconds)
    chosen = outcome.values[opened] > 0.5
    assigned = closest(distance, chosen)
    value = float((weight * distance[np.arange(len(distance)), assigned]).sum())
    bound = min(value, outcome.bound + offset)
    return Sites("median", chosen, assigned, value, bound, outcome.optimal, time.perf_counter() - began)


def _radius_model(distance: Floats, weight: Floats, kept: Bools, count: int) -> tuple[Model, Ints, float]:
    """z(i, k) = 1 where no site is nearer to i than its k-th distance: each step costs the difference.

    z(i, k) + Σ sites at the (k-1)-th distance ≥ z(i, k-1), and z(i, 0) = 1. Each pair appears once.
    """
    demands, sites = distance.shape
    model = Model()
    opened = model.add_columns(sites, lower=kept, integer=True)
    order = np.argsort(distance, axis=1, kind="stable")
    ranked = np.take_along_axis(distance, order, axis=1)
    step = np.zeros(ranked.shape, dtype=np.int64)
    step[:, 1:] = np.cumsum(ranked[:, 1:] > ranked[:, :-1], axis=1)
    # The row after the last reachable distance demands that some site in reach is open.
    row_of = np.flatnonzero(np.isfinite(ranked).ravel())
    width = sites + 1
    names, row = np.unique(
        np.repeat(np.arange(demands), sites)[row_of] * width + step.ravel()[row_of], return_inverse=True
    )
    demand = names // width
    level = np.zeros(len(names))
    level[row] = ranked.ravel()[row_of]
    last = np.ones(len(names), dtype=bool)
    last[:-1] = demand[1:] != demand[:-1]
    begins = np.ones(len(names), dtype=bool)
    begins[1:] = demand[1:] != demand[:-1]
    rise = np.zeros(len(names))
    rise[:-1] = level[1:] - level[:-1]
    missed = model.add_columns(len(names), cost=np.where(last, 0.0, rise * weight[demand]), upper=~last)
    every = np.arange(len(names))
    entries = [(row, opened[order.ravel()[row_of]], 1.0), (every, missed, 1.0)]
    later = every[~begins]
    model.add_rows(len(names), [*entries, (later, missed[later - 1], -1.0)], lower=begins.astype(np.float64))
    total = count + int(kept.sum())
    model.add_rows(1, [(np.zeros(sites), opened, 1.0)], upper=total, lower=-INFINITY)
    return model, opened, float((weight * distance.min(axis=1)).sum())


def _values(model: Model, opened: Ints, distance: Floats, chosen: Bools) -> Floats:
    """Return the solution vector of a choice of sites: a step is missed while no chosen site is within it."""
    values = np.zeros(model.columns)
    values[opened] = chosen
    nearest = distance[:, chosen].min(axis=1)
    missed = [
        level < nearest[demand] for demand, row in enumerate(distance) for level in np.unique(row[np.isfinite(row)])
    ]
    values[len(opened) :] = missed
    return values
