"""Travel times from the store to the reader: known by hand, and told to those entitled only."""

import numpy as np
import pytest
from django.contrib.gis.geos import LineString, Point

from layers.access import Role
from layers.models import Facility, Household, PersonalRead, Road, Unit
from layers.planning.access.speeds import tobler
from layers.planning.store.kept import forget, lived_in
from layers.planning.travel.rural import rural_access
from layers.planning.travel.shares import by_unit, share
from layers.planning.travel.times import Journey, travel
from tests.test_access_contract import ROLES, STAFF, signed_in

pytestmark = pytest.mark.django_db
YEAR = 2017
__all__ = ["signed_in"]
#: Metres in 0.01 degrees of longitude at 22.11 degrees north, on the ellipsoid.
METRES = 1031.7


def road(unit, *points, **more) -> Road:
    fields = {"road_class": "village", "surface": "concrete", "wet_access": "car"} | more
    return Road.objects.create(unit=unit, geom=LineString(*points), **fields)


def household(unit, *point, members=4) -> Household:
    made = Household.objects.create(unit=unit, geom=Point(*point), members=members, name="Mốc chủ hộ")
    made.reviews.create(unit=unit, year=YEAR, category="poor")
    return made


@pytest.fixture
def west(city):
    """A concrete road east from the committee for 0.01 degrees, then earth as far again, which no rain lets pass."""
    first, second = city.west_hamlets
    Facility.objects.create(unit=first, name="UBND", kind="committee", geom=Point(105.805, 22.11))
    road(first, (105.805, 22.11), (105.815, 22.11))
    road(second, (105.815, 22.11), (105.825, 22.11), surface="earth", wet_access="none")
    city.near = household(first, 105.815, 22.11)
    city.far = household(second, 105.825, 22.11)
    return city.west


def seconds(city, journey) -> dict[int, float]:
    lived = lived_in(city.west, YEAR)
    return dict(zip(lived.homes.pk.tolist(), travel(lived, journey).seconds.tolist(), strict=True))


@pytest.mark.parametrize(
    ("mode", "wet", "near", "far"),
    [
        ("motorbike", False, 3.6 / 35, 3.6 / 35 + 3.6 / 18),
        ("motorbike", True, 3.6 / 30, np.inf),
        ("car", False, 3.6 / 35, 3.6 / 35 + 3.6 / 14),
        ("foot", True, 3.6 / float(tobler(0.0)), 2 * 3.6 / float(tobler(0.0))),
    ],
)
def test_times_are_those_of_surface_season_and_mode(west, city, mode, wet, near, far):
    took = seconds(city, Journey("centre", mode, wet))
    assert took[city.near.pk] == pytest.approx(near * METRES, rel=2e-3)
    assert took[city.far.pk] == pytest.approx(far * METRES, rel=2e-3)


def test_from_the_door_to_the_road_and_from_the_road_to_the_market_one_walks(west, city):
    Facility.objects.create(unit=city.west_hamlets[0], name="Chợ", kind="market", geom=Point(105.805, 22.1118))
    home = household(city.west_hamlets[0], 105.815, 22.1109)
    took = seconds(city, Journey("market", "motorbike", False))
    off = 3.6 / (float(tobler(0.0)) * 0.6)
    assert took[home.pk] == pytest.approx(3.6 / 35 * METRES + off * (99.7 + 199.3), rel=5e-3)


def test_of_schools_only_those_of_the_level_count_and_only_while_they_are_open(west, city):
    made = Facility.objects.create(
        unit=city.west_hamlets[0], kind="school", level="primary", geom=Point(105.815, 22.11), closed_year=YEAR
    )
    assert seconds(city, Journey("primary", "foot", False))[city.near.pk] == np.inf
    Facility.objects.filter(pk=made.pk).update(closed_year=None)
    forget()
    assert seconds(city, Journey("primary", "foot", False))[city.near.pk] == pytest.approx(0, abs=0.5)
    assert seconds(city, Journey("upper_secondary", "foot", False))[city.near.pk] == np.inf


def test_a_household_far_from_every_road_reaches_nothing(west, city):
    lost = household(city.west_hamlets[0], 105.81, 22.12)
    assert seconds(city, Journey("centre", "foot", False))[lost.pk] == np.inf


def test_rural_access_asks_for_a_road_that_cars_pass_all_year_within_two_kilometres(west, city):
    Road.objects.filter(surface="concrete").update(geom=LineString((105.805, 22.11), (105.806, 22.11)))
    lived = lived_in(city.west, YEAR)
    made = rural_access(lived)
    near = dict(zip(lived.homes.pk.tolist(), made.near.tolist(), strict=True))
    # 0.009 and 0.019 degrees from the end of the only such road: 0.9 and 1.96 km; then 0.0005 farther: 2.01 km.
    assert near == {city.near.pk: True, city.far.pk: True}
    Household.objects.filter(pk=city.far.pk).update(geom=Point(105.8255, 22.11))
    forget()
    lived = lived_in(city.west, YEAR)
    assert dict(zip(lived.homes.pk.tolist(), rural_access(lived).near.tolist(), strict=True))[city.far.pk] is False
    Road.objects.filter(surface="earth").update(wet_access="", surface="concrete")
    forget()
    assert rural_access(lived_in(city.west, YEAR)).near.all()


def test_who_lives_in_a_ward_is_not_rural(west, city):
    Unit.objects.filter(pk=city.west.pk).update(rural=False)
    assert not rural_access(lived_in(city.west, YEAR)).rural.any()


def test_by_unit_counts_those_in_time_those_cut_off_and_the_middle_one():
    unit = np.array([7, 7, 7, 9, 9])
    took = np.array([60.0, 600, np.inf, np.inf, np.inf])
    sums = by_unit(unit, took, 300, np.array([True] * 4 + [False]))
    assert (sums.unit.tolist(), sums.whole.tolist(), sums.within.tolist()) == ([7, 9], [3, 1], [1, 0])
    assert (sums.cut_off.tolist(), sums.median.tolist()) == ([1, 1], [600, np.inf])


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 0, None, None),
        (3, 19, None, None),
        (0, 20, 0, 25),
        (4, 20, 0, 25),
        (5, 20, 25, 50),
        (20, 20, 75, 100),
        (99, 100, 95, 100),
        (100, 100, 95, 100),
        (499, 500, 99, 100),
        (61, 500, 12, 13),
    ],
)
def test_to_others_a_share_is_told_in_steps_of_at_least_five_households(part, whole, low, high):
    told = share(part, whole, exact=False)
    assert (told.low, told.high, told.part, told.whole) == (low, high, None, None)
    if low is not None:
        assert (high - low) * whole >= 500


def test_exactly_where_one_is_entitled():
    told = share(1, 3, exact=True)
    assert (told.part, told.whole) == (1, 3)
    assert told.low == told.high == pytest.approx(100 / 3)


def ask(client, way, unit, **more):
    query = {"unit": unit.pk, "year": YEAR, "season": "wet", "mode": "motorbike", "minutes": 10} | more
    return client.get(f"/access/{way}.json", query)


@pytest.mark.parametrize("role", ROLES)
def test_counts_of_households_are_told_to_those_entitled_and_to_nobody_else(client, west, city, signed_in, role):
    signed_in(role)
    exact = role in STAFF
    told = ask(client, "hamlets", west).json()
    shares = [told["share"], *(feature["properties"] for feature in told["hamlets"]["features"])]
    assert all((each["households"] is not None) is exact for each in shares)
    assert all((each["left"] is not None) is exact for each in shares)
    assert told["share"]["within"] == (1 if exact else None)
    assert (told["headline"].startswith("1 ")) is exact
    hamlet = next(f["properties"] for f in told["hamlets"]["features"] if f["id"] == city.west_hamlets[1].pk)
    assert (hamlet["cut_off"], hamlet["low"]) == ((1, 0) if exact else (None, None))
    rural = ask(client, "hamlets", west).json()["rural"]["rural_access"]
    assert (rural["households"], rural["low"]) == ((2, 100) if exact else (None, None))


@pytest.mark.parametrize("role", ROLES)
def test_roads_by_time_reach_the_staff_of_the_area_and_nobody_else(client, west, city, signed_in, role):
    signed_in(role)
    answer = ask(client, "roads", west)
    assert (answer.status_code == 200) is (role in STAFF)
    if role in STAFF:
        bands = {feature["properties"]["band"] for feature in answer.json()["features"]}
        # Concrete is passed within half the time; the earth that rain closes by nobody.
        assert bands == {0, 3}
    assert ask(client, "roads", city.city).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_households_left_out_reach_those_entitled_and_are_recorded(client, west, city, signed_in, role):
    user = signed_in(role)
    answer = ask(client, "households", west)
    entitled = role in STAFF - {"leader"}
    assert (answer.status_code == 200) is entitled
    assert ("features" in answer.json()) is entitled
    if entitled:
        (feature,) = answer.json()["features"]
        assert (feature["id"], feature["properties"]["minutes"]) == (city.far.pk, None)
        assert "Mốc" not in answer.content.decode()
    assert PersonalRead.objects.filter(user=user, output="access").count() == int(entitled)
    assert ask(client, "households", city.east).status_code == (200 if role == "neighbour" else 404)


def test_the_index_is_told_for_each_part(client, west, city, member):
    client.force_login(member(Role.LEADER, city.city))
    told = client.get(f"/access/rural.json?unit={city.city.pk}&year={YEAR}").json()
    assert [part["name"] for part in told["parts"]] == [str(city.west), str(city.east)]
    assert [part["rural_access"]["low"] for part in told["parts"]] == [100, None]
    assert "2 km" in told["means"]


@pytest.mark.parametrize(
    "wrong", [{"service": "bar"}, {"mode": "boat"}, {"season": "cold"}, {"minutes": "0"}, {"x": "1"}]
)
def test_what_is_not_offered_is_refused_by_name(client, west, wrong):
    answer = ask(client, "hamlets", west, **wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["detail"]


def test_too_many_roads_for_one_answer_are_refused(client, west, city, member, settings):
    settings.LIMITS = settings.LIMITS | {"ISOCHRONE_EDGES": 1}
    client.force_login(member(Role.PLANNER, city.west))
    assert ask(client, "roads", west).status_code == 422
