"""A plan being grown: what is connected, what is spent, and the cheapest path to everything else.

Paths are kept up to date by decrease-only propagation: connecting nodes can only make the others nearer, so
each addition restarts Dijkstra from what it connected and touches nothing that did not come nearer.
Plain lists and heaps: at these sizes they are faster than arrays that are read one element at a time.
"""

import copy
import heapq
from collections.abc import Iterable

import numpy as np

from layers.planning.arrays import bools

from .plan import Step
from .problem import TOLERANCE, Problem

INFINITY = float("inf")


class Growth:
    """The state of a quick method. `order` is a heap of (-persons per VND, entry, distance) to take from."""

    def __init__(self, question: Problem) -> None:
        self.question = question
        self.edges = question.edges
        price = question.price
        # Strictly positive lengths make every detour longer, so a changed path is always seen as changed.
        tiny = 1e-9 * max(float(price.max(initial=0.0)), 1.0)
        self.price: list[float] = price.tolist()
        self.length: list[float] = (price[: self.edges] + tiny).tolist()
        self.ends = list(zip(question.tail.tolist(), question.head.tolist(), strict=True))
        self.weight: list[float] = question.weight.tolist()
        self.benefit: list[float] = question.benefit.tolist()
        self.cost: list[list[float]] = question.cost.tolist()
        self.people: list[float] = question.people.tolist()
        self.commune: list[int] = question.commune.tolist()
        self.strandable: list[bool] = question.strandable.tolist()
        self.closed: list[bool] = (question.forced < 0).tolist()
        self.left: list[float] = question.budget.tolist()
        self.left_people: list[float] = question.cap.tolist()
        self.invested = [0.0] * len(question.cap)
        self.slack = [TOLERANCE * max(limit, 1.0) for limit in self.left]
        self.slack_people = [TOLERANCE * max(limit, 1.0) if limit < INFINITY else 0.0 for limit in self.left_people]
        self.treatments: dict[int, list[int]] = {}
        self.segment: list[int] = question.segment.tolist()
        for work, segment in enumerate(self.segment):
            self.treatments.setdefault(segment, []).append(work)
        self.around: list[list[tuple[int, int]]] = [[] for _ in self.weight]
        self.loops: list[list[int]] = [[] for _ in self.weight]
        for edge, (tail, head) in enumerate(self.ends):
            if tail == head:
                self.loops[tail].append(edge)
            else:
                self.around[tail].append((head, edge))
                self.around[head].append((tail, edge))
        # A path dearer than all the money left cannot be built; what the people give comes on top of that money.
        paid = question.cost.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(price > 0, price / paid, 1.0)
        self.reach = float(share.max(initial=1.0))
        self.chosen = [False] * question.works
        self.connected = [False] * len(self.weight)
        self.distance = [INFINITY] * len(self.weight)
        self.gain = [0.0] * len(self.weight)
        self.parent: list[tuple[int, int]] = [(-1, -1)] * len(self.weight)
        self.order: list[tuple[float, int, float]] = []
        self.steps: list[Step] = []
        self._offer_works(range(self.edges, question.works))
        self._offer_works(edge for edge in range(self.edges) if self.strandable[edge])
        self._connect([0])

    def snapshot(self) -> dict[str, object]:
        """Return what changes as a plan grows, to go back to with `restore`."""
        changing = ("left", "left_people", "invested", "length", "benefit", "closed", "chosen", "connected",
                    "distance", "gain", "parent", "order", "steps")  # fmt: skip
        return {name: copy.copy(getattr(self, name)) for name in changing}

    def restore(self, saved: dict[str, object]) -> None:
        self.__dict__.update(saved)

    def works(self) -> np.ndarray:
        return bools(self.chosen)

    def access(self, work: int) -> tuple[float, int]:
        """Return the price of reaching a work and the node to reach it by (-1: none needed)."""
        if work >= self.edges or self.strandable[work]:
            return 0.0, -1
        tail, head = self.ends[work]
        if self.connected[tail] or self.connected[head]:
            return 0.0, -1
        node = tail if self.distance[tail] <= self.distance[head] else head
        return self.distance[node], node

    def path(self, node: int) -> list[int]:
        """Return the unbuilt edges of the cheapest path to a node, from what is connected outwards."""
        found = []
        while not self.connected[node]:
            node, edge = self.parent[node]
            if not self.chosen[edge]:
                found.append(edge)
        return found[::-1]

    def with_path(self, work: int) -> list[int] | None:
        """Return a work and what it takes to reach it, or None where nothing reaches it."""
        price, node = self.access(work)
        if price == INFINITY:
            return None
        path = self.path(node) if node >= 0 else []
        return path if work in path else [*path, work]

    def open(self, work: int) -> bool:
        return not self.chosen[work] and not self.closed[work]

    def fits(self, works: list[int]) -> bool:
        """Tell whether works can be added within every budget, community cap and segment."""
        if any(not self.open(work) for work in works):
            return False
        if len({self.segment[work] for work in works}) < len(works):
            return False
        for source, left in enumerate(self.left):
            if sum(self.cost[work][source] for work in works) > left + self.slack[source]:
                return False
        given: dict[int, float] = {}
        for work in works:
            given[self.commune[work]] = given.get(self.commune[work], 0.0) + self.people[work]
        return all(
            amount <= self.left_people[commune] + self.slack_people[commune] for commune, amount in given.items()
        )

    def add(self, works: list[int], why: str) -> None:
        """Build works that fit, connect what they join and log the step."""
        gain = 0.0
        for work in works:
            gain += self.benefit[work]
            self.build(work)
        joined = self._joined(works)
        gain += sum(self.weight[node] for node in joined)
        self._connect(joined)
        self.steps.append(Step(why, tuple(works), gain, sum(self.price[work] for work in works)))

    def build(self, work: int) -> None:
        """Pay for a work and close what it excludes; `add` also connects what it joins."""
        self.chosen[work] = True
        self.benefit[work] = 0.0
        for source, amount in enumerate(self.cost[work]):
            self.left[source] -= amount
        self.left_people[self.commune[work]] -= self.people[work]
        self.invested[self.commune[work]] += self.price[work]
        for other in self.treatments[self.segment[work]]:
            if other != work:
                self.closed[other] = True
        if work < self.edges:
            self.length[work] = 0.0

    def _joined(self, works: Iterable[int]) -> list[int]:
        """Mark as connected all that built edges now join to what is connected, and return it."""
        found: list[int] = []
        ends = [self.ends[work] for work in works if work < self.edges]
        stack = [node for a, b in ends if self.connected[a] != self.connected[b] for node in (a, b)]
        while stack:
            node = stack.pop()
            if not self.connected[node]:
                self.connected[node] = True
                found.append(node)
                stack += [other for other, edge in self.around[node] if self.chosen[edge]]
        # A built edge that hangs in the air costs nothing to pass: what lies behind it has come nearer.
        hanging = [node for pair in ends for node in pair if not self.connected[node]]
        self._relax([node for node in hanging if self.distance[node] < INFINITY])
        return found

    def _connect(self, nodes: list[int]) -> None:
        for node in nodes:
            self.connected[node] = True
            self.distance[node] = self.gain[node] = 0.0
        self._relax(nodes)
        for node in nodes:
            self._offer_works(self.loops[node])
            self._offer_works(edge for other, edge in self.around[node] if self.connected[other])

    def _relax(self, seeds: list[int]) -> None:
        distance, gain, parent, length = self.distance, self.gain, self.parent, self.length
        # Generous against what `tiny` adds; `fits` decides.
        limit = INFINITY if self.reach == INFINITY else sum(self.left) * self.reach * (1 + 1e-6) + 1e-6
        heap = [(distance[node], node) for node in seeds]
        heapq.heapify(heap)
        while heap:
            so_far, node = heapq.heappop(heap)
            if so_far > distance[node]:
                continue
            if not self.connected[node]:
                self._offer_node(node)
            won = gain[node]
            for other, edge in self.around[node]:
                total = so_far + length[edge]
                if total < distance[other] and total <= limit and not self.closed[edge]:
                    distance[other] = total
                    gain[other] = won + self.weight[other] + self.benefit[edge]
                    parent[other] = (node, edge)
                    heapq.heappush(heap, (total, other))

    def _offer_node(self, node: int) -> None:
        if self.gain[node] > 0:
            reach = self.distance[node]
            heapq.heappush(self.order, (-self.gain[node] / max(reach, 1e-300), node, reach))

    def _offer_works(self, works: Iterable[int]) -> None:
        """Offer works that win something by themselves; entries below zero are works, -1 - work."""
        for work in works:
            if self.benefit[work] > 0 and self.open(work):
                heapq.heappush(self.order, (-self.benefit[work] / max(self.price[work], 1e-9), -1 - work, 0.0))
