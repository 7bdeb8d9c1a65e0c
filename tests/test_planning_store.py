"""Reading the store for planning: a region's network, its centres and its households, in metres."""

from datetime import date

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import LineString, Point

from layers.errors import NotFound, Refused
from layers.geo import length_m
from layers.models import Facility, Household, Road, Unit
from layers.planning.network.graph import components
from layers.planning.store.network import read_homes, read_inventory
from layers.planning.store.region import Metres, region, units_by_code
from layers.planning.store.roads import read_roads

pytestmark = pytest.mark.django_db
YEAR = 2017


def road(unit, *points, **more) -> Road:
    fields = {"road_class": "village", "surface": "earth", "wet_access": "none"} | more
    return Road.objects.create(unit=unit, geom=LineString(*points), **fields)


def household(unit, point=None, category="average", members=4) -> Household:
    made = Household.objects.create(unit=unit, geom=Point(*point) if point else None, members=members, name="A")
    made.reviews.create(unit=unit, year=YEAR, category=category)
    return made


@pytest.fixture
def west(city):
    """Two roads that meet in the middle of the western commune; its committee stands at the far end of the first."""
    first, second = city.west_hamlets
    Facility.objects.create(unit=first, name="UBND", kind="committee", geom=Point(105.805, 22.11))
    road(first, (105.805, 22.11), (105.82, 22.11), wet_access="car", surface="concrete")
    road(second, (105.82, 22.11), (105.83, 22.11), name="Đường trục thôn")
    return city.west


def test_a_region_is_any_set_of_communes_that_exist_in_the_year(city):
    assert region([city.city], YEAR).communes == (city.west, city.east)
    assert region([city.east, city.west], YEAR).communes == (city.west, city.east)
    assert region([city.west, city.city], YEAR).communes == (city.west, city.east)
    with pytest.raises(Refused, match="commune|xã"):
        region([city.west_hamlets[0]], YEAR)
    Unit.objects.filter(pk=city.west.pk).update(valid_to=date(2016, 1, 1))
    assert region([city.city], YEAR).communes == (city.east,)


def test_units_are_asked_for_by_codes_that_exist(city):
    assert units_by_code(["01852", "01849"], YEAR) == [city.east, city.west]
    with pytest.raises(NotFound, match="99999"):
        units_by_code(["01849", "99999"], YEAR)


def test_lengths_in_the_metres_of_a_region_are_those_on_the_ellipsoid():
    line = shapely.LineString([(105.80, 22.10), (105.95, 22.30)])
    metres = Metres(105.75, 22.25)
    projected = metres.project(np.array([line], dtype=object))[0]
    assert projected.length == pytest.approx(length_m(line), rel=1e-5)
    back = metres.unproject(shapely.get_coordinates(projected))
    assert np.abs(back - shapely.get_coordinates(line)).max() < 1e-7


def test_a_unit_path_finds_its_commune_and_never_one_that_merely_begins_alike(city):
    made = region([city.city], YEAR)
    paths = [city.west_hamlets[1].path, city.east.path, city.city.path, city.west.path.rstrip("/") + "9/"]
    assert made.commune_of(paths).tolist() == [0, 1, -1, -1]


def test_roads_around_carry_the_traffic_on_but_belong_to_no_commune(west, city):
    road(city.east_hamlets[0], (105.841, 22.11), (105.845, 22.11))
    road(city.east_hamlets[1], (106.5, 22.11), (106.6, 22.11))
    roads = read_roads(region([west], YEAR))
    assert sorted(roads.commune.tolist()) == [-1, 0, 0]
    assert (np.sort(roads.uid) == roads.uid).all()


def test_what_is_not_known_of_a_road_is_not_guessed(west):
    made = road(west, (105.81, 22.12), (105.82, 22.12), surface="", wet_access="")
    roads = read_roads(region([west], YEAR))
    at = roads.uid.tolist().index(str(made.uid))
    assert (roads.hardened[at], roads.paved[at], roads.muddy[at], roads.condition[at]) == (-1, -1, -1, 0)
    assert np.isnan(roads.width[at])
    assert np.isnan(roads.base[at])


def test_the_network_joins_roads_that_meet_and_knows_the_centre(west):
    inventory = read_inventory(region([west], YEAR))
    network = inventory.noded.network
    assert (network.nodes, network.edges) == (3, 2)
    assert components(network.tail, network.head, network.nodes).max() == 0
    assert inventory.centre_of.tolist() == [0]
    assert not inventory.guessed.size
    assert network.length.sum() == pytest.approx(inventory.roads.length.sum(), rel=1e-4)


def test_a_commune_without_a_committee_on_record_has_its_own_point_for_a_centre(west):
    Facility.objects.all().delete()
    Unit.objects.filter(pk=west.pk).update(point=Point(105.82, 22.1101))
    inventory = read_inventory(region([west], YEAR))
    assert inventory.guessed.tolist() == [0]
    place = inventory.region.metres.unproject(inventory.noded.network.xy[inventory.centres])
    assert place == pytest.approx(np.array([[105.82, 22.11]]), abs=1e-4)


def test_households_stand_on_their_roads_with_their_persons(west, city):
    first, second = city.west_hamlets
    household(second, (105.825, 22.1102), "poor", 5)
    household(first, (105.81, 22.1101), "near_poor", None)
    household(city.east_hamlets[0], (105.85, 22.11))
    homes = read_homes(read_inventory(region([west], YEAR)))
    assert sorted(homes.persons.tolist()) == [5, 5]
    assert homes.poor.sum() == homes.near_poor.sum() == homes.counted.sum() == 1
    assert sorted(homes.snapped.access.round(0).tolist()) == [11, 22]
    assert homes.placed.all()


def test_a_household_without_a_position_stands_at_its_hamlets_centre(west, city):
    second = city.west_hamlets[1]
    household(second)
    Unit.objects.filter(pk=second.pk).update(point=Point(105.828, 22.1101))
    inventory = read_inventory(region([west], YEAR))
    homes = read_homes(inventory)
    assert not homes.placed.any()
    assert inventory.roads.name[inventory.noded.network.line[homes.snapped.edge[0]]] == "Đường trục thôn"


def test_a_household_with_no_place_at_all_is_off_the_network_and_not_left_out(west, city):
    household(city.west_hamlets[0])
    Unit.objects.filter(pk=city.west_hamlets[0].pk).update(point=None)
    homes = read_homes(read_inventory(region([west], YEAR)))
    assert homes.snapped.edge.tolist() == [-1]
    assert homes.persons.tolist() == [4]


def test_the_order_in_which_rows_came_does_not_show(west, city):
    for i in range(5):
        road(city.west_hamlets[0], (105.81, 22.11), (105.81 + 0.001 * i, 22.115))
    before = read_inventory(region([west], YEAR))
    rows = list(Road.objects.order_by("-pk"))
    Road.objects.all().delete()
    for row in rows:
        row.pk = None
        row.save(force_insert=True)
    after = read_inventory(region([west], YEAR))
    assert (before.roads.uid == after.roads.uid).all()
    assert (before.noded.network.tail == after.noded.network.tail).all()
    assert (before.noded.network.xy == after.noded.network.xy).all()
