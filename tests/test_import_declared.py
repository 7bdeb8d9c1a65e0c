"""A sheet of declared results is held to what the declaring page asks for, row by row; of a wrong one nothing stays."""

import openpyxl
import pytest

from layers.criteria.sets import load_all
from layers.imports.context import Options
from layers.imports.findings import message
from layers.imports.run import import_file
from layers.models import Declaration, Evidence, Indicator
from layers.models.runs import RunState
from layers.pages import import_tasks
from layers.programme.claims import contradictions

pytestmark = pytest.mark.django_db
HEAD = "Xã,Năm,Chỉ tiêu,Giá trị,Tử số,Mẫu số,Kết quả,Minh chứng,Ngày\n"
#: 2.3 asks for 100 %, 4.2 for 95 % or more, 3.1 is declared without a number.
WRONG = [
    ("01849,2017,4.2,150,,,Đạt,BC,", "100"),
    ("01849,2017,2.3,87.3,,,Đạt,BC,", "87,3 chưa tới chuẩn ≥ 100"),
    ("01849,2017,4.2,99,,,Chưa đạt,,", "99"),
    ("01849,2017,4.2,99,1,10,Đạt,BC,", "1/10 bằng 10"),
    ("01849,2017,8.1,,,,Đạt,,", "căn cứ"),
    ("01849,2017,4.2,99,,,Đạt,BC,31/12/2012", "2017"),
    ("01849,2017,4.2,99,,,Đạt,BC,01/01/2099", "hôm nay"),
    ("01849,2017,4.2,abc,,,Đạt,BC,", ""),
    ("01849,2017,17.1,95,,,Đạt,BC,", "17.1/hygienic_water, 17.1/clean_water"),
]


@pytest.fixture
def sets(city):
    load_all()
    return city


def read(tmp_path, *rows, **options):
    path = tmp_path / "khai.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return import_file("declarations", path, Options(**options), judge=contradictions)


@pytest.mark.parametrize(("row", "why"), WRONG, ids=[row for row, _why in WRONG])
def test_what_the_page_refuses_the_sheet_does_not_bring_either(sets, tmp_path, row, why):
    run = read(tmp_path, "01849,2017,7,,,,Đạt,Quyết định 12,", row)
    assert run.state == RunState.REFUSED
    assert not Declaration.objects.exists()
    (finding,) = run.findings.filter(severity="error")
    assert finding.line == 3
    assert why in message(finding)


def test_the_good_rows_are_kept_where_that_is_asked_for(sets, tmp_path):
    read(tmp_path, "01849,2017,4.2,99,,,Đạt,BC,15/12/2017", *(row for row, _why in WRONG if ",4.2," not in row),
         keep_good=True)  # fmt: skip
    found = Declaration.objects.get()
    assert (found.indicator.code, found.value, str(found.as_of)) == ("4.2", 99, "2017-12-15")


@pytest.mark.parametrize("name", ["17.1/clean_water", "17.1 clean_water", "17.1.clean_water", "17.1:Clean_Water"])
def test_one_of_two_values_is_named_by_its_part(sets, tmp_path, name):
    assert read(tmp_path, f"01849,2017,{name},95,,,Đạt,,").state == RunState.APPLIED
    assert Declaration.objects.get().indicator.part == "clean_water"


def test_an_empty_cell_is_judged_by_what_is_on_record(sets, tmp_path):
    """The value stays 80 where the cell is empty: "met" then contradicts it; a file behind it stands for words."""
    electricity = Indicator.objects.get(code="4.2", criterion__criteria_set__code="2016-2020")
    market = Indicator.objects.get(code="7", criterion__criteria_set__code="2016-2020")
    for indicator, value in ((electricity, 80), (market, None)):
        Declaration.objects.create(
            unit=sets.west, indicator=indicator, year=2017, status="u", value=value, source="test"
        )
    assert read(tmp_path, "01849,2017,4.2,,,,Đạt,BC,").state == RunState.REFUSED
    row = Declaration.objects.get(indicator=market)
    Evidence.objects.create(unit=sets.west, declaration=row, kind="document", name="a.pdf", file="a.pdf", size=1)
    assert read(tmp_path, "01849,2017,7,,,,Đạt,,").state == RunState.APPLIED
    row.refresh_from_db()
    assert row.status == "m"


def test_declared_results_are_never_taken_without_a_judge(sets, tmp_path):
    path = tmp_path / "khai.csv"
    path.write_text(f"{HEAD}01849,2017,4.2,99,,,Đạt,BC,\n", encoding="utf-8")
    with pytest.raises(TypeError, match="judge"):
        import_file("declarations", path, Options())
    assert not Declaration.objects.exists()
    assert import_tasks.contradictions is contradictions


def test_many_rows_are_judged_in_as_many_statements_as_few(sets, tmp_path, django_assert_max_num_queries):
    codes = Indicator.objects.filter(criterion__criteria_set__code="2016-2020", measure="", part="")
    rows = [f"{unit},2017,{one.code},,,,Chưa đạt,," for unit in ("01849", "01852") for one in codes]
    with django_assert_max_num_queries(80):
        run = read(tmp_path, *rows)
    assert run.summary["created"] == len(rows) > 40


def book(tmp_path, *rows):
    """A sheet with a title above its headings and an empty column before them; a value may come with its format."""
    path, made = tmp_path / "khai.xlsx", openpyxl.Workbook()
    sheet = made.active
    sheet.cell(1, 2, "Kết quả tự đánh giá năm 2022")
    for line, row in enumerate((HEAD.strip().split(","), *rows), 3):
        for at, value in enumerate(row, 2):
            cell = sheet.cell(line, at)
            cell.value, cell.number_format = value if isinstance(value, tuple) else (value, "General")
    made.save(path)
    return import_file("declarations", path, Options(), judge=contradictions)


@pytest.mark.parametrize("form", ["0%", "0.00%", "#,##0.0 %"])
def test_per_cent_in_a_workbook_are_read_as_they_are_shown(sets, tmp_path, form):
    run = book(
        tmp_path,
        ["01849", 2017, "4.2", (0.57, form), None, None, "Chưa đạt", "BC", None],
        ["01849", 2017, "2.1", (1, form), None, None, "Đạt", "BC", None],
        ["01852", 2017, "4.2", 99.5, None, None, "Đạt", "BC", None],
    )
    assert run.state == RunState.APPLIED, [message(one) for one in run.findings.all()]
    found = Declaration.objects.order_by("unit__code", "indicator__code").values_list("indicator__code", "value")
    assert list(found) == [("2.1", 100), ("4.2", 57), ("4.2", 99.5)]


def test_a_code_that_lost_its_zero_as_a_number_is_told_how_to_keep_it(sets, tmp_path):
    run = book(tmp_path, ["01849", 2022, 17.10, None, None, None, "Đạt", "BC", None])
    assert run.state == RunState.REFUSED
    assert "17.10" in message(run.findings.get(code="zero_lost"))
    run = book(tmp_path, ["01849", 2022, "17.10", None, None, None, "Đạt", "BC", None])
    assert run.state == RunState.APPLIED


@pytest.mark.parametrize(("word", "status"), [("Có", "m"), ("Đ", "m"), ("K", "u"), ("CĐ", "u"), ("Chưa đạt ", "u")])
def test_a_result_is_read_as_offices_write_it(sets, tmp_path, word, status):
    assert read(tmp_path, f"01849,2017,7,,,,{word},BC,").state == RunState.APPLIED
    assert Declaration.objects.get().status == status
