"""To which group of communes a commune belongs from a day on: in 2026–2030 the group decides its thresholds."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .feature import tracked
from .units import CommuneGroup


@tracked
class Grouping(models.Model):
    """A commune's group from a day on, until the next begins; before the first it is in none.

    A result is of the end of a year, so the group of a year is the one that has begun by its last day.
    """

    unit = models.ForeignKey("layers.Unit", models.CASCADE, related_name="groupings", verbose_name=_("commune"))
    since = models.DateField(_("from"))
    commune_group = models.PositiveSmallIntegerField(_("group of communes"), choices=CommuneGroup)
    reason = models.CharField(_("reason"), max_length=300)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"), related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("group of a commune")
        verbose_name_plural = _("groups of communes")
        ordering = ["unit", "since"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "since"], name="grouping_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(commune_group__gte=1, commune_group__lte=3), name="grouping_group_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.since} {self.commune_group}"


def groups_of(communes: Iterable[int], year: int) -> dict[int, int]:
    """Return the group in a year of each commune by its id, 0 where none is told: one query for all of them."""
    found = dict.fromkeys(communes, 0)
    begun = Grouping.objects.filter(unit__in=found, since__lte=date(year, 12, 31)).order_by("since")
    found.update(begun.values_list("unit", "commune_group"))
    return found
