"""The heat map: hexagons add up what the viewer is shown of units, and never tell more than that."""

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from layers.access import ANONYMOUS, Role, Viewer
from layers.mapserver.counted import Counted
from layers.mapserver.heat import SIDES, SMALLEST, heat
from layers.mapserver.hexagons import box_in_plane, hexagon_of, middle_of, ring_of, side_for
from layers.models import HOUSEHOLDS, PersonalRead, Standing, Unit
from tests.assessed import YEAR, review

pytestmark = pytest.mark.django_db

#: The city from near, the province, the country.
VIEWS = {"city": (105.79, 22.09, 105.9, 22.2), "province": (105.2, 21.5, 106.6, 22.9), "nation": (102, 8, 110, 24)}
ROLES = ["administrator", "leader", "planner", "field", "guest", "neighbour", "stranger"]


def seen(viewer: Viewer, what: str, view: str = "city", criterion: int | None = None):
    return heat(viewer, YEAR, what, box_in_plane(*VIEWS[view]), criterion).hexagons


def test_a_place_is_in_the_hexagon_whose_middle_is_nearest():
    x, y = np.random.default_rng(1).uniform(-5000, 5000, (2, 500))
    q, r = hexagon_of(x, y, 300.0)
    every = [(column, row) for column in range(-30, 31) for row in range(-30, 31)]
    middles = np.array([middle_of(column, row, 300.0) for column, row in every])
    nearest = np.argmin((middles[:, 0, None] - x) ** 2 + (middles[:, 1, None] - y) ** 2, axis=0)
    assert [every[place] for place in nearest] == list(zip(q.tolist(), r.tolist(), strict=True))


def test_neighbours_share_their_corners():
    own, right = ring_of(0, 0, 1000.0), ring_of(1, 0, 1000.0)
    assert own[0] == own[-1]
    assert len(set(own) & set(right)) == 2


@pytest.mark.parametrize(("width", "side"), [(100, 256), (60 * 256, 256), (60 * 256 + 1, 512), (1_000_000, 32_768)])
def test_the_answer_is_bounded_whatever_is_looked_at(width, side):
    assert side_for((0, 0, width, 10), SIDES, SMALLEST) == side


@pytest.mark.parametrize(("view", "kind"), [("city", "hamlet"), ("nation", "commune")])
def test_unmet_criteria_add_up(assessed, view, kind):
    statuses = Standing.objects.filter(unit__kind=kind, year=YEAR).values_list("statuses", flat=True)
    drawn = seen(ANONYMOUS, "unmet", view)
    assert sum(one.value for one in drawn) == sum(each.count("u") for each in statuses) > 0
    of_two = seen(ANONYMOUS, "unmet", view, criterion=2)
    assert sum(one.value for one in of_two) == sum(each[1] == "u" for each in statuses) == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_hexagon_tells_nothing_but_sums_of_what_its_viewer_is_shown(assessed, viewers, role, view):
    """Three poor households in one hamlet, seven in the next: each hexagon is the sum of what is shown, or partial."""
    review(assessed.west_hamlets[1], ["poor"] * 7)
    viewer = viewers[role]
    above = assessed.city if view != "city" else assessed.west
    shown = Counted(HOUSEHOLDS, viewer, YEAR).below(above)
    poor = {pk: next(total.value for total in totals if total.name == "poor") for pk, totals in shown.items()}
    drawn = seen(viewer, "poor", view)
    for one in drawn:
        assert one.value == sum(poor[pk] or 0 for pk in one.units)
        assert one.partly is any(poor[pk] is None for pk in one.units)
    exact = role in ("administrator", "leader", "planner", "field")
    # Ten in the whole commune are no small count; which hamlets they live in is.
    assert (sum(one.value for one in drawn) == 10) is (exact or view != "city")
    assert not PersonalRead.objects.exists()


def test_no_two_views_held_against_each_other_tell_a_hidden_count(assessed):
    """Wherever the view ends, and so whatever it adds up: a hidden hamlet adds nothing to any hexagon."""
    guest = Viewer(Role.GUEST)
    for shift in np.arange(0, 0.04, 0.004).tolist():
        west, south, east, north = VIEWS["city"]
        drawn = heat(guest, YEAR, "poor", box_in_plane(west + shift, south, east + shift, north)).hexagons
        assert sum(one.value for one in drawn) == 0
        assert all(one.partly for one in drawn)


def test_a_hexagon_at_the_edge_is_whole(assessed):
    """The box cuts through a hexagon: it holds what it holds in a box that shows all of it."""
    west, south, east, north = box_in_plane(*VIEWS["city"])
    whole = {(one.q, one.r): one for one in heat(ANONYMOUS, YEAR, "unmet", (west, south, east, north)).hexagons}
    for cut in range(0, int(east - west), 150):
        for one in heat(ANONYMOUS, YEAR, "unmet", (west + cut, south, east + cut, north)).hexagons:
            assert one == whole[one.q, one.r]


def test_the_answer_names_the_units_and_says_what_is_counted(assessed, client):
    asked = {"year": YEAR, "bbox": ",".join(map(str, VIEWS["city"])), "what": "unmet"}
    answer = client.get("/heat.json", asked)
    assert "no-store" in answer["Cache-Control"]
    found = answer.json()
    named = {unit["id"]: unit for one in found["features"] for unit in one["properties"]["units"]}
    hamlet = assessed.west_hamlets[0]
    assert named[hamlet.pk] == {"id": hamlet.pk, "layer": "hamlets", "name": "Nà Ỏi"}
    assert "tiêu chí chưa đạt" in found["features"][0]["properties"]["told"]
    assert found["most"] == max(one["properties"]["value"] for one in found["features"])
    one = client.get("/heat.json", asked | {"criterion": 2}).json()["features"]
    assert [each["properties"]["told"] for each in one] == ["1 đơn vị chưa đạt tiêu chí 2"]
    for wrong in ({"what": "names"}, {"bbox": "1,2"}, {"bbox": "106,22,105,23"}, {"criterion": 0}, {"unit": 1},
                  {"what": "poor", "criterion": 2}):  # fmt: skip
        assert client.get("/heat.json", asked | wrong).status_code == 400, wrong
    assert client.get("/heat.json", {"year": YEAR}).status_code == 400


def test_the_board_leads_to_the_hexagons(assessed, client):
    text = client.get("/board/", {"unit": assessed.city.pk, "year": YEAR}).content.decode().replace("&amp;", "&")
    for what in ("unmet", "poor", "unmet/2"):
        assert f'href="/?unit={assessed.city.pk}&year={YEAR}&heat={what}"' in text
    assert client.get("/board/heat/").status_code == 404


def test_units_without_place_stand_where_what_they_belong_to_stands(assessed):
    Unit.objects.filter(kind="hamlet").update(geom=None, boundary="none", point=None)
    before = sum(one.value for one in seen(ANONYMOUS, "unmet"))
    statuses = Standing.objects.filter(unit__kind="hamlet", year=YEAR).values_list("statuses", flat=True)
    assert before == sum(each.count("u") for each in statuses)


def test_a_hamlet_without_poor_households_is_hidden_like_one_with_few(assessed, client):
    """Seven in one hamlet, three in the next, none in a third: of the last two nobody learns which has none."""
    review(assessed.west_hamlets[1], ["poor"] * 7)
    third = Unit.objects.create(
        code="W3", kind="hamlet", parent=assessed.west, name="Bản Vắng", valid_from="2015-01-01",
        point=Point(105.86, 22.16),
    )  # fmt: skip
    drawn = [one for one in seen(ANONYMOUS, "poor") if third.pk in one.units]
    assert [(one.value, one.partly) for one in drawn] == [(0, True)]
    asked = {"year": YEAR, "bbox": ",".join(map(str, VIEWS["city"])), "what": "poor"}
    told = {one["properties"]["told"] for one in client.get("/heat.json", asked).json()["features"]}
    assert "số hộ nghèo được ẩn, có thể không có hộ nào" in told
    assert not any(words.startswith("có hộ nghèo") for words in told)
    page = client.get(f"/units/{third.pk}.json", {"year": YEAR}).json()
    assert {total["name"]: total["value"] for total in page["counts"]} == {
        "count": None, "poor": None, "near_poor": None}  # fmt: skip
    exact = Viewer(Role.LEADER, areas=(assessed.province.path,))
    assert {total.name: total.value for total in Counted(HOUSEHOLDS, exact, YEAR).of(third)}["poor"] == 0
