"""From an inventory of roads to the sections of the model: what is recorded, and what stands in where nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, floats, ints

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
    """Return tables with a work more for each way villages harden roads, and its number by the treatment's code.

    The model's own upgrades make roads 7 m wide; a village builds 2 to 3.5 m. costs:
    `fixtures/planning/road-costs.json`, of which those treatments harden that leave no soft surface.
    """
    works = tables.works
    rows = [row for row in costs["treatments"] if row["surface"] not in SOFT]
    # A surface lasts and is repaired as that of the model's own upgrade to it.
    surface = ints([SURFACES[row["surface"]] for row in rows])
    upgrade = ints([_upgrade(tables, number) for number in surface.tolist()])
    width = floats([row["width_m"] for row in rows])
    # Thousand VND a square metre, as the tables price works.
    cost = floats([row["vnd_per_km"] for row in rows]) / (1000 * width) / 1000
    rough = np.where(surface == SURFACES["concrete"], float(defaults["hardening_iri"]), works.iri[upgrade])
    codes = tuple(row["code"] for row in rows)
    numbers = {code: len(works.code) + at for at, code in enumerate(codes, 1)}
    more = replace(
        works,
        code=(*works.code, *codes),
        name=(*works.name, *codes),
        kind=(*works.kind, *["Upgrade"] * len(rows)),
        cost=np.concatenate([works.cost, np.repeat(cost[:, None], 3, axis=1)]),
        iri=np.concatenate([works.iri, rough]),
        lanes=np.concatenate([works.lanes, np.ones(len(rows), dtype=np.int64)]),
        width=np.concatenate([works.width, width]),
        surface=np.concatenate([works.surface, surface]),
        **{
            name: np.concatenate([getattr(works, name), getattr(works, name)[upgrade]])
            for name in ("strength", "structural", "repair", "period")
        },
    )
    return replace(tables, works=more), numbers


def _upgrade(tables: Tables, surface: int) -> int:
    """Return the number, from 0, of the model's upgrade to a surface."""
    works = tables.works
    return next(at for at, kind in enumerate(works.kind) if kind == "Upgrade" and works.surface[at] == surface)
