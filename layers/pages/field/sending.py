"""`submissions`: sealed records come in, and what became of them goes out."""

from base64 import b64decode
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from layers.errors import GisNtmError, Invalid, Malformed, NotFound, problem
from layers.fieldwork import devices, held
from layers.fieldwork.intake import open_sealed, receive
from layers.fieldwork.sealing import OVERHEAD
from layers.fieldwork.told import outcome, outcomes
from layers.models import Device, Submission, record_read, viewer_of
from layers.pages.answers import answer

from .assessing import assess_soon
from .bodies import body_of, json_in
from .phone import for_device, sent_at

#: Answers of one request about what became of a device's submissions.
ANSWERS = 500


@csrf_exempt
def submissions(request: HttpRequest) -> HttpResponseBase:
    return submit(request) if request.method == "POST" else became(request)


@for_device(devices.SUBMIT, revoked_too=True)
@require_POST
def submit(request: HttpRequest, device: Device) -> HttpResponse:
    sealed = body_of(request, settings.LIMITS["FIELD_RECORD_BYTES"] + OVERHEAD)
    status, told = take(request, device, request.headers.get("Idempotency-Key", ""), sealed)
    assess_soon()
    return answer(told, status)


def take(request: HttpRequest, device: Device, named: str, sealed: bytes) -> tuple[int, dict[str, Any]]:
    """Take one sealed record in; return status and Answer."""
    arrival = open_sealed(device, sealed, sent_at=sent_at(request))
    if named.lower() != str(arrival.filled.instance_id):
        raise Invalid([("instance_id", _("The record's number is not the one in Idempotency-Key."))])
    submission, new = receive(arrival)
    return (201 if new else 200), outcome(submission)


@for_device(devices.SUBMIT, revoked_too=True)
@require_POST
def batch(request: HttpRequest, device: Device) -> HttpResponse:
    """Take up to FIELD_BATCH_ITEMS records in, each by itself: one that is refused keeps none of the others out."""
    limits = settings.LIMITS
    most = limits["FIELD_BATCH_ITEMS"]
    # Sealed records do not pack; what is unpacked here is base64 of as many as may come.
    items = json_in(request, limits["FIELD_BATCH_BYTES"], unpacked=8 * limits["FIELD_BATCH_BYTES"]).get("items")
    if not isinstance(items, list) or not 0 < len(items) <= most:
        raise Malformed(_("“items” must be a list of 1 to %(most)s records."), most=most)
    results = [_one(request, device, item) for item in items]
    assess_soon()
    return answer({"results": results})


def _one(request: HttpRequest, device: Device, item: Any) -> dict[str, Any]:
    named = str(item.get("instance_id", "")) if isinstance(item, dict) else ""
    try:
        try:
            sealed = b64decode(item["sealed"], validate=True)
        except (ValueError, TypeError, KeyError) as error:
            raise Malformed(_("“sealed” must be base64.")) from error
        status, body = take(request, device, named, sealed)
    except GisNtmError as error:
        status, body = error.status, problem(error)
        if error.retry_after is not None:
            body["retry_after"] = error.retry_after
    return {"instance_id": named, "status": status, "body": body}


@for_device(devices.READ)
@require_safe
def became(request: HttpRequest, device: Device) -> HttpResponse:
    """Answer with what became of the device's submissions, what changed last first."""
    try:
        named = UUID(request.GET.get("device", ""))
    except ValueError as error:
        raise Malformed(_("“device” must be the device's identifier.")) from error
    if named != device.pk:
        raise NotFound(_("There is no such device."))
    held.settle(timezone.now())
    rows = Submission.objects.filter(device=device).order_by("-changed_at")
    if "since" in request.GET:
        since = _moment(request.GET["since"])
        rows = rows.filter(changed_at__gt=since)
    found = list(outcomes(rows[:ANSWERS]))
    # A note may speak of people, and is for whoever filled the record in.
    record_read(viewer_of(device.user), "submissions", "field", f"device={device.pk}", _noted(found))
    return answer({"submissions": found})


def _noted(found: Iterable[dict[str, Any]]) -> int:
    return sum(bool(each["note"]) for each in found)


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Malformed(_("“since” must be a moment with an offset, such as 2017-11-20T09:12:00Z."))
    return found
