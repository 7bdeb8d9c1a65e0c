"""Import runs: each file that came in, what was found in it, and what it changed, so that it can be undone."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    CHECKED = "checked", _("checked, nothing stored")
    APPLIED = "applied", _("stored")
    REFUSED = "refused", _("refused, nothing stored")
    UNDONE = "undone", _("undone")


class Severity(models.TextChoices):
    ERROR = "error", _("error")
    WARNING = "warning", _("warning")


def whole_country() -> list[str]:
    return [""]


class ImportRun(models.Model):
    layer = models.CharField(_("layer"), max_length=30)
    file_name = models.CharField(_("file"), max_length=255)
    file = models.FileField(upload_to="imports/", blank=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    options = models.JSONField(_("options"), default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("by"),
        related_name="+",
    )
    #: Unit paths within which the file was compared with the store: its report may tell of rows there.
    areas = ArrayField(models.TextField(), default=whole_country, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.WAITING)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), null=True, blank=True)
    #: crs, encoding, mapping, created, updated, unchanged, errors, warnings, message: what was done and decided.
    summary = models.JSONField(_("summary"), default=dict)
    #: Some of the shapes of a checked file, simplified, for the map of its page; gone once the run is finished.
    preview = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.file_name} → {self.layer}"


class ImportFinding(models.Model):
    """Something the import noticed at one row; the message is made from `code` and `params` in any language."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="findings")
    line = models.PositiveIntegerField(_("line"), null=True)
    column = models.CharField(_("column"), max_length=80, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    code = models.CharField(_("finding"), max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["run", "line", "id"]

    def __str__(self) -> str:
        return f"{self.line} {self.column} {self.code}"


class ImportChange(models.Model):
    """A row that a run created (`before` is null) or changed (`before` is the row as it was)."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    model = models.CharField(max_length=20)
    row = models.BigIntegerField()
    before = models.JSONField(null=True)

    class Meta:
        verbose_name = _("imported change")
        verbose_name_plural = _("imported changes")
        constraints = [models.UniqueConstraint(fields=["run", "model", "row"], name="importchange_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.model} {self.row}"
