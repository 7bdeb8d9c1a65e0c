"""The field app in a real browser, against a server that is killed, cut off and deployed anew.

The numbers are those of the acceptance list of the field design; 7, a full disk, is in test_browser_field_store.py,
8 and 10 to 12 are in test_browser_field_people.py. Whatever happens: nothing is lost, nothing is doubled.
"""

import re

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Route, expect

from layers.models import Attachment, Household, Submission
from tests.browser import collected, land, leave_tables_counted, statics, versions
from tests.handset import HERE, KNOWN, altered, changed_statics, noise
from tests.handsets import handset, phone, playwright, process, server, somebody

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["collected", "land", "leave_tables_counted", "statics", "versions"]
__all__ += ["handset", "phone", "playwright", "process", "server", "somebody"]


# 1: without a network


def test_without_a_network_forms_wait_and_are_sent_when_it_is_back(phone) -> None:
    phone.context.set_offline(True)
    phone.new_household("Hoàng Thị Thử")
    phone.keep()
    phone.expect_unsent(1)
    expect(phone.page.get_by_text("Không có mạng · dữ liệu giữ an toàn trên máy")).to_be_visible()
    phone.page.wait_for_function(ASKED_TO_BE_WOKEN)
    assert not Submission.objects.exists()
    phone.context.set_offline(False)
    phone.expect_unsent(0)
    household = Household.objects.get(name="Hoàng Thị Thử")
    assert household.accuracy_m == HERE["accuracy"]
    assert household.geom.distance(Point(HERE["longitude"], HERE["latitude"])) < 1e-6


ASKED_TO_BE_WOKEN = """async () => {
  const { sync } = await navigator.serviceWorker.ready;
  return (await sync.getTags()).includes("send");
}"""


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
