"""Travel times of all households of a province to the nearest place of a service."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from layers.models.roads import Structure
from layers.planning.access.costs import crossing_seconds
from layers.planning.access.graph import Pieces, cut, travel_graph
from layers.planning.access.speeds import walking_seconds
from layers.planning.access.times import Nearest, from_edges, nearest
from layers.planning.arrays import Floats, Ints
from layers.planning.network.households import snap
from layers.planning.store.kept import Lived, Shelf, Ways, state_of
from layers.planning.store.network import FARTHEST
from layers.planning.store.services import read_places
from layers.planning.store.speeds import speeds_on_file

TRAVELS = Shelf("TRAVELS_KEPT")
PLACE_TABLES = ("facilities", "waste_sites")


@dataclass(frozen=True)
class Journey:
    """To which service (`store.services`), by which mode (`access.speeds.MODES`), in the rain or not."""

    service: str
    mode: str
    wet: bool


@dataclass(frozen=True)
class Streets:
    """A network as one travels it: edges cut at P places. forward, backward: (F,) seconds along the pieces; graph: of
    their nodes and, beyond them, the places themselves; places: (P,) their nodes, -1 off the network."""

    pieces: Pieces
    forward: Floats
    backward: Floats
    graph: sparse.csr_array
    places: Ints


@dataclass(frozen=True)
class Travel:
    """seconds: (H,) of each household to the nearest place, infinite where there is no way; found: from the nodes."""

    streets: Streets
    found: Nearest
    seconds: Floats


def travel(lived: Lived, journey: Journey) -> Travel:
    """Return the travel times of all households, from memory if they are there."""
    key: tuple[Hashable, ...] = (*lived.key, *state_of(PLACE_TABLES), journey)
    return TRAVELS.get_or_make(key, lambda: _reckon(lived, journey))


def _reckon(lived: Lived, journey: Journey) -> Travel:
    streets = streets_to(lived.ways, read_places(lived.ways.inventory.region, journey.service), journey)
    found = nearest(streets.graph, streets.places)
    snapped = lived.homes.snapped
    on = snapped.edge >= 0
    access = np.full(len(on), np.inf)
    access[on] = walking_seconds(speeds_on_file(), snapped.access[on])
    made = from_edges(streets.pieces, streets.forward, streets.backward, snapped.edge, snapped.fraction, access, found)
    return Travel(streets, found, made.seconds)


def streets_to(ways: Ways, places: Floats, journey: Journey) -> Streets:
    """Cut a network at (P, 2) places in metres; from the road to a place one walks, as from a door to the road."""
    network, roads = ways.inventory.noded.network, ways.inventory.roads
    table, line = speeds_on_file(), network.line
    there, back = crossing_seconds(
        table, journey.mode, journey.wet, ways.steps,
        roads.surface[line].tolist(), roads.wet_access[line].tolist(), roads.structure[line] == Structure.FERRY,
    )  # fmt: skip
    snapped = snap(places, ways.inventory.lines, FARTHEST)
    pieces = cut(network.tail, network.head, network.nodes, snapped.edge, snapped.fraction)
    span = pieces.stop - pieces.start
    forward, backward = _parts(there[pieces.edge], span), _parts(back[pieces.edge], span)
    on = np.flatnonzero(snapped.edge >= 0)
    own = np.full(len(places), -1)
    own[on] = pieces.nodes + np.arange(len(on))
    way = walking_seconds(table, snapped.access[on])
    graph = travel_graph(
        np.concatenate([pieces.tail, pieces.node[on]]),
        np.concatenate([pieces.head, own[on]]),
        np.concatenate([forward, way]),
        np.concatenate([backward, way]),
        pieces.nodes + len(on),
    )
    return Streets(pieces, forward, backward, graph, own)


def _parts(seconds: Floats, span: Floats) -> Floats:
    """Seconds of a part of an edge; what nothing passes is passed in no part."""
    return np.where(np.isfinite(seconds), seconds * span, np.inf)
