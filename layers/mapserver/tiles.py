"""Vector tiles: rows where the map is large enough to draw them, totals of units where it is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BinaryField, F, Func
from numpy.typing import NDArray

from layers.access import Viewer
from layers.geo import tile_bounds
from layers.models import LAYERS, Layer

from .statements import fetch
from .suppression import Flags, hidden
from .totals import Totals, count_rows, level_at, totals
from .tree import LEVELS, Places, Tree, tree
from .versions import table_versions

#: Cells along a tile's side, and how many of them beyond the edge are drawn so that no symbol is cut there.
EXTENT = 4096
BUFFER = 64
#: Points of an outline nearer to each other than this many cells, a quarter of a pixel, are drawn as one before
#: they are projected: a district's communes at zoom 8 in 16 ms instead of 65. Neighbours may thin a common
#: border differently, by no more than that; a real simplification would show gaps.
NEARER = 2
#: Digits kept of a total that is not a whole number (metres): none below the decimetre.
DECIMALS = 1

# The box is in the coordinates that are stored, so that the index serves; it is grown by the buffer, so
# that what stands just beyond the edge is found too. No LIMIT: a tile that left rows out would lie.
# OFFSET 0 keeps the planner from clipping each shape twice, for the condition and for the tile. The versions
# come from the same snapshot as the rows.
FEATURES = """
SELECT ST_AsMVT(t, %s, {extent}, 'geom', 'id'), count(*),
  (SELECT coalesce(json_object_agg(table_name, version), '{{}}') FROM layers_tableversion)
FROM (
  SELECT id{columns}, ST_AsMVTGeom(ST_Transform({shape}, 3857), ST_TileEnvelope(%s, %s, %s), {extent}, {buffer}) AS geom
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


@dataclass(frozen=True)
class Tile:
    """`body` is MVT, empty if there is nothing; `rows` are drawn in it one by one, as of the versions `counted`.

    A tile may be newer than those, which its next version puts right, but never older.
    """

    body: bytes
    rows: int
    counted: dict[str, int]


def tile(spot: Spot) -> Tile:
    """Make a tile.

    Rows of a viewer's areas are drawn at the layer's zooms. Totals stand for all rows below those zooms, and
    at them for the rows that are not this viewer's to see.
    """
    layer, viewer = spot.layer, spot.viewer
    if spot.z in layer.zooms and viewer.may_see(layer.audience):
        body, rows, counted = fetch(*features_sql(spot))
        beside = layer.overview is not None and "" not in viewer.areas
        return Tile(bytes(body) + (_beside(spot, counted) if beside else b""), rows, counted)
    counted = table_versions()
    shown = layer.overview is not None and spot.z < layer.zooms.stop
    return Tile(_overview(spot, counted) if shown else b"", 0, counted)


def features_sql(spot: Spot) -> tuple[str, list[Any]]:
    """Return the statement and parameters of a tile of rows."""
    layer, place = spot.layer, (spot.z, spot.x, spot.y)
    inner, parameters = _rows_sql(layer.slug, spot.viewer, spot.year)
    thinned = f"ST_RemoveRepeatedPoints(f.shape, {360 / 2**spot.z / EXTENT * NEARER!r})"
    statement = FEATURES.format(
        columns=_columns(layer.in_tiles),
        shape=thinned if layer.geometry == "MULTIPOLYGON" else "f.shape",
        rows=inner,
        extent=EXTENT,
        buffer=BUFFER,
    )
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


def _overview(spot: Spot, counted: dict[str, int]) -> bytes:
    """Return the totals of the units of the zoom's level."""
    sums = totals(spot.layer, spot.year, counted)
    return _of_level(spot, sums, level_at(spot.z), sums.tree.in_tile(spot.z, spot.x, spot.y))


def _of_level(spot: Spot, sums: Totals, level: int, here: Places) -> bytes:
    found = sums.levels[level]
    places = found.among(here)
    flags = hidden(spot.layer, sums, spot.viewer).flags
    shown = np.zeros(len(places), dtype=bool)
    values = {
        name: (column[places], flags[name][level][places] if name in flags else shown)
        for name, column in found.values.items()
    }
    return _encode(spot, sums.tree, found.places[places], values)


def _beside(spot: Spot, counted: dict[str, int]) -> bytes:
    """Return the totals of the smallest units that are not the viewer's, to stand beside the rows that are.

    Each unit has the rows of its own, so that no row is in two totals. Unless something may have to be
    hidden, which depends on all other totals, only the units of this tile are counted.
    """
    layer, units = spot.layer, tree(counted)
    here = units.in_tile(spot.z, spot.x, spot.y)
    here = np.array([place for place in here.tolist() if not spot.viewer.covers(units.paths[place])], dtype=np.intp)
    if not len(here) or layer.overview is None:
        return b""
    if layer.overview.secret:
        sums = totals(layer, spot.year, counted)
        return _of_level(spot, sums, LEVELS[-1], here)
    rows = count_rows(layer, spot.year, units.ids[here].tolist())
    here, _known = units.places(np.array([row[0] for row in rows], dtype=np.int64))
    shown = np.zeros(len(here), dtype=bool)
    columns = enumerate(layer.overview.values, start=1)
    return _encode(spot, units, here, {n: (np.array([row[c] or 0 for row in rows]), shown) for c, n in columns})


def _encode(spot: Spot, units: Tree, here: Places, values: dict[str, tuple[NDArray[Any], Flags]]) -> bytes:
    """Return units as points with their values; a hidden value is left out and `hidden` is true."""
    if not len(here):
        return b""
    any_hidden = np.logical_or.reduce([flags for _, flags in values.values()])
    arrays, columns = "", []
    for numbers, flags in values.values():
        rounded = numbers.astype(np.float64).round(DECIMALS)
        whole = bool((rounded % 1 == 0).all())
        arrays += ", %s::bigint[]" if whole else ", %s::float8[]"
        shown = (rounded.astype(np.int64) if whole else rounded).tolist()
        columns.append([None if flag else value for value, flag in zip(shown, flags.tolist(), strict=True)])
    (body,) = fetch(
        OVERVIEW.format(columns=_columns(values), arrays=arrays, extent=EXTENT),
        [
            f"{spot.layer.slug}-overview",
            *(spot.z, spot.x, spot.y),
            *(array[here].tolist() for array in (units.ids, units.lon, units.lat)),
            [flag or None for flag in any_hidden.tolist()],
            *columns,
        ],
    )
    return bytes(body)
