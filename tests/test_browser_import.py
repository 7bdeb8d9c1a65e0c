"""Importing in a real browser: a file goes in, is looked at on the map, stored, and taken back."""

import json

import pytest
from playwright.sync_api import expect

from layers.access import Role
from layers.models import Road
from tests.test_browser_map import (
    AXE,
    PHONE,
    WIDE,
    chromium,
    collected,
    land,
    leave_tables_counted,
    site,
    versions,
    visit,
)

pytestmark = pytest.mark.django_db(transaction=True)
#: What a fixture needs of another module's.
USED = (chromium, collected, land, leave_tables_counted, site, versions, visit)


@pytest.fixture
def road_file(tmp_path, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    line = {"type": "LineString", "coordinates": [[105.801, 22.13], [105.811, 22.13]]}
    outside = {"type": "LineString", "coordinates": [[105.861, 22.13], [105.871, 22.13]]}
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"ten": "Đường mới", "loai_duong": "ĐX"}}
        for shape in (line, outside)
    ]
    path = tmp_path / "duong.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_file_goes_in_and_out_again(visit, site, road_file, size) -> None:  # noqa: F811
    page = visit(role=Role.PLANNER, size=size)
    page.goto(f"{site}/import/")
    page.locator("select[name=layer]").select_option("roads")
    page.locator("input[type=file]").set_input_files(road_file)
    page.locator("main form button.btn").click()
    expect(page.locator("#import-map canvas.leaflet-zoom-animated, #import-map canvas").first).to_be_visible()
    expect(page.locator(".import-kinds li.error")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert not Road.objects.filter(name="Đường mới").exists()
    page.locator("button[name=keep_good]").click()
    expect(page.locator("button.danger")).to_be_visible()
    assert Road.objects.filter(name="Đường mới").count() == 1
    page.locator("button.danger").click()
    expect(page.locator("input[name=confirmed]")).to_have_count(1)
    page.locator("button.danger").click()
    expect(page.locator("button.danger")).to_have_count(0)
    assert not Road.objects.filter(name="Đường mới").exists()


def test_the_pages_are_accessible(visit, site, road_file) -> None:  # noqa: F811
    page = visit(role=Role.PLANNER)
    page.goto(f"{site}/import/")
    page.locator("select[name=layer]").select_option("roads")
    page.locator("input[type=file]").set_input_files(road_file)
    page.locator("main form button.btn").click()
    expect(page.locator("#import-map")).to_be_visible()
    for address in (page.url, f"{site}/import/"):
        session = page.context.new_cdp_session(page)
        session.send("Page.setBypassCSP", {"enabled": True})
        page.goto(address)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => [v.id, v.nodes[0].html]))")
        assert found == []
