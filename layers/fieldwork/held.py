"""Records that came before those they build on: held for some days, then put in as far as they go, and marked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from layers.errors import GisNtmError
from layers.models import Conflict, Submission, viewer_of
from layers.models.submissions import SubmissionState

from .apply import Target, execute, flag, prepare
from .opening import reopen

#: States of an earlier record on which a later one may build.
SETTLED = (SubmissionState.APPLIED, SubmissionState.CONFLICT, SubmissionState.RETURNED)
#: Held records looked at in one go.
BATCH = 100


def waits(target: Target) -> bool:
    """Tell whether a form builds on something that has not come yet."""
    filled = target.filled
    if filled.after is not None and not Submission.objects.filter(instance_id=filled.after, state__in=SETTLED).exists():
        return True
    unheard_of = target.row is None and bool(target.definition.layer) and filled.base_version is not None
    return unheard_of and target.gone is None


def release(submission: Submission) -> None:
    """Put in what was held about the record that a submission has just settled, in the order of the phone."""
    held = Submission.objects.filter(record=submission.record, state=SubmissionState.HELD)
    for each in held.select_for_update().order_by("device", "seq", "received_at"):
        _retry(each, forced=False)


def settle(now: datetime) -> int:
    """Put in what has been held for too long, and mark it; return how many. May be called at any time."""
    due = now - timedelta(days=settings.LIMITS["FIELD_HELD_DAYS"])
    waiting = Submission.objects.filter(state=SubmissionState.HELD, received_at__lt=due).order_by("received_at", "seq")
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            each = waiting.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if each is not None:
                _retry(each, forced=True)
                done += 1
    return done


def _retry(submission: Submission, forced: bool) -> None:
    filled, definition = reopen(submission)
    try:
        with transaction.atomic():
            target = prepare(filled, definition, viewer_of(submission.device.user))
            if waits(target) and not forced:
                return
            if forced:
                flag(submission, "out_of_order")
            execute(submission, target)
    except GisNtmError as error:
        # What was acceptable when it came no longer is; it must not vanish, so a person decides.
        submission.state, submission.note = SubmissionState.CONFLICT, str(error)
        submission.save()
        mine = {name: edit.new for name, edit in filled.fields.items() if name != "national_id"}
        Conflict.objects.create(submission=submission, record=filled.record, layer=definition.layer, mine=mine)
