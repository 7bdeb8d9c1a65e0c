"""What only a planner decides: conflicts, proposals, duplicates, what goes back and what stays out.

Each decision is made once, by somebody whose area the submission lies in; a second one is told that it is late.
"""

from typing import Any

import pghistory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Clash, NotFound, Refused
from layers.models import Conflict, DuplicateCandidate, Proposal, Submission
from layers.models.conflicts import Verdict
from layers.models.duplicates import DuplicateState
from layers.models.proposals import ProposalState
from layers.models.submissions import AttachmentState, SubmissionState

from . import approving, attachments, held, merging, resolving, store
from .apply import execute, prepare
from .opening import reopen

#: What a position is marked with until somebody has looked at it, and what afterwards.
LOOKED_AT = {"far": "far_confirmed", "moved": "moved_confirmed"}


def found(viewer: Viewer, pk: int) -> Submission:
    """Return a submission of the viewer's area, locked. Raises NotFound, whether there is none or it is not theirs."""
    rows = Submission.objects.seen_by(viewer).select_for_update(of=("self",))
    submission = rows.filter(pk=pk).first()
    if submission is None:
        raise NotFound(_("There is no such submission."))
    return submission


def decide_conflict(
    viewer: Viewer, submission: Submission, pk: int, verdict: str, since: resolving.Since | None = None
) -> None:
    """Keep the stored value or take the one from the field; of a fact that has a year, `since` says which."""
    conflict = _open(submission.conflicts.filter(verdict=Verdict.OPEN), pk)
    if verdict not in (Verdict.THEIRS, Verdict.MINE):
        raise Refused(_("Choose one of the two values."))
    with _by(viewer, submission):
        if verdict == Verdict.MINE:
            resolving.take(submission, conflict, since)
        _decided(conflict, viewer, verdict=verdict)
        if not submission.conflicts.filter(verdict=Verdict.OPEN).exists():
            submission.state = SubmissionState.APPLIED
        submission.save()


def decide_proposal(viewer: Viewer, submission: Submission, pk: int, approved: bool) -> None:
    """Make a proposal true, or turn it down."""
    proposal = _open(submission.proposals.filter(state=ProposalState.OPEN), pk)
    with _by(viewer, submission):
        if approved:
            approving.approve(proposal, viewer)
            submission.assessed = False
        _decided(proposal, viewer, state=ProposalState.APPROVED if approved else ProposalState.DECLINED)
        submission.save()


def decide_duplicate(viewer: Viewer, submission: Submission, pk: int, keep: int | None) -> None:
    """Merge two households into the one to keep, or say that they are two (`keep` is None)."""
    candidate = _open(submission.duplicates.filter(state=DuplicateState.OPEN), pk)
    with _by(viewer, submission):
        if keep is None:
            _decided(candidate, viewer, state=DuplicateState.TWO)
        else:
            merging.merge(viewer, candidate, keep)
        submission.assessed = False
        submission.save()


def give_back(viewer: Viewer, submission: Submission, note: str, *, reject: bool = False) -> None:
    """Return a submission to its phone with a note, or throw it out; what it left open is closed unfulfilled.

    A record that a submission thrown out has made is removed with it. Raises Refused where somebody has worked at the
    record since: that work is not thrown out unseen.
    """
    if not note.strip():
        raise Refused(_("Write what is to be put right: the note reaches the phone."))
    if submission.state in (SubmissionState.REJECTED, SubmissionState.RETURNED):
        raise Clash(_("Somebody has already decided this."))
    with _by(viewer, submission):
        for conflict in submission.conflicts.filter(verdict=Verdict.OPEN):
            _decided(conflict, viewer, verdict=Verdict.THEIRS)
        for proposal in submission.proposals.filter(state=ProposalState.OPEN):
            _decided(proposal, viewer, state=ProposalState.DECLINED)
        if reject:
            _remove_what_it_made(submission)
        submission.state = SubmissionState.REJECTED if reject else SubmissionState.RETURNED
        submission.note = note.strip()
        submission.save()


def _remove_what_it_made(submission: Submission) -> None:
    filled, definition = reopen(submission)
    if not definition.layer or filled.base_version is not None or submission.version is None:
        return
    store.lock(filled.record)
    row = store.find(definition, filled.record)
    if row is None:
        return
    if store.version_of(filled.record) != submission.version:
        raise Refused(_("Somebody has changed this record since. Send it back, or remove the record in its table."))
    row.delete()
    submission.assessed = False


def confirm_place(viewer: Viewer, submission: Submission) -> None:
    """Say that a position is right though it lies far from its unit, or from where the record was before."""
    if not LOOKED_AT.keys() & set(submission.flags):
        raise Clash(_("Somebody has already decided this."))
    submission.flags = [LOOKED_AT.get(name, name) for name in submission.flags]
    submission.save()


def let_in(viewer: Viewer, submission: Submission) -> None:
    """Put in what a revoked device delivered, after somebody has looked at it; its photos are opened now."""
    if submission.state != SubmissionState.QUARANTINED:
        raise Clash(_("Somebody has already decided this."))
    filled, definition = reopen(submission)
    with _by(viewer, submission):
        # Its user may have no role any more: who lets it in answers for it.
        target = prepare(filled, definition, viewer)
        execute(submission, target)
        held.release(submission)
    for attachment in submission.attachments.filter(state=AttachmentState.SEALED):
        with attachment.file.open() as file:
            attachments.open_photo(attachment, file.read())
        attachment.save()


def let_pass(viewer: Viewer, submission: Submission, pk: int) -> None:
    """Let a photo pass that cannot come any more or is none, so that the phone may forget the record."""
    attachment = _open(submission.attachments.exclude(state__in=attachments.DONE), pk)
    attachment.state = AttachmentState.WAIVED
    attachment.save()
    attachments.complete_if_all_here(submission)


def _by(viewer: Viewer, submission: Submission) -> Any:
    return pghistory.context(user=viewer.user_id, submission=str(submission.instance_id))


def _open(rows: Any, pk: int) -> Any:
    row = rows.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Clash(_("Somebody has already decided this."))
    return row


def _decided(row: Conflict | Proposal | DuplicateCandidate, viewer: Viewer, **outcome: str) -> None:
    for name, value in outcome.items():
        setattr(row, name, value)
    row.decided_by_id, row.decided_at = viewer.user_id, timezone.now()
    row.save()
