"""Documents on paper: the letters are right, the numbers are the screen's, nothing is fetched, nothing is let out."""

import re

import pytest
from django.contrib.gis.geos import LineString
from django.utils import translation
from weasyprint.urls import FatalURLFetchingError

from layers.access import ANONYMOUS, Role
from layers.models import HOUSEHOLDS, Declaration, Household, PersonalRead, Road, Unit, viewer_of
from layers.reports import paper
from layers.reports.documents import board_pdf, communes_pdf
from layers.reports.indicators import indicator_rows
from layers.reports.maps import draw
from layers.reports.maps.frame import frame_of
from layers.reports.order import Order
from tests.assessed import YEAR, review
from tests.paper import fonts_of, pages_of, text_of
from tests.test_board import page

pytestmark = pytest.mark.django_db
SIZE = {"width_mm": 100, "height_mm": 80}
#: Large enough for a commune's households.
LARGE = {"width_mm": 180, "height_mm": 160}


def quiet(done: int, total: int) -> None:
    assert done <= total


@pytest.fixture(autouse=True)
def in_vietnamese():
    with translation.override("vi"):
        yield


def test_vietnamese_letters_are_right_and_their_fonts_are_in_the_file(assessed, viewers):
    made = communes_pdf(Order(assessed.west, YEAR, viewers["planner"]), quiet)
    text = text_of(made)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in text
    assert "ỦY BAN NHÂN DÂN XÃ DƯƠNG QUANG" in text
    assert "Nơi nhận:" in text
    assert "CHỦ TỊCH" in text
    fonts = fonts_of(made)
    assert {name.partition("-")[0] for name in fonts} <= {"Be", "DejaVu"}
    assert fonts["Be-Vietnam-Pro"]
    assert all(fonts.values())


def test_the_board_on_paper_tells_the_numbers_of_the_screen(assessed, browser):
    client = browser(Role.LEADER, assessed.city)
    shown = page(client, assessed.city)
    viewer = shown.wsgi_request.viewer
    text = text_of(board_pdf(Order(assessed.city, YEAR, viewer), quiet))
    html = shown.content.decode()
    assert re.search(r"<h1>(.*?)</h1>", html)[1] in text
    for card in shown.context["cards"]:
        assert f"{card['title']} {card['value']}" in text
        assert card.get("note", "") in text
    for line in shown.context["lines"]:
        assert re.search(rf"{line['name']} .*?{line['met']}/{line['judged']}", text)
    for row in shown.context["worst"]:
        assert f"{row['number']} {row['name']}: {row['unmet']}/{row['of']} xã" in text
    for row in shown.context["differing"]:
        assert f"{row['unit']} · {row['code']} {row['text']}" in text


def test_a_commune_sheet_tells_what_is_missing_as_the_screen_does_and_every_indicator(assessed, browser):
    client = browser(Role.PLANNER, assessed.west)
    shown = page(client, assessed.west)
    viewer = shown.wsgi_request.viewer
    text = text_of(communes_pdf(Order(assessed.west, YEAR, viewer), quiet)).replace("\u00a0", " ")
    needs = [need["text"].replace("\u00a0", " ") for row in shown.context["missing"] for need in row["needs"]]
    assert len(needs) == 3
    assert all(need in text for need in needs)
    for row in indicator_rows(assessed.west, YEAR, viewer):
        assert row.name.split()[0] in text
        assert row.value.replace("\u00a0", " ") in text


def test_the_paper_has_what_was_declared_beside_what_was_computed_and_a_dash_where_nothing_was(assessed, viewers):
    Declaration.objects.filter(unit=assessed.west, year=YEAR, indicator__code="2.2").update(value=56)
    rows = {row.code: row for row in indicator_rows(assessed.west, YEAR, viewers["leader"]) if not row.heading}
    assert (rows["2.2"].declared, rows["2.2"].computed) == ("56\u00a0% đạt", "0\u00a0% chưa đạt")
    assert (rows["3.1"].declared, rows["3.1"].computed) == ("đạt", "–")
    text = text_of(communes_pdf(Order(assessed.west, YEAR, viewers["leader"]), quiet)).replace("\u00a0", " ")
    assert "56 % đạt" in " ".join(text.split())


def test_a_sheet_for_each_commune_stands_in_one_document(assessed, viewers):
    steps = []
    made = communes_pdf(Order(assessed.city, YEAR, viewers["leader"]), lambda *step: steps.append(step))
    firsts = [text for text in pages_of(made) if "PHIẾU THÔNG TIN XÃ" in text]
    assert ["Dương Quang" in text for text in firsts] == [True, False]
    assert steps[-1] == (3, 3)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.png", "file:///etc/passwd", "font:../settings.py", "font:/etc/passwd"]
)
def test_a_document_opens_no_address_but_its_own(address, monkeypatch):
    monkeypatch.setattr(paper, "render_to_string", lambda *_args: f'<img src="{address}"><p>x</p>')
    with pytest.raises(FatalURLFetchingError):
        paper.pdf("any", {})


def test_what_people_typed_is_text_on_paper(assessed, viewers):
    Unit.objects.filter(pk=assessed.west.pk).update(name="<img src=x>Dương")
    assessed.west.refresh_from_db()
    text = text_of(communes_pdf(Order(assessed.west, YEAR, viewers["planner"]), quiet))
    assert "<img src=x>Dương" in text


def test_a_map_is_drawn_in_the_provinces_zone_at_a_scale_that_people_name(city, viewers):
    frame = frame_of(city.west, YEAR, 100, 80)
    assert (frame.srid, frame.scale) == (9213, 75_000)
    # 4.43 km high and turned by 0.3° against the grid, with a margin on 80 mm: just above 1 : 60 000.
    drawn = draw(viewers["planner"], city.west, YEAR, **SIZE)
    assert drawn.scale == "1 : 75.000"
    # The commune and its two hamlets, within the paper.
    numbers = [int(n) for n in re.search(r'd="M (\d+) (\d+) l', drawn.svg).groups()]
    assert 0 < numbers[0] < 1000 and 0 < numbers[1] < 800
    assert drawn.svg.count('fill-rule="evenodd"') == 3
    assert "Nà Ỏi" in drawn.svg and "Khuổi Chang" not in drawn.svg


def test_results_are_drawn_with_the_textures_of_the_screen(assessed, viewers):
    drawn = draw(viewers["planner"], assessed.west, YEAR, criterion=2, **SIZE)
    assert 'fill="url(#hatch)"' in drawn.svg
    assert [title for _sign, title in drawn.legend][:1] == ["chưa đạt"]


@pytest.mark.parametrize("role", ["administrator", "leader", "planner", "field", "guest", "neighbour", "stranger"])
def test_a_map_draws_the_rows_that_its_viewer_may_see(city, viewers, role):
    line = LineString((105.805, 22.11), (105.815, 22.11))
    Road.objects.create(unit=city.west_hamlets[0], road_class="lane", surface="earth", geom=line)
    review(city.west_hamlets[0], ["poor"])
    drawn = draw(viewers[role], city.west, YEAR, layers=("roads", "households"), **LARGE)
    staff = role in ("administrator", "leader", "planner", "field")
    titles = [title for _sign, title in drawn.legend]
    assert ("chưa cứng hóa" in titles) is staff
    entitled = staff and role != "leader"
    assert ("hộ nghèo" in titles) is entitled
    assert ("<circle" in drawn.svg.split("</defs>")[1].replace('r="62"', "")) or not entitled
    assert PersonalRead.objects.filter(layer=HOUSEHOLDS.slug, output="paper map").exists() is entitled


def test_rows_too_many_or_too_small_for_the_paper_are_named(city, viewers, settings):
    for _ in range(3):
        line = LineString((105.805, 22.11), (105.815, 22.11))
        Road.objects.create(unit=city.west_hamlets[0], road_class="lane", geom=line)
    settings.LIMITS = settings.LIMITS | {"PAPER_SHAPES": 2}
    drawn = draw(viewers["planner"], city.west, YEAR, layers=("roads", "households"), **LARGE)
    assert drawn.left_out == ["Đường giao thông nông thôn: có 3, một tờ bản đồ chỉ thể hiện tối đa 2"]
    small = draw(viewers["planner"], city.west, YEAR, layers=("households",), width_mm=10, height_mm=8)
    assert small.left_out == ["Hộ gia đình: tỷ lệ bản đồ quá nhỏ"]
    assert not Household.objects.exists()


def test_a_unit_without_place_has_no_map_and_says_so(city):
    Unit.objects.filter(path__startswith=city.west.path).update(geom=None, boundary="none", point=None)
    assert draw(ANONYMOUS, city.west, YEAR, **SIZE) is None
    text = text_of(communes_pdf(Order(city.west, YEAR, ANONYMOUS), quiet))
    assert "Chưa lưu ranh giới của đơn vị này" in text


def test_few_households_are_not_told_on_paper_to_those_not_entitled(assessed, browser, member):
    for viewer, told in ((ANONYMOUS, False), (viewer_of(member(Role.LEADER, assessed.west)), True)):
        text = text_of(communes_pdf(Order(assessed.west, YEAR, viewer), quiet)).replace("\u00a0", " ")
        assert ("3 trên 20 hộ" in text) is told
        assert ("Cần thêm 18 hộ" in text) is told
        assert "Nguyễn" not in text
