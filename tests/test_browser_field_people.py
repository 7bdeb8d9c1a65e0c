"""Who holds the phone: two at once, one after the other, nobody entitled; and what the office says to them.

The numbers are those of the acceptance list of the field design.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from layers.models import Conflict, Device, DuplicateCandidate, Household, Submission
from tests.browser import collected, land, leave_tables_counted, statics, versions
from tests.handset import KNOWN, PIN, Handset
from tests.handsets import handset, phone, playwright, process, server, somebody

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["collected", "land", "leave_tables_counted", "statics", "versions"]
__all__ += ["handset", "phone", "playwright", "process", "server", "somebody"]


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


def test_a_proposal_that_no_planner_has_decided_on_is_said_to_wait(phone) -> None:
    phone.new_household("Hoàng Thị Thử")
    phone.question("Kết quả rà soát")
    phone.page.get_by_label("Nghèo", exact=True).check()
    phone.keep()
    toast = phone.page.locator(".toast", has_text="Phiếu đã lưu trên máy")
    expect(toast).to_be_visible()
    # Whoever goes on at once is not kept from it by what was said of the last form.
    phone.begin("Đoạn đường")
    expect(toast).to_be_hidden(timeout=2_000)
    phone.expect_unsent(0)
    phone.open("queue")
    sent = phone.page.locator(".rows.done li").first
    expect(sent).to_contain_text("đã nhận; đề nghị chờ duyệt")
    expect(sent).to_contain_text("Hoàng Thị Thử")
    expect(sent).to_contain_text("Hộ gia đình · ")


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
