"""The network of a sample province: made anew, asked again, and asked for travel times."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.figures import Figure
from layers.models import Road, Unit
from layers.planning.connectivity import connectivity
from layers.planning.store.kept import SHELVES, forget, lived_in
from layers.planning.travel.times import Journey, travel

YEAR = 2017


def figures() -> Iterator[Figure]:
    province = Unit.objects.filter(kind="province").order_by("path").first()
    commune = Unit.objects.filter(kind="commune", path__startswith=province.path).order_by("path").first()
    roads = Road.objects.filter(unit__path__startswith=province.path).count()
    note = f"{roads:,} roads"
    forget()
    yield _timed("network of a province with its households, made anew", None, lambda: lived_in(province, YEAR), note)
    for shelf in SHELVES:
        shelf.clear()
    yield _timed("the same in another process, which reads a file", 1.0, lambda: lived_in(province, YEAR), note)
    lived = lived_in(province, YEAR)
    journey = Journey("primary", "motorbike", wet=True)
    yield _timed(
        "travel times of a province to primary schools, rainy season", 1.0, lambda: travel(lived, journey), note
    )
    yield _timed("connectivity of the first commune asked for", None, lambda: connectivity(commune, YEAR), note)
    yield _timed("connectivity of a commune, asked again", 1.0, lambda: connectivity(commune, YEAR), note)


def _timed(name: str, limit: float | None, work: Callable[[], Any], note: str) -> Figure:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    return Figure(name, "s", limit, took, ok=None if limit is None else took <= limit, note=note)
