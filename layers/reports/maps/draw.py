"""The map itself: units in the colour of a result, then the rows of layers that this viewer may see."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db.models import F, FloatField, Func, QuerySet, TextField
from django.db.models.functions import Coalesce, Collate
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from layers.access import Audience, Viewer
from layers.figures import state_day
from layers.mapserver.values import VIETNAMESE, number
from layers.models import LAYERS, Layer, Mark, Status, Unit, record_read
from layers.models.units import Kind

from .frame import PER_MM, PX, Frame, frame_of
from .names import Name, placed, written
from .signs import area, fill_of, joined, line, mark_swatch, patterns, point, status_swatch

#: What is drawn within each kind of unit, the fill first.
PARTS = {
    Kind.PROVINCE: (Kind.COMMUNE, Kind.DISTRICT, Kind.PROVINCE),
    Kind.DISTRICT: (Kind.COMMUNE, Kind.HAMLET, Kind.DISTRICT),
    Kind.COMMUNE: (Kind.COMMUNE, Kind.HAMLET),
    Kind.HAMLET: (Kind.HAMLET,),
}
#: Layers of a sheet that nobody has chosen others for.
USUAL = ("roads", "waste-sites", "facilities")
#: Paper shows as much as a screen one zoom nearer.
FINER = 1


def growth(zoom: float) -> float:
    """Return how much larger lines and points are drawn the nearer one comes, as on the screen."""
    return next((size for until, size in ((13, 0.6), (14, 0.7), (15, 0.85), (16, 1.0)) if zoom < until), 1.2)


@dataclass
class Drawing:
    """A map with what belongs beside it. `state_day` is the day that it shows, `legend` are drawn signs with their
    titles; `left_out` says what could not be drawn, and why."""

    svg: SafeString
    frame: Frame
    state_day: str
    legend: list[tuple[SafeString, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    @property
    def scale(self) -> str:
        return f"1 : {number(self.frame.scale)}"


def draw(
    viewer: Viewer,
    unit: Unit,
    year: int,
    *,
    width_mm: float,
    height_mm: float,
    layers: Sequence[str] = USUAL,
    criterion: int | None = None,
    over: Callable[[Frame], SafeString] | None = None,
) -> Drawing | None:
    """Draw a unit at the end of a year; None where no boundary and no centre tells where it is.

    Units are filled by their result in a criterion, or by whether they lack any. Of each layer those rows are
    drawn that this viewer may see there, and what was read of people is recorded. `over` draws what lies above
    them.
    """
    frame = frame_of(unit, year, width_mm, height_mm)
    if frame is None:
        return None
    made = Drawing(SafeString(), frame, state_day(year))
    parts = [_units(made, unit, year, criterion)]
    parts += [_layer(made, LAYERS[slug], viewer, unit, year) for slug in LAYERS if slug in layers]
    parts += [over(frame)] if over else []
    parts += [names_of(unit, year, frame), scale_bar(frame), north(frame)]
    made.svg = format_html(
        '<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{wm}mm" height="{hm}mm">'
        '{defs}<rect width="{w}" height="{h}" fill="#ffffff"/>{parts}'
        '<rect x="1" y="1" width="{iw}" height="{ih}" fill="none" stroke="#17212b" stroke-width="3"/></svg>',
        w=frame.width, h=frame.height, wm=f"{width_mm:g}", hm=f"{height_mm:g}", iw=frame.width - 2,
        ih=frame.height - 2, defs=patterns(), parts=joined(parts),
    )  # fmt: skip
    return made


def path_within(frame: Frame, geometry: str) -> Func:
    """Return an expression for a stored geometry as the path data of the map's SVG."""
    return Func(frame.placed(geometry), template="ST_AsSVG(%(expressions)s, 1, 0)", output_field=TextField())


def axis_within(frame: Frame, geometry: str | F, axis: str) -> Func:
    """Return an expression for "X" or "Y" of a stored point; y counts upwards, as SVG's does not."""
    return Func(frame.placed(geometry), function=f"ST_{axis}", output_field=FloatField())


def shade(statuses: str, criterion: int | None) -> str:
    """Return the result that colours a unit: of one criterion, or whether it lacks any of those it is asked for."""
    if criterion is not None:
        return statuses[criterion - 1 : criterion] or Status.NOT_ASSESSED.value
    return next((sign for sign in "u?m" if sign in statuses), Status.NOT_ASSESSED.value)


def _units(made: Drawing, unit: Unit, year: int, criterion: int | None) -> SafeString:
    inside = Unit.objects.at_end_of(year).below(unit.path).filter(geom__isnull=False).with_standing(year)
    drawn, found, sources = [], set(), set()
    for kind in PARTS[Kind(unit.kind)]:
        rows = inside.filter(kind=kind).annotate(shape=path_within(made.frame, "geom")).order_by("pk")
        for shape, statuses, boundary, source in rows.values_list("shape", "statuses", "boundary", "source"):
            status = shade(statuses, criterion) if kind in (Kind.COMMUNE, Kind.HAMLET) else ""
            # What is not judged at a hamlet lets its commune's result show through.
            filled = status and not (kind is Kind.HAMLET and status == Status.NOT_ASSESSED)
            drawn.append(area(shape, fill_of(status) if filled else "none", kind, boundary == "provisional"))
            found |= {status} if filled else set()
            # Of the many small ones only those of a map that is about them.
            sources |= {source} if source and (filled or kind is unit.kind) and kind is not Kind.HAMLET else set()
    made.legend += [(status_swatch(sign), title) for sign, title in _meanings(criterion) if sign in found]
    made.sources += sorted(sources)
    return joined(drawn)


def _meanings(criterion: int | None) -> list[tuple[str, str]]:
    if criterion is not None:
        return [(status.value, str(status.label)) for status in Status]
    return [
        ("m", _("all assessed criteria met")),
        ("u", _("a criterion is unmet")),
        ("?", _("none unmet, some unknown")),
        ("-", str(Status.NOT_ASSESSED.label)),
    ]


def _layer(made: Drawing, layer: Layer, viewer: Viewer, unit: Unit, year: int) -> SafeString:
    """Draw the viewer's rows of a layer, if the paper is large enough for them."""
    title = str(layer.title)
    if not viewer.may_see(layer.audience):
        return SafeString()
    if made.frame.zoom + FINER < layer.zooms.start:
        made.left_out.append(_("%(layer)s: the scale is too small") % {"layer": title})
        return SafeString()
    rows = layer.rows(viewer, year).filter(
        **{f"{layer.path}__startswith": unit.path, f"{layer.geometry_field}__isnull": False}
    )
    most, count = settings.LIMITS["PAPER_SHAPES"], rows.count()
    if count > most:
        words = {"layer": title, "count": number(count), "most": number(most)}
        made.left_out.append(_("%(layer)s: %(count)s are more than the %(most)s that one sheet shows") % words)
        return SafeString()
    if layer.audience is Audience.PERSONAL:
        record_read(viewer, layer.slug, "paper map", f"{unit} {year}", count)
    return _lines(made, layer, rows) if layer.geometry == "LINESTRING" else _points(made, layer, rows)


def _marked(layer: Layer, rows: Iterable[tuple]) -> dict[Mark, list[tuple]]:
    """Return rows (value of the style's field first) by the mark they are drawn with, in the legend's order."""
    by_value: dict[str, list[tuple]] = defaultdict(list)
    for value, *drawn in rows:
        key = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        by_value[key].append(tuple(drawn))
    return {mark: by_value[mark.value] for mark in layer.style.marks if mark.value in by_value}


def _lines(made: Drawing, layer: Layer, rows: QuerySet) -> SafeString:
    shapes = rows.annotate(shape=path_within(made.frame, layer.geometry_field)).values_list(layer.style.by, "shape")
    marked = _marked(layer, shapes.order_by("pk"))
    made.legend += [(mark_swatch(mark, layer.geometry), str(mark.title)) for mark in marked]
    width = growth(made.frame.zoom)
    return joined(line((shape for (shape,) in found), mark, mark.width * width) for mark, found in marked.items())


def _points(made: Drawing, layer: Layer, rows: QuerySet) -> SafeString:
    spots = rows.annotate(
        x=axis_within(made.frame, layer.geometry_field, "X"), y=axis_within(made.frame, layer.geometry_field, "Y")
    )
    marked = _marked(layer, spots.order_by("pk").values_list(layer.style.by, "x", "y"))
    titles = dict.fromkeys(str(mark.title) for mark in marked)
    firsts = {str(mark.title): mark for mark in reversed(marked)}
    made.legend += [(mark_swatch(firsts[title], layer.geometry), title) for title in titles]
    size = growth(made.frame.zoom) * PX
    return joined(point(mark, x, -y, mark.width * size) for mark, found in marked.items() for x, y in found)


def names_of(unit: Unit, year: int, frame: Frame) -> SafeString:
    """Write the names of what is filled: hamlets of a commune, communes of anything larger."""
    kind = Kind.HAMLET if unit.kind == Kind.COMMUNE else Kind.COMMUNE
    place = Coalesce("point", Func("geom", function="ST_PointOnSurface"), output_field=GeometryField())
    found = (
        Unit.objects.filter(kind=kind)
        .at_end_of(year)
        .below(unit.path)
        .alias(place=place)
        .filter(place__isnull=False)
        .annotate(x=axis_within(frame, F("place"), "X"), y=axis_within(frame, F("place"), "Y"))
        .order_by(Collate("name", VIETNAMESE))
        .values_list("name", "x", "y")
    )
    return joined(written(name) for name in placed([Name(text, x, -y) for text, x, y in found], frame))


def scale_bar(frame: Frame) -> SafeString:
    longest = frame.metres * frame.width_mm / 4
    step = next(
        (size * 10**power for power in range(5, -1, -1) for size in (5, 2, 1) if size * 10**power <= longest), 1
    )
    long = step / frame.metres * PER_MM
    x, y = 4 * PER_MM, frame.height - 4 * PER_MM
    text = f"{number(step / 1000)} km" if step >= 1000 else f"{number(step)} m"
    return format_html(
        '<g font-family="Be Vietnam Pro" font-size="{size}"><rect x="{bx}" y="{by}" width="{bw}" height="{bh}" '
        'fill="#ffffff" opacity="0.85"/><path d="M{x} {up}V{y}H{end}V{up}M{mid} {y}v-8" fill="none" '
        'stroke="#17212b" stroke-width="3"/><text x="{x}" y="{ty}">0</text>'
        '<text x="{end}" y="{ty}" text-anchor="end">{text}</text></g>',
        size=round(8 * PX, 1), bx=x - 15, by=y - 48, bw=round(long) + 30, bh=60, x=x, y=y, up=y - 14,
        end=round(x + long), mid=round(x + long / 2), ty=y - 20, text=text,
    )  # fmt: skip


def north(frame: Frame) -> SafeString:
    x, y = frame.width - 8 * PER_MM, 5 * PER_MM
    return format_html(
        '<g font-family="Be Vietnam Pro" font-weight="600" font-size="{size}" text-anchor="middle">'
        '<circle cx="{x}" cy="{cy}" r="62" fill="#ffffff" opacity="0.85"/>'
        '<path d="M{x} {y}l22 66l-22 -14l-22 14z" fill="#17212b"/><text x="{x}" y="{ty}">{north}</text></g>',
        size=round(9 * PX, 1), x=x, y=y, cy=y + 44, ty=y + 92, north=pgettext("north", "N"),
    )  # fmt: skip
