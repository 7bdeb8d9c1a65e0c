"""What comes in a request's body: JSON, packed or not, within its limit."""

import zlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.errors import Malformed, TooLarge
from layers.json_text import read_json


def body_of(request: HttpRequest, limit: int) -> bytes:
    """Return the body. Raises TooLarge before it is read where its length is said."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > limit:
        raise TooLarge(_("A request here may have %(limit)s bytes."), limit=limit)
    return request.body


def json_in(request: HttpRequest, limit: int | None = None, unpacked: int | None = None) -> dict[str, Any]:
    """Return the JSON object in a request, which may be packed with gzip up to `unpacked` bytes."""
    limit = limit or settings.LIMITS["FIELD_RECORD_BYTES"]
    body = body_of(request, limit)
    if request.headers.get("Content-Encoding", "") == "gzip":
        body = _unpacked(body, unpacked or limit)
    try:
        found = read_json(body)
    except ValueError as error:
        raise Malformed(_("The request must be one JSON object.")) from error
    if not isinstance(found, dict):
        raise Malformed(_("The request must be one JSON object."))
    return found


def _unpacked(body: bytes, limit: int) -> bytes:
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacking.decompress(body, limit)
    except zlib.error as error:
        raise Malformed(_("The request is not packed as it says.")) from error
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise TooLarge(_("A request here may have %(limit)s bytes."), limit=limit)
    return found
