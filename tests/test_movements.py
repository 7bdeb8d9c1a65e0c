"""Escaped, relapsed, newly poor: derived from what the reviews of the years before say."""

import pytest

from layers.imports.movements import derive_movements
from layers.models import Household, Review

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("classes", "movement"),
    [
        (["poor", "poor"], "stayed"),
        (["poor", "near_poor"], "escaped"),
        (["poor", "average"], "escaped"),
        (["near_poor", "average"], "escaped_near"),
        (["near_poor", "poor"], "newly_poor"),
        (["average", "poor"], "newly_poor"),
        (["poor", "average", "poor"], "relapsed"),
        (["average", "near_poor"], "newly_near"),
        (["near_poor", "average", "near_poor"], "relapsed_near"),
        (["average", "better"], "stayed"),
        (["poor"], ""),
        (["poor", None, "poor"], ""),
    ],
)
def test_a_movement_follows_from_the_years_before(city, classes, movement):
    household = Household.objects.create(unit=city.west_hamlets[0])
    for year, category in zip(range(2018 - len(classes), 2018), classes, strict=True):
        if category:
            Review.objects.create(household=household, unit=household.unit, year=year, category=category)
    derive_movements(2017)
    assert Review.objects.get(household=household, year=2017).movement == movement
    assert derive_movements(2017) == 0
