"""Submissions: what a phone sent, kept as it was sent. Nothing in one is ever changed but what became of it.

`raw` is sealed to the server's key, whichever channel it came by, so that neither a copy of the database nor its
backup tells what only the record itself said (an identity number). `sha256` is of the bytes as they came.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer


class SubmissionState(models.TextChoices):
    APPLIED = "applied", _("stored")
    CONFLICT = "conflict", _("in conflict")
    HELD = "held", _("waits for an earlier one")
    RETURNED = "returned", _("returned")
    REJECTED = "rejected", _("thrown out")
    QUARANTINED = "quarantined", _("from a revoked device")


class Channel(models.TextChoices):
    APP = "app", _("app")
    FILE = "file", _("file")
    COLLECT = "collect", "ODK Collect"


class SubmissionQuerySet(models.QuerySet):
    def seen_by(self, viewer: Viewer) -> "SubmissionQuerySet":
        """Submissions of the area of a planner or administrator: they may describe households."""
        if not (viewer.may_edit and viewer.may_see(Audience.PERSONAL)):
            return self.none()
        return self.filter(viewer.within("unit__path"))


class Submission(models.Model):
    form = models.ForeignKey("layers.Form", models.PROTECT, verbose_name=_("form"), related_name="+")
    instance_id = models.UUIDField(unique=True)
    device = models.ForeignKey("layers.Device", models.PROTECT, verbose_name=_("device"), related_name="submissions")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.APP)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    seq = models.PositiveIntegerField(default=0)
    finalized_at = models.DateTimeField(_("filled in"))
    received_at = models.DateTimeField(_("received"), db_index=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    clock_skew_s = models.IntegerField(_("clock of the device is off by"), null=True)
    unit = models.ForeignKey("layers.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    record = models.UUIDField(_("record"), db_index=True)
    base_version = models.PositiveIntegerField(null=True)
    after = models.UUIDField(null=True)
    #: The version of the record that this made.
    version = models.PositiveIntegerField(null=True)
    title = models.CharField(_("name"), max_length=200, blank=True)
    point = models.PointField(_("position"), null=True)
    state = models.CharField(_("state"), max_length=12, choices=SubmissionState)
    #: Every attachment that it names is stored, or was let pass.
    complete = models.BooleanField(_("complete"), default=False)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    note = models.TextField(_("note"), blank=True)
    #: The criteria of its commune have been assessed since.
    assessed = models.BooleanField(default=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["unit", "state", "-received_at"], name="submission_by_unit"),
            models.Index(fields=["device", "-changed_at"], name="submission_by_device"),
            models.Index(fields=["received_at"], condition=Q(state="held"), name="submission_held"),
            models.Index(fields=["unit"], condition=Q(assessed=False), name="submission_not_assessed"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.instance_id}"


class AttachmentState(models.TextChoices):
    WAITING = "waiting", _("not all here yet")
    SEALED = "sealed", _("sealed, not opened")
    STORED = "stored", _("stored")
    BAD = "bad", _("no picture")
    WAIVED = "waived", _("let pass")


class Attachment(models.Model):
    """A photo that a submission names. `received` bytes of the sealed `size` are here; `file` is the picture."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments")
    name = models.CharField(_("file"), max_length=80)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size"))
    received = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=8, choices=AttachmentState, default=AttachmentState.WAITING)
    file = models.FileField(upload_to="fieldwork/%Y/%m/", blank=True, max_length=200)
    stored_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["submission", "name"]
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="attachment_once")]

    def __str__(self) -> str:
        return self.name


class FieldChange(models.Model):
    """One value that a submission put into a record."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="changes")
    record = models.UUIDField(db_index=True)
    version = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        verbose_name = _("change from the field")
        verbose_name_plural = _("changes from the field")
        constraints = [models.UniqueConstraint(fields=["submission", "field"], name="fieldchange_once")]

    def __str__(self) -> str:
        return f"{self.record} {self.field}"
