"""Rows → a map on paper: drawn from the rows of one viewer, with the marks that their layers declare.

`draw` returns an SVG and what belongs beside it: legend, scale, source and what could not be drawn.
"""

from .draw import Drawing, draw

__all__ = ["Drawing", "draw"]
