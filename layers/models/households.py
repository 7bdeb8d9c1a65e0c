"""Households and what each year's review found. Personal data throughout.

Head of household, exact position and poverty status describe a person: the fields say `personal`, and
rows reach only those whom `access` grants PERSONAL. Everybody else gets totals per unit.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Count, F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .feature import PLACE_AND_SOURCE, Feature, FeatureQuerySet, SearchKey, tracked, versioned
from .layer import Field, Layer, Mark, Overview, Style


class Category(models.TextChoices):
    """The class of a household in one year."""

    POOR = "poor", _("poor")
    NEAR_POOR = "near_poor", _("near-poor")
    AVERAGE = "average", _("average")
    BETTER = "better", _("better off")


class Movement(models.TextChoices):
    """How the class changed from the year before; derived, never typed in."""

    STAYED = "stayed", _("no change")
    ESCAPED = "escaped", _("escaped poverty")
    ESCAPED_NEAR = "escaped_near", _("escaped near-poverty")
    RELAPSED = "relapsed", _("relapsed into poverty")
    RELAPSED_NEAR = "relapsed_near", _("relapsed into near-poverty")
    NEWLY_POOR = "newly_poor", _("newly poor")
    NEWLY_NEAR = "newly_near", _("newly near-poor")


class HouseholdQuerySet(FeatureQuerySet):
    def as_of_year(self, year: int) -> "HouseholdQuerySet":
        """Households reviewed in a year, with what was found: `category`, `movement`."""
        return (
            self.alias(of_year=FilteredRelation("reviews", condition=Q(reviews__year=year)))
            .filter(of_year__isnull=False)
            .annotate(category=F("of_year__category"), movement=F("of_year__movement"))
        )


@tracked
class Household(Feature):
    members = models.PositiveSmallIntegerField(_("people in the household"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    accuracy_m = models.FloatField(_("accuracy of the position"), null=True, blank=True)
    # Of the head's identity number only a keyed hash and the last four digits are kept (`layers.fieldwork.identity`).
    id_hmac = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    id_last4 = models.CharField(max_length=4, blank=True, default="", db_default="", editable=False)
    geom = models.PointField(_("position"), null=True, blank=True)
    name_key = models.GeneratedField(expression=SearchKey("name"), output_field=models.TextField(), db_persist=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="household_key")]
        indexes = [
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="household_name_trgm"),
            models.Index(fields=["id_hmac"], condition=~Q(id_hmac=""), name="household_id_hmac"),
        ]
        triggers = [versioned("households")]


@tracked
class Review(models.Model):
    """One household in one year's review. A null answer was not asked or not given: it is not "no"."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="reviews")
    # Where the household lived then; kept here so that a year's totals need only this table.
    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    category = models.CharField(_("household class"), max_length=10, choices=Category)
    movement = models.CharField(_("movement"), max_length=14, choices=Movement, blank=True, editable=False)
    hygienic_water = models.BooleanField(_("hygienic water"), null=True, blank=True)
    clean_water = models.BooleanField(_("clean water"), null=True, blank=True)
    sanitary = models.BooleanField(_("hygienic toilet, bathroom and water tank"), null=True, blank=True)
    livestock = models.BooleanField(_("keeps livestock"), null=True, blank=True)
    hygienic_pen = models.BooleanField(_("hygienic pen"), null=True, blank=True)
    waste_collected = models.BooleanField(_("waste collected or treated"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    run = models.ForeignKey(
        "layers.ImportRun", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="review_once_a_year")]
        indexes = [
            # A year's shares and totals by unit are read from this index alone.
            models.Index(
                fields=["year", "unit"],
                include=[
                    "category",
                    "hygienic_water",
                    "clean_water",
                    "sanitary",
                    "livestock",
                    "hygienic_pen",
                    "waste_collected",
                ],
                name="review_by_year_unit",
            ),
        ]
        triggers = [versioned("households")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year} {self.category}"


def everyone(year: int) -> models.QuerySet[Review]:
    """The year's reviews, one for each household, where it lived then: a year's totals need no more than these."""
    return Review.objects.filter(year=year)


def rows(viewer: Viewer, year: int) -> HouseholdQuerySet:
    return Household.objects.as_of_year(year).seen_by(viewer, Audience.PERSONAL)


HOUSEHOLDS = Layer(
    slug="households",
    title=_("Households"),
    model=Household,
    geometry="POINT",
    audience=Audience.PERSONAL,
    rows=rows,
    everyone=everyone,
    fields=(
        Field(
            "name",
            _("head of household"),
            ("name", "chu_ho", "ho_ten", "ho_va_ten", "ten_chu_ho"),
            personal=True,
        ),
        Field(
            "category", _("household class"), tile=True, personal=True, stored=False, choices=tuple(Category.choices)
        ),
        Field("movement", _("movement"), personal=True, stored=False, choices=tuple(Movement.choices)),
        Field(
            "members", _("people in the household"), ("members", "nhan_khau", "so_nhan_khau", "so_khau"), personal=True
        ),
        Field("address", _("address"), ("address", "dia_chi"), personal=True),
        Field("accuracy_m", _("accuracy of the position"), ("accuracy_m", "sai_so"), unit=_("m")),
        Field("key", _("household code"), ("key", "ma_ho", "household_code"), personal=True),
        *PLACE_AND_SOURCE,
    ),
    zooms=range(14, 19),
    overview=Overview(
        values={
            "count": Count("pk"),
            "poor": Count("pk", filter=Q(category="poor")),
            "near_poor": Count("pk", filter=Q(category="near_poor")),
        },
        titles={"count": _("households"), "poor": _("poor"), "near_poor": _("near-poor")},
        secret=frozenset({"count", "poor", "near_poor"}),
    ),
    style=Style(
        by="category",
        marks=(
            Mark("poor", _("poor household"), "--poor", width=8),
            Mark("near_poor", _("near-poor household"), "--poor", width=7, shape="ring"),
            Mark("average", _("other household"), "--ink-2", width=3),
            Mark("better", _("other household"), "--ink-2", width=3),
        ),
    ),
    tables=("households",),
)
