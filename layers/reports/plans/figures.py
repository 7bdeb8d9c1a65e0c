"""A plan's answer as its pages show it: the sentence first, then packages, money, communes and criteria.

Everything is read from the answer's document (`planning.plans.answer`), so that a stored plan and a what-if are shown
by the same lines.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.models import Plan
from layers.models.plans import BUSY_STATES
from layers.planning.plans.words import official_names, reason
from layers.reports.amounts import length, money, percent, short_money

Document = Mapping[str, Any]


def line_of(plan: Plan) -> dict[str, Any]:
    """Return one line of the list."""
    totals = plan.result["totals"] if plan.result else None
    return {
        "plan": plan,
        "region": region_name(plan),
        "busy": plan.state in BUSY_STATES,
        "cost": money(totals["cost"]) if totals else "",
        "households": totals["gained"]["households"] if totals else None,
        "poor": totals["gained"]["poor_households"] if totals else None,
        "gap": gap(plan.result) if plan.result else "",
    }


def region_name(plan: Plan) -> str:
    """Return the names of a plan's communes, the first few where there are many."""
    names = sorted(unit.name for unit in plan.units.all())
    if len(names) <= 3:
        return ", ".join(names)
    return _("%(names)s and %(more)d more") % {"names": ", ".join(names[:2]), "more": len(names) - 2}


def headline(totals: Document) -> str:
    """Return what the money buys, in one sentence."""
    homes, poor = totals["gained"]["households"], totals["gained"]["poor_households"]
    if not totals["works"]:
        return _("With this money nothing can be built")
    if not homes:
        return _("%(money)s harden %(length)s of road") % {
            "money": money(totals["cost"]),
            "length": length(totals["length_m"]),
        }
    said = ngettext(
        "%(money)s open the road for %(homes)s household",
        "%(money)s open the road for %(homes)s households",
        homes,
    ) % {"money": money(totals["cost"]), "homes": number_format(homes, 0)}
    return said + (_(", %(poor)s of them poor") % {"poor": number_format(poor, 0)} if poor else "")


def gap(document: Document) -> str:
    """Return how far a plan may be from the best there is."""
    if document["optimal"]:
        return _("proven best")
    return _("at most %(gap)s from the best") % {"gap": percent(document["gap"], 1)}


def chips(document: Document) -> list[str]:
    totals = document["totals"]
    made = [gap(document)]
    if totals["cost"]:
        state = totals["state"] / totals["cost"]
        made.append(_("State %(state)s · people %(people)s") % {"state": percent(state), "people": percent(1 - state)})
    turned = [f"{row['criterion']} {name}" for row, name in _turned(document)]
    if turned:
        made.append(_("turned to met: %(criteria)s") % {"criteria": ", ".join(turned)})
    return made


def _turned(document: Document) -> list[tuple[Document, str]]:
    names = {commune["code"]: commune["name"] for commune in document["communes"]}
    return [(row, names[row["commune"]]) for row in document["criteria"] if row["turned"]]


def shown(document: Document, settings: Document, labels: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Return everything that the answer's template shows; `labels` say how sure each package is, by its number."""
    totals = document["totals"]
    return {
        "headline": headline(totals),
        "chips": chips(document),
        "cost": money(totals["cost"]),
        "length": length(totals["length_m"]),
        "packages": packages(document, settings, labels or {}),
        "sources": [_source(row) for row in document["sources"]],
        "communes": [_commune(row) for row in document["communes"]],
        "criteria": [_criterion(row, document) for row in document["criteria"]],
        "isolated": percent(document["isolated"], 1) if document["isolated"] else "",
    }


def packages(document: Document, settings: Document, labels: Mapping[int, str]) -> list[dict[str, Any]]:
    rows = document["packages"]
    inside = set(settings.get("forced_in", ()))
    named = zip(rows, official_names(rows), strict=True)
    return [_package(row, name, inside) | {"label": labels.get(row["number"], "")} for row, name in named]


def _package(row: Document, name: str, inside: set[str]) -> dict[str, Any]:
    keys = [work["key"] for work in row["works"]]
    return {
        "number": row["number"],
        "name": name,
        "cost": short_money(row["cost"]),
        "split": _("State %(state)s · people %(people)s")
        % {"state": short_money(row["state"]), "people": short_money(row["people"])},
        "size": _size(row),
        "why": reason(row),
        "keys": " ".join(keys),
        "forced": bool(inside.intersection(keys)),
    }


def _size(row: Document) -> str:
    """Return how long a package is, and what else it holds."""
    parts = [length(row["length_m"])] if row["length_m"] else []
    built = sum(work["kind"] != "road" for work in row["works"])
    if built:
        parts.append(ngettext("%(number)d facility", "%(number)d facilities", built) % {"number": built})
    return " · ".join(parts)


def _source(row: Document) -> dict[str, Any]:
    return {
        "name": row["name"],
        "community": row["community"],
        "amount": money(row["amount"]) if row["amount"] is not None else _("as they can afford"),
        "spent": money(row["spent"]),
        "left": money(row["amount"] - row["spent"]) if row["amount"] is not None else "",
    }


def _commune(row: Document) -> dict[str, Any]:
    """Return a line of the equity table: what a commune needs, gets and gives."""
    need = row["households"] - row["before"]["households"]
    gained = row["gained"]
    return {
        "name": row["name"],
        "households": row["households"],
        "cut_off": need,
        "gained": gained["households"],
        "share": percent(gained["households"] / need) if need > 0 else "–",
        "poor": gained["poor_households"],
        "cost": money(row["cost"]),
        "people": money(row["people"]),
        "each": money(row["cost"] / row["households"]) if row["households"] else "–",
        "length": length(row["length_m"]),
    }


def _criterion(row: Document, document: Document) -> dict[str, Any]:
    name = next(commune["name"] for commune in document["communes"] if commune["code"] == row["commune"])
    return {
        "commune": name,
        "criterion": row["criterion"],
        "before": row["before"],
        "turned": row["turned"],
        "within_reach": row["within_reach"],
        "indicators": [_indicator(each) for each in row["indicators"]],
    }


def _indicator(row: Document) -> dict[str, Any]:
    def share(part: float) -> str:
        return percent(part / row["denominator"]) if row["denominator"] else "–"

    return {
        "code": f"{row['code']} {row['part']}".strip(),
        "before": share(row["numerator"]),
        "after": share(row["after"]),
        "moved": row["after"] > row["numerator"],
        "threshold": f"{number_format(row['threshold'], 0)} %" if row["threshold"] is not None else "?",
        "verified": row["verified"],
        "beyond": row["beyond"],
    }


def compared(new: Document, stored: Document) -> str:
    """Return what a changed choice costs or wins against the plan as it is stored."""

    def change(name: str) -> int:
        return new["totals"]["gained"][name] - stored["totals"]["gained"][name]

    money_change = new["totals"]["cost"] - stored["totals"]["cost"]
    return _("Against the stored plan: %(homes)s households, %(poor)s poor ones, %(money)s") % {
        "homes": signed(change("households")),
        "poor": signed(change("poor_households")),
        "money": signed(money_change, money(abs(money_change))),
    }


def signed(value: float, text: str = "") -> str:
    """Return a change with its sign, as `text` says its size or as a whole number."""
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{text or number_format(abs(value), 0)}"
