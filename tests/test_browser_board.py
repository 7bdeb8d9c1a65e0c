"""The board in a real browser: keys move in the picture, a cell leads to the map, nothing sticks out of a phone."""

import re

import pytest
from django.contrib.gis.geos import LineString
from playwright.sync_api import Page, expect

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import Road
from tests.browser import PHONE, WIDE, YEAR, axe_findings
from tests.plan_region import PlanRegion, criterion_2_but_for_village_roads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(open_page, city):
    """Open the board of a unit where a road of the west is of earth."""
    load_all()
    line = LineString((105.803, 22.105), (105.815, 22.115))
    Road.objects.create(unit=city.west_hamlets[0], geom=line, road_class="village", surface="earth")
    assess(YEAR)

    def go(unit, size: dict[str, int] = WIDE) -> Page:
        page = open_page(f"board/?unit={unit.pk}&year={YEAR}", size=size)
        expect(page.get_by_role("heading", level=1)).to_contain_text("chưa đạt")
        return page

    return go


def test_keys_move_from_cell_to_cell_and_a_cell_leads_to_the_map(visit, city) -> None:
    page = visit(city.city)
    table = page.get_by_role("table")
    expect(table.get_by_role("rowheader")).to_have_count(2)
    table.get_by_role("link", name="Dương Quang").focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_have_accessible_name("chưa đạt")
    assert page.locator("table [tabindex='0']").count() == 1
    address = page.locator(":focus").get_attribute("href")
    ends = {"End": (0, 19), "Home": (0, None), "Control+End": (1, 19), "Control+Home": (0, None)}
    for key, (row, criterion) in ends.items():
        page.keyboard.press(key)
        unit = (city.west, city.east)[row]
        wanted = f"criterion={criterion}&pick=communes/{unit.pk}" if criterion else f"board/?unit={unit.pk}"
        assert wanted in page.locator(":focus").get_attribute("href")
    assert page.locator("table [tabindex='0']").count() == 1
    assert re.search(rf"criterion=2&pick=communes/{city.west.pk}$", address)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_cheapest_works_are_found_on_their_map(open_page, versions, city, member, size) -> None:
    load_all()
    region = PlanRegion(city)
    criterion_2_but_for_village_roads(region, city)
    address = f"board/cheapest/?unit={region.commune.pk}&criterion=2&year={YEAR}"
    page = open_page(address, member(Role.PLANNER, region.commune), size)
    name = page.get_by_role("button", name=re.compile("^1\\. "))
    name.click()
    expect(page.locator("tr.chosen")).to_have_count(1)
    expect(page.locator(".works-map canvas").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert axe_findings(page) == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_board_fits_and_axe_finds_nothing(visit, city, size) -> None:
    for unit in (city.city, city.west):
        page = visit(unit, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert axe_findings(page) == []
