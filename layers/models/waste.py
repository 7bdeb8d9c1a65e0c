"""Waste sites: kilns, incinerators, landfills, collection points.

A brick kiln of a household group is an asset and is recorded as such; it cannot meet QCVN 61-MT:2016
(300 kg/h, 950 °C in the second chamber) and is never called compliant.
"""

from django.contrib.gis.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .feature import PLACE_AND_SOURCE, Feature, FeatureQuerySet, tracked, versioned
from .layer import Field, Layer, Mark, Overview, Style


class WasteKind(models.TextChoices):
    GROUP_KILN = "group_kiln", _("Kiln of a household group")
    HOUSEHOLD_KILN = "household_kiln", _("Kiln of one household")
    INCINERATOR = "incinerator", _("Commune incinerator")
    LANDFILL = "landfill", _("Sanitary landfill")
    TRANSFER = "transfer", _("Collection point, transfer station")
    PIT = "pit", _("Household pit, compost pit")
    PESTICIDE_TANK = "pesticide_tank", _("Tank for pesticide packaging")


class WasteSiteQuerySet(FeatureQuerySet):
    def as_of_year(self, year: int) -> "WasteSiteQuerySet":
        """Sites in use at the end of a year."""
        return self.filter(
            Q(opened_year=None) | Q(opened_year__lte=year), Q(closed_year=None) | Q(closed_year__gt=year)
        )


@tracked
class WasteSite(Feature):
    kind = models.CharField(_("kind"), max_length=16, choices=WasteKind)
    households_served = models.PositiveIntegerField(_("households served"), null=True, blank=True)
    capacity_kg_h = models.FloatField(_("capacity"), null=True, blank=True)
    opened_year = models.PositiveSmallIntegerField(_("in use since"), null=True, blank=True)
    closed_year = models.PositiveSmallIntegerField(_("closed in"), null=True, blank=True)
    geom = models.PointField(_("position"))

    objects = WasteSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("waste site")
        verbose_name_plural = _("waste sites")
        constraints = [models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="wastesite_key")]
        indexes = [models.Index(fields=["unit", "kind"], name="wastesite_by_unit")]
        triggers = [versioned("waste_sites")]


def everyone(year: int) -> WasteSiteQuerySet:
    return WasteSite.objects.as_of_year(year)


def rows(viewer: Viewer, year: int) -> WasteSiteQuerySet:
    return everyone(year).seen_by(viewer, Audience.AREA)


WASTE_SITES = Layer(
    slug="waste-sites",
    title=_("Kilns, incinerators, collection points"),
    model=WasteSite,
    geometry="POINT",
    audience=Audience.AREA,
    rows=rows,
    everyone=everyone,
    fields=(
        Field("name", _("name"), ("name", "ten"), tile=True),
        Field("kind", _("kind"), ("kind", "loai"), tile=True, required=True),
        Field("households_served", _("households served"), ("households_served", "so_ho")),
        Field("capacity_kg_h", _("capacity"), ("capacity_kg_h", "cong_suat"), unit=_("kg/h")),
        Field("opened_year", _("in use since"), ("opened_year", "nam_su_dung")),
        Field("closed_year", _("closed in"), ("closed_year", "nam_dong")),
        *PLACE_AND_SOURCE,
    ),
    zooms=range(12, 19),
    overview=Overview(
        values={"count": Count("pk"), "households_served": Sum("households_served", default=0)},
        titles={"count": _("sites"), "households_served": _("households served")},
    ),
    style=Style(
        by="kind",
        marks=(
            Mark("group_kiln", _("Kiln of a household group"), "--soft", width=9, shape="triangle"),
            Mark("household_kiln", _("Kiln of one household"), "--soft", width=7, shape="ring"),
            Mark("incinerator", _("Commune incinerator"), "--unmet", width=14, shape="triangle"),
            Mark("landfill", _("Sanitary landfill"), "--ink-2", width=14, shape="square"),
            Mark("transfer", _("Collection point, transfer station"), "--near", width=11, shape="square"),
            Mark("pit", _("Household pit, compost pit"), "--ink-2", width=7, shape="ring"),
            Mark("pesticide_tank", _("Tank for pesticide packaging"), "--near", width=9, shape="diamond"),
        ),
    ),
    tables=("waste_sites",),
    begins="opened_year",
)
