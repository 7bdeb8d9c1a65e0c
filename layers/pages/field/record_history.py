"""What happened to one record: every change of its row and of its yearly reviews, and the form that brought it."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from layers.fieldwork.definitions import Definition
from layers.fieldwork.refusals import title_of
from layers.mapserver.values import NOTHING
from layers.models import LAYERS, FieldChange, Review, Submission
from layers.pages.history import CHANGES_MAX, changes, context_of, moment, names_of, origin

from .words import shown


def timeline(definition: Definition, row: Any, brought: dict[str, Submission]) -> list[dict[str, Any]]:
    """Return what happened to a row, the latest first: `at_shown`, `by`, `submission` or None, `fields`, `what`.

    `brought` are the submissions that the reader may open, by instance id.
    """
    layer = LAYERS[definition.layer]
    events = row.events.select_related("pgh_context").order_by("-pgh_id")
    former = list(events.exclude(pgh_label="insert")[:CHANGES_MAX])
    found = [
        change | {"what": "", "submission": brought.get(submission_of(event))}
        for change, event in zip(changes(layer, row, former), former, strict=True)
    ]
    if definition.layer == "households":
        found += of_reviews(definition, row.reviews.all(), brought)
        found += merges(row)
    found = sorted(found, key=lambda change: change["at"], reverse=True)
    made = events.filter(pgh_label="insert").first()
    begun = beginning(row, made, brought)
    return [*found, begun] if begun else found


def submission_of(event: Any) -> str:
    return str(context_of(event).get("submission", ""))


def beginning(row: Any, made: Any, brought: dict[str, Submission]) -> dict[str, Any] | None:
    """Return what brought a row into the store; None where nobody noted it."""
    told = origin(row.run, made)
    if told is None:
        return None
    what = _("imported from %(file)s") % told if told["file"] else _("first recorded")
    return told | {"what": what, "submission": brought.get(submission_of(made)) if made else None, "fields": []}


def merges(row: Any) -> list[dict[str, Any]]:
    """Return which households were found to be this one, by whom and when."""
    rows = FieldChange.objects.filter(record=row.uid, field__startswith="merged ")
    return [
        {
            **moment(datetime.fromisoformat(each.new["at"])),
            "by": each.new["by"],
            "what": _("household %(name)s was merged into this one") % {"name": each.old["name"]},
            "submission": None,
            "fields": [],
        }
        for each in rows
        if each.old and each.new
    ]


def of_reviews(
    definition: Definition, reviews: Iterable[Review], brought: dict[str, Submission]
) -> list[dict[str, Any]]:
    """Return what changed in the answers of each year."""
    asked = [question.name for question in definition.questions if question.review]
    found = []
    for review in reviews:
        kept = review.events.select_related("pgh_context")  # type: ignore[attr-defined]
        events = list(kept.order_by("-pgh_id")[:CHANGES_MAX])
        names = names_of({context_of(event).get("user", 0) for event in events})
        former = [event for event in events if event.pgh_label != "insert"]
        steps: list[tuple[Any, Model | None, Any]] = [(b, b, a) for a, b in pairwise([review, *former])]
        # What was made by hand begins with nothing.
        first = former[-1] if former else review
        steps += [(event, None, first) for event in events if event.pgh_label == "insert"]
        for event, before, after in steps:
            fields = differences(definition, asked, before, after)
            if fields:
                found.append(
                    {
                        **moment(event.pgh_created_at),
                        "by": names.get(context_of(event).get("user", 0), ""),
                        "what": _("review of %(year)s") % {"year": review.year},
                        "submission": brought.get(submission_of(event)),
                        "fields": fields,
                    }
                )
    return found


def differences(definition: Definition, asked: Iterable[str], before: Any, after: Any) -> list[dict[str, str]]:
    told = []
    for name in asked:
        old, new = getattr(before, name, None), getattr(after, name)
        if old != new:
            was = shown(definition, name, old) if before is not None else NOTHING
            title = capfirst(title_of(definition, name))
            told.append({"title": title, "before": was, "after": shown(definition, name, new)})
    return told
