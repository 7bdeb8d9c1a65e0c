"""What browser tests share: the site as production serves it, and pages of it in Debian's Chromium.

The static files are collected, the content policy is the real one, and any error in a page's console fails the test.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.contrib.gis.geos import LineString, Point
from django.core.management import call_command
from django.core.servers.basehttp import WSGIServer
from django.test import Client
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Browser, Page, sync_playwright

from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import LAYERS, Facility, Household, Road, TableVersion

CHROMIUM = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-prefers-reduced-motion"]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
YEAR = 2017

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}; CHROME_PATH names another")
    # Playwright's loop runs in this thread, where Django would take every query for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def collected(tmp_path_factory) -> Path:
    """Where static files lie as production serves them: hashed, imports rewritten."""
    return tmp_path_factory.mktemp("static")


def count_tables() -> None:
    """Put back the rows that a migration made and that are swept away with all others after each test here."""
    names = {table for layer in LAYERS.values() for table in layer.tables}
    TableVersion.objects.bulk_create([TableVersion(table_name=name) for name in names], ignore_conflicts=True)


@pytest.fixture(scope="module")
def leave_tables_counted(django_db_setup, django_db_blocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        count_tables()


@pytest.fixture
def versions(leave_tables_counted, transactional_db) -> None:
    count_tables()


@pytest.fixture
def land(versions, city):
    """The city of two communes: an earth road in the west, a paved one in the east; a school, a poor household."""
    load_all()
    west, east = city.west_hamlets[0], city.east_hamlets[0]
    line = LineString((105.803, 22.105), (105.815, 22.115))
    city.earth = Road.objects.create(
        unit=west, geom=line, road_class="village", surface="earth", name="Đường Nà Ỏi – Nà Dì"
    )
    paved = LineString((105.845, 22.105), (105.855, 22.115))
    Road.objects.create(unit=east, geom=paved, road_class="village", surface="concrete", wet_access="car")
    Facility.objects.create(
        unit=west, geom=Point(105.806, 22.116), kind="school", level="primary", name="Tiểu học Nà Ỏi"
    )
    poor = Household.objects.create(unit=west, name="Nguyễn Văn Thử", geom=Point(105.8165, 22.1045))
    poor.reviews.create(unit=west, year=YEAR, category="poor")
    assess(YEAR)
    return city


@pytest.fixture
def statics(settings, collected) -> Path:
    """Collect the static files, once for all tests; return where they lie."""
    settings.STATIC_ROOT = collected
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "gis_ntm.static.ModuleStaticFilesStorage"}}
    if not (collected / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    return collected


@pytest.fixture
def site(versions, settings, statics) -> Iterator[str]:
    """The address of a server of this test's database, until the test ends."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    WSGIServer.request_queue_size = 64
    thread = LiveServerThread("127.0.0.1", _StaticFilesHandler, connections_override={}, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    thread.join()


@pytest.fixture
def open_page(site, chromium) -> Iterator[OpenPage]:
    """Open an address of the site, as a user or as nobody, on a screen of that size.

    What the browser complains of is collected in `page.complaints`; a test that provokes one takes it out.
    """
    opened: list = []
    complaints: list[str] = []

    def go(address: str = "", user: User | None = None, size: dict[str, int] = WIDE, **more) -> Page:
        phone = size == PHONE
        context = chromium.new_context(viewport=size, locale="vi-VN", is_mobile=phone, has_touch=phone, **more)
        opened.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.complaints = complaints
        page.goto(f"{site}/{address}")
        return page

    yield go
    for context in opened:
        context.close()
    assert not complaints


def axe_findings(page: Page) -> list:
    """Return what axe finds wrong with the page as it is now: rule and first element."""
    page.evaluate((Path(project.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate("axe.run().then(({ violations }) => violations.map((v) => [v.id, v.nodes[0].html]))")
