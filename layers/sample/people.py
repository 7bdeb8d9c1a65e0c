"""Households: where they live, who heads them, what each year's review found. All of it invented."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .facts import MARK, chance, facts
from .grid import Floats, in_degrees
from .network import Segment
from .settlement import Hamlet, Land

Row = dict[str, Any]
Flags = NDArray[np.bool_]

#: How much likelier a house stands by a metre of this road than by a metre of village road.
DRAW = {"lane": 2.2, "village": 1.0, "urban": 2.0, "commune": 0.9, "provincial": 0.7, "national": 0.7}


def households_by_hamlet(land: Land, seed: int) -> dict[int, int]:
    """Return how many households each hamlet has in the last year, by label."""
    known = facts("people")
    counts: dict[int, int] = {}
    for commune, by_year in known["households"].items():
        hamlets = [hamlet for hamlet in land.hamlets if hamlet.commune == commune]
        counted = known["known_hamlets"]
        fixed = {hamlet.label: counted[hamlet.name]["households"] for hamlet in hamlets if hamlet.name in counted}
        others = [hamlet.label for hamlet in hamlets if hamlet.label not in fixed]
        weights = chance(seed, "hamlet sizes", commune).uniform(0.6, 1.4, len(others))
        counts |= fixed | dict(zip(others, apportion(by_year[-1] - sum(fixed.values()), weights), strict=True))
    return counts


def apportion(total: int, weights: Floats) -> list[int]:
    """Divide a whole number by weights, by largest remainders, so that the parts add up."""
    exact = total * np.asarray(weights) / np.sum(weights)
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: total - parts.sum()]] += 1
    return [int(part) for part in parts]


@dataclass(frozen=True)
class Homes:
    """The households of one commune, row by row: the hamlet each lives in, and the year since when."""

    commune: str
    hamlets: list[Hamlet]
    since: NDArray[np.int64]
    rows: list[Row]


def make_homes(land: Land, segments: list[Segment], counts: dict[int, int], seed: int) -> list[Homes]:
    """Return the households of each commune, clustered along its roads."""
    by_label: dict[int, list[Segment]] = {}
    for part in segments:
        by_label.setdefault(part.label, []).append(part)
    made = []
    for commune in facts("people")["households"]:
        hamlets = [hamlet for hamlet in land.hamlets if hamlet.commune == commune]
        homes, rows = [], []
        for hamlet in hamlets:
            many = counts[hamlet.label]
            random = chance(seed, "homes", hamlet.code)
            places = _places(land, hamlet, by_label.get(hamlet.label, []), many, random)
            homes += [hamlet] * many
            rows += [_home(hamlet, i, place, random) for i, place in enumerate(places, 1)]
        made.append(Homes(commune, homes, _since(commune, len(rows), seed), rows))
    return made


def _since(commune: str, many: int, seed: int) -> NDArray[np.int64]:
    """Return the first year of each household, so that each year has its number of them."""
    known = facts("people")
    order = chance(seed, "since", commune).permutation(many)
    since = np.zeros(many, dtype=np.int64)
    before = 0
    for year, count in zip(known["years"], known["households"][commune], strict=True):
        since[order[before:count]] = year
        before = count
    return since


def _places(
    land: Land, hamlet: Hamlet, segments: list[Segment], many: int, random: np.random.Generator
) -> list[shapely.Point]:
    """Return house sites along the hamlet's roads, denser towards its centre, a few metres off the road."""
    area = land.outlines[hamlet.label]
    shapely.prepare(area)
    centre = land.centre(hamlet)
    spots, weights = [np.empty((0, 2))], [np.empty(0)]
    for part in segments:
        if part.road_class in DRAW:
            steps = np.arange(4, part.line.length, 8)
            spots.append(shapely.get_coordinates(shapely.line_interpolate_point(part.line, steps)))
            weights.append(np.full(len(steps), DRAW[part.road_class]))
    spot, weight = np.concatenate(spots), np.concatenate(weights)
    weight *= np.exp(-np.hypot(*(spot - centre).T) / 450)
    found: list[shapely.Point] = []
    while len(found) < many:
        chosen = spot[random.choice(len(spot), 2 * many, p=weight / weight.sum())]
        angle = random.uniform(0, 2 * np.pi, 2 * many)
        off = random.uniform(7, 32, 2 * many)
        points = shapely.points(chosen + np.column_stack((np.cos(angle), np.sin(angle))) * off[:, None])
        found += list(points[shapely.contains(area, points)])
    return list(in_degrees(np.array(found[:many])))


def _home(hamlet: Hamlet, number: int, place: shapely.Point, random: np.random.Generator) -> Row:
    known = facts("people")["positions"]
    missing = random.random() < known["missing_share"]
    accuracy = float(np.round(random.choice(known["accuracy_m"]) * random.uniform(0.7, 1.3), 1))
    return {
        "unit": hamlet.code,
        "key": f"{hamlet.code}-{number:03}",
        "name": _name(random),
        "members": int(np.clip(random.poisson(2.9) + 1, 1, 8)),
        "address": f"{hamlet.title} {hamlet.name}".strip(),
        "accuracy_m": None if missing else accuracy,
        "geom": None if missing else place,
        "source": MARK,
        "as_of": date(facts("people")["years"][-1], 12, 31),
    }


def _name(random: np.random.Generator) -> str:
    known = facts("names")
    families = list(known["family"])
    weights = np.array(list(known["family"].values()), dtype=float)
    family = random.choice(families, p=weights / weights.sum())
    sex = "f" if random.random() < known["share_of_women_as_heads"] else "m"
    return f"{family} {random.choice(known[f'middle_{sex}'])} {random.choice(known[f'given_{sex}'])}"
