"""The rows that measures count, as they stood at the end of a year, and how each names its unit."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from layers.models import Facility, Review, Road, Statistic, Unit
from layers.models.facilities import FacilityKind
from layers.models.roads import PAVED, surface_in


@dataclass(frozen=True)
class Source:
    """`rows` are those of a year; `unit` and `path` are the ORM names of their unit's id and path."""

    rows: Callable[[int], QuerySet]
    unit: str = "unit_id"
    path: str = "unit__path"


def hamlets(year: int) -> QuerySet:
    """Return the hamlets, each with whether a culture house stands in it.

    That none is on record says something only where the commune's houses are (`houses_known`): some are, and
    each with the hamlet that it is in.
    """
    houses = Facility.objects.as_of_year(year).filter(kind=FacilityKind.CULTURE_HOUSE)
    in_commune = houses.filter(unit__parent_id=OuterRef("parent_id"))
    of_no_hamlet = houses.filter(unit_id=OuterRef("parent_id"))
    return (
        Unit.objects.filter(kind="hamlet")
        .at_end_of(year)
        .annotate(
            has_house=Exists(houses.filter(unit_id=OuterRef("pk"))),
            houses_known=Exists(in_commune) & ~Exists(of_no_hamlet),
        )
    )


SOURCES: dict[str, Source] = {
    "roads": Source(lambda year: Road.objects.as_of_year(year).annotate(paved=surface_in(PAVED, year))),
    "facilities": Source(lambda year: Facility.objects.as_of_year(year)),
    "hamlets": Source(hamlets, "pk", "path"),
    "reviews": Source(lambda year: Review.objects.filter(year=year)),
    "statistics": Source(lambda year: Statistic.objects.filter(year=year)),
}
