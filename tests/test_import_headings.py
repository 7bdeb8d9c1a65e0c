"""Sheets as offices write them: headings in the product's own words, units and statistics by their names."""

import pytest
from django.utils import timezone, translation

from layers.imports.context import Options
from layers.imports.fields import match
from layers.imports.findings import message
from layers.imports.keys import key
from layers.imports.run import import_file
from layers.imports.targets import targets
from layers.models import Statistic, Unit
from layers.models.statistics import Counted

pytestmark = pytest.mark.django_db


def codes(run):
    return [(f.line, f.column, f.code) for f in run.findings.order_by("line", "code")]


@pytest.fixture
def sheet(tmp_path):
    def write(*lines):
        path = tmp_path / "so_lieu.csv"
        path.write_text("\n".join(lines))
        return path

    return write


@pytest.mark.parametrize("slug", targets())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_heading_that_is_the_title_of_a_column_is_that_column(slug, language):
    target = targets()[slug]
    with translation.override(language):
        titles = {column.name: str(column.title) for column in target.every_column}
        needed = {column.name: f"{column.title} ({column.unit}) *" for column in target.every_column if column.unit}
    assert len({key(title) for title in titles.values()}) == len(titles)
    for written in (titles, titles | needed):
        headings = [title[0].upper() + title[1:] for title in written.values()]
        assert match(target, headings, {}).headings == dict(zip(titles, headings, strict=True))
        assert match(target, headings[::-1], {}).headings == dict(zip(titles, headings, strict=True))


@pytest.mark.parametrize("slug", targets())
def test_every_title_of_a_column_is_vietnamese_in_vietnamese(slug):
    for column in targets()[slug].every_column:
        vietnamese, english = column.labels[:2]
        assert vietnamese != english, column.name


def test_statistics_are_read_under_the_names_that_the_product_gives(sheet, city):
    with translation.override("vi"):
        name = str(Counted.ELECTRICITY.label)
    path = sheet(
        "Xã,Năm,Nội dung thống kê,Tử số,Mẫu số", f'01852,2017,"{name}",820,838', "Dương Quang,2017,insured,9,10"
    )
    run = import_file("statistics", path)
    assert (run.state, codes(run)) == ("applied", [])
    assert set(Statistic.objects.values_list("unit", "code")) == {
        (city.east.pk, "electricity"),
        (city.west.pk, "insured"),
    }


def test_an_unknown_statistic_is_refused_with_those_that_there_are(sheet, city):
    run = import_file("statistics", sheet("Xã,Năm,Nội dung thống kê,Tử số,Mẫu số", "01852,2017,zzz,1,2"))
    assert (run.state, codes(run)) == ("refused", [(2, "Nội dung thống kê", "unknown_choice")])
    with translation.override("vi"):
        told = message(run.findings.get())
        assert all(str(one.label) in told and one.value in told for one in Counted)
        assert len(message(run.findings.get(), brief=True)) < 100
    assert not Statistic.objects.exists()


def test_a_name_that_several_communes_have_is_refused_and_one_that_only_the_area_has_is_taken(sheet, city, viewers):
    Unit.objects.create(
        code="09999", kind="commune", name="Dương Quang", parent=city.province, rural=True, valid_from="2015-01-01"
    )
    path = sheet("Xã,Năm,Nội dung thống kê,Tử số,Mẫu số", "Dương Quang,2017,insured,9,10")
    assert codes(import_file("statistics", path)) == [(2, "Xã", "units_of_that_name")]
    run = import_file("statistics", path, Options(), viewers["planner"])
    assert (run.state, Statistic.objects.get().unit) == ("applied", city.west)
    # Under its name the neighbour is not even found.
    path = sheet("Xã,Năm,Nội dung thống kê,Tử số,Mẫu số", "Nông Thượng,2017,insured,9,10")
    assert (2, "Xã", "unknown_unit") in codes(import_file("statistics", path, Options(), viewers["planner"]))


def test_a_unit_named_and_the_same_one_by_its_code_are_one(sheet, city):
    path = sheet("Xã,Năm,Nội dung thống kê,Tử số,Mẫu số", "Dương Quang,2017,insured,9,10", "01849,2017,insured,8,10")
    assert codes(import_file("statistics", path)) == [(3, "Xã", "duplicate_key")]


@pytest.mark.parametrize(
    ("layer", "heading", "row"),
    [("statistics", "Nội dung thống kê,Tử số,Mẫu số", "insured,1,2"), ("declarations", "Chỉ tiêu,Kết quả", "1,Đạt")],
)
def test_a_year_to_come_is_refused(sheet, city, layer, heading, row):
    following = timezone.localdate().year + 1
    run = import_file(layer, sheet(f"Xã,Năm,{heading}", f"01852,{following},{row}"), judge=lambda claims: [])
    assert run.state == "refused"
    assert (2, "Năm", "year_to_come") in codes(run)
