"""Reports that somebody asked for: which, about what, how far they are, and the file until it expires."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer


class ReportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being made")
    DONE = "done", _("ready")
    REFUSED = "refused", _("not made")


#: States in which the worker has still to do with it.
BUSY = (ReportState.WAITING, ReportState.RUNNING)


class ReportQuerySet(models.QuerySet):
    def of(self, viewer: Viewer) -> "ReportQuerySet":
        """The reports that a viewer asked for; nobody else's, whatever the role."""
        return self.none() if viewer.user_id is None else self.filter(user_id=viewer.user_id)

    def expired(self, now: datetime) -> "ReportQuerySet":
        return self.filter(asked_at__lt=now - timedelta(days=settings.LIMITS["REPORT_DAYS"]))

    def broken_off(self, now: datetime) -> "ReportQuerySet":
        """Reports whose worker has said nothing for so long that it must have ended at its work."""
        silent = now - timedelta(minutes=settings.LIMITS["REPORT_SILENCE_MINUTES"])
        return self.filter(state=ReportState.RUNNING, heard_at__lt=silent)


class Report(models.Model):
    kind = models.CharField(_("report"), max_length=30)
    unit = models.ForeignKey("layers.Unit", models.CASCADE, verbose_name=_("unit"), related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    half = models.BooleanField(_("first six months"), default=False)
    language = models.CharField(max_length=5, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("by"), related_name="+")
    # What the user might see when it was made (Viewer.scope): who may see something else now gets another report.
    scope = models.CharField(max_length=40, blank=True, editable=False)
    # The state of the data that it was asked of (reports.same.data_version).
    version = models.CharField(max_length=64, blank=True, default="", editable=False)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.WAITING)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    heard_at = models.DateTimeField(auto_now_add=True, editable=False)
    done = models.PositiveIntegerField(_("parts done"), default=0)
    total = models.PositiveIntegerField(_("parts in all"), null=True, blank=True)
    message = models.TextField(_("message"), blank=True)
    name = models.CharField(_("file"), max_length=120, blank=True)
    file = models.FileField(upload_to="reports/", blank=True, editable=False)
    size = models.PositiveIntegerField(_("size"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["user", "-asked_at"], name="report_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id} {self.year}"

    @property
    def busy(self) -> bool:
        return self.state in BUSY

    @property
    def expires_on(self) -> datetime:
        return self.asked_at + timedelta(days=settings.LIMITS["REPORT_DAYS"])

    def given_to(self, viewer: Viewer) -> bool:
        """Tell whether the file may be handed to a viewer: who asked for it, and may still see the same."""
        ready = self.state == ReportState.DONE and bool(self.file) and self.expires_on > timezone.now()
        return ready and self.user_id == viewer.user_id and self.scope == viewer.scope
