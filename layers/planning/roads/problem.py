"""The question a plan answers: what can be built, what it costs whom, what it wins, what must hold.

Works are numbered 0 … W-1: first the E candidate edges (`tail`, `head`), then the J facility projects.
Nodes are the super-nodes of `network.contraction`; node 0 is everything joined to a centre in the rain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from layers.planning.arrays import (
    Bools,
    Floats,
    Ints,
    bools,
    floats,
    ints,
    require_amounts,
    require_numbers,
    require_shape,
)
from layers.planning.errors import NoBudget, NoCandidates, NoCentre

#: Money compared with less than this part of the budget is equal: float noise, 10 VND in 10 billion.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Criteria:
    """Q criteria, each met when all its rows are: Σ credit · works ≥ need.

    credit: (R, W) CSR, metres of road or facilities that a work adds; need: (R,) what is still missing;
    of: (R,) criterion of each row; reward: (Q,) in the unit of the weights; must: (Q,) has to be met.
    """

    credit: sparse.csr_array
    need: Floats
    of: Ints
    reward: Floats
    must: Bools


@dataclass(frozen=True)
class Problem:
    """One planning question; make it with `problem()`, which fills what is left out and checks it all.

    tail, head: (E,) nodes; a self-loop is a segment that joins nothing new.
    weight: (N,) persons, weighted, won by connecting a node; weight[0] is connected already.
    cost: (W, S) VND from each source of money; budget: (S,) VND.
    benefit: (W,) weighted persons won by the work itself: those along a lane, the users of a facility.
    people: (W,) VND the community gives; commune: (W,) from 0; cap, floor: (M,) VND: the most a commune's
    people can give, the least that has to be spent there (money of all sources and people's).
    segment: (W,) works with the same number are treatments of one segment: at most one is done.
    strandable: (E,) may be built where nothing connects it (its length counts for its own sake).
    forced: (W,) 1 in, -1 out, 0 open; required: (N,) has to be connected.
    place: (W, 2) metres, for choosing neighbourhoods; key: (W,) unique: makes results independent of row order.
    """

    tail: Ints
    head: Ints
    weight: Floats
    cost: Floats
    budget: Floats
    benefit: Floats
    people: Floats
    commune: Ints
    cap: Floats
    floor: Floats
    segment: Ints
    strandable: Bools
    forced: Ints
    required: Bools
    place: Floats
    key: Ints
    criteria: Criteria

    @property
    def edges(self) -> int:
        return len(self.tail)

    @property
    def works(self) -> int:
        return len(self.cost)

    @property
    def nodes(self) -> int:
        return len(self.weight)

    @property
    def price(self) -> Floats:
        """(W,) VND, all sources and the community together."""
        return self.cost.sum(axis=1) + self.people

    @property
    def loops(self) -> Bools:
        """(E,) edges that join a node to itself."""
        return self.tail == self.head


def criteria(
    works: int,
    rows: Sequence[tuple[int, Sequence[int], Sequence[float], float]],
    reward: npt.ArrayLike,
    must: npt.ArrayLike | None = None,
) -> Criteria:
    """Make criteria from rows of (criterion, works, credits, need)."""
    credit = sparse.lil_array((len(rows), works))
    for index, (_, which, credits, _need) in enumerate(rows):
        for work, amount in zip(which, credits, strict=True):
            credit[index, work] += amount
    return Criteria(
        credit=sparse.csr_array(credit),
        need=floats([need for *_, need in rows]),
        of=ints([of for of, *_ in rows]),
        reward=floats(reward),
        must=bools(np.zeros(len(floats(reward))) if must is None else must),
    )


def problem(
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    weight: npt.ArrayLike,
    cost: npt.ArrayLike,
    budget: npt.ArrayLike,
    *,
    benefit: npt.ArrayLike = 0.0,
    people: npt.ArrayLike = 0.0,
    commune: npt.ArrayLike = 0,
    cap: npt.ArrayLike = (),
    floor: npt.ArrayLike = (),
    segment: npt.ArrayLike | None = None,
    strandable: npt.ArrayLike = False,
    forced: npt.ArrayLike = 0,
    required: npt.ArrayLike = False,
    place: npt.ArrayLike = 0.0,
    key: npt.ArrayLike | None = None,
    criteria: Criteria | None = None,
) -> Problem:
    """Return a checked Problem. `cost` may be (W,) for a single source; what is left out does not bind.

    Raises NotANumber, Negative, NoBudget, NoCandidates, NoCentre; ValueError where shapes disagree.
    """
    costs = floats(cost)
    costs = costs[:, None] if costs.ndim == 1 else costs
    weights, edges, works = floats(weight), len(ints(tail)), len(costs)
    of = np.broadcast_to(ints(commune), works)
    caps, floors = floats(cap), floats(floor)
    communes = max(int(of.max(initial=-1)) + 1, len(caps), len(floors))
    made = Problem(
        tail=ints(tail),
        head=ints(head),
        weight=weights,
        cost=costs,
        budget=np.atleast_1d(floats(budget)),
        benefit=np.broadcast_to(floats(benefit), works),
        people=np.broadcast_to(floats(people), works),
        commune=of,
        cap=np.concatenate([caps, np.full(communes - len(caps), np.inf)]),
        floor=np.concatenate([floors, np.zeros(communes - len(floors))]),
        segment=np.arange(works) if segment is None else ints(segment),
        strandable=np.broadcast_to(bools(strandable), edges),
        forced=np.broadcast_to(ints(forced), works),
        required=np.broadcast_to(bools(required), len(weights)),
        place=np.broadcast_to(floats(place), (works, 2)),
        key=np.arange(works) if key is None else ints(key),
        criteria=_no_criteria(works) if criteria is None else criteria,
    )
    check(made)
    return made


def _no_criteria(works: int) -> Criteria:
    return Criteria(sparse.csr_array((0, works)), floats([]), ints([]), floats([]), bools([]))


def check(question: Problem) -> None:
    """Refuse what cannot be planned. Raises as `problem` says."""
    works, edges, nodes = question.works, question.edges, question.nodes
    shapes: dict[str, tuple[int, ...]] = {
        "head": (edges,), "cost": (works, len(question.budget)), "benefit": (works,), "people": (works,),
        "commune": (works,), "segment": (works,), "strandable": (edges,), "forced": (works,),
        "required": (nodes,), "place": (works, 2), "key": (works,),
    }  # fmt: skip
    for name, shape in shapes.items():
        require_shape(name, getattr(question, name), shape)
    require_shape("credit", question.criteria.credit, (len(question.criteria.need), works))
    if len(np.unique(question.key)) != works:
        raise ValueError("key is not unique")
    ends = np.concatenate([question.tail, question.head])
    if ends.size and (ends.min() < 0 or ends.max() >= nodes):
        raise ValueError("tail or head names a node that does not exist")
    for name in ("weight", "cost", "budget", "benefit", "people", "floor"):
        require_amounts(name, getattr(question, name))
    require_amounts("cap", question.cap, infinite=True)
    require_amounts("credit", floats(question.criteria.credit.data))
    require_amounts("reward", question.criteria.reward)
    require_numbers("need", question.criteria.need)
    require_numbers("place", question.place)
    if not (question.forced >= 0).any():
        raise NoCandidates
    if not question.budget.any():
        raise NoBudget
    joined = question.strandable | question.loops
    if edges and edges == works and not joined.any() and not (ends == 0).any():
        raise NoCentre
