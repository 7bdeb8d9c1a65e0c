"""Which stretches of road count as passable all year, and what travelling along them takes."""

from collections.abc import Mapping

import numpy as np

from layers.planning.access.graph import travel_graph
from layers.planning.access.speeds import FOOT, PASSES, seconds, speed_table, speeds
from layers.planning.access.times import nearest
from layers.planning.arrays import Bools, Floats

from .case import Case
from .settings import CLASSES, Settings

#: The vehicle that must pass all year for a road of a class to count; cars, where criterion 2 asks for them.
VEHICLE: Mapping[str, str] = {"lane": "motorbike"}
#: How people of the hills travel: the times of a plan are theirs.
MODE = "motorbike"


def passable(case: Case, settings: Settings) -> Bools:
    """(E,) stretches that count as passable in the case's season.

    Where a road's passage in the rain is not on record, a hardened one and one above the commune's count as
    passable, all others not.
    """
    if case.season == "dry":
        return np.ones(len(case.edges.tail), dtype=bool)
    roads = case.roads
    vehicle = [settings.passable.get(each, VEHICLE.get(each, "car")) for each in roads.road_class.tolist()]
    told = [need in PASSES[access] for need, access in zip(vehicle, roads.wet_access.tolist(), strict=True)]
    assumed = (roads.hardened == 1) | ~np.isin(roads.road_class, CLASSES)
    return np.where(roads.wet_access == "", assumed, np.array(told, dtype=bool))[case.edges.road]


def minutes(case: Case, hardened: Mapping[int, str]) -> Floats:
    """(N,) minutes from every node to the nearest commune centre; `hardened` edges have a new surface.

    By motorbike, and pushing it on foot where none passes. Infinite where no road leads to a centre.
    """
    table = speed_table(case.speeds)
    edges, roads = case.edges, case.roads
    surface, access = roads.surface[edges.road], roads.wet_access[edges.road]
    for edge, made in hardened.items():
        surface[edge], access[edge] = made, "car"
    there, back = speeds(table, MODE, case.season == "wet", surface.tolist(), edges.gradient, access.tolist())
    on_foot = speeds(table, FOOT, False, (), edges.gradient, ())
    forward = np.minimum(seconds(edges.length, there), seconds(edges.length, on_foot[0]))
    backward = np.minimum(seconds(edges.length, back), seconds(edges.length, on_foot[1]))
    graph = travel_graph(edges.tail, edges.head, forward, backward, case.nodes)
    return nearest(graph, case.centres.node).seconds / 60
