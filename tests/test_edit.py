"""Edits on the map: who may, what is accepted, what follows, and that nobody overwrites anybody."""

from datetime import datetime, timedelta

import pytest
from django.contrib.gis.geos import LineString, Point
from django.test import Client

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import Facility, Household, Road, Standing, Unit

pytestmark = pytest.mark.django_db
YEAR = 2017
IN_HAMLET = [[105.801, 22.101], [105.815, 22.101]]
ACROSS = [[105.815, 22.101], [105.835, 22.101]]
BESIDE_HAMLETS = [[105.801, 22.13], [105.815, 22.13]]
NEXT_DOOR = [[105.845, 22.101], [105.855, 22.101]]


def feature(coordinates=None, shape: str = "LineString", /, **properties) -> dict:
    geometry = {"type": shape, "coordinates": coordinates} if coordinates is not None else None
    # What is drawn in these tests was there in the years before too, unless they ask for the years.
    return {"type": "Feature", "geometry": geometry, "properties": properties, "correction": True}


def post(client, slug: str, body, status: int = 201):
    response = client.post(f"/edit/{slug}/?year={YEAR}", body, content_type="application/json")
    assert response.status_code == status, response.content.decode()
    return response.json() if response.content else None


def put(client, address: str, body, etag: str | None, status: int = 200):
    headers = {} if etag is None else {"if-match": etag}
    response = client.put(address, body, content_type="application/json", headers=headers)
    assert response.status_code == status, response.content.decode()
    return response.json()


def read(client, slug: str, row) -> dict:
    return client.get(f"/features/{slug}/{row.pk}.json?year={YEAR}").json()


@pytest.fixture
def planner(city, browser):
    return browser(Role.PLANNER, city.west)


def test_a_road_is_stored_with_the_hamlet_that_holds_it(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village", surface="earth", name="Đường mới"))
    road = Road.objects.get(pk=made["id"])
    assert (road.unit, road.surface, road.name) == (city.west_hamlets[0], "earth", "Đường mới")
    assert made["unit"] == {"id": city.west_hamlets[0].pk}
    assert planner.get(made["url"]).headers["ETag"] == made["etag"]


def test_a_road_belongs_where_its_middle_lies_to_the_commune_where_no_hamlet_is(city, planner):
    across = post(planner, "roads", feature(ACROSS, road_class="village"))
    beside = post(planner, "roads", feature(BESIDE_HAMLETS, road_class="village"))
    assert Road.objects.get(pk=across["id"]).unit == city.west_hamlets[1]
    assert Road.objects.get(pk=beside["id"]).unit == city.west


def test_names_are_stored_composed(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village", name="Nà Ỏi"))
    assert Road.objects.get(pk=made["id"]).name == "Nà Ỏi"


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.LEADER, Role.FIELD])
def test_others_than_planners_and_administrators_do_not_edit(city, browser, role):
    post(browser(role, city.west), "roads", feature(IN_HAMLET, road_class="village"), 403)
    assert not Road.objects.exists()


def test_nobody_draws_outside_their_area(city, planner):
    problem = post(planner, "roads", feature(NEXT_DOOR, road_class="village"), 403)
    assert "Khuổi Chang" in problem["detail"]
    assert not Road.objects.exists()


def test_nobody_moves_a_road_out_of_their_area_nor_takes_one_from_another(city, planner, browser):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village"))
    address = f"/edit/roads/{made['id']}?year={YEAR}"
    put(planner, address, feature(NEXT_DOOR, road_class="village"), made["etag"], 403)
    neighbour = browser(Role.PLANNER, city.east)
    put(neighbour, address, feature(NEXT_DOOR, road_class="village"), made["etag"], 404)
    assert neighbour.delete(address, headers={"if-match": made["etag"]}).status_code == 404
    assert Road.objects.get().unit == city.west_hamlets[0]


@pytest.mark.parametrize("slug", ["provinces", "districts", "communes"])
def test_what_is_imported_only_is_not_edited(city, planner, slug):
    post(planner, slug, feature([[[105.8, 22.1], [105.81, 22.1], [105.81, 22.11], [105.8, 22.1]]], "Polygon"), 403)


BOWTIE = [[[105.80, 22.10], [105.81, 22.11], [105.81, 22.10], [105.80, 22.11], [105.80, 22.10]]]


@pytest.mark.parametrize(
    ("slug", "body", "status"),
    [
        ("roads", "not json", 400),
        ("roads", [1], 400),
        ("roads", {"type": "Feature", "geometry": None, "properties": []}, 400),
        ("roads", feature(IN_HAMLET, road_class="village", geom="x"), 400),
        ("roads", feature(IN_HAMLET, road_class="village", unit__path="x"), 400),
        ("roads", feature("x"), 400),
        ("roads", feature([[105.8, 22.1]]), 400),
        ("roads", feature([[1e308, 22.1], [2e308, 22.1]], road_class="village"), 400),
        ("roads", feature(None, road_class="village"), 422),
        ("roads", feature(IN_HAMLET), 422),
        ("roads", feature(IN_HAMLET, road_class="motorway"), 422),
        ("roads", feature(IN_HAMLET, road_class="village", width_m="wide"), 422),
        ("roads", feature(IN_HAMLET, road_class="village", width_m=600), 422),
        ("roads", feature(IN_HAMLET, road_class="village", as_of="31/02/2017"), 422),
        ("roads", feature(IN_HAMLET, road_class="village", opened_year=2020), 422),
        ("roads", feature([105.81, 22.101], "Point", road_class="village"), 422),
        ("roads", feature([[105.81, 22.101], [105.81, 22.101]], road_class="village"), 422),
        ("roads", feature([[22.101, 105.81], [22.101, 105.82]], road_class="village"), 422),
        ("roads", feature([[105.71, 22.01], [105.71, 22.02]], road_class="village"), 422),
        ("facilities", feature([105.81, 22.101], "Point", kind="school"), 422),
        ("hamlets", feature(BOWTIE, "Polygon", name="Mới", code="x", valid_from="2015-01-01"), 422),
        ("households", feature([105.81, 22.101], "Point", name="Hoàng Thị Thử"), 422),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_stored(city, planner, slug, body, status):
    before = [model.objects.count() for model in (Road, Facility, Household, Unit)]
    problem = post(planner, slug, body, status)
    assert problem["detail"]
    assert [model.objects.count() for model in (Road, Facility, Household, Unit)] == before


def test_a_change_keeps_what_was_not_sent(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village", surface="earth", width_m=3.5, name="Đường"))
    put(
        planner,
        f"/edit/roads/{made['id']}?year={YEAR}",
        {"type": "Feature", "properties": {"surface": "concrete", "hardened_year": 2016}},
        made["etag"],
    )
    road = Road.objects.get()
    assert (road.surface, road.width_m, road.name, road.unit) == ("concrete", 3.5, "Đường", city.west_hamlets[0])
    assert road.geom.length == pytest.approx(0.014)


def test_a_change_is_made_from_the_latest_state_or_not_at_all(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village"))
    address = f"/edit/roads/{made['id']}?year={YEAR}"
    change = {"type": "Feature", "properties": {"name": "Một"}}
    put(planner, address, change, None, 400)
    second = put(planner, address, change, made["etag"])
    assert second["etag"] != made["etag"]
    problem = put(planner, address, {"type": "Feature", "properties": {"name": "Hai"}}, made["etag"], 412)
    assert problem["status"] == 412
    assert planner.delete(address, headers={"if-match": made["etag"]}).status_code == 412
    assert Road.objects.get().name == "Một"


def test_history_names_who_removed_a_road(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village", name="Đường"))
    response = planner.delete(f"/edit/roads/{made['id']}?year={YEAR}", headers={"if-match": made["etag"]})
    assert response.status_code == 204
    events = Road.events.rel.related_model.objects.order_by("pgh_id")
    assert [(event.name, event.pgh_label) for event in events] == [("Đường", "insert"), ("Đường", "delete")]
    assert all(event.pgh_context.metadata["user"] for event in events)


def test_history_names_who_drew_a_road(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village"))
    told = planner.get(f"/features/roads/{made['id']}/history.json?year={YEAR}").json()
    assert (told["changes"], told["origin"]["file"]) == ([], "")
    assert told["origin"]["by"].startswith("planner")


def test_history_tells_every_time_by_the_offices_clock(city, planner):
    made = post(planner, "roads", feature(IN_HAMLET, road_class="village"))
    put(planner, f"/edit/roads/{made['id']}?year={YEAR}", feature(IN_HAMLET, name="Đường"), made["etag"])
    told = planner.get(f"/features/roads/{made['id']}/history.json?year={YEAR}").json()
    for event in (told["changes"][0], told["origin"]):
        at = datetime.fromisoformat(event["at"])
        assert at.utcoffset() == timedelta(hours=7)
        assert event["at_shown"] == f"{at:%d/%m/%Y %H:%M}"


def test_a_changed_road_changes_the_criterion_at_once(city, planner):
    load_all()
    line = LineString(*IN_HAMLET)
    road = Road.objects.create(unit=city.west_hamlets[0], road_class="village", surface="earth", geom=line)
    assess(YEAR)

    def transport(unit) -> str:
        return Standing.objects.get(unit=unit, year=YEAR).statuses[1]

    assert transport(city.west_hamlets[0]) == "u"
    change = {"type": "Feature", "properties": {"surface": "concrete", "hardened_year": 2016}}
    put(planner, f"/edit/roads/{road.pk}?year={YEAR}", change, read(planner, "roads", road)["etag"])
    assert transport(city.west_hamlets[0]) == "m"


def said(problem: dict) -> dict[str, str]:
    return {error["field"]: error["message"] for error in problem["errors"]}


def test_who_hardens_a_road_says_since_when_and_the_years_before_stay_as_they_were(city, planner):
    load_all()
    road = Road.objects.create(
        unit=city.west_hamlets[0], road_class="village", surface="earth", geom=LineString(*IN_HAMLET)
    )
    for year in (2016, YEAR):
        assess(year)

    def transport() -> list[str]:
        found = Standing.objects.filter(unit=city.west_hamlets[0], year__in=(2016, YEAR)).order_by("year")
        return [one.statuses[1] for one in found]

    def change(status: int = 200, correction: bool = False, **properties):
        body = {"type": "Feature", "properties": properties, "correction": correction}
        state = read(planner, "roads", road)
        return put(planner, state["edit"], body, state["etag"], status)

    problem = change(422, surface="concrete")
    assert "đã đổi" in said(problem)["hardened_year"] and "Năm" in problem["detail"]
    assert change(422, surface="concrete", hardened_year=None)
    assert transport() == ["u", "u"]
    change(surface="concrete", hardened_year=2017)
    assert transport() == ["u", "m"]
    # Another hardened surface is another fact; what does not change asks nothing.
    assert change(422, surface="asphalt")
    change(name="Đường", surface="concrete")
    change(surface="earth")
    assert transport() == ["u", "u"]
    change(correction=True, surface="concrete", hardened_year=None)
    assert transport() == ["m", "m"]


@pytest.mark.parametrize(
    ("slug", "shape", "given", "asked"),
    [
        ("roads", "LineString", {"road_class": "village"}, {"opened_year"}),
        ("roads", "LineString", {"road_class": "village", "surface": "concrete", "opened_year": 2010},
         {"hardened_year"}),
        ("facilities", "Point", {"kind": "market"}, {"opened_year"}),
        ("facilities", "Point", {"kind": "school", "level": "primary", "standard": True, "opened_year": 1990},
         {"standard_year"}),
        ("waste-sites", "Point", {"kind": "group_kiln"}, {"opened_year"}),
    ],
)  # fmt: skip
def test_who_draws_something_says_since_when_it_is_there(city, planner, slug, shape, given, asked):
    place = IN_HAMLET if shape == "LineString" else [105.81, 22.101]
    body = feature(place, shape, **given) | {"correction": False}
    assert set(said(post(planner, slug, body, 422))) == asked
    assert not Road.objects.exists() and not Facility.objects.exists()
    post(planner, slug, feature(place, shape, **given, **dict.fromkeys(asked, 2016)) | {"correction": False})
    post(planner, slug, feature(place, shape, **given))
    post(planner, slug, body | {"correction": "yes"}, 400)


def test_the_years_are_asked_for_in_english_too(city, planner):
    body = feature(IN_HAMLET, road_class="village") | {"correction": False}
    address = f"/edit/roads/?year={YEAR}"
    answer = planner.post(address, body, content_type="application/json", headers={"accept-language": "en"})
    assert said(answer.json())["opened_year"].startswith("Opened in: say since which year")


def test_a_facility_that_comes_up_to_the_standard_says_since_when(city, planner):
    school = Facility.objects.create(
        unit=city.west_hamlets[0], kind="school", level="primary", standard=False, geom=Point(105.81, 22.11)
    )
    state = read(planner, "facilities", school)
    change = {"type": "Feature", "properties": {"standard": True}}
    assert set(said(put(planner, state["edit"], change, state["etag"], 422))) == {"standard_year"}
    change["properties"]["standard_year"] = 2017
    put(planner, state["edit"], change, state["etag"])
    assert [Facility.objects.as_of_year(year).get().up_to_standard for year in (2016, 2017)] == [False, True]


def test_a_drawn_boundary_is_no_longer_provisional(city, planner):
    hamlet = city.west_hamlets[0]
    Unit.objects.filter(pk=hamlet.pk).update(boundary="provisional")
    hamlet.refresh_from_db()
    state = read(planner, "hamlets", hamlet)
    assert state["editable"]
    assert state["geometry"]["type"] == "MultiPolygon"
    ring = [[105.801, 22.101], [105.819, 22.101], [105.819, 22.119], [105.801, 22.119], [105.801, 22.101]]
    put(
        planner,
        state["edit"],
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}},
        state["etag"],
    )
    hamlet.refresh_from_db()
    assert (hamlet.boundary, hamlet.parent, hamlet.path) == ("surveyed", city.west, f"{city.west.path}{hamlet.pk}/")
    assert hamlet.geom.extent == pytest.approx((105.801, 22.101, 105.819, 22.119))


def test_a_new_hamlet_belongs_to_the_commune_it_lies_in(city, planner):
    ring = [[105.801, 22.121], [105.819, 22.121], [105.819, 22.139], [105.801, 22.139], [105.801, 22.121]]
    body = feature([ring], "Polygon", name="Bản Mới", code="01849-03", title="bản", valid_from="2016-01-01")
    made = post(planner, "hamlets", body)
    hamlet = Unit.objects.get(pk=made["id"])
    assert (hamlet.kind, hamlet.parent, hamlet.boundary) == ("hamlet", city.west, "surveyed")
    assert hamlet.path == f"{city.west.path}{hamlet.pk}/"


def test_a_hamlet_is_not_edited_from_next_door(city, browser):
    neighbour = browser(Role.PLANNER, city.east)
    state = read(neighbour, "hamlets", city.west_hamlets[0])
    assert state["editable"] is False
    address = f"/edit/hamlets/{city.west_hamlets[0].pk}?year={YEAR}"
    put(neighbour, address, {"type": "Feature", "properties": {"name": "x"}}, state["etag"], 403)


def test_a_hamlet_that_still_has_rows_is_not_removed(city, planner):
    Facility.objects.create(unit=city.west_hamlets[0], kind="market", geom=Point(105.81, 22.11))
    state = read(planner, "hamlets", city.west_hamlets[0])
    response = planner.delete(state["edit"], headers={"if-match": state["etag"]})
    assert response.status_code == 422
    assert "1" in response.json()["detail"]


def test_a_household_keeps_its_unit_where_its_place_is_not_known(city, planner):
    made = Household.objects.create(unit=city.west_hamlets[0], name="Hoàng Thị Thử")
    made.reviews.create(unit=made.unit, year=YEAR, category="poor")
    state = read(planner, "households", made)
    put(planner, state["edit"], {"type": "Feature", "geometry": None, "properties": {"members": 5}}, state["etag"])
    made.refresh_from_db()
    assert (made.members, made.unit, made.geom) == (5, city.west_hamlets[0], None)


def test_an_edit_without_the_token_is_refused(city, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member(Role.PLANNER, city.west), backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(
        f"/edit/roads/?year={YEAR}", feature(IN_HAMLET, road_class="village"), content_type="application/json"
    )
    assert response.status_code == 403
    assert not Road.objects.exists()


def body_of(properties: str, coordinates: str = "[[105.802, 22.105], [105.812, 22.115]]") -> str:
    geometry = f'{{"type": "LineString", "coordinates": {coordinates}}}'
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


@pytest.mark.parametrize(
    "body",
    [
        body_of('{"name": "\\ud800", "road_class": "lane"}'),
        "[" * 100_000,
        body_of('{"road_class": "lane"}', "[" * 5_000 + "]" * 5_000),
        body_of('{"name": {"a": 1}, "road_class": "lane"}'),
        body_of('{"name": ["a"], "road_class": "lane"}'),
    ],
    ids=["half a letter", "too deep", "coordinates too deep", "an object", "a list"],
)
def test_what_no_row_can_hold_is_refused_in_words(city, planner, body):
    response = planner.post(f"/edit/roads/?year={YEAR}", body, content_type="application/json")
    assert (response.status_code, response["content-type"]) == (400, "application/problem+json")
