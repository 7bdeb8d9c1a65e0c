"""The network once rain has come: what is joined all year shrinks to a node, what is left are the candidates."""

from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, require_amounts, totals
from layers.planning.errors import NoCentre, TooManyIsolated

from .graph import components
from .households import Snapped


@dataclass(frozen=True)
class Contraction:
    """node: (N,) super-node of each node, 0 being everything joined to a centre in the rain; edges: (C,) the
    candidates, numbers of the network's edges; tail, head: (C,) their super-nodes (equal where an edge joins
    what is joined already); count: super-nodes.
    """

    node: Ints
    edges: Ints
    tail: Ints
    head: Ints
    count: int


def contract(
    tail: Ints, head: Ints, nodes: int, passable: Bools, centres: Ints, also: Bools | None = None
) -> Contraction:
    """Contract a graph by the edges passable in the rain; (E,) tail, head, passable, (K,) centre nodes.

    Candidates are the edges not passable, and those of `also` (E,): passable ones that may be hardened.
    Raises NoCentre where there is no centre on the network.
    """
    if not len(centres):
        raise NoCentre
    # The centres are one: being joined to any of them is what counts.
    hub = np.full(len(centres) - 1, centres[0])
    label = components(np.concatenate([tail[passable], hub]), np.concatenate([head[passable], centres[1:]]), nodes)
    root = label[centres[0]]
    node = np.where(label == root, 0, label + (label < root))
    edges = np.flatnonzero(~passable if also is None else ~passable | also)
    return Contraction(node, edges, node[tail[edges]], node[head[edges]], int(label.max()) + 1)


def pockets(contraction: Contraction) -> Ints:
    """(super-nodes,) the pocket of each super-node: what holds together without the root. The root has -1."""
    inner = (contraction.tail != 0) & (contraction.head != 0)
    label = components(contraction.tail[inner], contraction.head[inner], contraction.count)
    return np.where(np.arange(contraction.count) == 0, -1, label - 1)


def reachable(contraction: Contraction) -> Bools:
    """(super-nodes,) whether building candidates could join a super-node to a centre at all."""
    label = components(contraction.tail, contraction.head, contraction.count)
    return label == label[0]


def weigh(persons: Floats, poor: Floats, factor: float) -> Floats:
    """(H,) weight of households: persons, those of poor households counting `factor` times (1: all alike)."""
    require_amounts("persons", persons)
    require_amounts("poor persons", poor)
    return persons + (factor - 1) * poor


def node_and_edge_weights(
    contraction: Contraction, tail: Ints, head: Ints, length: Floats, snapped: Snapped, weight: Floats, near: float
) -> tuple[Floats, Floats]:
    """Return the weight (super-nodes,) won by connecting a node and (C,) won by building the edge itself.

    A household lives at the nearer end of its edge if that is within `near` metres along it, or if the edge is
    passable; otherwise along the edge, which has to be built to serve it. Off the network: nowhere.
    """
    on = snapped.edge >= 0
    edge, fraction, weight = snapped.edge[on], snapped.fraction[on], weight[on]
    place = np.full(len(tail), -1)
    place[contraction.edges] = np.arange(len(contraction.edges))
    along = (place[edge] >= 0) & (np.minimum(fraction, 1 - fraction) * length[edge] > near)
    end = contraction.node[np.where(fraction <= 0.5, tail[edge], head[edge])]
    return (
        totals(end[~along], weight[~along], contraction.count),
        totals(place[edge[along]], weight[along], len(contraction.edges)),
    )


def refuse_isolated(contraction: Contraction, tail: Ints, snapped: Snapped, persons: Floats, limit: float) -> float:
    """Return the share of persons whom no path, built or not, joins to a centre, those off the network included.

    Raises TooManyIsolated where it exceeds `limit` (a share): a ranking would leave them out unseen.
    """
    require_amounts("persons", persons)
    on = snapped.edge >= 0
    served = reachable(contraction)[contraction.node[tail[snapped.edge]]] & on
    total = persons.sum()
    share = float(persons[~served].sum() / total) if total else 0.0
    if share > limit:
        raise TooManyIsolated(share, limit)
    return share
