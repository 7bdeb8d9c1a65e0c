"""What a plan assumes and hangs on, in words. In the active language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.figures import fixed, number

from .words import CLASSES, TREATMENTS

#: By the code of an assumption (`assumptions`).
ASSUMPTIONS: Mapping[str, str | Promise] = {
    "price": gettext_lazy("Price of %(treatment)s: %(million)s million VND a km"),
    "people_pct": gettext_lazy("The people give %(pct)s %% of the price of a road"),
    "affordable": gettext_lazy(
        "A household can give %(household)s million VND a year, a near-poor one %(near_poor)s, a poor one %(poor)s"
    ),
    "slope_prices": gettext_lazy("On the steepest slopes a road costs %(factor)s times as much"),
    "facility_prices": gettext_lazy("Prices of %(count)s facilities and supports are working assumptions"),
    "poor_weight": gettext_lazy("A poor person counts as much as %(weight)s others"),
    "criterion_weight": gettext_lazy(
        "A criterion turned to met counts as much as reaching %(pct)s %% of the commune's people"
    ),
    "even": gettext_lazy("Each commune gets at least %(pct)s %% of its even share of the money"),
    "passable": gettext_lazy("Lanes are to be passable all year by motorbike, all other roads by car"),
    "speeds": gettext_lazy("Travel speeds by surface and season are working assumptions"),
    "unplaced": gettext_lazy("%(count)s of %(of)s households have no position: they stand at their hamlet's centre"),
    "uncounted": gettext_lazy("%(count)s of %(of)s households have no number of persons: the mean stands for it"),
    "off_network": gettext_lazy("%(count)s of %(of)s households are too far from every road to be served"),
    "surface_unknown": gettext_lazy("%(count)s of %(of)s roads have no known surface: they count as not hardened"),
    "passage_unknown": gettext_lazy(
        "Of %(count)s of %(of)s roads it is not known whether they can be passed in the rain: only hardened ones count "
        "as passable"
    ),
    "base_unknown": gettext_lazy("%(count)s of %(of)s roads have no known width: the usual treatment is taken"),
    "guessed_centres": gettext_lazy(
        "The centre of %(codes)s is not on record: the middle of the commune stands for it"
    ),
    "slope_unknown": gettext_lazy("The slope of %(pct)s %% of the roads is not known: they count as flat"),
    "approved": gettext_lazy("%(count)s works of approved plans count as built: they are not chosen again"),
    "approved_open": gettext_lazy("%(count)s works of approved plans do not count as built: they may be chosen again"),
    "isolated": gettext_lazy("%(pct)s %% of the persons cannot be joined to a centre by any of the works"),
    "unpaid": gettext_lazy("No source of money may pay for: %(classes)s"),
    "thresholds": gettext_lazy("The thresholds of these indicators are not verified: %(codes)s"),
}

#: By the code of a changed input (`sensitivity`).
INPUTS: Mapping[str, str | Promise] = {
    "poor_weight_1": gettext_lazy("if poor persons counted like all others"),
    "poor_weight_8": gettext_lazy("if a poor person counted eight times"),
    "prices_up": gettext_lazy("if works cost 15 %% more"),
    "prices_down": gettext_lazy("if works cost 15 %% less"),
    "no_caps": gettext_lazy("if the people could give any amount"),
    "half_caps": gettext_lazy("if the people could give half as much"),
    "no_floors": gettext_lazy("if no commune had a least amount"),
    "no_criteria": gettext_lazy("if criteria did not count"),
    "more_criteria": gettext_lazy("if criteria counted ten times as much"),
}

#: What the labels of works and packages are called.
LABELS: Mapping[str, str | Promise] = {
    "core": gettext_lazy("core"),
    "borderline": gettext_lazy("borderline"),
    "never": gettext_lazy("hardly ever chosen"),
}


def assumption(row: Mapping[str, Any]) -> str:
    """Return an assumption in a sentence, with a mark if it is a default that nobody has confirmed."""
    params = dict(row["params"])
    for name in ("household", "near_poor", "poor"):
        if name in params:
            params[name] = params[name] / 1e6
    if "vnd" in params:
        params["million"] = params["vnd"] / 1e6
    if "treatment" in params:
        params["treatment"] = TREATMENTS.get(params["treatment"], params["treatment"])
    if "classes" in params:
        params["classes"] = ", ".join(str(CLASSES.get(name, name)) for name in params["classes"].split(", "))
    shown = {name: number(value) if isinstance(value, int | float) else value for name, value in params.items()}
    said = str(ASSUMPTIONS[row["code"]]) % shown
    return _("%(said)s (default)") % {"said": said} if row["default"] else said


def changed_input(row: Mapping[str, Any]) -> str:
    """Return in a sentence what changing an input would do to a plan."""
    words = {"input": str(INPUTS[row["code"]]).replace("%%", "%")}
    if row["kept"] is None:
        return _("No plan would keep the conditions %(input)s.") % words
    words |= {"kept": f"{100 * row['kept']:.0f}", "homes": signed(row["households"])}
    return _("%(kept)s %% of the money would stay where it is, %(homes)s households, %(input)s.") % words


def signed(value: float) -> str:
    """Return a change in whole numbers with its sign."""
    return ("+" if value > 0 else "") + fixed(value, 0)


def limits(document: Mapping[str, Any]) -> list[str]:
    """Return what keeps a plan from building more, from its result."""
    names = {row["code"]: row["name"] for row in document["communes"]}
    said = []
    if document["limits"]["sources"]:
        sources = ", ".join(document["limits"]["sources"])
        said.append(_("No money is left for more from: %(sources)s") % {"sources": sources})
    if document["limits"]["caps"]:
        communes = ", ".join(names[code] for code in document["limits"]["caps"])
        said.append(_("The people can afford no more in: %(communes)s") % {"communes": communes})
    return said
