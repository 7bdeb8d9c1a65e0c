"""Making a priced pocket smaller without changing its best answer: tests for prize-collecting Steiner trees.

Valid only where money is priced and not limited (`pricing`), where an edge is worth its benefit less its price.
Leaves are folded into their neighbour or dropped (Duin & Volgenant 1987); of parallel edges the best stays; an edge
dearer than reaching the root from both of its ends is dropped (bottleneck to the root, the one terminal).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse.csgraph import dijkstra

from layers.planning.access.graph import travel_graph
from layers.planning.arrays import Bools, Floats

from .problem import Problem


@dataclass(frozen=True)
class Reduced:
    """problem: with the dropped and folded works ruled out and their worth at the nodes; offset: worth at the root;
    tied: by node, the (edge, node) that are built as soon as it is connected."""

    problem: Problem
    offset: float
    tied: dict[int, list[tuple[int, int]]]

    def works(self, chosen: Bools, connected: Bools) -> Bools:
        """Return a choice of the reduced problem, which connects nodes, with what is tied to it."""
        made = chosen.copy()
        waiting = [node for node in self.tied if connected[node]]
        while waiting:
            for edge, node in self.tied.get(waiting.pop(), ()):
                made[edge] = True
                waiting.append(node)
        return made


def reduced(question: Problem) -> Reduced:
    """Reduce a priced problem (benefits less prices; no budgets, caps, floors or criteria bind)."""
    fixed = _fixed(question)
    useless = question.loops & (question.benefit[: question.edges] <= 0) & ~fixed
    alive = (question.forced[: question.edges] >= 0) & ~useless
    for _pass in range(2):
        alive &= ~_parallel(question, alive, fixed) & ~_bottleneck(question, alive, fixed)
    return _folded(question, alive, fixed)


def _fixed(question: Problem) -> Bools:
    """(E,) edges that stay as they are: forced in, strandable, or excluding works that are not parallel to them."""
    low = np.minimum(question.tail, question.head)
    pair = low * question.nodes + np.maximum(question.tail, question.head)
    ends = np.concatenate([pair, np.full(question.works - question.edges, -1)])
    order = np.lexsort((ends, question.segment))
    segment, pairs = question.segment[order], ends[order]
    mixed = np.zeros(question.works, dtype=bool)
    mixed[order[1:]] = (segment[1:] == segment[:-1]) & (pairs[1:] != pairs[:-1])
    apart = np.isin(question.segment, question.segment[mixed])
    edges = slice(0, question.edges)
    return apart[edges] | (question.forced[edges] > 0) | question.strandable


def _parallel(question: Problem, alive: Bools, fixed: Bools) -> Bools:
    """(E,) edges beside a better one between the same nodes that win nothing themselves."""
    edges = np.flatnonzero(alive & ~question.loops)
    net = question.benefit[edges]
    low = np.minimum(question.tail[edges], question.head[edges])
    high = np.maximum(question.tail[edges], question.head[edges])
    order = np.lexsort((-net, high, low))
    again = np.zeros(len(edges), dtype=bool)
    same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    again[order[1:]] = same
    worse = np.zeros(question.edges, dtype=bool)
    worse[edges[again & (net <= 0) & ~fixed[edges]]] = True
    return worse


def _bottleneck(question: Problem, alive: Bools, fixed: Bools) -> Bools:
    """(E,) edges dearer than joining either of their ends to the root another way; loops are not among them."""
    price = np.maximum(-question.benefit[: question.edges], 0.0)
    edges = np.flatnonzero(alive)
    # A sparse graph has no edges of length zero.
    length = price[edges] + 1e-12
    graph = travel_graph(question.tail[edges], question.head[edges], length, length, question.nodes)
    far: Floats = dijkstra(graph, indices=0)
    return alive & ~fixed & ~question.loops & (np.maximum(far[question.tail], far[question.head]) < price)


def _folded(question: Problem, alive: Bools, fixed: Bools) -> Reduced:
    """Fold leaves into their neighbours until none is left."""
    weight, net = question.weight.tolist(), question.benefit.tolist()
    keep = question.required.copy()
    keep[0] = True
    keep[question.tail[question.loops & alive]] = True
    around: list[dict[int, int]] = [{} for _ in weight]
    for edge in np.flatnonzero(alive & ~question.loops).tolist():
        tail, head = int(question.tail[edge]), int(question.head[edge])
        around[tail][edge], around[head][edge] = head, tail
    tied: dict[int, list[tuple[int, int]]] = {}
    waiting = [node for node, edges in enumerate(around) if len(edges) == 1 and not keep[node]]
    while waiting:
        leaf = waiting.pop()
        if len(around[leaf]) != 1:
            continue
        (edge, node), *_none = around[leaf].items()
        if fixed[edge]:
            continue
        del around[leaf][edge], around[node][edge]
        alive[edge] = False
        worth = weight[leaf] + net[edge]
        if worth > 0:
            weight[node] += worth
            tied.setdefault(node, []).append((edge, leaf))
        weight[leaf] = 0.0
        if len(around[node]) == 1 and not keep[node]:
            waiting.append(node)
    closed = np.concatenate([~alive, np.zeros(question.works - question.edges, dtype=bool)])
    made = replace(question, weight=np.array(weight), forced=np.where(closed, -1, question.forced))
    return Reduced(made, weight[0] - float(question.weight[0]), tied)
