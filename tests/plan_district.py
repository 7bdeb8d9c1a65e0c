"""A made-up district as a frozen case: a street of towns, and behind each a maze of earth lanes."""

import json
from pathlib import Path

import numpy as np

from layers.planning.plans.case import COUNTS, Case, Centres, Commune, Edges, Homes, RoadRows, freeze

FIXTURES = Path(__file__).parents[1] / "fixtures" / "planning"


def district(segments: int, seed: int = 1) -> tuple[bytes, str]:
    """Return a frozen case of about so many candidate stretches of road."""
    random = np.random.default_rng(seed)
    side = int(np.sqrt(segments / 2)) + 1
    xy = np.array([(x * 200.0, y * 200.0) for x in range(side) for y in range(side)])
    pairs = [(i, i + side) for i in range(side * (side - 1))] + [
        (i, i + 1) for i in range(side * side) if (i + 1) % side
    ]
    kept = [pair for pair in pairs if random.random() < 0.72]
    count = len(kept)
    tail, head = np.array(kept).T
    # The middle row is paved: the district road.
    paved = (tail // side == side // 2) & (head // side == side // 2)
    words = np.full(count, "", dtype=object)
    hamlet = np.array([f"{i // side // 5}-{i % side // 5}" for i in tail.tolist()], dtype=object)
    persons = random.integers(1, 12, len(xy)).astype(np.float64)
    poor = np.round(persons * random.beta(1, 4, len(xy)))
    costs = json.loads((FIXTURES / "road-costs.json").read_text(encoding="utf-8"))
    for row in costs["treatments"]:
        row["counts"] = ["hardened_village_roads"] if row["surface"] != "earth" else []
    roads = RoadRows(
        uid=np.array([f"r{i:05d}" for i in range(count)], dtype=object),
        name=words,
        road_class=np.full(count, "village", dtype=object),
        surface=np.where(paved, "concrete", "earth").astype(object),
        wet_access=np.where(paved, "car", "none").astype(object),
        structure=words,
        lacks=words,
        hardened=paved.astype(np.int64),
        base=np.full(count, 4.0),
        commune=np.zeros(count, dtype=np.int64),
        hamlet=hamlet,
        hamlet_name=hamlet,
        length=np.round(random.uniform(120, 400, count), 1),
    )
    totals = (float(persons.sum()), float(poor.sum()), float(persons.sum() * 4), float(poor.sum() * 4))
    case = Case(
        year=2017,
        season="wet",
        origin=(105.75, 22.25),
        communes=(Commune("1", "xã", "A", True, totals, 0.0, (0.0,) * 4, ""),),
        roads=roads,
        edges=Edges(
            tail, head, np.arange(count), np.zeros(count), np.ones(count), roads.length, np.zeros(count),
            np.zeros(count, dtype=np.int64),
        ),
        xy=xy,
        centres=Centres(np.array([tail[paved][0]]), np.array([0])),
        homes=Homes(
            np.zeros(len(xy), dtype=np.int64), np.arange(len(xy)), np.full(len(xy), -1),
            *(values for values in (persons, poor, persons * 4, poor * 4)),
        ),
        indicators=(),
        facilities=(),
        costs=costs | {"facilities": {"works": []}},
        speeds=json.loads((FIXTURES / "speeds.json").read_text(encoding="utf-8")),
        notes={},
        versions={},
    )  # fmt: skip
    assert len(COUNTS) == 4
    return freeze(case)
