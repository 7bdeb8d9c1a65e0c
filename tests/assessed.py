"""A city whose two communes are assessed in two years, for whatever shows results."""

import pytest
from django.contrib.gis.geos import LineString, Point

from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import Declaration, Facility, Household, Indicator, Review, Road

YEAR = 2017


def declare(unit, status="m", year=YEAR, **more) -> None:
    indicators = Indicator.objects.filter(criterion__criteria_set__code="2016-2020")
    Declaration.objects.bulk_create(
        Declaration(unit=unit, indicator=indicator, year=year, status=status, source="test", **more)
        for indicator in indicators
    )


def review(unit, categories, **answers) -> None:
    for category in categories:
        home = Household.objects.create(unit=unit, name="Nguyễn Văn Kín", geom=Point(105.81, 22.11))
        Review.objects.create(household=home, unit=unit, year=YEAR, category=category, **answers)


@pytest.fixture
def assessed(city):
    """West declares everything and lacks a hardened road; east declared all a year before, and now nothing of 15."""
    load_all()
    for year in (YEAR - 1, YEAR):
        declare(city.west, year=year)
        declare(city.east, year=year)
    line = LineString((105.80, 22.11), (105.81, 22.11))
    Road.objects.create(unit=city.west_hamlets[0], road_class="village", surface="earth", geom=line, opened_year=YEAR)
    Facility.objects.create(
        unit=city.east, kind="health_station", standard=True, standard_year=YEAR, geom=Point(105.85, 22.11)
    )
    review(city.west_hamlets[0], ["poor"] * 3 + ["average"] * 17, hygienic_water=False)
    for year in (YEAR - 1, YEAR):
        assess(year)
    return city
