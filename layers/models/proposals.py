"""Proposals: what a phone says and only a planner may make true: a household's class, whether a criterion is met."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProposalState(models.TextChoices):
    OPEN = "open", _("to be decided")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


class Proposal(models.Model):
    """A household's class in a year with the answers of its review, or the result of an indicator in a unit's year."""

    submission = models.ForeignKey("layers.Submission", models.CASCADE, related_name="proposals")
    unit = models.ForeignKey("layers.Unit", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    household = models.ForeignKey("layers.Household", models.CASCADE, null=True, related_name="proposals")
    indicator = models.ForeignKey("layers.Indicator", models.CASCADE, null=True, related_name="+")
    old = models.CharField(_("so far"), max_length=10, blank=True)
    new = models.CharField(_("proposed"), max_length=10)
    #: Answers of a review that is not there yet, by field.
    answers = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=ProposalState, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(household__isnull=False, indicator=None) | Q(household=None, indicator__isnull=False),
                name="proposal_of_one_thing",
            ),
            models.UniqueConstraint(fields=["submission"], name="proposal_once"),
        ]
        indexes = [models.Index(fields=["unit"], condition=Q(state="open"), name="proposal_open_by_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.new}"
