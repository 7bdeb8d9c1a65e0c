"""Names on a paper map, where there is room for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .frame import PX, Frame

#: Height of a name in pixels, and how wide a letter is on average, in parts of it.
SIZE = 10
LETTER = 0.56


@dataclass(frozen=True)
class Name:
    text: str
    x: float
    y: float

    @property
    def half(self) -> tuple[float, float]:
        return len(self.text) * LETTER * SIZE * PX / 2, 0.62 * SIZE * PX

    def overlaps(self, other: "Name") -> bool:
        (wide, high), (other_wide, other_high) = self.half, other.half
        return abs(self.x - other.x) < wide + other_wide and abs(self.y - other.y) < high + other_high

    def fits(self, frame: Frame) -> bool:
        wide, high = self.half
        return wide < self.x < frame.width - wide and high < self.y < frame.height - high


def placed(names: Iterable[Name], frame: Frame) -> list[Name]:
    """Return the names that stand within the frame and on no other, the first ones first."""
    kept: list[Name] = []
    for name in names:
        if name.fits(frame) and not any(name.overlaps(other) for other in kept):
            kept.append(name)
    return kept


def written(name: Name) -> SafeString:
    """Return a name with a white rim, so that it is read on any ground."""
    return format_html(
        '<g font-family="Be Vietnam Pro" font-weight="600" font-size="{size}" text-anchor="middle">'
        '<text x="{x}" y="{y}" fill="#ffffff" stroke="#ffffff" stroke-width="{rim}" stroke-linejoin="round">{text}'
        '</text><text x="{x}" y="{y}" fill="#17212b">{text}</text></g>',
        size=round(SIZE * PX, 1),
        x=round(name.x, 1),
        y=round(name.y + 0.35 * SIZE * PX, 1),
        rim=round(2.6 * PX, 1),
        text=name.text,
    )
