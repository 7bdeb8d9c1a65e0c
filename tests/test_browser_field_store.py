"""What the phone keeps when it is full, and how it tells: a real browser, whose quota refuses the write.

Also what it warns of in time, a download that goes on where it stopped, and the file carried by hand.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from layers.access import Role
from layers.models import Attachment, Household, Submission
from tests.browser import CHROMIUM, FLAGS, WIDE, collected, land, leave_tables_counted, statics, versions
from tests.handset import PASSWORD, PIN, altered, noise
from tests.handsets import handset, phone, playwright, process, server, somebody

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["collected", "land", "leave_tables_counted", "statics", "versions"]
__all__ += ["handset", "phone", "playwright", "process", "server", "somebody"]

FULL = "CHƯA LƯU: bộ nhớ của máy đã đầy"
PICTURE = {"name": "anh.png", "mimeType": "image/png", "buffer": noise(1000)}


def offline(phone) -> None:
    phone.context.route("**/api/field/v1/ping", lambda route: route.abort())


def restart_nearly_full(phone, free_bytes: int = 200_000) -> None:
    """What is left by default is enough for words, and too little for the photo."""
    phone.restart_nearly_full(free_bytes)
    offline(phone)


def add_photo(phone) -> None:
    phone.page.locator("#photo-file").set_input_files(PICTURE)


# 7: a full disk


def test_a_photo_for_which_there_is_no_room_is_refused_loudly_and_nothing_else_is_harmed(phone) -> None:
    offline(phone)
    phone.new_household("Lý Văn Thử")
    phone.keep()
    phone.new_household("Hoàng Thị Thử")
    restart_nearly_full(phone)
    phone.page.get_by_role("link", name=re.compile("Hoàng Thị Thử")).click()
    phone.page.locator("a.row", has_text="Ảnh").click()
    before = phone.stored("drafts"), phone.stored("outbox")
    add_photo(phone)
    expect(phone.page.locator("#toasts")).to_contain_text(FULL)
    assert phone.stored("photos") == []
    assert (phone.stored("drafts"), phone.stored("outbox")) == before
    phone.make_room()
    add_photo(phone)
    expect(phone.page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    phone.context.unroute("**/api/field/v1/ping")
    phone.keep()
    phone.expect_unsent(0)
    assert set(Submission.objects.values_list("title", "complete")) == {("Hoàng Thị Thử", True), ("Lý Văn Thử", True)}


def test_a_form_for_which_there_is_no_room_stays_a_draft_whole_and_is_kept_later(phone) -> None:
    offline(phone)
    phone.new_household("Hoàng Thị Thử")
    phone.question("Ảnh")
    add_photo(phone)
    expect(phone.page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    restart_nearly_full(phone)
    phone.page.get_by_role("link", name=re.compile("Hoàng Thị Thử")).click()
    before = phone.stored("drafts"), phone.stored("photos")
    phone.press("Lưu phiếu")
    expect(phone.page.locator("#toasts")).to_contain_text(FULL)
    assert (phone.stored("drafts"), phone.stored("photos")) == before
    assert (phone.stored("outbox"), phone.stored("parts")) == ([], []), "of what does not fit, nothing is kept"
    phone.make_room()
    phone.press("Lưu phiếu")
    phone.page.wait_for_url(lambda url: url.endswith("#/home"))
    assert (phone.stored("drafts"), phone.stored("photos")) == ([], [])
    phone.context.unroute("**/api/field/v1/ping")
    phone.expect_unsent(0)
    assert Attachment.objects.get().state == "stored"


def test_a_phone_without_any_room_opens_says_so_and_sends_what_waits(phone) -> None:
    offline(phone)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    restart_nearly_full(phone, free_bytes=0)
    before = phone.stored("outbox")
    phone.begin("Hộ gia đình")
    expect(phone.page.locator("#toasts")).to_contain_text("Bộ nhớ của máy đã đầy nên việc này chưa làm được")
    expect(phone.page.locator("#strip")).to_contain_text("Bộ nhớ của máy đã đầy")
    phone.open("pin")
    phone.page.get_by_label("Mã PIN").fill(PIN)
    phone.press("Mở khóa")
    expect(phone.page.locator("#pin-form .wrong")).to_contain_text("Bộ nhớ của máy đã đầy")
    assert (phone.stored("outbox"), phone.stored("drafts")) == (before, [])
    phone.context.unroute("**/api/field/v1/ping")
    phone.expect_unsent(0)
    assert Household.objects.filter(name="Hoàng Thị Thử").count() == 1
    phone.make_room()
    phone.open("settings")
    phone.page.reload()
    phone.unlock()
    phone.new_household("Lý Văn Thử")
    phone.keep()
    phone.expect_unsent(0)
    assert Submission.objects.count() == 2


# Before it is too late


def test_the_phone_warns_when_its_storage_is_nearly_full(phone) -> None:
    """A browser that says how much room there is; Chromium does not."""
    phone.page.evaluate("navigator.storage.estimate = async () => ({ usage: 79, quota: 100 })")
    phone.open("settings")
    phone.open("home")
    expect(phone.page.get_by_text("Bộ nhớ dành cho ứng dụng")).to_have_count(0)
    phone.page.evaluate("navigator.storage.estimate = async () => ({ usage: 80, quota: 100 })")
    phone.open("settings")
    phone.open("home")
    expect(phone.page.get_by_text("Bộ nhớ dành cho ứng dụng đã dùng 80 %")).to_be_visible()


def test_the_phone_does_not_believe_a_browser_that_makes_its_room_up_and_warns_of_the_weight_of_photos(phone) -> None:
    offline(phone)
    left = phone.page.evaluate("navigator.storage.estimate().then(({ quota, usage }) => (quota - usage) / 2 ** 30)")
    assert left == int(left) > 0, "Chromium tells of a whole number of GiB, however full the disk is"
    phone.open("settings")
    expect(phone.page.locator("dl.answers")).to_contain_text("trình duyệt không cho biết còn trống bao nhiêu")
    phone.new_household("Hoàng Thị Thử")
    phone.question("Ảnh")
    add_photo(phone)
    expect(phone.page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    phone.keep()
    heavy = phone.page.get_by_text("chưa gửi và đang chiếm chỗ trong máy")
    phone.page.evaluate(WEIGH, 299_999_999)
    phone.open("queue")
    expect(phone.page.get_by_role("heading", name="Hàng chờ")).to_be_visible()
    expect(heavy).to_have_count(0)
    phone.page.evaluate(WEIGH, 300_000_000)
    phone.open("home")
    expect(heavy).to_contain_text("1 ảnh (300 MB)")


WEIGH = """(size) => new Promise((resolve) => {
  indexedDB.open("gis-ntm-field").onsuccess = ({ target }) => {
    const outbox = target.result.transaction("outbox", "readwrite").objectStore("outbox");
    outbox.getAll().onsuccess = ({ target: { result: [item] } }) => {
      outbox.put({ ...item, attachments: item.attachments.map((one) => ({ ...one, size })) });
    };
    outbox.transaction.oncomplete = () => {
      target.result.close();
      resolve();
    };
  };
})"""


def test_the_phone_warns_when_500_forms_wait(phone) -> None:
    offline(phone)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.page.evaluate(COPY, 498)
    phone.open("queue")
    phone.page.reload()
    phone.expect_unsent(499)
    expect(phone.page.get_by_text("phiếu chưa gửi. Hãy đến nơi có mạng")).to_have_count(0)
    phone.page.evaluate(COPY, 1)
    phone.page.reload()
    expect(phone.page.get_by_text("500 phiếu chưa gửi. Hãy đến nơi có mạng")).to_be_visible()


COPY = """(times) => new Promise((resolve) => {
  indexedDB.open("gis-ntm-field").onsuccess = ({ target }) => {
    const outbox = target.result.transaction("outbox", "readwrite").objectStore("outbox");
    outbox.getAll().onsuccess = ({ target: { result } }) => {
      const last = Math.max(...result.map(({ seq }) => seq));
      for (let copy = 1; copy <= times; copy++)
        outbox.put({ ...result[0], id: crypto.randomUUID(), seq: last + copy });
    };
    outbox.transaction.oncomplete = () => {
      target.result.close();
      resolve();
    };
  };
})"""


def test_the_phone_warns_of_a_form_that_has_waited_for_a_week(phone) -> None:
    offline(phone)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    waits = phone.page.get_by_text("Có phiếu chờ gửi từ ngày")
    phone.page.clock.install(time=timezone.now() + timedelta(days=6, hours=23))
    phone.open("queue")
    expect(phone.page.get_by_role("heading", name="Hàng chờ")).to_be_visible()
    expect(waits).to_have_count(0)
    phone.page.clock.set_system_time(timezone.now() + timedelta(days=7, hours=1))
    phone.open("home")
    expect(waits).to_be_visible()


def test_many_forms_that_waited_go_together(phone) -> None:
    offline(phone)
    for number in range(5):
        phone.new_household(f"Hoàng Thị Thử {number}")
        phone.keep()
    asked: list[str] = []
    phone.context.on("request", lambda one: asked.append(one.url.rsplit("/v1/")[-1]) if one.method == "POST" else None)
    phone.context.unroute("**/api/field/v1/ping")
    phone.expect_unsent(0)
    assert asked == ["submissions/batch"]
    assert Household.objects.filter(name__startswith="Hoàng Thị Thử").count() == Submission.objects.count() == 5


# Downloads and the file carried by hand


def test_over_mobile_data_a_map_comes_only_to_somebody_who_agreed_to_its_size(handset, somebody) -> None:
    phone = handset()
    phone.sign_in(somebody().username)
    phone.choose_pin()
    expect(phone.page.get_by_role("button", name="Tải về")).to_be_visible()
    said: list[str] = []
    answers = [False, True]

    def answer(dialog) -> None:
        said.append(dialog.message)
        dialog.accept() if answers.pop(0) else dialog.dismiss()

    phone.page.on("dialog", answer)
    phone.page.evaluate(MOBILE)
    phone.open("settings")
    phone.open("packs")
    phone.press("Tải về")
    expect(phone.page.get_by_role("button", name="Tải về")).to_be_enabled()
    assert phone.stored("list") == []
    phone.download()
    assert len(said) == 2
    assert re.search(r"50(,\d)? MB", said[0])


# A map so large that it is worth a question, on a phone that says how it is connected.
MOBILE = """() => {
  Object.defineProperty(navigator, "connection", { value: { type: "cellular", saveData: false } });
  const honest = window.fetch;
  window.fetch = async (address, options) => {
    const response = await honest(address, options);
    if (!String(address).endsWith("/packs") || !response.ok) return response;
    const told = await response.json();
    for (const pack of told.packs) pack.records.bytes = 50e6;
    return new Response(JSON.stringify(told), { status: response.status, headers: response.headers });
  };
}"""


def test_a_map_that_was_cut_off_goes_on_where_it_stopped(handset, somebody, server, statics, tmp_path) -> None:
    server.deploy(altered(statics, tmp_path / "pieces", "store/packs.js", ("1 << 20", "1 << 11")))
    phone = handset()
    asked: list[int] = []

    def count(route: Route) -> None:
        asked.append(int(re.match(r"bytes=(\d+)-", route.request.headers["range"])[1]))
        if len(asked) == 3:
            server.kill()
        route.continue_()

    phone.context.route("**/basemap.pmtiles", count)
    phone.sign_in(somebody().username)
    phone.choose_pin()
    phone.press("Tải về")
    again = phone.page.get_by_role("button", name="Tải tiếp")
    expect(again).to_be_visible(timeout=60_000)
    server.start()
    # The app was closed meanwhile: what there is to do is still the same.
    phone.page.reload()
    phone.unlock()
    phone.open("packs")
    again.click()
    expect(phone.page.get_by_role("button", name="Cập nhật")).to_be_visible(timeout=60_000)
    assert asked[:4] == [0, 2048, 4096, 4096], "the two pieces that came are not asked for again"
    assert asked == sorted(asked)
    packs = phone.page.evaluate(PACKS)
    assert [pack["mapHash"] == pack["map"]["sha256"] for pack in packs] == [True]


PACKS = """() => new Promise((resolve) => {
  indexedDB.open("gis-ntm-field").onsuccess = ({ target }) => {
    target.result.transaction("meta").objectStore("meta").get("packs").onsuccess = ({ target: { result } }) => {
      target.result.close();
      resolve(Object.values(result));
    };
  };
})"""


def test_what_never_finds_a_network_is_carried_to_the_office_in_a_sealed_file(
    phone, playwright, server, somebody
) -> None:
    offline(phone)
    phone.new_household("Hoàng Thị Thử")
    phone.question("Ảnh")
    add_photo(phone)
    expect(phone.page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    phone.keep()
    phone.open("carry")
    with phone.page.expect_download() as loading:
        phone.press("Tạo tệp")
    carried = phone.folder / loading.value.suggested_filename
    loading.value.save_as(carried)
    assert carried.suffix == ".ntmx"
    assert "Hoàng".encode() not in carried.read_bytes()
    phone.expect_unsent(1)

    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    office = browser.new_page(viewport=WIDE, locale="vi-VN")
    office.goto(f"{server.url}/field/import/")
    office.get_by_label("Tên đăng nhập").fill(somebody(Role.PLANNER).username)
    office.get_by_label("Mật khẩu").fill(PASSWORD)
    office.get_by_role("button", name="Đăng nhập").click()
    for told in ("1 phiếu mới, 0 phiếu đã có, 1 ảnh", "0 phiếu mới, 1 phiếu đã có"):
        put_in(office, carried)
        expect(office.get_by_role("status")).to_contain_text(told)
    browser.close()

    household = Household.objects.get(name="Hoàng Thị Thử")
    sent = Submission.objects.get()
    assert (sent.record, sent.channel, sent.complete) == (household.uid, "file", True)
    # The phone finds a network after all: the server has it, and the phone lets it go.
    phone.context.unroute("**/api/field/v1/ping")
    phone.expect_unsent(0)
    assert Submission.objects.count() == 1


def put_in(office, carried: Path) -> None:
    office.locator("#id_file").set_input_files(carried)
    office.get_by_role("button", name="Nhập", exact=True).click()
