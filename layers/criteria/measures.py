"""Measures: what an indicator counts. One entry per measure; the assessment and the page of rows read it.

A measure takes the rows of one source (`of`), weighs them (metres of road, or one each), and asks which
are `good` and of which nothing is `unknown`. Its value is 100 · good ÷ all, and lies, as far as the rows
can tell, between 100 · good ÷ all and 100 · (good + unknown) ÷ all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.utils.translation import gettext_lazy as _

from layers.models import Facility, Review, Road, Statistic
from layers.models.facilities import FacilityKind, SchoolLevel
from layers.models.layer import Text
from layers.models.roads import PAVED, RoadClass, WetAccess, surface_in

#: The rows each source has for a year; all have `unit`.
SOURCES: dict[str, Callable[[int], QuerySet]] = {
    "roads": lambda year: Road.objects.as_of_year(year).annotate(paved=surface_in(PAVED, year)),
    "facilities": lambda year: Facility.objects.as_of_year(year),
    "reviews": lambda year: Review.objects.filter(year=year),
    "statistics": lambda year: Statistic.objects.filter(year=year),
}


@dataclass(frozen=True)
class Measure:
    """`empty_hamlet` says what a hamlet without any such row is: a hamlet needs no school of its own ("-"),
    but one without any household on record has not been counted ("?")."""

    slug: str
    title: Text
    source: str
    layer: str
    of: Q
    good: Q
    unknown: Q
    weight: str = ""
    unit: Text = ""
    scale: float = 1
    empty_hamlet: str = "?"
    counted: bool = False

    def _total(self, condition: Q) -> Sum | Count:
        if self.weight:
            return Sum(self.weight, filter=condition, default=0.0)
        return Count("pk", filter=condition)

    def aggregates(self) -> tuple[Sum | Count, Sum | Count, Sum | Count]:
        """Return numerator, denominator and undetermined part as aggregates over the source."""
        if self.counted:
            return (
                Sum("numerator", filter=self.of, default=0.0),
                Sum("denominator", filter=self.of, default=0.0),
                Sum(Value(0.0), filter=self.of, default=0.0),
            )
        return self._total(self.of & self.good), self._total(self.of), self._total(self.of & self.unknown)

    def lacking(self, year: int) -> QuerySet:
        """Return the rows that keep the measure down: those not good, the undetermined among them."""
        rows = SOURCES[self.source](year).filter(self.of)
        return rows if self.counted else rows.filter(~self.good | self.unknown)


def _road(slug: str, title: Text, road_class: RoadClass, good: Q, unknown: Q) -> Measure:
    return Measure(
        slug,
        title,
        "roads",
        "roads",
        Q(road_class=road_class),
        good,
        unknown,
        weight="length_m",
        unit=_("km"),
        scale=0.001,
    )


def _homes(slug: str, title: Text, answer: str, of: Q | None = None) -> Measure:
    return Measure(
        slug,
        title,
        "reviews",
        "households",
        of or Q(),
        Q(**{answer: True}),
        Q(**{answer: None}),
        unit=_("households"),
    )


def _counted(slug: str, title: Text) -> Measure:
    return Measure(
        slug,
        title,
        "statistics",
        "",
        Q(code=slug),
        Q(),
        Q(),
        counted=True,
        unit=_("establishments"),
        empty_hamlet="-",
    )


#: Formulas as in fixtures/criteria; each is 100 · numerator ÷ denominator.
MEASURES: dict[str, Measure] = {
    measure.slug: measure
    for measure in (
        _road(
            "paved_commune_roads",
            _("commune roads asphalted or concreted"),
            RoadClass.COMMUNE,
            Q(paved=True),
            Q(paved=None),
        ),
        _road(
            "hardened_village_roads",
            _("village roads hardened"),
            RoadClass.VILLAGE,
            Q(hardened=True),
            Q(hardened=None),
        ),
        _road(
            "dry_lanes",
            _("lanes not muddy in the rainy season"),
            RoadClass.LANE,
            Q(muddy=False),
            Q(muddy=None),
        ),
        _road(
            "passable_field_roads",
            _("field roads passable all year"),
            RoadClass.FIELD,
            Q(wet_access=WetAccess.CAR),
            Q(wet_access=""),
        ),
        Measure(
            "schools_to_standard",
            _("schools up to the national standard"),
            "facilities",
            "facilities",
            Q(
                kind=FacilityKind.SCHOOL,
                level__in=[SchoolLevel.KINDERGARTEN, SchoolLevel.PRIMARY, SchoolLevel.LOWER_SECONDARY],
            ),
            Q(up_to_standard=True),
            Q(up_to_standard=None),
            unit=_("schools"),
            empty_hamlet="-",
        ),
        _homes("hygienic_water", _("households with hygienic water"), "hygienic_water"),
        _homes("clean_water", _("households with clean water"), "clean_water"),
        _homes("waste_collected", _("households whose waste is collected or treated"), "waste_collected"),
        _homes("sanitary_homes", _("households with hygienic toilet, bathroom and water tank"), "sanitary"),
        _homes("hygienic_pens", _("livestock households with hygienic pens"), "hygienic_pen", Q(livestock=True)),
        _counted("business_environment", _("establishments that follow environmental rules")),
        _counted("food_safety", _("households and establishments that follow food safety rules")),
    )
}
