"""The network once rain has come: what is joined all year shrinks to a node, what is left are the candidates."""

from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, require_amounts
from layers.planning.errors import NoCentre

from .graph import components


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
