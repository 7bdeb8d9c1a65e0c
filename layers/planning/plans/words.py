"""A plan's packages in words: what they are called, and why each is there. In the active language."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

#: What the roads of each class are called in the name of a package.
CLASSES: Mapping[str, str | Promise] = {
    "commune": gettext_lazy("commune road"),
    "village": gettext_lazy("village road"),
    "lane": gettext_lazy("lanes"),
    "field": gettext_lazy("field road"),
}

#: What is built, by the code of a treatment in the table of costs.
TREATMENTS: Mapping[str, str | Promise] = {
    "concrete_3.5m_18cm_contract": gettext_lazy("concrete 3.5 m wide, 18 cm, by contract"),
    "concrete_3.0m_16cm_community": gettext_lazy("concrete 3.0 m wide, 16 cm, by the people"),
    "concrete_2.0m_14cm_community": gettext_lazy("concrete 2.0 m wide, 14 cm, by the people"),
    "concrete_1.5m_12cm_community": gettext_lazy("concrete 1.5 m wide, 12 cm, by the people"),
    "concrete_3.0m_16cm_field": gettext_lazy("concrete 3.0 m wide, 16 cm, to the fields"),
    "crushed_stone_3.0m": gettext_lazy("rolled crushed stone 3.0 m wide"),
    "surface_treated_3.5m": gettext_lazy("surface treatment 3.5 m wide"),
    "open_earth_base_4m": gettext_lazy("earth base 4 m wide opened"),
    "bridge_small": gettext_lazy("small concrete bridge"),
    "culvert_box": gettext_lazy("box culvert"),
}


def package_name(package: Mapping[str, Any]) -> str:
    """Return the name of a package: its one road's, else its kinds of road and the hamlets it joins."""
    if len(package["roads"]) == 1 or not package["hamlets"]:
        return str(package["roads"][0]) if package["roads"] else _("Package %(number)d") % package
    kinds = ", ".join(str(CLASSES[name]) for name in package["classes"] if name in CLASSES)
    hamlets = package["hamlets"]
    ends = hamlets[0] if len(hamlets) == 1 else f"{hamlets[0]} – {hamlets[-1]}"
    words = _("%(kinds)s %(hamlets)s") % {"kinds": kinds, "hamlets": ends}
    return words[:1].upper() + words[1:]


def official_names(packages: list[dict[str, Any]]) -> list[str]:
    """Return the Vietnamese names of packages, no two alike: a second one of a name adds the road it is mostly of."""
    with override("vi"):
        names = [package_name(package) for package in packages]
    again, seen = Counter(names), Counter[str]()
    for i, package in enumerate(packages):
        if again[names[i]] > 1 and package["roads"] and package["roads"][0] != names[i]:
            names[i] = f"{names[i]} ({package['roads'][0]})"
        seen[names[i]] += 1
        if seen[names[i]] > 1:
            names[i] = f"{names[i]} {seen[names[i]]}"
    return names


def reason(package: Mapping[str, Any]) -> str:
    """Return one sentence on why a package is in the plan."""
    parts = [part for part in (_reached(package), _quicker(package), _criteria(package)) if part]
    if package["why"] == "forced":
        parts.append(_("it was forced in"))
    elif package["why"] == "floor":
        parts.append(_("it brings the commune to the least it is to get"))
    text = "; ".join(parts) or _("it joins what lies beyond it to the road network")
    return text[:1].upper() + text[1:] + "."


def _reached(package: Mapping[str, Any]) -> str:
    homes, poor = package["gained"]["households"], package["gained"]["poor_households"]
    if not homes:
        return ""
    season = ngettext(
        "joins %(homes)d household to the commune's centre all year",
        "joins %(homes)d households to the commune's centre all year",
        homes,
    ) % {"homes": homes}
    return season + (_(", %(poor)d of them poor") % {"poor": poor} if poor else "")


def _quicker(package: Mapping[str, Any]) -> str:
    if package["minutes"] < 1 or not package["faster"]:
        return ""
    return _("the way to the centre becomes %(minutes)d minutes shorter in the rain") % {
        "minutes": round(package["minutes"])
    }


def _criteria(package: Mapping[str, Any]) -> str:
    met = [move["code"] for move in package["criteria"] if move["met"]]
    raised = [move["code"] for move in package["criteria"] if not move["met"]]
    said = []
    if met:
        said.append(_("indicator %(codes)s becomes met") % {"codes": ", ".join(met)})
    if raised:
        said.append(_("indicator %(codes)s rises") % {"codes": ", ".join(raised)})
    return "; ".join(said)
