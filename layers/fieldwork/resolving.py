"""A disputed value that a planner takes from the field, put into the record."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import Conflict, FieldChange, Review, Submission

from . import store
from .dating import dated_of
from .definitions import DEFINITIONS
from .filled import Filled, Spot
from .opening import reopen


@dataclass(frozen=True)
class Since:
    """Since which year a fact holds; None: it was so all along, as far as anybody knows."""

    year: int | None


def take(submission: Submission, conflict: Conflict, since: Since | None = None) -> None:
    """Store the value of the field.

    Raises Refused for a record that is gone, as nothing brings one back, and for a fact that has a year without it.
    """
    filled, definition = reopen(submission)
    store.lock(conflict.record)
    row = store.find(definition, conflict.record) if conflict.field else None
    if row is None:
        raise Refused(_("The record was removed and is not brought back. Fill in a new one."))
    review = store.review_of(definition, row, filled)
    fact = dated_of(conflict.layer, conflict.field, conflict.mine)
    if fact is not None and since is None:
        raise Refused(_("Say since which year it is so, or that it was so in the years before too."))
    taken = [(conflict.field, conflict.theirs, conflict.mine)]
    _put(row, review, conflict, filled)
    if fact is not None and since is not None:
        taken.append((fact.year, getattr(row, fact.year), since.year))
        setattr(row, fact.year, since.year)
    row.save()
    if review is not None:
        review.save()
    submission.version = store.version_of(row.uid)
    submission.assessed = False
    FieldChange.objects.bulk_create(
        FieldChange(submission=submission, record=row.uid, version=submission.version, field=name, old=old, new=new)
        for name, old, new in taken
        if name == conflict.field or old != new
    )


def _put(row: Any, review: Review | None, conflict: Conflict, filled: Filled) -> None:
    mine: Any = conflict.mine
    if conflict.field == "location":
        store.move(row, Spot(mine["lon"], mine["lat"], mine["accuracy"]))
    elif conflict.field == "line":
        row.geom = GEOSGeometry(json.dumps(mine))
    elif conflict.field == "national_id":
        # Only the sealed record knows the number itself.
        store.put(DEFINITIONS["household"], row, review, {"national_id": filled.fields["national_id"].new})
    else:
        store.put(DEFINITIONS[filled.form_id], row, review, {conflict.field: mine})
