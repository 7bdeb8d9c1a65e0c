"""The yearly cycle of the programme: who assessed, checked, appraised and recognised what, and the way to the goal.

A commune's year is one `Cycle`; each step of it is a `Step` with what was known at that moment, so that what
was handed in stays readable after the rows have moved on. A `Milestone` is a line of the roadmap, a `Duty`
names the member of the steering committee who answers for it. `Evidence` are the files behind all of these.
"""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .feature import tracked


class State(models.TextChoices):
    """Where a commune's year stands. It goes one step on, or one step back with a note: returned by the office above,
    or taken back by the one that took it on."""

    DRAFT = "draft", _("commune assesses itself")
    SUBMITTED = "submitted", _("to be checked by the district or city")
    CHECKED = "checked", _("to be appraised by the province")
    APPRAISED = "appraised", _("appraised by the province")
    RECOGNISED = "recognised", _("recognised")


class Action(models.TextChoices):
    SUBMIT = "submit", _("submitted the self-assessment")
    CHECK = "check", _("checked")
    APPRAISE = "appraise", _("appraised")
    RECOGNISE = "recognise", _("recognised")
    RETURN = "return", _("returned")
    WITHDRAW = "withdraw", _("taken back")


class InArea(models.QuerySet):
    """Rows of a unit, seen by the staff of its area."""

    def seen_by(self, viewer: Viewer) -> "InArea":
        return self.filter(viewer.within("unit__path")) if viewer.may_see(Audience.AREA) else self.none()


class Cycle(models.Model):
    """The year of one commune. A commune without a row has not begun: that is the state DRAFT."""

    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="cycles", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("year of a commune")
        verbose_name_plural = _("years of communes")
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="cycle_once_a_year")]
        indexes = [models.Index(fields=["year", "state"], name="cycle_by_year_state")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.state}"


class Step(models.Model):
    """One step of a cycle: who, when, from where to where, with which note and decision.

    `snapshot` is what was known then: for each indicator (by code and part) what was declared and computed,
    against which threshold. Steps are only ever added.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="steps")
    action = models.CharField(_("step"), max_length=10, choices=Action)
    before = models.CharField(_("from"), max_length=10, choices=State)
    after = models.CharField(_("to"), max_length=10, choices=State)
    # Null where it was told on paper of before the product.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"), related_name="+"
    )
    office = models.CharField(_("office"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    decision_on = models.DateField(_("date of the decision"), null=True, blank=True)
    met = models.PositiveSmallIntegerField(_("criteria met"), null=True)
    snapshot = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("step of a year")
        verbose_name_plural = _("steps of a year")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.action}"


class EvidenceKind(models.TextChoices):
    PHOTO = "photo", _("photo")
    DOCUMENT = "document", _("document")


class Evidence(models.Model):
    """A photo or a PDF behind a declaration, a step of the cycle or a finding; seen by the staff of its unit.

    Photos are drawn anew when they come in: what a telephone writes into them, its position among it, is gone.
    What evidence is behind cannot be removed under it: the file would stay and nobody would know of what.
    """

    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="+")
    declaration = models.ForeignKey("layers.Declaration", models.PROTECT, null=True, blank=True, related_name="files")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="files")
    finding = models.ForeignKey("layers.Finding", models.PROTECT, null=True, blank=True, related_name="files")
    kind = models.CharField(_("kind"), max_length=8, choices=EvidenceKind)
    #: May name persons, as a list of poor households does: such a file is for those who may see households.
    personal = models.BooleanField(_("may name persons"), default=False)
    name = models.CharField(_("file"), max_length=120)
    file = models.FileField(upload_to="evidence/%Y/")
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"), related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = InArea.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(declaration__isnull=False, step=None, finding=None)
                | Q(declaration=None, step__isnull=False, finding=None)
                | Q(declaration=None, step=None, finding__isnull=False),
                name="evidence_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class Milestone(models.Model):
    """A line of the roadmap: by the end of which year a unit meets a criterion (or one indicator of it).

    `first_year` is the year from which the way is measured; whether a unit is behind is worked out from the
    results (`layers.programme.roadmap`), never typed in.
    """

    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="milestones", verbose_name=_("unit"))
    criterion = models.ForeignKey("layers.Criterion", models.CASCADE, related_name="+", verbose_name=_("criterion"))
    indicator = models.ForeignKey(
        "layers.Indicator", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    first_year = models.PositiveSmallIntegerField(_("measured from year"))
    target_year = models.PositiveSmallIntegerField(_("target year"))
    works = models.TextField(_("what it takes"), blank=True)
    responsible = models.CharField(_("responsible"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = InArea.as_manager()

    class Meta:
        verbose_name = _("line of the roadmap")
        verbose_name_plural = _("lines of the roadmap")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "criterion", "indicator"], nulls_distinct=False, name="milestone_once"
            ),
            models.CheckConstraint(condition=Q(target_year__gte=F("first_year")), name="milestone_years_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.criterion_id} {self.target_year}"


@tracked
class Duty(models.Model):
    """Who of a steering committee answers for a unit, or for one criterion in it: a post, or a user who holds it."""

    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="duties", verbose_name=_("unit"))
    criterion = models.ForeignKey(
        "layers.Criterion", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("criterion")
    )
    post = models.CharField(_("post"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("user"), related_name="+"
    )

    objects = InArea.as_manager()

    class Meta:
        verbose_name = _("duty in the steering committee")
        verbose_name_plural = _("duties in the steering committee")
        constraints = [
            models.UniqueConstraint(fields=["unit", "criterion", "post"], nulls_distinct=False, name="duty_once")
        ]

    def __str__(self) -> str:
        return self.post
