"""The criteria sets on pages: everybody reads them; a province changes its own values from a year on, with a reason."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import Assessment, CriteriaSet, Grouping, Indicator, Standing, Statistic, Threshold, Unit
from layers.pages.criteria_sets.forms import RESERVED
from layers.pages.criteria_sets.urls import urlpatterns
from layers.pages.import_tasks import reassess
from tests.rules import SOON, insured, judged, rules, sheet, superuser

pytestmark = pytest.mark.django_db
__all__ = ["insured", "judged", "rules", "superuser"]


@pytest.mark.parametrize("role", [None, *Role])
def test_everybody_reads_the_sets_and_sees_what_is_not_verified(rules, insured, browser, city, role):
    client = browser(role, city.west)
    for address in ("/criteria/", "/criteria/2016-2020/", f"/criteria/indicators/{insured.pk}/"):
        answer = client.get(address, headers={"accept-language": "en"})
        assert answer.status_code == 200
        assert "not verified" in answer.content.decode()
    page = client.get("/criteria/2016-2020/", headers={"accept-language": "en"}).content.decode()
    assert "100 × people with health insurance ÷ residents" in page
    assert "Counted statistics" in page


def levels(city) -> dict[str, tuple]:
    return {
        "province administrator": (Role.ADMINISTRATOR, city.province),
        "city administrator": (Role.ADMINISTRATOR, city.city),
        "province planner": (Role.PLANNER, city.province),
        "leader": (Role.LEADER, city.province),
        "stranger": (None,),
    }


@pytest.mark.parametrize(
    "who", ["province administrator", "city administrator", "province planner", "leader", "stranger"]
)
@pytest.mark.parametrize(("scope", "own"), [("06", True), ("19", False), ("@", False), ("@TDMNPB", False)])
def test_an_administrator_of_a_province_changes_its_values_and_no_others(insured, browser, city, who, scope, own):
    answer = browser(*levels(city)[who]).post(f"/criteria/indicators/{insured.pk}/", SOON | {"scope": scope})
    changed = Threshold.objects.filter(indicator=insured, first_year=2018).exists()
    assert changed is (own and who == "province administrator"), answer.status_code
    assert Threshold.objects.get(indicator=insured, first_year=2016).value == 85


@pytest.mark.parametrize("scope", ["@", "@TDMNPB", "06"])
def test_who_keeps_the_sets_changes_all_values(insured, superuser, scope):
    assert superuser.post(f"/criteria/indicators/{insured.pk}/", SOON | {"scope": scope}).status_code == 302
    made = Threshold.objects.get(indicator=insured, first_year=2018)
    assert (made.province_code or f"@{made.region}") == scope


def test_no_value_is_changed_without_a_reason_or_for_a_year_beyond_the_set(insured, superuser):
    for wrong in ({"reason": ""}, {"source": ""}, {"first_year": "2021"}, {"value": "viết chữ"}):
        answer = superuser.post(f"/criteria/indicators/{insured.pk}/", SOON | {"scope": "06"} | wrong)
        assert answer.status_code == 422
    assert insured.thresholds.count() == 1


def test_the_reason_is_kept_and_shown_with_what_changed(insured, superuser):
    address = f"/criteria/indicators/{insured.pk}/"
    superuser.post(address, SOON | {"scope": "06"})
    superuser.post(address, SOON | {"scope": "06", "value": "92", "reason": "Sửa lỗi đánh máy", "verified": "on"})
    page = superuser.get(address).content.decode()
    assert "Theo quyết định mới" in page and "Sửa lỗi đánh máy" in page
    assert "≥\xa090\xa0% → " in page and "≥\xa092\xa0%" in page
    assert Threshold.objects.get(province_code="06").verified


def test_years_before_a_change_keep_their_value_and_those_after_follow(insured, superuser, city, monkeypatch):
    asked: list = []
    monkeypatch.setattr(type(reassess), "enqueue", lambda self, paths: asked.append(paths))
    for year in (2017, 2018):
        Statistic.objects.create(unit=city.west, year=year, code="insured", numerator=870, denominator=1000, source="x")
        assess(year)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda job, **more: job())
        address = f"/criteria/indicators/{insured.pk}/"
        told = superuser.post(address, SOON | {"scope": "06"})
        superuser.post(address, SOON | {"scope": "06", "confirmed": told.context["form"].confirming})
    assert asked == [[city.province.path]]
    reassess.call(asked[0])
    found = dict(Assessment.objects.filter(unit=city.west, indicator=insured).values_list("year", "threshold"))
    assert found == {2017: 85, 2018: 90}


def test_a_value_of_a_group_alone_is_told_to_differ_by_group(rules, insured, superuser):
    insured.thresholds.update(commune_group=1)
    page = superuser.get("/criteria/2016-2020/", headers={"accept-language": "vi"}).content.decode()
    assert "khác nhau theo nhóm xã: chọn nhóm ở trên" in page
    page = superuser.get("/criteria/2016-2020/?group=1", headers={"accept-language": "vi"}).content.decode()
    assert "khác nhau theo nhóm xã" not in page


def test_the_provinces_of_a_sets_year_come_before_those_merged_earlier(rules, city):
    Unit.objects.filter(pk=city.province.pk).update(valid_to="2019-07-01")
    later = Unit.objects.create(
        code="19", kind="province", name="Thái Nguyên", valid_from="2019-07-01", region="TDMNPB"
    )
    client = Client()
    assert client.get("/criteria/2016-2020/?year=2020").context["province"] == later
    assert client.get("/criteria/2016-2020/?year=2018").context["province"] == city.province


@pytest.mark.parametrize("value", ["-1", "150", "1e30", "nan"])
def test_a_per_cent_lies_between_0_and_100(insured, superuser, value):
    answer = superuser.post(f"/criteria/indicators/{insured.pk}/", SOON | {"scope": "06", "value": value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["value"]
    assert insured.thresholds.count() == 1


def test_a_value_that_turns_results_is_stored_once_its_sender_was_told_which(judged, superuser, city):
    address, typed = f"/criteria/indicators/{judged.pk}/", SOON | {"scope": "06"}
    told = superuser.post(address, typed, headers={"accept-language": "vi"})
    assert (told.status_code, judged.thresholds.count()) == (200, 1)
    assert [(one.commune, one.year, one.code, one.before, one.after) for one in told.context["turning"].named] == [
        (city.west.name, 2018, "", "m", "u"), (city.west.name, 2018, judged.code, "m", "u")]  # fmt: skip
    assert "1 xã sẽ đổi kết quả" in told.content.decode()
    assert Assessment.objects.get(unit=city.west, indicator=judged).threshold == 85, "nothing of it stays"
    agreed = {"confirmed": told.context["form"].confirming}
    assert superuser.post(address, typed | agreed | {"value": "95"}).status_code == 200, "agreed to another value"
    assert judged.thresholds.count() == 1
    assert superuser.post(address, typed | agreed).status_code == 302
    assert judged.thresholds.get(first_year=2018).value == 90


def test_a_value_set_by_mistake_is_taken_away_with_a_reason(judged, superuser, browser, city):
    made = Threshold.objects.create(indicator=judged, first_year=2018, province_code="06", value=90, source="nhầm")
    assess(2018)
    address = f"/criteria/indicators/values/{made.pk}/remove/"
    assert browser(Role.PLANNER, city.province).post(address, {"reason": "x"}).status_code == 403
    national = judged.thresholds.get(first_year=2016)
    other = browser(Role.ADMINISTRATOR, city.province)
    assert other.post(f"/criteria/indicators/values/{national.pk}/remove/", {"reason": "x"}).status_code == 403
    told = other.get(address)
    assert {(one.before, one.after) for one in told.context["turning"].named} == {("u", "m")}
    assert other.post(address, {"reason": ""}).status_code == 422
    assert judged.thresholds.filter(pk=made.pk).exists()
    assert other.post(address, {"reason": "Nhập nhầm tỉnh"}).status_code == 302
    assert not judged.thresholds.filter(pk=made.pk).exists()
    page = other.get(f"/criteria/indicators/{judged.pk}/", headers={"accept-language": "vi"}).content.decode()
    assert "Nhập nhầm tỉnh" in page
    assert "đã bỏ" in page


def test_a_set_is_copied_with_its_values_as_not_verified(rules, superuser):
    data = {"code": "2021-2025", "name": "Bộ mới", "legal_basis": "?", "first_year": "2021", "last_year": "2025",
            "source": "", "like": str(rules.pk)}  # fmt: skip
    assert superuser.post("/criteria/new/", data | {"first_year": "2020"}).status_code == 422
    assert superuser.post("/criteria/new/", data).status_code == 302
    made = CriteriaSet.objects.get(code="2021-2025")
    assert made.criteria.count() == 19
    values = Threshold.objects.filter(indicator__criterion__criteria_set=made)
    assert {(t.indicator.code, t.value, t.first_year, t.verified) for t in values} == {
        ("15.1", 85, 2021, False), ("15.3", 26.7, 2021, False)}  # fmt: skip
    assert rules.criteria.get(number=15).indicators.count() == 2


NEW_SET = {"code": "2031-2035", "name": "Bộ mới", "legal_basis": "QĐ", "first_year": "2031", "last_year": "2035",
           "source": "", "like": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"first_year": "2040"}, "last_year", "Năm cuối trước năm đầu."),
        ({"first_year": "2019"}, "first_year", "bộ 2016-2020 đã áp dụng cho 2016–2020"),
        ({"last_year": "99999"}, "last_year", "2100"),
        ({"code": "bộ mới"}, "code", "Mã chỉ gồm chữ cái không dấu"),
        ({"code": "2016-2020"}, "code", "Đã có bộ tiêu chí mang mã này."),
        *(({"code": code}, "code", "là tên của một trang khác") for code in ("new", "groups", "indicators")),
    ],
)
def test_a_set_that_cannot_be_is_refused_in_words_with_what_was_typed(rules, superuser, wrong, field, said):
    answer = superuser.post("/criteria/new/", NEW_SET | wrong, headers={"accept-language": "vi"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert said in answer.content.decode()
    assert 'value="Bộ mới"' in answer.content.decode()
    assert CriteriaSet.objects.count() == 1


def test_no_page_beside_the_sets_has_an_address_that_a_set_could_have():
    beside = {str(one.pattern).split("/")[1] for one in urlpatterns if str(one.pattern) != "criteria/"}
    assert beside - {"<slug:code>"} == RESERVED


def test_a_set_without_results_is_renamed_and_removed(rules, superuser):
    superuser.post("/criteria/new/", NEW_SET | {"like": str(rules.pk)})
    assert "Remove the set" in superuser.get("/criteria/2031-2035/", headers={"accept-language": "en"}).content.decode()
    address = "/criteria/2031-2035/edit/"
    assert superuser.post(address, NEW_SET | {"first_year": "2018"}).status_code == 422
    assert superuser.post(address, NEW_SET | {"code": "2032-2035", "first_year": "2032"}).status_code == 302
    assert CriteriaSet.objects.get(code="2032-2035").criteria.count() == 19
    assert superuser.post("/criteria/2032-2035/remove/").status_code == 302
    assert list(CriteriaSet.objects.all()) == [rules]


def test_a_set_that_communes_were_assessed_by_stays_as_it_is(rules, superuser, browser, city):
    superuser.post("/criteria/new/", NEW_SET)
    stranger = browser(Role.ADMINISTRATOR, city.province)
    assert stranger.post("/criteria/2031-2035/remove/").status_code == 403
    assert stranger.get("/criteria/2031-2035/edit/").status_code == 403
    assess(2017)
    for address in ("edit/", "remove/"):
        assert superuser.post(f"/criteria/2016-2020/{address}", NEW_SET).status_code == 422
    assert (
        "Remove the set"
        not in superuser.get("/criteria/2016-2020/", headers={"accept-language": "en"}).content.decode()
    )
    assert CriteriaSet.objects.filter(code="2016-2020").exists()


def test_a_criterion_and_an_indicator_are_typed_in(rules, superuser):
    assert superuser.post("/criteria/2016-2020/criterion/", {"name_vi": "Mới", "name_en": "New"}).status_code == 302
    criterion = rules.criteria.get(number=20)
    assert superuser.get("/criteria/2016-2020/indicator/?criterion=hai").status_code == 400
    assert "selected>20 Mới" in superuser.get("/criteria/2016-2020/indicator/?criterion=20").content.decode()
    told = {"criterion": criterion.pk, "code": "20.1", "part": "", "name_vi": "Chỉ tiêu", "name_en": "Indicator",
            "comparator": ">=", "unit": "%", "measure": "insured"}  # fmt: skip
    assert superuser.post("/criteria/2016-2020/indicator/", told).status_code == 302
    assert superuser.post("/criteria/2016-2020/indicator/", told).status_code == 422
    assert criterion.indicators.get().measure == "insured"
    assert superuser.post("/criteria/2016-2020/indicator/", told | {"code": "20.2", "name_en": ""}).status_code == 302
    assert criterion.indicators.get(code="20.2").name_en == "Chỉ tiêu"


@pytest.mark.parametrize("address", ["new/", "2016-2020/criterion/", "2016-2020/indicator/", "2016-2020/sheet/"])
@pytest.mark.parametrize("who", ["province administrator", "province planner", "stranger"])
def test_the_sets_themselves_are_not_a_provinces_to_change(rules, browser, city, who, address):
    client = browser(*levels(city)[who])
    assert client.post(f"/criteria/{address}", {"name_vi": "Mới", "name_en": "New"}).status_code == 403
    assert rules.criteria.count() == 19


HEAD = ("Tiêu chí", "Mã chỉ tiêu", "Tên chỉ tiêu", "So sánh", "ĐVT", "Từ năm", "Chung", "Nhóm 3", "Nguồn", "Cách tính")


class TestSheet:
    ADDRESS = "/criteria/2016-2020/sheet/"
    STORE = {"store": "yes", "reason": "Nhập theo quyết định"}  # noqa: RUF012

    def test_rows_that_are_wrong_are_named_and_nothing_is_stored(self, rules, superuser):
        file = sheet(
            HEAD,
            (1, "1.1", "Quy hoạch", "≥", "%", 2016, 80, None, "QĐ 1", None),
            (99, "2.1", "Không có tiêu chí", "≥", "%", 2016, 80, None, "QĐ 1", None),
            (3, "3.1", "Dấu lạ", "><", "%", 2016, "tám mươi", None, "QĐ 1", None),
            (4, None, "Thiếu mã", "≥", "%", 2016, 80, None, "QĐ 1", None),
            (5, "5", "Năm ngoài", "≥", "%", 2025, 80, None, None, "khong_co"),
            (1, "1.1", "Hai lần", "≥", "%", 2016, 80, None, "QĐ 1", None),
        )
        answer = superuser.post(self.ADDRESS, {"file": file})
        assert answer.status_code == 422
        assert answer.context["storing"] is None
        lines = {(one.line, one.value) for one in answer.context["sheet"].findings}
        assert lines == {
            (3, "99"), (4, "><"), (4, "tám mươi"), (5, ""), (6, "2025"), (6, ""), (6, "khong_co"), (7, "1.1"),
            (7, "Hai lần"),
        }  # fmt: skip
        assert Indicator.objects.count() == 2

    def test_values_that_cannot_be_and_formulas_are_named(self, rules, superuser):
        file = sheet(
            HEAD,
            (1, "1.1", "Âm", "≥", "%", 2016, -5, None, "QĐ 1", None),
            (1, "1.2", "Quá", "≥", "%", 2016, None, 150, "QĐ 1", None),
            (1, "1.3", "Công thức", "≥", "%", 2016, "=1+1", None, "QĐ 1", None),
            (1, "1.4", "Ki-lô-mét", "≥", "km", 2016, 150, None, "QĐ 1", None),
        )
        answer = superuser.post(self.ADDRESS, {"file": file})
        assert answer.status_code == 422
        assert sorted(one.line for one in answer.context["sheet"].findings) == [2, 3, 4]
        assert Indicator.objects.count() == 2

    def test_a_good_sheet_is_checked_first_and_then_stored(self, rules, superuser):
        rows = (
            HEAD,
            (1, "1.1", "Bảo hiểm", "≥", "%", 2016, 80.5, 70, "QĐ 1", "insured"),
            (2, "2.1", "Đường", "≤", "km", None, 3, None, "QĐ 1", None),
        )
        answer = superuser.post(self.ADDRESS, {"file": sheet(*rows)})
        assert (answer.status_code, answer.context["sheet"].created, answer.context["sheet"].values) == (200, 2, 3)
        assert Indicator.objects.count() == 2
        assert "Bảo hiểm" in answer.content.decode()
        checked = {"checked": answer.context["storing"].initial["checked"]}
        assert superuser.post(self.ADDRESS, {"store": "yes"} | checked).status_code == 422
        assert superuser.post(self.ADDRESS, self.STORE | {"checked": "0" * 64}).status_code == 422
        assert Indicator.objects.count() == 2
        assert superuser.post(self.ADDRESS, self.STORE | checked).status_code == 302
        assert superuser.post(self.ADDRESS, self.STORE | checked).status_code == 422, "stored once"
        made = Indicator.objects.get(code="1.1")
        assert (made.measure, made.comparator) == ("insured", ">=")
        assert set(made.thresholds.values_list("commune_group", "value")) == {(0, 80.5), (3, 70)}
        assert Indicator.objects.get(code="2.1").comparator == "<="

    def test_what_is_downloaded_comes_back_unchanged(self, rules, superuser):
        before = list(Threshold.objects.order_by("pk").values_list("pk", "indicator", "value", "region", "verified"))
        file = superuser.get("/criteria/2016-2020/sheet.xlsx").content
        answer = superuser.post(self.ADDRESS, {"file": SimpleUploadedFile("lai.xlsx", file)})
        assert not answer.context["sheet"].findings
        checked = {"checked": answer.context["storing"].initial["checked"]}
        assert superuser.post(self.ADDRESS, self.STORE | checked).status_code == 302
        after = list(Threshold.objects.order_by("pk").values_list("pk", "indicator", "value", "region", "verified"))
        assert after == before

    def test_a_sheet_that_no_longer_fits_the_set_is_not_stored(self, rules, superuser):
        rows = (HEAD, (1, "1.9", "Mới", "≥", "%", 2016, 80, None, "QĐ 1", None))
        answer = superuser.post(self.ADDRESS, {"file": sheet(*rows)})
        checked = {"checked": answer.context["storing"].initial["checked"]}
        rules.first_year = 2018
        rules.save()
        answer = superuser.post(self.ADDRESS, self.STORE | checked)
        assert answer.status_code == 422
        assert [one.value for one in answer.context["sheet"].findings] == ["2016"]
        assert not Indicator.objects.filter(code="1.9").exists()

    @pytest.mark.parametrize(
        ("name", "content"), [("x.xlsx", b"PK\x03\x04 broken"), ("x.exe", b"MZ"), ("x.csv", b"a,b\n1,2\n")]
    )
    def test_what_is_no_sheet_is_refused_in_words(self, rules, superuser, name, content):
        answer = superuser.post(self.ADDRESS, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
        assert "sheet." not in str(answer.context["form"].errors["file"])


GROUPED = {"commune_group": "3", "since": "2026-01-01", "reason": "QĐ 51/2025/QĐ-TTg"}


@pytest.mark.parametrize("who", ["province administrator", "superuser"])
def test_communes_are_put_into_a_group_from_a_day_on_with_a_reason(rules, browser, city, superuser, who):
    client = superuser if who == "superuser" else browser(Role.ADMINISTRATOR, city.province)
    address = f"/criteria/groups/?province={city.province.pk}"
    assert "Nhóm xã" in client.get(address).content.decode()
    assert client.post(address, GROUPED | {"communes": [city.west.pk], "reason": ""}).status_code == 422
    assert client.post(address, GROUPED).status_code == 422
    assert not Grouping.objects.exists()
    assert client.post(address, GROUPED | {"communes": [city.west.pk, city.east.pk]}).status_code == 302
    assert Grouping.objects.count() == 2
    page = client.get(address).content.decode()
    assert page.count("QĐ 51/2025/QĐ-TTg") == 2
    assert "01/01/2026" in page


def test_a_second_word_of_a_day_keeps_the_reason_of_the_first(rules, superuser, city):
    address = f"/criteria/groups/?province={city.province.pk}"
    superuser.post(address, GROUPED | {"communes": [city.west.pk]})
    superuser.post(address, GROUPED | {"communes": [city.west.pk], "commune_group": "1", "reason": "Đính chính"})
    page = superuser.get(address).content.decode()
    assert "QĐ 51/2025/QĐ-TTg" in page and "Đính chính" in page
    assert Grouping.objects.get().commune_group == 1


@pytest.mark.parametrize("since", ["1000-01-01", "2009-12-31", "9999-01-01"])
def test_no_group_begins_before_the_programme_or_after_next_year(rules, superuser, city, since):
    answer = superuser.post("/criteria/groups/", GROUPED | {"communes": [city.west.pk], "since": since})
    assert answer.status_code == 422
    assert not Grouping.objects.exists()


@pytest.mark.parametrize("who", [None, Role.LEADER, Role.PLANNER, Role.FIELD, Role.GUEST, "commune administrator"])
def test_groups_are_nobody_elses_to_tell(rules, browser, city, who):
    client = browser(Role.ADMINISTRATOR, city.west) if who == "commune administrator" else browser(who, city.province)
    assert client.get("/criteria/groups/").status_code == 403
    assert client.post("/criteria/groups/", GROUPED | {"communes": [city.west.pk]}).status_code == 403
    assert not Grouping.objects.exists()
    assert "/criteria/groups/" not in client.get("/criteria/").content.decode()


def test_communes_of_another_province_are_not_put_into_a_group(rules, browser, city):
    other = Unit.objects.create(
        code="19", kind="province", name="Thái Nguyên", valid_from="2015-01-01", region="TDMNPB"
    )
    client = browser(Role.ADMINISTRATOR, other)
    assert client.post("/criteria/groups/", GROUPED | {"communes": [city.west.pk]}).status_code == 422
    assert client.get(f"/criteria/groups/?province={city.province.pk}").status_code == 403
    assert not Grouping.objects.exists()


def test_a_group_that_was_told_by_mistake_is_taken_away_and_stays_readable(city, browser, settings):
    province = browser(Role.ADMINISTRATOR, city.province)
    for since, group in (("2026-01-01", "2"), ("2026-06-01", "3")):
        province.post("/criteria/groups/", GROUPED | {"communes": [city.west.pk], "since": since,
                                                      "commune_group": group})  # fmt: skip
    wrong = Grouping.objects.get(commune_group=3)
    address = f"/criteria/groups/{wrong.pk}/remove/"
    assert address in province.get("/criteria/groups/").content.decode()
    assert province.get(address).status_code == 200
    assert province.post(address, {"reason": ""}).status_code == 422
    for role, unit in ((Role.PLANNER, city.province), (Role.ADMINISTRATOR, city.city)):
        assert browser(role, unit).post(address, {"reason": "x"}).status_code == 404
    assert province.post(address, {"reason": "Nhầm xã"}).status_code == 302
    assert Grouping.objects.get().commune_group == 2
    text = province.get("/criteria/groups/").content.decode()
    assert "đã rút: Nhầm xã" in text and "01/06/2026" in text
    assert province.get(address).status_code == 404


def test_what_concerns_too_many_communes_is_not_reckoned_beforehand_but_asked_about_all_the_same(
    judged, superuser, city, settings
):
    settings.LIMITS = settings.LIMITS | {"REHEARSED": 0}
    address, typed = f"/criteria/indicators/{judged.pk}/", SOON | {"scope": "06"}
    told = superuser.post(address, typed, headers={"accept-language": "vi"})
    concerned = Standing.objects.filter(unit__kind="commune", year=2018).count()
    assert (told.context["turning"].untried, told.context["turning"].named) == (concerned, [])
    assert "quá nhiều để tính trước" in told.content.decode()
    assert judged.thresholds.count() == 1
    agreed = {"confirmed": told.context["form"].confirming}
    assert superuser.post(address, typed | agreed).status_code == 302
    assert judged.thresholds.count() == 2
