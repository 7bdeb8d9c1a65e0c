"""Where every record from the field comes in, whichever way: kept as it came, put in once, answered for always.

The same bytes again change nothing and get the answer of before; other bytes under the same id are refused. An
advisory lock says so at once while the first is still being worked at, and a unique constraint says so for good.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pghistory
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.criteria.measures import MEASURES
from layers.errors import Busy, Clash, Invalid, NoRoom, Refused, TooLarge
from layers.models import Attachment, Device, Form, Submission, Unit, viewer_of
from layers.models.submissions import Channel, SubmissionState

from . import held
from .apply import Target, execute, flag, position_of, prepare, title_of
from .checks import check
from .definitions import DEFINITIONS
from .filled import Filled
from .keys import private_key
from .published import form_of
from .reading import read
from .sealing import OVERHEAD, Kind, unseal

LATE = timedelta(days=30)
CLOCK_OFF_S = 600
MOST_SKEW_S = 2**31 - 1


@dataclass(frozen=True)
class Arrival:
    """A record as it came: `raw` are the bytes that were sent, `sealed` what is kept of them."""

    device: Device
    raw: bytes
    sealed: bytes
    filled: Filled
    form: Form
    channel: Channel
    sent_at: datetime | None = None
    #: Who carried it to the office and answers for it, beside its device's user.
    carrier: Viewer | None = None


def make_room() -> None:
    """Raise NoRoom before anything is accepted that might not be kept."""
    place = Path(settings.MEDIA_ROOT)
    place.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(place).free < settings.LIMITS["FIELD_DISK_FREE_BYTES"]:
        raise NoRoom(_("The server's disk is full; nothing was stored. Its administrator must make room."))


def open_sealed(
    device: Device,
    sealed: bytes,
    channel: Channel = Channel.APP,
    sent_at: datetime | None = None,
    carrier: Viewer | None = None,
) -> Arrival:
    """Open a record of the app. Raises Refused, Invalid or TooLarge for what cannot be accepted."""
    if len(sealed) > settings.LIMITS["FIELD_RECORD_BYTES"] + OVERHEAD:
        raise TooLarge(_("A record may have %(limit)s bytes."), limit=settings.LIMITS["FIELD_RECORD_BYTES"])
    filled = read(unseal(sealed, Kind.RECORD, private_key()))
    if filled.device_id not in (None, device.pk):
        raise Invalid([("device_id", _("This record was filled in on another device."))])
    form = form_of(filled.form_id, filled.form_version)
    return Arrival(device, sealed, sealed, filled, form, channel, sent_at, carrier)


def receive(arrival: Arrival) -> tuple[Submission, bool]:
    """Take a record in; return its submission and whether it is new. All of it is stored, or nothing.

    Raises Clash (same id, other bytes), Busy (being worked at), Invalid (which fields, and why), NoRoom.
    """
    make_room()
    filled, digest = arrival.filled, sha256(arrival.raw).hexdigest()
    with transaction.atomic(), pghistory.context(user=arrival.device.user_id, submission=str(filled.instance_id)):
        _lock(filled.instance_id)
        found = Submission.objects.filter(instance_id=filled.instance_id).defer("raw").first()
        if found is not None:
            if found.sha256 != digest or found.device_id != arrival.device.pk:
                raise Clash(_("Another record has this number already. What was sent was not stored."))
            return found, False
        if arrival.device.revoked_at is not None:
            return _quarantine(arrival, digest), True
        return _take_in(arrival, digest), True


def _lock(instance_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [str(instance_id)])
        if not cursor.fetchone()[0]:
            raise Busy(_("This record is being processed. Ask again in a moment."))


def _take_in(arrival: Arrival, digest: str) -> Submission:
    filled, definition = arrival.filled, DEFINITIONS[arrival.form.form_id]
    check(filled, arrival.form.definition)
    target = prepare(filled, definition, viewer_of(arrival.device.user))
    if arrival.carrier is not None and not arrival.carrier.covers(target.placed.unit.path):
        raise Invalid([("unit", _("This belongs to a unit outside your area; its own office must import it."))])
    submission = _submission(arrival, digest, target.placed.unit, target)
    submission.state = SubmissionState.HELD
    submission.save()
    _announce(submission, filled)
    if not held.waits(target):
        execute(submission, target)
        held.release(submission)
    return submission


def _quarantine(arrival: Arrival, digest: str) -> Submission:
    """Keep what a revoked device delivers, without looking for what it would change."""
    filled = arrival.filled
    submission = _submission(arrival, digest, _somewhere(arrival), None)
    submission.state = SubmissionState.QUARANTINED
    submission.save()
    _announce(submission, filled)
    return submission


def _somewhere(arrival: Arrival) -> Unit:
    """Return a unit whose office looks at what a revoked device delivered: its user's own, else where it worked."""
    units = Unit.objects.defer("geom").order_by("-path")
    own = units.filter(members__user=arrival.device.user_id)
    worked_in = units.filter(pk__in=arrival.device.submissions.values("unit"))
    named = units.filter(code=arrival.filled.unit).order_by("-valid_from")
    unit = own.first() or worked_in.first() or named.first()
    if unit is None:
        raise Refused(_("Nobody knows to which office this belongs. Ask the administrator to take it in."))
    return unit


def _submission(arrival: Arrival, digest: str, unit: Unit, target: Target | None) -> Submission:
    filled, now = arrival.filled, timezone.now()
    name = filled.fields.get("name")
    submission = Submission(
        form=arrival.form,
        instance_id=filled.instance_id,
        device=arrival.device,
        channel=arrival.channel,
        raw=arrival.sealed,
        sha256=digest,
        seq=filled.seq,
        finalized_at=filled.finalized_at,
        received_at=now,
        clock_skew_s=_skew(now, arrival.sent_at),
        unit=unit,
        record=filled.record,
        base_version=filled.base_version,
        after=filled.after,
        title=title_of(target) if target else str(name.new or "")[:200] if name else "",
        point=position_of(target) if target else None,
        assessed=not any(measure.layer == arrival.form.definition["layer"] for measure in MEASURES.values()),
    )
    if now - filled.finalized_at > LATE:
        flag(submission, "late")
    off = submission.clock_skew_s is not None and abs(submission.clock_skew_s) > CLOCK_OFF_S
    if off or filled.finalized_at - now > timedelta(seconds=CLOCK_OFF_S):
        flag(submission, "clock")
    return submission


def _skew(now: datetime, sent_at: datetime | None) -> int | None:
    """Return by how many seconds a telephone's clock is late, as far as the column goes: some 68 years."""
    if sent_at is None:
        return None
    return max(-MOST_SKEW_S, min(MOST_SKEW_S, round((now - sent_at).total_seconds())))


def _announce(submission: Submission, filled: Filled) -> None:
    """Make a place for each photo that a record names, so that a missing one stays visible."""
    Attachment.objects.bulk_create(
        Attachment(submission=submission, name=photo.name, sha256=photo.sha256, size=photo.size)
        for photo in filled.photos
    )
    if not filled.photos:
        submission.complete = True
        submission.save()
