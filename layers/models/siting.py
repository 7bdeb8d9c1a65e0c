"""Where waste sites may be put: the rules an office keeps, and the studies that were made under them.

A rule is data with a source, because the regulations change and part of them could not be read: whether it was
checked against its text is said wherever it is used. A study keeps all that its answer depends on.
"""

import pghistory
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Role, Viewer

from .feature import tracked
from .units import Unit


class SiteKind(models.TextChoices):
    KILN = "kiln", _("Kilns of household groups")
    COLLECTION = "collection", _("Collection points")
    INCINERATOR = "incinerator", _("Incinerator")


class Subject(models.TextChoices):
    """What a distance is measured to, or what else is asked of a place."""

    DWELLING = "dwelling", _("houses")
    SCHOOL = "school", _("schools")
    PUBLIC = "public", _("health stations, culture houses, markets, offices")
    WATER = "water", _("rivers and streams")
    ROAD = "road", _("roads")
    SLOPE = "slope", _("slope")


class Bound(models.TextChoices):
    LEAST = "least", _("at least")
    MOST = "most", _("at most")


@tracked
class SitingRule(models.Model):
    """One condition on a place: "at least 500 m to houses", "at most 300 m to a road", "slope at most 15 %"."""

    kind = models.CharField(_("kind of site"), max_length=12, choices=SiteKind)
    subject = models.CharField(_("measured to"), max_length=10, choices=Subject)
    bound = models.CharField(_("bound"), max_length=5, choices=Bound, default=Bound.LEAST)
    value = models.FloatField(_("value"), help_text=_("Metres; of a slope, per cent."))
    rule = models.CharField(_("legal basis"), max_length=200, blank=True)
    verified = models.BooleanField(
        _("checked against the text of the rule"),
        default=False,
        help_text=_("A value that is not is shown as an assumption wherever it is used."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("siting rule")
        verbose_name_plural = _("siting rules")
        ordering = ["kind", "subject", "bound"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "bound"], name="sitingrule_once"),
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="sitingrule_value",
                violation_error_message=_("A distance or slope is greater than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(subject="slope", bound="least"),
                name="sitingrule_slope_is_a_most",
                violation_error_message=_("A slope has an upper bound."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_subject_display()}, {self.get_bound_display()} {self.value:g}"


class StudyState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("answered")
    REFUSED = "refused", _("no answer")
    CANCELLED = "cancelled", _("cancelled")


#: The worker is at such a study, or soon will be.
AT_WORK = (StudyState.WAITING, StudyState.RUNNING)
#: Who asks for studies; who else of the area looks at them is said by `Audience.AREA`.
ASKS = frozenset({Role.ADMINISTRATOR, Role.PLANNER})


class StudyQuerySet(models.QuerySet):
    def seen_by(self, viewer: Viewer) -> "StudyQuerySet":
        """Keep the studies of units in a viewer's areas, if the viewer may see rows of an area at all."""
        return self.filter(viewer.within("unit__path")) if viewer.may_see(Audience.AREA) else self.none()

    def light(self) -> "StudyQuerySet":
        """Leave the large columns in the database."""
        return self.defer("frozen", "result", "zones", "unit__geom")


# What it was stays when a study is deleted; its answer and the positions of houses in it do not.
@pghistory.track(
    pghistory.DeleteEvent(row=pghistory.Old),
    model_name="SitingStudyEvent",
    fields=["id", "name", "unit", "kind", "year", "user", "state", "created_at", "inputs_sha256", "result_sha256"],
)
class SitingStudy(models.Model):
    """A question, what it was answered from, and the answer.

    `frozen` holds positions of households: it is read by the engine alone and leaves the store in no other way.
    `result` and `zones` hold numbers, positions of sites and codes; words are made when somebody reads them.
    """

    name = models.CharField(_("name"), max_length=120, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    kind = models.CharField(_("kind of site"), max_length=12, choices=SiteKind)
    year = models.PositiveSmallIntegerField(_("year"))
    #: What was asked: budget, wind, capacities …; see `planning.waste.settings`.
    options = models.JSONField(_("options"), default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"), related_name="+"
    )
    #: Paths of the communes whose households were read: what is measured to houses is for those who may see them all.
    areas = ArrayField(models.TextField(), default=list, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=StudyState, default=StudyState.WAITING)
    created_at = models.DateTimeField(_("asked on"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    step = models.CharField(max_length=12, blank=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(null=True, editable=False)
    #: In Vietnamese and English, why there is no answer.
    message = models.JSONField(default=dict, editable=False)
    frozen = models.BinaryField(null=True, editable=False)
    inputs_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    result = models.JSONField(null=True, editable=False)
    result_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    #: By subject, where a rule forbids a site: GeoJSON MultiPolygons, simplified.
    zones = models.JSONField(default=dict, editable=False)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name = _("siting study")
        verbose_name_plural = _("siting studies")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name or f"{self.get_kind_display()}, {self.unit}"

    @property
    def busy(self) -> bool:
        return self.state in AT_WORK

    def shows_groups_to(self, viewer: Viewer) -> bool:
        """Tell whether a viewer may see which houses share a kiln or a collection point."""
        return viewer.may_see(Audience.PERSONAL) and viewer.covers(self.unit.path)

    def shows_houses_to(self, viewer: Viewer) -> bool:
        """Tell whether a viewer may see what is measured to houses, from which they could be found."""
        return self.shows_groups_to(viewer) and all(viewer.covers(path) for path in self.areas)
