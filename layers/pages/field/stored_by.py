"""Who put a value into the store that a record from the field contradicts, and when: what a planner must know first."""

from itertools import pairwise
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from layers.fieldwork.definitions import Definition
from layers.models import Conflict, RecordState, Review, Submission
from layers.pages.history import context_of, names_of

#: Columns that hold what the form calls otherwise.
COLUMNS = {"location": "geom", "line": "geom", "national_id": "id_last4"}
#: The latest changes of a row that are looked through.
CHANGES_MAX = 200
CLOCK = "H:i d/m/Y"


def stored_by(submission: Submission, definition: Definition, conflict: Conflict, year: int | None) -> str:
    """Return who stored the value that stood when the submission came, with time and device, or where it is from."""
    if not conflict.field:
        return _clock(RecordState.objects.get(pk=conflict.record).changed_at)
    row = definition.model._default_manager.filter(uid=conflict.record).first()
    question = definition.question(conflict.field)
    holder: Any = row
    if row is not None and question is not None and question.review and year is not None:
        holder = Review.objects.filter(household=row.pk, year=year).first()
    if holder is None:
        return ""
    event = _last_change(holder, COLUMNS.get(conflict.field, conflict.field), submission)
    return _told(event) if event is not None else _origin(row)


def _last_change(holder: Model, column: str, submission: Submission) -> Any:
    """Return the event that gave a column the value it had when the submission came; None where none is kept.

    An event of a change holds the row as it was before; what it became is in the next event, or the row itself.
    """
    events = holder.events.select_related("pgh_context").order_by("-pgh_id")  # type: ignore[attr-defined]
    former = list(events.exclude(pgh_label="insert")[:CHANGES_MAX])
    for after, event in pairwise([holder, *former]):
        if event.pgh_created_at < submission.received_at and getattr(event, column) != getattr(after, column):
            return event
    return events.filter(pgh_label="insert").first()


def _told(event: Any) -> str:
    context = context_of(event)
    user, device = context.get("user", 0), ""
    if "submission" in context:
        sent = Submission.objects.filter(instance_id=context["submission"]).select_related("device").defer("raw")
        device = next((each.device.label for each in sent), "")
    told = (names_of({user}).get(user, ""), device, _clock(event.pgh_created_at))
    return ", ".join(each for each in told if each)


def _origin(row: Any) -> str:
    """Return where a row is from that nobody here has changed since it came."""
    if row.run is not None:
        return _("from the file of %(at)s") % {"at": _clock(row.run.started_at)}
    return str(row.source)


def _clock(at: Any) -> str:
    return date_format(timezone.localtime(at), CLOCK)
