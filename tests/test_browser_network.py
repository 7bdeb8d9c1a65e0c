"""The road network and getting about in a real browser."""

import re

import pytest
from django.contrib.gis.geos import LineString, Point
from playwright.sync_api import expect

from layers.access import Role
from layers.models import Facility, Household, NetworkRepair, Road
from layers.planning.store.kept import forget
from tests.browser import PHONE, YEAR, axe_findings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gap(land):
    """A lane that ends 22 m short of the road to the committee, with a household on it."""
    hamlet = land.west_hamlets[1]
    Facility.objects.create(unit=hamlet, name="UBND", kind="committee", geom=Point(105.822, 22.11))
    for line, name in (
        (((105.822, 22.11), (105.834, 22.11)), "Đường trục"),
        (((105.828, 22.1102), (105.828, 22.114)), "Ngõ Phặc Tràng"),
    ):
        Road.objects.create(
            unit=hamlet, geom=LineString(*line), road_class="lane", surface="concrete", wet_access="car", name=name
        )
    home = Household.objects.create(unit=hamlet, name="Nguyễn Văn Thử", geom=Point(105.828, 22.113))
    home.reviews.create(unit=hamlet, year=YEAR, category="average")
    forget()
    return land


def test_a_planner_repairs_the_network_by_one_click_and_undoes_it(gap, open_page, member):
    page = open_page(f"network/?unit={gap.west.pk}&year={YEAR}", member(Role.PLANNER, gap.west))
    expect(page.locator("#headline")).to_contain_text("hộ không tới được trung tâm xã")
    finding = page.locator(".finding").filter(has_text="Ngõ Phặc Tràng").first
    expect(finding).to_contain_text("22 m")
    finding.click()
    page.get_by_role("button", name="Thêm đoạn còn thiếu").click()
    repairs = page.locator(".repairs")
    expect(repairs).to_be_visible()
    expect(page.locator(".finding").filter(has_text="Ngõ Phặc Tràng")).to_have_count(0)
    assert NetworkRepair.objects.standing().count() == 1
    repairs.locator("summary").click()
    repairs.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator(".finding").filter(has_text="Ngõ Phặc Tràng")).not_to_have_count(0)
    assert not NetworkRepair.objects.standing().exists()


def test_a_leader_sees_what_is_wrong_and_repairs_nothing(gap, open_page, member):
    page = open_page(f"network/?unit={gap.west.pk}&year={YEAR}", member(Role.LEADER, gap.west))
    page.locator(".finding").first.click()
    expect(page.get_by_role("link", name="Ngõ Phặc Tràng").first).to_be_visible()
    expect(page.get_by_role("button", name="Thêm đoạn còn thiếu")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}])
def test_the_network_page_is_for_everybody_who_may_see_it(gap, open_page, member, size):
    page = open_page(f"network/?unit={gap.west.pk}&year={YEAR}", member(Role.PLANNER, gap.west), size)
    expect(page.locator(".kind").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert not axe_findings(page)


def test_getting_about_colours_the_map_and_tells_how_many_are_left_out(gap, open_page, member):
    page = open_page(f"?unit={gap.west.pk}&year={YEAR}", member(Role.PLANNER, gap.west))
    page.locator("#toolbar").get_by_title("Đi lại").click()
    panel = page.locator("#tool-panel")
    expect(panel.locator(".result")).to_contain_text("2 hộ không tới được trung tâm xã")
    expect(panel.locator("#travel-households")).to_contain_text("2 hộ")
    expect(page.locator(".share-label").first).to_contain_text("%")
    panel.get_by_text("RAI từng đơn vị").click()
    expect(panel.locator("details .facts")).to_contain_text("Phặc Tràng")
    expect(panel.get_by_role("link", name="mạng lưới đường")).to_have_attribute(
        "href", f"/network/?unit={gap.west.pk}&year={YEAR}"
    )
    panel.locator("#travel-service").select_option("market")
    expect(panel).to_contain_text("chưa ghi nơi nào như vậy")
    assert not axe_findings(page)
    panel.get_by_role("button", name="Đóng").click()
    expect(page.locator(".share-label")).to_have_count(0)


def test_the_panel_names_the_travel_times_in_words(gap, open_page, member):
    page = open_page(f"?unit={gap.west.pk}&year={YEAR}", member(Role.PLANNER, gap.west))
    page.locator("#side").get_by_role("button", name="Thời gian đi lại tới dịch vụ").click()
    expect(page.locator("#tool-panel #travel-service")).to_have_value("centre")


def test_a_link_shows_the_travel_times_that_were_asked_for(gap, open_page, member):
    page = open_page(f"?unit={gap.west.pk}&year={YEAR}", member(Role.PLANNER, gap.west))
    page.locator("#toolbar").get_by_title("Đi lại").click()
    panel = page.locator("#tool-panel")
    for name, value in (("service", "market"), ("mode", "foot"), ("season", "wet"), ("minutes", "45")):
        panel.locator(f"#travel-{name}").select_option(value)
        expect(panel.locator(f"#travel-{name}")).to_have_value(value)
    expect(page).to_have_url(re.compile(r"travel=market/foot/wet/45"))
    # Away to another page and back, and the same link opened anew.
    panel.get_by_role("link", name="mạng lưới đường").click()
    expect(page.locator("#headline")).to_be_visible()
    page.go_back()
    for _again in range(2):
        for name, value in (("service", "market"), ("mode", "foot"), ("season", "wet"), ("minutes", "45")):
            expect(panel.locator(f"#travel-{name}")).to_have_value(value)
        page.reload()
    panel.get_by_role("button", name="Đóng").click()
    expect(page).not_to_have_url(re.compile("travel="))


def test_a_link_to_travel_times_that_do_not_exist_shows_the_usual_ones(gap, open_page, member):
    page = open_page(f"?unit={gap.west.pk}&year={YEAR}&travel=moon/foot/wet/45", member(Role.PLANNER, gap.west))
    expect(page.locator("#tool-panel #travel-service")).to_have_value("centre")
    assert "400" in page.complaints.pop()


def test_a_guest_gets_no_counts_of_households(gap, open_page):
    page = open_page(f"?unit={gap.west.pk}&year={YEAR}")
    page.locator("#toolbar").get_by_title("Đi lại").click()
    panel = page.locator("#tool-panel")
    expect(panel.locator(".result")).to_contain_text("quá ít hộ")
    expect(panel.locator("#travel-households")).to_have_count(0)
    expect(panel.locator("#travel-roads")).to_have_count(0)
    expect(panel).not_to_contain_text("false")
