"""What a phone is told of its submissions: the Answer of docs/field-protocol.md. Fields by name, never by value."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from layers.models import Attachment, Conflict, Proposal, Submission
from layers.models.conflicts import Verdict
from layers.models.proposals import ProposalState
from layers.models.submissions import AttachmentState, SubmissionState

from .titles import titles

#: A phone may send these (again); for the others nothing more is awaited.
AWAITED = (AttachmentState.WAITING, AttachmentState.BAD)


def with_outcome(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Fetch with submissions what `answer_json` reads, in a few queries for all of them."""
    return (
        submissions.select_related("form")
        .defer("raw")
        .annotate(twins=Count("duplicates", distinct=True))
        .prefetch_related(
            Prefetch("attachments", Attachment.objects.filter(state__in=AWAITED), to_attr="awaited"),
            Prefetch("conflicts", Conflict.objects.filter(verdict=Verdict.OPEN), to_attr="disputed"),
            Prefetch("proposals", Proposal.objects.filter(state=ProposalState.OPEN), to_attr="open_proposals"),
        )
    )


def outcomes(submissions: QuerySet[Submission]) -> Iterable[dict[str, Any]]:
    """Return what a device is told that shows its read token: with notes, and what a submission with one is about."""
    rows = list(with_outcome(submissions))
    titled = titles(each for each in rows if each.note)
    return (answer_json(each, each.note) | {"title": titled.get(each.pk, "")} for each in rows)


def outcome(submission: Submission) -> dict[str, Any]:
    """Return what a device is told that shows its submit token only: no note, which may speak of people."""
    return answer_json(with_outcome(Submission.objects.filter(pk=submission.pk)).get(), note="")


def answer_json(submission: Any, note: str) -> dict[str, Any]:
    settled = submission.state in (SubmissionState.APPLIED, SubmissionState.CONFLICT, SubmissionState.RETURNED)
    makes_record = bool(submission.form.definition["layer"])
    return {
        "instance_id": str(submission.instance_id),
        "form_id": submission.form.form_id,
        "state": submission.state,
        "complete": submission.complete,
        "received_at": submission.received_at.isoformat(),
        "changed_at": submission.changed_at.isoformat(),
        "record": {"id": str(submission.record), "version": submission.version} if settled and makes_record else None,
        "missing": [
            {"name": each.name, "sha256": each.sha256, "size": each.size, "offset": each.received}
            for each in submission.awaited
        ],
        "conflicts": [each.field for each in submission.disputed],
        "flags": submission.flags,
        "proposed": ["category" if each.household_id else "found" for each in submission.open_proposals],
        "duplicates": submission.twins,
        "note": note,
    }
