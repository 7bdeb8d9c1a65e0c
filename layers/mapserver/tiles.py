"""Vector tiles: rows where the map is large enough to draw them, totals of units where it is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BinaryField, F, Func

from layers.access import Viewer
from layers.geo import tile_bounds
from layers.models import LAYERS, Layer

from .statements import fetch
from .suppression import Hidden, hidden
from .totals import LEVELS, Places, Totals, level_at, totals

#: Cells along a tile's side, and how many of them beyond the edge are drawn so that no symbol is cut there.
EXTENT = 4096
BUFFER = 64
#: Digits kept of a total that is not a whole number (metres): none below the decimetre.
DECIMALS = 1

# The box is in the coordinates that are stored, so that the index serves; it is grown by the buffer, so
# that what stands just beyond the edge is found too. No LIMIT: a tile that left rows out would lie.
# OFFSET 0 keeps the planner from clipping each shape twice, for the condition and for the tile.
FEATURES = """
SELECT ST_AsMVT(t, %s, {extent}, 'geom', 'id'), count(*) FROM (
  SELECT id{columns}, ST_AsMVTGeom(ST_Transform(f.shape, 3857), ST_TileEnvelope(%s, %s, %s), {extent}, {buffer}) AS geom
  FROM ({rows}) AS f(id, shape{columns})
  WHERE f.shape && ST_MakeEnvelope(%s, %s, %s, %s, 4326)
  OFFSET 0
) t WHERE t.geom IS NOT NULL
"""
OVERVIEW = """
SELECT ST_AsMVT(t, %s, {extent}, 'geom', 'id') FROM (
  SELECT u.id, u.id AS unit, u.name, u.kind, v.hidden{columns},
    ST_AsMVTGeom(ST_Transform(ST_Point(v.lon, v.lat, 4326), 3857), ST_TileEnvelope(%s, %s, %s), {extent}, 0, false)
      AS geom
  FROM unnest(%s::bigint[], %s::float8[], %s::float8[], %s::boolean[]{arrays})
    AS v(id, lon, lat, hidden{columns})
  JOIN layers_unit u ON u.id = v.id
) t
"""


@dataclass(frozen=True)
class Spot:
    """Which tile of which layer, for whom and when."""

    layer: Layer
    viewer: Viewer
    year: int
    z: int
    x: int
    y: int


def tile(spot: Spot) -> tuple[bytes, int]:
    """Return a tile (MVT, empty if there is nothing) and the number of rows that it shows one by one.

    Rows of a viewer's areas are drawn at the layer's zooms. Totals stand for all rows below those zooms, and
    at them for the rows that are not this viewer's to see.
    """
    layer, viewer = spot.layer, spot.viewer
    if spot.z >= layer.zooms.stop:
        return b"", 0
    drawn = spot.z in layer.zooms and viewer.may_see(layer.audience)
    complete = drawn and "" in viewer.areas
    body, count = b"", 0
    if drawn:
        found, count = fetch(*features_sql(spot))
        body = bytes(found)
    if layer.overview is not None and not complete:
        body += _overview(spot, outside_only=drawn)
    return body, count


def features_sql(spot: Spot) -> tuple[str, list[Any]]:
    """Return the statement and parameters of a tile of rows."""
    layer, place = spot.layer, (spot.z, spot.x, spot.y)
    inner, parameters = _rows_sql(layer.slug, spot.viewer, spot.year)
    statement = FEATURES.format(columns=_columns(layer.in_tiles), rows=inner, extent=EXTENT, buffer=BUFFER)
    return statement, [layer.slug, *place, *parameters, *tile_bounds(*place, margin=BUFFER / EXTENT)]


@lru_cache(maxsize=512)
def _rows_sql(slug: str, viewer: Viewer, year: int) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of a viewer's rows, which is the same for all tiles; writing it takes over 1 ms."""
    layer = LAYERS[slug]
    # Django would read a geometry as bytes; as any other expression it stays a geometry.
    shape = Func(F(layer.geometry_field), template="%(expressions)s", output_field=BinaryField())
    rows = layer.rows(viewer, year).order_by().values_list("pk", shape, *layer.in_tiles)
    return rows.query.sql_with_params()


def _columns(names: Iterable[str]) -> str:
    return "".join(f", {connection.ops.quote_name(name)}" for name in names)


def _overview(spot: Spot, *, outside_only: bool) -> bytes:
    layer, viewer = spot.layer, spot.viewer
    sums = totals(layer, spot.year)
    # Beside rows that are drawn, totals are those of the smallest units, so that no row is in both.
    level = LEVELS[-1] if outside_only else level_at(spot.z)
    here = sums.in_tile(level, spot.z, spot.x, spot.y)
    if outside_only:
        here = np.array([place for place in here if not viewer.covers(sums.tree.paths[place])], dtype=np.intp)
    if not len(here):
        return b""
    values, hides = _shown(sums, hidden(layer, sums, viewer), level, here)
    arrays = "".join(", %s::bigint[]" if name in sums.whole else ", %s::float8[]" for name in values)
    statement = OVERVIEW.format(columns=_columns(values), arrays=arrays, extent=EXTENT)
    tree = sums.tree
    (body,) = fetch(
        statement,
        [
            f"{layer.slug}-overview",
            *(spot.z, spot.x, spot.y),
            *(array[here].tolist() for array in (tree.ids, tree.lon, tree.lat)),
            [flag or None for flag in hides],
            *values.values(),
        ],
    )
    return bytes(body)


def _shown(
    sums: Totals, hides: Hidden, level: int, here: Places
) -> tuple[dict[str, list[float | int | None]], list[bool]]:
    """Return the values of some units, None where hidden, and for each unit whether any is."""
    shown: dict[str, list[float | int | None]] = {}
    any_hidden = np.zeros(len(here), dtype=bool)
    for name, cells in sums.cells[level].items():
        values = cells[here]
        rounded = values.astype(np.int64) if name in sums.whole else values.round(DECIMALS)
        flags = hides.flags[name][level][here] if name in hides.flags else np.zeros(len(here), dtype=bool)
        shown[name] = [None if flag else value for value, flag in zip(rounded.tolist(), flags, strict=True)]
        any_hidden |= flags
    return shown, any_hidden.tolist()
