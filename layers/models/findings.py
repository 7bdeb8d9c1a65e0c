"""Findings of inspections: what was found wanting or in the way, where, who sees to it, by when.

A finding stands on the map and belongs to a unit and, where it bears on one, an indicator. What a year shows
is what was known at its end: a finding that was closed since is still open there.
"""

from datetime import date

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .criteria import last_assessed_year
from .feature import PLACE_AND_SOURCE, Feature, FeatureQuerySet, tracked, versioned
from .layer import Field, Layer, Mark, Overview, Style


class FindingKind(models.TextChoices):
    SHORTCOMING = "shortcoming", _("shortcoming")
    OBSTACLE = "obstacle", _("obstacle")


STATES = (("open", _("open")), ("closed", _("closed")))


class FindingQuerySet(FeatureQuerySet):
    def as_of_year(self, year: int) -> "FindingQuerySet":
        """Findings made by the end of a year, each with its `state` at that time.

        The last year of which there are results is what stands now: what has been found and settled since is about
        it, and no later year has anything to show it on.
        """
        if year >= last_assessed_year():
            return self.annotate(state=Case(When(closed_on=None, then=Value("open")), default=Value("closed")))
        end = date(year, 12, 31)
        return self.filter(found_on__lte=end).annotate(
            state=Case(When(closed_on__lte=end, then=Value("closed")), default=Value("open"))
        )

    def open_on(self, day: date) -> "FindingQuerySet":
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), found_on__lte=day)

    def overdue_on(self, day: date) -> "FindingQuerySet":
        """Findings whose day to be settled by has passed, and that are open on that day."""
        return self.open_on(day).filter(due_on__lt=day)


@tracked
class Finding(Feature):
    kind = models.CharField(_("kind"), max_length=12, choices=FindingKind, default=FindingKind.SHORTCOMING)
    detail = models.TextField(_("what was found"), blank=True)
    indicator = models.ForeignKey(
        "layers.Indicator", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("to be settled by"), null=True, blank=True)
    responsible = models.CharField(_("responsible"), max_length=200, blank=True, help_text=_("an office or a post"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("user"), related_name="+"
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing = models.TextField(_("how it was settled"), blank=True)
    geom = models.PointField(_("position"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of an inspection")
        verbose_name_plural = _("findings of inspections")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="finding_key"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("found_on")), name="finding_closed_after_found"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("found_on")), name="finding_due_after_found"
            ),
        ]
        indexes = [models.Index(fields=["unit", "due_on"], name="finding_by_unit")]
        triggers = [versioned("findings")]

    def overdue(self, day: date | None = None) -> bool:
        """Tell whether it should have been settled by now (or by a day) and is not."""
        day = day or timezone.localdate()
        return self.due_on is not None and self.due_on < day and (self.closed_on is None or self.closed_on > day)


def everyone(year: int) -> FindingQuerySet:
    return Finding.objects.as_of_year(year)


def rows(viewer: Viewer, year: int) -> FindingQuerySet:
    return everyone(year).seen_by(viewer, Audience.AREA).annotate(
        about=Concat("indicator__code", Value(" "), "indicator__part", output_field=models.TextField())
    )  # fmt: skip


FINDINGS = Layer(
    slug="findings",
    title=_("Findings of inspections"),
    model=Finding,
    geometry="POINT",
    audience=Audience.AREA,
    rows=rows,
    everyone=everyone,
    fields=(
        Field("name", _("in short"), ("name", "ten", "ton_tai", "vuong_mac"), tile=True, required=True),
        Field("kind", _("kind"), ("kind", "loai"), tile=True),
        Field("state", _("state"), tile=True, stored=False, choices=STATES),
        Field("about", _("indicator"), stored=False),
        Field("detail", _("what was found"), ("detail", "noi_dung", "mo_ta")),
        Field("found_on", _("found on"), ("found_on", "ngay_kiem_tra"), required=True),
        Field("due_on", _("to be settled by"), ("due_on", "han", "thoi_han"), tile=True),
        Field("responsible", _("responsible"), ("responsible", "phu_trach", "trach_nhiem")),
        Field("closed_on", _("closed on"), stored=False),
        Field("closing", _("how it was settled"), stored=False),
        *PLACE_AND_SOURCE,
    ),
    zooms=range(11, 19),
    overview=Overview(
        values={"count": Count("pk"), "open": Count("pk", filter=Q(state="open"))},
        titles={"count": _("findings of inspections"), "open": _("open")},
    ),
    style=Style(
        by="state",
        marks=(
            Mark("open", _("open finding"), "--unmet", width=13, shape="diamond"),
            Mark("closed", _("closed finding"), "--met", width=10, shape="ring"),
        ),
    ),
    # Results say which year is the last.
    tables=("findings", "standings"),
)
