"""`ping`, `key`, `devices`: whether the server is there, what to seal to, who signs in with which telephone."""

import unicodedata
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from layers.errors import Malformed, SignInNeeded
from layers.fieldwork import devices
from layers.fieldwork.keys import private_key
from layers.fieldwork.sealing import described
from layers.models import Device, Unit
from layers.pages.answers import answer

from .bodies import json_in
from .phone import for_device, require_app


@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    return HttpResponse("pong", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    return answer(described(private_key().public_key()))


@csrf_exempt
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a device in. Failures are counted as on the sign-in page, by name and address."""
    require_app(request)
    asked = json_in(request)
    name, password = _text(asked, "username"), _text(asked, "password")
    user = authenticate(request, username=name, password=unicodedata.normalize("NFC", password))
    if user is None:
        raise SignInNeeded(_("The name or the password is wrong."))
    device, tokens = devices.sign_in(user, _text(asked, "label"), _text(asked, "app_version"), _device_id(asked))
    units = Unit.objects.filter(members__user=user).order_by("path").values("code", "name", "title", "kind")
    return answer(
        {
            "device_id": str(device.pk),
            "submit_token": tokens.submit,
            "read_token": tokens.read,
            "user": {"name": user.get_full_name() or user.get_username(), "role": user.member.role},
            "key": described(private_key().public_key()),
            "list_days": settings.LIMITS["FIELD_LIST_DAYS"],
            "units": list(units),
        },
        201,
    )


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name) or ""
    if not isinstance(value, str | int) or len(str(value)) > 500:
        raise Malformed(_("“%(name)s” must be text."), name=name)
    return str(value)


def _device_id(asked: dict[str, Any]) -> UUID | None:
    try:
        return UUID(asked["device_id"]) if asked.get("device_id") else None
    except (ValueError, TypeError, AttributeError) as error:
        raise Malformed(_("“%(name)s” must be text."), name="device_id") from error


@for_device(devices.SUBMIT, revoked_too=True)
@require_http_methods(["PUT"])
def describe(request: HttpRequest, device: Device) -> HttpResponse:
    """Note what a device says of itself; tell it whether it has been revoked."""
    said = json_in(request)
    packs = said.get("packs")
    known: dict[str, Any] = {
        "app_version": _text(said, "app_version")[:40],
        "pending": _count(said.get("pending")),
        "persisted": said.get("persisted") if isinstance(said.get("persisted"), bool) else None,
        "packs": [_pack(each) for each in packs[:200] if isinstance(each, dict)] if isinstance(packs, list) else [],
    }
    devices.describe(device, known)
    return answer({"device_id": str(device.pk), "revoked": device.revoked_at is not None})


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _pack(said: dict[str, Any]) -> dict[str, str]:
    return {name: str(said.get(name, ""))[:80] for name in ("commune", "sha256", "at")}
