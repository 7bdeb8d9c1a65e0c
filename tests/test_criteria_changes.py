"""Changing a set that communes were assessed by: told first, with a reason, and never behind a recognised year."""

import io
from types import SimpleNamespace

import openpyxl
import pytest

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import Cycle, Declaration, Indicator, Statistic, Threshold
from layers.pages.import_tasks import reassess
from tests.rules import insured, judged, rules, sheet, superuser

pytestmark = pytest.mark.django_db
__all__ = ["insured", "judged", "rules", "superuser"]
VI = {"accept-language": "vi"}
REASON = {"reason": "Đính chính theo quyết định"}


@pytest.fixture
def followed(monkeypatch) -> list[list[str]]:
    """What was asked to be assessed again, done at once."""
    asked: list[list[str]] = []

    def at_once(paths: list[str]) -> None:
        asked.append(paths)
        reassess.func(paths)

    monkeypatch.setattr("layers.pages.criteria_sets.indicator.reassess", SimpleNamespace(enqueue=at_once))
    return asked


def typed(indicator: Indicator, **more: str) -> dict[str, str]:
    """The form of an indicator as it stands, with what is changed."""
    names = ("code", "part", "name_vi", "name_en", "comparator", "unit", "measure")
    told = {name: getattr(indicator, name) for name in names}
    return told | {"criterion": str(indicator.criterion_id), "verified": "on"} | REASON | more


def recognised(city, year: int = 2018) -> None:
    Cycle.objects.create(unit=city.west, year=year, state="recognised")


def test_a_declared_number_is_held_against_the_standard_set_after_it(rules, city):
    """36 declared as met of at least 35; at 45 it is unmet, and at 30 met again; a mere word stands."""
    income = Indicator.objects.get(code="15.1")
    income.criterion.indicators.exclude(pk=income.pk).delete()
    income.measure = ""
    income.save()
    income.thresholds.update(value=35)
    told = Declaration.objects.create(unit=city.west, year=2018, indicator=income, status="m", value=36, source="x")
    word = Declaration.objects.create(unit=city.east, year=2018, indicator=income, status="m", source="x")
    for value, status in ((35, "m"), (45, "u"), (30, "m")):
        income.thresholds.update(value=value)
        assess(2018)
        told.refresh_from_db()
        word.refresh_from_db()
        assert (told.status, word.status) == (status, "m")
        number = income.criterion.number
        assert city.west.standings.get(year=2018).statuses[number - 1] == status


def test_a_declared_share_that_only_just_reaches_the_standard_is_met(rules, city):
    """2 of 3 against 66.6667 %: unmet by less than a millionth would be met, by more not."""
    indicator = Indicator.objects.get(code="15.1")
    Indicator.objects.filter(pk=indicator.pk).update(measure="")
    told = Declaration.objects.create(
        unit=city.west, year=2018, indicator=indicator, status="m", numerator=2, denominator=3, source="x"
    )
    for value, status in ((66.6666, "m"), (66.6667, "u")):
        indicator.thresholds.update(value=value)
        assess(2018)
        told.refresh_from_db()
        assert told.status == status


def test_the_one_standard_that_holds_for_all_is_replaced_but_not_removed(judged, superuser):
    only = judged.thresholds.get()
    address = f"/criteria/indicators/values/{only.pk}/remove/"
    for answer in (superuser.get(address, headers=VI), superuser.post(address, REASON, headers=VI)):
        assert answer.status_code == 422
    assert judged.thresholds.filter(pk=only.pk).exists()
    later = Threshold.objects.create(indicator=judged, first_year=2019, value=90, source="nhầm")
    assert superuser.post(f"/criteria/indicators/values/{later.pk}/remove/", REASON).status_code == 302


def test_another_comparison_is_stored_once_its_sender_was_told_what_turns(judged, superuser, city, followed):
    address = f"/criteria/indicators/{judged.pk}/edit/"
    changed = typed(judged, comparator="<=")
    assert superuser.post(address, changed | {"reason": ""}).status_code == 422
    told = superuser.post(address, changed, headers=VI)
    assert [(one.code, one.before, one.after) for one in told.context["turning"].named] == [
        ("", "m", "u"), (judged.code, "m", "u")]  # fmt: skip
    assert "1 xã sẽ đổi kết quả" in told.content.decode()
    judged.refresh_from_db()
    assert judged.comparator == ">=", "nothing is stored before it is agreed to"
    agreed = {"confirmed": told.context["form"].confirming}
    assert superuser.post(address, changed | agreed | {"unit": "km"}).status_code == 200, "agreed to another change"


def test_who_changed_an_indicator_and_why_is_shown(judged, superuser, django_capture_on_commit_callbacks, followed):
    address = f"/criteria/indicators/{judged.pk}/edit/"
    changed = typed(judged, comparator="<=")
    agreed = {"confirmed": superuser.post(address, changed).context["form"].confirming}
    with django_capture_on_commit_callbacks(execute=True):
        assert superuser.post(address, changed | agreed).status_code == 302
    assert followed == [[""]]
    page = superuser.get(f"/criteria/indicators/{judged.pk}/", headers=VI).content.decode()
    assert "So sánh" in page
    assert "≥ → <b>≤</b>" in page
    assert REASON["reason"] in page


def test_a_name_is_corrected_without_a_question(judged, superuser, followed):
    changed = typed(judged, name_vi="Tỷ lệ người có bảo hiểm")
    assert superuser.post(f"/criteria/indicators/{judged.pk}/edit/", changed).status_code == 302
    judged.refresh_from_db()
    assert judged.name_vi == "Tỷ lệ người có bảo hiểm"
    assert followed == []


def test_what_indicators_mean_stays_once_a_year_was_recognised(judged, superuser, city):
    recognised(city)
    changed = typed(judged, comparator="<=", measure="", unit="km", name_vi="Tên đã sửa")
    assert superuser.post(f"/criteria/indicators/{judged.pk}/edit/", changed).status_code == 302
    judged.refresh_from_db()
    assert (judged.comparator, judged.measure, judged.unit) == (">=", "insured", "%")
    assert judged.name_vi == "Tên đã sửa"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "<b>x</b>"}, "code"),
        ({"name_vi": "a" * 1001}, "name_vi"),
        ({"comparator": ""}, "comparator"),
        ({"unit": ""}, "unit"),
    ],
)
def test_an_indicator_that_cannot_be_is_refused_at_its_field(judged, superuser, wrong, field):
    answer = superuser.post(f"/criteria/indicators/{judged.pk}/edit/", typed(judged) | wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_what_is_met_or_not_needs_no_comparison(judged, superuser):
    told = {"criterion": judged.criterion_id, "code": "15.9", "name_vi": "Có trạm y tế", "boolean": "on"}
    assert superuser.post("/criteria/2016-2020/indicator/", told).status_code == 302
    made = Indicator.objects.get(code="15.9")
    assert (made.comparator, made.unit) == ("==", "đạt")


def test_a_criterions_name_is_corrected_by_who_keeps_the_sets(rules, superuser, browser, city):
    names = {"name_vi": "Y tế cơ sở", "name_en": "Health care"}
    assert browser(Role.PLANNER, city.west).post("/criteria/2016-2020/criterion/15/", names).status_code == 403
    assert superuser.post("/criteria/2016-2020/criterion/15/", names).status_code == 302
    assert rules.criteria.get(number=15).name_vi == "Y tế cơ sở"
    assert superuser.get("/criteria/2016-2020/criterion/77/").status_code == 404


def test_no_value_is_set_for_a_province_that_is_no_more(judged, superuser, city):
    city.province.valid_to = "2018-07-01"
    city.province.save()
    value = {"value": "90", "source": "QĐ", "commune_group": "0", "scope": "06", "first_year": "2018"} | REASON
    answer = superuser.post(f"/criteria/indicators/{judged.pk}/", value)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["first_year"]


class TestSheet:
    ADDRESS = "/criteria/2016-2020/sheet/"

    def own(self, superuser) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(superuser.get(f"{self.ADDRESS[:-1]}.xlsx").content))

    def send(self, superuser, book):
        return superuser.post(self.ADDRESS, {"file": sheet(*book.active.values)}, headers=VI)

    def test_what_was_downloaded_comes_back_unchanged(self, judged, superuser):
        Indicator.objects.create(
            criterion=judged.criterion, code="15.2", name_vi="Trạm y tế", name_en="Station", boolean=True,
            comparator="==", unit="đạt",
        ).thresholds.create(first_year=2016, value=1, source="QĐ")  # fmt: skip
        assess(2018)
        answer = self.send(superuser, self.own(superuser))
        assert answer.status_code == 200
        assert (answer.context["sheet"].differences, bool(answer.context["turning"])) == ([], False)

    def test_values_of_later_years_have_a_row_each_and_come_back_too(self, judged, superuser, city):
        judged.thresholds.create(first_year=2018, value=88, source="QĐ 2018")
        judged.thresholds.create(first_year=2018, region="TDMNPB", value=80, source="QĐ vùng")
        judged.thresholds.create(first_year=2019, province_code="06", value=70, source="QĐ tỉnh")
        assess(2018)
        book = self.own(superuser)
        head = [cell.value for cell in book.active[2]]
        rows = [dict(zip(head, row, strict=True)) for row in book.active.iter_rows(min_row=3, values_only=True)]
        own = [(row["first_year"], row["national"], row["TDMNPB"]) for row in rows if row["code"] == judged.code]
        assert own == [(2016, 85, None), (2018, 88, 80)]
        answer = self.send(superuser, book)
        assert (answer.status_code, answer.context["sheet"].differences) == (200, [])
        for row in book.active.iter_rows(min_row=3):
            if row[head.index("first_year")].value == 2018:
                row[head.index("unit")].value = "km"
        answer = self.send(superuser, book)
        assert [(str(one.column), one.value) for one in answer.context["sheet"].findings] == [("đơn vị tính", "km")]

    def test_what_would_be_another_is_told_with_what_turns_and_then_stored(
        self, judged, superuser, city, django_capture_on_commit_callbacks, followed
    ):
        book = self.own(superuser)
        head = [cell.value for cell in book.active[2]]
        row = next(row for row in book.active.iter_rows(min_row=3) if row[head.index("code")].value == judged.code)
        row[head.index("national")].value = 95
        row[head.index("name_vi")].value = "Bảo hiểm"
        answer = self.send(superuser, book)
        assert [(one.code, one.before, one.after) for one in answer.context["sheet"].differences] == [
            (judged.code, judged.name_vi, "Bảo hiểm"), (judged.code, "85", "95")]  # fmt: skip
        assert answer.context["turning"].communes == 1
        assert judged.thresholds.get().value == 85, "nothing is stored yet"
        storing = {"store": "yes", "checked": answer.context["storing"].initial["checked"]} | REASON
        with django_capture_on_commit_callbacks(execute=True):
            assert superuser.post(self.ADDRESS, storing).status_code == 302
        assert followed == [[""]]
        assert city.west.standings.get(year=2018).statuses[judged.criterion.number - 1] == "u"

    def test_a_sheet_does_not_change_what_a_recognised_year_was_held_against(self, judged, superuser, city):
        recognised(city)
        book = self.own(superuser)
        head = [cell.value for cell in book.active[2]]
        for row in book.active.iter_rows(min_row=3):
            if row[head.index("code")].value == judged.code:
                row[head.index("comparator")].value = "≤"
        answer = self.send(superuser, book)
        assert answer.status_code == 422
        (finding,) = answer.context["sheet"].findings
        assert "≥" in str(finding.why)


@pytest.mark.parametrize("model", ["criteriaset", "criterion", "indicator", "threshold"])
def test_the_admin_shows_criteria_and_sends_to_their_pages_for_changes(judged, superuser, model):
    page = superuser.get(f"/admin/layers/{model}/", headers=VI)
    assert page.status_code == 200
    assert 'href="/criteria/"' in page.content.decode()
    assert superuser.get(f"/admin/layers/{model}/add/").status_code == 403
    row = {"criteriaset": judged.criterion.criteria_set_id, "criterion": judged.criterion_id, "indicator": judged.pk,
           "threshold": judged.thresholds.get().pk}[model]  # fmt: skip
    assert superuser.post(f"/admin/layers/{model}/{row}/change/", {"value": "-5"}).status_code == 403


def test_a_statistic_changed_in_the_admin_is_assessed_again(
    judged, superuser, city, monkeypatch, django_capture_on_commit_callbacks
):
    asked: list[tuple] = []
    monkeypatch.setattr("layers.admin.reassess", SimpleNamespace(enqueue=lambda *told: asked.append(told)))
    row = Statistic.objects.get()
    told = {"unit": row.unit_id, "year": 2018, "code": "insured", "numerator": 500, "denominator": 1000, "source": "x"}
    with django_capture_on_commit_callbacks(execute=True):
        assert superuser.post(f"/admin/layers/statistic/{row.pk}/change/", told).status_code == 302
    assert asked == [([city.west.path], [(2018, city.west.path)])]
