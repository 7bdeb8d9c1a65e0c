"""The connectivity of a unit's roads: `reading` makes it, `found` holds it, `telling` puts it into words."""

from .found import KINDS, Connectivity, Finding, Offer
from .reading import connectivity

__all__ = ["KINDS", "Connectivity", "Finding", "Offer", "connectivity"]
