"""Units of the sample: province, city, communes, hamlets, and what became of them in 2025."""

from datetime import date

import numpy as np
import shapely
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from layers.models import Succession, Unit

from .facts import chance, facts, source_of
from .grid import Floats, in_degrees, to_degrees, to_metres
from .partition import as_multi, curve
from .settlement import Land

REGION = "TDMNPB"


def store_units(land: Land, seed: int) -> dict[str, Unit]:
    """Store every unit and return those of before the reform by code."""
    known = facts("units")
    shapes = in_degrees(np.array([land.outlines[hamlet.label] for hamlet in land.hamlets]))
    of_commune = {
        commune["code"]: as_multi(
            shapely.union_all([s for s, h in zip(shapes, land.hamlets, strict=True) if h.commune == commune["code"]])
        )
        for commune in known["communes"]
    }
    city_shape = as_multi(shapely.union_all(list(of_commune.values())))
    province = _make(known["province"], "province", None, _province(known["province"], city_shape, seed))
    city = _make(known["city"], "district", province, city_shape)
    dates = {"valid_from": known["city"]["valid_from"], "valid_to": known["city"]["valid_to"]}
    units = {row["code"]: _make(dates | row, "commune", city, of_commune[row["code"]]) for row in known["communes"]}
    units |= {province.code: province, city.code: city}
    for hamlet, shape in zip(land.hamlets, shapes, strict=True):
        commune = next(row for row in known["communes"] if row["code"] == hamlet.commune)
        row = {"code": hamlet.code, "title": hamlet.title, "name": hamlet.name, "valid_from": dates["valid_from"],
               "point": to_degrees(land.centre(hamlet))[0].tolist(),
               "source": known["hamlets"].get(commune["code"], {}).get("source", "")}  # fmt: skip
        units[hamlet.code] = _make(row, "hamlet", units[hamlet.commune], as_multi(shape))
    _reform(units, of_commune, city_shape, seed)
    return units


def _make(row: dict, kind: str, parent: Unit | None, shape: shapely.MultiPolygon) -> Unit:
    surveyed = row["name"] in facts("units")["surveyed_hamlets"]
    x, y = row.get("point") or row.get("centre") or shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    unit = Unit.objects.create(
        code=row["code"],
        kind=kind,
        title=row.get("title", ""),
        name=row["name"],
        parent=parent,
        region=REGION,
        rural=row.get("rural", False),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
        point=Point(float(x), float(y), srid=4326),
        geom=_stored(shape),
        boundary="surveyed" if surveyed else "provisional",
        source=source_of("units", row.get("source", "")),
        as_of=date.fromisoformat(row["valid_from"]),
    )
    unit.refresh_from_db(fields=["path"])
    return unit


def _stored(shape: shapely.MultiPolygon) -> MultiPolygon:
    """Return a shape of Shapely as one of the store."""
    parts = [Polygon(*(list(ring.coords) for ring in (part.exterior, *part.interiors))) for part in shape.geoms]
    return MultiPolygon(parts, srid=4326)


def _province(row: dict, city: shapely.MultiPolygon, seed: int) -> shapely.MultiPolygon:
    """Return a province's rough outline, its straight lines broken up; never without the city."""
    return as_multi(shapely.union_all([_rough(to_metres(row["outline"]), seed, row["code"]), city]))


def _rough(corners: Floats, seed: int, code: str) -> shapely.Polygon:
    random = chance(seed, "province", code)
    points = np.vstack((corners, corners[:1]))
    for size in (2500.0, 1200.0, 600.0):
        middles = (points[:-1] + points[1:]) / 2 + random.normal(0, size, (len(points) - 1, 2))
        points = np.vstack((np.stack((points[:-1], middles), axis=1).reshape(-1, 2), points[-1:]))
    ring = shapely.polygons(shapely.get_coordinates(curve(shapely.linestrings(points), 1, 0.0)))
    return in_degrees(shapely.get_parts(shapely.make_valid(ring))[0])


def _reform(
    units: dict[str, Unit], shapes: dict[str, shapely.MultiPolygon], city: shapely.MultiPolygon, seed: int
) -> None:
    """Store the units of 1 July 2025 and what each came from."""
    reform = facts("units")["reform"]
    day, source = date.fromisoformat(reform["on"]), source_of("units", reform["source"])
    common = {"valid_from": reform["on"], "source": reform["source"]}
    province = _make(common | reform["province"], "province", None, _province(reform["province"], city, seed))
    Succession.objects.create(predecessor=units["06"], successor=province, on=day, source=source)
    for row in reform["communes"]:
        shape = shapely.union_all([shapes[code] for code in row["from"]])
        if "beyond" in row:
            beyond = shapely.difference(_rough(to_metres(row["beyond"]), seed, row["code"]), city)
            shape = max(shapely.get_parts(shapely.union(shape, beyond)), key=lambda part: part.area)
        unit = _make(common | row, "commune", province, as_multi(shape))
        for code in row["from"]:
            Succession.objects.create(predecessor=units[code], successor=unit, on=day, source=source)
