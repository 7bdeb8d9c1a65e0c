"""What each road segment is like: surface, since when, width, passability, so that shares come out as in the facts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from .facts import MARK, chance, facts
from .grid import Floats, in_degrees
from .network import Segment
from .settlement import Hamlet, Land

Row = dict[str, Any]

#: Surface width and base width in metres.
WIDTHS = {"commune": (3.5, 5.5), "village": (3.0, 4.5), "urban": (5.5, 7.5), "lane": (2.0, 2.8), "field": (2.5, 3.5)}
HARD = {
    "commune": ["concrete", "concrete", "surface_treated", "asphalt"],
    "village": ["concrete", "concrete", "concrete", "concrete", "crushed_stone"],
    "urban": ["asphalt", "concrete", "concrete"],
    "lane": ["concrete", "concrete", "concrete", "brick_stone"],
    "field": ["concrete", "crushed_stone"],
}
AS_OF = date(2018, 12, 31)
NEVER = 9999


@dataclass(frozen=True)
class Piece:
    """A segment with the hamlet it lies in and its length in metres."""

    segment: Segment
    hamlet: Hamlet
    length: float


def road_rows(land: Land, segments: list[Segment], seed: int) -> list[Row]:
    """Return the rows of all segments, `unit` being the code of their hamlet."""
    by_label = {hamlet.label: hamlet for hamlet in land.hamlets}
    pieces = [Piece(part, by_label[part.label], float(part.line.length)) for part in segments if part.label]
    lines = in_degrees(_near_misses([piece.segment.line for piece in pieces], pieces, seed))
    hardened, clean, passable = _states(pieces, land, seed)
    random = chance(seed, "road rows")
    rows = [
        _row(piece, hardened[i], clean[i], passable[i], random) | {"geom": line}
        for i, (piece, line) in enumerate(zip(pieces, lines, strict=True))
    ]
    _blemish(rows, pieces, random)
    return rows


def _states(pieces: list[Piece], land: Land, seed: int) -> tuple[list[int], list[bool], list[bool]]:
    """Return for each piece the year it was hardened, whether it stays clean, and whether a car passes in the rain."""
    known = facts("roads")
    toil = _toil(pieces, land, seed)
    hardened, clean, passable = [NEVER] * len(pieces), [True] * len(pieces), [True] * len(pieces)
    groups: dict[tuple[str, str], list[int]] = {}
    for i, piece in enumerate(pieces):
        share_of = piece.hamlet.commune if piece.hamlet.rural else "ward"
        groups.setdefault((share_of, piece.segment.road_class), []).append(i)
    for (share_of, road_class), members in groups.items():
        shares = known["shares"][share_of].get(road_class)
        if shares is None:
            for i in members:
                hardened[i] = 2010
            continue
        members.sort(key=lambda i: toil[i])
        length = np.array([pieces[i].length for i in members])
        # By the middle of each piece, so that a long one goes to the side where most of it lies.
        place = (np.cumsum(length) - length / 2) / length.sum()
        years = sorted((int(year), share) for year, share in shares.items() if year.isdigit())
        for i, at in zip(members, place, strict=True):
            hardened[i] = next((year for year, share in years if at < share), NEVER)
            clean[i] = at < shares.get("clean", 1.0)
            passable[i] = at < shares["car"] if "car" in shares else hardened[i] != NEVER
    return hardened, clean, passable


def _toil(pieces: list[Piece], land: Land, seed: int) -> Floats:
    """Return how late the turn of each piece comes: far from the centre later, some hamlets late in everything."""
    known, random = facts("roads"), chance(seed, "turns")
    middles = {row["code"]: row["centre"] for row in facts("units")["communes"]}
    centre = shapely.points([middles[piece.hamlet.commune] for piece in pieces])
    middle = in_degrees(shapely.line_interpolate_point([piece.segment.line for piece in pieces], 0.5, normalized=True))
    far = shapely.distance(centre, middle) * 100
    luck = {hamlet.name: float(random.normal(0, 1.2)) for hamlet in land.hamlets} | known["turn"]
    return far + np.array([luck[piece.hamlet.name] for piece in pieces]) + random.normal(0, 1.5, len(pieces))


def _row(piece: Piece, hardened: int, clean: bool, passable: bool, random: np.random.Generator) -> Row:
    road_class, hamlet = piece.segment.road_class, piece.hamlet
    passing = {road["road_class"]: road for road in facts("roads")["passing"]}
    done = hardened != NEVER
    surface = str(random.choice(HARD[road_class])) if road_class in HARD else passing[road_class]["surface"]
    width, base = WIDTHS.get(road_class, (passing.get(road_class, {}).get("width_m", 5.5), 9.0))
    narrow = float(np.round(random.choice([0.0, 0.0, -0.5, 0.5]), 1)) if road_class in HARD else 0.0
    condition = min(5, 1 + (AS_OF.year - hardened) // 3) if done else int(random.integers(3, 6))
    wet = "car" if passable else "motorbike" if random.random() < 0.75 else "none"
    return {
        "unit": hamlet.code,
        "name": _name(piece),
        "road_class": road_class,
        "surface": surface if done else "earth",
        "hardened_year": hardened if done else None,
        "width_m": width + narrow,
        "base_width_m": base + narrow,
        "condition": condition,
        "wet_access": wet,
        "muddy": not clean,
        "vpromms_id": "",
        "source": MARK,
        "as_of": AS_OF,
    }


def _name(piece: Piece) -> str:
    hamlet, way = piece.hamlet, piece.segment.way
    place = f"{hamlet.title} {hamlet.name}".strip()
    named = {road["road_class"]: road["name"] for road in facts("roads")["passing"]}
    match piece.segment.road_class:
        case "commune":
            commune = next(row for row in facts("units")["communes"] if row["code"] == hamlet.commune)
            return f"Đường xã {commune['name']}"
        case "village":
            return f"Đường trục {place}"
        case "urban":
            return f"Đường {place}"
        case "lane":
            return f"Ngõ {way % 90 + 1}, {place}"
        case "field":
            return f"Đường nội đồng {place}"
        case other:
            return named[other]


def _near_misses(lines: list[shapely.LineString], pieces: list[Piece], seed: int) -> list[shapely.LineString]:
    """Let a few lanes of the wards end some metres short of their junction, as drawn maps do."""
    random = chance(seed, "near misses")
    lanes = [i for i, piece in enumerate(pieces) if piece.segment.road_class == "lane" and not piece.hamlet.rural]
    for i in random.choice(lanes, facts("roads")["defects"]["near_misses"], replace=False):
        points = shapely.get_coordinates(lines[i])
        ahead = points[1] - points[0]
        points[0] += ahead * min(0.5, 8.0 / np.hypot(*ahead))
        lines[i] = shapely.linestrings(points)
    return lines


def _blemish(rows: list[Row], pieces: list[Piece], random: np.random.Generator) -> None:
    """Leave gaps and slips as inventories have them: surfaces not recorded, a space too many in a name."""
    defects = facts("roads")["defects"]
    earth_lanes = [i for i, piece in enumerate(pieces) if not piece.hamlet.rural and rows[i]["surface"] == "earth"]
    for i in random.choice(earth_lanes, defects["surfaces_missing"], replace=False):
        rows[i]["surface"] = ""
    for i in random.choice(len(rows), defects["stray_spaces"], replace=False):
        rows[i]["name"] = rows[i]["name"].replace(" ", "  ", 1) + " "
    for i, piece in enumerate(pieces):
        if piece.segment.road_class == "village" and piece.hamlet.name in defects["unsurveyed_hamlets"]:
            rows[i] |= {"surface": "", "hardened_year": None, "condition": None}
            rows[i]["muddy"] = None if rows[i]["road_class"] != "lane" else rows[i]["muddy"]
