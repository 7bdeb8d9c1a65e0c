"""Facilities: schools, culture houses, health stations, markets, with the years they were open."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import BooleanField, Case, Count, Q, Value, When
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .feature import PLACE_AND_SOURCE, Feature, FeatureQuerySet, SearchKey, tracked, versioned
from .layer import Dated, Field, Layer, Mark, Overview, Style


class FacilityKind(models.TextChoices):
    SCHOOL = "school", _("School")
    CULTURE_HOUSE = "culture_house", _("Culture house")
    SPORTS_GROUND = "sports_ground", _("Sports ground")
    HEALTH_STATION = "health_station", _("Health station")
    MARKET = "market", _("Market")
    COMMITTEE = "committee", _("People's Committee")


class SchoolLevel(models.TextChoices):
    KINDERGARTEN = "kindergarten", _("kindergarten")
    PRIMARY = "primary", _("primary")
    LOWER_SECONDARY = "lower_secondary", _("lower secondary")
    UPPER_SECONDARY = "upper_secondary", _("upper secondary")


class FacilityQuerySet(FeatureQuerySet):
    def as_of_year(self, year: int) -> "FacilityQuerySet":
        """Facilities open at the end of a year, each with `up_to_standard` as it was then."""
        return self.filter(
            Q(opened_year=None) | Q(opened_year__lte=year), Q(closed_year=None) | Q(closed_year__gt=year)
        ).annotate(
            up_to_standard=Case(
                When(standard=True, standard_year__gt=year, then=Value(False)),
                default="standard",
                output_field=BooleanField(null=True),
            )
        )


@tracked
class Facility(Feature):
    kind = models.CharField(_("kind"), max_length=16, choices=FacilityKind)
    level = models.CharField(_("school level"), max_length=16, choices=SchoolLevel, blank=True)
    standard = models.BooleanField(_("meets the national standard"), null=True, blank=True)
    standard_year = models.PositiveSmallIntegerField(_("meets it since"), null=True, blank=True)
    opened_year = models.PositiveSmallIntegerField(_("opened in"), null=True, blank=True)
    closed_year = models.PositiveSmallIntegerField(_("closed in"), null=True, blank=True)
    geom = models.PointField(_("position"))
    name_key = models.GeneratedField(expression=SearchKey("name"), output_field=models.TextField(), db_persist=True)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="facility_key"),
            models.CheckConstraint(
                condition=Q(kind="school") ^ Q(level=""),
                name="facility_level_is_for_schools",
                violation_error_message=_("A school has a level, and nothing else has one."),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "kind"], name="facility_by_unit"),
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="facility_name_trgm"),
        ]
        triggers = [versioned("facilities")]


def everyone(year: int) -> FacilityQuerySet:
    return Facility.objects.as_of_year(year)


def rows(viewer: Viewer, year: int) -> FacilityQuerySet:
    return everyone(year).seen_by(viewer, Audience.AREA)


FACILITIES = Layer(
    slug="facilities",
    title=_("Schools, culture houses, health stations"),
    model=Facility,
    geometry="POINT",
    audience=Audience.AREA,
    rows=rows,
    everyone=everyone,
    fields=(
        Field("name", _("name"), ("name", "ten", "ten_truong"), tile=True),
        Field("kind", _("kind"), ("kind", "loai", "amenity"), tile=True, required=True),
        Field("level", _("school level"), ("level", "cap_hoc"), tile=True),
        Field(
            "up_to_standard",
            _("meets the national standard at the end of the year"),
            tile=True,
            stored=False,
            choices=(("true", _("yes")), ("false", _("no")), ("", _("not known"))),
        ),
        Field("standard", _("meets the national standard"), ("standard", "dat_chuan", "chuan_quoc_gia")),
        Field("standard_year", _("meets it since"), ("standard_year", "nam_dat_chuan")),
        Field("opened_year", _("opened in"), ("opened_year", "nam_mo")),
        Field("closed_year", _("closed in"), ("closed_year", "nam_dong")),
        *PLACE_AND_SOURCE,
    ),
    zooms=range(12, 19),
    overview=Overview(values={"count": Count("pk")}, titles={"count": _("facilities")}),
    style=Style(
        by="kind",
        marks=(
            Mark("school", _("School"), "--hard", width=12, shape="square"),
            Mark("culture_house", _("Culture house"), "--near", width=12, shape="diamond"),
            Mark("sports_ground", _("Sports ground"), "--near", width=10, shape="ring"),
            Mark("health_station", _("Health station"), "--unmet", width=12, shape="cross"),
            Mark("market", _("Market"), "--soft", width=12, shape="triangle"),
            Mark("committee", _("People's Committee"), "--brand", width=14, shape="star"),
        ),
    ),
    tables=("facilities",),
    begins="opened_year",
    dated=(Dated("standard", frozenset({True}), "standard_year"),),
)
