"""The pages of the programme for a province: the first thing a new process is asked for, and once it is warm."""

import time
from collections.abc import Iterator

from layers.models import Unit

from . import cycle
from .figures import Figure, skipped
from .people import signed_in
from .server import Client, server

YEAR = cycle.YEARS[-1]
ASSESSED = 2017
PROVINCE_SECONDS, NATION_SECONDS = 1.0, 3.0
TIMES = 5
#: What the map shows of a province, of a city, of all the country.
HEAT = {"a city": "105.79,22.06,105.93,22.23", "a province": "105.2,21.5,106.6,22.9", "the country": "102,8,110,24"}


def figures(nation: bool) -> Iterator[Figure]:
    """Ask servers for pages of the database that Django is pointed at, in which `ASSESSED` has been assessed."""
    province = Unit.objects.filter(kind="province").earliest("pk")
    communes = cycle.fill(province)
    _user, cookie = signed_in("leader", province)
    note = f"{communes} communes, {len(cycle.YEARS)} years"
    pages = {
        "the board of a province": f"/board/?unit={province.pk}&year={YEAR}",
        "the yearly cycle of a province": f"/programme/?year={YEAR}",
    }
    for name, path in pages.items():
        yield from _page(name, path, cookie, PROVINCE_SECONDS, note)
    for name, box in HEAT.items():
        path = f"/heat.json?year={ASSESSED}&what=poor&bbox={box}"
        yield from _page(f"the poor in hexagons, {name}", path, "", PROVINCE_SECONDS, f"{Unit.objects.count():,} units")
    if nation:
        path = f"/board/all/?year={ASSESSED}"
        yield from _page("the nation's board", path, "", NATION_SECONDS, f"{Unit.objects.count():,} units")
    else:
        yield skipped("the nation's board", "s", "--without-nation")


def _page(name: str, path: str, cookie: str, limit: float, note: str) -> Iterator[Figure]:
    """Measure a page as the first that a process is asked for, and as it is from then on."""
    with server() as served, Client(served.port, cookie) as client:
        # Answered once the worker is up, without a page or the database.
        _seconds(client, "/static/layers/icon.svg")
        first = _seconds(client, path)
        best = min(_seconds(client, path) for _ in range(TIMES))
    for told, seconds in ((f"{name}, first of a process", first), (name, best)):
        yield Figure(told, "s", limit, seconds, seconds / limit, seconds <= limit, note)


def _seconds(client: Client, path: str) -> float:
    begun = time.perf_counter()
    status, _body = client.get(path)
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return time.perf_counter() - begun
