"""The OGC interface answers as the standard has it, and pages through everything exactly once."""

import pytest
from django.contrib.gis.geos import LineString, Point

from layers.models import Facility, Household, PersonalRead, Road

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(client, member, city):
    client.force_login(member("planner", city.west))
    return client


@pytest.fixture
def roads(city):
    return Road.objects.bulk_create(
        Road(
            unit=city.west,
            road_class="lane",
            name=f"Ngõ {number}",
            geom=LineString((105.81, 22.11 + number / 1e4), (105.82, 22.11 + number / 1e4)),
        )
        for number in range(25)
    )


def get(client, path: str) -> dict:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_landing_page_leads_everywhere(city, client):
    rels = {link["rel"]: link for link in get(client, "/ogc/")["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(rels)
    for rel in ("service-desc", "conformance", "data"):
        answer = client.get(rels[rel]["href"])
        assert answer.status_code == 200
        assert answer["Content-Type"] == rels[rel]["type"]


def test_it_claims_only_what_it_does(city, client):
    claimed = get(client, "/ogc/conformance")["conformsTo"]
    assert {uri.rpartition("/")[2] for uri in claimed} == {"core", "oas30", "geojson"}


def test_its_description_names_every_address_it_has(planner):
    described = get(planner, "/ogc/api")
    assert described["openapi"].startswith("3.0.")
    for path, operations in described["paths"].items():
        filled = path.format(collectionId="communes", featureId=0)
        assert planner.get("/ogc" + filled).status_code == (404 if "featureId" in path else 200), path
        for reference in operations["get"]["parameters"]:
            parameter = described["components"]["parameters"][reference["$ref"].rpartition("/")[2]]
            assert parameter["in"] in ("path", "query")
            assert parameter["required"] is (parameter["in"] == "path")


def test_collections_are_those_of_which_the_viewer_sees_rows(city, client, member):
    public = ["provinces", "districts", "communes", "hamlets"]
    assert [each["id"] for each in get(client, "/ogc/collections")["collections"]] == public
    assert client.get("/ogc/collections/roads").status_code == 404
    client.force_login(member("planner", city.west))
    assert {each["id"] for each in get(client, "/ogc/collections")["collections"]} > {"roads", "households"}
    found = get(client, "/ogc/collections/roads")
    assert found["extent"]["spatial"]["bbox"] == [pytest.approx([105.8, 22.1, 105.84, 22.14])]


def test_features_are_geojson_with_the_declared_fields(city, client):
    found = get(client, "/ogc/collections/communes/items?year=2017")
    assert (found["type"], found["numberMatched"], found["numberReturned"]) == ("FeatureCollection", 2, 2)
    west = next(each for each in found["features"] if each["id"] == city.west.pk)
    assert west["geometry"]["type"] == "MultiPolygon"
    assert (
        west["properties"] | {"code": "01849", "name": "Dương Quang", "parent": "058", "valid_from": "2015-03-11"}
        == (west["properties"])
    )
    assert "path" not in west["properties"]


@pytest.mark.parametrize("limit", [1, 7, 25, 1000])
def test_pages_hold_every_row_exactly_once(planner, roads, limit):
    path, seen, matched = f"/ogc/collections/roads/items?limit={limit}&year=2017", [], None
    while path:
        page = get(planner, path)
        assert page["numberReturned"] == len(page["features"]) <= limit
        matched = page.get("numberMatched", matched)
        seen += [each["id"] for each in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == sorted(road.pk for road in roads)
    assert matched == 25


def test_a_page_may_be_asked_for_by_counting_too(planner, roads):
    found = get(planner, "/ogc/collections/roads/items?offset=20&limit=3&year=2017")
    assert [each["id"] for each in found["features"]] == [road.pk for road in roads[20:23]]


def test_nobody_gets_more_than_the_limit(planner, city, settings):
    settings.LIMITS = settings.LIMITS | {"FEATURES_MAX": 10}
    Facility.objects.bulk_create(Facility(unit=city.west, kind="market", geom=Point(105.81, 22.11)) for _ in range(30))
    assert get(planner, "/ogc/collections/facilities/items?limit=100000")["numberReturned"] == 10


def test_a_box_finds_what_meets_it(planner, roads):
    found = get(planner, "/ogc/collections/roads/items?bbox=105.80,22.1099,105.812,22.1121&year=2017")
    assert [each["id"] for each in found["features"]] == [road.pk for road in roads[:22]]
    with_heights = get(planner, "/ogc/collections/roads/items?bbox=105.80,22.1099,0,105.812,22.1121,900&year=2017")
    assert with_heights["numberMatched"] == 22
    across = get(planner, "/ogc/collections/roads/items?bbox=105.80,22.1099,-170,22.1121&year=2017")
    assert across["numberMatched"] == 22


@pytest.mark.parametrize(
    ("when", "seen"),
    [("2016-05-01T00:00:00Z", 0), ("2018-05-01T00:00:00Z", 1), ("2010-01-01/2019-01-01", 1),
     ("2019-01-01T00:00:00Z/..", 1), ("../2015-12-31T00:00:00Z", 0)],
)  # fmt: skip
def test_a_time_asks_for_the_rows_of_its_year(planner, city, when, seen):
    Road.objects.create(
        unit=city.west, road_class="lane", opened_year=2018, geom=LineString((105.81, 22.11), (105.82, 22.11))
    )
    assert get(planner, f"/ogc/collections/roads/items?datetime={when}")["numberMatched"] == seen


@pytest.mark.parametrize(
    "query",
    ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,50,1,40", "bbox=nan,0,1,1", "bbox=0,0,inf,1", "limit=0", "limit=-1",
     "limit=ten", "offset=-1", "after=x", "year=17", "year=99999", "datetime=yesterday", "datetime=/",
     "datetime=", "colour=red"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_reason(client, city, query):
    answer = client.get(f"/ogc/collections/communes/items?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"]


def test_one_feature_by_its_id(planner, city, roads):
    found = get(planner, f"/ogc/collections/roads/items/{roads[3].pk}?year=2017")
    assert (found["id"], found["properties"]["name"]) == (roads[3].pk, "Ngõ 3")
    assert planner.get(f"/ogc/collections/roads/items/{10**18}").status_code == 404
    assert planner.get(f"/ogc/collections/roads/items/{10**30}").status_code == 404


def test_reading_households_is_recorded_by_page(planner, city):
    for _ in range(3):
        made = Household.objects.create(unit=city.west_hamlets[0], name="Triệu Thị Test")
        made.reviews.create(unit=made.unit, year=2017, category="poor")
    found = get(planner, "/ogc/collections/households/items?year=2017&limit=2")
    assert found["features"][0]["geometry"] is None
    assert [(read.output, read.rows) for read in PersonalRead.objects.all()] == [("ogc", 2)]


def test_a_page_of_rows_takes_as_many_queries_as_one_row(planner, roads, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        get(planner, "/ogc/collections/roads/items?limit=25&year=2017")
