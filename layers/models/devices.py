"""Devices: the telephones that field staff sign in with. Tokens and passwords are kept as hashes only."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer


class DeviceQuerySet(models.QuerySet):
    def seen_by(self, viewer: Viewer) -> "DeviceQuerySet":
        """Devices of users who work in the area of a planner or administrator."""
        if not (viewer.may_edit and viewer.may_see(Audience.PERSONAL)):
            return self.none()
        return self.filter(viewer.within("user__member__units__path")).distinct()


class Device(models.Model):
    """A telephone of one user. What `pending`, `persisted` and `packs` say is what it last said of itself.

    The submit token sends and reads nothing; the read token downloads; the password is ODK Collect's. All three
    are random and long, so a plain hash cannot be undone, and comparing one costs no time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("user"), related_name="devices")
    label = models.CharField(_("label"), max_length=80)
    submit_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    read_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    password_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    app_version = models.CharField(_("version of the app"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("signed in"), auto_now_add=True)
    last_seen = models.DateTimeField(_("last seen"), null=True)
    pending = models.PositiveIntegerField(_("records not sent yet"), null=True)
    persisted = models.BooleanField(_("storage is safe from eviction"), null=True)
    #: What it holds: [{"commune", "sha256", "at"}].
    packs = models.JSONField(_("packs"), default=list)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("revoked by"), related_name="+"
    )
    #: Requests since `window`, for the limit in a minute.
    window = models.DateTimeField(null=True, editable=False)
    requests = models.PositiveIntegerField(default=0, editable=False)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["label", "id"]

    def __str__(self) -> str:
        return self.label
