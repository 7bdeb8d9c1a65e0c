"""How far a plan can be trusted, as its page and its paper say it (`planning.plans.trust`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.models import Plan
from layers.planning.plans.caveats import LABELS, assumption, changed_input
from layers.reports.amounts import money, percent

from .decided import priced

#: Criteria turned to met that are told by name.
NAMED = 4


def assumed(plan: Plan) -> list[str]:
    """Return what the plan rests on, one sentence each; that it is not known yet, where it is not."""
    if plan.trust is None:
        return [_("This is still being worked out. Look again in a moment.")]
    return [assumption(row) for row in plan.trust["assumptions"]]


def labels(plan: Plan) -> dict[int, str]:
    """Return in words how surely each package belongs into the plan, by its number."""
    if plan.trust is None:
        return {}
    return {row["number"]: _said(row) for row in plan.trust["packages"]}


def _said(row: Mapping[str, Any]) -> str:
    return _("%(label)s: in %(share)s of the trials") % {
        "label": LABELS[row["label"]],
        "share": percent(row["share"]),
    }


def trials(plan: Plan) -> dict[str, Any] | None:
    """Return what the trials told; None where they have not been made yet."""
    trust = plan.trust
    if trust is None:
        return None
    return {
        "runs": trust["runs"],
        "regret": _("on average %(mean)s, at worst %(worst)s of what the plan brings")
        % {"mean": percent(trust["regret"]["mean"], 1), "worst": percent(trust["regret"]["worst"], 1)}
        if trust["regret"]
        else "",
        "choices": priced(plan),
        "trade_off": [_traded(row, plan) for row in trust["trade_off"]],
        "sensitivity": [{"said": changed_input(row), "changes": row["changes"]} for row in trust["sensitivity"]],
    }


def _traded(row: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """Return what a plan with another weight of a criterion would reach and turn to met."""
    lightest, heaviest = (number_format(100 * weight, 0) for weight in row["weights"])
    return {
        "weight": row["weights"][0],
        "weights": lightest if lightest == heaviest else f"{lightest}–{heaviest}",
        "turned": turned(row["turned"], plan),
        "households": number_format(row["gained"]["households"], 0),
        "poor": number_format(row["gained"]["poor_households"], 0),
        "money": money(row["cost"]),
        "here": row["here"],
    }


def turned(criteria: Sequence[tuple[str, int]], plan: Plan) -> str:
    """Return the criteria turned to met, by name while they are few enough to be read in a line."""
    if len(criteria) > NAMED:
        return ngettext("%(count)d criterion", "%(count)d criteria", len(criteria)) % {"count": len(criteria)}
    names = {commune["code"]: commune["name"] for commune in plan.result["communes"]} if plan.result else {}
    return ", ".join(f"{criterion} {names[code]}" for code, criterion in criteria) or _("no criterion")


def bought(plan: Plan) -> list[dict[str, Any]]:
    """Return what other amounts of the State's money would buy, less first, as lines of a table; the plan's own too."""
    rows = plan.trust["curve"] if plan.trust is not None else []
    return [
        {
            "budget": money(row["budget"]),
            "cost": money(row["cost"]),
            "households": number_format(row["gained"]["households"], 0),
            "poor": number_format(row["gained"]["poor_households"], 0),
            "here": row["share"] == 1.0,
        }
        for row in rows
    ]


def curve(plan: Plan) -> dict[str, Any] | None:
    """Return the points of the curve of households by the State's money, and where the plan stands on it."""
    if plan.trust is None or plan.result is None:
        return None
    return {
        "points": [{"cost": row["budget"], "households": row["gained"]["households"]} for row in plan.trust["curve"]],
        "here": {
            "cost": plan.result["totals"]["budget"],
            "households": plan.result["totals"]["gained"]["households"],
        },
    }
