"""Since when a fact from the field holds, so that no year before is rewritten unawares.

A road made concrete today was earth last year. A form says in which year, or that the record was wrong all along
(`correction`). One that says neither, as an app of before does, is not refused: the fact waits for a planner.
"""

from typing import Any

from layers.models import LAYERS
from layers.models.layer import Dated

from .filled import Filled
from .rules import Disagreement, Known, Merged


def dated_of(layer: str, name: str, value: Any) -> Dated | None:
    """Return what dates a value of a field; None of one that needs no year."""
    facts = LAYERS[layer].dated if layer in LAYERS else ()
    return next((fact for fact in facts if fact.field == name and value in fact.values), None)


def is_said(filled: Filled, fact: Dated) -> bool:
    """Tell whether a form says since when its fact holds."""
    year = filled.fields.get(fact.year)
    return filled.correction or (year is not None and year.new not in (None, ""))


def undated(layer: str, filled: Filled) -> list[Dated]:
    """Return the facts of a form that it does not date."""
    facts = [dated_of(layer, name, edit.new) for name, edit in filled.fields.items()]
    return [fact for fact in facts if fact is not None and not is_said(filled, fact)]


def withhold(merged: Merged, known: Known, layer: str, filled: Filled) -> bool:
    """Take what is not dated out of what is to be stored, for a planner to decide on; tell whether there was any.

    A fact and its year stay together: where one of them is disputed, the other waits too.
    """
    disputed = {each.field for each in merged.disagreements}
    held = False
    for fact in LAYERS[layer].dated:
        if fact.field in disputed:
            merged.values.pop(fact.year, None)
        if dated_of(layer, fact.field, merged.values.get(fact.field)) is None:
            continue
        if not is_said(filled, fact) or fact.year in disputed:
            edit = filled.fields[fact.field]
            merged.disagreements.append(Disagreement(fact.field, edit.old, known.values.get(fact.field), edit.new))
            del merged.values[fact.field]
            held = True
        elif fact.year not in filled.fields and known.values.get(fact.year) is not None:
            # It was so all along: the year on record is that of the former fact.
            merged.values[fact.year] = None
    return held
