"""The heat map: hexagons add up what the viewer is shown of units, and never tell more than that."""

import pytest

from layers.access import ANONYMOUS, Role, Viewer
from layers.mapserver.counted import Counted
from layers.models import HOUSEHOLDS, Standing, Unit
from layers.reports.maps import heat
from tests.assessed import YEAR, review

pytestmark = pytest.mark.django_db
SIZE = (240.0, 150.0)


def test_unmet_criteria_of_hamlets_add_up(assessed):
    drawn = heat(ANONYMOUS, assessed.city, YEAR, "unmet", *SIZE)
    hamlets = [*assessed.west_hamlets, *assessed.east_hamlets]
    statuses = Standing.objects.filter(unit__in=hamlets, year=YEAR).values_list("statuses", flat=True)
    assert sum(one.value for one in drawn.hexagons) == sum(each.count("u") for each in statuses) > 0
    assert sorted(pk for one in drawn.hexagons for pk in one.units) == sorted(unit.pk for unit in hamlets)


@pytest.mark.parametrize("role", ["administrator", "leader", "planner", "field", "guest", "neighbour", "stranger"])
def test_a_hexagon_tells_nothing_but_sums_of_what_its_viewer_is_shown(assessed, viewers, role):
    """Three poor households in one hamlet, seven in the next: each hexagon is the sum of what is shown, or partial."""
    review(assessed.west_hamlets[1], ["poor"] * 7)
    viewer = viewers[role]
    shown = Counted(HOUSEHOLDS, viewer, YEAR).below(assessed.west)
    poor = {pk: next(total.value for total in totals if total.name == "poor") for pk, totals in shown.items()}
    drawn = heat(viewer, assessed.west, YEAR, "poor", *SIZE)
    for one in drawn.hexagons:
        assert one.value == sum(poor[pk] or 0 for pk in one.units)
        assert one.partly is any(poor[pk] is None for pk in one.units)
    exact = role in ("administrator", "leader", "planner", "field")
    assert (sum(one.value for one in drawn.hexagons) == 10) is exact
    assert ("3 hộ nghèo" in drawn.svg) is exact


def test_two_maps_held_against_each_other_tell_no_hidden_count(assessed):
    """Whatever the frame, and so the hexagons: a hidden hamlet adds nothing to any of them."""
    for unit in (assessed.west, assessed.city, assessed.province):
        drawn = heat(Viewer(Role.GUEST), unit, YEAR, "poor", *SIZE)
        assert sum(one.value for one in drawn.hexagons) == 0


def test_the_page_shows_map_and_table_and_leads_to_the_map(assessed, client):
    response = client.get("/board/heat/", {"unit": assessed.city.pk, "year": YEAR})
    text = response.content.decode()
    assert "Nơi còn tiêu chí chưa đạt" in text
    assert '<svg class="map heat-map"' in text
    assert f"pick=hamlets/{assessed.west_hamlets[0].pk}" in text
    assert "style=" not in text
    poor = client.get("/board/heat/", {"unit": assessed.city.pk, "year": YEAR, "what": "poor"}).content.decode()
    assert "≥" not in poor and "3 hộ nghèo" not in poor
    assert client.get("/board/heat/", {"what": "names"}).status_code == 400


def test_a_unit_without_place_has_no_heat_map(assessed, client):
    Unit.objects.update(geom=None, boundary="none", point=None)
    text = client.get("/board/heat/", {"unit": assessed.west.pk, "year": YEAR}).content.decode()
    assert "không vẽ được bản đồ" in text
