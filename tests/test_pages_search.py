"""Search finds names typed in any way, and positions in either system, for those who may see them."""

import pytest
from django.contrib.gis.geos import LineString

from layers.access import Role
from layers.models import Household, PersonalRead, Road

pytestmark = pytest.mark.django_db
YEAR = 2017


def find(client, text: str, **more) -> list[dict]:
    response = client.get("/search.json", {"q": text, "year": YEAR, **more})
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize("text", ["Nà Ỏi", "na oi", "NA OI", "  nà   ỏi ", "Nà Ỏi", "thôn Nà Ỏi", "thon na oi", "oi"])
def test_a_hamlet_is_found_however_it_is_typed(city, browser, text):
    [first, *_] = find(browser(), text)
    assert (first["layer"], first["id"]) == ("hamlets", city.west_hamlets[0].pk)
    assert first["title"] == "thôn Nà Ỏi"
    assert first["subtitle"] == "xã Dương Quang, Bắc Kạn"
    assert first["bbox"] == pytest.approx(city.west_hamlets[0].geom.extent)


def test_the_larger_unit_comes_first_and_a_kind_before_the_name_decides(city, browser):
    assert [row["layer"] for row in find(browser(), "bắc kạn")][:2] == ["provinces", "districts"]
    assert find(browser(), "tp bắc kạn")[0]["layer"] == "districts"


def test_a_road_is_found_by_staff_of_its_area_alone(city, browser):
    Road.objects.create(
        unit=city.west, road_class="village", name="Đường Phặc Tràng", geom=LineString((105.81, 22.11), (105.82, 22.11))
    )
    layers = {row["layer"] for row in find(browser(Role.LEADER, city.west), "duong phac")}
    assert layers == {"roads"}
    for client in (browser(), browser(Role.GUEST, city.west), browser(Role.PLANNER, city.east)):
        assert find(client, "duong phac") == []


def test_the_pieces_of_a_road_are_one_finding_for_each_unit(city, browser):
    for unit, west in ((city.west, 105.81), (city.west, 105.82), (city.west_hamlets[0], 105.80)):
        line = LineString((west, 22.11), (west + 0.01, 22.12))
        Road.objects.create(unit=unit, road_class="village", name="Đường Phặc Tràng", geom=line)
    found = find(browser(Role.LEADER, city.west), "duong phac")
    assert [hit["subtitle"].split(" · ")[1] for hit in found] == ["xã Dương Quang", "thôn Nà Ỏi"]
    assert found[0]["bbox"] == pytest.approx([105.81, 22.11, 105.83, 22.12])


def test_households_of_one_name_stay_apart(city, browser):
    for _ in range(2):
        made = Household.objects.create(unit=city.west_hamlets[0], name="Hoàng Thị Thử")
        made.reviews.create(unit=made.unit, year=YEAR, category="poor")
    assert len(find(browser(Role.FIELD, city.west), "hoang thi")) == 2


def test_a_household_is_found_by_those_entitled_alone_and_each_finding_recorded(city, browser):
    made = Household.objects.create(unit=city.west_hamlets[0], name="Hoàng Thị Thử", geom=city.west_hamlets[0].point)
    made.reviews.create(unit=made.unit, year=YEAR, category="poor")
    for client in (browser(), browser(Role.LEADER, city.west), browser(Role.FIELD, city.east)):
        assert find(client, "hoang thi") == []
    assert not PersonalRead.objects.exists()
    [found] = find(browser(Role.FIELD, city.west), "hoang thi")
    assert (found["id"], found["title"]) == (made.pk, "Hoàng Thị Thử")
    [read] = PersonalRead.objects.all()
    assert (read.output, read.what) == ("search", f"id={made.pk}")


@pytest.mark.parametrize(
    "text",
    ["22.147, 105.835", "22.147 105.835", "105.835, 22.147", "22,147 105,835", "22,147; 105,835", "22.147°N 105.835°E"],
)
def test_degrees_are_understood_in_either_order_and_with_decimal_commas(city, browser, text):
    [found] = find(browser(), text)
    assert found["point"] == [105.835, 22.147]
    assert found["subtitle"] == "WGS 84"


@pytest.mark.parametrize(
    "text", ["431212 2450092", "2450092 431212", "X=2450092.49 Y=431212.185", "431212,185 2450092,49"]
)
def test_vn2000_is_read_in_the_zone_of_the_province(city, browser, text):
    [found] = find(browser(), text)
    assert found["point"] == pytest.approx([105.835, 22.147], abs=1e-5)
    assert found["subtitle"] == "VN-2000 / TM-3 106-30"


def test_a_position_outside_vietnam_is_nothing(city, browser):
    assert find(browser(), "48.85, 2.35") == []


@pytest.mark.parametrize("text", ["", "a", "%", "__", "'; --", "(((", "x" * 500])
def test_odd_texts_find_nothing_and_break_nothing(city, browser, text):
    assert find(browser(Role.PLANNER, city.west), text) == []


def test_search_takes_one_query_for_each_layer(city, browser, django_assert_max_num_queries):
    client = browser(Role.PLANNER, city.west)
    # Session, user, member, its units, successions; the key; units, water, roads, facilities, households.
    with django_assert_max_num_queries(11):
        find(client, "duong")
