"""The board: of a province once warm, and of the nation as the first thing that a new process is asked for."""

import time
from collections.abc import Iterator

from layers.models import Standing, Unit

from .figures import Figure, skipped
from .server import Client, server

YEAR = 2017
PROVINCE_SECONDS, NATION_SECONDS = 1.0, 3.0
TIMES = 5


def figures(nation: bool) -> Iterator[Figure]:
    """Ask a server for the boards of the database that Django is pointed at, which has been assessed."""
    province = Unit.objects.filter(kind="province").order_by("pk").first()
    with server() as served, Client(served.port) as client:
        _seconds(client, "/help/")  # what a process loads at its first answer is not the board's
        if nation:
            yield _figure("the nation's board, first of a process", _seconds(client, f"/board/all/?year={YEAR}"),
                          NATION_SECONDS, Unit.objects.count())  # fmt: skip
        else:
            yield skipped("the nation's board, first of a process", "s", "--without-nation")
        path = f"/board/?unit={province.pk}&year={YEAR}" if province else "/board/"
        _seconds(client, path)
        inside = province.path if province else ""
        communes = Standing.objects.filter(year=YEAR, unit__kind="commune", unit__path__startswith=inside).count()
        best = min(_seconds(client, path) for _ in range(TIMES))
        yield _figure("the board of a province", best, PROVINCE_SECONDS, communes)


def _seconds(client: Client, path: str) -> float:
    begun = time.perf_counter()
    status, _body = client.get(path)
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return time.perf_counter() - begun


def _figure(name: str, seconds: float, limit: float, units: int) -> Figure:
    return Figure(name, "s", limit, seconds, seconds / limit, seconds <= limit, f"{units:,} units")
