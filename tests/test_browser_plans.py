"""The plan pages in a real browser: money and choices are tried and answered at once, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from layers.access import Role
from layers.models import Plan
from tests.browser import PHONE, WIDE, axe_findings
from tests.plan_region import PlanRegion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def planned(open_page, city, member):
    """Make a plan of 430 million on the page, as a planner of the west, and open it."""
    region = PlanRegion(city)

    def go(size: dict[str, int] = WIDE) -> Page:
        page = open_page(f"plans/new/?unit={region.commune.pk}&year=2017", member(Role.PLANNER, city.west), size)
        page.get_by_label("Triệu đồng").first.fill("430")
        page.get_by_text("Trọng số và tỷ lệ đóng góp").click()
        page.get_by_label("Nhân dân không phải đóng góp quá khả năng").uncheck()
        page.get_by_role("button", name="Lập phương án").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("mở đường cho 32 hộ, 6 hộ nghèo")
        return page

    return go


def test_a_package_left_out_is_answered_at_once_and_can_be_taken_back(planned):
    page = planned()
    last = page.locator("[data-package]").last
    last.get_by_role("button", name="không làm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mở đường cho 20 hộ")
    expect(page.get_by_text("So với phương án đã lưu")).to_contain_text("−12 hộ, −6 hộ nghèo")
    assert Plan.objects.get().works.count() == 2, "nothing is stored yet"
    page.get_by_role("button", name="Về phương án đã lưu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("32 hộ")
    expect(page.locator("#keep")).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_sources_of_money_are_added_and_taken_away_as_rows(open_page, city, member, size):
    region = PlanRegion(city)
    page = open_page(f"plans/new/?unit={region.commune.pk}&year=2017", member(Role.PLANNER, city.west), size)
    rows = page.locator("#sources .source")
    page.get_by_role("button", name="Thêm nguồn vốn").click()
    page.get_by_role("button", name="Thêm nguồn vốn").click()
    expect(rows).to_have_count(4)
    rows.nth(1).get_by_role("button", name="Bỏ").click()
    rows.nth(1).get_by_role("button", name="Bỏ").click()
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_label("Triệu đồng").fill("300")
    rows.nth(1).get_by_label("Nguồn:").fill("Ngân sách xã")
    rows.nth(1).get_by_label("Triệu đồng").fill("130")
    rows.nth(1).get_by_label("Được dùng cho").select_option("village")
    assert not axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name="Lập phương án").click()
    expect(page).to_have_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    assert [(one["name"], one["classes"]) for one in Plan.objects.get().settings["sources"]] == [
        ("Ngân sách Nhà nước", []),
        ("Ngân sách xã", ["village"]),
    ]


def test_more_money_by_the_slider_is_kept_with_the_plan(planned):
    page = planned()
    slider = page.get_by_label("Ngân sách Nhà nước")
    slider.fill("1000")
    expect(page.get_by_role("heading", level=1)).to_contain_text("37 hộ")
    page.get_by_role("button", name="Lưu lựa chọn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("37 hộ")
    assert Plan.objects.get().works.count() == 3


def test_a_package_is_found_on_the_map(planned):
    page = planned()
    expect(page.get_by_label("Ngân sách Nhà nước")).to_be_enabled()
    page.locator("[data-package] [data-show]").first.click()
    expect(page.locator("[data-package]").first).to_have_class(re.compile("chosen"))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_pages_fit_and_axe_finds_nothing(planned, site, size):
    page = planned(size)
    for address in (page.url, f"{site}/plans/", f"{site}/plans/new/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert axe_findings(page) == []
