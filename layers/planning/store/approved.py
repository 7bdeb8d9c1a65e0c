"""The works of approved plans in a region, as a case keeps them, and the state of what is approved."""

from collections.abc import Hashable

from django.db.models import Count, Max

from layers.models import Plan, Work
from layers.models.plans import PlanState
from layers.planning.plans.case import Approved

from .region import Region


def read_approved(region: Region) -> tuple[Approved, ...]:
    """Return each approved work in a region once, in an order that does not hang on the rows."""
    rows = (
        Work.objects.approved()
        .filter(region.within("unit__path"))
        .order_by("key", "start", "stop", "treatment")
        .values_list("key", "subject", "start", "stop", "treatment")
        .distinct()
    )
    return tuple(
        Approved(key, str(subject or ""), start, stop, treatment) for key, subject, start, stop, treatment in rows
    )


def state_of_approvals() -> tuple[Hashable, ...]:
    """Return what changes whenever a plan is approved."""
    found = Plan.objects.filter(state=PlanState.APPROVED).aggregate(count=Count("pk"), last=Max("approved_at"))
    return found["count"], found["last"]
