"""What it would take: the cheapest works for a criterion, told to the staff of the unit where planning can tell."""

import pytest

from layers.access import Role
from layers.criteria.sets import load_all
from tests.assessed import YEAR
from tests.plan_region import PlanRegion, criterion_2_but_for_village_roads
from tests.test_board import page

pytestmark = pytest.mark.django_db


def ask(client, unit, criterion=2, **more):
    query = {"unit": unit.pk, "criterion": criterion, "year": YEAR} | more
    return client.get("/board/cheapest/", query, headers={"accept": "text/html"})


def test_the_board_leads_staff_to_the_cheapest_works(assessed, browser):
    rows = {
        row["number"]: row["cheapest"]
        for row in page(browser(Role.PLANNER, assessed.west), assessed.west).context["missing"]
    }
    assert rows[2].startswith("/board/cheapest/?unit=")
    assert rows[17] == rows[11] == ""
    strangers = page(browser(), assessed.west).context["missing"]
    assert {row["cheapest"] for row in strangers} == {""}


def test_where_planning_cannot_tell_it_is_said_why(assessed, browser):
    client = browser(Role.PLANNER, assessed.west)
    response = ask(client, assessed.west)
    assert response.status_code == 200
    # Here no road reaches a centre, which is what keeps planning from telling; the reader is told what to do.
    assert "trung tâm xã" in response.context["why"]


def test_the_works_stand_on_a_map_by_the_numbers_of_the_table(city, browser):
    load_all()
    region = PlanRegion(city)
    criterion_2_but_for_village_roads(region, city)
    shown = ask(browser(Role.PLANNER, region.commune), region.commune).context
    (feature,) = shown["start"]["works"]["features"]
    assert (feature["properties"]["package"], shown["packages"][0]["number"]) == (1, 1)
    assert feature["properties"]["road"] == str(region.side.uid)
    assert feature["geometry"]["coordinates"][0] == pytest.approx(region.side.geom.coords[0], abs=1e-6)
    assert shown["start"]["criterion"] == 2


@pytest.mark.parametrize("role", [None, "guest", "neighbour"])
def test_it_is_told_to_the_staff_of_the_unit_alone(assessed, browser, role):
    client = browser(*([Role.PLANNER, assessed.east] if role == "neighbour" else [role, assessed.west] if role else []))
    assert ask(client, assessed.west).status_code in (302, 403)
    assert ask(browser(Role.PLANNER, assessed.west), assessed.west, 99).status_code == 400
