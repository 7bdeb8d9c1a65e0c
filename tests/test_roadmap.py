"""The roadmap against results worked out by hand: met, on track, behind, and what nobody can tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.criteria.assess import assess
from layers.models import Criterion, Indicator, Milestone, Statistic
from layers.programme.roadmap import Pace, expected, pace_of, tracks
from tests.small_set import small_set


@pytest.mark.parametrize(("year", "value"), [(2016, 40), (2017, 50), (2018, 60), (2020, 80), (2021, 80), (2015, 40)])
def test_a_straight_line_leads_from_the_first_year_to_the_target(year, value):
    assert expected(40, 80, first=2016, target=2020, year=year) == value


@pytest.mark.parametrize(
    ("status", "target", "year", "pace"),
    [
        ("m", 2017, 2018, Pace.MET),
        ("u", 2018, 2017, Pace.ON_TRACK),
        ("u", 2018, 2018, Pace.BEHIND),
        ("?", 2018, 2018, Pace.BEHIND),
        ("?", 2018, 2017, Pace.ON_TRACK),
    ],
)
def test_what_has_no_number_is_on_track_until_its_year_is_over(status, target, year, pace):
    assert pace_of(status, target, year, ()) is pace


@pytest.fixture
def way(city, db):
    """Health insurance from 76 % in 2016 to the standard of 85 % by 2019: 79 in 2017, 82 in 2018."""
    small_set()
    criterion = Criterion.objects.get(criteria_set__code="2016-2020", number=15)
    indicator = Indicator.objects.get(criterion=criterion, code="15.1")
    Milestone.objects.create(
        unit=city.west, criterion=criterion, indicator=indicator, first_year=2016, target_year=2019
    )

    def count(year: int, part: float) -> None:
        Statistic.objects.create(
            unit=city.west, year=year, code="insured", numerator=part, denominator=1000, source="test"
        )
        assess(year)

    count(2016, 760)
    return count


def track(year: int):
    return tracks(Milestone.objects.select_related("unit", "criterion"), year)[0]


@pytest.mark.parametrize(
    ("year", "part", "pace"),
    [
        (2017, 790, Pace.ON_TRACK),
        (2017, 789, Pace.BEHIND),
        (2018, 820, Pace.ON_TRACK),
        (2018, 819, Pace.BEHIND),
        (2018, 850, Pace.MET),
        (2019, 849, Pace.BEHIND),
    ],
)
@pytest.mark.django_db
def test_a_share_is_held_against_the_line(way, year, part, pace):
    way(year, part)
    found = track(year)
    assert found.pace is pace
    assert found.ways[0].before == pytest.approx(76)
    assert found.ways[0].now == pytest.approx(part / 10)


@pytest.mark.django_db
def test_a_year_of_which_nothing_is_known_tells_nothing(way):
    assert track(2017).pace is Pace.UNKNOWN


@pytest.mark.django_db
def test_a_criterion_is_behind_where_one_of_its_numbers_is(way, city):
    way(2017, 800)
    Statistic.objects.create(
        unit=city.west, year=2016, code="stunted_children", numerator=30, denominator=100, source="test"
    )
    assess(2016)
    Statistic.objects.create(
        unit=city.west, year=2017, code="stunted_children", numerator=30, denominator=100, source="test"
    )
    assess(2017)
    Milestone.objects.update(indicator=None)
    found = track(2017)
    assert found.pace is Pace.BEHIND
    by_code = {one.indicator.code: one.short for one in found.ways}
    assert (by_code["15.1"], by_code["15.3"]) == (False, True)


@pytest.mark.django_db
def test_many_lines_are_held_against_the_results_in_a_handful_of_queries(way, city):
    for criterion in Criterion.objects.filter(criteria_set__code="2016-2020").exclude(number=15):
        for unit in (city.west, city.east):
            Milestone.objects.create(unit=unit, criterion=criterion, first_year=2016, target_year=2020)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert len(tracks(Milestone.objects.select_related("unit", "criterion"), 2017)) == 37
    assert len(counted) < 15
