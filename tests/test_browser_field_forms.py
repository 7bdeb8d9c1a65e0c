"""Filling in a form on the phone: where, along which line, what is refused and put right; for every hand and eye."""

import re

import pytest
from playwright.sync_api import expect

from layers.models import Device, Household, Road
from tests.browser import axe_findings, collected, land, leave_tables_counted, statics, versions
from tests.handsets import handset, phone, playwright, process, server, somebody

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["collected", "land", "leave_tables_counted", "statics", "versions"]
__all__ += ["handset", "phone", "playwright", "process", "server", "somebody"]


def test_a_road_is_walked_and_comes_as_a_line(phone) -> None:
    phone.begin("Đoạn đường")
    # Whoever begins stands where the road begins: the receiver tells at once where it is.
    phone.stand(22.106, 105.806, 6)
    phone.press("Bắt đầu ghi")
    for step in range(12):
        if step:
            phone.stand(22.106 + step * 0.00004, 105.806, 6)
        expect(phone.page.locator(".position")).to_contain_text(f"{step + 1} điểm")
    phone.press("Tạm dừng")
    expect(phone.page.locator(".accuracy")).to_contain_text(re.compile(r"4[89] m"))
    phone.next()
    phone.answer("Đường Nà Thử")
    phone.next()
    phone.page.locator(".choice").nth(1).click()
    phone.keep()
    phone.expect_unsent(0)
    road = Road.objects.get(name="Đường Nà Thử")
    assert 45 < road.length_m < 52


def test_a_road_is_drawn_from_where_the_phone_is_and_only_from_near(phone) -> None:
    phone.begin("Đoạn đường")
    map_ = phone.page.locator(".question-map")
    expect(map_.locator(".leaflet-control-scale-line")).to_have_text("200 m")
    phone.press("Vẽ trên bản đồ")
    box = map_.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # The phone is in the middle: a walk of 100 px is a few hundred metres, not kilometres.
    phone.page.touchscreen.tap(*middle)
    phone.page.touchscreen.tap(middle[0] + 100, middle[1])
    expect(phone.page.locator(".accuracy")).to_contain_text(re.compile(r"^2\d\d m$"))
    for _step in range(3):
        phone.page.get_by_role("button", name="Thu nhỏ").click()
    phone.page.touchscreen.tap(middle[0] - 50, middle[1])
    expect(phone.page.get_by_text("Bản đồ đã được phóng to")).to_be_visible()
    expect(phone.page.locator(".accuracy")).to_contain_text(re.compile(r"^2\d\d m$"))
    phone.next()
    phone.answer("Đường Nà Thử")
    phone.next()
    phone.page.locator(".choice").nth(1).click()
    phone.keep()
    phone.expect_unsent(0)
    assert 200 < Road.objects.get(name="Đường Nà Thử").length_m < 300


def test_a_road_whose_surface_is_hardened_now_is_asked_since_when(handset, somebody, land) -> None:
    """Else the years before would have had it too; a tick says that they had."""
    lane = Road.objects.create(
        unit=land.west_hamlets[0],
        name="Ngõ Thử",
        road_class="village",
        surface="earth",
        geom="SRID=4326;LINESTRING(105.81 22.11, 105.812 22.112)",
    )
    phone = handset()
    phone.make_ready(somebody().username)
    phone.open("list")
    phone.page.get_by_role("link", name=re.compile("Ngõ Thử")).click()
    phone.press("Cập nhật")
    phone.page.get_by_role("link", name=re.compile("^Mặt đường")).click()
    phone.page.get_by_label("Bê tông xi măng", exact=True).check()
    phone.page.get_by_role("link", name="Xem phiếu").click()
    phone.press("Lưu phiếu")
    expect(phone.page.locator("#hint")).to_contain_text("từ năm nào")
    phone.press("Tiếp")
    expect(phone.page.get_by_role("alert").filter(has_text="Hãy trả lời")).to_be_visible()
    phone.page.get_by_label("Đúng cho cả các năm trước").check()
    phone.page.get_by_role("link", name="Xem phiếu").click()
    expect(phone.page.locator("a.row", has_text="Các năm trước cũng vậy")).to_be_visible()
    phone.page.locator("a.row", has_text="Các năm trước cũng vậy").click()
    phone.page.get_by_label("Đúng cho cả các năm trước").uncheck()
    phone.page.get_by_role("textbox").fill("2016")
    expect(phone.page.locator("#saved")).to_contain_text("Đã lưu trên máy")
    phone.keep()
    phone.expect_unsent(0)
    lane.refresh_from_db()
    assert (lane.surface, lane.hardened_year) == ("concrete", 2016)


def test_a_position_worse_than_fifty_metres_needs_a_reason(phone) -> None:
    phone.stand(22.11, 105.81, 80)
    phone.begin("Hộ gia đình")
    expect(phone.page.get_by_text("Sai số ± 80 m")).to_be_visible()
    phone.press("Lấy vị trí này")
    phone.press("Tiếp")
    expect(phone.page.get_by_role("alert").filter(has_text="Hãy ghi lý do")).to_be_visible()
    phone.page.get_by_label(re.compile("Sai số hơn 50 m")).fill("Nhà trong khe núi")
    phone.next()


def test_whoever_goes_on_with_a_measured_position_has_taken_it(phone) -> None:
    phone.stand(22.11, 105.81, 14)
    phone.begin("Hộ gia đình")
    expect(phone.page.get_by_text("Sai số ± 14 m")).to_be_visible()
    phone.next()
    expect(phone.page.locator("#question")).to_have_text("Chủ hộ")
    assert phone.stored("drafts")[0]["answers"]["@position"]["accuracy"] == 14


def test_a_position_outside_the_commune_is_asked_about(phone) -> None:
    phone.stand(22.11, 105.86, 8)
    phone.begin("Hộ gia đình")
    expect(phone.page.get_by_text("Vị trí này nằm ngoài xã. Có đúng không?")).to_be_visible()


def test_a_refused_form_says_why_in_vietnamese_and_is_put_right(phone, land) -> None:
    worker = Device.objects.get().user.member
    worker.units.set([land.east])
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    expect(phone.pill()).to_have_class(re.compile("attention"))
    expect(phone.page.get_by_role("link", name="Phiếu cần xử lý")).to_be_visible()
    phone.open("queue")
    item = phone.page.locator(".queue-item")
    expect(item).to_contain_text("Cần xử lý")
    expect(item.locator(".reason")).not_to_be_empty()
    worker.units.set([land.west])
    phone.press("Sửa lại")
    phone.page.locator("a.row", has_text="Số nhân khẩu").click()
    phone.answer("3")
    phone.keep()
    phone.expect_unsent(0)
    assert Household.objects.get(name="Hoàng Thị Thử").members == 3


def test_a_refused_answer_is_named_by_its_question_and_leads_to_it(phone) -> None:
    """The phone holds a form that allows more than the server does: only the server refuses."""
    phone.page.evaluate(ALLOW_MORE)
    phone.page.reload()
    phone.unlock()
    phone.new_household("Hoàng Thị Thử")
    phone.question("Số nhân khẩu")
    phone.answer("999")
    phone.keep()
    phone.open("queue")
    item = phone.page.locator(".queue-item")
    expect(item).to_contain_text("Số nhân khẩu: ")
    expect(item).not_to_contain_text("members")
    phone.press("Đến câu này")
    expect(phone.page.locator("#question")).to_have_text("Số nhân khẩu")
    expect(phone.page.locator("#wrong")).not_to_be_empty()
    phone.answer("9")
    phone.keep()
    phone.expect_unsent(0)
    assert Household.objects.get(name="Hoàng Thị Thử").members == 9


ALLOW_MORE = """() => new Promise((resolve) => {
  indexedDB.open("gis-ntm-field").onsuccess = ({ target }) => {
    const meta = target.result.transaction("meta", "readwrite").objectStore("meta");
    meta.get("forms").onsuccess = ({ target: { result } }) => {
      for (const form of Object.values(result.every))
        for (const question of form.questions) if (question.name === "members") question.max = null;
      meta.put(result, "forms");
    };
    meta.transaction.oncomplete = () => {
      target.result.close();
      resolve();
    };
  };
})"""


def test_a_phone_that_repeats_an_old_position_lets_a_person_say_that_it_is_still_true(phone) -> None:
    phone.page.evaluate(SAME_FIX)
    phone.begin("Hộ gia đình")
    expect(phone.page.get_by_text("Máy đo vị trí này cách đây 5 phút")).to_be_visible()
    assert phone.stored("drafts")[0]["answers"].get("@position") is None, "nothing is taken unasked"
    expect(phone.page.get_by_text("Chạm vào bản đồ để đánh dấu")).to_be_visible()
    phone.press("Lấy vị trí này")
    expect(phone.page.get_by_text("Đã lấy vị trí này.")).to_be_visible()
    phone.next()
    phone.answer("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(0)
    assert Household.objects.get(name="Hoàng Thị Thử").accuracy_m == 8


SAME_FIX = """() => {
  const fix = {
    timestamp: Date.now() - 300_000,
    coords: { latitude: 22.11, longitude: 105.81, accuracy: 8 },
  };
  navigator.geolocation.watchPosition = (told) => setInterval(() => told(fix), 300);
  navigator.geolocation.clearWatch = (watch) => clearInterval(watch);
}"""


def test_what_was_not_tried_yet_is_not_marked_as_wrong_and_nothing_is_called_sent(phone) -> None:
    expect(phone.pill()).to_have_text("Chưa có phiếu")
    phone.begin("Hộ gia đình")
    phone.page.get_by_role("link", name="Xem phiếu").click()
    expect(phone.page.locator("#main .rows .wrong")).to_have_count(0)
    phone.press("Lưu phiếu")
    phone.page.get_by_role("link", name="Xem phiếu").click()
    expect(phone.page.locator("#main .rows .wrong").first).to_be_visible()


# Who can use it


@pytest.mark.parametrize("screen", ["home", "list", "map", "new", "queue", "packs", "carry", "settings"])
def test_every_screen_can_be_used_by_everybody(phone, screen) -> None:
    phone.open(screen)
    can_be_used(phone)


@pytest.mark.parametrize("question", ["Số CMND", "Vị trí", "Ảnh"])
def test_every_kind_of_question_can_be_used_by_everybody(phone, question) -> None:
    phone.new_household("Hoàng Thị Thử")
    phone.question(question)
    can_be_used(phone)


def can_be_used(phone) -> None:
    phone.page.wait_for_timeout(500)
    assert not axe_findings(phone.page)
    small = phone.page.evaluate(SMALL_TARGETS)
    assert not small, "a thumb needs 48 px"
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360


SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, .choice")]
  .filter((element) => element.checkVisibility() && !element.closest(".choice > *, .visually-hidden, .leaflet-pane"))
  .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, box]) => box.height < 48 || box.width < 48)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
