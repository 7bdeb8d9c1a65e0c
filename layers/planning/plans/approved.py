"""Works of plans that are approved already, counted as built: nothing is paid for twice, and what they win is won."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from layers.planning.arrays import Floats, Ints, ints

from .case import Approved, Case, Commune, Indicator, RoadRows
from .goals import MET, ROUNDING, lacking

#: By the indicator's commune and measure, the metres or facilities that approved works add.
Added = Mapping[tuple[int, str], float]


def as_built(case: Case) -> Case:
    """Return a case as it will be once its approved works are built. What is left to choose keeps its keys."""
    if not case.approved:
        return case
    stretches = _stretches(case)
    keys = {work.key for work in case.approved}
    done = [each for each in case.facilities if each.key in keys]
    added: dict[tuple[int, str], float] = defaultdict(float)
    for each in done:
        added[each.commune, each.measure] += each.credit
    built = _with_roads(case, stretches, added)
    indicators = tuple(_raised(each, added) for each in case.indicators)
    return replace(
        built,
        facilities=tuple(each for each in case.facilities if each.key not in keys),
        indicators=indicators,
        communes=tuple(_judged(number, each, indicators) for number, each in enumerate(case.communes)),
    )


def _stretches(case: Case) -> dict[int, Approved]:
    """Return the stretches that approved works harden, by their number: those whose middle lies on one."""
    roads = {uid: number for number, uid in enumerate(case.roads.uid.tolist())}
    order = np.argsort(case.edges.road, kind="stable")
    sorted_roads = case.edges.road[order]
    found: dict[int, Approved] = {}
    for work in case.approved:
        if work.subject in roads and work.treatment:
            first, last = np.searchsorted(sorted_roads, [roads[work.subject], roads[work.subject] + 1])
            found |= dict.fromkeys(_on(case, order[first:last], work), work)
    return found


def _on(case: Case, edges: Ints, work: Approved) -> list[int]:
    """Return those of a road's stretches that a work covers; a gap that a repair bridges lies nowhere on the road."""
    start, stop, bridged = case.edges.start[edges], case.edges.stop[edges], case.edges.added[edges] > 0
    middle = (start + stop) / 2
    covered = np.where(bridged, work.start == work.stop, (work.start < middle) & (middle < work.stop))
    return [int(edge) for edge in edges[covered]]


def _with_roads(case: Case, stretches: Mapping[int, Approved], added: dict[tuple[int, str], float]) -> Case:
    """Return a case whose built stretches lie on rows of their own, as their roads are then; add what that counts."""
    treatments: dict[str, dict[str, Any]] = {row["code"]: row for row in case.costs["treatments"]}
    roads, of = case.roads, case.edges.road.copy()
    rows: dict[tuple[int, str], int] = {}
    for edge, work in stretches.items():
        road = int(case.edges.road[edge])
        of[edge] = rows.setdefault((road, work.treatment), len(roads.uid) + len(rows))
        if _counts(treatments, work.treatment, roads.lacks[road]):
            added[int(roads.commune[road]), roads.lacks[road]] += float(case.metres[edge])
    if not rows:
        return case
    copies = ints([road for road, _code in rows])
    lacks = ["" if _counts(treatments, code, roads.lacks[road]) else roads.lacks[road] for road, code in rows]
    surfaces = [treatments.get(code, {}).get("surface", "concrete") for _road, code in rows]
    made = {
        "lacks": np.array(lacks, dtype=object),
        "surface": np.array(surfaces, dtype=object),
        "wet_access": np.full(len(rows), "car", dtype=object),
        "hardened": np.ones(len(rows), dtype=np.int64),
    }
    columns = {each.name: _joined(roads, each.name, copies, made) for each in fields(RoadRows)}
    return replace(case, roads=RoadRows(**columns), edges=replace(case.edges, road=of))


def _joined(roads: RoadRows, name: str, copies: Ints, made: Mapping[str, np.ndarray]) -> np.ndarray:
    column: Floats = getattr(roads, name)
    return np.concatenate([column, made.get(name, column[copies])])


def _counts(treatments: Mapping[str, Mapping[str, Any]], code: str, measure: str) -> bool:
    """Tell whether a treatment makes good what a road lacks. A bridge or culvert makes good whatever it stood for."""
    return bool(measure) and (code not in treatments or measure in treatments[code]["counts"])


def _raised(indicator: Indicator, added: Added) -> Indicator:
    more = added.get((indicator.commune, indicator.measure), 0.0)
    raised = replace(indicator, numerator=indicator.numerator + more)
    return replace(raised, status=MET) if more and lacking(raised) <= ROUNDING else raised


def _judged(number: int, commune: Commune, indicators: tuple[Indicator, ...]) -> Commune:
    """Return a commune with those of its criteria met all of whose indicators are."""
    statuses = list(commune.statuses)
    mine = [each for each in indicators if each.commune == number]
    for criterion in {each.criterion for each in mine}:
        if criterion <= len(statuses) and all(each.status == MET for each in mine if each.criterion == criterion):
            statuses[criterion - 1] = MET
    return replace(commune, statuses="".join(statuses))
