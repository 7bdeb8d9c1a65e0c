"""How fast and how good planning is, by size, on generated regions."""

import time
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree

from layers.planning.access.graph import travel_graph
from layers.planning.access.times import nearest
from layers.planning.milp import Effort
from layers.planning.network.contraction import contract, pockets, weigh
from layers.planning.roads.exact import exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.lns import lns
from layers.planning.roads.problem import Problem, problem

#: Segments of a commune, a district, a province.
SIZES = (500, 10_000, 60_000)
#: Share of the length that is passable all year.
SHARES = {"typical": 0.62, "poor": 0.52}


class Region:
    """A made-up region: clustered hamlets, roads of mean degree 2.67, passable first where most traffic flows."""

    def __init__(self, segments: int, share: float, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.nodes = round(segments * 0.75)
        side = 1000 * np.sqrt(self.nodes / 2)
        hamlets = rng.uniform(0, side, (max(self.nodes // 12, 2), 2))
        self.xy = hamlets[rng.integers(len(hamlets), size=self.nodes)] + rng.normal(0, 450, (self.nodes, 2))
        self.tail, self.head = self._roads(segments)
        self.length = 1.25 * np.linalg.norm(self.xy[self.tail] - self.xy[self.head], axis=1) + 1
        self.centres = rng.choice(self.nodes, max(self.nodes // 350, 1), replace=False)
        self.commune = KDTree(self.xy[self.centres]).query(self.xy)[1]
        poverty = rng.beta(2, 4, len(self.centres))
        self.persons = np.round(rng.lognormal(3.2, 0.6, self.nodes))
        self.poor = np.round(self.persons * np.clip(poverty[self.commune] + rng.normal(0, 0.1, self.nodes), 0, 1))
        slope = np.clip(rng.gamma(2, 0.05, segments), 0, 0.4)
        self.price = np.round(self.length / 1000 * rng.choice([400e6, 230e6, 1100e6], segments) * (1 + 3 * slope), -6)
        score = 0.25 * np.log1p(self._flow()) - 2 * poverty[self.commune[self.tail]] + rng.normal(0, 0.8, segments)
        order = np.argsort(-score)
        self.wet = np.zeros(segments, dtype=bool)
        self.wet[order[np.cumsum(self.length[order]) <= share * self.length.sum()]] = True

    def _roads(self, segments: int) -> tuple[np.ndarray, np.ndarray]:
        corners = Delaunay(self.xy).simplices
        pairs = np.unique(
            np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
        )
        length = np.linalg.norm(self.xy[pairs[:, 0]] - self.xy[pairs[:, 1]], axis=1)
        graph = sparse.coo_array((length, (pairs[:, 0], pairs[:, 1])), shape=(self.nodes, self.nodes))
        tree = minimum_spanning_tree(graph.tocsr()).tocoo()
        needed = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
        first = np.array([(a, b) in needed or (b, a) in needed for a, b in pairs.tolist()])
        order = np.lexsort((length, ~first))[:segments]
        return pairs[order, 0], pairs[order, 1]

    def _flow(self) -> np.ndarray:
        """Nodes whose way to their nearest centre uses an edge."""
        graph = travel_graph(self.tail, self.head, self.length, self.length, self.nodes)
        far, before, _ = dijkstra(graph, indices=self.centres, min_only=True, return_predecessors=True)
        through = np.ones(self.nodes)
        for node in np.argsort(-far):
            if before[node] >= 0:
                through[before[node]] += through[node]
        used = np.where(before[self.head] == self.tail, through[self.head], 0)
        return used + np.where(before[self.tail] == self.head, through[self.tail], 0)

    def question(self, part: float = 0.15) -> Problem:
        """The road problem with a budget of a part of what everything would cost; poor persons count four times."""
        made = contract(self.tail, self.head, self.nodes, self.wet, self.centres)
        weight = np.bincount(made.node, weigh(self.persons, self.poor, 4.0), minlength=made.count)
        self.largest_pocket = int(np.bincount(pockets(made)[made.tail[made.tail > 0]]).max(initial=0))
        price = self.price[made.edges]
        return problem(
            made.tail,
            made.head,
            weight,
            price * 0.7,
            price.sum() * 0.7 * part,
            people=price * 0.3,
            commune=self.commune[self.tail[made.edges]],
            place=(self.xy[self.tail[made.edges]] + self.xy[self.head[made.edges]]) / 2,
        )


def figures(sizes: tuple[int, ...] = SIZES, seconds: float = 60.0) -> list[dict[str, Any]]:
    """Return one row of figures for each size, kind of region and method."""
    rows = []
    for segments in sizes:
        for kind, share in SHARES.items():
            region = Region(segments, share)
            rows.append(_access_row(region, segments, kind))
            rows += _road_rows(region, segments, kind, seconds)
    return rows


def _access_row(region: Region, segments: int, kind: str) -> dict[str, Any]:
    began = time.perf_counter()
    seconds = region.length / 5
    graph = travel_graph(region.tail, region.head, seconds, seconds, region.nodes)
    built = time.perf_counter()
    nearest(graph, region.centres)
    return {
        "what": "access", "segments": segments, "kind": kind, "method": "nearest of all centres from every node",
        "build_s": round(built - began, 4), "seconds": round(time.perf_counter() - built, 4),
    }  # fmt: skip


def _road_rows(region: Region, segments: int, kind: str, seconds: float) -> list[dict[str, Any]]:
    question = region.question()
    first = greedy(question)
    plans = [first, lns(question, Effort(seconds), first)]
    if segments <= 10_000:
        plans.append(exact(question, Effort(seconds), plans[-1]))
    bound = min(plan.bound for plan in plans)
    return [
        {
            "what": "roads", "segments": segments, "kind": kind, "method": plan.method,
            "candidates": question.edges, "largest_pocket": region.largest_pocket, "seconds": round(plan.seconds, 3),
            "value": round(plan.value), "gap": round(plan.gap, 5), "gap_to_best_bound": round(1 - plan.value / bound, 5),
            "optimal": plan.optimal,
        }
        for plan in plans
    ]  # fmt: skip
