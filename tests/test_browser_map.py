"""The map page in a real browser, from collected static files and under the real content policy.

What people read and do is tested, by role and text: the sentence, the colours' reasons, search, year, links,
editing, and that nobody is shown what is not theirs. Any error in the browser's console fails the test.
"""

import re
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, expect

from layers.access import Role
from layers.models import Facility, Household, Road, Unit
from tests.browser import PHONE, WIDE, YEAR, axe_findings

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def visit(land, open_page, member) -> Visit:
    """Open the map as somebody with a role in the western commune, and wait until it is drawn."""

    def go(query: str = f"?year={YEAR}", role: Role | None = None, size: dict[str, int] = WIDE, **more) -> Page:
        user = member(role, Unit.objects.get(code="01849")) if role is not None else None
        page = open_page(query, user, size, **more)
        expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("chưa đạt|đánh giá"))
        settled(page)
        return page

    return go


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    expect(page.locator("#progress")).to_be_hidden()


def colour_at(page: Page, lon: float, lat: float) -> list[int]:
    """Return the colour (red, green, blue) that the tiles show at a place, averaged over a texture's period."""
    return page.evaluate(
        """async ([lon, lat]) => {
          const tiles = [...document.querySelectorAll("canvas.leaflet-tile")];
          const at = new URLSearchParams(location.search).get("at").split("/").map(Number);
          const world = 256 * 2 ** at[0];
          const x = (lon) => ((lon + 180) / 360) * world;
          const y = (lat) => ((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * world;
          const box = document.getElementById("map").getBoundingClientRect();
          const px = box.left + box.width / 2 + x(lon) - x(at[2]);
          const py = box.top + box.height / 2 + y(lat) - y(at[1]);
          for (const tile of tiles) {
            const r = tile.getBoundingClientRect();
            if (px < r.left || px >= r.right || py < r.top || py >= r.bottom) continue;
            const ratio = tile.width / r.width;
            const data = tile.getContext("2d").getImageData((px - r.left) * ratio, (py - r.top) * ratio, 8, 8).data;
            const mean = (from) => Math.round(data.filter((_, i) => i % 4 === from).reduce((a, b) => a + b) / 64);
            return [mean(0), mean(1), mean(2)];
          }
          return null;
        }""",
        [lon, lat],
    )


HAMLETS = f"?year={YEAR}&at=14/22.11/105.83&criterion=2"


def test_the_page_opens_on_the_answer(visit) -> None:
    page = visit()
    expect(page).to_have_title(re.compile("Bản đồ"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("chưa đạt")
    expect(page.get_by_role("button", name=re.compile("2 Giao thông"))).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#legend")).to_contain_text("chưa đạt")


def test_unmet_and_not_judged_look_different_on_the_canvas(visit) -> None:
    page = visit(HAMLETS)
    unmet, outside = colour_at(page, 105.812, 22.106), colour_at(page, 105.86, 22.16)
    assert unmet[0] > unmet[2] + 40, f"the hamlet with an earth road is hatched in vermilion, not {unmet}"
    assert outside is None or outside == [0, 0, 0], "beside the units nothing is painted"


def test_a_click_says_why_and_leads_to_the_rows(visit) -> None:
    page = visit(HAMLETS, Role.PLANNER)
    page.mouse.click(*place(page, 105.812, 22.106))
    panel = page.get_by_role("region", name="Nà Ỏi")
    expect(panel).to_contain_text("2 Giao thông: chưa đạt")
    expect(panel).to_contain_text(re.compile(r"0 / 1,\d+ km · chuẩn ≥ 50 %"))
    expect(panel.locator(".why").first).to_be_visible()
    panel.get_by_role("link", name=re.compile("Xem số liệu")).first.click()
    expect(page).to_have_url(re.compile(r"/table/roads/\?unit=\d+&year=2017&measure="))


def place(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Return where a place is on the screen."""
    return tuple(
        page.evaluate(
            """([lon, lat]) => {
              const [zoom, lat0, lon0] = new URLSearchParams(location.search).get("at").split("/").map(Number);
              const world = 256 * 2 ** zoom;
              const y = (lat) => ((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * world;
              const box = document.getElementById("map").getBoundingClientRect();
              return [
                box.left + box.width / 2 + ((lon - lon0) / 360) * world,
                box.top + box.height / 2 + y(lat) - y(lat0),
              ];
            }""",
            [lon, lat],
        )
    )


def test_the_keyboard_alone_finds_the_reason(visit) -> None:
    page = visit(f"?year={YEAR}&at=15/22.106/105.812")
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nà Ỏi", level=2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#detail")).to_be_hidden()
    expect(page.locator("#map")).to_be_focused()


def test_search_without_diacritics_and_by_coordinates(visit) -> None:
    page = visit()
    box = page.get_by_role("combobox", name="Tìm trên bản đồ")
    box.press_sequentially("phac trang")
    expect(page.get_by_role("option", name=re.compile("Phặc Tràng"))).to_be_visible()
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "found-0")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Phặc Tràng", level=2)).to_be_visible()
    box.fill("22.115, 105.83")
    expect(page.get_by_role("option").first).to_contain_text("22.115")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"at=1[67]/22\.115"))


def test_an_address_brings_back_what_it_was_copied_from(visit) -> None:
    page = visit(HAMLETS)
    page.locator(".criterion", has_text="17 Môi trường").click()
    page.locator("#layer-hamlets").uncheck()
    page.mouse.click(*place(page, 105.812, 22.106))
    expect(page.get_by_role("heading", name="Dương Quang", level=2)).to_be_visible()
    again = visit(page.url[page.url.index("?") :])
    expect(again.locator(".criterion", has_text="17 Môi trường")).to_have_attribute("aria-pressed", "true")
    expect(again.locator("#layer-hamlets")).not_to_be_checked()
    expect(again.get_by_role("heading", name="Dương Quang", level=2)).to_be_visible()
    assert again.url == page.url


def test_a_changed_road_shows_on_the_next_pan(visit, land) -> None:
    page = visit(HAMLETS, Role.PLANNER)
    before = colour_at(page, 105.809, 22.110)
    Road.objects.filter(pk=land.earth.pk).update(surface="concrete")
    page.wait_for_timeout(1100)
    with page.expect_response(lambda response: "/tiles/roads/" in response.url):
        page.get_by_role("button", name="Phóng to").focus()
        page.locator("#map").press("ArrowRight")
    settled(page)
    assert colour_at(page, 105.809, 22.110) != before


def test_guests_see_results_and_totals_and_a_way_in(visit) -> None:
    page = visit(f"?year={YEAR}&at=15/22.106/105.812&layers=hamlets,roads,households,facilities")
    expect(page.get_by_text("Cán bộ đăng nhập")).to_be_visible()
    expect(page.get_by_role("button", name="Thêm vào bản đồ")).to_have_count(0)
    page.mouse.click(*place(page, 105.8165, 22.1045))
    expect(page.get_by_role("heading", name="Nà Ỏi", level=2)).to_be_visible()
    expect(page.locator("#detail")).not_to_contain_text("Nguyễn")
    expect(page.locator("#detail")).to_contain_text("số hộ được ẩn để bảo vệ hộ dân")


def test_who_is_entitled_opens_a_household(visit) -> None:
    page = visit(f"?year={YEAR}&at=16/22.1045/105.8165&layers=hamlets,households", Role.FIELD)
    page.mouse.click(*place(page, 105.8165, 22.1045))
    expect(page.get_by_role("heading", name="Nguyễn Văn Thử", level=2)).to_be_visible()
    expect(page.get_by_role("button", name="Sửa")).to_have_count(0)


def test_a_planner_draws_a_road_and_it_is_there(visit) -> None:
    page = visit(f"?year={YEAR}&at=15/22.110/105.810&layers=hamlets,roads", Role.PLANNER)
    page.get_by_role("button", name="Thêm vào bản đồ").click()
    page.locator(".choices button", has_text=re.compile("Đường|roads", re.I)).click()
    page.wait_for_load_state("networkidle")
    for lon, lat in ((105.806, 22.112), (105.808, 22.113), (105.809, 22.1125)):
        page.mouse.move(*place(page, lon, lat))
        page.mouse.click(*place(page, lon, lat))
    page.get_by_role("button", name="Vẽ xong").click()
    form = page.locator("#tool-panel form")
    form.locator("[name=name]").fill("Ngõ mới")
    form.locator("[name=road_class]").select_option("lane")
    form.get_by_role("button", name="Lưu").click()
    expect(form.locator("[name=opened_year]:invalid")).to_be_focused()
    form.get_by_label("Đúng cho cả các năm trước").check()
    form.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", name="Ngõ mới", level=2)).to_be_visible()
    made = Road.objects.get(name="Ngõ mới")
    assert made.unit.code == "01849-01"
    assert len(made.geom) == 3


def test_two_who_edit_the_same_road_do_not_overwrite_each_other(visit, land) -> None:
    query = f"?year={YEAR}&at=15/22.110/105.810&layers=hamlets,roads&pick=roads/{land.earth.pk}"
    page = visit(query, Role.PLANNER)
    page.get_by_role("button", name="Sửa").click()
    form = page.locator("#tool-panel form")
    form.locator("[name=name]").fill("Tên của tôi")
    road = Road.objects.get(pk=land.earth.pk)
    road.name = "Tên của người khác"
    road.save()
    form.get_by_role("button", name="Lưu").click()
    expect(form.get_by_role("alert")).to_be_visible()
    assert Road.objects.get(pk=land.earth.pk).name == "Tên của người khác"
    page.complaints[:] = [said for said in page.complaints if "412" not in said]


def test_undo_takes_back_a_corner_and_history_tells_of_the_change(visit, land) -> None:
    page = visit(f"?year={YEAR}&at=15/22.110/105.810&layers=hamlets,roads&pick=roads/{land.earth.pk}", Role.PLANNER)
    page.get_by_role("button", name="Sửa").click()
    form = page.locator("#tool-panel form")
    start, end = place(page, 105.815, 22.115), place(page, 105.813, 22.117)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    form.get_by_role("button", name="Hoàn tác").click()
    expect(form.get_by_label("Đúng cho cả các năm trước")).to_be_hidden()
    form.locator("[name=surface]").select_option("concrete")
    form.get_by_role("button", name="Lưu").click()
    expect(form.locator("[name=hardened_year]:invalid")).to_be_focused()
    form.locator("[name=hardened_year]").fill(str(YEAR))
    form.get_by_role("button", name="Lưu").click()
    expect(page.locator("#detail dd", has_text=re.compile("bê tông|concrete", re.I)).first).to_be_visible()
    page.get_by_text("Lịch sử thay đổi").click()
    expect(page.locator(".history li").first).to_be_visible()
    road = Road.objects.get(pk=land.earth.pk)
    assert road.surface == "concrete"
    assert road.geom.coords == land.earth.geom.coords, "the corner that was dragged and taken back is where it was"


def test_measuring_by_keyboard(visit) -> None:
    page = visit(f"?year={YEAR}&at=15/22.110/105.810")
    page.get_by_role("button", name="Đo", exact=True).click()
    expect(page.get_by_role("region", name="Đo")).to_be_visible()
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#tool-panel .result")).to_have_text(re.compile(r"^[\d.,]+ k?m$"))
    page.keyboard.press("Backspace")
    expect(page.locator("#tool-panel .result")).to_have_text("–")


def test_paper_shows_title_legend_scale_date_and_source(visit) -> None:
    page = visit(HAMLETS)
    page.evaluate("window.print = () => (window.printed = true)")
    page.get_by_role("button", name="In", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tiêu đề").fill("Giao thông Dương Quang")
    dialog.get_by_label("A3").check()
    dialog.get_by_role("button", name="In").click()
    page.wait_for_function("window.printed === true")
    expect(page.get_by_role("heading", name="Giao thông Dương Quang")).to_be_visible()
    foot = page.locator("#sheet-foot")
    expect(foot).to_contain_text("chưa đạt")
    expect(foot).to_contain_text(re.compile(r"1 : [\d.]+"))
    expect(foot).to_contain_text("Số liệu cuối năm 2017; in ngày")
    assert page.locator("#side").is_hidden()
    sheet = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox ?\[0 0 119\d\.\d+ 84\d\.\d+\]", sheet), "A3 across"


def test_the_slider_turns_the_map_to_another_year(visit, land) -> None:
    Household.objects.get().reviews.create(unit=land.west_hamlets[0], year=YEAR - 1, category="near_poor")
    page = visit(HAMLETS)
    slider = page.get_by_role("slider", name="Năm")
    expect(slider).to_have_value(str(YEAR))
    with page.expect_response(lambda response: f"/{YEAR - 1}/13/" in response.url):
        slider.press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"year={YEAR - 1}"))
    expect(page.locator("#here")).to_contain_text(str(YEAR - 1))


def test_the_year_can_be_changed_while_reading_why(visit, land) -> None:
    Household.objects.get().reviews.create(unit=land.west_hamlets[0], year=YEAR - 1, category="near_poor")
    page = visit(f"{HAMLETS}&pick=units/{land.west.pk}", Role.PLANNER)
    panel = page.locator("#detail")
    expect(panel.get_by_role("link", name=re.compile("Xem số liệu")).first).to_be_visible()
    slider = page.get_by_role("slider", name="Năm").bounding_box()
    frame = panel.bounding_box()
    assert frame["y"] + frame["height"] <= slider["y"], "the panel ends above the slider"
    for link in panel.get_by_role("link").all():
        box = link.bounding_box()
        assert box["x"] + box["width"] <= frame["x"] + frame["width"], "no link is wider than the panel"
    page.get_by_role("slider", name="Năm").press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"year={YEAR - 1}"))
    expect(panel).to_be_visible()


def test_a_link_to_a_row_turns_its_layer_on(visit, land) -> None:
    page = visit(f"?year={YEAR}&layers=communes&pick=roads/{land.earth.pk}", Role.PLANNER)
    expect(page.get_by_role("heading", name="Đường Nà Ỏi – Nà Dì", level=2)).to_be_visible()
    expect(page.locator("#layer-roads")).to_be_checked()
    page.locator("#layer-roads").uncheck()
    expect(page.locator("#layer-roads")).not_to_be_checked()


def test_a_facility_that_is_no_school_is_not_asked_for_a_level(visit, land) -> None:
    office = Facility.objects.create(
        unit=land.west_hamlets[0], geom=Point(105.807, 22.117), kind="committee", name="UBND xã", opened_year=2001
    )
    page = visit(f"?year={YEAR}&pick=facilities/{office.pk}", Role.PLANNER)
    expect(page.get_by_role("heading", name="UBND xã", level=2)).to_be_visible()
    expect(page.locator("#detail")).not_to_contain_text("đạt chuẩn")
    expect(page.locator("#detail .body")).not_to_contain_text(re.compile(r"^0|\s0\s"))


def test_how_many_do_not_meet_a_criterion_is_said_in_words(visit) -> None:
    page = visit()
    expect(page.get_by_role("button", name=re.compile("2 Giao thông"))).to_contain_text("1/2 xã chưa đạt")


def test_where_am_i_shows_how_sure_it_is_or_says_what_to_do(visit) -> None:
    here = {"latitude": 22.11, "longitude": 105.82, "accuracy": 30}
    page = visit(f"?year={YEAR}", geolocation=here, permissions=["geolocation"])
    page.get_by_role("button", name="Vị trí của tôi").click()
    expect(page.locator("#say")).to_have_text("Đã tìm thấy, sai số ± 30 m.")
    expect(page).to_have_url(re.compile(r"at=15/22\.11000/105\.82000"))
    refused = visit(f"?year={YEAR}", permissions=[])
    refused.get_by_role("button", name="Vị trí của tôi").click()
    expect(refused.locator("#alerts")).to_contain_text("Hãy cho phép trang này dùng vị trí")


def test_without_an_answer_the_page_says_so_and_tries_again(visit) -> None:
    page = visit(HAMLETS)
    page.route("**/units/**", lambda route: route.abort())
    page.mouse.click(*place(page, 105.812, 22.106))
    detail = page.locator("#detail")
    expect(detail).to_contain_text("Máy chủ không trả lời")
    page.unroute("**/units/**")
    detail.get_by_role("button", name="Thử lại").click()
    expect(page.get_by_role("heading", name="Nà Ỏi", level=2)).to_be_visible()
    page.complaints[:] = [said for said in page.complaints if "ERR_FAILED" not in said]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("role", [None, Role.PLANNER])
def test_axe_finds_nothing(visit, size, role) -> None:
    page = visit(f"{HAMLETS}&layers=communes,hamlets,roads,facilities", role, size)
    for state in ("closed", "open"):
        if state == "open":
            if size == PHONE:
                page.locator("#grip").click()
            page.locator("#criteria summary").click()
            page.mouse.click(*place(page, 105.832, 22.118)) if size == WIDE else None
            settled(page)
        assert axe_findings(page) == []


def test_on_a_phone_nothing_is_wider_than_the_screen_and_targets_fit_a_finger(visit) -> None:
    page = visit(HAMLETS, Role.PLANNER, PHONE)
    page.locator("#grip").click()
    expect(page.locator("#layers")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, summary, label")]
          .filter((one) => one.offsetParent && !one.matches(".skip, .visually-hidden, .grip, [type=checkbox]"))
          .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
          .filter(([, box]) => box.height && box.height < 47.5)
          .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""
    )
    assert not small


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_heat_map_is_chosen_read_as_a_list_and_kept_in_the_address(visit, land, size) -> None:
    page = visit(size=size)
    if size == PHONE:
        page.locator("#grip").click()
    page.get_by_label("Hiện theo ô lục giác").select_option("unmet")
    page.locator("#legend").get_by_text("tiêu chí chưa đạt").wait_for()
    assert page.locator(".leaflet-heat-pane path").count() > 0
    expect(page.locator("#legend")).to_contain_text("cộng theo các thôn, không phải kết quả của xã")
    expect(page.locator("#criteria button[aria-pressed='true']")).to_have_count(0)
    page.get_by_label("Tiêu chí", exact=True).select_option("2")
    expect(page.locator("#legend")).to_contain_text("chưa đạt tiêu chí 2")
    assert "heat=unmet/2" in page.url
    page.get_by_text("Nơi nhiều nhất, dạng danh sách").click()
    page.locator("#heat").get_by_role("button", name="Nà Ỏi").click()
    assert f"pick=hamlets/{land.west_hamlets[0].pk}" in page.url
    assert axe_findings(page) == []
    # Nobody is told of the one poor household who may not know of it.
    page.get_by_label("Hiện theo ô lục giác").select_option("poor")
    expect(page.locator("#legend")).to_contain_text("được ẩn để bảo vệ hộ dân")
    page.get_by_label("Hiện theo ô lục giác").select_option("")
    expect(page.locator(".leaflet-heat-pane path")).to_have_count(0)
    assert "heat=" not in page.url


def test_a_button_on_the_map_switches_the_heat_map_on_and_off(visit, land) -> None:
    page = visit(size=WIDE)
    button = page.locator("#toolbar").get_by_role("button", name="Bản đồ nhiệt")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator("#legend").get_by_text("chưa đạt").first.wait_for()
    assert page.locator(".leaflet-heat-pane path").count() > 0
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".leaflet-heat-pane path")).to_have_count(0)
    assert "heat=" not in page.url
