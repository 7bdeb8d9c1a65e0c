"""Which columns a file has: the page that says so, and the empty sheet that is read again as it is."""

from io import BytesIO

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from layers.access import Role
from layers.criteria.measures import MEASURES
from layers.criteria.measures.counted import BY_CODE
from layers.imports.archives import opened
from layers.imports.columns import described
from layers.imports.fields import match
from layers.imports.run import import_file
from layers.imports.sources import opened_source
from layers.imports.targets import targets
from layers.models import Facility, Statistic
from layers.models.statistics import Counted

pytestmark = pytest.mark.django_db


def empty(client, slug, language="vi"):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(f"/import/columns/{slug}.xlsx")
    assert response.status_code == 200
    assert f'filename="{slug}.xlsx"' in response["Content-Disposition"]
    return openpyxl.load_workbook(BytesIO(response.content))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("slug", targets())
def test_the_empty_sheet_of_every_layer_is_read_with_every_column(client, tmp_path, slug, language):
    target, path = targets()[slug], tmp_path / "mau.xlsx"
    book = empty(client, slug, language)
    with translation.override(language):
        columns = described(target)
        assert [cell.value for cell in book.worksheets[0][1]] == [column.heading for column in columns]
    book.worksheets[0].append(["1"])
    book.save(path)
    with opened(path) as dataset, opened_source(dataset, target) as source:
        assert source.skipped == []
        assert set(match(target, source.columns, {}).names) == {column.name for column in target.every_column}
        assert source.has_geometry == bool(target.geometry)


def test_a_cell_of_the_empty_sheet_may_be_chosen_from_the_values(client, city):
    book = empty(client, "statistics")
    sheet, values = book.worksheets
    assert values.sheet_state == "hidden"
    at = [cell.value for cell in sheet[1]].index("Nội dung thống kê *") + 1
    with translation.override("vi"):
        names = [str(one.label) for one in Counted]
    assert [cell.value for cell in values[sheet.cell(1, at).column_letter][: len(names)]] == names
    assert any(str(sheet.cell(2, at).coordinate) in one.sqref for one in sheet.data_validations.dataValidation)
    assert sheet.cell(1, at).comment.text.startswith("Bắt buộc")


def test_a_filled_sheet_is_stored(client, tmp_path, city):
    book = empty(client, "statistics")
    with translation.override("vi"):
        book.worksheets[0].append(["Dương Quang", 2017, str(Counted.INSURED.label), 9, 10, "Báo cáo"])
    book.save(tmp_path / "mau.xlsx")
    assert import_file("statistics", tmp_path / "mau.xlsx").state == "applied"
    row = Statistic.objects.get()
    assert (row.unit, row.year, row.code, row.numerator, row.denominator) == (city.west, 2017, "insured", 9, 10)


def test_a_filled_sheet_of_places_is_stored_where_they_lie(client, tmp_path, city):
    book = empty(client, "facilities")
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    filled = {"Tên": "Nhà văn hóa", "Loại *": "nhà văn hóa", "Kinh độ *": 105.801, "Vĩ độ *": 22.101}
    assert set(filled) <= set(heads)
    sheet.append([filled.get(head) for head in heads])
    book.save(tmp_path / "mau.xlsx")
    assert import_file("facilities", tmp_path / "mau.xlsx").state == "applied"
    assert Facility.objects.get().unit == city.west_hamlets[0]


def test_the_page_names_the_columns_of_every_layer_to_everybody(client):
    page = client.get("/import/columns/", {"layer": "roads"}).content.decode()
    for target in targets().values():
        assert f"/import/columns/{target.slug}.xlsx" in page
        with translation.override("vi"):
            assert all(column.title[1:] in page for column in described(target))
    assert page.count("<details open>") == 1 and "roads.xlsx" in page.split("<details open>")[1].split("</details>")[0]
    assert client.get("/import/columns/", {"layer": "nowhere"}).status_code == 404
    assert client.get("/import/columns/nowhere.xlsx").status_code == 404


def test_the_page_of_imports_names_them_beside_the_form(browser, city):
    page = browser(Role.PLANNER, city.west).get("/import/").content.decode()
    assert "Tệp cần có những cột nào" in page and "/import/columns/declarations.xlsx" in page


def test_every_statistic_is_one_that_a_measure_counts():
    assert set(BY_CODE) == set(Counted.values)
    assert all(measure.title == Counted(code).label for code, measure in BY_CODE.items())
    assert {m.slug for m in MEASURES.values() if m.counted} >= {m.slug for m in BY_CODE.values()}
