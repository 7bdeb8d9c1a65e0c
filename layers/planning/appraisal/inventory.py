"""From an inventory of roads to the sections of the model: what is recorded, and what stands in where nothing is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, floats

from .sections import Sections
from .tables import SURFACES, VEHICLES, Tables

#: Surfaces that a hardening replaces.
SOFT = ("earth", "gravel")


@dataclass(frozen=True)
class Inventory:
    """K roads as an office records them, (K,). length: m; width: m, NaN unknown; road_class, surface: our codes, ""
    unknown; condition: 1 very good to 5 very poor, 0 unknown; region: code of the socio-economic region, "" unknown;
    level: traffic level 1-15 where one was counted or chosen, 0 unknown.
    """

    length: Floats
    width: Floats
    road_class: np.ndarray
    surface: np.ndarray
    condition: Ints
    region: np.ndarray
    level: Ints


def sections_of(roads: Inventory, defaults: Mapping[str, Any]) -> tuple[Sections, dict[str, Bools]]:
    """Return complete-enough sections and, by field, (K,) which inputs are defaults of
    `fixtures/planning/roads-cba-defaults.json`.

    Raises KeyError for a road class or surface that the defaults do not know.
    """
    classes = roads.road_class.tolist()
    lacking = {
        "surface": roads.surface == "",
        "width": np.isnan(roads.width),
        "condition": roads.condition == 0,
        "level": roads.level == 0,
    }
    surface = np.where(lacking["surface"], defaults["surface"], roads.surface)
    number = np.array([SURFACES[name] for name in surface.tolist()], dtype=np.int64)
    usual = {
        "width": _of(defaults["width_m"], classes, float),
        "condition": _of(defaults["condition"], surface.tolist(), int),
        "level": _of(defaults["level"], classes, int),
    }
    count = len(roads.length)
    every = np.ones(count, dtype=bool)
    assumed = lacking | dict.fromkeys(("road_class", "terrain", "temperature", "moisture", "growth"), every)
    return (
        Sections(
            length=roads.length,
            width=np.where(lacking["width"], usual["width"], roads.width),
            lanes=np.zeros(count, dtype=np.int64),
            road_class=_of(defaults["road_class"], classes, int),
            terrain=_of(defaults["terrain"], roads.region.tolist(), int),
            temperature=np.full(count, defaults["temperature"]),
            moisture=np.full(count, defaults["moisture"]),
            surface=number,
            condition=np.where(lacking["condition"], usual["condition"], roads.condition),
            iri=np.full(count, np.nan),
            age=np.zeros(count, dtype=np.int64),
            structural=np.full(count, np.nan),
            aadt=np.full((count, VEHICLES), np.nan),
            level=np.where(lacking["level"], usual["level"], roads.level),
            growth=np.full(count, defaults["growth"]),
        ),
        assumed,
    )


def _of(table: Mapping[str, Any], names: Sequence[str], kind: type) -> np.ndarray:
    return np.array([table[name] for name in names], dtype=kind)


def with_hardening(
    tables: Tables, defaults: Mapping[str, Any], costs: Mapping[str, Any]
) -> tuple[Tables, dict[str, int]]:
    """Return tables with a work more for each way villages harden roads, and its number by road class.

    The model's own upgrades make roads 7 m wide; a village builds 2 to 3.5 m of concrete. costs:
    `fixtures/planning/road-costs.json`. The width is read from a treatment's code ("concrete_3.0m_…").
    """
    works, numbers = tables.works, {}
    by_code = {row["code"]: row for row in costs["treatments"]}
    added: list[tuple[str, float, float]] = []
    for road_class, code in defaults["hardening"].items():
        width = float(re.findall(r"_(\d+(?:\.\d+)?)m", code)[0])
        # Thousand VND a square metre, as the tables price works.
        added.append((code, width, by_code[code]["vnd_per_km"] / (1000 * width) / 1000))
        numbers[road_class] = len(works.code) + len(added)
    many = len(added)
    more = replace(
        works,
        code=(*works.code, *(code for code, _width, _cost in added)),
        name=(*works.name, *(code for code, _width, _cost in added)),
        kind=(*works.kind, *["Upgrade"] * many),
        cost=np.concatenate([works.cost, np.repeat(floats([[cost] for _c, _w, cost in added]), 3, axis=1)]),
        iri=np.concatenate([works.iri, np.full(many, float(defaults["hardening_iri"]))]),
        lanes=np.concatenate([works.lanes, np.ones(many, dtype=np.int64)]),
        width=np.concatenate([works.width, floats([width for _c, width, _cost in added])]),
        surface=np.concatenate([works.surface, np.full(many, SURFACES["concrete"])]),
        strength=np.concatenate([works.strength, np.zeros(many)]),
        structural=np.concatenate([works.structural, np.full(many, np.nan)]),
        # Concrete is repaired as the tables repair it.
        repair=np.concatenate([works.repair, np.full(many, works.repair[works.code.index("C-R")])]),
        period=np.concatenate([works.period, np.full(many, works.period[works.code.index("C-R")])]),
    )
    return replace(tables, works=more), numbers
