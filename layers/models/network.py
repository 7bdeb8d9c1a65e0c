"""Repairs of the road network: what an inventory leaves open, decided by somebody, and undone by anybody entitled.

An inventory is not changed by them: they say how it is to be read when a network is made of it, so that the next
import of the same file neither loses them nor is held up by them.
"""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .feature import versioned


class RepairKind(models.TextChoices):
    JOIN = "join", _("A missing stretch is added")
    SNAP = "snap", _("An end is moved onto another road")
    DROP = "drop", _("A road is left out of the network")
    BRIDGE = "bridge", _("A road passes over or under others and is joined at its ends only")


#: Repairs that are about a place, not about a road as a whole.
LINKING = (RepairKind.JOIN, RepairKind.SNAP)


class NetworkRepairQuerySet(models.QuerySet):
    def standing(self) -> "NetworkRepairQuerySet":
        """Keep the repairs that nobody has undone, in the order in which they were made."""
        return self.filter(undone_at=None).order_by("pk")


class NetworkRepair(models.Model):
    """`link` leads from an end of `road` to where it is to be joined, on `other`; a road that is left out because it
    is there twice names as `other` the one that stays."""

    kind = models.CharField(_("repair"), max_length=6, choices=RepairKind)
    road = models.ForeignKey("layers.Road", models.CASCADE, verbose_name=_("road"), related_name="repairs")
    other = models.ForeignKey(
        "layers.Road", models.SET_NULL, null=True, blank=True, verbose_name=_("other road"), related_name="+"
    )
    link = models.LineStringField(_("link"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("by"), related_name="+"
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("undone by"), related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = NetworkRepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("network repair")
        verbose_name_plural = _("network repairs")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LINKING, link__isnull=False) | Q(~Q(kind__in=LINKING), link=None),
                name="networkrepair_link_is_for_linking",
            ),
            models.UniqueConstraint(
                fields=["road", "kind"],
                condition=Q(undone_at=None) & ~Q(kind__in=LINKING),
                name="networkrepair_once",
            ),
        ]
        indexes = [models.Index(fields=["road"], condition=Q(undone_at=None), name="networkrepair_standing")]
        triggers = [versioned("network_repairs")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.road}"
