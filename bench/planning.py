"""How fast and how good planning is, by size, on generated regions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree

from bench import planning_access
from bench.figures import Figure
from layers.planning.access.graph import travel_graph
from layers.planning.milp import Effort
from layers.planning.network.contraction import contract, weigh
from layers.planning.roads.exact import exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.lns import lns
from layers.planning.roads.problem import Problem, criteria, problem
from layers.planning.siting.cover import max_cover
from layers.planning.siting.median import interchange, median

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

    def with_goals(self, reward: float = 0.002, floor: float = 0.5, seed: int = 8) -> Problem:
        """The same with a length criterion for three classes of road in each commune, each worth a part `reward` of
        all persons, and half of a commune's even share of the money to be spent there at least."""
        question, rng = self.question(), np.random.default_rng(seed)
        length = self.length[contract(self.tail, self.head, self.nodes, self.wet, self.centres).edges]
        kind = rng.choice(3, question.works, p=[0.2, 0.4, 0.4])
        rows = []
        for commune in range(len(self.centres)):
            for one in range(3):
                works = np.flatnonzero((question.commune == commune) & (kind == one))
                need = length[works].sum() * rng.uniform(0.2, 0.8)
                if len(works) >= 3:
                    rows.append((len(rows), works.tolist(), length[works].tolist(), need))
        price = np.bincount(question.commune, question.price, minlength=len(question.floor))
        return replace(
            question,
            criteria=criteria(question.works, rows, np.full(len(rows), reward * question.weight.sum())),
            floor=floor * question.budget.sum() / 0.7 * price / price.sum(),
        )


@dataclass(frozen=True)
class Limits:
    """Seconds a quick plan may take, seconds given to the careful method, and the gap in % it has to reach then."""

    quick: float
    careful: float
    gap: float | None


#: By segments: of a commune, a district, a province. A province has no promised gap; it is shown.
LIMITS = {500: Limits(0.1, 2.0, 0.0), 10_000: Limits(0.5, 60.0, 1.0), 60_000: Limits(2.0, 120.0, None)}


def figures(sizes: Sequence[int] = tuple(LIMITS)) -> Iterator[Figure]:
    """Measure access and road plans by size and kind of region, one after the other on one core."""
    for segments in sizes:
        for kind, share in SHARES.items():
            region = Region(segments, share)
            # What takes less than a thousandth of a second compares noise.
            if kind == "typical" and segments >= 10_000:
                yield from planning_access.figures(
                    region.tail, region.head, region.length / 5, region.nodes, region.centres,
                    f"access, {segments:,} segments",
                )  # fmt: skip
            yield from _plans(region.question(), f"plan, {segments:,} segments, {kind}", LIMITS[segments])
            if LIMITS[segments].gap:
                name = f"plan with criteria and floors, {segments:,} segments, {kind}"
                yield from _plans(region.with_goals(), name, LIMITS[segments])
    yield from _sites()


def _sites(seed: int = 1) -> Iterator[Figure]:
    """6,000 hamlets and 300 candidate sites with budget and conflicts; 400 places of which 20 are chosen."""
    rng = np.random.default_rng(seed)
    hamlets, candidates = rng.uniform(0, 60, (6000, 2)), rng.uniform(0, 60, (300, 2))
    far = np.linalg.norm(hamlets[:, None] - candidates[None], axis=2)
    near = KDTree(candidates).query_pairs(1.0, output_type="ndarray")
    persons, cost = rng.integers(20, 300, 6000).astype(float), rng.uniform(1, 3, 300)
    found = max_cover(far, persons, 3.0, cost=cost, budget=60.0, conflicts=near)
    yield _figure(
        "sites, 6,000 demands x 300 candidates: time to proof", "s", found.seconds, None, f"gap {found.gap:.1e}"
    )
    places = rng.uniform(0, 60, (400, 2))
    way, weight = np.linalg.norm(places[:, None] - places[None], axis=2), rng.integers(20, 300, 400).astype(float)
    quick = interchange(way, weight, 20)
    proven = median(way, weight, 20, effort=Effort(seconds=40), start=quick)
    note = f"{100 * (quick.value / proven.value - 1):.2f} % above what {proven.seconds:.0f} s prove to {proven.gap:.1e}"
    yield _figure("sites, 400 places, 20 medians, interchange", "s", quick.seconds, None, note)


def _plans(question: Problem, name: str, limits: Limits) -> Iterator[Figure]:
    quick = greedy(question)
    if limits.gap == 0:
        careful = exact(question, Effort(seconds=20, gap=0.0), quick)
    else:
        careful = lns(question, Effort(limits.careful), quick)
    size = f"{question.edges} candidates, {len(question.criteria.reward)} criteria"
    share = f"{100 * quick.value / careful.bound:.2f} % of the proven bound; {size}"
    yield _figure(f"{name}, quick", "s", quick.seconds, limits.quick, share)
    if limits.gap == 0:
        yield _figure(f"{name}, exact: time to proof", "s", careful.seconds, limits.careful, f"gap {careful.gap:.1e}")
    else:
        note = f"in {careful.seconds:.0f} s"
        yield _figure(f"{name}, careful: gap to the proven bound", "%", 100 * careful.gap, limits.gap, note)


def _figure(name: str, unit: str, measured: float, limit: float | None, note: str) -> Figure:
    return Figure(name, unit, limit, measured, ok=None if limit is None else measured <= limit, note=note)
