"""Each measure against a city counted by hand: just met, just missed, nothing known, nothing to count."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import transaction
from django.utils import translation

from layers.criteria.assess import assess
from layers.criteria.measures import MEASURES
from layers.criteria.measures.counted import COUNTED
from layers.criteria.results import indicators_of
from layers.criteria.sets import FIXTURES, load_all
from layers.models import Assessment, Declaration, Facility, Household, Indicator, Review, Road, Standing, Statistic
from layers.pages.criterion import indicator_json

YEAR, LATER = 2017, 2022


@pytest.fixture(scope="module")
def criteria(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The criteria sets, loaded once for all tests and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_all()
        yield
        transaction.set_rollback(True)


def result(unit, code, year=YEAR, part="") -> Assessment:
    return Assessment.objects.get(unit=unit, year=year, indicator__code=code, indicator__part=part)


def count(unit, code, numerator, denominator, year=YEAR) -> None:
    Statistic.objects.create(
        unit=unit, code=code, numerator=numerator, denominator=denominator, year=year, source="test"
    )


def facility(unit, kind="culture_house", **more) -> Facility:
    return Facility.objects.create(unit=unit, kind=kind, geom=Point(105.81, 22.11), **more)


def review(unit, categories, year=YEAR) -> None:
    homes = Household.objects.bulk_create(Household(unit=unit) for _ in categories)
    Review.objects.bulk_create(
        Review(household=home, unit=unit, year=year, category=category)
        for home, category in zip(homes, categories, strict=True)
    )


def indicators() -> list[tuple[str, dict]]:
    sets = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FIXTURES.glob("*.json")))
    return [(one["code"], row) for one in sets for criterion in one["criteria"] for row in criterion["indicators"]]


def test_every_measure_is_used_and_fits_its_indicators():
    used = set()
    for _set, row in indicators():
        if not row["measure"]:
            continue
        measure = MEASURES[row["measure"]]
        used.add(measure.slug)
        assert (row["comparator"] == "<=") == measure.fewer, row["code"]
        assert (row["comparator"] == "==") == (measure.factor is None and not measure.fewer), row["code"]
        assert (row["unit"] == "%") == (measure.factor == 100), row["code"]
        assert measure.formula
        assert measure.unit
    assert used == set(MEASURES)


def test_every_indicator_that_is_a_number_is_computed():
    assert not [(name, row["code"]) for name, row in indicators() if not (row["boolean"] or row["measure"])]


@pytest.mark.parametrize("slug", [measure.slug for measure in COUNTED])
@pytest.mark.django_db
def test_a_counted_measure_is_met_at_its_threshold_and_not_beside_it(city, criteria, slug):
    """The thresholds are a province's own, so that each measure meets one that is a round count."""
    measure = MEASURES[slug]
    indicator = Indicator.objects.filter(measure=slug).select_related("criterion__criteria_set").first()
    year = indicator.criterion.criteria_set.first_year + 1
    (code,) = (value for name, value in measure.of.children if name == "code")
    whole = 1000.0
    wanted = {100.0: 60.0, None: 600.0, 1000: 600.0, 10_000: 6000.0}[measure.factor]
    indicator.thresholds.create(province_code="06", first_year=year, value=wanted, source="test")
    for change, reached in ((0, True), (-1, measure.fewer), (1, not measure.fewer)):
        Statistic.objects.filter(code=code).delete()
        count(city.west, code, 600 + change, whole, year)
        assess(year)
        met = "m" if measure.proves_met else "?"
        assert result(city.west, indicator.code, year, indicator.part).status == (met if reached else "u")


@pytest.mark.parametrize(
    ("year", "code", "number", "numerator", "denominator", "status", "lacking"),
    [
        (2017, "income", "10", 26.0, 1000, "m", 0),  # 26 million a head, as asked for in 2017
        (2017, "income", "10", 25.9, 1000, "u", 0.1),
        (2018, "income", "10", 26.0, 1000, "u", 4),
        (2017, "makeshift_houses", "9.1", 0, 800, "m", 0),
        (2017, "makeshift_houses", "9.1", 2, 800, "u", 2),
        (2017, "insured", "15.1", 849, 1000, "u", 1),
        (2017, "stunted_children", "15.3", 27, 100, "u", 1),
        (2017, "cultural_hamlets", "16", 5, 9, "u", 2),
        (2022, "insured", "15.1", 900, 1000, "?", 0),  # men and women each: a total cannot prove it
        (2022, "insured", "15.1", 899, 1000, "u", 1),
        (2022, "green_land", "17.4", 0.19, 1000, "u", 0.1),
        (2017, "insured", "15.1", 0, 0, "?", None),
        (2017, "insured", "15.1", 850, None, "?", None),
    ],
)
@pytest.mark.django_db
def test_counts_as_the_programme_asks_for_them(
    city, criteria, year, code, number, numerator, denominator, status, lacking
):
    count(city.west, code, numerator, denominator, year)
    assess(year)
    assert result(city.west, number, year).status == status
    found = next(r for r in indicators_of(city.west, int(number.split(".")[0]), year) if r.indicator.code == number)
    assert found.lacking == (None if lacking is None else pytest.approx(lacking))


@pytest.mark.django_db
def test_a_communes_own_figure_is_its_total(city, criteria):
    for hamlet, part in zip(city.west_hamlets, (80, 95), strict=True):
        count(hamlet, "insured", part, 100)
    assess(YEAR)
    assert (result(city.west, "15.1").numerator, result(city.west, "15.1").denominator) == (175, 200)
    assert [result(hamlet, "15.1").status for hamlet in city.west_hamlets] == ["u", "m"]
    count(city.west, "insured", 180, 210)
    assess(YEAR)
    assert (result(city.west, "15.1").numerator, result(city.west, "15.1").denominator) == (180, 210)
    assert (result(city.city, "15.1").numerator, result(city.city, "15.1").denominator) == (180, 210)


@pytest.mark.django_db
def test_what_is_counted_for_a_commune_alone_says_nothing_of_its_hamlets(city, criteria):
    count(city.west, "insured", 180, 210)
    review(city.west_hamlets[0], ["poor", "average"])
    assess(YEAR)
    assert not Assessment.objects.filter(unit__kind="hamlet", indicator__code__in=("15.1", "11")).exists()
    assert Standing.objects.get(unit=city.west_hamlets[0], year=YEAR).statuses[10] == "-"


@pytest.mark.parametrize(
    ("year", "categories", "numerator", "status"),
    [
        (YEAR, ["poor"] * 3 + ["near_poor"] * 5 + ["average"] * 17, 3, "m"),  # 12 of 100
        (YEAR, ["poor"] * 4 + ["average"] * 21, 4, "u"),
        (LATER, ["poor"] * 6 + ["near_poor"] * 7 + ["better"] * 87, 13, "m"),  # 13 of 100, near-poor among them
        (LATER, ["poor"] * 6 + ["near_poor"] * 8 + ["better"] * 86, 14, "u"),
    ],
)
@pytest.mark.django_db
def test_the_poor_are_counted_by_the_years_review(city, criteria, year, categories, numerator, status):
    review(city.west_hamlets[1], categories, year)
    review(city.east_hamlets[1], ["poor"], year)
    assess(year)
    west, whole = result(city.west, "11", year), result(city.city, "11", year)
    assert (west.numerator, west.denominator, west.status) == (numerator, len(categories), status)
    assert (whole.numerator, whole.denominator, whole.status) == (numerator + 1, len(categories) + 1, "-")


@pytest.mark.django_db
def test_the_rows_behind_the_poverty_rate_are_the_poor(city, criteria):
    review(city.west_hamlets[1], ["poor", "near_poor", "average"])
    assess(YEAR)
    behind = MEASURES["poor_households"].lacking_in(city.west.path, YEAR)
    assert [row.category for row in behind] == ["poor"]


@pytest.mark.parametrize(
    ("left", "right", "of_commune", "hamlets", "commune"),
    [
        (True, True, False, "mm", "m"),
        (True, False, False, "mu", "u"),
        (True, False, True, "m?", "?"),  # one house is on record of which the hamlet is not known
        (False, False, False, "??", "?"),  # no house on record at all: nobody has looked
        (True, True, True, "mm", "m"),
    ],
)
@pytest.mark.django_db
def test_a_culture_house_for_each_hamlet(city, criteria, left, right, of_commune, hamlets, commune):
    for unit, there in ((city.west_hamlets[0], left), (city.west_hamlets[1], right), (city.west, of_commune)):
        if there:
            facility(unit)
    assess(YEAR)
    assert "".join(result(hamlet, "6.3").status for hamlet in city.west_hamlets) == hamlets
    whole = result(city.west, "6.3")
    assert (whole.numerator, whole.denominator, whole.status) == (left + right, 2, commune)


@pytest.mark.django_db
def test_a_house_built_later_and_a_hamlet_merged_in_mid_year_do_not_count(city, criteria):
    gone, stays = city.west_hamlets
    facility(stays)
    facility(gone, opened_year=2018)
    assess(YEAR)
    assert (result(city.west, "6.3").status, result(city.west, "6.3").denominator) == ("u", 2)
    gone.valid_to = date(YEAR, 7, 1)
    gone.save()
    assess(YEAR)
    assert (result(city.west, "6.3").status, result(city.west, "6.3").denominator) == ("m", 1)
    assert not Assessment.objects.filter(unit=gone).exists()


@pytest.mark.parametrize(
    ("standards", "status"),
    [([], "?"), ([True], "m"), ([None], "?"), ([False], "u"), ([False, None], "?"), ([False, True], "m")],
)
@pytest.mark.parametrize(("kind", "code"), [("market", "7"), ("health_station", "15.2")])
@pytest.mark.django_db
def test_one_market_and_one_station_up_to_the_standard(city, criteria, kind, code, standards, status):
    for standard in standards:
        facility(city.west_hamlets[0], kind, standard=standard)
    assess(YEAR)
    assert result(city.west, code).status == status
    assert not Assessment.objects.filter(unit=city.west_hamlets[0], indicator__code=code).exists()


@pytest.mark.parametrize(("standards", "status"), [([True, True], "m"), ([True, False], "?"), ([False, None], "?")])
@pytest.mark.django_db
def test_a_school_up_to_the_standard_has_its_buildings_and_another_may(city, criteria, standards, status):
    for standard in standards:
        facility(city.west, "school", level="primary", standard=standard)
    assess(LATER)
    assert result(city.west, "5", LATER, "minimum").status == status


@pytest.mark.django_db
def test_what_rows_cannot_tell_stays_as_declared(city, criteria):
    for indicator in Indicator.objects.filter(criterion__criteria_set__code="2016-2020"):
        Declaration.objects.create(unit=city.west, indicator=indicator, year=YEAR, status="m", source="test")
    assess(YEAR)
    assert Standing.objects.get(unit=city.west, year=YEAR).met == 19
    count(city.west, "insured", 10, 100)
    assess(YEAR)
    standing = Standing.objects.get(unit=city.west, year=YEAR)
    assert (standing.met, standing.statuses[14], standing.differs[14]) == (18, "u", "≠")


@pytest.mark.django_db
def test_a_road_that_changes_touches_only_its_hamlet_its_commune_and_the_sums_above(city, criteria):
    for unit in (*city.west_hamlets, *city.east_hamlets):
        Road.objects.create(
            unit=unit, road_class="village", surface="concrete", geom=LineString((105.8, 22.1), (105.81, 22.1))
        )
        facility(unit)
        review(unit, ["poor", "average"])
    assess(YEAR)

    def state() -> dict:
        rows = Assessment.objects.values_list("unit__code", "indicator__code", "indicator__part", "numerator", "status")
        return {row[:3]: row[3:] for row in rows}

    before, stood = state(), dict(Standing.objects.values_list("unit__code", "statuses"))
    Road.objects.filter(unit=city.west_hamlets[0]).update(surface="earth")
    outcome = assess(YEAR, city.west.path)
    touched = {key for key, found in state().items() if found != before[key]}
    assert touched == {(code, "2.2", "") for code in ("01849-01", "01849", "058", "06")}
    assert (outcome.results, outcome.standings) == (len(touched), 1)
    moved = {
        code for code, statuses in Standing.objects.values_list("unit__code", "statuses") if stood[code] != statuses
    }
    assert moved == {"01849-01"}


def test_whatever_counts_people_says_so():
    """Small counts are hidden by this flag, so a measure of people without it would show them to everybody."""
    of_people = {"households", "houses", "people", "pupils", "children"}
    for measure in MEASURES.values():
        with translation.override("en"):
            assert measure.people == (str(measure.unit) in of_people or measure.slug == "food_safety"), measure.slug


@pytest.mark.parametrize(
    ("who", "exact"), [("stranger", False), ("guest", False), ("neighbour", False), ("leader", True)]
)
def test_a_small_count_of_people_in_a_statistic_is_not_everybodys(city, criteria, viewers, who, exact):
    count(city.west, "stunted_children", 2, 61)
    assess(YEAR)
    stunted = next(found for found in indicators_of(city.west, 15, YEAR) if found.indicator.code == "15.3")
    shown = indicator_json(stunted, city.west, YEAR, viewers[who])
    assert (shown["computed"] is not None) is exact
    assert (shown["value"] == stunted.value) is exact
