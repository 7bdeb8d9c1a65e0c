"""The pages of the yearly cycle: who sees which, what their forms do, and that many communes cost few queries."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import (
    Criterion,
    Cycle,
    Declaration,
    Evidence,
    Finding,
    Indicator,
    Milestone,
    PersonalRead,
    Statistic,
    Step,
    Unit,
)
from layers.programme.evidence import accept, keep
from tests.small_set import small_set
from tests.test_evidence import PDF, photo

pytestmark = pytest.mark.django_db
YEAR = 2017
STAFF = {"administrator", "leader", "planner", "field"}
EDITORS = {"administrator", "planner"}
ROLES = (*map(str, Role), "neighbour", "stranger")
MARK = "Mốc tồn tại phía tây"
#: Who sees to a finding, by when.
DUTY = {"due_on": "2017-07-01", "responsible": "UBND xã"}


@pytest.fixture
def year(city, settings, tmp_path):
    """The year 2017 of the western commune: assessed, one finding, one goal, one file."""
    settings.MEDIA_ROOT = tmp_path
    small_set()
    Statistic.objects.create(unit=city.west, year=YEAR, code="insured", numerator=800, denominator=1000, source="test")
    assess(YEAR)
    city.finding = Finding.objects.create(
        unit=city.west_hamlets[0], name=MARK, found_on="2017-05-01", due_on="2017-06-01", geom=city.west.point
    )
    city.goal = Milestone.objects.create(
        unit=city.west, criterion=Criterion.objects.get(number=15), first_year=2016, target_year=2019, works=MARK
    )
    city.insured = Indicator.objects.get(code="15.1")
    return city


@pytest.fixture
def as_role(year, browser):
    def make(role: str) -> Client:
        if role == "stranger":
            return browser()
        return browser(Role.PLANNER, year.east) if role == "neighbour" else browser(role, year.west)

    return make


PAGES = {
    "overview": ("/programme/?year=2017", STAFF | {"neighbour"}),
    "sheet": ("/programme/{west}/2017/", STAFF),
    "roadmap": ("/programme/{west}/roadmap/?year=2017", STAFF),
    "goal": ("/programme/{west}/roadmap/15/?year=2017&line={goal}", EDITORS),
    "declare": ("/programme/{west}/2017/declare/{insured}/", EDITORS),
    "inspections": ("/inspections/?state=all", STAFF | {"neighbour"}),
    "finding": ("/inspections/{finding}/", STAFF),
    "change": ("/inspections/{finding}/change/", EDITORS),
    "new finding": ("/inspections/new/?unit={west}", EDITORS),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_for_those_entitled_and_tells_others_nothing(year, as_role, page, role):
    address, entitled = PAGES[page]
    address = address.format(west=year.west.pk, goal=year.goal.pk, insured=year.insured.pk, finding=year.finding.pk)
    answer = as_role(role).get(address)
    assert (answer.status_code == 200) is (role in entitled), answer.status_code
    if role not in STAFF:
        assert MARK not in answer.content.decode()
        assert f"/programme/{year.west.pk}/" not in answer.content.decode()
    if role in STAFF and page in ("sheet", "roadmap", "inspections", "finding"):
        assert MARK in answer.content.decode()


POSTS = {
    "step": ("/programme/{west}/2017/step", {"action": "submit", "seen": "draft", "sure": "on"}, EDITORS),
    "declare": ("/programme/{west}/2017/declare/{insured}/", {"status": "u", "value": "80", "source": "x"}, EDITORS),
    "goal": (
        "/programme/{west}/roadmap/15/?year=2017&line={goal}",
        {"first_year": "2016", "target_year": "2018", "works": "Làm đường", "responsible": "UBND xã"},
        EDITORS,
    ),
    "new finding": (
        "/inspections/new/?unit={west}",
        {"name": "Mới", "kind": "obstacle", "found_on": "2017-06-01"} | DUTY,
        EDITORS,
    ),
    "change": (
        "/inspections/{finding}/change/",
        {"name": "Sửa", "kind": "obstacle", "found_on": "2017-06-01"} | DUTY,
        EDITORS,
    ),
    "close": ("/inspections/{finding}/close", {"closed_on": "2017-07-01", "closing": "Xong"}, EDITORS),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("form", POSTS)
def test_each_form_is_taken_from_those_entitled_alone(year, as_role, form, role):
    address, data, entitled = POSTS[form]
    address = address.format(west=year.west.pk, goal=year.goal.pk, insured=year.insured.pk, finding=year.finding.pk)
    answer = as_role(role).post(address, data)
    done = (
        Step.objects.exists()
        or Declaration.objects.exists()
        or Milestone.objects.filter(target_year=2018).exists()
        or Finding.objects.filter(name__in=["Mới", "Sửa"]).exists()
        or Finding.objects.exclude(closed_on=None).exists()
    )
    assert done is (role in entitled), answer.content.decode()[:2000]
    assert (answer.status_code == 302) is (role in entitled)


@pytest.mark.parametrize("form", POSTS)
def test_a_text_with_a_nul_is_said_to_be_none(year, as_role, form):
    address, data, _entitled = POSTS[form]
    address = address.format(west=year.west.pk, goal=year.goal.pk, insured=year.insured.pk, finding=year.finding.pk)
    answer = as_role("planner").post(address, {name: f"{value}\0" for name, value in data.items()})
    assert answer.status_code in (400, 422)
    assert not Declaration.objects.exists()
    assert not Step.objects.exists()


def test_a_whole_year_goes_through_the_pages(year, browser):
    """Declared with a photo, handed in, returned, handed in again, checked, appraised, recognised."""
    sheet = f"/programme/{year.west.pk}/{YEAR}/"
    commune, city_, province = (browser(Role.PLANNER, unit) for unit in (year.west, year.city, year.province))
    answer = commune.post(
        f"{sheet}declare/{year.insured.pk}/",
        {"status": "u", "value": "80,5", "source": "báo cáo", "decision_number": "5/BC-UBND",
         "attached": [SimpleUploadedFile("bh.jpg", photo()), SimpleUploadedFile("ds.pdf", PDF)]},
    )  # fmt: skip
    assert answer.status_code == 302
    assert Declaration.objects.get().value == 80.5
    assert Evidence.objects.filter(declaration__isnull=False, personal=True).count() == 2

    def step(client: Client, action: str, seen: str, **more: object) -> int:
        return client.post(f"{sheet}step", {"action": action, "seen": seen} | more).status_code

    assert step(commune, "submit", "draft", attached=SimpleUploadedFile("bc.pdf", PDF)) == 422
    assert step(commune, "submit", "draft", attached=SimpleUploadedFile("bc.pdf", PDF), sure="on") == 302
    assert step(city_, "return", "submitted") == 422
    assert step(city_, "return", "submitted", note="Bổ sung 15.1") == 302
    assert step(commune, "submit", "draft", sure="on") == 302
    assert step(commune, "submit", "draft", sure="on") == 412
    assert "Rút lại bước đã thực hiện" in commune.get(sheet).content.decode()
    assert "Rút lại bước đã thực hiện" not in city_.get(sheet).content.decode()
    assert step(commune, "withdraw", "submitted", note="Nhầm") == 302
    assert step(commune, "submit", "draft", sure="on") == 302
    warned = city_.get(sheet).content.decode()
    assert "Chưa đạt theo số liệu hiện có" in warned and "Tôi đã biết các tiêu chí này chưa đạt" in warned
    assert step(city_, "check", "submitted", note="Đã kiểm tra") == 422
    assert step(city_, "check", "submitted", knowing="on") == 422
    assert step(city_, "check", "submitted", knowing="on", attached=SimpleUploadedFile("bb.pdf", PDF)) == 302
    assert step(province, "appraise", "checked", knowing="on", note="Đã thẩm định") == 302
    assert step(province, "recognise", "appraised", note="Theo hồ sơ giấy", decision_number="9/QĐ",
                decision_on="2017-12-29", knowing="on") == 302  # fmt: skip
    assert Cycle.objects.get().state == "recognised"
    page = city_.get(sheet).content.decode()
    assert "Bổ sung 15.1" in page and "9/QĐ" in page and "bc.pdf" in page
    assert "Đã công nhận kết quả năm 2017, đạt 0/19 tiêu chí: không phải công nhận xã đạt chuẩn" in page
    assert f"{sheet}declare/" not in commune.get(sheet).content.decode()


def test_a_form_that_is_refused_keeps_what_was_typed_and_stores_nothing(year, browser, tmp_path):
    client = browser(Role.PLANNER, year.west)
    answer = client.post(
        f"/programme/{year.west.pk}/{YEAR}/declare/{year.insured.pk}/",
        {"status": "m", "value": "90", "source": "báo cáo tháng", "attached": SimpleUploadedFile("x.exe", b"MZ")},
    )
    assert answer.status_code == 422
    assert "x.exe" in answer.content.decode() and "báo cáo tháng" in answer.content.decode()
    assert not Declaration.objects.exists()
    assert not list(tmp_path.rglob("*.jpg"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("personal", [False, True])
def test_a_file_reaches_those_entitled_and_reading_a_list_of_persons_is_recorded(
    year, as_role, viewers, personal, role
):
    row = keep(accept([SimpleUploadedFile("ds.pdf", PDF)]), year.west, viewers["planner"], year.finding, personal)[0]
    entitled = STAFF - ({"leader"} if personal else set())
    answer = as_role(role).get(f"/evidence/{row.pk}/")
    assert (answer.status_code == 200) is (role in entitled)
    assert PersonalRead.objects.exists() is (personal and role in entitled)
    if role in entitled:
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_change_a_finding_removes_its_files(year, as_role, viewers, role):
    row = keep(accept([SimpleUploadedFile("a.jpg", photo())]), year.west, viewers["planner"], year.finding)[0]
    as_role(role).post(f"/evidence/{row.pk}/remove")
    assert Evidence.objects.exists() is (role not in EDITORS)


def test_what_was_handed_in_with_a_step_is_not_taken_back(year, browser):
    client = browser(Role.PLANNER, year.west)
    client.post(
        f"/programme/{year.west.pk}/{YEAR}/step",
        {"action": "submit", "seen": "draft", "sure": "on", "attached": SimpleUploadedFile("bc.pdf", PDF)},
    )
    assert client.post(f"/evidence/{Evidence.objects.get().pk}/remove").status_code == 403
    assert Evidence.objects.exists()


def test_a_finding_lies_where_it_was_clicked_and_not_outside_ones_area(year, browser):
    client = browser(Role.PLANNER, year.west)
    told = {"name": "Tại chỗ", "kind": "shortcoming", "found_on": "2017-06-01"} | DUTY
    address = f"/inspections/new/?unit={year.west.pk}"
    assert client.post(address, told | {"place": "22.115, 105.825"}).status_code == 302
    made = Finding.objects.get(name="Tại chỗ")
    assert (made.unit, made.geom.coords) == (year.west_hamlets[1], (105.825, 22.115))
    for place in ("22.115, 105.845", "nhà văn hóa", "60.0, 10.0"):
        assert client.post(address, told | {"name": "Ngoài", "place": place}).status_code == 422
    assert not Finding.objects.filter(name="Ngoài").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": ""},
        {"responsible": ""},
        {"due_on": "2017-05-31"},
        {"found_on": "2099-01-01", "due_on": "2099-02-01"},
        {"found_on": "0001-01-01"},
    ],
)
def test_a_finding_has_a_day_that_was_somebody_who_sees_to_it_and_a_deadline(year, browser, wrong):
    client = browser(Role.PLANNER, year.west)
    told = {"name": "Mới", "kind": "obstacle", "found_on": "2017-06-01", **DUTY}
    sent = {"attached": SimpleUploadedFile("anh.jpg", photo())}
    answer = client.post(f"/inspections/new/?unit={year.west.pk}", told | wrong | sent)
    assert answer.status_code == 422
    assert "Hãy chọn lại tệp: anh.jpg" in answer.content.decode()
    assert not Finding.objects.filter(name="Mới").exists()


def test_a_closed_finding_stands_until_it_is_opened_anew_with_a_reason(year, browser, viewers):
    client, page = browser(Role.PLANNER, year.west), f"/inspections/{year.finding.pk}/"
    told = {"closed_on": "2017-07-01", "closing": "Đã dọn"}
    assert client.post(f"{page}close", told | {"closed_on": "2099-01-01"}).status_code == 422
    assert client.post(f"{page}close", told | {"attached": SimpleUploadedFile("a.jpg", photo())}).status_code == 302
    assert client.post(f"{page}close", told | {"closing": "Khác"}).status_code == 422
    assert client.get(f"{page}change/").status_code == 422
    assert client.post(f"/evidence/{Evidence.objects.get().pk}/remove").status_code == 422
    assert Evidence.objects.exists()
    assert Finding.objects.get().closing == "Đã dọn"
    shown = client.get(page).content.decode()
    assert "/reopen" in shown and "/close" not in shown and "/remove" not in shown
    assert browser(Role.LEADER, year.west).post(f"{page}reopen", {"reason": "x"}).status_code == 403
    assert browser(Role.PLANNER, year.east).post(f"{page}reopen", {"reason": "x"}).status_code == 404
    assert client.post(f"{page}reopen", {"reason": " "}).status_code == 422
    assert client.post(f"{page}reopen", {"reason": "Rác đổ lại"}).status_code == 302
    row = Finding.objects.get()
    assert (row.closed_on, row.closing) == (None, "")
    assert "Rác đổ lại" in row.detail and "Đã dọn" in row.detail and "01/07/2017" in row.detail
    assert client.post(f"{page}reopen", {"reason": "x"}).status_code == 422
    assert client.post(f"{page}close", told).status_code == 302


def test_the_overview_of_many_communes_takes_no_more_queries_than_that_of_few(year, browser):
    client = browser(Role.PLANNER, year.province)

    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/programme/?year={YEAR}").status_code == 200
        return len(counted)

    few = asked()
    for number in range(40):
        commune = Unit.objects.create(
            code=f"9{number:04}", kind="commune", name=f"Xã {number}", parent=year.city, rural=True,
            valid_from=year.west.valid_from, source="test",
        )  # fmt: skip
        Milestone.objects.create(unit=commune, criterion=year.goal.criterion, first_year=2016, target_year=2018)
        Cycle.objects.create(unit=commune, year=YEAR, state="checked")
    assert asked() <= few + 2


@pytest.mark.parametrize(
    ("given", "field"),
    [({"target_year": "9999"}, "target_year"), ({"first_year": "1900"}, "first_year"), ({"works": ""}, "works"),
     ({"responsible": ""}, "responsible"), ({}, "")],
)  # fmt: skip
def test_a_goal_says_what_it_takes_and_who_and_lies_within_reach(year, browser, given, field):
    address = f"/programme/{year.west.pk}/roadmap/1/?year={YEAR}"
    goal = {"first_year": "2017", "target_year": "2019", "works": "Quy hoạch", "responsible": "UBND xã"}
    answer = browser(Role.PLANNER, year.west).post(address, goal | given)
    assert answer.status_code == (422 if field else 302)
    assert not field or field in answer.context["form"].errors
    assert Milestone.objects.filter(criterion__number=1).exists() is not bool(field)
