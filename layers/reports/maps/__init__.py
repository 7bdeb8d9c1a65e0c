"""Rows → a map on paper: drawn from the rows of one viewer, with the marks that their layers declare.

`draw` returns an SVG and what belongs beside it: legend, scale, source and what could not be drawn.
"""

from .draw import Drawing, draw
from .heat import WHATS, Heat, heat

__all__ = ["WHATS", "Drawing", "Heat", "draw", "heat"]
