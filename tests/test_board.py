"""The board: who stands where, what moved, what is missing; for everybody, but no small count for strangers."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.board import board_of
from layers.criteria.sets import load_all
from layers.models import Declaration, Indicator, Standing, Statistic, Unit
from layers.reports.trend import FOOT, TOP, trend
from tests.assessed import YEAR, declare

pytestmark = pytest.mark.django_db


def page(client, unit, year=YEAR):
    response = client.get("/board/", {"unit": unit.pk, "year": year})
    assert response.status_code == 200
    return response


def cell(response, unit, number: int) -> dict:
    lines = [*response.context["lines"], *([response.context["own"]] if response.context["own"] else [])]
    return next(line for line in lines if line["name"] == unit.name)["cells"][number - 1]


def test_one_sentence_answers_first(assessed, client):
    text = page(client, assessed.city).content.decode()
    assert "2 xã, còn 3 tiêu chí chưa đạt" in re.search(r"<h1>(.*?)</h1>", text)[1]
    text = page(client, assessed.west).content.decode()
    assert "Dương Quang: đạt 16/19 tiêu chí, còn 3 chưa đạt" in re.search(r"<h1>(.*?)</h1>", text)[1]


def test_cells_say_how_they_stand_what_moved_and_what_was_declared_otherwise(assessed, client):
    response = page(client, assessed.city)
    road, station = cell(response, assessed.west, 2), cell(response, assessed.east, 15)
    assert (road["css"], road["sign"], road["marks"]) == ("unmet", "✕", "≠↘")
    assert road["told"] == "chưa đạt, xã khai khác, không còn đạt"
    assert (station["css"], station["marks"]) == ("met", "↗")
    assert cell(response, assessed.east, 1)["marks"] == ""


def test_what_moved_is_not_told_across_two_sets_of_criteria(assessed):
    west, east = assessed.west, assessed.east
    for unit, statuses in ((west, "u" * 19), (east, "m" * 19)):
        for year in (2020, 2021):
            of_year = Standing.objects.get(unit=west, year=YEAR).criteria_set
            Standing.objects.create(
                unit=unit, year=year, statuses=statuses if year == 2020 else "m" * 19, differs=" " * 19, met=19,
                criteria_set=of_year if year == 2020 else Indicator.objects.last().criterion.criteria_set,
            )  # fmt: skip
    board = board_of(assessed.city, 2021)
    assert {found.moved for line in board.lines for found in line.cells} == {0}
    assert {line.before for line in board.lines} == {None}


def test_each_cell_leads_to_the_map(assessed, client):
    west, city = assessed.west.pk, assessed.city.pk
    text = page(client, assessed.city).content.decode()
    assert f'href="/?unit={city}&amp;year=2017&amp;criterion=2&amp;pick=communes/{west}"' in text
    assert f'href="/board/?unit={west}&amp;year=2017"' in text
    text = page(client, assessed.west).content.decode()
    hamlet = assessed.west_hamlets[0].pk
    assert f'href="/?unit={west}&amp;year=2017&amp;criterion=2&amp;pick=hamlets/{hamlet}"' in text
    assert f"/table/hamlets/?unit={west}&amp;year=2017" in text


def test_a_commune_shows_itself_and_its_hamlets(assessed, client):
    response = page(client, assessed.west)
    assert [line["name"] for line in response.context["lines"]] == ["Nà Ỏi", "Phặc Tràng"]
    assert response.context["own"]["name"] == "Dương Quang"
    assert cell(response, assessed.west_hamlets[0], 2)["css"] == "unmet"
    assert cell(response, assessed.west_hamlets[0], 1) is None
    assert page(client, assessed.west_hamlets[0]).context["unit"] == assessed.west


def test_it_is_a_real_table_without_inline_code(assessed, client):
    text = page(client, assessed.city).content.decode()
    table = re.search(r"<table.*?</table>", text, re.S)[0]
    assert "<caption" in table
    assert table.count('scope="col"') == 21
    assert table.count('scope="row"') == 2
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert re.search(r'aria-label="Tỷ lệ hộ nghèo\. ', text) or "poor" in text


@pytest.mark.parametrize(
    ("role", "mine", "told"),
    [(None, True, False), (Role.GUEST, True, False), (Role.LEADER, True, True), (Role.PLANNER, False, False)],
)
def test_few_poor_households_are_told_to_those_entitled_only(assessed, browser, role, mine, told):
    client = browser(role, *([assessed.west if mine else assessed.east] if role else []))
    for unit in (assessed.west, assessed.city, assessed.province):
        response = page(client, unit)
        text = response.content.decode()
        (card,) = (card for card in response.context["cards"] if card["title"] == "Hộ nghèo")
        assert (card["value"] == "15 %") is told
        assert ("3 trên 20 hộ" in text) is told
        assert bool(response.context["poverty_trend"].points) is told
        assert "Nguyễn" not in text


def test_what_is_missing_is_told_as_exactly_as_one_may_know(assessed, browser):
    def needs(client) -> dict[str, str]:
        found = page(client, assessed.west).context["missing"]
        return {need["code"]: need["text"] for criterion in found for need in criterion["needs"]}

    stranger, planner = needs(browser()), needs(browser(Role.PLANNER, assessed.west))
    assert stranger["2.2"] == planner["2.2"] == "Cần thêm 0,52\u00a0km: đường trục thôn được cứng hóa"
    assert planner["11"] == "Cần giảm 1\u00a0hộ: hộ nghèo"
    assert stranger["11"] == "Còn nhiều: hộ nghèo"
    assert planner["17.1"] == "Cần thêm 18\u00a0hộ: hộ dùng nước hợp vệ sinh"
    assert stranger["17.1"] == "Chưa đủ: hộ dùng nước hợp vệ sinh"


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "number", "text"),
    [
        ("income", 25.9, 1000, 10, "Cần thêm 0,1\u00a0triệu đồng/người/năm: thu nhập trong năm"),
        ("makeshift_houses", 2, 800, 9, "Cần giảm 2\u00a0nhà: nhà tạm, dột nát"),
        ("irrigated_land", 70, 100, 3, "Cần thêm 10\u00a0ha: đất sản xuất nông nghiệp được tưới, tiêu chủ động"),
    ],
)
def test_counts_that_are_no_shares_are_missing_in_their_own_unit(
    city, browser, code, numerator, denominator, number, text
):
    load_all()
    declare(city.west)
    Statistic.objects.create(
        unit=city.west, year=YEAR, code=code, numerator=numerator, denominator=denominator, source="test"
    )
    assess(YEAR)
    (criterion,) = page(browser("leader", city.west), city.west).context["missing"]
    assert (criterion["number"], [need["text"] for need in criterion["needs"]]) == (number, [text])


def test_what_was_declared_unmet_says_by_how_much_or_why(city, browser):
    load_all()
    declare(city.west, "u", evidence="Chưa có chợ")
    Declaration.objects.filter(indicator__code="16").update(value=55.6)
    assess(YEAR)
    staff = page(browser("leader", city.west), city.west)
    found = {need["code"]: need["text"] for row in staff.context["missing"] for need in row["needs"]}
    assert found["16"] == "Xã khai 55,6\u00a0%, chuẩn là ≥\u00a070\u00a0%."
    name = Indicator.objects.get(criterion__criteria_set__code="2016-2020", code="7").name_vi
    assert found["7"] == f"Còn thiếu: {name} (xã ghi: Chưa có chợ)"


def test_results_that_disagree_are_listed_for_inspection(assessed, client):
    response = page(client, assessed.city)
    found = {(row["unit"], row["code"]): row["text"] for row in response.context["differing"]}
    assert found[("Dương Quang", "2.2")] == "Xã khai đạt, số liệu tính ra chưa đạt."
    assert response.context["differing_count"] == len(found) == 3
    assert not page(client, assessed.east).context["differing"]


def test_no_more_discrepancies_are_listed_than_fit_and_how_many_there_are_is_said(assessed, client, settings):
    settings.LIMITS = settings.LIMITS | {"PAGE_ROWS": 2}
    text = page(client, assessed.city).content.decode()
    assert "Đang hiện 2 trên 3 mục" in text


def test_the_number_of_queries_does_not_depend_on_the_number_of_units(assessed, client):
    def queries() -> int:
        page(client, assessed.city)
        with CaptureQueriesContext(connection) as made:
            page(client, assessed.city)
        return len(made)

    few = queries()
    for i in range(20):
        unit = Unit.objects.create(
            code=f"9{i}", kind="commune", name=f"Xã {i}", parent=assessed.city, rural=True, valid_from=date(2015, 3, 11)
        )
        declare(unit, "u")
    assess(YEAR)
    assert len(page(client, assessed.city).context["lines"]) == 22
    assert queries() == few


def test_wards_are_counted_apart_and_a_year_without_results_says_so(assessed, client):
    Unit.objects.create(
        code="01834", kind="commune", name="Phùng Chí Kiên", parent=assessed.city, valid_from=date(2015, 3, 11)
    )
    assert page(client, assessed.city).context["board"].not_assessed == 1
    text = page(client, assessed.city, 2019).content.decode()
    assert "Năm 2019 chưa có xã nào ở đây được đánh giá" in text


@pytest.mark.parametrize(("query", "status"), [("unit=0", 400), ("unit=999999999", 404), ("years=2017", 400)])
def test_a_wrong_address_is_refused(assessed, client, query, status):
    assert client.get(f"/board/?{query}", headers={"accept": "text/html"}).status_code == status


def test_an_empty_store_says_what_to_do(client):
    assert "Hãy nhập tỉnh, huyện, xã trước" in client.get("/board/").content.decode()


def test_a_trend_starts_at_zero_and_is_told_in_words():
    drawn = trend({2016: (2.0, "2 %"), 2018: (4.0, "4 %")}, 4)
    assert [point.y for point in drawn.points] == [(FOOT + TOP) / 2, TOP]
    assert drawn.told == "2016: 2 %; 2018: 4 %"
    assert trend({}).points == ()
    assert len(trend({2017: (0.0, "0 %")}).points) == 1


def test_all_provinces_are_told_by_the_share_of_their_communes(assessed, client):
    response = client.get("/board/all/", {"year": YEAR})
    text = response.content.decode()
    assert "1/2 xã đạt đủ 19 tiêu chí" in re.search(r"<h1>(.*?)</h1>", text)[1]
    (line,) = response.context["lines"]
    assert (line["name"], line["communes"], line["complete"]) == ("Bắc Kạn", "2", "1")
    assert [found["share"] for found in line["cells"]][:3] == [100, 50, 100]
    assert f'href="/board/?unit={assessed.province.pk}&amp;year=2017"' in text


@pytest.mark.parametrize(("role", "told"), [(None, False), (Role.LEADER, True)])
def test_the_poor_of_all_provinces_are_hidden_where_those_of_one_are(assessed, browser, role, told):
    client = browser(role, *([assessed.province] if role else []))
    cards = client.get("/board/all/", {"year": YEAR}).context["cards"]
    assert ("15 %" in [card["value"] for card in cards]) is told


def test_all_provinces_of_a_year_without_results(assessed, client):
    text = client.get("/board/all/?year=2019").content.decode()
    assert "Năm 2019 chưa có xã nào ở đây được đánh giá" in text
