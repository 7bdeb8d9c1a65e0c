"""Counted statistics: what is known only as so many out of so many, for a unit and a year."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .feature import tracked


@tracked
class Statistic(models.Model):
    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="statistics", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    code = models.SlugField(_("what is counted"), max_length=40)
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
