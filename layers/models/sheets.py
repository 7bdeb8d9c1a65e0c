"""A sheet of indicators that was checked and waits for its sender's word to be stored."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckedSheet(models.Model):
    """The last sheet without faults that a user has sent for a set: what is stored is what was looked at.

    `name` tells of which kind the file is; `sha256` tells whether it is still the one that was looked at.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    criteria_set = models.ForeignKey("layers.CriteriaSet", models.CASCADE, related_name="+")
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64, editable=False)
    content = models.BinaryField()
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("checked sheet of indicators")
        verbose_name_plural = _("checked sheets of indicators")
        constraints = [models.UniqueConstraint(fields=["user", "criteria_set"], name="checked_sheet_once")]

    def __str__(self) -> str:
        return self.name
