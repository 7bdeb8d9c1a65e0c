"""Findings of inspections: on the map of each year as they stood at its end, drawn, imported and closed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from layers.access import Role
from layers.imports.context import Options
from layers.imports.run import import_file
from layers.imports.undo import undo
from layers.models import FINDINGS, Finding, viewer_of
from tests.assessed import YEAR

pytestmark = pytest.mark.django_db


def finding(unit, **more) -> Finding:
    known = {"name": "Bãi rác tự phát", "found_on": date(2017, 5, 12), "geom": unit.point}
    return Finding.objects.create(unit=unit, **(known | more))


def test_each_year_shows_findings_as_they_stood_at_its_end(city, member):
    finding(city.west, found_on=date(2017, 5, 12), closed_on=date(2018, 2, 1), closing="Đã dọn")
    viewer = viewer_of(member(Role.PLANNER, city.west))
    states = {year: list(FINDINGS.rows(viewer, year).values_list("state", flat=True)) for year in (2016, 2017, 2018)}
    assert states == {2016: [], 2017: ["open"], 2018: ["closed"]}


def test_the_last_year_with_results_shows_what_was_found_and_settled_since(assessed, member):
    finding(assessed.west, name="Năm nay", found_on=date(2026, 5, 12))
    finding(assessed.west, name="Đã xong", found_on=date(2016, 5, 12), closed_on=date(2026, 6, 1), closing="Đã dọn")
    viewer = viewer_of(member(Role.PLANNER, assessed.west))
    states = {year: dict(FINDINGS.rows(viewer, year).values_list("name", "state")) for year in (YEAR - 1, YEAR)}
    assert states == {YEAR - 1: {"Đã xong": "open"}, YEAR: {"Năm nay": "open", "Đã xong": "closed"}}


@pytest.mark.parametrize(
    ("found", "closed", "year"),
    [((2026, 5, 12), None, YEAR), ((2016, 5, 12), None, YEAR - 1), ((2010, 5, 12), None, YEAR),
     ((2016, 5, 12), (2099, 1, 1), YEAR)],
)  # fmt: skip
def test_a_finding_opens_the_map_in_a_year_with_results_where_it_is_drawn(assessed, browser, found, closed, year):
    row = finding(assessed.west, found_on=date(*found), closed_on=date(*closed) if closed else None)
    client = browser(Role.PLANNER, assessed.west)
    assert client.get(f"/inspections/{row.pk}/").context["map"] == f"/?year={year}&pick=findings/{row.pk}"
    assert client.get(f"/features/findings/{row.pk}.json?year={year}").status_code == 200


@pytest.mark.parametrize(
    ("due_on", "closed_on", "day", "overdue"),
    [
        (date(2017, 6, 30), None, date(2017, 6, 30), False),
        (date(2017, 6, 30), None, date(2017, 7, 1), True),
        (date(2017, 6, 30), date(2017, 7, 5), date(2017, 7, 1), True),
        (date(2017, 6, 30), date(2017, 7, 1), date(2017, 7, 1), False),
        (None, None, date(2030, 1, 1), False),
    ],
)
def test_a_finding_is_overdue_from_the_day_after_it_was_due(city, due_on, closed_on, day, overdue):
    row = finding(city.west, due_on=due_on, closed_on=closed_on)
    assert row.overdue(day) is overdue
    assert Finding.objects.overdue_on(day).filter(pk=row.pk).exists() is overdue


@pytest.mark.parametrize("field", ["due_on", "closed_on"])
def test_nothing_is_due_or_closed_before_it_was_found(city, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        finding(city.west, **{field: date(2017, 5, 11)})


def test_a_sheet_of_findings_is_imported_and_taken_back(city, tmp_path):
    sheet = tmp_path / "kiem_tra.csv"
    sheet.write_text(
        "key,Tồn tại,Loại,Ngày kiểm tra,Hạn,Phụ trách,Mã xã,lon,lat\n"
        "KT1,Bãi rác tự phát,Tồn tại,12/05/2017,30/06/2017,UBND xã,01849,105.81,22.11\n"
        "KT2,Chưa có đất làm sân,vướng mắc,12/05/2017,,UBND xã,01849,105.82,22.11\n"
        "KT3,Không có ngày,tồn tại,,,UBND xã,01849,105.82,22.11\n",
        encoding="utf-8",
    )
    run = import_file("findings", sheet, Options(keep_good=True))
    assert run.state == "applied", run.summary
    kinds = dict(Finding.objects.values_list("name", "kind"))
    assert kinds == {"Bãi rác tự phát": "shortcoming", "Chưa có đất làm sân": "obstacle"}
    assert Finding.objects.get(key="KT1").due_on == date(2017, 6, 30)
    assert {(found.line, found.code) for found in run.findings.filter(severity="error")} == {(4, "required_missing")}
    undo(run)
    assert not Finding.objects.exists()
