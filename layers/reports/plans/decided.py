"""What the planner has decided and a plan keeps to: works that must be built, works left out, and what each costs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from layers.models import Plan
from layers.reports.amounts import length, money

from .figures import signed

Row = Mapping[str, Any]


def decided(plan: Plan) -> list[dict[str, Any]]:
    """Return what is forced in and out, the stretches of one road together, as `name`, `size` and `into`."""
    document = plan.result or {"left_out": [], "packages": []}
    rows = [*_forced_in(plan, document), *({**row, "into": False} for row in document["left_out"])]
    return [{"name": row["name"], "size": _size(row["length_m"]), "into": row["into"]} for row in rows]


def _forced_in(plan: Plan, document: Row) -> list[dict[str, Any]]:
    inside = set(plan.settings.get("forced_in", ()))
    works = [work for package in document["packages"] for work in package["works"]]
    rows: dict[str, dict[str, Any]] = {}
    for work in works:
        if not inside.isdisjoint((work["key"], work["subject"])):
            row = rows.setdefault(
                work["subject"] or work["key"], {"name": work["name"], "length_m": 0, "into": True, "works": []}
            )
            row["length_m"] += work.get("length_m", 0)
            row["works"].append(work["key"])
    return list(rows.values())


def _size(metres: float) -> str:
    return length(metres) if metres else ""


def priced(plan: Plan) -> list[dict[str, Any]]:
    """Return what each forced choice costs: what the plan would win without it. Several are told together last.

    `gained`, `poor_gained` and `vnd` are the figures that `households`, `poor` and `money` say in words.
    """
    if plan.trust is None or plan.result is None:
        return []
    rows, known = plan.trust["choices"], _known(plan, plan.result)
    return [
        _named(row, known, together=len(rows) > 1 and place == len(rows) - 1 and _all_of(row, rows))
        | {
            "households": signed(row["households"]),
            "poor": signed(row["poor_households"]),
            "money": signed(row["cost"], money(abs(row["cost"]))),
            "gained": row["households"],
            "poor_gained": row["poor_households"],
            "vnd": row["cost"],
            "proven": row["proven"],
        }
        for place, row in enumerate(rows)
    ]


def _all_of(row: Row, rows: list[Row]) -> bool:
    """Tell whether a row is of all choices: trials that ran out of time end before it."""
    return {key for each in rows for key in each["keys"]} == set(row["keys"])


def _known(plan: Plan, document: Row) -> dict[str, Row]:
    """Return the road or facility that each forced work is of, by the work's key."""
    return {key: row for row in [*_forced_in(plan, document), *document["left_out"]] for key in row["works"]}


def _named(row: Row, known: Mapping[str, Row], together: bool) -> dict[str, Any]:
    if together:
        return {"name": _("all of your choices together"), "size": "", "into": None}
    found = {id(known[key]): known[key] for key in row["keys"] if key in known}
    return {
        "name": ", ".join(dict.fromkeys(each["name"] for each in found.values())) or _("a work left out"),
        "size": " + ".join(_part(each, row["keys"]) for each in found.values() if each["length_m"]),
        "into": row["into"],
    }


def _part(road: Row, keys: list[str]) -> str:
    """Return the length of a road of which a choice holds some works."""
    size = length(road["length_m"])
    return size if set(road["works"]) <= set(keys) else _("part of %(length)s") % {"length": size}
