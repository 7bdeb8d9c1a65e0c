"""A plan's answer as its pages show it: the sentence first, then packages, money, communes and criteria.

Everything is read from the answer's document (`planning.plans.answer`), so that a stored plan and a what-if are shown
by the same lines.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from layers.criteria.results import in_language
from layers.figures import fixed
from layers.models import Indicator, Plan
from layers.models.plans import BUSY_STATES, OPEN_STATES
from layers.planning.plans.caveats import limits
from layers.planning.plans.words import official_names, reason
from layers.reports.amounts import MILLION, length, money, percent, short_money

Document = Mapping[str, Any]
#: What the parts of an indicator are called.
PARTS = {
    "hygienic_water": gettext_noop("hygienic water"),
    "clean_water": gettext_noop("clean water"),
    "central_supply": gettext_noop("water from central supply"),
    "level1": gettext_noop("level 1"),
    "minimum": gettext_noop("minimum"),
}


def line_of(plan: Plan) -> dict[str, Any]:
    """Return one line of the list."""
    totals = plan.result["totals"] if plan.result else None
    return {
        "plan": plan,
        "region": region_name(plan),
        "busy": plan.state in BUSY_STATES,
        "returned": returned(plan),
        "cost": money(totals["cost"]) if totals else "",
        "households": totals["gained"]["households"] if totals else None,
        "poor": totals["gained"]["poor_households"] if totals else None,
        "gap": gap(plan.result) if plan.result else "",
    }


def returned(plan: Plan) -> bool:
    """Tell whether a plan was sent back to its planner, who has not submitted it again."""
    return bool(plan.note) and plan.state in OPEN_STATES


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
    if not homes and not totals["length_m"]:
        return ngettext(
            "%(money)s build %(works)d facility", "%(money)s build %(works)d facilities", totals["works"]
        ) % {
            "money": money(totals["cost"]),
            "works": totals["works"],
        }
    if not homes:
        return _("%(money)s harden %(length)s of road") % {
            "money": money(totals["cost"]),
            "length": length(totals["length_m"]),
        }
    said = ngettext(
        "%(money)s open the road for %(homes)s household",
        "%(money)s open the road for %(homes)s households",
        homes,
    ) % {"money": money(totals["cost"]), "homes": fixed(homes, 0)}
    return said + (_(", %(poor)s of them poor") % {"poor": fixed(poor, 0)} if poor else "")


def totals_told(totals: Document, plan: Plan) -> dict[str, Any]:
    """Return the totals that everybody may know of an approved plan (`planning.public`), as its public page shows
    them; a count that is hidden is said to be."""
    names = {unit.code: unit.name for unit in plan.units.all()}
    rows = [
        (_("Money"), money(totals["cost"])),
        (_("Roads hardened"), length(totals["length_m"])),
        (_("Works"), fixed(totals["works"], 0)),
        (_("Households joined to their centre all year"), _counted(totals["households"])),
        (_("of them poor"), _counted(totals["poor_households"])),
        (_("Turned to met"), ", ".join(f"{number} {names[code]}" for code, number in totals["criteria"]) or "–"),
    ]
    spent = [(row["name"], money(row["spent"])) for row in totals["sources"] if row["spent"]]
    return {"rows": rows, "sources": spent}


def _counted(count: int | None) -> str:
    return _("hidden to protect households") if count is None else fixed(count, 0)


def gap(document: Document) -> str:
    """Return how far a plan may be from the best there is."""
    if document["optimal"]:
        return _("proven best")
    return _("at most %(gap)s from the best") % {"gap": percent(document["gap"], 1)}


#: What the methods are called that answer a plan.
METHODS = {"exact": gettext_noop("exact"), "greedy": gettext_noop("quick"), "lns": gettext_noop("improved")}


def method_of(plan: Plan) -> str:
    return _(METHODS[plan.method]) if plan.method in METHODS else plan.method


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
        "criteria": criteria(document),
        "left_out": [_left_out(row) for row in document["left_out"]],
        "limits": limits(document),
        "approved": approved(document),
        "isolated": percent(document["isolated"], 1) if document["isolated"] else "",
    }


def approved(document: Document) -> str:
    """Return how a plan takes the works of other plans that are approved; "" where there were none."""
    found = document.get("approved")
    if not found:
        return ""
    if not found["built"]:
        return ngettext(
            "%(number)s work of approved plans does not count as built here: it may be proposed again.",
            "%(number)s works of approved plans do not count as built here: they may be proposed again.",
            found["works"],
        ) % {"number": fixed(found["works"], 0)}
    return ngettext(
        "%(number)s work of approved plans counts as built: it is not proposed again, and whom it reaches is not "
        "counted as gained.",
        "%(number)s works of approved plans count as built: they are not proposed again, and whom they reach is not "
        "counted as gained.",
        found["works"],
    ) % {"number": fixed(found["works"], 0)}


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
        % {"state": short_money(_rounded(row["cost"]) - _rounded(row["people"])), "people": short_money(row["people"])},
        "size": _size(row),
        "why": reason(row),
        "keys": " ".join(keys),
        "forced": bool(inside.intersection(keys)),
    }


def _rounded(vnd: float) -> int:
    """Return an amount in whole millions of VND, so that the parts shown add up to the whole that is shown."""
    return round(vnd / MILLION) * MILLION


def _size(row: Document) -> str:
    """Return how long a package is, and what else it holds."""
    parts = [length(row["length_m"])] if row["length_m"] else []
    built = sum(work["kind"] != "road" for work in row["works"])
    if built:
        parts.append(ngettext("%(number)d facility", "%(number)d facilities", built) % {"number": built})
    return " · ".join(parts)


def _left_out(row: Document) -> dict[str, Any]:
    size = length(row["length_m"]) if row["length_m"] else ""
    return {"name": row["name"], "keys": " ".join(row["keys"]), "size": size}


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


def criteria(document: Document) -> list[dict[str, Any]]:
    """Return what becomes of each criterion that works can turn, commune by commune, with its indicators by name."""
    names = indicator_names(document["year"]) if document["criteria"] else {}
    return [_criterion(row, document, names) for row in document["criteria"]]


def indicator_names(year: int) -> dict[tuple[str, str], str]:
    """Return what the indicators of a year are called, by code and part, in the reader's language."""
    rows = Indicator.objects.filter(
        criterion__criteria_set__first_year__lte=year, criterion__criteria_set__last_year__gte=year
    )
    return {(row.code, row.part): in_language(row) for row in rows}


def _criterion(row: Document, document: Document, names: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    name = next(commune["name"] for commune in document["communes"] if commune["code"] == row["commune"])
    return {
        "commune": name,
        "criterion": row["criterion"],
        "turned": row["turned"],
        "said": _criterion_said(row),
        "indicators": [_indicator(each, names) for each in row["indicators"]],
    }


def _criterion_said(row: Document) -> str:
    """Return what becomes of a criterion."""
    if row["turned"]:
        return _("turned to met")
    if row["before"] == "m":
        return _("met already")
    return _("not turned") if row["within_reach"] else _("beyond the reach of roads")


def _indicator(row: Document, names: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "code": f"{row['code']} {_(PARTS[row['part']]) if row['part'] in PARTS else row['part']}".strip(),
        "name": names.get((row["code"], row["part"]), ""),
        "before": _reached(row, row["numerator"]),
        "after": _reached(row, row["after"]),
        "moved": row["after"] > row["numerator"],
        "threshold": _asked(row),
        "verified": row["verified"],
        "beyond": row["beyond"],
    }


def _reached(row: Document, part: float) -> str:
    """Return how much of an indicator is reached; of one that asks for no share, whether it is met."""
    if row["denominator"]:
        return percent(part / row["denominator"])
    if row["threshold"] is not None and part > row["numerator"] and part >= row["threshold"]:
        return _("yes")
    return {"m": _("yes"), "u": _("no")}.get(row["status"], _("not known"))


def _asked(row: Document) -> str:
    if row["threshold"] is None:
        return "?"
    return f"{fixed(row['threshold'], 0)} %" if row["denominator"] else _("yes")


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
    if not value:
        return "±0"
    return f"{'+' if value > 0 else '−'}{text or fixed(abs(value), 0)}"
