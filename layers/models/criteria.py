"""Criteria sets as data, and what was declared and computed against them.

set > criterion > indicator > threshold. An indicator such as 17.1 asks for two shares; each is a `part`
with thresholds and results of its own. Declared and computed results are two tables, so that neither can
overwrite the other; `Standing` is the outcome per unit and year that maps and lists read.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .feature import tracked, versioned
from .turns import noted
from .units import Kind, Unit


class Status(models.TextChoices):
    """One character each, as in `Standing.statuses` and in tiles."""

    MET = "m", _("met")
    UNMET = "u", _("unmet")
    UNKNOWN = "?", _("unknown")
    NOT_ASSESSED = "-", _("not assessed")


class Comparator(models.TextChoices):
    AT_LEAST = ">=", "≥"
    AT_MOST = "<=", "≤"
    IS = "==", "="


class YearRange(Func):
    function = "int4range"
    template = "%(function)s(%(expressions)s, '[]')"


class CriteriaSet(models.Model):
    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["first_year"]
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="set_years_in_order"),
            ExclusionConstraint(
                name="set_one_a_year",
                expressions=[
                    (YearRange(F("first_year"), F("last_year")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Criterion(models.Model):
    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField(_("number"))
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    group_vi = models.CharField(_("group (Vietnamese)"), max_length=80, blank=True)
    group_en = models.CharField(_("group (English)"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["criteria_set", "number"]
        constraints = [models.UniqueConstraint(fields=["criteria_set", "number"], name="criterion_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.name_vi}"


@tracked
class Indicator(models.Model):
    #: What results mean: closed once a year was recognised by the set.
    MEANING = ("criterion", "code", "part", "boolean", "comparator", "unit", "measure")

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="indicators")
    code = models.CharField(_("code"), max_length=8)
    part = models.CharField(_("part"), max_length=30, blank=True, help_text=_("where an indicator asks for two values"))
    name_vi = models.TextField(_("name (Vietnamese)"))
    name_en = models.TextField(_("name (English)"))
    boolean = models.BooleanField(_("met or not, without a number"), default=False)
    comparator = models.CharField(_("comparison"), max_length=2, choices=Comparator)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    measure = models.SlugField(_("computed by"), blank=True, help_text=_("empty: declared only"))
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["criterion", "id"]
        constraints = [models.UniqueConstraint(fields=["criterion", "code", "part"], name="indicator_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.part}".strip()


@tracked
class Threshold(models.Model):
    """The value an indicator is held against: a province's before a region's before the nation's."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="thresholds")
    first_year = models.PositiveSmallIntegerField(_("from year"))
    region = models.CharField(_("region"), max_length=6, blank=True)
    province_code = models.CharField(_("province code"), max_length=2, blank=True)
    commune_group = models.PositiveSmallIntegerField(
        _("group of communes"), default=0, help_text=_("1 to 3 where the set tells groups apart; 0: every group")
    )
    value = models.FloatField(_("value"), help_text=_("1 for “met” where there is no number"))
    verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "first_year", "region", "province_code", "commune_group"], name="threshold_once"
            ),
            models.CheckConstraint(condition=Q(region="") | Q(province_code=""), name="threshold_region_or_province"),
            models.CheckConstraint(condition=Q(commune_group__lte=3), name="threshold_group_known"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.region or self.province_code} {self.value}"


class Result(models.Model):
    """A value against a threshold. `undetermined` is the part of the denominator of which nothing is known."""

    unit = models.ForeignKey("layers.Unit", models.CASCADE, related_name="+", verbose_name=_("unit"))
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name=_("indicator"))
    year = models.PositiveSmallIntegerField(_("year"))
    numerator = models.FloatField(_("numerator"), null=True, blank=True)
    denominator = models.FloatField(_("denominator"), null=True, blank=True)
    status = models.CharField(_("result"), max_length=1, choices=Status)

    class Meta:
        abstract = True


class Assessment(Result):
    """What the rows say. Written by the assessment alone, anew each time."""

    undetermined = models.FloatField(_("not known"), default=0)
    threshold = models.FloatField(_("threshold"), null=True)
    threshold_verified = models.BooleanField(_("threshold verified"), default=False)
    assessed_at = models.DateTimeField(_("assessed"))

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [models.UniqueConstraint(fields=["year", "unit", "indicator"], name="assessment_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.indicator_id} {self.year} {self.status}"


@tracked
class Declaration(Result):
    """What a commune says, with its evidence."""

    value = models.FloatField(_("value"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True, default="", db_default="")
    decision_on = models.DateField(_("date of the decision"), null=True, blank=True)
    run = models.ForeignKey(
        "layers.ImportRun", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [models.UniqueConstraint(fields=["year", "unit", "indicator"], name="declaration_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.indicator_id} {self.year} {self.status}"


class Standing(models.Model):
    """Where a unit stands at the end of a year: one character of `Status` for each criterion, by number.

    `differs` has "≠" at each criterion whose declared and computed results disagree, " " elsewhere.
    """

    unit = models.ForeignKey("layers.Unit", models.CASCADE, related_name="standings")
    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    statuses = models.CharField(_("results"), max_length=30)
    differs = models.CharField(_("declared otherwise"), max_length=30)
    met = models.PositiveSmallIntegerField(_("criteria met"))

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="standing_once_a_year")]
        indexes = [models.Index(fields=["year", "unit"], name="standing_by_year")]
        triggers = [versioned("standings"), noted()]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.statuses}"


def last_assessed_year(until: int | None = None) -> int:
    """Return the last year of which most communes have results: what is shown and surveyed by default.

    One commune that begins a year turns nobody else's page to it. With `until`: the last that is not after it. The
    last year of any results, where none is so; this year, where there are none.
    """
    year = latest = _last(Q())
    while year is not None:
        there = Unit.objects.at_end_of(year).filter(kind=Kind.COMMUNE, rural=True).count()
        judged = Standing.objects.filter(year=year, unit__kind=Kind.COMMUNE).count()
        if 2 * judged >= there and (until is None or year <= until):
            return year
        year = _last(Q(year__lt=year))
    return latest or timezone.localdate().year


def _last(which: Q) -> int | None:
    return Standing.objects.filter(which).aggregate(last=models.Max("year"))["last"]
