"""Tiles: what the product adds to a tile's own SQL, and how a finished tile compares with a static file."""

import os
import time
from collections.abc import Iterator
from statistics import median

from django.db import connection

from layers.access import Viewer
from layers.mapserver.statements import bounded
from layers.mapserver.tiles import Spot, features_sql
from layers.mapserver.versions import versions
from layers.models import LAYERS, Unit, viewer_of

from .figures import Figure
from .people import signed_in
from .server import Client, requests_per_second, server

LAYER, ZOOM, YEAR = LAYERS["roads"], 12, 2017
YEARS = range(2013, 2018)
TILES = 40
ROUNDS, SECONDS = 5, 2.0
COLD_RATIO, COLD_EXTRA_MS = 1.2, 2.0
WARM_RATIO = 0.7


def figures() -> Iterator[Figure]:
    """Measure on the roads of the database that Django is pointed at, as a signed-in planner."""
    user, cookie = signed_in("planner", Unit.objects.filter(kind="province").earliest("pk"))
    viewer = viewer_of(user)
    places = _places(viewer)
    yield _cold(viewer, cookie, places)
    yield _warm(viewer, cookie, places[0])


def _places(viewer: Viewer) -> list[tuple[int, int, int]]:
    """Return the tiles with most roads, by where their hamlets stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT floor((ST_X(point) + 180) / 360 * n)::int, "
            "floor((1 - asinh(tan(radians(ST_Y(point)))) / pi()) / 2 * n)::int "
            "FROM layers_unit, (SELECT 2 ^ %s AS n) t WHERE kind = 'hamlet' AND path LIKE %s "
            "GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT %s",
            [ZOOM, f"{viewer.areas[0]}%", TILES],
        )
        return [(ZOOM, x, y) for x, y in cursor.fetchall()]


def _cold(viewer: Viewer, cookie: str, places: list[tuple[int, int, int]]) -> Figure:
    """Ask for each tile of each year once, right after its statement was run by itself.

    The best of the years stands for a tile: what else this machine does is no cost of the tile.
    """
    root = f"/tiles/{LAYER.slug}/{versions(viewer)[LAYER.slug]}"
    bare, whole = [], []
    with server() as served, Client(served.port, cookie) as client:
        client.get(f"{root}/{YEAR}/{ZOOM}/0/0.mvt")
        for place in places:
            spots = [Spot(LAYER, viewer, year, *place) for year in YEARS]
            bare.append(min(_bare(spot) for spot in spots))
            whole.append(min(_whole(client, f"{root}/{s.year}/{s.z}/{s.x}/{s.y}.mvt") for s in spots))
    limit = COLD_RATIO * median(bare) + COLD_EXTRA_MS
    return Figure(
        "cold z12 tile of roads against its bare SQL",
        "ms",
        limit=limit,
        measured=median(whole),
        ratio=median(whole) / median(bare),
        ok=median(whole) <= limit,
        note=f"median of {TILES}, bare SQL {median(bare):.2f} ms; at most {COLD_RATIO} x + {COLD_EXTRA_MS} ms",
    )


def _bare(spot: Spot) -> float:
    """Return the milliseconds of a tile's statement by itself, its pages being in memory."""
    statement = features_sql(spot)
    with bounded() as cursor:
        cursor.execute(*statement)
        begun = time.perf_counter()
        cursor.execute(*statement)
        cursor.fetchall()
        return (time.perf_counter() - begun) * 1000


def _whole(client: Client, path: str) -> float:
    begun = time.perf_counter()
    status, _body = client.get(path)
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return (time.perf_counter() - begun) * 1000


def _warm(viewer: Viewer, cookie: str, place: tuple[int, int, int]) -> Figure:
    """Ask for one finished tile and for a static file of its size in turns."""
    path = f"/tiles/{LAYER.slug}/{versions(viewer)[LAYER.slug]}/{YEAR}/{place[0]}/{place[1]}/{place[2]}.mvt"
    with server() as served, Client(served.port, cookie) as client:
        size = len(client.get(path)[1])
    tiles, files = [], []
    with server({"same-size.bin": os.urandom(size)}) as served:
        for _round in range(ROUNDS):
            tiles.append(requests_per_second(served.port, path, cookie, SECONDS))
            files.append(requests_per_second(served.port, "/static/same-size.bin", cookie, SECONDS))
    limit = WARM_RATIO * median(files)
    return Figure(
        "finished tiles against a static file of the same size",
        "requests/s",
        limit=limit,
        measured=median(tiles),
        ratio=median(tiles) / median(files),
        ok=median(tiles) >= limit,
        note=f"{size} bytes, one worker; static file {median(files):.0f} requests/s; at least {WARM_RATIO:.0%}",
    )
