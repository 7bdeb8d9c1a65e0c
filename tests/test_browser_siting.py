"""Siting in a real browser: a study is asked for, answered, looked at on the map; a road tells what it is worth."""

import pytest
from django.contrib.gis.geos import LineString, Point
from playwright.sync_api import Page, expect

from layers.access import Role
from layers.models import Household, Road, SitingStudy, WasteSite
from layers.planning.waste.rules import load_rules
from tests.browser import PHONE, WIDE, YEAR, axe_findings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(land, settings):
    """Six houses in a row in the west, a road past them, the landfill beside it; the worker answers at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    load_rules()
    for n in range(6):
        made = Household.objects.create(unit=land.west_hamlets[0], geom=Point(105.81 + n * 0.00018, 22.112))
        made.reviews.create(unit=land.west_hamlets[0], year=YEAR, category="average")
    Road.objects.create(
        unit=land.west, road_class="commune", geom=LineString((105.80, 22.1125), (105.84, 22.1125)), name="Đường xã"
    )
    WasteSite.objects.create(unit=land.west, kind="landfill", name="Bãi rác", geom=Point(105.838, 22.1127))
    return land


def ask(page: Page, kind: str, unit: int) -> None:
    page.get_by_role("link", name=kind).click()
    page.locator("select[name=unit]").select_option(str(unit))
    page.locator("input[name=budget]").fill("3")
    page.get_by_role("button", name="Tìm vị trí").click()
    expect(page.locator("#siting-map canvas").first).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_planner_asks_and_sees_why_not_here(village, open_page, member, size) -> None:
    page = open_page("siting/", member(Role.PLANNER, village.west), size)
    ask(page, "Lò đốt rác theo nhóm hộ", village.west.pk)
    expect(page.locator("h1")).to_contain_text("1,5 triệu đồng làm 1 lò: 6 / 7 hộ")
    expect(page.locator("#not-compliant")).to_contain_text("không đạt QCVN 61-MT:2016/BTNMT")
    haul = page.locator(".siting-alternative", has_text="Không xây lò mới")
    haul.click()
    expect(haul).to_have_attribute("aria-pressed", "true")
    page.locator("#siting-map").click(position={"x": 60, "y": 200})
    expect(page.locator(".siting-why h3")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_leader_finds_no_houses_in_it(village, open_page, member) -> None:
    page = open_page("siting/", member(Role.PLANNER, village.west))
    ask(page, "Lò đốt rác theo nhóm hộ", village.west.pk)
    study = SitingStudy.objects.get()
    page = open_page(f"siting/{study.pk}/", member(Role.LEADER, village.west))
    expect(page.locator("#siting-legend")).not_to_contain_text("cách nhà")
    expect(page.get_by_text("Vị trí nhà ở là dữ liệu cá nhân")).to_be_visible()


def test_the_pages_are_accessible(village, open_page, member) -> None:
    user = member(Role.PLANNER, village.west)
    page = open_page("siting/", user, bypass_csp=True)
    assert axe_findings(page) == []
    ask(page, "Điểm tập kết rác", village.west.pk)
    expect(page.locator("#siting-legend li").first).to_be_visible()
    assert axe_findings(page) == []


def test_a_road_tells_what_it_is_worth_and_what_was_assumed(village, open_page, member) -> None:
    page = open_page(f"?pick=roads/{village.earth.pk}&year={YEAR}", member(Role.PLANNER, village.west))
    page.locator("#detail summary", has_text="Chi phí và lợi ích").click()
    expect(page.locator(".worth")).to_contain_text("Ở đây chỉ lưu lượng xe được tính")
    expect(page.locator(".worth .default").first).to_have_text("mặc định")
    expect(page.locator(".worth-table tr.best")).to_have_count(1)
