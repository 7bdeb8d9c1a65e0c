"""Reports in sheets and words: the numbers are the screen's, nothing in a cell runs, and each is its asker's alone."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from docx import Document

from layers.access import ANONYMOUS, Role, Viewer
from layers.criteria.assess import assess
from layers.errors import NotAllowed, Refused
from layers.models import (
    Cycle,
    Declaration,
    Household,
    Indicator,
    Milestone,
    Report,
    ReportState,
    Review,
    Road,
    Step,
    Threshold,
    Unit,
    viewer_of,
)
from layers.reports import making
from layers.reports.forms.criteria import criteria_xlsx
from layers.reports.forms.poverty import flows, poverty_xlsx
from layers.reports.kinds import KINDS, check, kind_of
from layers.reports.making import ask_for, make
from layers.reports.order import Order
from layers.reports.text import text_docx
from tests.assessed import YEAR, review
from tests.paper import text_of
from tests.test_board import page

pytestmark = pytest.mark.django_db
ANYBODY = Viewer(Role.GUEST, (), 1)


@pytest.fixture(autouse=True)
def somewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("vi"):
        yield tmp_path


def quiet(done: int, total: int) -> None:
    assert done <= total


def rows_of(content: bytes, sheet: int = 0) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [row for row in book.worksheets[sheet].iter_rows(values_only=True) if any(cell is not None for cell in row)]


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_table_by_commune_has_the_results_of_the_screen(assessed, browser):
    shown = page(browser(Role.LEADER, assessed.city), assessed.city)
    rows = rows_of(criteria_xlsx(Order(assessed.city, YEAR, shown.wsgi_request.viewer), quiet))
    abbreviated = {"met": "Đ", "unmet": "CĐ", "unknown": "?"}
    for line in shown.context["lines"]:
        (found,) = (row for row in rows if row[1] == line["name"])
        assert list(found[2:21]) == [abbreviated[cell["css"]] if cell else "-" for cell in line["cells"]]
        assert found[22] == line["met"]
        assert found[21] == line["met"] - int(line["change"] or 0)


def test_communes_are_counted_by_criterion_and_by_how_many_they_meet(assessed):
    rows = rows_of(criteria_xlsx(Order(assessed.city, YEAR, ANYBODY), quiet), 1)
    by_criterion = {row[1]: row[2:5] for row in rows if isinstance(row[0], int)}
    # West met 2 the year before and lost it; east did not meet 15 and does now.
    assert by_criterion["Giao thông"] == (2, 1, 2)
    assert by_criterion["Y tế"] == (1, 2, 2)
    assert by_criterion["19/19"] == (1, 1, 2)
    assert by_criterion["15–18"] == (1, 1, 2)
    assert by_criterion["10–14"] == (0, 0, 2)


def test_a_standard_that_was_another_a_year_before_stands_beside_this_years(assessed):
    indicator = Indicator.objects.get(criterion__criteria_set__code="2016-2020", code="2.2")
    Threshold.objects.create(indicator=indicator, first_year=YEAR, province_code="06", value=30, source="test")
    assess(YEAR)
    rows = rows_of(criteria_xlsx(Order(assessed.west, YEAR, ANYBODY), quiet))
    found = {row[0]: row[2] for row in rows}
    assert found["2.2"].replace("\u00a0", " ") == f"{YEAR - 1}: ≥ 50 % *; {YEAR}: ≥ 30 % *"
    assert str(YEAR) not in found["2.1"]


def test_every_indicator_has_its_value_of_two_years_and_what_is_planned(assessed, browser):
    viewer = page(browser(Role.PLANNER, assessed.west), assessed.west).wsgi_request.viewer
    criterion = Declaration.objects.get(unit=assessed.west, year=YEAR, indicator__code="2.2").indicator.criterion
    Milestone.objects.create(unit=assessed.west, criterion=criterion, first_year=YEAR, target_year=YEAR + 1)
    rows = rows_of(criteria_xlsx(Order(assessed.west, YEAR, viewer), quiet))
    road = next(row for row in rows if row[0] == "2.2")
    assert road[6:8] == (0, "chưa đạt")  # nothing of the village's road is hardened
    assert road[8:10] == ("đạt", "xã khai khác")
    assert next(row for row in rows if row[0] == "1.1")[8] is None
    water = next(row for row in rows if row[0] == "17.1")
    assert water[4:8] == (None, "đạt", 0, "chưa đạt")


@pytest.fixture
def in_july(monkeypatch):
    """The running year is the assessed one, and its first half is just over."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_zone: date(YEAR, 7, 3))


def test_six_months_look_back_to_the_last_year_and_forward_to_the_rest_of_this(assessed, in_july):
    rows = rows_of(criteria_xlsx(Order(assessed.west, YEAR, ANYBODY, half=True), quiet))
    heads = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert "Kết quả đến 31/12/2016" in heads
    assert "Kết quả 6 tháng đầu năm 2017, số liệu đến ngày 03/07/2017" in heads
    assert "Kế hoạch 6 tháng cuối năm 2017" in heads


@pytest.mark.parametrize("half", [True, False])
def test_a_report_of_the_running_year_says_of_which_day_it_is(assessed, in_july, half):
    order = Order(assessed.city, YEAR, ANYBODY, half)
    book = openpyxl.load_workbook(io.BytesIO(criteria_xlsx(order, quiet)))
    for sheet in book:
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
        assert any(cell.startswith("thành phố") and "số liệu đến ngày 03/07/2017" in cell for cell in cells)
        last = "không phải chốt tại 30/06/2017" if half else "năm 2017 chưa kết thúc"
        assert any(last in cell for cell in cells)
    text = words_of(text_docx(order, quiet))
    assert "số liệu đến ngày 03/07/2017" in text
    assert last in text


def test_a_year_that_is_over_is_told_as_a_whole_without_a_day_in_its_title(assessed):
    rows = rows_of(criteria_xlsx(Order(assessed.west, YEAR, ANYBODY), quiet))
    heads = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert "Kết quả năm 2017" in heads
    assert not [cell for cell in heads if "số liệu đến ngày" in cell]


@pytest.mark.parametrize("slug", [slug for slug, kind in KINDS.items() if kind.halves])
@pytest.mark.parametrize("day", [date(YEAR + 1, 1, 1), date(YEAR - 1, 12, 31)])
def test_six_months_of_a_year_that_is_not_running_are_refused_everywhere(
    assessed, browser, monkeypatch, somewhere, slug, day
):
    client = browser(Role.LEADER, assessed.west)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_zone: day)
    asked = {"kind": slug, "unit": assessed.west.pk, "year": YEAR, "half": "yes"}
    answer = client.post("/reports/ask", asked, headers={"accept": "text/html"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "hiện trạng tại 30/06/2017" in shown
    # What was chosen stands, with the whole year in place of its half: one more click asks for that.
    assert f'value="{slug}" checked' in shown
    assert '<option value="yes" selected' not in shown
    assert "<option selected>2017</option>" in shown
    with pytest.raises(CommandError, match="30/06/2017"):
        call_command("make_report", slug, unit="01849", year=YEAR, half=True, output=somewhere / "x")
    assert not (somewhere / "x").exists()
    assert not Report.objects.exists()


def test_a_half_asked_for_in_the_old_year_is_not_made_in_the_new_one(assessed, member, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_zone: date(YEAR, 12, 31))
    order = Order(assessed.west, YEAR, viewer_of(member(Role.LEADER, assessed.west)), half=True)
    report, _new = ask_for("criteria", order, "vi", 9)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_zone: date(YEAR + 1, 1, 1))
    make(report.pk)
    report.refresh_from_db()
    assert (report.state, "30/06/2017" in report.message) == (ReportState.REFUSED, True)


def test_forms_of_money_are_left_to_the_office_and_say_so(assessed):
    def sheets(year: int, unit) -> dict:
        book = openpyxl.load_workbook(io.BytesIO(criteria_xlsx(Order(unit, year, ANYBODY), quiet)))
        return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}

    of_commune = sheets(2026, assessed.west)
    for tab, lines in (("Biểu 11", 9), ("Biểu 12", 10), ("Biểu 13", 13)):
        rows = of_commune[tab]
        numbered = [row for row in rows if isinstance(row[0], int)]
        assert len(numbered) == lines
        assert all(cell is None for row in numbered for cell in row[2:])
        told = " ".join(str(cell) for row in rows for cell in row if cell)
        assert "phần mềm không lưu" in told
        assert "chưa được đối chiếu" in told
    assert "Biểu 11" not in sheets(YEAR, assessed.west)
    assert "Biểu 11" not in sheets(2026, assessed.city)


def test_the_value_beside_a_result_is_the_one_that_it_rests_on(assessed, viewers):
    """The surface of the only village road is not known, which decides nothing; the commune declares 97 %: met."""
    indicator = Indicator.objects.get(criterion__criteria_set__code="2016-2020", code="2.2")
    Road.objects.filter(unit=assessed.west_hamlets[0]).update(surface="")
    Declaration.objects.filter(unit=assessed.west, year=YEAR, indicator=indicator).update(value=97)
    assess(YEAR)
    road = next(
        row for row in rows_of(criteria_xlsx(Order(assessed.west, YEAR, viewers["planner"]), quiet)) if row[0] == "2.2"
    )
    assert road[6:8] == (97, "đạt")
    assert road[9].replace("\u00a0", " ") == "theo xã khai; số liệu tính được: 0 % chưa rõ"


def test_a_year_without_reviews_has_no_table_of_poor_households(assessed, browser, viewers):
    with pytest.raises(Refused, match="rà soát hộ năm 2016"):
        check(kind_of("poverty"), Order(assessed.west, YEAR - 1, viewers["planner"]))
    client = browser(Role.LEADER, assessed.west)
    asked = {"kind": "poverty", "unit": assessed.west.pk, "year": YEAR - 1}
    answer = client.post("/reports/ask", asked, headers={"accept": "text/html"})
    assert (answer.status_code, "chưa có số liệu rà soát hộ năm 2016" in answer.content.decode()) == (422, True)


def test_a_year_never_assessed_before_stands_empty_beside_this_one(assessed):
    rows = rows_of(criteria_xlsx(Order(assessed.west, YEAR - 1, ANYBODY), quiet))
    assert next(row for row in rows if row[0] == "2.2")[4:6] == (None, None)
    assert next(row for row in rows if row[0] == "2")[4:6] == (None, None)


@pytest.mark.parametrize("slug", ["board", "communes", "criteria", "text"])
def test_documents_of_the_area_say_how_far_the_year_is_and_by_which_decision(assessed, viewers, slug):
    cycle = Cycle.objects.create(unit=assessed.west, year=YEAR, state="recognised")
    Step.objects.create(
        cycle=cycle, action="recognise", before="appraised", after="recognised", at=timezone.now(),
        decision_number="5/QĐ-UBND", decision_on=date(2018, 1, 20),
    )  # fmt: skip
    read = {"pdf": text_of, "docx": words_of, "xlsx": lambda made: str([rows_of(made)])}[KINDS[slug].form]
    told = "Năm 2017: đã công nhận kết quả (số 5/QĐ-UBND ngày 20/01/2018)."
    for who, there in (("planner", True), ("neighbour", False), ("guest", False)):
        content = read(KINDS[slug].make(Order(assessed.west, YEAR, viewers[who]), quiet))
        assert (told in " ".join(content.split())) is there


def test_values_of_people_are_as_blurred_in_a_sheet_as_on_the_screen(assessed):
    rows = rows_of(criteria_xlsx(Order(assessed.west, YEAR, ANYBODY), quiet))
    assert next(row for row in rows if row[0] == "17.1")[6] is None
    assert next(row for row in rows if row[0] == "2.2")[6] == 0


def test_nothing_in_a_cell_runs(assessed):
    Unit.objects.filter(pk=assessed.west.pk).update(name='=HYPERLINK("http://x")')
    content = criteria_xlsx(Order(assessed.city, YEAR, ANYBODY), quiet)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.quotePrefix for cell in cells if str(cell.value).startswith("=HYP")][0] is True


def test_movements_of_the_poor_add_up_by_hand(assessed, viewers):
    """In the year before 4 poor; then 1 escapes, 1 falls back, 1 is new, and 2 move away: 3 poor at the end."""
    west, hamlet = assessed.west, assessed.west_hamlets[0]
    for home in Household.objects.filter(unit=hamlet)[:4]:
        Review.objects.create(household=home, unit=hamlet, year=YEAR - 1, category="poor")
    moved = list(Review.objects.filter(unit=hamlet, year=YEAR).order_by("pk")[:3])
    for one, movement in zip(moved, ("escaped", "relapsed", "newly_poor"), strict=True):
        Review.objects.filter(pk=one.pk).update(movement=movement)
    order = Order(west, YEAR, viewers["leader"])
    name, count, of_class = flows(order)[-1]
    poor = of_class["poor"]
    assert (count, poor.start, poor.left, poor.back, poor.new, poor.end, poor.other) == (20, 4, 1, 1, 1, 3, -2)
    last = next(row for row in rows_of(poverty_xlsx(order, quiet)) if str(row[1]).startswith("Tổng cộng"))
    assert last[2:10] == (20, 4, 1, 1, 1, -2, 3, 15)


def test_the_total_of_the_poor_is_that_of_the_board(assessed, browser):
    review(assessed.west_hamlets[1], ["near_poor"] * 2)
    shown = page(browser(Role.LEADER, assessed.city), assessed.city)
    (card,) = (card for card in shown.context["cards"] if card["title"] == "Hộ nghèo")
    _name, count, of_class = flows(Order(assessed.city, YEAR, shown.wsgi_request.viewer))[-1]
    assert card["note"] == f"{of_class['poor'].end} trên {count} hộ"


@pytest.mark.parametrize(
    ("role", "mine"), [("guest", True), ("stranger", True), ("neighbour", True), ("leader", False), ("planner", False)]
)
def test_the_table_of_the_poor_is_for_those_who_may_count_all_of_them(assessed, viewers, role, mine):
    unit = assessed.west if mine else assessed.city
    with pytest.raises(NotAllowed):
        check(kind_of("poverty"), Order(unit, YEAR, viewers[role]))
    check(kind_of("poverty"), Order(assessed.west, YEAR, viewers["leader"]))


def test_the_text_has_the_figures_of_the_screen_filled_in(assessed, browser):
    shown = page(browser(Role.PLANNER, assessed.west), assessed.west)
    text = words_of(text_docx(Order(assessed.west, YEAR, shown.wsgi_request.viewer), quiet))
    assert shown.context["sheet"].headline in text
    for card in shown.context["cards"]:
        assert card["value"].replace(" ", "") in text.replace(" ", "")
    for row in shown.context["missing"]:
        assert all(need["text"] in text for need in row["needs"])
    for row in shown.context["differing"]:
        assert row["text"] in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "TM. ỦY BAN NHÂN DÂN" in text


def test_a_page_asks_and_the_worker_makes_and_only_the_asker_gets_it(
    assessed, browser, django_capture_on_commit_callbacks
):
    client, other = browser(Role.LEADER, assessed.city), browser(Role.ADMINISTRATOR, assessed.province)
    assert "Bảng tiêu chí, khổ A3" in client.get("/reports/").content.decode()
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        answer = client.post("/reports/ask", {"kind": "criteria", "unit": assessed.city.pk, "year": YEAR})
    assert len(callbacks) == 1
    report = Report.objects.get()
    assert answer.url == f"/reports/{report.pk}/"
    assert client.get(f"/reports/{report.pk}/progress.json").json()["busy"] is True
    make(report.pk)
    report.refresh_from_db()
    assert (report.state, report.done, report.total) == ("done", 3, 3)
    got = client.get(f"/reports/{report.pk}/file")
    assert got.headers["Content-Disposition"] == 'attachment; filename="criteria-058-2017.xlsx"'
    assert rows_of(b"".join(got.streaming_content))
    for way in ("", "progress.json", "file"):
        assert other.get(f"/reports/{report.pk}/{way}").status_code == 404
        assert browser().get(f"/reports/{report.pk}/{way}").status_code in (302, 403)
    assert other.post(f"/reports/{report.pk}/discard").status_code == 404
    assert f"/reports/{report.pk}/" not in other.get("/reports/").content.decode()


def test_the_same_report_of_the_same_data_is_made_once(assessed, browser, django_capture_on_commit_callbacks):
    client = browser(Role.LEADER, assessed.west)
    asked = {"kind": "text", "unit": assessed.west.pk, "year": YEAR}

    def ask(**more) -> int:
        with django_capture_on_commit_callbacks() as callbacks:
            answer = client.post("/reports/ask", asked | more)
        assert len(callbacks) == Report.objects.count() - known
        return int(answer.url.split("/")[2])

    known = 0
    first = ask()
    known = 1
    assert ask() == first  # while it waits
    make(first)
    assert ask() == first  # when it is there
    assert "đã yêu cầu báo cáo này" in client.get(f"/reports/{first}/").content.decode()
    other = ask(year=YEAR - 1)
    known = 2
    declared = Declaration.objects.filter(unit=assessed.west, year=YEAR).first()
    declared.evidence = "Biên bản mới"
    declared.save()
    second = ask()
    assert len({first, other, second}) == 3


@pytest.mark.parametrize("why", ["another user", "another role", "another day", "removed", "refused"])
def test_a_report_is_made_again_for_whoever_cannot_have_the_one_there_is(assessed, member, somewhere, monkeypatch, why):
    user = member(Role.LEADER, assessed.west)
    order = Order(assessed.west, YEAR, viewer_of(user))
    first, _new = ask_for("text", order, "vi", 9)
    make(first.pk)
    if why == "another user":
        order = Order(assessed.west, YEAR, viewer_of(member(Role.LEADER, assessed.west)))
    elif why == "another role":
        user.member.role = "planner"
        user.member.save()
        order = Order(assessed.west, YEAR, viewer_of(user))
    elif why == "another day":
        tomorrow = timezone.localdate() + timedelta(days=1)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *_zone: tomorrow)
    elif why == "removed":
        making.discard(first)
    else:
        Report.objects.filter(pk=first.pk).update(state=ReportState.REFUSED)
    second, new = ask_for("text", order, "vi", 9)
    assert new
    assert second.pk != first.pk


@pytest.mark.parametrize("change", ["moved east", "demoted", "removed"])
def test_who_may_see_less_now_does_not_get_the_file_any_more(assessed, browser, change):
    client = browser(Role.PLANNER, assessed.west)
    viewer = client.get("/board/").wsgi_request.viewer
    report, _new = ask_for("poverty", Order(assessed.west, YEAR, viewer), "vi", 9)
    make(report.pk)
    assert client.get(f"/reports/{report.pk}/file").getvalue()
    bound = report.user.member
    if change == "moved east":
        bound.units.set([assessed.east])
    elif change == "demoted":
        bound.role = "guest"
        bound.save()
    else:
        bound.delete()
    assert client.get(f"/reports/{report.pk}/file").status_code == 404
    assert "vai trò hoặc địa bàn khác" in client.get(f"/reports/{report.pk}/").content.decode()


def test_who_lost_the_right_before_the_worker_came_gets_a_reason(assessed, member):
    user = member(Role.PLANNER, assessed.west)
    report, _new = ask_for("poverty", Order(assessed.west, YEAR, viewer_of(user)), "vi", 9)
    user.member.delete()
    make(report.pk)
    report.refresh_from_db()
    assert report.state == ReportState.REFUSED
    assert "chỉ cán bộ phụ trách toàn bộ địa bàn" in report.message
    assert not report.file


def test_what_nobody_foresaw_is_told_and_goes_to_the_log(assessed, member, monkeypatch):
    report, _new = ask_for("text", Order(assessed.west, YEAR, viewer_of(member(Role.LEADER, assessed.west))), "vi", 9)

    def fail(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(making, "kind_of", fail)
    with pytest.raises(ZeroDivisionError):
        make(report.pk)
    report.refresh_from_db()
    assert report.state == "refused"
    assert "Máy chủ" in report.message


def test_reports_expire_with_their_files_and_broken_ones_say_so(assessed, browser, somewhere):
    client = browser(Role.LEADER, assessed.west)
    viewer = client.get("/board/").wsgi_request.viewer
    old, broken = (ask_for(kind, Order(assessed.west, YEAR, viewer), "vi", 9)[0] for kind in ("text", "criteria"))
    make(old.pk)
    assert len(list(somewhere.glob("reports/*"))) == 1
    ago = timezone.now() - timedelta(days=31)
    Report.objects.filter(pk=old.pk).update(asked_at=ago)
    Report.objects.filter(pk=broken.pk).update(state="running", heard_at=timezone.now() - timedelta(hours=1))
    assert client.get(f"/reports/{old.pk}/file").status_code == 404
    call_command("make_report", "--tidy")
    assert not Report.objects.filter(pk=old.pk).exists()
    assert not list(somewhere.glob("reports/*"))
    broken.refresh_from_db()
    assert (broken.state, "Bị dừng giữa chừng" in broken.message) == ("refused", True)


def test_a_report_can_be_removed_and_too_many_are_not_taken(assessed, browser, settings):
    settings.LIMITS = settings.LIMITS | {"REPORTS_WAITING": 1}
    client = browser(Role.LEADER, assessed.west)
    asked = {"kind": "text", "unit": assessed.west.pk, "year": YEAR}
    assert client.post("/reports/ask", asked).status_code == 302
    assert client.post("/reports/ask", asked | {"kind": "criteria"}).status_code == 422
    report = Report.objects.get()
    make(report.pk)
    assert client.post(f"/reports/{report.pk}/discard").status_code == 302
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"kind": "nonsense"}, 404), ({"unit": ""}, 400), ({"unit": "0"}, 400), ({"half": "yes", "kind": "board"}, 422),
     ({"kind": "poverty", "unit": "city"}, 403), ({"year": "1990"}, 422)],
)  # fmt: skip
def test_an_order_that_cannot_be_met_is_refused(assessed, browser, asked, status):
    client = browser(Role.LEADER, assessed.west)
    order = {"kind": "text", "unit": assessed.west.pk, "year": YEAR} | asked
    order["unit"] = assessed.city.pk if order["unit"] == "city" else order["unit"]
    assert client.post("/reports/ask", order, headers={"accept": "text/html"}).status_code == status
    assert not Report.objects.exists()


def test_strangers_are_sent_to_sign_in(client, assessed):
    assert client.get("/reports/", headers={"accept": "text/html"}).status_code == 302
    assert client.post("/reports/ask", {"kind": "text", "unit": assessed.west.pk, "year": YEAR}).status_code == 403
    with pytest.raises(NotAllowed):
        ask_for("text", Order(assessed.west, YEAR, ANONYMOUS), "vi", 9)


def test_a_hamlet_has_no_report(assessed, viewers):
    with pytest.raises(Refused):
        check(kind_of("text"), Order(assessed.west_hamlets[0], YEAR, viewers["planner"]))


@pytest.mark.parametrize("slug", KINDS)
def test_the_command_makes_each_report_into_a_file(assessed, member, tmp_path, slug):
    user = member(Role.PLANNER, assessed.west)
    path = tmp_path / f"made.{KINDS[slug].form}"
    call_command("make_report", slug, unit="01849", year=YEAR, user=user.username, output=path)
    assert path.stat().st_size > 2000
    with pytest.raises(CommandError):
        call_command("make_report", slug, unit="99", year=YEAR)


@pytest.mark.parametrize("slug", KINDS)
def test_no_report_names_a_household(assessed, viewers, slug):
    content = KINDS[slug].make(Order(assessed.west, YEAR, viewers["administrator"]), quiet)
    read = {"pdf": text_of, "docx": words_of, "xlsx": lambda made: str([rows_of(made)])}[KINDS[slug].form]
    assert "Dương Quang" in read(content)
    assert "Nguyễn" not in read(content)
