"""Who has been told what: up to when somebody looked at the alerts, and up to when they were sent by e-mail."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertState(models.Model):
    """One row for each user who has looked or was sent to. `token` lets a letter's reader end the letters."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alert_state")
    seen_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    sent_until = models.DateTimeField(_("sent up to"), null=True, blank=True)
    by_email = models.BooleanField(_("by e-mail"), default=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("state of alerts")
        verbose_name_plural = _("states of alerts")

    def __str__(self) -> str:
        return f"{self.user_id}"
