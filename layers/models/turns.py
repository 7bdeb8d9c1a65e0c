"""What turned and when: a standing as it was before each change of its results.

`Standing` holds only how things are. A trigger notes every change of it, whoever makes it, so that a board can
say what moved since a day and an alert what turned in a week.
"""

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def noted() -> pgtrigger.Trigger:
    """Return the trigger that notes a change of results under the same criteria set.

    Results that are drawn up for the first time have turned from nothing, and are not noted.
    """
    return pgtrigger.Trigger(
        name="note_turn",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.statuses IS DISTINCT FROM NEW.statuses AND OLD.criteria_set_id = NEW.criteria_set_id"
        ),
        func=(
            "INSERT INTO layers_turn (unit_id, criteria_set_id, year, before, after, at) VALUES "
            "(NEW.unit_id, NEW.criteria_set_id, NEW.year, OLD.statuses, NEW.statuses, now()); RETURN NULL;"
        ),
    )


class Turn(models.Model):
    unit = models.ForeignKey("layers.Unit", models.CASCADE, related_name="turns", verbose_name=_("unit"))
    criteria_set = models.ForeignKey("layers.CriteriaSet", models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    before = models.CharField(_("results before"), max_length=30)
    after = models.CharField(_("results after"), max_length=30)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("turn of results")
        verbose_name_plural = _("turns of results")
        indexes = [
            models.Index(fields=["unit", "year", "at"], name="turn_by_unit"),
            models.Index(fields=["at"], name="turn_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.before} → {self.after}"
