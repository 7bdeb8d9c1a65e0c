"""The field app in a real browser, against a server that is killed, cut off and deployed anew.

The numbers are those of the acceptance list of the field design; 7, a full disk, is in test_browser_field_store.py.
Whatever happens: nothing is lost, nothing is doubled.
"""

import re
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from playwright.sync_api import Route, expect

from layers.models import Attachment, Conflict, Device, DuplicateCandidate, Household, Road, Submission
from tests.browser import axe_findings, collected, land, leave_tables_counted, statics, versions
from tests.handset import HERE, PIN, Handset, altered, changed_statics, noise
from tests.handsets import handset, phone, playwright, process, server, somebody

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["collected", "land", "leave_tables_counted", "statics", "versions"]
__all__ += ["handset", "phone", "playwright", "process", "server", "somebody"]

KNOWN = "Nguyễn Văn Thử"


# 1: without a network


def test_without_a_network_forms_wait_and_are_sent_when_it_is_back(phone) -> None:
    phone.context.set_offline(True)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(1)
    expect(phone.page.get_by_text("Không có mạng · dữ liệu giữ an toàn trên máy")).to_be_visible()
    assert not Submission.objects.exists()
    phone.context.set_offline(False)
    phone.expect_unsent(0)
    household = Household.objects.get(name="Hoàng Thị Thử")
    assert household.accuracy_m == HERE["accuracy"]
    assert household.geom.distance(Point(HERE["longitude"], HERE["latitude"])) < 1e-6


def test_a_dead_server_is_noticed_though_the_browser_says_that_it_is_online(phone, server) -> None:
    server.kill()
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(1)
    expect(phone.page.get_by_text("Không có mạng · dữ liệu giữ an toàn trên máy")).to_be_visible()
    assert phone.page.evaluate("navigator.onLine") is True
    server.start()
    phone.expect_unsent(0)
    assert Household.objects.filter(name="Hoàng Thị Thử").count() == 1


# 2: a cold start with the server dead


def test_a_cold_start_without_a_server_opens_the_list_and_the_map(phone, server) -> None:
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null || true")
    server.kill()
    phone.switch_off()
    phone.switch_on()
    phone.unlock()
    phone.open("list")
    expect(phone.page.get_by_role("listitem").filter(has_text=KNOWN)).to_be_visible()
    phone.page.get_by_role("searchbox").fill("nguyen van thu")
    expect(phone.page.get_by_role("listitem")).to_have_count(1)
    phone.open("map")
    expect(phone.page.locator("canvas.leaflet-tile").first).to_be_attached()
    phone.page.wait_for_function(PAINTED)
    key = phone.page.evaluate(DEVICE_KEY)
    assert key == {"kind": "CryptoKey", "extractable": False}


PAINTED = """() => [...document.querySelectorAll("canvas.leaflet-tile")].some((tile) => {
  const data = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height).data;
  return data.some((value, index) => index % 4 === 3 && value > 0);
})"""
DEVICE_KEY = """() => new Promise((resolve) => {
  indexedDB.open("gis-ntm-field").onsuccess = ({ target }) => {
    const asking = target.result.transaction("meta").objectStore("meta").get("deviceKey");
    asking.onsuccess = () => {
      target.result.close();
      resolve({ kind: asking.result.constructor.name, extractable: asking.result.extractable });
    };
  };
})"""


# 3: the camera kills the page


def test_a_page_killed_while_the_camera_is_open_has_lost_nothing(phone) -> None:
    phone.new_household("Hoàng Thị Thử")
    phone.question("Ảnh")
    phone.page.get_by_role("link", name="Chụp ảnh").click()
    phone.press("Chụp")
    expect(phone.page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    phone.page.get_by_role("link", name="Chụp ảnh").click()
    expect(phone.page.get_by_role("button", name="Chụp", exact=True)).to_be_visible()
    phone.kill()
    phone.switch_on()
    phone.unlock()
    phone.open("home")
    phone.page.get_by_role("link", name=re.compile("Hoàng Thị Thử")).click()
    answers = phone.page.locator("#main")
    expect(answers).to_contain_text("Hoàng Thị Thử")
    expect(answers).to_contain_text("± 8 m")
    expect(answers).to_contain_text("1 ảnh")


# 4, 5: once, whatever is repeated


def test_an_answer_lost_after_the_server_stored_costs_nothing(phone) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    phone.context.route("**/api/field/v1/submissions", lose)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(0)
    assert lost == [201]
    assert Submission.objects.count() == 1
    assert Household.objects.filter(name="Hoàng Thị Thử").count() == 1


def test_five_identical_posts_at_once_make_one_record(phone) -> None:
    phone.context.set_offline(True)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(1)
    phone.context.route("**/api/field/v1/ping", lambda route: route.abort())
    phone.context.set_offline(False)
    statuses = phone.page.evaluate(FIVE_TIMES)
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 423}
    assert Household.objects.filter(name="Hoàng Thị Thử").count() == 1
    phone.context.unroute("**/api/field/v1/ping")
    phone.expect_unsent(0)
    assert Submission.objects.count() == 1


FIVE_TIMES = """() => new Promise((resolve) => {
  indexedDB.open("gis-ntm-field").onsuccess = ({ target }) => {
    const stores = target.result.transaction(["meta", "outbox"]);
    const device = stores.objectStore("meta").get("device");
    const items = stores.objectStore("outbox").getAll();
    stores.oncomplete = async () => {
      target.result.close();
      const [item] = items.result;
      const post = () => fetch("/api/field/v1/submissions", {
        method: "POST",
        body: item.body,
        headers: {
          Authorization: `Bearer ${device.result.submitToken}`,
          "Content-Type": "application/octet-stream",
          "Idempotency-Key": item.id,
          "X-App-Version": "1",
        },
      });
      const answers = await Promise.all([1, 2, 3, 4, 5].map(post));
      resolve(answers.map(({ status }) => status));
    };
  };
})"""


# 6: a new version


def test_a_new_version_waits_until_no_draft_is_open(phone, server, statics, tmp_path) -> None:
    phone.new_household("Hoàng Thị Thử")
    before = phone.page.evaluate("caches.keys()")
    phone.page.evaluate("window.before = true")
    server.deploy(changed_statics(statics, tmp_path / "later"))
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
    waiting = "navigator.serviceWorker.getRegistration().then((known) => known.waiting !== null)"
    phone.page.wait_for_function(f"() => {waiting}")
    phone.answer("Hoàng Thị Thử Nghiệm")
    assert phone.page.evaluate("window.before") is True, "the page with the draft is not loaded anew"
    phone.open("home")
    phone.page.wait_for_function("() => window.before === undefined")
    expect(phone.page.get_by_role("link", name=re.compile("Hoàng Thị Thử Nghiệm"))).to_be_visible()
    after = phone.page.evaluate("caches.keys()")
    assert len(after) == 1
    assert after != before, "the shell that was left is not kept"


def test_an_app_too_old_for_the_server_updates_itself_and_then_sends(phone, server, statics, tmp_path) -> None:
    versions: list[str] = []
    phone.context.on(
        "request",
        lambda asked: versions.append(asked.headers["x-app-version"]) if asked.url.endswith("/submissions") else None,
    )
    server.kill()
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.new_household("Đang Dở")
    server.deploy(
        altered(statics, tmp_path / "newer", "wire/calls.js", ('APP_VERSION = "1"', 'APP_VERSION = "2"')), minimum="2"
    )
    strip = "Ứng dụng đang được cập nhật · dữ liệu giữ an toàn trên máy"
    expect(phone.page.get_by_text(strip)).to_be_visible(timeout=30_000)
    phone.answer("Đang Dở Dang")
    phone.expect_unsent(1)
    assert not Submission.objects.exists()
    phone.open("home")
    phone.expect_unsent(0)
    assert (versions[0], versions[-1]) == ("1", "2")
    assert Submission.objects.get().title == "Hoàng Thị Thử"
    expect(phone.page.get_by_role("link", name=re.compile("Đang Dở Dang"))).to_be_visible()


# 8: two phones, one household


def change_members(phone: Handset, members: str, address: str) -> None:
    phone.open("list")
    phone.page.get_by_role("link", name=re.compile(KNOWN)).click()
    phone.press("Cập nhật")
    phone.page.locator("a.row", has_text="Số nhân khẩu").click()
    phone.answer(members)
    if address:
        phone.question("Địa chỉ")
        phone.answer(address)
    phone.keep()


def test_two_phones_edit_one_household_and_nobody_is_overwritten(handset, somebody) -> None:
    first, second = handset(), handset()
    first.make_ready(somebody().username)
    second.make_ready(somebody().username)
    second.context.set_offline(True)
    change_members(second, "6", "Tổ 2")
    change_members(first, "5", "")
    first.expect_unsent(0)
    second.context.set_offline(False)
    second.expect_unsent(0)
    household = Household.objects.get(name=KNOWN)
    assert (household.members, household.address) == (5, "Tổ 2"), "what only one changed is stored, the rest waits"
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.base, conflict.theirs, conflict.mine) == ("members", None, 5, 6)
    second.open("queue")
    expect(second.page.locator("#main")).to_contain_text("cán bộ quy hoạch sẽ chọn giữa hai câu trả lời")


# a note from the office


def test_a_note_from_the_office_names_the_record_and_leads_to_correcting_it(phone) -> None:
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(0)
    Submission.objects.update(state="returned", note="Đo lại vị trí ở cổng nhà", changed_at=timezone.now())
    phone.open("queue")
    phone.page.reload()
    phone.unlock()
    phone.open("home")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.open("queue")
    note = phone.page.locator(".notice", has_text="Đo lại vị trí ở cổng nhà")
    expect(note).to_contain_text("Hoàng Thị Thử")
    assert "Hoàng" not in phone.page.evaluate(EVERYTHING)
    note.get_by_role("button", name="Sửa phiếu này").click()
    expect(phone.page.locator("a.row", has_text="Vị trí")).to_be_visible()
    phone.open("settings")
    phone.press("Khóa danh sách ngay")
    phone.open("queue")
    expect(note).not_to_contain_text("Hoàng Thị Thử")
    note.get_by_role("link", name="Mở khóa để xem là phiếu nào").click()
    phone.page.get_by_label("Mã PIN").fill(PIN)
    phone.press("Mở khóa")
    expect(note).to_contain_text("Hoàng Thị Thử")


# 9: a photo cut on its way


def test_a_photo_cut_on_its_way_goes_on_where_it_stopped(phone, server) -> None:
    offsets: list[int] = []

    def count(route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", -1))
        if route.request.method == "PATCH":
            offsets.append(offset)
            if len(offsets) == 3:
                server.kill()
        route.continue_()

    phone.context.route("**/api/field/v1/attachments/*", count)
    phone.new_household("Hoàng Thị Thử")
    phone.question("Ảnh")
    picture = {"name": "anh.png", "mimeType": "image/png", "buffer": noise(1000)}
    phone.page.locator("#photo-file").set_input_files(picture)
    expect(phone.page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    phone.keep()
    phone.expect_unsent(1)
    phone.open("queue")
    while server.process is not None:
        phone.page.wait_for_timeout(100)
    expect(phone.page.locator(".queue-item .state")).to_have_text("chờ gửi ảnh", timeout=30_000)
    server.start()
    phone.expect_unsent(0)
    assert offsets[:3] == [0, 262_144, 524_288]
    assert offsets[3] == 524_288, "the first two pieces are not sent again"
    photo = Attachment.objects.get()
    assert photo.state == "stored"
    assert photo.submission.complete


# 10: one name, written two ways


def test_one_name_written_two_ways_is_one_suggestion(phone) -> None:
    for name in ("Hoàng Thị Thử", "Hoa\u0300ng Thi\u0323 Thu\u031b\u0309"):
        phone.new_household(name)
        phone.keep()
        phone.expect_unsent(0)
    assert Household.objects.filter(name="Hoàng Thị Thử").count() == 2
    assert DuplicateCandidate.objects.count() == 1


# 11: a lost phone


def test_ten_wrong_pins_erase_the_list_and_not_the_outbox(phone) -> None:
    phone.context.set_offline(True)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.open("settings")
    phone.press("Khóa danh sách ngay")
    phone.open("pin")
    for left in range(9, 0, -1):
        phone.page.get_by_label("Mã PIN").fill("000000")
        phone.press("Mở khóa")
        expect(phone.page.get_by_role("alert").filter(has_text=f"Còn {left} lần thử")).to_be_visible()
    phone.page.get_by_label("Mã PIN").fill("000000")
    phone.press("Mở khóa")
    expect(phone.page.get_by_text("danh sách đã bị xóa")).to_be_visible()
    assert phone.stored("list") == []
    phone.context.set_offline(False)
    phone.expect_unsent(0)
    assert Household.objects.filter(name="Hoàng Thị Thử").exists()


def test_the_list_locks_two_weeks_after_the_last_sign_in(phone) -> None:
    phone.switch_off()
    phone.switch_on()
    phone.page.clock.install(time=timezone.now() + timedelta(days=15))
    phone.open("pin")
    expect(phone.page.get_by_text("Đã quá 14 ngày kể từ lần đăng nhập cuối").first).to_be_visible()
    phone.open("list")
    expect(phone.page.get_by_text(KNOWN)).to_have_count(0)
    phone.begin("Hộ gia đình")
    phone.next()
    phone.page.get_by_text("Thôn Nà Ỏi", exact=True).click()
    phone.next()
    phone.answer("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(0)
    assert Household.objects.get(name="Hoàng Thị Thử").unit.name == "Nà Ỏi", "without a position the hamlet decides"


def test_a_phone_reported_lost_delivers_what_it_owes_and_shows_nothing_more(phone) -> None:
    phone.context.set_offline(True)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    Device.objects.update(revoked_at=timezone.now())
    phone.context.set_offline(False)
    expect(phone.page.get_by_label("Tên đăng nhập")).to_be_visible(timeout=30_000)
    assert Submission.objects.get().state == "quarantined"
    assert not Household.objects.filter(name="Hoàng Thị Thử").exists()
    assert phone.stored("list") == []
    said = phone.page.locator(".notice", has_text="Cơ quan đã thu hồi máy này")
    expect(said).to_contain_text("không mất phiếu nào")
    expect(said).to_contain_text("hỏi cán bộ quy hoạch")
    expect(phone.page.get_by_text("Phiếu đã lưu trên máy và sẽ được gửi.")).to_have_count(0)
    phone.switch_off()
    phone.switch_on()
    phone.open("home")
    expect(phone.page.get_by_text("Cơ quan đã thu hồi máy này")).to_be_visible()


def test_what_is_finished_cannot_be_read_on_the_phone(phone) -> None:
    phone.context.set_offline(True)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    assert phone.stored("drafts") == []
    assert "Hoàng" not in phone.page.evaluate(EVERYTHING)
    assert KNOWN not in phone.page.evaluate(EVERYTHING)


def test_an_identity_number_is_nowhere_in_clear_while_a_form_is_filled_in(phone) -> None:
    phone.new_household("Hoàng Thị Thử")
    phone.question("Số CMND")
    phone.answer("012345678912")
    assert "012345678912" not in phone.page.evaluate(EVERYTHING)
    phone.open("home")
    phone.page.get_by_role("link", name=re.compile("Hoàng Thị Thử")).click()
    expect(phone.page.locator("a.row", has_text="Số CMND")).to_contain_text("012345678912")
    phone.press("Lưu phiếu")
    phone.expect_unsent(0)
    assert Household.objects.get(name="Hoàng Thị Thử").id_last4 == "8912"


EVERYTHING = """async () => {
  const opening = indexedDB.open("gis-ntm-field");
  const db = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
  const decoder = new TextDecoder();
  const words = (value) => {
    if (value instanceof Uint8Array) return decoder.decode(value);
    if (value && typeof value === "object") return Object.values(value).map(words).join(" ");
    return String(value);
  };
  const found = [];
  for (const name of db.objectStoreNames) {
    const asking = db.transaction(name).objectStore(name).getAll();
    await new Promise((resolve) => { asking.onsuccess = resolve; });
    found.push(words(asking.result));
  }
  db.close();
  return found.join(" ");
}"""


# 12: what the browser grants


def test_the_phone_says_whether_its_data_is_protected(phone) -> None:
    phone.open("settings")
    expect(phone.page.locator("dl.answers")).to_contain_text(re.compile("Chống trình duyệt tự xóa\\s*có"))
    phone.page.wait_for_load_state("networkidle")
    assert Device.objects.get().persisted is True


# What else a person does


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


# Somebody else takes the phone


def test_a_second_person_on_a_phone_neither_sends_nor_sees_what_the_first_filled_in(phone, somebody) -> None:
    first, second = Device.objects.get().user, somebody()
    phone.context.route("**/api/field/v1/ping", lambda route: route.abort())
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.new_household("Đang Dở")
    phone.open("settings")
    phone.sign_in(second.username)
    told = phone.page.locator(".notice")
    expect(told).to_contain_text(f"1 phiếu của {first.username} chưa gửi")
    expect(told).to_contain_text(f"1 phiếu {first.username} đang làm dở được giữ lại")
    assert Device.objects.count() == 1, "nothing happens before the person has read it"
    phone.press("Đổi tài khoản")
    phone.choose_pin("111222")
    phone.download()
    phone.expect_unsent(1)
    phone.open("home")
    expect(phone.page.get_by_text("Đang Dở")).to_have_count(0)
    phone.open("queue")
    expect(phone.page.locator(".queue-item")).to_contain_text(f"của {first.username}")
    expect(phone.page.locator("#main")).not_to_contain_text("Hoàng")
    phone.new_household("Lý Văn Thử")
    phone.keep()
    phone.expect_unsent(2)
    phone.context.unroute("**/api/field/v1/ping")
    phone.expect_unsent(0)
    sent = Submission.objects.values_list("title", "device__user__username")
    assert set(sent) == {("Hoàng Thị Thử", first.username), ("Lý Văn Thử", second.username)}
    # The first takes the phone back: the PIN is the first's own, and the form begun is there.
    phone.sign_in(first.username)
    phone.press("Đổi tài khoản")
    phone.unlock()
    phone.open("home")
    expect(phone.page.get_by_role("link", name=re.compile("Đang Dở"))).to_be_visible()


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
