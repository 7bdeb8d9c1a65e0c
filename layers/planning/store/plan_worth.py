"""The works of a plan in the cost-benefit model: what is recorded of their roads, and what they are worth together.

Kept with the plan as it was read, so that the same figures can be worked out from it a year later. Only traffic
counts in the model: it stands beside the plan and decides nothing in it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np

from layers.models import Road
from layers.planning.appraisal.inventory import SOFT, Inventory, sections_of
from layers.planning.appraisal.sections import Sections, filled
from layers.planning.appraisal.together import Together, together
from layers.planning.arrays import Bools, floats, ints

from .worth import documents, regions_of

#: By how many levels of traffic the plan is tried lower and busier than assumed; the model has levels 1 to 15.
LEVELS, LOWEST, HIGHEST = (-1, 1, 2, 4), 1, 15
#: What is told of each work, as the model read it.
TOLD = ("length", "width", "surface", "condition", "level", "iri", "road_class", "terrain")

Row = dict[str, Any]


def appraise_plan(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the appraisal of a plan's answer (`planning.plans.answer`), from the rows of its roads as they are now."""
    return appraised(*read_works(document))


def read_works(document: Mapping[str, Any]) -> tuple[list[Row], dict[str, dict[str, int]]]:
    """Return what is recorded of the road under each work, and by reason how many works are left out at what cost.

    A facility carries no traffic, a bridge changes no surface; a road that has been hardened or removed since the
    plan's inputs were read has no base case any more.
    """
    hardening = documents()[2]
    works = [work for package in document["packages"] for work in package["works"]]
    roads = _roads({UUID(work["subject"]) for work in works if work["kind"] == "road"})
    regions = regions_of({road["unit__path"] for road in roads.values()})
    rows: list[Row] = []
    left: dict[str, dict[str, int]] = {}
    for work in works:
        road = roads.get(UUID(work["subject"])) if work["subject"] else None
        reason = _left_out(work, road, hardening)
        if reason or road is None:
            told = left.setdefault(reason, {"works": 0, "cost": 0})
            told["works"], told["cost"] = told["works"] + 1, told["cost"] + work["cost"]
            continue
        rows.append(
            {name: work[name] for name in ("key", "treatment", "cost", "length_m")}
            | {name: road[name] for name in ("width_m", "surface", "condition", "road_class")}
            | {"region": regions[road["unit__path"]]}
        )
    return rows, left


def _left_out(work: Mapping[str, Any], road: Mapping[str, Any] | None, hardening: Mapping[str, int]) -> str:
    if work["kind"] != "road":
        return "facility"
    if work["treatment"] not in hardening:
        return "structure"
    return "" if road is not None and road["surface"] in (*SOFT, "") else "changed"


def _roads(uids: set[UUID]) -> dict[UUID, Row]:
    fields = ("uid", "width_m", "surface", "condition", "road_class", "unit__path")
    return {row["uid"]: row for row in Road.objects.filter(uid__in=uids).values(*fields)}


def appraised(rows: Sequence[Row], left: Mapping[str, Any]) -> dict[str, Any]:
    """Return the appraisal of works as they were read: all together, each, and with other traffic."""
    defaults, tables, hardening = documents()
    sections, assumed = sections_of(_inventory(rows), defaults)
    complete, stood_in = filled(tables, sections)
    work, cost = ints([hardening[row["treatment"]] for row in rows]), floats([row["cost"] for row in rows])
    whole = together(tables, sections, work, cost)
    return {
        "model": "RoADS v1.00",
        "years": tables.years,
        "rate": tables.discount_rate,
        "economic_factor": tables.economic_factor,
        "growth": defaults["growth"],
        "growth_rate": float(tables.growth[defaults["growth"] - 1][0]),
        "inputs": list(rows),
        "left_out": dict(left),
        **_figures(whole),
        "net_benefits": [round(value) for value in whole.net_benefits.tolist()],
        "works": list(_works(complete, {**stood_in, **assumed}, whole)),
        "busier": [
            {"levels": more, **_figures(together(tables, _busier(complete, more), work, cost))} for more in LEVELS
        ],
    }


def _busier(sections: Sections, levels: int) -> Sections:
    """Return complete sections with the traffic of another level; the pavement's strength goes with it."""
    level = np.clip(sections.level + levels, LOWEST, HIGHEST)
    unknown = np.full(len(level), np.nan)
    return replace(sections, level=level, aadt=np.full_like(sections.aadt, np.nan), structural=unknown)


def _inventory(rows: Sequence[Row]) -> Inventory:
    return Inventory(
        length=floats([row["length_m"] for row in rows]),
        width=floats([np.nan if row["width_m"] is None else row["width_m"] for row in rows]),
        road_class=np.array([row["road_class"] for row in rows], dtype=object),
        surface=np.array([row["surface"] for row in rows], dtype=object),
        condition=ints([row["condition"] or 0 for row in rows]),
        region=np.array([row["region"] for row in rows], dtype=object),
        level=np.zeros(len(rows), dtype=np.int64),
    )


def _figures(found: Together) -> dict[str, Any]:
    return {
        "cost": round(found.cost),
        "npv": round(found.npv),
        "npv_per_cost": round(found.npv_per_cost, 3) if math.isfinite(found.npv_per_cost) else None,
        "eirr": round(found.eirr, 4) if math.isfinite(found.eirr) else None,
        "sign_changes": found.sign_changes,
    }


def _works(complete: Sections, assumed: Mapping[str, Bools], found: Together) -> Iterator[Row]:
    """Tell of each work what the model read, which of it was assumed, and what the work alone is worth."""
    vehicles = complete.aadt.sum(axis=1).tolist()
    for at, npv in enumerate(found.npvs.tolist()):
        yield {
            **{name: getattr(complete, name)[at].item() for name in TOLD},
            "vehicles": round(vehicles[at]),
            "defaults": sorted(name for name, mask in assumed.items() if mask[at]),
            "npv": round(npv),
        }
