"""The export file that is carried by hand: read block by block, taken in like what comes over the network."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import GisNtmError, NotFound, Refused, TooLarge
from layers.models import Device
from layers.models.submissions import Channel

from . import attachments
from .definitions import DEFINITIONS
from .filled import Filled
from .intake import open_sealed, receive
from .refusals import by_question
from .sealing import OVERHEAD, Kind

MAGIC = b"NTMX1"
HEAD = struct.Struct(">BI")
END = 0
DIGEST = 32


@dataclass
class Outcome:
    """What came of a file: records that are new, that were known, photos; `problems` name record and reason."""

    new: int = 0
    known: int = 0
    photos: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)


def import_file(file: IO[bytes], carrier: Viewer) -> Outcome:
    """Take in an export file for somebody who answers for it. Raises Refused unless the file is whole.

    A record that is refused keeps none of the others out. The same file again changes nothing.
    """
    check(file)
    device = _device(file, carrier)
    outcome = Outcome()
    for kind, sealed in blocks(file):
        if kind == Kind.RECORD:
            _record(device, sealed, carrier, outcome)
        else:
            _photo(device, sealed, outcome)
    return outcome


def check(file: IO[bytes]) -> None:
    """Read a file once, to its end: what was cut off or changed on its way is refused before anything is stored."""
    size = file.seek(0, 2)
    if size > settings.LIMITS["FIELD_EXPORT_BYTES"]:
        raise TooLarge(_("The file may have %(limit)s bytes."), limit=settings.LIMITS["FIELD_EXPORT_BYTES"])
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise Refused(_("This is no export file of the field app (.ntmx)."))
    digest = sha256()
    file.seek(0)
    left = size - DIGEST
    while left > 0:
        piece = file.read(min(left, 1024**2))
        if not piece:
            break
        # The byte that ends the blocks is the last one before the digest, and no part of what it is of.
        digest.update(piece if left > len(piece) else piece[:-1])
        left -= len(piece)
    if file.read() != digest.digest():
        raise Refused(_("The file is not whole. Export it once more on the phone; nothing was stored."))


def _device(file: IO[bytes], carrier: Viewer) -> Device:
    file.seek(len(MAGIC))
    found = Device.objects.seen_by(carrier).filter(pk=UUID(bytes=file.read(16))).select_related("user").first()
    if found is None:
        raise NotFound(_("This file is of a device that does not belong to your area."))
    return found


def blocks(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield kind and sealed bytes of each block."""
    most = settings.LIMITS["FIELD_PHOTO_BYTES"] + OVERHEAD
    file.seek(len(MAGIC) + 16)
    while True:
        head = file.read(HEAD.size)
        if head[:1] == bytes([END]):
            return
        kind, length = HEAD.unpack(head) if len(head) == HEAD.size else (END, 0)
        if kind not in (Kind.RECORD, Kind.ATTACHMENT) or length > most:
            raise Refused(_("This is no export file of the field app (.ntmx)."))
        yield kind, file.read(length)


def _record(device: Device, sealed: bytes, carrier: Viewer, outcome: Outcome) -> None:
    number = outcome.new + outcome.known + len(outcome.problems) + 1
    filled = None
    try:
        arrival = open_sealed(device, sealed, Channel.FILE, carrier=carrier)
        filled = arrival.filled
        _submission, new = receive(arrival)
    except GisNtmError as error:
        form_id = filled.form_id if filled else ""
        outcome.problems.append((_name(device, number, filled), by_question(error, form_id)))
        return
    outcome.new += new
    outcome.known += not new


def _name(device: Device, number: int, filled: Filled | None) -> str:
    """Return by what the office and whoever filled it in know a record: form, name, phone and time."""
    of_phone = f"{device.label} ({device.user.get_full_name() or device.user.get_username()})"
    if filled is None or filled.form_id not in DEFINITIONS:
        return f"{_('record %(number)s') % {'number': number}} · {of_phone}"
    named = filled.fields.get("name")
    at = timezone.localtime(filled.finalized_at).strftime("%H:%M %d/%m/%Y")
    told = (DEFINITIONS[filled.form_id].title, named.new if named else "", of_phone, at)
    return " · ".join(str(each) for each in told if each)


def _photo(device: Device, sealed: bytes, outcome: Outcome) -> None:
    digest = sha256(sealed).hexdigest()
    try:
        offset = attachments.find(device, digest).received
        step = settings.LIMITS["FIELD_CHUNK_BYTES"]
        upload = None
        # Where a network has already brought a part, the rest is enough.
        for begin in range(offset, max(len(sealed), offset + 1), step):
            upload = attachments.append(device, digest, begin, sealed[begin : begin + step])
        if upload is not None and upload.problem is not None:
            raise upload.problem
    except GisNtmError as error:
        outcome.problems.append((str(_("photo")), str(error)))
        return
    outcome.photos += 1
