"""Facilities and waste sites: schools by level, culture houses, stations, markets, kilns, collection points."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely

from .facts import MARK, chance, facts
from .grid import Floats, in_degrees, to_metres
from .settlement import Hamlet, Land

Row = dict[str, Any]
AS_OF = date(2018, 12, 31)


def facility_rows(land: Land, seed: int) -> list[Row]:
    """Return the facilities of every commune and hamlet, `unit` being a unit's code."""
    known = facts("facilities")
    rows = []
    for commune in facts("units")["communes"]:
        random = chance(seed, "facilities", commune["code"])
        unit = f"{commune['title']} {commune['name']}"
        for item in known["of_commune"]:
            if commune["code"] in item.get("only", [commune["code"]]):
                name = item["name"].format(unit=unit, name=commune["name"])
                rows.append(_facility(land, commune, item | {"name": name}, random))
        rows += [_facility(land, commune, item, random) for item in known["more"] if item["commune"] == commune["code"]]
    return rows + _culture_houses(land, known["culture_houses"], seed)


def _of(value: object, code: str) -> Any:
    """Return a commune's own value where the facts tell communes apart."""
    return value.get(code, value["*"]) if isinstance(value, dict) else value


def _facility(land: Land, commune: dict, item: dict, random: np.random.Generator) -> Row:
    middle = to_metres(commune["centre"])[0]
    hamlet, place = _spot(land, commune["code"], middle, 260, random)
    standard = _of(item.get("standard"), commune["code"])
    return {
        "unit": hamlet.code,
        "name": item["name"],
        "kind": item["kind"],
        "level": item.get("level", ""),
        "standard": standard,
        "standard_year": _of(item.get("standard_year"), commune["code"]) if standard else None,
        "opened_year": int(random.integers(1975, 2008)),
        "geom": place,
        "source": MARK,
        "as_of": AS_OF,
    }


def _culture_houses(land: Land, known: dict, seed: int) -> list[Row]:
    random, rows = chance(seed, "culture houses"), []
    for hamlet in land.hamlets:
        if hamlet.name in known["hamlets_without"] or (not hamlet.rural and random.random() > known["ward_share"]):
            continue
        _, place = _spot(land, hamlet.commune, land.centre(hamlet), 70, random, hamlet)
        built = int(random.integers(2003, 2017))
        rows.append(
            {
                "unit": hamlet.code,
                "name": f"Nhà văn hóa {hamlet.title} {hamlet.name}".replace("  ", " "),
                "kind": "culture_house",
                "level": "",
                "standard": None if hamlet.name in known["not_inspected"] else bool(random.random() < 0.55),
                "standard_year": None,
                "opened_year": built,
                "geom": place,
                "source": MARK,
                "as_of": AS_OF,
            }
        )
    return rows


def _spot(
    land: Land, commune: str, middle: Floats, spread: float, random: np.random.Generator, only: Hamlet | None = None
) -> tuple[Hamlet, shapely.Point]:
    """Return a place near `middle` that lies in the commune (or the hamlet), and the hamlet that it lies in."""
    for _ in range(400):
        place = middle + random.normal(0, spread / 2, 2)
        label = int(land.labels.ravel()[land.grid.cells(place.reshape(1, 2))[0]])
        hamlet = land.hamlets[label - 1]
        point = shapely.points(place)
        fits = hamlet is only or (only is None and hamlet.commune == commune)
        if label and fits and shapely.contains(land.outlines[label], point):
            return hamlet, in_degrees(point)
    hamlet = only or next(h for h in land.hamlets if h.commune == commune)
    return hamlet, in_degrees(shapely.point_on_surface(land.outlines[hamlet.label]))


def waste_rows(land: Land, counts: dict[int, int], seed: int) -> list[Row]:
    """Return kilns of household groups, collection points, pesticide tanks and the landfill."""
    known, random = facts("facilities")["waste"], chance(seed, "waste")
    return [
        *_kilns(land, known, counts, random),
        *_commune_sites(land, known, random),
        *_pesticide_tanks(land, known, random),
    ]


def _kilns(land: Land, known: dict, counts: dict[int, int], random: np.random.Generator) -> Iterator[Row]:
    fewest, most = known["kiln_households"]
    for hamlet in land.hamlets:
        for _ in range(round(counts[hamlet.label] * known["kilns_per_household"].get(hamlet.name, 0))):
            yield _site(land, hamlet.commune, land.centre(hamlet), 450, random, hamlet) | {
                "kind": "group_kiln",
                "name": f"Lò đốt rác nhóm hộ, {hamlet.title} {hamlet.name}",
                "households_served": int(random.integers(fewest, most + 1)),
                "opened_year": int(random.integers(2014, 2018)),
            }


def _commune_sites(land: Land, known: dict, random: np.random.Generator) -> Iterator[Row]:
    communes = {row["code"]: row for row in facts("units")["communes"]}
    for code in known["transfer"]:
        unit = f"{communes[code]['title']} {communes[code]['name']}"
        yield _site(land, code, to_metres(communes[code]["centre"])[0], 500, random) | {
            "kind": "transfer",
            "name": f"Điểm tập kết rác {unit}",
            "opened_year": 2013,
        }
    field = known["landfill"]
    far_end = to_metres(communes[field["commune"]]["seeds"])[3]
    yield _site(land, field["commune"], far_end, 300, random) | {
        "kind": "landfill",
        "name": field["name"],
        "opened_year": field["opened_year"],
    }


def _pesticide_tanks(land: Land, known: dict, random: np.random.Generator) -> Iterator[Row]:
    for code, many in known["pesticide_tanks"].items():
        for hamlet in [hamlet for hamlet in land.hamlets if hamlet.commune == code][:many]:
            yield _site(land, code, land.centre(hamlet), 500, random, hamlet) | {
                "kind": "pesticide_tank",
                "name": f"Bể thu gom bao gói thuốc bảo vệ thực vật, {hamlet.title} {hamlet.name}",
                "opened_year": 2016,
            }


def _site(
    land: Land, commune: str, middle: Floats, spread: float, random: np.random.Generator, only: Hamlet | None = None
) -> Row:
    hamlet, place = _spot(land, commune, middle, spread, random, only)
    return {
        "unit": hamlet.code,
        "name": "",
        "kind": "",
        "households_served": None,
        "opened_year": None,
        "geom": place,
        "source": MARK,
        "as_of": AS_OF,
    }
