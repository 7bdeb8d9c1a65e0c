"""The board in a real browser: keys move in the picture, a cell leads to the map, nothing sticks out of a phone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.gis.geos import LineString
from playwright.sync_api import Browser, Page, expect, sync_playwright

from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import LAYERS, Road, TableVersion

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2017
CHROMIUM = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
AXE = Path(project.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}; CHROME_PATH names another")
    # Playwright's loop runs in this thread, where Django would take every query for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-prefers-reduced-motion"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def count_tables() -> None:
    """Put back the rows that a migration made and that are swept away with all others after each test here."""
    names = {table for layer in LAYERS.values() for table in layer.tables}
    TableVersion.objects.bulk_create([TableVersion(table_name=name) for name in names], ignore_conflicts=True)


@pytest.fixture(scope="module", autouse=True)
def leave_tables_counted(django_db_setup, django_db_blocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        count_tables()


@pytest.fixture
def visit(transactional_db, live_server, chromium, city):
    """Open the board of a unit where a road of the west is of earth; any complaint of the browser fails the test."""
    count_tables()
    load_all()
    line = LineString((105.803, 22.105), (105.815, 22.115))
    Road.objects.create(unit=city.west_hamlets[0], geom=line, road_class="village", surface="earth")
    assess(YEAR)
    contexts, complaints = [], []

    def go(unit, size: dict[str, int] = WIDE) -> Page:
        context = chromium.new_context(viewport=size, locale="vi-VN", has_touch=size == PHONE, is_mobile=size == PHONE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{live_server.url}/board/?unit={unit.pk}&year={YEAR}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("chưa đạt")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not complaints


def test_keys_move_from_cell_to_cell_and_a_cell_leads_to_the_map(visit, city) -> None:
    page = visit(city.city)
    table = page.get_by_role("table")
    expect(table.get_by_role("rowheader")).to_have_count(2)
    table.get_by_role("link", name="Dương Quang").focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_have_accessible_name("chưa đạt")
    assert page.locator("table [tabindex='0']").count() == 1
    address = page.locator(":focus").get_attribute("href")
    assert re.search(rf"criterion=2&pick=communes/{city.west.pk}$", address)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_board_fits_and_axe_finds_nothing(visit, city, size) -> None:
    for unit in (city.city, city.west):
        page = visit(unit, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate("axe.run().then((all) => all.violations.map((one) => one.id))") == []
