"""Forms of field work: what is asked of a record. Every version that was ever published stays, and stays accepted."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Form(models.Model):
    """One version of a form. `definition` is what the app draws; `xform` is the same for ODK Collect."""

    form_id = models.SlugField(_("form"), max_length=20)
    version = models.PositiveIntegerField(_("version"))
    definition = models.JSONField()
    md5 = models.CharField(max_length=32)
    xform = models.TextField(blank=True)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["form_id", "version"]
        constraints = [models.UniqueConstraint(fields=["form_id", "version"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.version}"
