"""A line over years as a small drawing: where each point and its words stand. The template writes the SVG."""

from dataclasses import dataclass

WIDTH, HEIGHT = 320, 170
LEFT, RIGHT, TOP, FOOT = 26, 294, 34, 128


@dataclass(frozen=True)
class Point:
    year: int
    shown: str
    x: float
    y: float

    @property
    def above(self) -> float:
        return self.y - 11


@dataclass(frozen=True)
class Trend:
    """`points` in the order of their years; `line` joins them; y runs from zero, so that slopes do not exaggerate."""

    points: tuple[Point, ...]
    line: str
    size: tuple[int, int] = (WIDTH, HEIGHT)
    foot: int = FOOT

    @property
    def told(self) -> str:
        """Return the same for those who do not see it."""
        return "; ".join(f"{point.year}: {point.shown}" for point in self.points)


def trend(values: dict[int, tuple[float, str]], most: float | None = None) -> Trend:
    """Draw values (as numbers and as people read them) by year; `most` is the top of the scale, if it is known."""
    if not values:
        return Trend((), "")
    first, last = min(values), max(values)
    top = most or max(value for value, _shown in values.values()) * 1.15 or 1
    step = (RIGHT - LEFT) / max(1, last - first)
    points = tuple(
        Point(
            year,
            shown,
            round(LEFT + (year - first) * step, 1) if last > first else (LEFT + RIGHT) / 2,
            round(FOOT - (FOOT - TOP) * min(value, top) / top, 1),
        )
        for year, (value, shown) in sorted(values.items())
    )
    return Trend(points, " ".join(f"{point.x},{point.y}" for point in points))
