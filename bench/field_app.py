"""The field app with a pack of 2,000 households: opening, scrolling, finding.

Opened with the server dead, in a browser that was closed in between; once as it is, and once with the processor
slowed down to a quarter, as a cheap telephone's may be, which is told in the note.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from layers.access import Role
from layers.models import Household, Member, Unit

from .figures import Figure, skipped
from .server import server

HOUSEHOLDS = 2_000
SLOWED = 4
#: Of the 2,000; the others are made when they come into view.
MOST_ROWS = 100
START_LIMIT_S, SEARCH_LIMIT_MS, FRAME_LIMIT_MS = 2.0, 50.0, 50.0
PASSWORD, PIN = "a-long-bench-password", "204060"  # noqa: S105  # of a database that is dropped
CHROMIUM = Path(os.environ.get("CHROME_PATH", "/usr/bin/chromium"))
#: What a person types, letter by letter: the worst of all is what counts.
TYPED = ["h", "ho", "hoa", "hoan", "hoang", "hoang t", "hoang th", "hoang thi", "hoang thi 7", "hoang thi 77"]

# How long each of a hundred steps of a screen takes until it is drawn.
SCROLL = """async () => {
  const list = document.querySelector(".virtual");
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const took = [];
  for (let step = 0; step < 100; step++) {
    await frame();
    const begun = performance.now();
    list.scrollTop += list.clientHeight;
    await frame();
    await frame();
    took.push((performance.now() - begun) / 2);
  }
  return { took, rows: list.querySelectorAll("[role=listitem]").length };
}"""
SEARCH = """async (words) => {
  const input = document.getElementById("q");
  const took = [];
  for (const text of words) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const begun = performance.now();
    input.value = text;
    input.dispatchEvent(new Event("input"));
    document.querySelector(".virtual").getBoundingClientRect();
    took.push(performance.now() - begun);
  }
  return took;
}"""


@dataclass(frozen=True)
class Felt:
    """What a person feels of the app."""

    started_s: float
    frame_ms: float
    rows: int
    search_ms: float


def figures() -> Iterator[Figure]:
    """Measure in the database that Django is pointed at, which has the sample's communes."""
    names = (
        "the field app opens with the server dead",
        f"the list of {HOUSEHOLDS} households scrolls by a screen (p95 of a frame)",
        f"a search in {HOUSEHOLDS} households (slowest)",
    )
    if not CHROMIUM.exists():
        yield from (skipped(name, "s", f"no browser at {CHROMIUM}") for name in names)
        return
    quick, slow = _measure(_worker())
    found = [
        (START_LIMIT_S, "s", quick.started_s, slow.started_s),
        (FRAME_LIMIT_MS, "ms", quick.frame_ms, slow.frame_ms),
        (SEARCH_LIMIT_MS, "ms", quick.search_ms, slow.search_ms),
    ]
    for name, (limit, unit, measured, slowed) in zip(names, found, strict=True):
        ok = measured < limit and quick.rows < MOST_ROWS
        note = (
            f"{slowed:.2f} {unit} with the processor slowed down {SLOWED} times; {quick.rows} rows are drawn at a time"
        )
        yield Figure(name, unit, limit=limit, measured=measured, ok=ok, note=note)


def _worker() -> str:
    """Return the user name of somebody whose commune has that many households."""
    commune = Unit.objects.filter(kind="commune", geom__isnull=False).exclude(parts=None).order_by("path").first()
    if commune is None or commune.geom is None:
        raise RuntimeError("the sample has no commune with hamlets")
    hamlet = Unit.objects.filter(parent=commune).first()
    centre = commune.geom.point_on_surface
    known = Household.objects.filter(unit__path__startswith=commune.path).count()
    Household.objects.bulk_create(
        Household(unit=hamlet, name=f"Hoàng Thị {number}", geom=Point(centre.x, centre.y))
        for number in range(max(0, HOUSEHOLDS - known))
    )
    user = User.objects.create_user(f"bench-{uuid4().hex[:12]}", password=PASSWORD)
    Member.objects.create(user=user, role=str(Role.FIELD)).units.set([commune])
    return user.get_username()


def _measure(username: str) -> tuple[Felt, Felt]:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        with server() as serving:
            address = f"http://127.0.0.1:{serving.port}/field/"
            with _phone(playwright, folder) as context:
                _make_ready(context.pages[0], address, username)
        return _use(playwright, folder, address, 1), _use(playwright, folder, address, SLOWED)


def _use(playwright: Playwright, folder: str, address: str, slowed: int) -> Felt:
    with _phone(playwright, folder) as context:
        page = context.pages[0]
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator("#tabs a").first.wait_for()
        started = time.perf_counter() - begun
        page.goto(f"{address}#/pin")
        page.locator("#pin").fill(PIN)
        page.locator("#foot .btn").click()
        page.locator("a[href='#/list']").last.click()
        page.locator(".virtual-row").first.wait_for()
        scrolled = page.evaluate(SCROLL)
        searched = page.evaluate(SEARCH, TYPED)
    p95 = sorted(scrolled["took"])[int(len(scrolled["took"]) * 0.95)]
    return Felt(started, p95, scrolled["rows"], max(searched))


def _phone(playwright: Playwright, folder: str) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu"],
        viewport={"width": 360, "height": 740},
        locale="vi-VN",
    )


def _make_ready(page: Page, address: str, username: str) -> None:
    """Everything that is done once, with a network: sign in, choose the PIN, download the pack."""
    page.goto(f"{address}#/sign-in")
    for name, text in (("username", username), ("password", PASSWORD), ("label", "bench")):
        page.locator(f"#{name}").fill(text)
    page.locator("#foot .btn").click()
    page.locator("#pin").fill(PIN)
    page.locator("#pin-again").fill(PIN)
    page.locator("#foot .btn").click()
    page.locator(".pack .btn").first.click()
    page.locator(".pack .btn.ghost").wait_for(timeout=120_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
