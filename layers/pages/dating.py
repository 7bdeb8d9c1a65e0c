"""Since when an edited fact holds: said by whoever edits, so that no year before is written anew behind their back.

A road made concrete today was earth last year. Whoever changes its surface says in which year it was made, or that
the record was wrong all along (`correction` beside the properties), which changes the years before on purpose.
"""

from typing import Any

from django.utils.translation import gettext as _

from layers.errors import Invalid
from layers.models import Layer


def facts_of(layer: Layer, row: Any) -> dict[str, Any]:
    """Return the facts of a row that have a year of their own, as they stand."""
    return {one.field: getattr(row, one.field) for one in layer.dated}


def require_years(layer: Layer, row: Any, before: dict[str, Any], given: dict[str, Any], *, new: bool) -> None:
    """Raise Invalid with each year that an edit must say and does not. `given` are the properties that were sent."""
    lacking = [
        (one.field, one.year)
        for one in layer.dated
        if getattr(row, one.field) in one.values
        and (new or getattr(row, one.field) != before[one.field])
        and given.get(one.year) is None
    ]
    if new and layer.begins and given.get(layer.begins) is None:
        lacking.append(("", layer.begins))
    if lacking:
        raise Invalid([(year, _why(layer, fact, year)) for fact, year in lacking])


def _why(layer: Layer, fact: str, year: str) -> str:
    title = str(layer.field(year).title)
    if not fact:
        said = _("%(year)s: say since which year it is there, or that it was there in the years before too.")
        return said % {"year": title.capitalize()}
    words = {"year": title.capitalize(), "fact": layer.field(fact).title}
    return (
        _("%(year)s: %(fact)s is another now. Say since which year, or that the record was wrong for the years before.")
        % words
    )
