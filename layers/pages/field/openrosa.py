"""`/or/`: what ODK Collect asks for (OpenRosa 1.0): list of forms, forms, their lists, submissions.

Collect is strict: only 204 answers the HEAD that looks for an endpoint, only 201 and 202 are success, XML must come as
text/xml, and an error's message is shown to its user. The `Date` that the specification wants is the web server's.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from hashlib import md5
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from layers.errors import GisNtmError, Invalid, Malformed, NotAllowed, NotFound, SignInNeeded, TooLarge
from layers.fieldwork import collect, devices
from layers.fieldwork.instances import form_named
from layers.fieldwork.published import current_forms
from layers.fieldwork.refusals import by_question
from layers.fieldwork.xforms import media_of
from layers.http import named
from layers.models import Device, Form, record_read, viewer_of
from layers.models.criteria import last_assessed_year

from .assessing import assess_soon

LISTED = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
#: What Collect may put into one request before it splits its photos over several.
ACCEPTED = 10_000_000
#: An official types the password of the account first; Collect shows this.
DEVICE_PASSWORD = gettext_lazy(
    "Sign in with your user name and the password of this device, not that of your account. "
    "The page /field/collect/ makes one."
)


def for_collect(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call a view with the device that signs in, and turn every error into what Collect shows its user."""

    @csrf_exempt
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, _device(request), *args, **kwargs)
        except Exception as exception:
            error = named(exception)
            # What nobody foresaw goes on to Django, which logs it.
            if error is None or error.status >= 500 and not isinstance(exception, GisNtmError):
                raise
            response = _message(str(error), error.status)
            if isinstance(error, SignInNeeded):
                response["WWW-Authenticate"] = 'Basic realm="gis-ntm", charset="UTF-8"'
            if error.retry_after is not None:
                response["Retry-After"] = str(error.retry_after)
        response["X-OpenRosa-Version"] = "1.0"
        response["X-OpenRosa-Accept-Content-Length"] = str(ACCEPTED)
        response["Cache-Control"] = "private, no-store"
        return response

    return asked


def _device(request: HttpRequest) -> Device:
    if not (request.is_secure() or settings.DEBUG):
        raise NotAllowed(_("ODK Collect may only connect by HTTPS here: its password would travel in clear."))
    scheme, _space, coded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _colon, password = b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = password = ""
    if scheme.lower() != "basic" or not password:
        raise SignInNeeded(DEVICE_PASSWORD)
    try:
        device = devices.known_by(password, devices.PASSWORD)
    except SignInNeeded as error:
        raise SignInNeeded(DEVICE_PASSWORD) from error
    if device.user.get_username() != name:
        raise SignInNeeded(DEVICE_PASSWORD)
    return device


def _receiving(device: Device) -> Device:
    """Return the device if it may receive anything."""
    if device.revoked_at is not None:
        raise NotAllowed(_("This device has been revoked. Ask your office."))
    return device


def _xml(root: Element, status: int = 200) -> HttpResponse:
    return HttpResponse(
        tostring(root, encoding="utf-8", xml_declaration=True), content_type="text/xml; charset=utf-8", status=status
    )


def _message(text: str, status: int) -> HttpResponse:
    root = Element("OpenRosaResponse", xmlns=RESPONSE)
    SubElement(root, "message").text = text
    return _xml(root, status)


def _md5(content: bytes) -> str:
    return "md5:" + md5(content, usedforsecurity=False).hexdigest()


def _children(parent: Element, tag: str, **texts: str) -> None:
    child = SubElement(parent, tag)
    for name, text in texts.items():
        SubElement(child, name).text = text


@for_collect
@require_safe
def form_list(request: HttpRequest, device: Device) -> HttpResponse:
    _receiving(device)
    root = Element("xforms", xmlns=LISTED)
    for form in current_forms():
        url = reverse("or_form", args=[form.form_id])
        _children(
            root,
            "xform",
            formID=form.form_id,
            name=form.definition["title"]["vi"],
            version=str(form.version),
            hash=_md5(form.xform.encode()),
            downloadUrl=request.build_absolute_uri(url),
            manifestUrl=request.build_absolute_uri(reverse("or_manifest", args=[form.form_id])),
        )
    return _xml(root)


def _form(form_id: str) -> Form:
    found = next((form for form in current_forms() if form.form_id == form_id), None)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


@for_collect
@require_safe
def form(request: HttpRequest, device: Device, form_id: str) -> HttpResponse:
    _receiving(device)
    return HttpResponse(_form(form_id).xform.encode(), content_type="text/xml; charset=utf-8")


@for_collect
@require_safe
def manifest(request: HttpRequest, device: Device, form_id: str) -> HttpResponse:
    _receiving(device)
    root = Element("manifest", xmlns=MANIFEST)
    for name in media_of(_form(form_id).definition):
        content, _people = collect.media(viewer_of(device.user), name, last_assessed_year())
        url = reverse("or_media", args=[form_id, name])
        _children(root, "mediaFile", filename=name, hash=_md5(content), downloadUrl=request.build_absolute_uri(url))
    return _xml(root)


@for_collect
@require_safe
def media(request: HttpRequest, device: Device, form_id: str, name: str) -> HttpResponse:
    _receiving(device)
    if name not in media_of(_form(form_id).definition):
        raise NotFound(_("There is nothing at this address."))
    viewer = viewer_of(device.user)
    content, people = collect.media(viewer, name, last_assessed_year())
    record_read(viewer, "households", "collect", f"{name} device={device.pk}", people)
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@for_collect
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, device: Device) -> HttpResponse:
    if request.method == "HEAD":
        response = HttpResponse(status=204)
        del response["Content-Type"]
        return response
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.LIMITS["FIELD_COLLECT_BYTES"]:
        raise TooLarge(_("A request here may have %(limit)s bytes."), limit=settings.LIMITS["FIELD_COLLECT_BYTES"])
    file = request.FILES.get("xml_submission_file")
    if file is None:
        raise Malformed(_("The part “xml_submission_file” is missing."))
    if (file.size or 0) > settings.LIMITS["FIELD_RECORD_BYTES"]:
        raise TooLarge(_("A record may have %(limit)s bytes."), limit=settings.LIMITS["FIELD_RECORD_BYTES"])
    # Collect names a photo's part by its file name.
    photos = {name: photo for name, photo in request.FILES.items() if isinstance(photo, UploadedFile)}
    photos.pop("xml_submission_file")
    xml = file.read()
    try:
        found = collect.receive_instance(device, xml, photos)
    except Invalid as error:
        # Collect shows this text and nothing of the form beside it.
        return _message(by_question(error, form_named(xml)[0]), error.status)
    assess_soon()
    if found.refused:
        # Collect takes success for the end of the matter; an error keeps the form, and shows why.
        reasons = " ".join(f"{name}: {error}" for name, error in found.refused.items())
        return _message(
            _("The answers were received; these photos were not: %(reasons)s") % {"reasons": reasons},
            max(error.status for error in found.refused.values()),
        )
    told = _("Received.") if found.submission.complete else _("Received; photos are still missing.")
    return _message(told, 201 if found.new else 202)
