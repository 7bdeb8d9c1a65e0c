"""What everybody may know of a plan: once it is approved, its totals."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from layers.access import SEES_EXACT_TOTALS, Viewer
from layers.errors import NotFound
from layers.models import Plan
from layers.models.plans import PlanState

from .planner import covers

#: Of a plan's totals, what tells of money and roads, and what counts households.
MONEY = ("cost", "state", "people", "length_m", "works", "packages")
HOMES = ("households", "poor_households")


def find(uid: object) -> Plan:
    """Return an approved plan, whoever asks. Raises NotFound for any other."""
    plan = Plan.objects.approved().defer("inputs").filter(uid=UUID(str(uid))).first()
    if plan is None:
        raise NotFound(_("There is no such plan, or it is not yours to see."))
    return plan


def totals_for(viewer: Viewer, plan: Plan) -> dict[str, Any]:
    """Return a plan's totals as far as a viewer may know them: what it costs, what it builds, which criteria it turns,
    and how many households it reaches.

    Of an approved plan everybody may. A count of households below SMALL_COUNT is None for who is not staff of all of
    the region, and so is that of the poor ones where the rest of the count is small. Raises NotFound for other plans,
    unless the viewer is such staff.
    """
    staff = viewer.role in SEES_EXACT_TOTALS and covers(viewer, plan)
    if plan.result is None or not (staff or plan.state == PlanState.APPROVED):
        raise NotFound(_("There is no such plan, or it is not yours to see."))
    totals = plan.result["totals"]
    turned = [(row["commune"], row["criterion"]) for row in plan.result["criteria"] if row["turned"]]
    homes = {name: totals["gained"][name] for name in HOMES}
    return {
        "title": plan.title,
        "year": plan.year,
        "decision": plan.decision,
        **{name: totals[name] for name in MONEY},
        "sources": [{name: row[name] for name in ("name", "community", "spent")} for row in plan.result["sources"]],
        "criteria": turned,
        **(homes if staff else hidden(homes["households"], homes["poor_households"])),
    }


def hidden(households: int, poor: int) -> dict[str, int | None]:
    """Return the two counts without what would let a few people be counted: small ones, and a small rest."""
    small = settings.LIMITS["SMALL_COUNT"]
    return {
        "households": households if households >= small else None,
        "poor_households": poor if poor >= small and households - poor >= small else None,
    }
