"""The JSON that the map page reads: complete, small in queries, and only what the viewer may see."""

import pytest
from django.contrib.gis.geos import LineString, Point
from django.utils import timezone

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import ROADS, Assessment, Declaration, Facility, Household, Indicator, PersonalRead, Road, Unit

pytestmark = pytest.mark.django_db
YEAR = 2017
STAFF = (Role.ADMINISTRATOR, Role.LEADER, Role.PLANNER, Role.FIELD)
ENTITLED = (Role.ADMINISTRATOR, Role.PLANNER, Role.FIELD)


def road(unit: Unit, length: float = 0.01, **more) -> Road:
    west, south = unit.geom.extent[:2]
    line = LineString((west + 0.001, south + 0.001), (west + 0.001 + length, south + 0.001))
    return Road.objects.create(unit=unit, geom=line, **({"road_class": "village"} | more))


def household(unit: Unit, name: str = "Nguyễn Văn Thử", category: str = "poor", **answers) -> Household:
    made = Household.objects.create(unit=unit, name=name, geom=unit.point)
    made.reviews.create(unit=unit, year=YEAR, category=category, **answers)
    return made


@pytest.fixture
def assessed(city):
    """The city with roads, assessed: west lacks hardened village roads, and says it has them."""
    load_all()
    road(city.west_hamlets[0], surface="earth", name="Đường Nà Ỏi – Nà Dì")
    road(city.west_hamlets[1], surface="concrete", length=0.002)
    road(city.east_hamlets[0], surface="concrete")
    indicator = Indicator.objects.get(criterion__criteria_set__code="2016-2020", code="2.2", part="")
    Declaration.objects.create(
        unit=city.west,
        indicator=indicator,
        year=YEAR,
        status="m",
        value=62,
        source="Báo cáo 2017",
        evidence="BC 12/UBND",
    )
    assess(YEAR)
    return city


def get(client, address: str, status: int = 200):
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.json()


@pytest.mark.parametrize("role", [None, *Role])
def test_the_catalogue_offers_rows_or_totals_by_role(assessed, browser, role):
    client = browser(role, assessed.west)
    catalogue = get(client, f"/layers.json?year={YEAR}")
    layers = {layer["slug"]: layer for layer in catalogue["layers"]}
    assert layers["hamlets"]["rows"] is True
    assert layers["roads"]["rows"] is (role in STAFF)
    assert layers["households"]["rows"] is (role in ENTITLED)
    assert layers["roads"]["editable"] is (role in (Role.ADMINISTRATOR, Role.PLANNER))
    assert bool(layers["households"]["fields"]) is (role in ENTITLED)
    assert catalogue["criteria"][1] == {"number": 2, "name": "Giao thông"}
    assert catalogue["years"] == [YEAR]
    home = assessed.city if role is None else assessed.west
    assert catalogue["home"]["id"] == home.pk
    assert catalogue["home"]["bbox"] == pytest.approx(home.geom.extent)


def test_the_catalogue_says_how_rows_are_drawn_named_and_addressed(assessed, browser):
    catalogue = get(browser(Role.PLANNER, assessed.west), f"/layers.json?year={YEAR}")
    roads = next(layer for layer in catalogue["layers"] if layer["slug"] == "roads")
    assert roads["style"]["by"] == "hardened"
    assert [mark["value"] for mark in roads["style"]["marks"]] == ["true", "false", ""]
    fields = {field["name"]: field for field in roads["fields"]}
    assert fields["surface"]["kind"] == "choice"
    assert [choice["value"] for choice in fields["surface"]["choices"]][-2:] == ["earth", ""]
    assert fields["road_class"]["required"]
    assert not fields["hardened"]["stored"]
    assert roads["tiles"] == f"/tiles/roads/{{version}}/{YEAR}/{{z}}/{{x}}/{{y}}.mvt"


def test_the_catalogue_takes_few_queries(assessed, browser, django_assert_max_num_queries):
    client = browser(Role.PLANNER, assessed.west)
    with django_assert_max_num_queries(13):
        get(client, f"/layers.json?year={YEAR}")


def test_a_panel_says_where_a_unit_stands_and_its_parts(assessed, browser, django_assert_max_num_queries):
    client = browser()
    with django_assert_max_num_queries(14):
        panel = get(client, f"/units/{assessed.west.pk}.json?year={YEAR}")
    assert [unit["full_name"] for unit in panel["breadcrumb"]] == ["tỉnh Bắc Kạn", "thành phố Bắc Kạn"]
    transport = panel["criteria"][1]
    assert (transport["name"], transport["status"], transport["differs"]) == ("Giao thông", "u", True)
    assert panel["parts"]["layer"] == "hamlets"
    assert [unit["name"] for unit in panel["parts"]["units"]] == ["Nà Ỏi", "Phặc Tràng"]
    assert panel["parts"]["by_criterion"]["2"] == {"u": 1, "m": 1}
    assert panel["unit"]["valid"] is True
    assert panel["unit"]["bbox"] == pytest.approx(assessed.west.geom.extent)


def test_a_district_counts_its_communes(assessed, browser):
    panel = get(browser(), f"/units/{assessed.city.pk}.json?year={YEAR}")
    assert panel["parts"]["layer"] == "communes"
    assert panel["parts"]["by_criterion"]["2"] == {"u": 1, "?": 1}


def test_a_panel_hides_small_counts_of_people_from_guests(city, browser):
    for _ in range(3):
        household(city.west_hamlets[0])
    for _ in range(9):
        household(city.west_hamlets[1], category="average")
    address = f"/units/{city.west_hamlets[0].pk}.json?year={YEAR}"
    of_guest = {count["name"]: count for count in get(browser(), address)["counts"]}
    assert (of_guest["poor"]["value"], of_guest["poor"]["hidden"]) == (None, True)
    of_leader = {count["name"]: count for count in get(browser(Role.LEADER, city.west), address)["counts"]}
    assert (of_leader["poor"]["value"], of_leader["poor"]["hidden"]) == (3, False)
    of_neighbour = {count["name"]: count for count in get(browser(Role.PLANNER, city.east), address)["counts"]}
    assert of_neighbour["poor"]["hidden"]


def test_a_criterion_shows_its_parts_threshold_and_declaration(assessed, browser, django_assert_max_num_queries):
    client = browser(Role.PLANNER, assessed.west)
    with django_assert_max_num_queries(16):
        panel = get(client, f"/units/{assessed.west.pk}/criteria/2.json?year={YEAR}")
    found = next(row for row in panel["indicators"] if row["code"] == "2.2")
    assert (found["status"], found["differs"], found["threshold"]) == ("u", True, 50)
    computed, declared = found["computed"], found["declared"]
    assert computed["of"] == "km"
    assert computed["numerator"]["value"] == pytest.approx(0.206, abs=0.001)
    assert computed["denominator"]["value"] == pytest.approx(1.238, abs=0.001)
    assert computed["denominator"]["shown"] == "1,24"
    assert (declared["status"], declared["evidence"], declared["source"]) == ("m", "BC 12/UBND", "Báo cáo 2017")
    rows = client.get(found["rows"]["url"])
    assert "Đường Nà Ỏi – Nà Dì" in rows.content.decode()
    assert rows.context["count"] == 1


def test_the_rows_behind_are_offered_only_to_those_who_may_see_them(assessed, browser):
    address = f"/units/{assessed.west.pk}/criteria/2.json?year={YEAR}"
    for client in (browser(), browser(Role.GUEST, assessed.west), browser(Role.PLANNER, assessed.east)):
        assert all(row["rows"] is None for row in get(client, address)["indicators"])


def test_shares_of_few_households_are_not_told_to_guests(city, browser):
    load_all()
    for clean in (True, True, False):
        household(city.west_hamlets[0], hygienic_water=True, clean_water=clean)
    assess(YEAR)
    address = f"/units/{city.west_hamlets[0].pk}/criteria/17.json?year={YEAR}"
    shares = [row for row in get(browser(), address)["indicators"] if row["unit"] == "%" and row["hidden"]]
    assert shares
    assert all(row["value"] is None and row["computed"] is None for row in shares)
    assert not any(row["hidden"] for row in get(browser(Role.PLANNER, city.west), address)["indicators"])


@pytest.mark.parametrize(
    ("numerator", "denominator", "told"), [(470, 499, None), (470, 500, 94), (4_123, 4_999, 82), (10_791, 11_111, 97.1)]
)
def test_shares_of_many_are_told_so_coarsely_that_no_few_can_be_worked_out(city, browser, numerator, denominator, told):
    load_all()
    of_set = Indicator.objects.filter(criterion__criteria_set__code="2016-2020", measure="hygienic_water")
    indicator = of_set.select_related("criterion").get()
    Assessment.objects.create(
        unit=city.west, indicator=indicator, year=YEAR, numerator=numerator, denominator=denominator, status="m",
        assessed_at=timezone.now(),
    )  # fmt: skip
    address = f"/units/{city.west.pk}/criteria/{indicator.criterion.number}.json?year={YEAR}"

    def share(client) -> dict:
        rows = get(client, address)["indicators"]
        return next(row for row in rows if (row["code"], row["part"]) == (indicator.code, indicator.part))

    for client in (browser(), browser(Role.PLANNER, city.east)):
        assert (share(client)["value"], share(client)["computed"]) == (told, None)
    assert share(browser(Role.LEADER, city.west))["computed"]["numerator"]["value"] == numerator


@pytest.mark.parametrize("address", ["/units/999999.json", "/features/roads/999999.json", "/features/lakes/1.json"])
def test_what_is_not_there_is_a_problem_in_vietnamese(city, browser, address):
    problem = get(browser(Role.PLANNER, city.west), f"{address}?year={YEAR}", 404)
    assert problem["status"] == 404


def test_a_bad_year_is_refused(city, browser):
    assert get(browser(), "/layers.json?year=20x7", 400)["status"] == 400


@pytest.mark.parametrize("role", [*ENTITLED, Role.LEADER])
def test_a_feature_has_its_declared_fields_and_no_others(city, browser, role):
    made = road(city.west, surface="gravel", name="Đường thử", width_m=3.5)
    feature = get(browser(role, city.west), f"/features/roads/{made.pk}.json?year={YEAR}")
    fields = {field["name"]: field for field in feature["fields"]}
    assert set(fields) == {field.name for field in ROADS.fields}
    assert fields["width_m"]["shown"] == "3,5 m"
    assert fields["unit"]["value"] == "01849"
    assert feature["editable"] is (role in (Role.ADMINISTRATOR, Role.PLANNER))
    assert feature["geometry"]["type"] == "LineString"
    assert feature["unit"]["id"] == city.west.pk


def test_a_feature_takes_few_queries(city, browser, django_assert_max_num_queries):
    made = household(city.west_hamlets[0])
    client = browser(Role.PLANNER, city.west)
    with django_assert_max_num_queries(9):
        get(client, f"/features/households/{made.pk}.json?year={YEAR}")


def test_a_household_is_found_by_those_entitled_alone_and_the_reading_is_recorded(city, browser):
    made = household(city.west_hamlets[0])
    address = f"/features/households/{made.pk}.json?year={YEAR}"
    for client in (browser(), browser(Role.LEADER, city.west), browser(Role.FIELD, city.east)):
        get(client, address, 404)
    assert not PersonalRead.objects.exists()
    feature = get(browser(Role.FIELD, city.west), address)
    assert feature["title"] == "Nguyễn Văn Thử"
    assert [(read.output, read.what, read.rows) for read in PersonalRead.objects.all()] == [
        ("feature", f"id={made.pk}", 1)
    ]


def test_outlines_of_units_come_in_tiles_not_in_features(city, browser):
    assert get(browser(), f"/features/communes/{city.west.pk}.json?year={YEAR}")["geometry"] is None


def test_history_says_who_changed_what(city, browser, member):
    made = road(city.west, surface="earth", name="Đường thử")
    client = browser(Role.PLANNER, city.west)
    feature = get(client, f"/features/roads/{made.pk}.json?year={YEAR}")
    body = {"type": "Feature", "properties": {"surface": "concrete", "hardened_year": 2015}}
    body["geometry"] = feature["geometry"]
    changed = client.put(feature["edit"], body, content_type="application/json", headers={"if-match": feature["etag"]})
    assert changed.status_code == 200, changed.content
    [change] = get(client, feature["history"])["changes"]
    assert change["by"].startswith("planner-")
    assert {field["name"] for field in change["fields"] if field["before"] != field["after"]} == {
        "surface",
        "hardened_year",
    }
    for other in (browser(), browser(Role.PLANNER, city.east)):
        get(other, feature["history"], 404)


def test_history_of_a_public_unit_is_not_public(city, browser):
    address = f"/features/hamlets/{city.west_hamlets[0].pk}/history.json?year={YEAR}"
    get(browser(), address, 404)
    get(browser(Role.PLANNER, city.east), address, 404)
    assert get(browser(Role.LEADER, city.west), address)["changes"] == []


def test_history_shows_a_shape_that_moved(city, browser):
    made = road(city.west)
    made.geom = LineString((105.81, 22.11), (105.83, 22.11))
    made.save()
    [change] = get(browser(Role.LEADER, city.west), f"/features/roads/{made.pk}/history.json?year={YEAR}")["changes"]
    assert [(field["name"], field["before"], field["after"]) for field in change["fields"]] == [
        ("geometry", "1.032 m", "2.064 m")
    ]
    assert change["by"] == ""


def test_a_facility_s_point_is_where_it_is(city, browser):
    made = Facility.objects.create(unit=city.west, kind="market", name="Chợ", geom=Point(105.81, 22.11))
    feature = get(browser(Role.FIELD, city.west), f"/features/facilities/{made.pk}.json?year={YEAR}")
    assert feature["geometry"]["coordinates"] == pytest.approx([105.81, 22.11])


def test_health_needs_nobody_and_no_encryption(db, client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/help/").status_code == 301
