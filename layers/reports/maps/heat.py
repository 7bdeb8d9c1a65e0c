"""A heat map of hexagons: where criteria are unmet, where poor households live.

A hexagon adds up what is known of the units whose centre lies in it: of hamlets where they are drawn, else of
communes. Households come from the totals of units as this viewer may see them. So a hexagon holds nothing but
sums of figures that the viewer is shown anyway, and no hexagon, nor any two held against each other, tells more
than those: one that holds a hidden figure says only that it is incomplete.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.mapserver.counted import Counted
from layers.mapserver.values import number
from layers.models import HOUSEHOLDS, Status, Unit
from layers.models.units import Kind

from .draw import names_of, north, path_within, scale_bar
from .frame import PX, Frame, frame_of
from .signs import joined

WHATS = ("unmet", "poor")
#: Width of the map in hexagons, about.
ACROSS = 26
#: Opacity of the lightest and of the darkest hexagon.
PALE, DARK = 0.18, 0.95

# ST_HexagonGrid lays one lattice over the plane of the zone whatever the frame, so that a hexagon of one map is one
# of the next. Each point is put into exactly one hexagon, the one whose middle is nearest.
HEXAGONS = """
WITH points AS (
  SELECT p.value, p.hidden, p.unit, ST_Transform(ST_Point(p.lon, p.lat, 4326), %(srid)s) AS at
  FROM unnest(%(units)s::bigint[], %(lon)s::float8[], %(lat)s::float8[], %(values)s::float8[], %(hidden)s::boolean[])
    AS p(unit, lon, lat, value, hidden)
), grid AS (
  SELECT geom, ST_Centroid(geom) AS middle
  FROM ST_HexagonGrid(%(size)s, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s))
), placed AS (
  SELECT p.value, p.hidden, p.unit, g.geom
  FROM points p CROSS JOIN LATERAL (
    SELECT geom FROM grid WHERE grid.geom && p.at ORDER BY grid.middle <-> p.at, ST_X(grid.middle) LIMIT 1
  ) g
)
SELECT ST_AsSVG(ST_SnapToGrid(ST_TransScale(geom, -%(west)s, -%(north)s, %(factor)s, %(factor)s), 1), 1, 0),
       sum(value), bool_or(hidden), array_agg(unit ORDER BY unit)
FROM placed GROUP BY geom ORDER BY min(unit)
"""


@dataclass(frozen=True)
class Hexagon:
    """`value` adds up what the viewer may know; `partly` says that something of it is hidden."""

    path: str
    value: float
    partly: bool
    units: tuple[int, ...]


@dataclass(frozen=True)
class Heat:
    svg: SafeString
    hexagons: list[Hexagon]
    frame: Frame


def heat(viewer: Viewer, unit: Unit, year: int, what: str, width_mm: float, height_mm: float) -> Heat | None:
    """Draw the heat map of a unit; None where nothing tells where it is. `what` is one of WHATS."""
    frame = frame_of(unit, year, width_mm, height_mm)
    if frame is None:
        return None
    found = _hexagons(frame, _values(viewer, unit, year, what))
    most = max((one.value for one in found), default=0)
    parts = [_outlines(frame, unit, year)]
    parts += [_drawn(one, most, what) for one in found if one.value or one.partly]
    parts += [names_of(unit, year, frame), scale_bar(frame), north(frame)]
    svg = format_html(
        '<svg class="map heat-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="img" '
        'aria-labelledby="heat-map-title"><rect width="{w}" height="{h}" fill="#ffffff"/>{parts}</svg>',
        w=frame.width, h=frame.height, parts=joined(parts),
    )  # fmt: skip
    return Heat(svg, found, frame)


def _parts(unit: Unit) -> Kind:
    return Kind.HAMLET if unit.kind in (Kind.COMMUNE, Kind.DISTRICT) else Kind.COMMUNE


def _values(viewer: Viewer, unit: Unit, year: int, what: str) -> list[tuple[int, float, float, float, bool]]:
    """Return id, longitude, latitude, value and whether it is hidden of each part that has one."""
    rows = (
        Unit.objects.filter(kind=_parts(unit)).at_end_of(year).below(unit.path).filter(point__isnull=False)
    ).with_standing(year)  # fmt: skip
    placed = [(row.pk, row.parent_id, row.point.x, row.point.y, row.statuses) for row in rows.only("point", "parent")]
    if what == "unmet":
        return [(pk, x, y, float(statuses.count(Status.UNMET.value)), False) for pk, _p, x, y, statuses in placed]
    poor = _poor(viewer, unit, year)
    return [(pk, x, y, poor[pk] or 0.0, poor[pk] is None) for pk, _p, x, y, _s in placed if pk in poor]


def _poor(viewer: Viewer, unit: Unit, year: int) -> dict[int, float | None]:
    """Return the poor households of each part, None where this viewer may not know them."""
    counted = Counted(HOUSEHOLDS, viewer, year)
    levels = [unit]
    if unit.kind == Kind.DISTRICT or (unit.kind == Kind.PROVINCE and _parts(unit) is Kind.COMMUNE):
        below = Kind.COMMUNE if unit.kind == Kind.DISTRICT else Kind.DISTRICT
        levels = list(Unit.objects.filter(kind=below).at_end_of(year).below(unit.path).defer("geom")) or [unit]
    found: dict[int, float | None] = {}
    for part in levels:
        for pk, totals in counted.below(part).items():
            found[pk] = next(total.value for total in totals if total.name == "poor")
    return found


def _hexagons(frame: Frame, values: list[tuple[int, float, float, float, bool]]) -> list[Hexagon]:
    if not values:
        return []
    units, lon, lat, amounts, hidden = (list(column) for column in zip(*values, strict=True))
    factor = frame.width / (frame.metres * frame.width_mm)
    wide, high = frame.metres * frame.width_mm, frame.metres * frame.height_mm
    given: dict[str, Any] = {
        "srid": frame.srid,
        "units": units,
        "lon": lon,
        "lat": lat,
        "values": amounts,
        "hidden": hidden,
        "size": wide / ACROSS / 1.5,
        "factor": factor,
        "west": frame.west,
        "north": frame.north,
        "east": frame.west + wide,
        "south": frame.north - high,
    }
    with connection.cursor() as cursor:
        cursor.execute(HEXAGONS, given)
        return [Hexagon(path, value, partly, tuple(inside)) for path, value, partly, inside in cursor.fetchall()]


def _drawn(one: Hexagon, most: float, what: str) -> SafeString:
    opacity = PALE + (DARK - PALE) * one.value / most if most else PALE
    told = _told(one, what)
    return format_html(
        '<path d="{}" fill="{}" fill-opacity="{}" stroke="#ffffff" stroke-width="2"{}><title>{}</title></path>',
        one.path, "#ad3a1b" if what == "unmet" else "#7b2d8b", f"{opacity:.2f}",
        format_html(' stroke-dasharray="{}"', round(3 * PX)) if one.partly else "", told,
    )  # fmt: skip


def _told(one: Hexagon, what: str) -> str:
    if what == "unmet":
        return _("%(count)s unmet criteria") % {"count": number(int(one.value))}
    if one.partly:
        return _("some poor households, few of which are hidden") if not one.value else _(
            "at least %(count)s poor households, some are hidden"
        ) % {"count": number(int(one.value))}  # fmt: skip
    return _("%(count)s poor households") % {"count": number(int(one.value))}


def _outlines(frame: Frame, unit: Unit, year: int) -> SafeString:
    rows = Unit.objects.filter(kind=Kind.COMMUNE, geom__isnull=False).at_end_of(year).below(unit.path)
    paths = rows.annotate(shape=path_within(frame, "geom")).order_by("pk").values_list("shape", flat=True)
    return joined(
        format_html('<path d="{}" fill="#faf8f3" stroke="#8d8778" stroke-width="3" fill-rule="evenodd"/>', path)
        for path in paths
    )
