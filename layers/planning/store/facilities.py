"""Facilities to build, and support to give, that turn criteria: a work for each school, hamlet or commune."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from layers.criteria.measures import MEASURES, SOURCES
from layers.models import Facility, Review, Unit
from layers.planning.plans.case import FacilityWork, Indicator

from .criteria import declared
from .network import MEMBERS
from .region import Region

NOBODY = (0.0, 0.0, 0.0, 0.0)


def read_facility_works(
    region: Region, indicators: Sequence[Indicator], costs: Mapping[str, Any]
) -> tuple[FacilityWork, ...]:
    """Return the works of the table of costs that raise an indicator which is not met, sorted by key."""
    short = {(each.commune, each.measure) for each in indicators if each.status != "m" and each.measure}
    makers = {"facility": _facilities, "hamlet": _hamlets, "household": _households, "commune": _whole}
    found = [work for row in costs["works"] for work in makers[row["per"]](region, row)]
    return tuple(sorted((work for work in found if (work.commune, work.measure) in short), key=lambda work: work.key))


def _work(
    region: Region, row: Mapping[str, Any], unit: Unit, name: str, place: Point | None, **more: Any
) -> FacilityWork:
    xy = np.zeros(2)
    if place is not None:
        at = np.array([shapely.Point(place.x, place.y)], dtype=object)
        xy = shapely.get_coordinates(region.metres.project(at))[0]
    fields = {
        "key": f"{row['code']}:{unit.code}",
        "kind": row["code"],
        "name": name,
        "subject": "",
        "commune": int(region.commune_of([unit.path])[0]),
        "hamlet": unit.code,
        "measure": row.get("measure") or declared(row["indicator"]),
        "credit": 1.0,
        "price": float(row["vnd"]),
        "people_pct": float(row["people_pct"]),
        "x": round(float(xy[0]), 1),
        "y": round(float(xy[1]), 1),
        "counts": NOBODY,
    }
    return FacilityWork(**{**fields, **more})


def _facilities(region: Region, row: Mapping[str, Any]) -> Iterable[FacilityWork]:
    """Schools that are not up to the standard, or of which that is not known."""
    lacking = MEASURES[row["measure"]].lacking(region.year).filter(region.within("unit__path"), level=row["level"])
    for school in Facility.objects.filter(pk__in=lacking.values("pk")).select_related("unit").order_by("uid"):
        name = school.name or f"{row['vi']} {school.unit.name}"
        yield _work(
            region, row, school.unit, name, school.geom, key=f"{row['code']}:{school.uid}", subject=str(school.uid)
        )


def _hamlets(region: Region, row: Mapping[str, Any]) -> Iterable[FacilityWork]:
    measure = MEASURES[row["measure"]]
    lacking = measure.lacking(region.year).filter(region.within(SOURCES[measure.source].path))
    served = _served(Review.objects.filter(region.within("unit__path"), year=region.year))
    for hamlet in lacking.order_by("path"):
        yield _work(region, row, hamlet, f"{row['vi']} {hamlet}", hamlet.point, counts=served.get(hamlet.pk, NOBODY))


def _households(region: Region, row: Mapping[str, Any]) -> Iterable[FacilityWork]:
    """Support for the households of a hamlet that lack something, or of which that is not known: all of them."""
    lacking = MEASURES[row["measure"]].lacking(region.year).filter(region.within("unit__path"))
    served = _served(lacking)
    for unit in Unit.objects.filter(pk__in=served).order_by("path"):
        many = served[unit.pk][0]
        yield _work(
            region, row, unit, f"{row['vi']}, {unit}", unit.point,
            credit=many, price=many * float(row["vnd"]), counts=served[unit.pk],
        )  # fmt: skip


def _whole(region: Region, row: Mapping[str, Any]) -> Iterable[FacilityWork]:
    for commune in region.communes:
        yield _work(region, row, commune, f"{row['vi']}, {commune}", commune.point)


def _served(reviews: Any) -> dict[int, tuple[float, float, float, float]]:
    """Return households, poor ones, persons and poor persons of some reviews, by the unit they lived in."""
    persons = Coalesce("household__members", MEMBERS)
    rows = reviews.values("unit").annotate(
        homes=Count("pk"),
        poor=Count("pk", filter=Q(category="poor")),
        people=Sum(persons),
        poor_people=Sum(persons, filter=Q(category="poor"), default=0),
    )
    return {
        row["unit"]: (float(row["homes"]), float(row["poor"]), float(row["people"]), float(row["poor_people"]))
        for row in rows
    }
