"""The parameter tables of the RoADS model, read from `fixtures/planning/roads-cba.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.planning.arrays import Floats, Ints, floats, ints, require_numbers

#: Our surfaces as RoADS numbers them. Rolled crushed stone is its macadam, brick and stone its cobblestone.
SURFACES = {
    "concrete": 1,
    "asphalt": 2,
    "surface_treated": 3,
    "gravel": 4,
    "earth": 5,
    "crushed_stone": 6,
    "brick_stone": 7,
}
#: Surfaces that grow rougher up to 25 m/km; the others up to 16.
UNPAVED = (4, 5)
VEHICLES = 12


@dataclass(frozen=True)
class Works:
    """Road works, numbered from 1 in the tables and from 0 here; (V,) arrays.

    cost: (V, 3) thousand VND per m2 on flat, hilly and mountainous ground; iri: m/km right after; lanes, width,
    surface: what an upgrade makes of the road (0: as it was); strength: what it adds to the structural number;
    structural: the structural number right after (NaN: as it was); repair, period: the periodic repair that follows
    (from 0) and every how many years.
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    kind: tuple[str, ...]
    cost: Floats
    iri: Floats
    lanes: Ints
    width: Floats
    surface: Ints
    strength: Floats
    structural: Floats
    repair: Ints
    period: Ints


@dataclass(frozen=True)
class Tables:
    """All parameters. Surfaces, classes, lane classes, terrains, levels and conditions are numbered from 1, so the
    first axis of an array is read at number - 1. Units as the fixture states them."""

    years: int
    discount_rate: float
    economic_factor: float
    growth: Floats
    traffic: Floats
    traffic_limits: Floats
    fleet: Floats
    lane_classes: Floats
    lane_limits: Floats
    conditions: Floats
    works: Works
    recurrent: Floats
    recurrent_multiplier: Floats
    evaluated: Floats
    climate: Floats
    voc: Floats
    speed: Floats
    deterioration: Floats
    iri_limits: Floats


def tables(data: Mapping[str, Any]) -> Tables:
    """Read the tables. Raises KeyError for a table left out, NotANumber for a broken one."""

    def rows(name: str) -> Floats:
        return floats(data[name]["rows"] if isinstance(data[name], dict) else data[name])

    classes = rows("iri_condition_class")
    conditions = floats(data["conditions"]["rows"])
    made = Tables(
        years=int(data["years"]),
        discount_rate=float(data["discount_rate"]),
        economic_factor=float(data["economic_factor"]),
        growth=rows("growth"),
        traffic=rows("traffic_levels"),
        traffic_limits=rows("traffic_ranges")[:, 0],
        fleet=rows("vehicle_fleet"),
        lane_classes=rows("lane_classes"),
        lane_limits=rows("lane_class_by_width")[:, 0],
        conditions=conditions,
        works=_works(data["road_works"]),
        recurrent=rows("recurrent_cost"),
        recurrent_multiplier=rows("recurrent_multiplier"),
        evaluated=rows("work_evaluated"),
        climate=rows("climate"),
        voc=rows("voc"),
        speed=rows("speed"),
        deterioration=rows("deterioration"),
        iri_limits=classes[:, 1].reshape(len(conditions), -1),
    )
    for name in ("growth", "traffic", "fleet", "voc", "speed", "recurrent", "deterioration", "evaluated"):
        require_numbers(name, getattr(made, name))
    return made


def _works(table: Mapping[str, Any]) -> Works:
    column = {name: [row[index] for row in table["rows"]] for index, name in enumerate(table["columns"])}

    def numbers(name: str, absent: float = np.nan) -> Floats:
        return floats([absent if value is None else value for value in column[name]])

    return Works(
        code=tuple(column["code"]),
        name=tuple(column["name"]),
        kind=tuple(column["class"]),
        cost=np.stack([numbers(f"cost_{ground}") for ground in ("flat", "hilly", "mountainous")], axis=1),
        iri=numbers("iri_after"),
        lanes=ints(column["lanes_class"]),
        width=numbers("width"),
        surface=ints(column["surface"]),
        # Millimetres to inches, as structural numbers count them.
        strength=numbers("thickness_mm", 0.0) * numbers("strength", 0.0) * 0.0393701,
        structural=numbers("structural_no"),
        repair=ints(column["repair_work_number"]) - 1,
        period=ints(column["repair_interval_years"]),
    )
