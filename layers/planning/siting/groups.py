"""Groups of neighbouring households that share a kiln.

Each household belongs to at most one group of `fewest` to `most`, all within `reach` metres of the group's middle.
Candidate groups are each household with its nearest neighbours; which of them to have is set packing, solved for
each neighbourhood by itself: as many households in groups as possible, then as near as possible.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from layers.planning.arrays import Floats, Ints, require_numbers
from layers.planning.milp import Effort, Model

#: Being a metre nearer never outweighs one household more: ways count for less than one household in all.
NEARNESS = 0.5


@dataclass(frozen=True)
class Groups:
    """group: (H,) number of each household's group, -1 where it has none; middle: (G, 2) metres; proven: whether no
    other choice of the candidate groups takes in more households."""

    group: Ints
    middle: Floats
    proven: bool

    @property
    def sizes(self) -> Ints:
        return np.bincount(self.group[self.group >= 0], minlength=len(self.middle))


def household_groups(homes: Floats, fewest: int, most: int, reach: float, effort: Effort | None = None) -> Groups:
    """Group households at `homes` (H, 2; metres). Raises NotANumber; ValueError where fewest > most."""
    require_numbers("position", homes)
    if not 1 <= fewest <= most:
        raise ValueError(f"groups of {fewest} to {most}")
    group = np.full(len(homes), -1)
    middles: list[Floats] = []
    proven = True
    for members in _neighbourhoods(homes, fewest, reach):
        chosen, certain = _pack(homes[members], fewest, most, reach, effort or Effort(seconds=10.0, gap=0.0))
        proven &= certain
        for part in chosen:
            group[members[part]] = len(middles)
            middles.append(homes[members[part]].mean(axis=0))
    return Groups(group, np.array(middles).reshape(-1, 2), proven)


def _neighbourhoods(homes: Floats, fewest: int, reach: float) -> list[Ints]:
    """Return the sets of households that no group could join together, of those large enough for a group."""
    if len(homes) < fewest:
        return []
    pairs = KDTree(homes).query_pairs(2 * reach, output_type="ndarray")
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(homes),) * 2)
    count, part = connected_components(graph, directed=False)
    order = np.argsort(part, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(part, minlength=count))[:-1])
    return [members for members in parts if len(members) >= fewest]


def _pack(homes: Floats, fewest: int, most: int, reach: float, effort: Effort) -> tuple[list[Ints], bool]:
    """Return the chosen groups of one neighbourhood, and whether that choice is proven best."""
    candidates = _candidates(homes, fewest, most, reach)
    if not candidates:
        return [], True
    sizes = np.array([len(part) for part in candidates], dtype=float)
    spread = np.array([np.linalg.norm(homes[part] - homes[part].mean(axis=0), axis=1).sum() for part in candidates])
    worth = sizes - NEARNESS * spread / max(len(homes) * reach, 1e-9)
    model = Model(maximise=True)
    taken = model.add_columns(len(candidates), cost=worth, integer=True)
    home = np.concatenate(candidates)
    column = np.repeat(taken, sizes.astype(np.int64))
    model.add_rows(len(homes), [(home, column, 1.0)], upper=1)
    outcome = model.solve(effort, start=_greedy(candidates, worth, len(homes)))
    values = outcome.values if outcome.values is not None else _greedy(candidates, worth, len(homes))
    return [candidates[index] for index in np.flatnonzero(values > 0.5)], outcome.optimal


def _candidates(homes: Floats, fewest: int, most: int, reach: float) -> list[Ints]:
    """Return each household with its nearest neighbours, in every allowed number, if within reach of their middle."""
    near = min(most, len(homes))
    _far, order = KDTree(homes).query(homes, k=near)
    found: dict[tuple[int, ...], Ints] = {}
    for row in np.atleast_2d(np.asarray(order).reshape(len(homes), near)):
        for size in range(fewest, near + 1):
            part = np.sort(row[:size])
            if np.linalg.norm(homes[part] - homes[part].mean(axis=0), axis=1).max() <= reach:
                found.setdefault(tuple(part.tolist()), part)
    return list(found.values())


def _greedy(candidates: list[Ints], worth: Floats, homes: int) -> Floats:
    """Take the candidate worth most of those that are left, again and again: what the solver starts from."""
    free, values = np.ones(homes, dtype=bool), np.zeros(len(candidates))
    for index in np.argsort(-worth, kind="stable").tolist():
        part = candidates[index]
        if free[part].all():
            values[index] = 1.0
            free[part] = False
    return values
