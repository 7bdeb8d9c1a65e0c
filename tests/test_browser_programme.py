"""The yearly cycle in a real browser: a finding is clicked on the map, a year handed in, and the pages fit a phone."""

import re

import pytest
from playwright.sync_api import expect

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import Cycle, Finding, Indicator, Milestone, Statistic
from tests.browser import PHONE, WIDE, YEAR, axe_findings
from tests.test_evidence import photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def year(land):
    Statistic.objects.create(unit=land.west, year=YEAR, code="insured", numerator=800, denominator=1000, source="test")
    assess(YEAR)
    land.insured = Indicator.objects.get(code="15.1", criterion__criteria_set__code="2016-2020")
    land.finding = Finding.objects.create(
        unit=land.west_hamlets[0], name="Bãi rác tự phát", found_on="2017-05-01", due_on="2017-06-01",
        geom=land.west_hamlets[0].point, indicator=land.insured,
    )  # fmt: skip
    Milestone.objects.create(
        unit=land.west, criterion=land.insured.criterion, indicator=land.insured, first_year=2016, target_year=2019
    )
    return land


def test_a_finding_is_put_where_the_map_is_clicked(year, member, open_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = open_page(f"inspections/new/?unit={year.west.pk}&year={YEAR}", member(Role.PLANNER, year.west))
    page.get_by_label("Tóm tắt").fill("Cống bị sập")
    page.get_by_label("Ngày kiểm tra").fill("2017-09-01")
    page.get_by_label("Hạn xử lý").fill("2017-10-01")
    page.get_by_label("Cơ quan, chức danh phụ trách").fill("UBND xã")
    page.locator("#place-map").scroll_into_view_if_needed()
    page.locator("#place-map").click(position={"x": 330, "y": 160})
    expect(page.get_by_role("textbox", name="Vị trí")).to_have_value(re.compile(r"22\.1\d+, 105\.8\d+"))
    page.get_by_label("Ảnh và văn bản").set_input_files(
        {"name": "cong.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(300, 200))}
    )
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", name="Cống bị sập")).to_be_visible()
    picture = page.get_by_role("img", name="cong.jpg")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 300)
    made = Finding.objects.get(name="Cống bị sập")
    assert year.west.geom.covers(made.geom)


def test_files_chosen_in_a_refused_form_are_kept_and_sent_once_it_is_right(year, member, open_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = open_page(f"inspections/new/?unit={year.west.pk}&year={YEAR}", member(Role.PLANNER, year.west))
    page.get_by_label("Tóm tắt").fill("Cống bị sập")
    page.get_by_label("Ngày kiểm tra").fill("2017-09-01")
    page.get_by_label("Hạn xử lý").fill("2017-08-01")
    page.get_by_label("Ảnh và văn bản").set_input_files(
        {"name": "cong.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(300, 200))}
    )
    address = page.url
    page.get_by_role("button", name="Lưu").click()
    due = page.locator(".field", has=page.get_by_label("Hạn xử lý"))
    expect(due).to_contain_text("không thể trước ngày kiểm tra")
    expect(page.get_by_label("Hạn xử lý")).to_be_focused()
    who = page.locator(".field", has=page.get_by_label("Cơ quan, chức danh phụ trách"))
    expect(who).to_contain_text("Ghi người chịu trách nhiệm")
    assert page.url == address
    assert axe_findings(page) == []
    page.complaints.clear()  # the browser notes each answer that refuses
    page.context.set_offline(True)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Máy chủ không trả lời")).to_be_visible()
    expect(due).not_to_contain_text("không thể trước ngày kiểm tra")
    page.context.set_offline(False)
    page.complaints.clear()
    page.get_by_label("Hạn xử lý").fill("2017-10-01")
    page.get_by_label("Cơ quan, chức danh phụ trách").fill("UBND xã")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", name="Cống bị sập")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("đã lưu", ignore_case=True)
    expect(page.get_by_role("img", name="cong.jpg")).to_have_count(1)
    assert Finding.objects.filter(name="Cống bị sập").count() == 1


def test_a_refused_step_keeps_its_minutes_beside_the_form_it_was_sent_from(year, member, open_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Cycle.objects.create(unit=year.west, year=YEAR, state="submitted")
    page = open_page(f"programme/{year.west.pk}/{YEAR}/", member(Role.PLANNER, year.city))
    form = page.locator("form[data-keeps-files]").first
    form.get_by_label("Ảnh và văn bản").set_input_files(
        {"name": "bien-ban.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(30, 20))}
    )
    form.get_by_role("button", name="Xác nhận đã kiểm tra").click()
    expect(form.get_by_role("alert")).to_contain_text("chưa đạt")
    page.complaints.clear()
    form.get_by_label("Tôi đã biết").check()
    form.get_by_role("button", name="Xác nhận đã kiểm tra").click()
    expect(page.get_by_role("link", name="bien-ban.jpg")).to_be_visible()
    assert Cycle.objects.get(unit=year.west, year=YEAR).state == "checked"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_each_criterion_of_a_year_is_one_jump_away_from_any_place(year, member, open_page, size):
    page = open_page(f"programme/{year.west.pk}/{YEAR}/", member(Role.PLANNER, year.west), size)
    jump = page.get_by_role("navigation", name="Tới tiêu chí")
    for number in (17, 3):
        jump.locator(f"a[href='#criterion-{number}']").click()
        expect(page.locator(f"#criterion-{number}")).to_be_in_viewport()
        expect(jump).to_be_in_viewport()


def test_a_commune_declares_and_hands_in_and_its_city_returns_it(year, member, open_page):
    page = open_page(f"programme/{year.west.pk}/{YEAR}/", member(Role.PLANNER, year.west))
    page.get_by_role("link", name="Khai 15.1").click()
    page.get_by_label("Chưa đạt").check()
    page.get_by_label("Giá trị").fill("80,5")
    page.get_by_role("button", name="Khai").click()
    expect(page.get_by_text("80,5")).to_be_visible()
    page.get_by_label("Tôi đã rà soát nội dung khai").check()
    page.get_by_role("button", name="Nộp hồ sơ tự đánh giá").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Chờ cấp huyện")
    above = open_page(f"programme/{year.west.pk}/{YEAR}/", member(Role.PLANNER, year.city))
    above.get_by_text("Trả lại kèm lý do").first.click()
    note = above.locator("details[open] textarea")
    note.fill("Bổ sung danh sách")
    above.get_by_role("button", name="Trả lại kèm lý do").click()
    expect(above.get_by_text("Bổ sung danh sách")).to_be_visible()
    assert Cycle.objects.get().state == "draft"


PAGES = {
    "overview": f"programme/?year={YEAR}",
    "sheet": "programme/{west}/2017/",
    "declare": "programme/{west}/2017/declare/{insured}/",
    "roadmap": f"programme/{{west}}/roadmap/?year={YEAR}",
    "goal": f"programme/{{west}}/roadmap/15/?year={YEAR}",
    "inspections": "inspections/?state=all",
    "finding": "inspections/{finding}/",
    "new finding": f"inspections/new/?unit={{west}}&year={YEAR}",
    "sets": "criteria/",
    "set": "criteria/2016-2020/",
    "indicator": "criteria/indicators/{insured}/",
}


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_each_page_fits_its_screen_and_axe_finds_nothing_wrong(year, member, open_page, name, size):
    address = PAGES[name].format(west=year.west.pk, insured=year.insured.pk, finding=year.finding.pk)
    page = open_page(address, member(Role.PLANNER, year.west), size)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert axe_findings(page) == []
