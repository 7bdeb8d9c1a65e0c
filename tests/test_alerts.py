"""Alerts: what changed in one's own area, told once, and never anything personal in a letter."""

import socket
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from smtplib import SMTPException

import pghistory
import pytest
from aiosmtpd.controller import Controller
from django.apps import apps
from django.contrib.gis.geos import Point
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from layers.access import Role
from layers.criteria.changing import NewValue, Scope, set_value
from layers.models import (
    AlertState,
    Criterion,
    Cycle,
    Finding,
    ImportRun,
    Indicator,
    Plan,
    PlanUnit,
    Standing,
    Step,
    Turn,
)
from layers.pages.alerting import _COUNTED
from layers.reports.alerts.changes import changes
from layers.reports.alerts.letters import readers, send_all, send_to
from tests.assessed import YEAR

pytestmark = pytest.mark.django_db
PERSONAL = "Hộ ông Nguyễn Văn Kín"


@pytest.fixture(autouse=True)
def in_vietnamese(settings):
    settings.PUBLIC_ADDRESS = "https://gis.example.vn"
    settings.SENDS_EMAIL = True
    _COUNTED.clear()
    with translation.override("vi"):
        yield


@pytest.fixture
def week(assessed):
    """One change of each kind in the west within the week, and one turn in the east."""
    Turn.objects.all().delete()
    now = timezone.now()
    for unit in (assessed.west, assessed.east):
        standing = Standing.objects.get(unit=unit, year=YEAR)
        Turn.objects.create(
            unit=unit, criteria_set=standing.criteria_set, year=YEAR, before="u" + standing.statuses[1:],
            after=standing.statuses, at=now - timedelta(days=2),
        )  # fmt: skip
    ImportRun.objects.create(
        layer="households", file_name=f"{PERSONAL}.csv", sha256="", state="applied", areas=[assessed.west.path],
        finished_at=now - timedelta(days=1), summary={"created": 3, "updated": 1},
    )  # fmt: skip
    Finding.objects.create(
        unit=assessed.west, name=PERSONAL, found_on=timezone.localdate() - timedelta(days=30),
        due_on=timezone.localdate() - timedelta(days=2), geom=Point(105.81, 22.11),
        indicator=Criterion.objects.get(criteria_set__code="2016-2020", number=17).indicators.first(),
    )  # fmt: skip
    cycle = Cycle.objects.create(unit=assessed.west, year=YEAR)
    Step.objects.create(
        cycle=cycle, action="return", before="submitted", after="draft", at=now - timedelta(days=3), note=PERSONAL
    )
    return assessed


def kinds(viewer, days=7) -> list[tuple[str, str]]:
    now = timezone.now()
    return sorted((change.kind, change.unit) for change in changes(viewer, now - timedelta(days=days), now))


def test_each_kind_of_change_is_told_to_the_staff_of_the_area(week, viewers):
    west = [
        ("imported", ""), ("overdue", "Dương Quang"), ("stepped", "Dương Quang"), ("turned", "Dương Quang"),
    ]  # fmt: skip
    for role in ("administrator", "leader", "planner", "field"):
        assert kinds(viewers[role]) == west
    assert kinds(viewers["neighbour"]) == [("turned", "Nông Thượng")]
    assert kinds(viewers["guest"]) == kinds(viewers["stranger"]) == []


def test_every_step_since_is_told_with_its_level_and_what_was_written_stays_in_the_product(week, reader, viewers):
    cycle, now = Cycle.objects.get(), timezone.now()
    steps = [
        ("submit", "draft", "submitted"), ("check", "submitted", "checked"), ("appraise", "checked", "appraised"),
        ("recognise", "appraised", "recognised"),
    ]  # fmt: skip
    for hours, (action, before, after) in enumerate(steps):
        Step.objects.create(
            cycle=cycle, action=action, before=before, after=after, at=now - timedelta(hours=9 - hours), note=PERSONAL
        )
    found = [one for one in changes(viewers["leader"], now - timedelta(days=7), now) if one.kind == "stepped"]
    assert [one.safe for one in found] == [
        "tự đánh giá năm 2017: cấp tỉnh đã công nhận kết quả (cấp tỉnh đã thẩm định → đã công nhận kết quả)",
        "tự đánh giá năm 2017: cấp tỉnh thẩm định (chờ cấp tỉnh thẩm định → cấp tỉnh đã thẩm định)",
        "tự đánh giá năm 2017: cấp huyện, thành phố kiểm tra"
        " (chờ cấp huyện, thành phố kiểm tra → chờ cấp tỉnh thẩm định)",
        "tự đánh giá năm 2017: xã nộp hồ sơ tự đánh giá (xã tự đánh giá → chờ cấp huyện, thành phố kiểm tra)",
        "tự đánh giá năm 2017: cấp huyện, thành phố trả lại (chờ cấp huyện, thành phố kiểm tra → xã tự đánh giá)",
    ]
    assert all(PERSONAL in one.text for one in found)
    assert send_all(now) == (1, 0)
    assert "cấp tỉnh đã công nhận kết quả" in mail.outbox[0].body
    assert PERSONAL not in mail.outbox[0].body


def test_a_changed_standard_is_told_where_it_holds_and_once(week, viewers):
    """Set to 30, corrected to 40, a day later to 50; another province's is nobody's here."""
    indicator = Indicator.objects.get(criterion__criteria_set__code="2016-2020", code="2.2")
    event, now = apps.get_model("layers", "ThresholdEvent"), timezone.now()
    first, second = now - timedelta(days=3), now - timedelta(days=2)

    def put(province: str, *values: float, at: datetime) -> None:
        known = list(event.objects.values_list("pk", flat=True))
        with pghistory.context(user=None):
            for value in values:
                set_value(indicator, Scope(province_code=province), NewValue(2018, value, False, "NQ", "thực tế"))
        # Within one transaction, as a test is, all moments are one.
        assert event.objects.exclude(pk__in=known).update(pgh_created_at=at) == len(values)

    def told(role: str, since: datetime, until: datetime) -> list[tuple[str, str]]:
        return [(one.unit, one.safe) for one in changes(viewers[role], since, until) if one.kind == "standard"]

    put("06", 30, 40, at=first)
    put("99", 1, at=first)
    put("06", 50, at=second)
    between = first + timedelta(hours=12)
    began = "chuẩn của chỉ tiêu 2.2 (bộ 2016-2020) từ năm 2018: – → ≥\u00a040\u00a0%"
    raised = "chuẩn của chỉ tiêu 2.2 (bộ 2016-2020) từ năm 2018: ≥\u00a040\u00a0% → ≥\u00a050\u00a0%"
    for role in ("leader", "neighbour"):
        assert told(role, first - timedelta(days=1), between) == [("Bắc Kạn", began)]
        assert told(role, between, now) == [("Bắc Kạn", raised)]
        assert told(role, first - timedelta(days=1), now) == [("Bắc Kạn", began.replace("40", "50"))]
    assert told("guest", first, now) == []


def test_an_approved_plan_is_told_to_those_who_cover_it(week, viewers):
    plan = Plan(title="Đường thôn", year=YEAR, state="approved", approved_at=timezone.now() - timedelta(hours=1))
    plan.result = {}
    plan.save()
    PlanUnit.objects.create(plan=plan, unit=week.west)
    assert ("approved", "") in kinds(viewers["leader"])
    assert ("approved", "") not in kinds(viewers["neighbour"])


def test_a_criterion_that_went_there_and_back_has_not_changed(week, viewers):
    standing = Standing.objects.get(unit=week.west, year=YEAR)
    Turn.objects.create(
        unit=week.west, criteria_set=standing.criteria_set, year=YEAR, before=standing.statuses,
        after="u" + standing.statuses[1:], at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    assert ("turned", "Dương Quang") not in kinds(viewers["leader"])


def test_two_times_that_follow_each_other_tell_everything_once(week, viewers):
    now = timezone.now()
    edges = [now - timedelta(days=days) for days in (7, 2.5, 1.5, 0.5)] + [now]
    told = [change for since, until in zip(edges, edges[1:], strict=False) for change in
            changes(viewers["leader"], since, until)]  # fmt: skip
    assert sorted(change.kind for change in told) == ["imported", "overdue", "stepped", "turned"]


def test_the_page_shows_them_with_where_they_lead_and_the_count_goes_once_seen(week, browser):
    client = browser(Role.PLANNER, week.west)
    board = client.get("/board/", {"unit": week.west.pk}).content.decode()
    assert '<b class="count">4<' in board
    response = client.get("/alerts/")
    text = response.content.decode()
    assert "4 thay đổi trong tuần" in text
    assert "tiêu chí 1 Quy hoạch năm 2017: chưa đạt → đạt" in text
    assert f"pick=findings/{Finding.objects.get().pk}" in text
    assert text.count("<b>mới</b>") == 4
    assert '<b class="count">' not in client.get("/help/").content.decode()
    assert "<b>mới</b>" not in client.get("/alerts/").content.decode()


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_guests_have_no_page_of_changes(week, browser, role):
    client = browser(role, *([week.west] if role else []))
    assert client.get("/alerts/").status_code in (302, 403)
    assert "/alerts/" not in client.get("/help/").content.decode()


@pytest.fixture
def reader(week, member):
    user = member(Role.LEADER, week.west)
    user.email = "lanhdao@example.vn"
    user.save()
    return user


def test_a_letter_tells_all_once_and_nothing_personal(week, reader, member):
    member(Role.LEADER, week.west)  # has no address
    now = timezone.now()
    assert send_all(now) == (1, 0)
    (letter,) = mail.outbox
    assert letter.to == ["lanhdao@example.vn"]
    assert "xã Dương Quang: 4 thay đổi" in letter.subject
    assert "Dương Quang: tiêu chí 1 Quy hoạch năm 2017: chưa đạt → đạt" in letter.body
    assert "nhập 4 dòng: Hộ gia đình" in letter.body
    assert "https://gis.example.vn/alerts/" in letter.body
    whole = letter.message().as_string() + letter.subject + letter.body
    for word in ("Nguyễn", "Hộ ông", "Kín", ".csv"):
        assert word not in whole
    assert send_all(now) == (0, 0)
    assert send_all(now + timedelta(minutes=5)) == (0, 0)
    assert len(mail.outbox) == 1


def test_a_letter_that_could_not_leave_is_sent_later(reader, monkeypatch):
    def fail(self):
        raise SMTPException

    now = timezone.now()
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
        assert send_all(now) == (0, 1)
    assert AlertState.objects.get(user=reader).sent_until is None
    assert send_all(now + timedelta(minutes=1)) == (1, 0)


def test_letters_end_where_their_reader_says_so(reader, client):
    assert send_to(reader, timezone.now()) == 1
    end = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://gis.example.vn")
    assert "Dừng gửi thư" in client.get(end).content.decode()
    assert AlertState.objects.get().by_email
    assert client.post(end, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not list(readers())
    assert client.get(end.replace(end.split("/")[-2], "00000000-0000-0000-0000-000000000000")).status_code == 404
    client.force_login(reader)
    assert client.post("/alerts/email", {"by_email": "yes"}).status_code == 302
    assert list(readers()) == [reader]


def test_without_a_mail_server_nothing_is_sent_and_it_is_said(reader, settings):
    settings.SENDS_EMAIL = False
    with pytest.raises(CommandError, match="GIS_NTM_EMAIL_URL"):
        call_command("send_alerts")
    settings.SENDS_EMAIL = True
    call_command("send_alerts")
    assert len(mail.outbox) == 1


def test_a_finding_is_overdue_from_the_day_after_its_last(week, viewers):
    due = Finding.objects.get().due_on
    midnight = timezone.make_aware(datetime.combine(due, datetime.min.time()))
    before = changes(viewers["leader"], midnight - timedelta(days=1), midnight + timedelta(hours=23))
    assert "overdue" not in {change.kind for change in before}
    after = changes(viewers["leader"], midnight + timedelta(hours=23), midnight + timedelta(hours=25))
    assert "overdue" in {change.kind for change in after}


class Postman:
    """What a mail server was handed, as it came over the wire."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # as aiosmtpd calls it
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def postman(settings):
    """A mail server on the loopback, to which letters go as they would to an office's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Postman()
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield made
    server.stop()


def test_a_letter_reaches_a_real_mail_server_in_vietnamese_and_carries_nothing_personal(reader, postman):
    call_command("send_alerts")
    ((to, sent),) = postman.letters
    assert to == ["lanhdao@example.vn"]
    came = message_from_bytes(sent, policy=policy.default)
    body = came.get_body().get_content()
    assert came["Subject"] == "xã Dương Quang: 4 thay đổi"
    assert "Dương Quang: tiêu chí 1 Quy hoạch năm 2017: chưa đạt → đạt" in body
    assert "https://gis.example.vn/alerts/" in body
    for part in ("Nguyễn", "Kín", "Hộ ông"):
        assert part not in body
        assert part not in came["Subject"]
        assert part.encode() not in sent
    call_command("send_alerts")
    assert len(postman.letters) == 1, "told once"
