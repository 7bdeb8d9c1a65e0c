"""Files behind what is declared, decided or found: photos and PDF documents, looked at before they are kept.

A photo is drawn anew. What is stored has no position, no name of a telephone and nothing hidden behind its
picture. A PDF is kept as it is and only ever sent as a download.
"""

import hashlib
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from layers.access import Audience, Viewer
from layers.errors import NotFound, Refused
from layers.models import Declaration, Evidence, Finding, Step, Unit
from layers.models.programme import EvidenceKind

PDF = b"%PDF-"
#: The formats that telephones and scanners write and Pillow reads safely.
PICTURES = ("JPEG", "PNG", "WEBP")
QUALITY = 85
ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf"


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept."""

    kind: EvidenceKind
    name: str
    content: bytes


def accept(files: Iterable[UploadedFile]) -> list[Accepted]:
    """Return files as they will be kept. Raises Refused for the first that may not be, naming it."""
    files = list(files)
    most = settings.LIMITS["EVIDENCE_FILES"]
    if len(files) > most:
        raise Refused(_("No more than %(most)s files at a time."), most=most)
    return [_accept(file) for file in files]


def _accept(file: UploadedFile) -> Accepted:
    name = PurePath(file.name or "").name[-100:]
    limit = settings.LIMITS["EVIDENCE_BYTES"]
    if (file.size or 0) > limit:
        raise Refused(_("“%(file)s” is larger than %(limit)s MB."), file=name, limit=limit // 1024**2)
    content = file.read()
    if content.startswith(PDF):
        return Accepted(EvidenceKind.DOCUMENT, name, content)
    try:
        return Accepted(EvidenceKind.PHOTO, f"{PurePath(name).stem}.jpg", drawn_anew(content, name))
    except Refused as error:
        raise Refused(
            _("“%(file)s” is no photo or document that can be kept. Send JPEG, PNG, WebP or PDF."), file=name
        ) from error


def drawn_anew(content: bytes, name: str) -> bytes:
    """Return a photo as a JPEG that holds its picture and nothing else, upright and no larger than needed."""
    side = settings.LIMITS["EVIDENCE_SIDE"]
    try:
        with warnings.catch_warnings():
            # A picture that would unpack to more than memory can hold is refused before it is unpacked.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
                if picture.width * picture.height > settings.LIMITS["EVIDENCE_PIXELS"]:
                    raise Image.DecompressionBombError
                picture.draft("RGB", (side, side))
                picture.thumbnail((side, side))
                with_alpha = ImageOps.exif_transpose(picture).convert("RGBA")
                drawn = Image.new("RGB", with_alpha.size, "white")
                drawn.paste(with_alpha, mask=with_alpha.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning,
            Image.DecompressionBombError) as error:  # fmt: skip
        raise Refused(_("“%(file)s” is no photo that can be kept. Send JPEG, PNG or WebP."), file=name) from error
    written = io.BytesIO()
    drawn.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def keep(
    files: Iterable[Accepted], unit: Unit, viewer: Viewer, of: Declaration | Step | Finding, personal: bool = False
) -> list[Evidence]:
    """Keep files behind a declaration, a step or a finding. `personal` says that they may name persons."""
    kept = []
    for file in files:
        row = Evidence(
            unit=unit,
            declaration=of if isinstance(of, Declaration) else None,
            step=of if isinstance(of, Step) else None,
            finding=of if isinstance(of, Finding) else None,
            kind=file.kind,
            name=file.name,
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
            user_id=viewer.user_id,
            personal=personal,
        )
        suffix = ".jpg" if file.kind is EvidenceKind.PHOTO else ".pdf"
        row.file.save(f"{uuid4().hex}{suffix}", ContentFile(file.content), save=False)
        row.save()
        kept.append(row)
    return kept


def seen_by(viewer: Viewer, pk: int) -> Evidence:
    """Return a file that the viewer may see. Raises NotFound, whether there is none or it is not theirs."""
    rows = Evidence.objects.seen_by(viewer)
    if not viewer.may_see(Audience.PERSONAL):
        rows = rows.filter(personal=False)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def remove(row: Evidence) -> None:
    """Remove a file for good, once the transaction holds."""
    storage, name = row.file.storage, str(row.file.name)
    row.delete()
    transaction.on_commit(lambda: storage.delete(name))
