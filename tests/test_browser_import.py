"""Importing in a real browser: a file goes in, is looked at on the map, stored, and taken back."""

import json

import pytest
from playwright.sync_api import Page, expect

from layers.access import Role
from layers.models import Road
from tests.browser import PHONE, WIDE, axe_findings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def uploaded(land, open_page, member, road_file):
    """Open the import page as a planner of the west and send the file of roads."""

    def go(size: dict[str, int] = WIDE) -> Page:
        page = open_page("import/", member(Role.PLANNER, land.west), size)
        page.locator("select[name=layer]").select_option("roads")
        page.locator("input[type=file]").set_input_files(road_file)
        page.locator("main form button.btn").click()
        return page

    return go


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
def test_a_file_goes_in_and_out_again(uploaded, size) -> None:
    page = uploaded(size)
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


def test_the_pages_are_accessible(uploaded, site) -> None:
    page = uploaded()
    expect(page.locator("#import-map")).to_be_visible()
    for address in (page.url, f"{site}/import/"):
        page.goto(address)
        assert axe_findings(page) == []
