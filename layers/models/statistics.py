"""Counted statistics: what is known only as so many out of so many, for a unit and a year."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .feature import tracked


class Counted(models.TextChoices):
    """What can be counted for a unit. `layers.criteria.measures.counted` says out of what, and in which units."""

    IRRIGATED_LAND = "irrigated_land", _("farm land irrigated and drained")
    ELECTRICITY = "electricity", _("households with regular and safe electricity")
    MAKESHIFT_HOUSES = "makeshift_houses", _("makeshift or dilapidated houses")
    STANDARD_HOUSES = "standard_houses", _("households whose house meets the standard")
    INCOME = "income", _("income in a year")
    EMPLOYED = "employed", _("people employed")
    TRAINED_WORKERS = "trained_workers", _("workers who have been trained")
    CERTIFIED_WORKERS = "certified_workers", _("workers with a degree or certificate")
    CONTINUING_PUPILS = "continuing_pupils", _("school leavers who go on")
    INSURED = "insured", _("people with health insurance")
    STUNTED_CHILDREN = "stunted_children", _("stunted children")
    HEALTH_RECORDS = "health_records", _("people with an electronic health record")
    CULTURAL_HAMLETS = "cultural_hamlets", _("hamlets with the title of cultural hamlet")
    HAMLETS_WITH_PLAN = "hamlets_with_plan", _("cultural hamlets that carry out a new rural plan")
    CENTRAL_WATER = "central_water", _("households with clean water from a central supply")
    BUSINESS_ENVIRONMENT = "business_environment", _("establishments that follow environmental rules")
    GREEN_LAND = "green_land", _("public green land")
    SOLID_WASTE = "solid_waste", _("solid waste collected and treated")
    HAZARDOUS_WASTE = "hazardous_waste", _("pesticide packaging and medical waste collected and treated")
    SORTED_WASTE = "sorted_waste", _("households that sort waste")
    PLASTIC_WASTE = "plastic_waste", _("plastic waste collected, reused or recycled")
    FOOD_SAFETY = "food_safety", _("households and establishments that follow food safety rules")
    ORGANISATIONS_RATED = "organisations_rated", _("organisations rated as asked for")


@tracked
class Statistic(models.Model):
    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="statistics", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    code = models.SlugField(_("what is counted"), max_length=40, choices=Counted)
    numerator = models.FloatField(_("numerator"))
    denominator = models.FloatField(_("denominator"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    run = models.ForeignKey(
        "layers.ImportRun", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "code"], name="statistic_once"),
            models.CheckConstraint(
                condition=Q(denominator=None)
                | Q(denominator__gte=0, numerator__gte=0, numerator__lte=F("denominator")),
                name="statistic_part_of_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.code}"
