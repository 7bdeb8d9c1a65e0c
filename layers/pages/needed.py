"""Works that it would take, as pages show them: a table, and a new plan that begins with them."""

from collections.abc import Mapping
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from layers.models import Unit
from layers.reports.amounts import MILLION
from layers.reports.plans.figures import packages

Document = Mapping[str, Any]
#: Keys that an address may hold: with more a plan is asked for from its own page.
MOST_KEYS = 150


def needed(document: Document) -> list[dict[str, Any]]:
    """Return the packages of an answer with the households each reaches."""
    return [
        shown | {"households": row["gained"]["households"], "poor": row["gained"]["poor_households"]}
        for shown, row in zip(packages(document, {}, {}), document["packages"], strict=True)
    ]


def plan_of(document: Document, unit: Unit, year: int, capped: bool) -> str:
    """Return the address of a new plan with these works forced in and the money they take; "" of too many.

    capped: whether they keep to what the people can afford; where they do not, neither does the plan.
    """
    keys = [work["key"] for package in document["packages"] for work in package["works"]]
    if len(keys) > MOST_KEYS:
        return ""
    # In whole millions, rounded up, as the form shows them.
    budget = ceil(document["totals"]["state"] / MILLION) * MILLION
    query: dict[str, Any] = {"unit": unit.pk, "year": year, "budget": budget, "works": ",".join(keys)}
    if not capped:
        query["capped"] = "no"
    return f"{reverse('plan_new')}?{urlencode(query, safe=',:')}"
