"""Reports, changes and the heat map in a real browser: a report is asked for and downloaded, nothing sticks out."""

import pytest
from playwright.sync_api import expect

from layers.access import Role
from tests.browser import PHONE, WIDE, axe_findings
from tests.paper import text_of

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2017


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_board_on_paper_is_asked_for_and_downloaded(land, open_page, member, size) -> None:
    page = open_page(f"reports/?unit={land.west.pk}&year={YEAR}", member(Role.LEADER, land.west), size)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Lập báo cáo").click()
    link = page.get_by_role("link", name="Tải về")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    with open(download.value.path(), "rb") as file:
        assert "XÃ DƯƠNG QUANG" in text_of(file.read())


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("address", ["alerts/", "reports/"])
def test_the_other_pages_fit_and_axe_finds_nothing(land, open_page, member, size, address) -> None:
    page = open_page(address.format(pk=land.west.pk), member(Role.LEADER, land.west), size)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert axe_findings(page) == []
