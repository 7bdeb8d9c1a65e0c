"""The assessment against a city whose lengths and counts are worked out by hand."""

import json
from io import StringIO

import pytest
from django.contrib.gis.geos import LineString, Point
from django.core.management import CommandError, call_command

from layers.criteria.assess import assess, reassess
from layers.criteria.results import indicators_of, rows_behind
from layers.criteria.sets import load_all
from layers.models import Assessment, Declaration, Facility, Household, Indicator, Review, Road, Standing, Threshold

pytestmark = pytest.mark.django_db
YEAR = 2017


@pytest.fixture
def criteria(db):
    load_all()


def road(unit, road_class="village", length=0.01, **more):
    """A road of about 1.03 km for each 0.01 degrees, along a parallel."""
    return Road.objects.create(
        unit=unit, road_class=road_class, geom=LineString((105.80, 22.11), (105.80 + length, 22.11)), **more
    )


def status(unit, number):
    standing = Standing.objects.get(unit=unit, year=YEAR)
    return standing.statuses[number - 1]


def result(unit, code, part=""):
    return Assessment.objects.get(unit=unit, year=YEAR, indicator__code=code, indicator__part=part)


def test_hamlets_add_up_to_the_commune_and_communes_to_the_city(city, criteria):
    one, two = city.west_hamlets
    road(one, surface="concrete", length=0.01)
    road(two, surface="earth", length=0.03)
    road(city.east_hamlets[0], surface="concrete", length=0.02)
    assess(YEAR)
    west, hamlet, city_sum = result(city.west, "2.2"), result(one, "2.2"), result(city.city, "2.2")
    assert west.numerator == pytest.approx(hamlet.numerator)
    assert west.denominator == pytest.approx(4 * hamlet.denominator, rel=1e-4)
    assert city_sum.denominator == pytest.approx(6 * hamlet.denominator, rel=1e-4)
    assert (hamlet.status, result(two, "2.2").status, west.status, city_sum.status) == ("m", "u", "u", "-")


@pytest.mark.parametrize(
    ("hardened", "earth", "unknown", "expected"),
    [
        (5, 5, 0, "m"),  # just met: 50 % of 50 %
        (4, 6, 0, "u"),  # just missed
        (4, 5, 1, "?"),  # the unknown road decides
        (5, 4, 1, "m"),  # met even if the unknown road is earth
        (3, 6, 1, "u"),  # unmet even if it is hardened
        (0, 0, 4, "?"),
    ],
)
def test_an_unknown_row_makes_a_result_unknown_only_where_it_decides(
    city, criteria, hardened, earth, unknown, expected
):
    hamlet = city.west_hamlets[0]
    for count, surface in ((hardened, "brick_stone"), (earth, "earth"), (unknown, "")):
        for _ in range(count):
            road(hamlet, surface=surface)
    assess(YEAR)
    assert result(hamlet, "2.2").status == expected


def test_a_road_hardened_later_does_not_count_yet(city, criteria):
    hamlet = city.west_hamlets[0]
    road(hamlet, surface="concrete", hardened_year=2018)
    assess(2017)
    assess(2018)
    results = Assessment.objects.filter(unit=hamlet, indicator__code="2.2").order_by("year")
    assert [r.status for r in results] == ["u", "m"]


def test_what_was_never_counted_is_unknown_and_what_is_not_there_is_not_assessed(city, criteria):
    counted, uncounted = city.west_hamlets
    road(counted, surface="concrete")
    assess(YEAR)
    assert result(counted, "2.4").status == "-"  # has roads, but no field road
    assert result(uncounted, "2.4").status == "?"
    assert result(counted, "5").status == "-"  # a hamlet needs no school of its own
    assert result(city.west, "5").status == "?"
    assert result(city.west, "2.4").status == "?"


def test_households_are_counted_by_their_review(city, criteria):
    for i in range(10):
        household = Household.objects.create(unit=city.west_hamlets[0], geom=Point(105.81, 22.11))
        Review.objects.create(
            household=household, unit=household.unit, year=YEAR, category="average", hygienic_water=i < 9,
            clean_water=i < 4, sanitary=True, livestock=i < 2, hygienic_pen=i < 1 if i < 2 else None,
        )  # fmt: skip
    assess(YEAR)
    assert (result(city.west, "17.1", "hygienic_water").numerator, result(city.west, "17.7").denominator) == (9, 2)
    assert result(city.west, "17.1", "hygienic_water").status == "m"
    assert result(city.west, "17.1", "clean_water").status == "u"
    assert result(city.west, "17.5").status == "?"  # nobody was asked


def test_a_provinces_threshold_goes_before_the_regions_and_the_nations(city, criteria):
    for standard in (True, True, False):
        Facility.objects.create(
            unit=city.west, kind="school", level="primary", standard=standard, geom=Point(105.8, 22.1)
        )
    assess(YEAR)
    assert (result(city.west, "5").threshold, result(city.west, "5").status) == (70, "u")
    school = Indicator.objects.get(criterion__criteria_set__code="2016-2020", code="5")
    Threshold.objects.create(indicator=school, first_year=2017, province_code="06", value=60, source="test")
    assess(YEAR)
    assert (result(city.west, "5").threshold, result(city.west, "5").status) == (60, "m")


def test_declared_counts_where_rows_cannot_tell_and_differing_is_shown(city, criteria):
    road(city.west_hamlets[0], surface="earth")
    for indicator in Indicator.objects.filter(criterion__criteria_set__code="2016-2020"):
        Declaration.objects.create(unit=city.west, indicator=indicator, year=YEAR, status="m", source="test")
    assess(YEAR)
    standing = Standing.objects.get(unit=city.west, year=YEAR)
    assert (standing.met, standing.statuses) == (18, "mu" + "m" * 17)
    assert standing.differs == " ≠" + " " * 17
    held = {r.indicator.code: r for r in indicators_of(city.west, 2, YEAR)}
    assert (held["2.2"].status, held["2.2"].differs, held["2.3"].status, held["2.3"].differs) == ("u", True, "m", False)


def test_the_rows_behind_a_result_are_those_that_keep_it_down(city, criteria):
    good = road(city.west_hamlets[0], surface="concrete")
    bad, unknown = road(city.west_hamlets[0], surface="earth"), road(city.west_hamlets[1], surface="")
    road(city.east_hamlets[0], surface="earth")
    assess(YEAR)
    found = next(r for r in indicators_of(city.west, 2, YEAR) if r.indicator.code == "2.2")
    assert set(rows_behind(found.measure, city.west, YEAR)) == {bad, unknown}
    good.refresh_from_db()
    assert found.lacking == pytest.approx(0.5 * good.length_m, rel=1e-4)


def test_assessing_again_changes_nothing_and_a_part_leaves_the_rest(city, criteria):
    road(city.west_hamlets[0], surface="concrete")
    road(city.east_hamlets[0], surface="earth")
    assess(YEAR)
    again = assess(YEAR)
    assert (again.results, again.standings) == (0, 0)
    Road.objects.filter(unit=city.west_hamlets[0]).update(surface="earth")
    reassess(city.west_hamlets[0].path)
    assert result(city.west, "2.2").status == "u"
    assert result(city.city, "2.2").numerator == 0
    assert result(city.city, "2.2").denominator == pytest.approx(2 * result(city.west, "2.2").denominator, rel=1e-4)


def test_a_partial_assessment_equals_a_whole_one(city, criteria):
    road(city.west_hamlets[0], surface="concrete")
    road(city.east_hamlets[0], surface="earth")
    assess(YEAR, city.west.path)
    assess(YEAR, city.east.path)

    def state():
        return sorted(Assessment.objects.values_list("unit_id", "indicator_id", "numerator", "denominator", "status"))

    parts = state()
    whole = assess(YEAR)
    assert state() == parts
    assert whole.results == assess(YEAR, city.west.path).results == 0


def test_wards_are_not_assessed(city, criteria):
    city.east.rural = False
    city.east.save()
    road(city.east_hamlets[0], surface="earth")
    assess(YEAR)
    assert not Standing.objects.filter(unit__path__startswith=city.east.path).exists()
    assert not Assessment.objects.filter(unit=city.city, indicator__code="2.2").exists()


def test_the_command_prints_what_the_pilot_asked_for(city, criteria):
    road(city.west_hamlets[0], surface="earth")
    out = StringIO()
    call_command("assess", "--set", "2016-2020", "--year", "2017", "--unit", "01849", "--format", "json", stdout=out)
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == [
        {"unit": "01849", "name": "Dương Quang", "met": 0, "total": 19, "unmet": [2],
         "unknown": [n for n in range(1, 20) if n != 2]}
    ]  # fmt: skip


def test_explain_names_the_rows_but_no_person(city, criteria):
    bad = road(city.west_hamlets[0], surface="earth")
    household = Household.objects.create(unit=city.west_hamlets[0], name="Nguyễn Văn Test", geom=Point(105.81, 22.11))
    Review.objects.create(household=household, unit=household.unit, year=YEAR, category="poor", clean_water=False)
    out = StringIO()
    call_command("assess", "--year", "2017", "--explain", stdout=out)
    assert f"roads #{bad.pk} 01849-01" in out.getvalue()
    assert "Nguyễn" not in out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "1999", "--year", "2017"], "1999"),
        (["--set", "2016-2020", "--year", "2022"], "2022"),
        (["--year", "2017", "--unit", "99999"], "99999"),
    ],
)
def test_a_wrong_set_year_or_unit_is_named(city, criteria, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("assess", *arguments)
