"""The works of a plan in packages: what hangs together, in the order of what it buys."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from layers.planning.network.contraction import pockets
from layers.planning.roads.plan import Plan

from .question import Question

#: Road classes in the order in which a package is named after them.
ORDER = ("commune", "village", "lane", "field", "facility")


@dataclass(frozen=True)
class Parcel:
    """Works to be built together, in the order of the ranking. why: of its first works, as `roads.plan.Step`."""

    works: tuple[int, ...]
    why: str


def parcels(question: Question, plan: Plan) -> list[Parcel]:
    """Return the works of a plan as packages: in each pocket of the network, what lies in one hamlet.

    What hangs at the all-year network by itself is put together by hamlet and road class. Packages stand in the order
    of the first of their works, and the ranking builds outwards.
    """
    place = _places(question)
    made: dict[tuple[object, ...], list[int]] = {}
    why: dict[tuple[object, ...], str] = {}
    for step in plan.steps:
        # The last work of a path is the one it was taken for.
        key = place(step.works[-1])
        made.setdefault(key, []).extend(step.works)
        why.setdefault(key, step.why)
    return [Parcel(tuple(works), why[key]) for key, works in made.items()]


def _places(question: Question) -> Callable[[int], tuple[object, ...]]:
    case, works = question.case, question.works
    pocket = pockets(question.contraction)

    def place(work: int) -> tuple[object, ...]:
        if works.edge[work] < 0:
            return ("facility", work)
        road = case.edges.road[works.edge[work]]
        ends = question.contraction.tail[work], question.contraction.head[work]
        inner = max(pocket[ends[0]], pocket[ends[1]])
        hamlet = case.roads.hamlet[road]
        return (inner, hamlet) if inner >= 0 else ("own", hamlet, works.category[work])

    return place


def hamlets_of(question: Question, works: tuple[int, ...]) -> list[str]:
    """Return the names of the hamlets that works lie in, in their order."""
    roads = question.case.roads
    named = [roads.hamlet_name[question.case.edges.road[question.works.edge[work]]]
             for work in works if question.works.edge[work] >= 0]  # fmt: skip
    return list(dict.fromkeys(named))


def classes_of(question: Question, works: tuple[int, ...]) -> list[str]:
    present = {question.works.category[work] for work in works}
    return [name for name in ORDER if name in present]


def roads_of(question: Question, works: tuple[int, ...]) -> list[str]:
    """Return the names of roads and facilities, those with most metres of works first."""
    metres: dict[str, float] = {}
    for work in works:
        metres[name_of(question, work)] = metres.get(name_of(question, work), 0.0) + metres_of(question, work)
    return sorted((name for name in metres if name), key=lambda name: (-metres[name], name))


def name_of(question: Question, work: int) -> str:
    edge = question.works.edge[work]
    if edge < 0:
        return question.case.facilities[question.works.facility[work]].name
    return str(question.case.roads.name[question.case.edges.road[edge]])


def metres_of(question: Question, work: int) -> float:
    """Return the metres of a stretch on the ellipsoid; 0 for a facility."""
    edge = question.works.edge[work]
    if edge < 0:
        return 0.0
    edges = question.case.edges
    return float(edges.length[edge] if edges.added[edge] else question.case.metres[edge])


def commune_of(question: Question, works: tuple[int, ...]) -> int:
    """Return the commune that most of the money of some works is spent in."""
    price = question.works.price[list(works)]
    spent = np.bincount(question.works.commune[list(works)], price)
    return int(np.argmax(spent))
