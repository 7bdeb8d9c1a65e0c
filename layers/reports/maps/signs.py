"""How marks look on paper: the same fills, dashes and shapes as on the screen (`static/layers/js/map`)."""

import math
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from layers.models import Mark
from layers.reports.tokens import color

from .frame import PX

#: Fill of a unit by the result that colours it.
FILLS = {"m": "--met-pale", "u": "url(#hatch)", "?": "url(#dots)", "-": "#ffffff"}
#: Line and width in pixels around a unit.
OUTLINES = {
    "hamlet": ("#ffffff", 1.2),
    "commune": ("#4d5863", 1.3),
    "district": ("#39434d", 1.9),
    "province": ("#262f38", 2.4),
}
CASING = 2
PERIOD = 20
CORNERS = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "diamond": ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    "triangle": ((0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
    "cross": (
        (-0.35, -1), (0.35, -1), (0.35, -0.35), (1, -0.35), (1, 0.35), (0.35, 0.35),
        (0.35, 1), (-0.35, 1), (-0.35, 0.35), (-1, 0.35), (-1, -0.35), (-0.35, -0.35),
    ),
    "star": tuple(
        ((0.5 if i % 2 else 1.15) * math.cos(i * math.pi / 5 - math.pi / 2),
         (0.5 if i % 2 else 1.15) * math.sin(i * math.pi / 5 - math.pi / 2))
        for i in range(10)
    ),
}  # fmt: skip


def patterns() -> SafeString:
    """Return the definitions of hatch and dots, told apart without colour.

    Their period is whole in the map's coordinates: a pattern of another would show its seams.
    """
    return format_html(
        '<defs><pattern id="hatch" width="{p}" height="{p}" patternUnits="userSpaceOnUse">'
        '<rect width="{p}" height="{p}" fill="{unmet_pale}"/><path d="M-5 5L5 -5M0 {p}L{p} 0M{i} {o}L{o} {i}" '
        'stroke="{unmet}" stroke-width="4"/></pattern>'
        '<pattern id="dots" width="{p}" height="{p}" patternUnits="userSpaceOnUse">'
        '<rect width="{p}" height="{p}" fill="{unknown_pale}"/><circle cx="10" cy="10" r="2.5" fill="{line}"/>'
        "</pattern></defs>",
        p=PERIOD,
        i=PERIOD - 5,
        o=PERIOD + 5,
        unmet_pale=color("--unmet-pale"),
        unmet=color("--unmet"),
        unknown_pale=color("--unknown-pale"),
        line=color("--line-2"),
    )


def fill_of(status: str) -> str:
    fill = FILLS.get(status, FILLS["-"])
    return color(fill) if fill.startswith("--") else fill


def area(path: str, fill: str, kind: str, dashed: bool) -> SafeString:
    ink, width = OUTLINES[kind]
    made = format_html(
        '<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>',
        path, fill, ink, round(width * PX, 1),
    )  # fmt: skip
    if not dashed:
        return made
    # A provisional boundary says that it is one.
    dash = format_html(
        '<path d="{}" fill="none" stroke="#8f989f" stroke-width="{}" stroke-dasharray="{} {}"/>',
        path, round(0.7 * PX, 1), round(2 * PX, 1), round(4 * PX, 1),
    )  # fmt: skip
    return made + dash


def line(paths: Iterable[str], mark: Mark, width: float) -> SafeString:
    """Return lines of one mark, on white casings so that they stand off their ground."""
    drawn = " ".join(paths)
    dash = " ".join(str(round(part * PX, 1)) for part in mark.dash) or "none"
    return format_html(
        '<path d="{d}" fill="none" stroke="#ffffff" stroke-width="{case}" stroke-linecap="round" '
        'stroke-linejoin="round"/><path d="{d}" fill="none" stroke="{ink}" stroke-width="{width}" '
        'stroke-dasharray="{dash}" stroke-linejoin="round"/>',
        d=drawn,
        case=round((width + CASING) * PX, 1),
        ink=color(mark.color),
        width=round(width * PX, 1),
        dash=dash,
    )


def point(mark: Mark, x: float, y: float, size: float) -> SafeString:
    """Return the sign of a point at (x, y); `size` is its diameter in the same coordinates."""
    radius, ink = size / 2, color(mark.color)
    if mark.shape in CORNERS:
        corners = " ".join(f"{x + dx * radius:.1f},{y + dy * radius:.1f}" for dx, dy in CORNERS[mark.shape])
        return format_html(
            '<polygon points="{}" fill="{}" stroke="#ffffff" stroke-width="{}"/>', corners, ink, round(radius / 5, 1)
        )
    ring = mark.shape == "ring"
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"/>',
        round(x, 1), round(y, 1), round(radius * (0.8 if ring else 1), 1),
        "#ffffff" if ring else ink, ink if ring else "#ffffff", round(radius / (2.5 if ring else 5), 1),
    )  # fmt: skip


def swatch(*inner: SafeString) -> SafeString:
    """Return a legend's small drawing, 26 by 16 pixels in the map's coordinates."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 {w} {h}" width="26px" height="16px">{inner}</svg>',
        w=round(26 * PX), h=round(16 * PX), inner=joined(inner),
    )  # fmt: skip


def status_swatch(status: str) -> SafeString:
    box = format_html(
        '<rect x="3" y="3" width="{}" height="{}" fill="{}" stroke="{}" stroke-width="1.5"/>',
        round(26 * PX) - 6, round(16 * PX) - 6, fill_of(status), color("--line-2"),
    )  # fmt: skip
    return swatch(patterns(), box)


def mark_swatch(mark: Mark, geometry: str) -> SafeString:
    across, middle = 26 * PX, 8 * PX
    if geometry == "LINESTRING":
        return swatch(line([f"M4 {middle:.0f}L{across - 4:.0f} {middle:.0f}"], mark, mark.width))
    return swatch(point(mark, across / 2, middle, mark.width * PX))


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
