"""Duplicates: two households that may be one. They are suggested, never merged by themselves."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Likeness(models.TextChoices):
    NAME = "name", _("same name")
    NEAR = "near", _("close to each other")
    IDENTITY = "identity", _("same identity number")


class DuplicateState(models.TextChoices):
    OPEN = "open", _("to be decided")
    TWO = "two", _("two households")


class DuplicateCandidate(models.Model):
    """`first` is the older household. Merged candidates are gone with the household that was merged."""

    first = models.ForeignKey("layers.Household", models.CASCADE, related_name="+")
    second = models.ForeignKey("layers.Household", models.CASCADE, related_name="+")
    submission = models.ForeignKey("layers.Submission", models.CASCADE, related_name="duplicates")
    score = models.FloatField(_("likeness"))
    reasons = ArrayField(models.CharField(max_length=10, choices=Likeness))
    distance_m = models.FloatField(_("distance"), null=True)
    state = models.CharField(_("state"), max_length=4, choices=DuplicateState, default=DuplicateState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="duplicate_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
