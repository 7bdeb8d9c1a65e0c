"""`attachments`: photos come in, piece by piece."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from layers.errors import Malformed
from layers.fieldwork import attachments, devices
from layers.fieldwork.told import outcome
from layers.http import answer as answer_problem
from layers.models import Device
from layers.pages.answers import answer

from .bodies import body_of
from .phone import for_device


@for_device(devices.SUBMIT, revoked_too=True)
@require_http_methods(["HEAD", "PATCH"])
def attachment(request: HttpRequest, device: Device, digest: str) -> HttpResponse:
    if request.method == "HEAD":
        found = attachments.find(device, digest)
        offset = found.size if found.state in attachments.DONE else found.received
        response = HttpResponse(status=204, headers={"Upload-Offset": str(offset), "Upload-Length": str(found.size)})
        del response["Content-Type"]
        return response
    return _append(request, device, digest)


def _append(request: HttpRequest, device: Device, digest: str) -> HttpResponse:
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 12):
        raise Malformed(_("“Upload-Offset” must say at which byte this piece begins."))
    chunk = body_of(request, settings.LIMITS["FIELD_CHUNK_BYTES"])
    try:
        upload = attachments.append(device, digest, int(offset), chunk)
    except attachments.WrongOffset as error:
        response = answer_problem(request, error)
        response["Upload-Offset"] = str(error.offset)
        return response
    if upload.problem is not None:
        response = answer_problem(request, upload.problem)
    elif upload.done:
        response = answer(outcome(upload.attachment.submission))
    else:
        response = HttpResponse(status=204)
        del response["Content-Type"]
    response["Upload-Offset"] = str(upload.attachment.size if upload.done else upload.attachment.received)
    return response
