"""Devices and their tokens: signing in, knowing who asks, how often, and letting a lost one go."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer
from layers.errors import NotAllowed, SignInNeeded, TooMany
from layers.models import Device, viewer_of

#: What a device may show to prove itself, and the column of its hash.
SUBMIT, READ, PASSWORD = "submit_hash", "read_hash", "password_hash"  # noqa: S105  # names of columns

# One statement finds the device, notes that it was seen and counts its requests of the minute.
SEEN = """
UPDATE layers_device SET last_seen = now(),
    "window" = CASE WHEN "window" > now() - interval '1 minute' THEN "window" ELSE now() END,
    requests = CASE WHEN "window" > now() - interval '1 minute' THEN requests + 1 ELSE 1 END
WHERE {shown} RETURNING id, requests
"""


@dataclass(frozen=True)
class Tokens:
    submit: str
    read: str


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def sign_in(user: AbstractBaseUser, label: str, app_version: str, device_id: UUID | None) -> tuple[Device, Tokens]:
    """Give a user's device new tokens; those it had are worth nothing from now on. Raises NotAllowed.

    A device of somebody else, or one that was revoked, cannot be signed in again: it would come back to life.
    """
    if not viewer_of(user).may_see(Audience.PERSONAL):
        raise NotAllowed(_("This account does no field work. Ask your administrator for the role and the units."))
    device = None
    if device_id is not None:
        device = Device.objects.filter(pk=device_id, user_id=user.pk).first()
        if device is not None and device.revoked_at is not None:
            raise NotAllowed(_("This device has been revoked. Ask your office."))
    tokens = Tokens(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    device = device or Device(user_id=user.pk)
    device.label, device.app_version = label[:80] or str(_("telephone")), app_version[:40]
    device.submit_hash, device.read_hash = digest(tokens.submit), digest(tokens.read)
    device.last_seen = timezone.now()
    device.save()
    return device, tokens


def for_collect(user: AbstractBaseUser, label: str) -> tuple[Device, str]:
    """Make a device for ODK Collect; return it with its password, which nobody can read again."""
    if not viewer_of(user).may_see(Audience.PERSONAL):
        raise NotAllowed(_("This account does no field work. Ask your administrator for the role and the units."))
    password = secrets.token_urlsafe(24)
    made = Device.objects.create(user_id=user.pk, label=label[:80] or "ODK Collect", password_hash=digest(password))
    return made, password


def known_by(token: str, *columns: str) -> Device:
    """Return the device that shows this token. Raises SignInNeeded for an unknown one, TooMany for a hasty one."""
    shown = " OR ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(SEEN.format(shown=shown), [digest(token)] * len(columns))
        found = cursor.fetchone()
    if found is None:
        raise SignInNeeded(_("This device is not known here, or has signed in again since. Sign in."))
    if found[1] > settings.LIMITS["FIELD_REQUESTS_MINUTE"]:
        raise TooMany(_("Too many requests in a minute. The app goes on by itself."))
    return Device.objects.select_related("user").get(pk=found[0])


def describe(device: Device, said: dict[str, Any]) -> None:
    """Keep what a device says of itself."""
    Device.objects.filter(pk=device.pk).update(**said)


def revoke(device: Device, viewer: Viewer) -> None:
    """Let a device download nothing any more. What it still delivers is kept apart."""
    Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by_id=viewer.user_id)
