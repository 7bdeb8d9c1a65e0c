"""Travel time as a second aim: works that bring households nearer to a service in the rain, with or without joining
anybody to a centre.

Times are kept up to date by decrease-only propagation: a work makes a stretch faster, so times can only fall, and only
what comes nearer is touched. So a package is tried out, undone and tried again without another shortest-path run.
"""

import heapq
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from layers.planning.access.graph import travel_graph
from layers.planning.access.times import nearest
from layers.planning.arrays import Floats, Ints, require_amounts, require_shape
from layers.planning.errors import Negative

from .bound import quick_bound
from .greedy import finish, gain, with_conditions
from .growth import INFINITY, Growth
from .plan import Plan, settle
from .problem import Problem
from .ranking import ranking
from .restrict import canonical


@dataclass(frozen=True)
class Travel:
    """Roads as one travels them in the rain, before contraction: N nodes and E edges of their own.

    tail, head: (E,) nodes; slow: (E,) seconds as it is, infinite where nobody passes; fast: (E,) seconds once `work`
    is built, (E,) works of the problem, -1 where none is; services: (K,) nodes; persons: (N,) weighted, at each node;
    longest: seconds that count for who takes longer or does not arrive at all.
    """

    tail: Ints
    head: Ints
    slow: Floats
    fast: Floats
    work: Ints
    services: Ints
    persons: Floats
    longest: float


def check_travel(question: Problem, travel: Travel) -> None:
    """Raise NotANumber, Negative; ValueError where shapes disagree or a number names nothing."""
    edges = (len(travel.tail),)
    for name in ("head", "slow", "fast", "work"):
        require_shape(name, getattr(travel, name), edges)
    for name in ("slow", "fast"):
        require_amounts("travel time", getattr(travel, name), infinite=True)
    require_amounts("persons", travel.persons)
    if not travel.longest > 0:
        raise Negative("travel time", 0, travel.longest)
    named = np.concatenate([travel.tail, travel.head, travel.services])
    if (travel.work >= question.works).any() or (named >= len(travel.persons)).any():
        raise ValueError("an edge names a work or node that does not exist")


class Times:
    """Seconds from every node to the nearest service, as works are tried out and built."""

    def __init__(self, travel: Travel) -> None:
        nodes = len(travel.persons)
        graph = travel_graph(travel.tail, travel.head, travel.slow, travel.slow, nodes)
        self.seconds: list[float] = np.minimum(nearest(graph, travel.services).seconds, travel.longest).tolist()
        self.persons: list[float] = travel.persons.tolist()
        self.ends = list(zip(travel.tail.tolist(), travel.head.tolist(), strict=True))
        self.took: list[float] = travel.slow.tolist()
        self.fast: list[float] = np.minimum(travel.slow, travel.fast).tolist()
        self.of: dict[int, list[int]] = {}
        for edge, work in enumerate(travel.work.tolist()):
            if work >= 0:
                self.of.setdefault(work, []).append(edge)
        self.around: list[list[tuple[int, int]]] = [[] for _ in self.persons]
        for edge, (tail, head) in enumerate(self.ends):
            self.around[tail].append((head, edge))
            self.around[head].append((tail, edge))

    def saved(self, works: Iterable[int]) -> float:
        """Return the weighted person-seconds that works would save; nothing is built."""
        edges = self._edges(works)
        now = self._faster(edges)
        return sum(self.persons[node] * (self.seconds[node] - took) for node, took in now.items())

    def build(self, works: Iterable[int]) -> None:
        edges = self._edges(works)
        for node, took in self._faster(edges).items():
            self.seconds[node] = took
        for edge in edges:
            self.took[edge] = self.fast[edge]

    def _edges(self, works: Iterable[int]) -> list[int]:
        return [edge for work in works for edge in self.of.get(work, ())]

    def _faster(self, edges: list[int]) -> dict[int, float]:
        """Return the new seconds of the nodes that come nearer once edges are fast."""
        quick = {edge: self.fast[edge] for edge in edges if self.fast[edge] < self.took[edge]}
        now: dict[int, float] = {}
        heap: list[tuple[float, int]] = []

        def offer(node: int, took: float) -> None:
            if took < now.get(node, self.seconds[node]):
                now[node] = took
                heapq.heappush(heap, (took, node))

        for edge, took in quick.items():
            tail, head = self.ends[edge]
            offer(tail, self.seconds[head] + took)
            offer(head, self.seconds[tail] + took)
        while heap:
            so_far, node = heapq.heappop(heap)
            if so_far > now[node]:
                continue
            for other, edge in self.around[node]:
                offer(other, so_far + quick.get(edge, self.took[edge]))
        return now


def person_seconds(travel: Travel, plan: Plan) -> float:
    """Return the weighted person-seconds that a plan saves, by one shortest-path run before and one after."""
    built = (travel.work >= 0) & plan.works[travel.work]
    after = np.where(built, np.minimum(travel.slow, travel.fast), travel.slow)
    seconds = [
        np.minimum(
            nearest(travel_graph(travel.tail, travel.head, took, took, len(travel.persons)), travel.services).seconds,
            travel.longest,
        )
        for took in (travel.slow, after)
    ]
    return float(((seconds[0] - seconds[1]) * travel.persons).sum())


def nearer(question: Problem, travel: Travel, hour: float) -> Plan:
    """Return a quick plan for both aims: persons joined to a centre, and `hour` weighted persons for each weighted
    person-hour saved on the way to a service. `hour` is to be shown beside the plan.

    Value and bound are of the first aim, as of every plan; `person_seconds` tells the second, of which no bound is
    proven. Keeps every condition. Raises as `greedy`, and as `check_travel`.
    """
    began = time.perf_counter()
    check_travel(question, travel)
    part = canonical(question)
    place = np.full(question.works + 1, -1)
    place[part.works] = np.arange(len(part.works))
    times = Times(replace(travel, work=place[travel.work]))
    growth = with_conditions(part.problem)
    times.build(np.flatnonzero(growth.works()).tolist())
    _take_nearest(growth, times, hour / 3600)
    finish(growth)
    works = part.whole(growth.works(), question.works)
    bound = quick_bound(part.problem)
    return settle(question, "nearer", works, bound, False, time.perf_counter() - began, ranking(question, works))


def _take_nearest(growth: Growth, times: Times, rate: float) -> None:
    """Take the package with most of both aims per VND, looking again at what is on top before it is taken."""
    question = growth.question
    offers: list[tuple[float, int]] = [(-INFINITY, work) for work in np.flatnonzero(question.forced == 0).tolist()]
    heapq.heapify(offers)
    while offers:
        _stale, work = heapq.heappop(offers)
        package = growth.with_path(work) if growth.open(work) else None
        if package is None or not growth.fits(package):
            continue
        won = gain(growth, package) + rate * times.saved(package)
        ratio = -won / max(sum(growth.price[each] for each in package), 1e-9)
        if won <= 0:
            continue
        if offers and ratio > offers[0][0]:
            heapq.heappush(offers, (ratio, work))
        else:
            times.build(package)
            growth.add(package, "value")
