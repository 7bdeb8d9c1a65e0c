"""A disputed value that a planner takes from the field, put into the record."""

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import Conflict, FieldChange, Review, Submission

from . import store
from .definitions import DEFINITIONS
from .filled import Filled, Spot
from .opening import reopen


def take(submission: Submission, conflict: Conflict) -> None:
    """Store the value of the field. Raises Refused for a record that is gone: nothing brings one back."""
    filled, definition = reopen(submission)
    store.lock(conflict.record)
    row = store.find(definition, conflict.record) if conflict.field else None
    if row is None:
        raise Refused(_("The record was removed and is not brought back. Fill in a new one."))
    review = store.review_of(definition, row, filled)
    _put(row, review, conflict, filled)
    row.save()
    if review is not None:
        review.save()
    submission.version = store.version_of(row.uid)
    submission.assessed = False
    FieldChange.objects.create(
        submission=submission,
        record=row.uid,
        version=submission.version,
        field=conflict.field,
        old=conflict.theirs,
        new=conflict.mine,
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
