"""A rule as a study keeps it, and the words in which rules and kinds of site are stored.

The words are those of `layers.models.siting`, written here as well: what computes an answer knows no Django.
"""

from dataclasses import dataclass

KILN, COLLECTION, INCINERATOR = "kiln", "collection", "incinerator"
SCHOOL, PUBLIC, WATER, ROAD, SLOPE = "school", "public", "water", "road", "slope"


@dataclass(frozen=True)
class Rule:
    """It must read the same a year later, whatever has become of the stored one. subject: what is measured to;
    value: metres, of a slope per cent, the most allowed where `most`, else the least."""

    subject: str
    value: float
    most: bool
    rule: str = ""
    verified: bool = False
    source: str = ""
    note: str = ""
