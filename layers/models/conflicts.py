"""Conflicts: two people changed one value, and the server chose neither. A planner of the commune decides."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    OPEN = "open", _("to be decided")
    THEIRS = "theirs", _("the stored value stays")
    MINE = "mine", _("the value from the field is taken")


class Conflict(models.Model):
    """`base` is what the phone knew, `theirs` what was stored when it came, `mine` what it wants.

    An empty `field` stands for the whole record: it was removed meanwhile and is never brought back by a phone.
    """

    submission = models.ForeignKey("layers.Submission", models.CASCADE, related_name="conflicts")
    record = models.UUIDField(db_index=True)
    layer = models.CharField(max_length=20)
    field = models.CharField(max_length=40, blank=True)
    base = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    mine = models.JSONField(null=True)
    verdict = models.CharField(_("decision"), max_length=6, choices=Verdict, default=Verdict.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        constraints = [models.UniqueConstraint(fields=["submission", "field"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.record} {self.field}"
