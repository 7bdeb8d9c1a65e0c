"""Alerts by e-mail: one letter with all that changed since the last, never the same change twice.

A letter names units, criteria and numbers. What people typed in (names of findings, of files, notes) stays in
the product: an e-mail leaves the house, and a household's name might be among it.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from layers.models import AlertState, viewer_of

from .changes import Change, area_of, by_kind, changes

LOG = logging.getLogger(__name__)
#: How far back the first letter to somebody looks, and a later one at most.
FIRST = timedelta(days=7)
LONGEST = timedelta(days=31)


def readers() -> Iterator[User]:
    """Yield the users who have an address and a role and have not ended their letters."""
    users = User.objects.filter(is_active=True, member__isnull=False).exclude(email="")
    yield from users.exclude(alert_state__by_email=False).order_by("pk")


def send_all(now: datetime) -> tuple[int, int]:
    """Write to everybody whose area has changed; return how many letters went out and how many failed."""
    sent = failed = 0
    for user in readers():
        try:
            sent += send_to(user, now)
        except (SMTPException, OSError):
            LOG.exception("an alert could not be sent; its changes will be in the next letter")
            failed += 1
    return sent, failed


def send_to(user: User, now: datetime) -> int:
    """Send one user the changes that no letter has told; return the number of letters, 0 or 1.

    The time is noted as told before the letter leaves, and given back if it does not: two programs that send
    at once, or one that ends at its work, never send the same twice.
    """
    with transaction.atomic():
        state, _new = AlertState.objects.select_for_update().get_or_create(user=user)
        before = state.sent_until
        since = max(before or now - FIRST, now - LONGEST)
        if not state.by_email or since >= now:
            return 0
        state.sent_until = now
        state.save(update_fields=["sent_until"])
    found = changes(viewer_of(user), since, now)
    if not found:
        return 0
    try:
        letter(user, state, found, since).send()
    except (SMTPException, OSError):
        AlertState.objects.filter(pk=state.pk, sent_until=now).update(sent_until=before)
        raise
    return 1


def letter(user: User, state: AlertState, found: list[Change], since: datetime) -> EmailMultiAlternatives:
    """Return the letter that tells a user of changes."""
    with translation.override(settings.LANGUAGE_CODE):
        viewer = viewer_of(user)
        end = settings.PUBLIC_ADDRESS + reverse("alerts_stop", args=[state.token])
        page = {
            "area": area_of(viewer),
            "groups": by_kind(found),
            "since": since,
            "address": settings.PUBLIC_ADDRESS + reverse("alerts"),
            "end": end,
        }
        subject = _("%(area)s: %(count)s changes") % {"area": page["area"], "count": len(found)}
        body = render_to_string("alerts/letter.txt", page)
    return EmailMultiAlternatives(
        " ".join(subject.split()),
        body,
        to=[user.email],
        headers={"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
