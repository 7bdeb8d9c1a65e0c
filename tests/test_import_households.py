"""Households and their yearly reviews, statistics and declarations: tables of offices."""

from datetime import date

import openpyxl
import pytest
from django.contrib.gis.geos import Point

from layers.access import Role
from layers.errors import Refused
from layers.imports.context import Options
from layers.imports.run import import_file
from layers.imports.undo import undo
from layers.models import (
    CriteriaSet,
    Cycle,
    Declaration,
    Household,
    Indicator,
    Review,
    Statistic,
    Unit,
    viewer_of,
)
from layers.programme.claims import contradictions

pytestmark = pytest.mark.django_db
HEAD = [
    "STT",
    "Mã hộ",
    "Họ và tên",
    "Mã thôn",
    "Số nhân khẩu",
    "Năm",
    "Phân loại",
    "Nước sạch",
    "Nhà tiêu HVS",
    "lon",
    "lat",
]


@pytest.fixture
def book(tmp_path):
    def make(*rows, name="ho.xlsx"):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO"])
        sheet.append([])
        sheet.append(HEAD)
        for number, row in enumerate(rows, 1):
            sheet.append([number, *row])
        book.save(tmp_path / name)
        return tmp_path / name

    return make


A = ("H1", "Hoàng Văn Test", "01849-01", 4, 2016, "Hộ nghèo", "x", "Không", 105.81, 22.11)
B = ("H2", "Nông Thị Test", "01849-02", 3, 2016, "Cận nghèo", None, "Có", None, None)


def codes(run):
    return sorted(run.findings.values_list("line", "column", "code"))


def test_households_and_their_reviews(book, city):
    run = import_file("households", book(A, B), Options(as_of=date(2016, 12, 31)))
    assert (run.state, run.summary["created"], run.summary["reviews"]["created"]) == ("applied", 2, 2)
    first, second = Household.objects.order_by("key")
    assert (first.name, first.members, first.unit, first.geom) == (
        "Hoàng Văn Test",
        4,
        city.west_hamlets[0],
        Point(105.81, 22.11, srid=4326),
    )
    assert (second.geom, second.unit) == (None, city.west_hamlets[1])
    review = first.reviews.get()
    assert (review.year, review.category, review.clean_water, review.sanitary, review.run) == (
        2016,
        "poor",
        True,
        False,
        run,
    )
    assert second.reviews.get().clean_water is None


def test_a_second_year_adds_reviews_and_says_who_escaped(book, city):
    first = book(A, B)
    import_file("households", first)
    later = ("H1", "Hoàng Văn Test", "01849-01", 5, 2017, "Cận nghèo", None, None, None, None)
    run = import_file("households", book(later, name="2017.xlsx"))
    assert (run.summary["updated"], run.summary["reviews"]["created"]) == (1, 1)
    household = Household.objects.get(key="H1")
    assert (household.members, household.geom.x) == (5, 105.81)
    assert list(household.reviews.order_by("year").values_list("category", "movement")) == [
        ("poor", ""),
        ("near_poor", "escaped"),
    ]
    again = import_file("households", first)
    assert (again.summary["reviews"], again.summary["updated"]) == ({"created": 0, "updated": 0, "unchanged": 2}, 1)
    assert import_file("households", book(later, name="2017.xlsx")).summary["reviews"]["unchanged"] == 1


def test_one_file_may_hold_several_years(book, city):
    later = ("H1", "Hoàng Văn Test", "01849-01", 5, 2017, "Trung bình", None, None, None, None)
    run = import_file("households", book(A, later, A))
    assert (run.state, codes(run)) == ("refused", [(6, "Mã hộ", "duplicate_key")])
    run = import_file("households", book(A, later))
    assert (run.summary["created"], run.summary["reviews"]["created"]) == (1, 2)
    assert Household.objects.get().members == 5
    undo(run)
    assert (Household.objects.count(), Review.objects.count()) == (0, 0)


def test_a_dry_run_counts_reviews_too(book, city):
    run = import_file("households", book(A, B), dry_run=True)
    assert (run.state, run.summary["reviews"]["created"], Household.objects.count()) == ("checked", 2, 0)


def test_a_household_without_number_is_known_by_name_and_hamlet(book, city):
    unnumbered = (None, *A[1:])
    import_file("households", book(unnumbered))
    assert import_file("households", book(unnumbered)).summary["unchanged"] == 1
    run = import_file("households", book((None, None, "01849-01", 4, 2016, "Hộ nghèo", None, None, None, None)))
    assert (run.state, run.findings.get().code) == ("refused", "no_identity")


def test_a_household_must_lie_somewhere(book, city):
    run = import_file("households", book(("H3", "Ai đó", None, 1, 2016, "N", None, None, None, None)))
    assert (run.state, codes(run)) == ("refused", [(4, "", "no_unit")])


def test_a_review_needs_a_year(book, city):
    yearless = (*A[:4], None, *A[5:])
    run = import_file("households", book(yearless))
    assert (run.state, codes(run)) == ("refused", [(4, "Năm", "year_missing")])
    # The date of the file is for files without a column of years: a gap in one is not filled.
    run = import_file("households", book(A, yearless), Options(as_of=date(2017, 12, 31)))
    assert (run.state, codes(run)) == ("refused", [(5, "Năm", "year_missing")])


def test_the_date_of_the_file_is_the_year_of_one_without_a_column(tmp_path, city):
    path = tmp_path / "ho.csv"
    path.write_text("ma_ho,ho_ten,ma_thon,phan_loai\nH1,Ai đó,01849-01,N\n")
    import_file("households", path, Options(as_of=date(2017, 12, 31)))
    assert (Review.objects.get().year, Review.objects.get().category) == (2017, "poor")


def test_a_year_or_category_that_cannot_be_read_is_an_error(book, city):
    rows = [(*A[:4], "2O16", *A[5:]), ("H2", *A[1:4], 20160, *A[5:]), ("H3", *A[1:5], "Nghèo lắm", *A[6:])]
    run = import_file("households", book(*rows), Options(as_of=date(2017, 12, 31), keep_good=True))
    errors = sorted(run.findings.filter(severity="error").values_list("line", "column", "code"))
    assert run.state == "refused"
    assert {(4, "Năm", "not_a_number"), (5, "Năm", "out_of_range"), (6, "Phân loại", "unknown_choice")} <= set(errors)
    assert not Review.objects.exists()


def test_the_neighbours_households_are_out_of_reach(book, city, member):
    import_file("households", book(A))
    stolen = ("H1", "Đổi tên", "01852-01", 9, 2016, "Hộ nghèo", None, None, None, None)
    east = viewer_of(member(Role.PLANNER, city.east))
    run = import_file("households", book(stolen), Options(keep_good=True), viewer=east)
    assert (run.state, [code for _l, _c, code in codes(run)]) == ("refused", ["not_yours"])
    assert Household.objects.get().name == "Hoàng Văn Test"
    # Nor may one be put into a unit of somebody else's.
    with pytest.raises(Refused, match="01852|Nông Thượng"):
        import_file("households", book(("N1", *A[1:])), Options(keep_good=True), viewer=east)
    assert Household.objects.count() == 1


def test_undo_restores_reviews_and_movements(book, city):
    import_file("households", book(A))
    richer = (*A[:5], "Trung bình", *A[6:])
    run = import_file("households", book(richer, name="sua.xlsx"))
    assert Review.objects.get().category == "average"
    undo(run)
    assert (Review.objects.get().category, Review.objects.get().movement) == ("poor", "")


def test_statistics_of_units_and_years(tmp_path, city):
    path = tmp_path / "so_lieu.csv"
    path.write_text(
        "ma_xa,nam,ma_so_lieu,tu_so,mau_so,nguon\n1852,2017,electricity,820,838,Báo cáo\n"
        "1849,2017,electricity,9,7,\n99,2017,insured,1,,\n"
    )
    run = import_file("statistics", path)
    assert (run.state, codes(run)) == ("refused", [(3, "tu_so", "part_exceeds_whole"), (4, "ma_xa", "unknown_unit")])
    run = import_file("statistics", path, Options(keep_good=True))
    row = Statistic.objects.get()
    assert (row.unit, row.code, row.numerator, row.denominator, row.source) == (
        city.east,
        "electricity",
        820,
        838,
        "Báo cáo",
    )
    assert import_file("statistics", path, Options(keep_good=True)).summary["unchanged"] == 1
    undo(run)
    assert not Statistic.objects.exists()


def test_declared_results(tmp_path, city):
    a_set = CriteriaSet.objects.create(code="s", name="s", legal_basis="s", first_year=2016, last_year=2020)
    criterion = a_set.criteria.create(number=17, name_vi="x", name_en="x", group_vi="x", group_en="x")
    clean = Indicator.objects.create(
        criterion=criterion, code="17.1", part="clean", name_vi="x", name_en="x", comparator=">="
    )
    clean.thresholds.create(first_year=2016, value=60, source="x")
    path = tmp_path / "tu_danh_gia.csv"
    path.write_text("ma_xa,nam,ma_chi_tieu,gia_tri,ket_qua\n01852,2017,17.1/clean,55,Chưa đạt\n01852,2017,99,1,Đạt\n")
    run = import_file("declarations", path, Options(keep_good=True), judge=contradictions)
    assert codes(run) == [(3, "ma_chi_tieu", "unknown_indicator")]
    row = Declaration.objects.get()
    assert (row.indicator, row.status, row.value, row.source) == (clean, "u", 55, "tu_danh_gia.csv")


@pytest.mark.parametrize("state", ["draft", "submitted", "recognised"])
def test_what_was_handed_in_is_not_declared_otherwise_by_a_file(tmp_path, city, state):
    a_set = CriteriaSet.objects.create(code="s", name="s", legal_basis="s", first_year=2016, last_year=2020)
    criterion = a_set.criteria.create(number=1, name_vi="x", name_en="x")
    Indicator.objects.create(criterion=criterion, code="1", name_vi="x", name_en="x", comparator="==", boolean=True)
    Cycle.objects.create(unit=city.east, year=2017, state=state)
    path = tmp_path / "tu_danh_gia.csv"
    path.write_text(
        "ma_xa,nam,ma_chi_tieu,ket_qua,minh_chung\n01852,2017,1,Đạt,BC\n01849,2017,1,Đạt,BC\n01852,2018,1,Đạt,BC\n"
    )
    run = import_file("declarations", path, Options(keep_good=True), judge=contradictions)
    assert codes(run) == ([] if state == "draft" else [(2, "ma_xa", "handed_in")])
    assert Declaration.objects.count() == (3 if state == "draft" else 2)


def test_a_unit_is_found_by_the_code_it_had_on_the_day(tmp_path, city):
    Unit.objects.filter(pk=city.west.pk).update(valid_to=date(2025, 7, 1))
    new = Unit.objects.create(
        code="01849", kind="commune", name="Phong Quang", parent=city.province, valid_from=date(2025, 7, 1)
    )
    path = tmp_path / "ho.csv"
    path.write_text("ma_ho,ho_ten,ma_xa\nH1,Ai đó,01849\n")
    import_file("households", path, Options(as_of=date(2017, 1, 1)))
    assert Household.objects.get().unit == city.west
    path.write_text("ma_ho,ho_ten,ma_xa\nH2,Ai đó,01849\n")
    import_file("households", path, Options(as_of=date(2025, 8, 1)))
    assert Household.objects.get(key="H2").unit == new


@pytest.fixture
def declared(tmp_path, city):
    """A declaration on record, and the import that has declared otherwise."""
    a_set = CriteriaSet.objects.create(code="s", name="s", legal_basis="s", first_year=2016, last_year=2020)
    criterion = a_set.criteria.create(number=1, name_vi="x", name_en="x")
    one = Indicator.objects.create(
        criterion=criterion, code="1", name_vi="x", name_en="x", comparator="==", boolean=True
    )
    Declaration.objects.create(
        unit=city.east, indicator=one, year=2017, status="u", source="BC 1", decision_number="12/QĐ-UBND"
    )
    path = tmp_path / "tu_danh_gia.csv"
    path.write_text("ma_xa,nam,ma_chi_tieu,ket_qua,minh_chung\n01852,2017,1,Đạt,BC\n01849,2017,1,Đạt,BC\n")
    return import_file("declarations", path, Options(), judge=contradictions)


def test_an_import_of_before_a_table_had_a_column_is_undone_all_the_same(declared, city):
    """What it noted then lacks the decision (migration 0030), which no such import could have changed."""
    change = declared.changes.get(before__isnull=False)
    change.before = {name: value for name, value in change.before.items() if not name.startswith("decision_")}
    change.save()
    undo(declared)
    left = Declaration.objects.get()
    assert (left.unit, left.status, left.source, left.decision_number) == (city.east, "u", "BC 1", "12/QĐ-UBND")


def test_what_was_handed_in_since_is_not_taken_back(declared, city):
    cycle = Cycle.objects.create(unit=city.west, year=2017, state="submitted")
    with pytest.raises(Refused, match="2017"):
        undo(declared)
    assert Declaration.objects.count() == 2
    cycle.state = "draft"
    cycle.save()
    undo(declared)
    assert Declaration.objects.count() == 1
