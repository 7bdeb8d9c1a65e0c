"""Both later sets through real requests: a commune's year of 2021–2025 from opened to recognised, with its sheets; and
a set of 2026–2030 that is typed in and brought from a sheet, held on the board and the year's sheet."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import LineString
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from layers.access import Role
from layers.criteria.changing import set_group
from layers.criteria.sets import load_all
from layers.models import Assessment, CriteriaSet, Cycle, Declaration, Indicator, Road, Standing, Statistic, viewer_of
from layers.reports.forms.criteria import criteria_xlsx
from layers.reports.order import Order
from tests.rules import SOON, sheet, superuser
from tests.test_board import page as board_page
from tests.test_evidence import PDF
from tests.test_reports import quiet, rows_of

pytestmark = pytest.mark.django_db
YEAR = 2022
HEAD = ("Tiêu chí", "Mã chỉ tiêu", "Tên chỉ tiêu", "So sánh", "ĐVT", "Từ năm", "Chung", "Nhóm 3", "Nguồn", "Cách tính")
__all__ = ["superuser"]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def city_of_2022(city):
    load_all()
    line = LineString((105.801, 22.105), (105.811, 22.105))
    Road.objects.create(unit=city.west_hamlets[0], road_class="village", surface="earth", geom=line)
    Statistic.objects.create(unit=city.west, year=YEAR, code="insured", numerator=95, denominator=100, source="BHXH")
    return city


def declared(indicator: Indicator) -> dict[str, str]:
    """What the commune says: everything is met, but 2.2, which its roads do not bear out either."""
    if indicator.boolean:
        return {"status": "m", "source": "Báo cáo", "evidence": "Biên bản"}
    threshold = indicator.thresholds.filter(region__in=("", "TDMNPB")).order_by("region").last()
    if threshold is None:
        return {"status": "?", "value": "50", "source": "Báo cáo"}
    if indicator.code == "2.2":
        return {"status": "u", "value": "0", "source": "Báo cáo"}
    return {"status": "m", "value": f"{threshold.value:g}".replace(".", ","), "source": "BC", "evidence": "Biên bản"}


def test_a_year_of_2021_2025_goes_from_opened_to_recognised_with_its_sheets(city_of_2022, browser, member):
    city = city_of_2022
    commune, above, province = (browser(Role.PLANNER, unit) for unit in (city.west, city.city, city.province))
    address = f"/programme/{city.west.pk}/{YEAR}/"
    assert commune.post(f"{address}open").status_code == 302
    indicators = list(Indicator.objects.filter(criterion__criteria_set__code="2021-2025"))
    assert len({one.code for one in indicators}) == 57
    for indicator in indicators:
        answer = commune.post(f"{address}declare/{indicator.pk}/", declared(indicator))
        assert answer.status_code == 302, (str(indicator), answer.content.decode()[-3000:])
    assert Declaration.objects.filter(unit=city.west, year=YEAR).count() == len(indicators) == 59

    def step(client: Client, action: str, seen: str, **more: object) -> None:
        answer = client.post(f"{address}step", {"action": action, "seen": seen, "note": "Đã xem"} | more)
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    step(commune, "submit", "draft", sure="on")
    step(above, "check", "submitted", knowing="on", attached=SimpleUploadedFile("bb.pdf", PDF))
    step(province, "appraise", "checked", knowing="on", decision_number="3/BB", decision_on="2023-01-10")
    step(province, "recognise", "appraised", knowing="on", decision_number="9/QĐ", decision_on="2023-01-20")
    assert Cycle.objects.get().state == "recognised"
    standing = Standing.objects.get(unit=city.west, year=YEAR)
    # 2 lacks its village road; of 5 the second value has no standard in this province.
    assert (standing.statuses, standing.met) == ("mumm?" + 14 * "m", 17)
    shown = commune.get(address).content.decode()
    assert "đạt 17 trên 19 tiêu chí" in shown and "9/QĐ" in shown and "chưa đặt" in shown
    board = board_page(above, city.west, year=YEAR)
    assert board.context["sheet"].headline
    rows = rows_of(criteria_xlsx(Order(city.west, YEAR, viewer_of(member(Role.LEADER, city.west))), quiet))
    cells = [str(cell) for row in rows for cell in row if cell is not None]
    assert any("17" in cell for cell in cells) and any(cell.startswith("2.2") for cell in cells)


def test_a_set_of_2026_2030_is_typed_in_and_brought_from_a_sheet_and_holds(city, superuser, browser):
    """3.1 is typed in with 90 % everywhere; 3.2 comes in a sheet with 80 % for group 3 alone, to which west belongs."""
    load_all()
    criterion = CriteriaSet.objects.get(code="2026-2030").criteria.get(number=3)
    typed_in = {"criterion": criterion.pk, "code": "3.1", "name_vi": "Bảo hiểm y tế", "comparator": ">=", "unit": "%",
                "measure": "insured"}  # fmt: skip
    assert superuser.post("/criteria/2026-2030/indicator/", typed_in).status_code == 302
    typed = Indicator.objects.get(code="3.1", criterion=criterion)
    value = SOON | {"scope": "@", "first_year": "2026", "value": "90"}
    assert superuser.post(f"/criteria/indicators/{typed.pk}/", value).status_code == 302
    assert typed.thresholds.get().value == 90

    row = (3, "3.2", "Hộ có điện", "≥", "%", 2026, None, 80, "QĐ 51", "electricity")
    address, stored = "/criteria/2026-2030/sheet/", {"store": "yes", "reason": "Nhập theo quyết định"}
    checked = superuser.post(address, {"file": sheet(HEAD, row)})
    assert checked.status_code == 200, checked.content.decode()[-3000:]
    checked_file = {"checked": checked.context["storing"].initial["checked"]}
    assert superuser.post(address, stored | checked_file).status_code == 302
    brought = Indicator.objects.get(code="3.2", criterion=criterion)
    assert (brought.thresholds.get().commune_group, brought.thresholds.get().value) == (3, 80)

    set_group([city.west], 3, date(2026, 1, 1), "QĐ", None)
    for code, part in (("insured", 95), ("electricity", 75)):
        Statistic.objects.create(unit=city.west, year=2026, code=code, numerator=part, denominator=100, source="x")
    commune = browser(Role.PLANNER, city.west)
    assert commune.post(f"/programme/{city.west.pk}/2026/open").status_code == 302
    found = {row.indicator.code: row.status for row in Assessment.objects.filter(unit=city.west, year=2026)}
    assert found == {"3.1": "m", "3.2": "u"}
    assert Standing.objects.get(unit=city.west, year=2026).statuses == "??u???????"
    year_sheet = commune.get(f"/programme/{city.west.pk}/2026/").content.decode()
    assert "≥\u00a090\u00a0%" in year_sheet and "≥\u00a080\u00a0%" in year_sheet
    missing = {row["number"]: row for row in board_page(commune, city.west, year=2026).context["missing"]}
    assert [need["code"] for need in missing[3]["needs"]] == ["3.2"]
    reader = viewer_of(User.objects.order_by("pk").last())
    rows = rows_of(criteria_xlsx(Order(city.west, 2026, reader), quiet))
    cells = [str(cell) for row in rows for cell in row if cell is not None]
    assert "3.1" in cells and "3.2" in cells
