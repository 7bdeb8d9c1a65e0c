"""Measures: what an indicator counts. The assessment, the panel and the page of rows read this register.

Every measure has a formula, a unit, the source of its rows and the map layer on which they lie. An
indicator without a measure is declared by the commune with evidence: plans, regulations, ratings of
organisations, security and whatever else no stored row can tell. 6.1 and 6.2 are among them, because a
hall of the commune and one of a hamlet are stored alike.
"""

from .counted import COUNTED
from .measure import Measure
from .people import PEOPLE
from .places import PLACES
from .sources import SOURCES, Source

MEASURES: dict[str, Measure] = {measure.slug: measure for measure in (*PLACES, *PEOPLE, *COUNTED)}

__all__ = ["MEASURES", "SOURCES", "Measure", "Source"]
