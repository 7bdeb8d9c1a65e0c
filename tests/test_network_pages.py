"""The page of the road network: who sees it, and repairs that only planners of the area make and undo."""

import json

import pytest
from django.contrib.gis.geos import LineString, Point

from layers.access import Role
from layers.models import Facility, Household, NetworkRepair, Road
from layers.planning.store.kept import forget
from tests.test_access_contract import ROLES, STAFF, signed_in

pytestmark = pytest.mark.django_db
YEAR = 2017
__all__ = ["signed_in"]


def road(unit, *points, **more) -> Road:
    return Road.objects.create(unit=unit, geom=LineString(*points), road_class="village", surface="earth", **more)


@pytest.fixture
def west(city):
    """A main road with the committee at its end, a lane 22 m short of it with a household, a road in the east."""
    first = city.west_hamlets[0]
    Facility.objects.create(unit=first, name="UBND", kind="committee", geom=Point(105.805, 22.11))
    city.main = road(first, (105.805, 22.11), (105.83, 22.11), name="Mốc đường trục")
    city.lane = road(first, (105.81, 22.1102), (105.81, 22.115), name="Mốc ngõ")
    city.far = road(city.east_hamlets[0], (105.845, 22.11), (105.85, 22.11), name="Mốc phía đông")
    poor = Household.objects.create(unit=first, geom=Point(105.81, 22.113), members=4, name="Mốc chủ hộ")
    poor.reviews.create(unit=first, year=YEAR, category="poor")
    return city.west


def report(client, unit):
    return client.get(f"/network/report.json?unit={unit.pk}&year={YEAR}")


def gap_of(answer):
    return next(f for f in answer.json()["features"] if f["properties"]["kind"] == "near_miss")


def send(client, body):
    return client.post(f"/network/repairs/?year={YEAR}", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("role", ROLES)
def test_the_report_reaches_the_staff_of_the_area_and_nobody_else(client, west, city, signed_in, role):
    signed_in(role)
    answer = report(client, west)
    assert (answer.status_code == 200) is (role in STAFF)
    told = answer.content.decode()
    assert ("Mốc ngõ" in told) is (role in STAFF)
    assert "Mốc phía đông" not in told
    assert "Mốc chủ hộ" not in told
    page = client.get("/network/", headers={"accept": "text/html"})
    assert page.status_code == (200 if role in STAFF | {"neighbour"} else 302 if role == "stranger" else 403)
    # Nobody sees more than the own area, though it be the city that is asked for.
    assert report(client, city.city).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_only_planners_of_the_area_repair_and_undo(client, west, city, signed_in, role):
    made = NetworkRepair.objects.create(kind="drop", road=city.main)
    signed_in(role)
    may = role in ("planner", "administrator")
    answer = send(client, {"kind": "bridge", "road": city.lane.pk})
    assert (answer.status_code == 201) is may, answer.content
    assert NetworkRepair.objects.filter(kind="bridge").exists() is may
    undone = client.post(f"/network/repairs/{made.pk}/undo")
    assert (undone.status_code == 200) is may
    made.refresh_from_db()
    assert (made.undone_at is not None) is may


def test_one_click_closes_a_gap_and_one_more_opens_it_again(client, west, city, member):
    user = member(Role.PLANNER, city.west)
    client.force_login(user)
    before = report(client, west)
    gap = gap_of(before)
    assert before.json()["figures"]["refused"] is True
    offer = gap["properties"]["offers"][0]
    done = send(client, {name: offer[name] for name in ("kind", "road", "other", "link")})
    assert done.status_code == 201, done.content
    forget()
    after = report(client, west).json()
    assert (after["figures"]["pieces"], after["figures"]["refused"]) == (1, False)
    (repair,) = after["repairs"]
    assert (repair["by"], repair["kind"], repair["undone"]) == (user.username, "snap", None)
    assert client.post(repair["undo"]).status_code == 200
    forget()
    again = report(client, west).json()
    assert again["figures"]["pieces"] == 2
    assert again["repairs"][0]["undone"]["by"] == user.username
    assert client.post(repair["undo"]).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "paint"}, 400),
        ({"kind": None}, 400),
        ({"link": None}, 400),
        ({"link": [[105.81, 22.1102]]}, 400),
        ({"link": [["x", 1], [2, 3]]}, 400),
        ({"link": [[105.8101, 22.1102], [105.81, 22.11]]}, 422),
        ({"link": [[105.81, 22.1102], [105.8101, 22.1104]]}, 422),
        ({"link": [[105.81, 22.1102], [105.83, 22.11]]}, 422),
        ({"road": 0}, 404),
        ({"road": "1"}, 404),
        ({"road": True}, 404),
        ({"other": 10**30}, 404),
    ],
)
def test_what_is_no_repair_is_refused_by_name_and_nothing_is_stored(client, west, city, member, change, status):
    client.force_login(member(Role.PLANNER, city.west))
    link = [[105.81, 22.1102], [105.81, 22.11]]
    answer = send(client, {"kind": "join", "road": city.lane.pk, "link": link} | change)
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"]
    assert not NetworkRepair.objects.exists()


def test_roads_of_others_are_not_repaired_nor_named(client, west, city, member):
    client.force_login(member(Role.PLANNER, city.west))
    assert send(client, {"kind": "drop", "road": city.far.pk}).status_code == 404
    assert send(client, {"kind": "drop", "road": city.lane.pk, "other": city.far.pk}).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"'])
def test_a_repair_must_be_one_object(client, west, city, member, body):
    client.force_login(member(Role.PLANNER, city.west))
    answer = client.post("/network/repairs/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_road_is_left_out_once(client, west, city, member):
    client.force_login(member(Role.PLANNER, city.west))
    body = {"kind": "drop", "road": city.lane.pk}
    assert [send(client, body).status_code for _ in range(2)] == [201, 422]


def test_a_tolerance_that_is_none_is_refused(client, west, city, member):
    client.force_login(member(Role.PLANNER, city.west))
    for wrong in ("-1", "501", "x"):
        assert client.get(f"/network/report.json?unit={west.pk}&tolerance={wrong}").status_code == 400
