"""The store keeps its promises whoever writes to it."""

from datetime import date

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import IntegrityError, connection, transaction

from layers.models import LAYERS, Facility, Household, Road, Succession, TableVersion, Unit, viewer_of
from layers.models.roads import PAVED, surface_in

pytestmark = pytest.mark.django_db


def test_a_path_follows_the_parent(city):
    hamlet = city.west_hamlets[0]
    assert hamlet.path == f"{city.province.id}/{city.city.id}/{city.west.id}/{hamlet.id}/"
    city.west.parent = city.province
    city.west.save()
    hamlet.refresh_from_db()
    assert hamlet.path == f"{city.province.id}/{city.west.id}/{hamlet.id}/"


def test_a_code_may_be_used_again_from_another_day_only(city):
    Unit.objects.create(
        code="01849", kind="commune", name="Phong Quang", parent=city.province, valid_from=date(2025, 7, 1)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(code="01849", kind="commune", name="?", parent=city.province, valid_from=date(2025, 7, 1))


def test_vn2000_is_known_with_its_datum_shift(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_Point(105.835, 22.147, 4326), 9213) p) t")
        easting, northing = cursor.fetchone()
    # pyproj 3.7.2 by way of EPSG:6960; without the datum shift the point would be 224 m away.
    assert (easting, northing) == pytest.approx((431212.185, 2450092.49), abs=0.01)


def test_names_are_found_without_diacritics(city):
    assert Unit.objects.get(name_key="na oi").name == "Nà Ỏi"


@pytest.mark.django_db(transaction=True)
def test_a_version_is_counted_when_a_change_commits(versions, city):
    before = TableVersion.objects.get(pk="roads").version
    with transaction.atomic():
        Road.objects.create(unit=city.west, road_class="lane", geom=LineString((105.81, 22.11), (105.82, 22.11)))
        assert TableVersion.objects.get(pk="roads").version == before
    assert TableVersion.objects.get(pk="roads").version == before + 1


def test_length_is_measured_on_the_ellipsoid(city):
    road = Road.objects.create(unit=city.west, road_class="lane", geom=LineString((105.81, 22.11), (105.82, 22.11)))
    road.refresh_from_db()
    assert road.length_m == pytest.approx(1031.6, abs=1)


def test_a_change_keeps_the_row_as_it_was(city):
    road = Road.objects.create(
        unit=city.west, road_class="lane", surface="earth", geom=LineString((105.81, 22.11), (105.82, 22.11))
    )
    road.surface = "concrete"
    road.save()
    # Nobody is named here, so the making of it is not noted: see test_edit for somebody at the map.
    assert [event.surface for event in road.events.all()] == ["earth"]


@pytest.mark.parametrize(
    ("surface", "hardened_year", "paved"),
    [
        ("concrete", None, True),
        ("concrete", 2018, False),
        ("earth", None, False),
        ("gravel", None, None),
        ("", None, None),
    ],
)
def test_what_a_surface_was_at_the_end_of_a_year(city, surface, hardened_year, paved):
    Road.objects.create(
        unit=city.west,
        road_class="commune",
        surface=surface,
        hardened_year=hardened_year,
        geom=LineString((105.81, 22.11), (105.82, 22.11)),
    )
    assert Road.objects.annotate(paved=surface_in(PAVED, 2017)).get().paved is paved


def test_a_school_has_a_level_and_nothing_else_has(city):
    Facility.objects.create(unit=city.west, kind="school", level="primary", geom=Point(105.81, 22.11))
    for wrong in ({"kind": "school"}, {"kind": "market", "level": "primary"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Facility.objects.create(unit=city.west, geom=Point(105.81, 22.11), **wrong)


@pytest.mark.parametrize("role", ["administrator", "leader", "planner", "field", "guest", "neighbour", "stranger"])
def test_a_household_reaches_only_those_entitled(city, viewers, role):
    household = Household.objects.create(unit=city.west_hamlets[0], name="Hoàng Thị Test", geom=Point(105.81, 22.11))
    household.reviews.create(unit=household.unit, year=2017, category="poor")
    seen = LAYERS["households"].rows(viewers[role], 2017).count()
    assert seen == (1 if role in ("administrator", "planner", "field") else 0)


@pytest.mark.parametrize(("whole", "seen"), [(True, True), (False, False)])
def test_officials_of_a_successor_keep_the_rows_of_a_unit_that_came_to_them_whole(city, member, whole, seen):
    day = date(2025, 7, 1)
    new = Unit.objects.create(code="01849", kind="commune", name="Phong Quang", parent=city.province, valid_from=day)
    other = Unit.objects.create(code="01843", kind="commune", name="Bắc Kạn", parent=city.province, valid_from=day)
    Succession.objects.create(predecessor=city.west, successor=new, on=day)
    if not whole:
        Succession.objects.create(predecessor=city.west, successor=other, on=day, whole=False)
    assert viewer_of(member("planner", new)).covers(city.west_hamlets[0].path) is seen
