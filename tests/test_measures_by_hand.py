"""One commune for each measure, counted by hand: just met, just missed, not known, nothing there, units that change.

Five things of a kind are in the commune, or none. The standard is set at three of five (60 %), at two of five (40 %)
where little is asked for. The letters say what each of the five is: g as asked for, b not so, u not known.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from layers.criteria.assess import assess, reassess
from layers.criteria.measures import MEASURES
from layers.criteria.measures.counted import COUNTED
from layers.criteria.sets import load_all
from layers.models import Assessment, Facility, Household, Indicator, Road, Standing, Statistic, Unit


@pytest.fixture(scope="module")
def criteria(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_all()
        yield
        transaction.set_rollback(True)


def road(road_class: str, **states: dict) -> Callable[[Unit, str], None]:
    def make(unit: Unit, state: str) -> None:
        # All of one length: the shares are those of the letters.
        Road.objects.create(
            unit=unit, road_class=road_class, geom=LineString((105.801, 22.101), (105.802, 22.101)), **states[state]
        )

    return make


def facility(kind: str, **more: str) -> Callable[[Unit, str], None]:
    def make(unit: Unit, state: str) -> None:
        standard = {"g": True, "b": False, "u": None}[state]
        Facility.objects.create(unit=unit, kind=kind, standard=standard, geom=Point(105.81, 22.11), **more)

    return make


def home(answer: str, **more: object) -> Callable[[Unit, str], None]:
    def make(unit: Unit, state: str) -> None:
        told = {answer: {"g": True, "b": False, "u": None}[state]} | {"category": "average"} | more
        Household.objects.create(unit=unit).reviews.create(unit=unit, year=2017, **told)

    return make


def poor(g: str, b: str) -> Callable[[Unit, str], None]:
    def make(unit: Unit, state: str) -> None:
        category = g if state == "g" else b
        for year in (2017, 2022):
            household = Household.objects.create(unit=unit)
            household.reviews.create(unit=unit, year=year, category=category)

    return make


SURFACES = {"g": {"surface": "concrete"}, "b": {"surface": "earth"}, "u": {"surface": ""}}
AT_LEAST = {"gggbb": "m", "ggbbb": "u", "ggubb": "?", "gggub": "m", "uuuuu": "?", "": "?"}
AT_MOST = {"ggbbb": "m", "gggbb": "u", "": "?"}
#: Since 2021 buildings are asked for: a school below the whole standard may have them or not.
BUILDINGS = {"gggbb": "m", "ggbbb": "?", "": "?"}
ONE = {"g": "m", "gb": "m", "b": "u", "u": "?", "bu": "?", "": "?"}
SCHOOL = facility("school", level="primary")

#: Each measure of rows: what makes a row of it, and what the commune then is.
BY_HAND: dict[str, tuple[Callable[[Unit, str], None], dict[str, str]]] = {
    "paved_commune_roads": (road("commune", **SURFACES), AT_LEAST),
    "hardened_village_roads": (road("village", **SURFACES), AT_LEAST),
    "dry_lanes": (road("lane", g={"muddy": False}, b={"muddy": True}, u={"muddy": None}), AT_LEAST),
    "passable_field_roads": (
        road("field", g={"wet_access": "car"}, b={"wet_access": "motorbike"}, u={"wet_access": ""}),
        AT_LEAST,
    ),
    "schools_to_standard": (SCHOOL, AT_LEAST),
    "schools_minimum": (SCHOOL, BUILDINGS),
    "schools_level1": (SCHOOL, BUILDINGS),
    "market_to_standard": (facility("market"), ONE),
    "health_station_to_standard": (facility("health_station"), ONE),
    "hygienic_water": (home("hygienic_water"), AT_LEAST),
    "clean_water": (home("clean_water"), AT_LEAST),
    "waste_collected": (home("waste_collected"), AT_LEAST),
    "sanitary_homes": (home("sanitary"), AT_LEAST),
    "hygienic_pens": (home("hygienic_pen", livestock=True), AT_LEAST),
    "poor_households": (poor("poor", "near_poor"), AT_MOST),
    "poor_or_near_poor_households": (poor("near_poor", "average"), AT_MOST),
}


def test_every_measure_has_a_commune_counted_by_hand():
    counted = {measure.slug for measure in COUNTED}
    assert set(MEASURES) == set(BY_HAND) | counted | {"hamlets_with_culture_house"}


def held(city, slug: str) -> tuple[Indicator, int]:
    """Return an indicator that uses the measure, held against 60 % (or 40 %, or one thing), and a year of its set."""
    measure = MEASURES[slug]
    indicator = Indicator.objects.filter(measure=slug).select_related("criterion__criteria_set").first()
    year = indicator.criterion.criteria_set.first_year + 1
    value = 1.0 if measure.factor is None and not measure.fewer else 40.0 if measure.fewer else 60.0
    indicator.thresholds.create(province_code="06", first_year=year, value=value, source="test")
    return indicator, year


@pytest.mark.parametrize(
    ("slug", "letters", "status"),
    [(slug, letters, status) for slug, (_make, cases) in BY_HAND.items() for letters, status in cases.items()],
)
@pytest.mark.django_db
def test_a_commune_is_what_was_worked_out_by_hand(city, criteria, slug, letters, status):
    make, _cases = BY_HAND[slug]
    indicator, year = held(city, slug)
    for number, letter in enumerate(letters):
        # In both hamlets and in no hamlet: a commune counts all of its rows, wherever they lie in it.
        make((*city.west_hamlets, city.west)[number % 3], letter)
    assess(year)
    found = Assessment.objects.get(unit=city.west, year=year, indicator=indicator)
    assert found.status == status
    if letters:
        measure = MEASURES[slug]
        each = found.denominator / len(letters)
        assert found.numerator == pytest.approx(letters.count("g") * each, abs=0.01)
        assert bool(measure.weight) is (each != 1)
    else:
        assert (found.numerator, found.denominator) == (None, None)


@pytest.mark.django_db
def test_a_ferry_is_no_road_that_lacks_hardening(city, criteria):
    indicator, year = held(city, "paved_commune_roads")
    road("commune", g={"surface": "concrete"})(city.west, "g")
    road("commune", b={"surface": "", "structure": "ferry"})(city.west, "b")
    assess(year)
    found = Assessment.objects.get(unit=city.west, year=year, indicator=indicator)
    assert (found.status, found.numerator) == ("m", found.denominator)


@pytest.mark.django_db
def test_nothing_of_the_kind_is_not_known_rather_than_met(city, criteria):
    """Households without livestock are no livestock households; a count out of none is no share."""
    indicator, year = held(city, "hygienic_pens")
    home("hygienic_pen", livestock=False)(city.west, "b")
    Statistic.objects.create(unit=city.west, year=year, code="insured", numerator=0, denominator=0, source="test")
    assess(year)
    for code in (indicator.code, "15.1"):
        found = Assessment.objects.get(unit=city.west, year=year, indicator__code=code)
        assert (found.status, found.denominator) == ("?", None)


@pytest.mark.django_db
class TestBoundaries:
    """A year is judged by the units that stand at its end."""

    @pytest.fixture(autouse=True)
    def _roads(self, city, criteria):
        self.city = city
        for hamlet, letters in zip(city.west_hamlets, ("ggg", "bb"), strict=True):
            for letter in letters:
                BY_HAND["hardened_village_roads"][0](hamlet, letter)
        BY_HAND["hardened_village_roads"][0](city.east_hamlets[0], "b")
        self.indicator, self.year = held(city, "hardened_village_roads")

    def status(self, unit: Unit, year: int) -> str | None:
        found = Assessment.objects.filter(unit=unit, year=year, indicator=self.indicator).first()
        return found and found.status

    def test_a_commune_that_ends_in_mid_year_has_no_result_of_it_and_its_successor_has(self):
        west, day = self.city.west, date(self.year, 7, 1)
        assess(self.year)
        assert self.status(west, self.year) == "m"
        merged = Unit.objects.create(
            code="01849", kind="commune", name="Phong Quang", parent=self.city.city, rural=True, region="TDMNPB",
            valid_from=day, source="test",
        )  # fmt: skip
        west.valid_to = day
        west.save()
        for hamlet in self.city.west_hamlets:
            hamlet.parent = merged
            hamlet.save()
        assess(self.year)
        assert self.status(west, self.year) is None
        assert self.status(merged, self.year) == "m"
        assert not Standing.objects.filter(unit=west, year=self.year).exists()
        assert Standing.objects.filter(unit=merged, year=self.year).exists()

    def test_a_commune_that_ends_on_new_years_day_has_the_whole_year(self):
        self.city.west.valid_to = date(self.year + 1, 1, 1)
        self.city.west.save()
        assess(self.year)
        assert self.status(self.city.west, self.year) == "m"

    def test_a_hamlet_that_moves_takes_its_roads_along(self):
        good, bad = self.city.west_hamlets
        good.parent = self.city.east
        good.save()
        assess(self.year)
        # West keeps two roads of five, none hardened; east has three of four.
        assert (self.status(self.city.west, self.year), self.status(self.city.east, self.year)) == ("u", "m")

    def test_one_changed_road_touches_its_commune_and_what_stands_above_it_alone(self):
        assess(self.year)
        Assessment.objects.update(assessed_at=datetime(2000, 1, 1, tzinfo=UTC))
        Road.objects.filter(unit=self.city.west_hamlets[0]).update(surface="earth")
        with CaptureQueriesContext(connection) as counted:
            reassess(self.city.west_hamlets[0].path)
        moved = set(Assessment.objects.filter(assessed_at__year__gt=2000).values_list("unit", flat=True))
        touched = {self.city.west.pk, self.city.west_hamlets[0].pk, self.city.city.pk, self.city.province.pk}
        assert moved == touched
        assert self.status(self.city.west, self.year) == "u"
        # A fixed number of statements, whatever the number of units.
        assert len(counted) < 40
