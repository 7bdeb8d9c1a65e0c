"""Plans: which works a budget should go to, what they were reckoned from, and what became of them.

A plan covers a set of communes. Its inputs are frozen with it, so that a year later the same answer comes out of
them, byte for byte, whatever has happened to the rows since. Its packages and works are rows: once a plan is
approved, its works are the ones that programmes and reports name.
"""

import uuid

from django.conf import settings as django_settings
from django.contrib.gis.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.access import Audience, Viewer

USER = django_settings.AUTH_USER_MODEL


class PlanKind(models.TextChoices):
    ROADS = "roads", _("Roads")


class Season(models.TextChoices):
    WET = "wet", _("rainy season")
    DRY = "dry", _("dry season")


class PlanState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("plan", "draft")
    WAITING = "waiting", pgettext_lazy("plan", "waiting")
    RUNNING = "running", pgettext_lazy("plan", "running")
    SOLVED = "solved", pgettext_lazy("plan", "solved")
    FAILED = "failed", pgettext_lazy("plan", "failed")
    CANCELLED = "cancelled", pgettext_lazy("plan", "cancelled")
    SUBMITTED = "submitted", pgettext_lazy("plan", "submitted")
    APPROVED = "approved", pgettext_lazy("plan", "approved")


#: States in which somebody may still change what is asked.
OPEN_STATES = (PlanState.DRAFT, PlanState.SOLVED, PlanState.FAILED, PlanState.CANCELLED)
#: States in which a worker is at it, or will be.
BUSY_STATES = (PlanState.WAITING, PlanState.RUNNING)


class PlanQuerySet(models.QuerySet):
    def seen_by(self, viewer: Viewer) -> "PlanQuerySet":
        """Plans of whose whole region the viewer is staff; a plan without a region is nobody's."""
        if not viewer.may_see(Audience.AREA):
            return self.none()
        covered = PlanUnit.objects.filter(plan=OuterRef("pk"))
        return self.filter(Exists(covered), ~Exists(covered.exclude(viewer.within("unit__path"))))

    def approved(self) -> "PlanQuerySet":
        """Plans of which everybody may know the totals (see `planning.public`), and nothing else."""
        return self.filter(state=PlanState.APPROVED)


class Plan(models.Model):
    """A question and, once solved, its answer.

    settings: as `planning.plans.settings` reads them. inputs: what was read from the store, compressed; it holds sums
    by edge of the network, never a household, but those sums are small: it leaves the server with no output.
    versions: of the tables, norms and solver. result: as `planning.plans.answer` writes it; trust: as
    `planning.plans.trust` does, null until that is worked out; appraisal: costs and benefits, as
    `planning.store.plan_worth` reads them from the roads and writes them.
    objective, bound: weighted persons; no plan is worth more than the bound. gap: the part of the bound that a better
    plan could still add, 0 where proven best.
    """

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=PlanKind, default=PlanKind.ROADS)
    title = models.CharField(_("title"), max_length=200)
    units = models.ManyToManyField("layers.Unit", through="layers.PlanUnit", verbose_name=_("region"), related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    season = models.CharField(_("season"), max_length=3, choices=Season, default=Season.WET)
    author = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, verbose_name=_("author"), related_name="+")
    based_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, verbose_name=_("made from"), related_name="variants"
    )
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    settings = models.JSONField(_("settings"), default=dict)
    inputs = models.BinaryField(null=True, editable=False)
    inputs_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    versions = models.JSONField(_("versions of the data"), default=dict, editable=False)
    seed = models.PositiveIntegerField(_("seed"), default=1)

    method = models.CharField(_("method"), max_length=10, blank=True, editable=False)
    result = models.JSONField(null=True, editable=False)
    result_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    trust = models.JSONField(null=True, editable=False)
    appraisal = models.JSONField(null=True, editable=False)
    objective = models.FloatField(_("value"), null=True, editable=False)
    bound = models.FloatField(_("proven bound"), null=True, editable=False)
    gap = models.FloatField(_("gap"), null=True, editable=False)
    seconds = models.FloatField(_("seconds"), null=True, editable=False)
    progress = models.JSONField(default=dict, editable=False)
    error = models.TextField(_("why it failed"), blank=True, editable=False)
    solved_at = models.DateTimeField(_("solved"), null=True, editable=False)

    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    decision = models.CharField(_("decision"), max_length=120, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["solved", "submitted", "approved"]) | Q(result__isnull=False),
                name="plan_solved_has_result",
            ),
            models.CheckConstraint(
                condition=Q(objective=None) | Q(objective__lte=models.F("bound") + 1e-6), name="plan_within_bound"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanUnit(models.Model):
    """A commune of a plan's region."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="region")
    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("commune of a plan")
        verbose_name_plural = _("communes of plans")
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="planunit_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.unit_id}"


class Package(models.Model):
    """Works that make sense together: a path to the next hamlet, numbered by what they buy for their money.

    detail: minutes saved, criteria moved, the split by source, why it was chosen; as in the plan's result.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="packages")
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey("layers.Unit", models.PROTECT, verbose_name=_("commune"), related_name="+")
    length_m = models.FloatField(_("length"), default=0)
    cost = models.BigIntegerField(_("cost"))
    people_cost = models.BigIntegerField(_("of which the people's"), default=0)
    households = models.PositiveIntegerField(_("households gained"), default=0)
    poor_households = models.PositiveIntegerField(_("poor households gained"), default=0)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="package_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class WorkKind(models.TextChoices):
    ROAD = "road", _("road")
    FACILITY = "facility", _("facility")


class WorkQuerySet(models.QuerySet):
    def approved(self) -> "WorkQuerySet":
        return self.filter(plan__state=PlanState.APPROVED)

    def seen_by(self, viewer: Viewer) -> "WorkQuerySet":
        """Works of plans that the viewer may see; approved ones, wherever they lie in the viewer's areas."""
        if not viewer.may_see(Audience.AREA):
            return self.none()
        approved = Q(plan__state=PlanState.APPROVED) & viewer.within("unit__path")
        return self.filter(approved | Q(plan__in=Plan.objects.seen_by(viewer)))


class Work(models.Model):
    """One work (công trình) of a plan: a stretch of a road hardened, a facility built or brought up to standard.

    key: names the work in the plan's settings and result. A stretch runs from `start` to `stop`, fractions of the
    road's line, which `geom` shows. The road may have changed or gone since: `subject` is its identifier, name and
    length stay as they were. split: VND by the name of the source of money, the people's part included.
    """

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="works")
    package = models.ForeignKey(Package, models.CASCADE, related_name="works")
    key = models.CharField(max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=WorkKind)
    unit = models.ForeignKey("layers.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    subject = models.UUIDField(_("road or facility"), null=True, db_index=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("road class or kind"), max_length=20)
    treatment = models.CharField(_("treatment"), max_length=40, blank=True)
    start = models.FloatField(default=0)
    stop = models.FloatField(default=1)
    length_m = models.FloatField(_("length"), default=0)
    cost = models.BigIntegerField(_("cost"))
    people_cost = models.BigIntegerField(_("of which the people's"), default=0)
    split = models.JSONField(_("by source"), default=dict)
    geom = models.GeometryField(_("place"), null=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        ordering = ["plan", "package", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="work_once_a_plan")]

    def __str__(self) -> str:
        return self.name
