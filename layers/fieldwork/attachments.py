"""Photos on their way: piece by piece into a file beside the store, then opened, drawn anew and kept.

The number of bytes received is in the database and counts only what has reached the disk: after a crash at any
point a phone goes on from there, and what a file holds beyond it is written over.
"""

import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.errors import Clash, GisNtmError, NotFound, Refused, TooLarge, TooMany
from layers.models import Attachment, Device, Submission
from layers.models.submissions import AttachmentState, SubmissionState
from layers.programme.evidence import drawn_anew

from .intake import make_room
from .keys import private_key
from .sealing import Kind, unseal

#: Photos that one process draws anew at a time. A photo costs as much as many records, and is the one to wait:
#: when fifty phones come back into the network at once, a record must still be answered within a second.
_DRAWING = BoundedSemaphore(1)
#: Nothing more is to come of these.
DONE = (AttachmentState.STORED, AttachmentState.SEALED, AttachmentState.WAIVED)


class WrongOffset(Clash):
    """The piece does not begin where the last one ended."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("The upload goes on at byte %(offset)s."), offset=offset)
        self.offset = offset
        self.members = {"offset": offset}


@dataclass(frozen=True)
class Upload:
    """How far an upload has come. `problem` says why it must begin anew."""

    attachment: Attachment
    problem: GisNtmError | None = None

    @property
    def done(self) -> bool:
        return self.attachment.state in DONE


def find(device: Device, digest: str) -> Attachment:
    """Return the attachment of a device with that hash. Raises NotFound before its record has come."""
    # Of two records that name one photo, the one that still lacks it comes first.
    lacking = Attachment.objects.filter(submission__device=device, sha256=digest)
    found = lacking.exclude(state__in=DONE).first() or lacking.first()
    if found is None:
        raise NotFound(_("No record of this device names this photo. Send the record first."))
    return found


def append(device: Device, digest: str, offset: int, chunk: bytes) -> Upload:
    """Add a piece. Raises WrongOffset, TooLarge, NotFound, NoRoom; a failure at the last byte is in the answer."""
    make_room()
    if len(chunk) > settings.LIMITS["FIELD_CHUNK_BYTES"]:
        raise TooLarge(_("A piece of a photo may have %(limit)s bytes."), limit=settings.LIMITS["FIELD_CHUNK_BYTES"])
    attachment = find(device, digest)
    if offset + len(chunk) < attachment.size:
        return _append(attachment, offset, chunk)
    # The last piece: the photo is drawn anew.
    if not _DRAWING.acquire(blocking=False):
        error = TooMany(_("Many photos are coming in at once. The app sends this one again in a moment."))
        # Not all at the same moment again.
        error.retry_after = 2 + secrets.randbelow(5)
        raise error
    try:
        return _append(attachment, offset, chunk)
    finally:
        _DRAWING.release()


def _append(attachment: Attachment, offset: int, chunk: bytes) -> Upload:
    with transaction.atomic():
        attachment = (
            Attachment.objects.select_for_update(of=("self",))
            .select_related("submission")
            .defer("submission__raw")
            .get(pk=attachment.pk)
        )
        if attachment.state in DONE:
            return Upload(attachment)
        if offset != attachment.received:
            raise WrongOffset(attachment.received)
        if offset + len(chunk) > attachment.size:
            raise TooLarge(_("This is more than the photo was said to have."))
        _write(attachment, offset, chunk)
        attachment.received = offset + len(chunk)
        problem = _finish(attachment) if attachment.received == attachment.size else None
        attachment.save()
        return Upload(attachment, problem)


def part_of(attachment: Attachment) -> Path:
    return Path(settings.MEDIA_ROOT) / "fieldwork" / "parts" / f"{attachment.pk}.part"


def _write(attachment: Attachment, offset: int, chunk: bytes) -> None:
    path = part_of(attachment)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(offset)
        file.write(chunk)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _finish(attachment: Attachment) -> GisNtmError | None:
    """Keep a photo that is all here; return what is wrong with it otherwise, and let it begin anew."""
    sealed = part_of(attachment).read_bytes()
    problem: GisNtmError | None = None
    if sha256(sealed).hexdigest() != attachment.sha256:
        problem = Refused(_("The photo was damaged on its way. Send it again from the beginning."))
        attachment.received = 0
    elif attachment.submission.state == SubmissionState.QUARANTINED:
        keep(attachment, sealed, AttachmentState.SEALED)
    else:
        problem = open_photo(attachment, sealed)
    transaction.on_commit(lambda: part_of(attachment).unlink(missing_ok=True))
    return problem


def open_photo(attachment: Attachment, sealed: bytes) -> GisNtmError | None:
    """Open a sealed photo and keep the picture; return why it is none."""
    try:
        picture = drawn_anew(unseal(sealed, Kind.ATTACHMENT, private_key()), attachment.name)
    except GisNtmError as error:
        attachment.state, attachment.received = AttachmentState.BAD, 0
        return error
    keep(attachment, picture, AttachmentState.STORED)
    return None


def keep(attachment: Attachment, content: bytes, state: AttachmentState) -> None:
    """Put a file into the storage, and mark its submission once nothing is awaited any more."""
    suffix = "jpg" if state == AttachmentState.STORED else "sealed"
    # Nothing of the name that a phone gave reaches the disk.
    attachment.file.save(f"{attachment.submission.instance_id}-{attachment.pk}.{suffix}", ContentFile(content), False)
    attachment.state, attachment.stored_at = state, timezone.now()
    attachment.save()
    complete_if_all_here(attachment.submission)


def complete_if_all_here(submission: Submission) -> None:
    """Mark a submission as complete once every photo that it names is kept; its row is locked until then."""
    locked = Submission.objects.select_for_update().defer("raw").get(pk=submission.pk)
    if not locked.complete and not locked.attachments.exclude(state__in=DONE).exists():
        locked.complete = True
        locked.save(update_fields=["complete", "changed_at"])
