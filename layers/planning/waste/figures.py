"""The figures a study starts from, from `fixtures/planning/waste.json`; a study may change each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.figures import number
from layers.models.siting import SiteKind

TITLES: Mapping[str, str | Promise] = {
    "kg_per_person_day": _("waste of a person in a day"),
    "persons_per_household": _("persons of a household where not on record"),
    "kiln_fewest": _("households that share a kiln, fewest"),
    "kiln_most": _("households that share a kiln, most"),
    "kiln_reach_m": _("farthest from house to kiln"),
    "kiln_vnd": _("cost of a kiln"),
    "kiln_vnd_year": _("upkeep of a kiln in a year"),
    "collection_reach_m": _("farthest from house to collection point"),
    "collection_vnd": _("cost of a collection point"),
    "incinerator_kg_h": _("capacity of a new incinerator"),
    "incinerator_hours": _("hours it runs in a day"),
    "incinerator_least_pct": _("least load at which it runs"),
    "incinerator_vnd": _("cost of a new incinerator"),
    "incinerator_vnd_per_t": _("cost of burning"),
    "incinerator_reach_km": _("farthest haul to a new incinerator"),
    "incinerator_apart_km": _("new incinerators apart at least"),
    "plant_vnd_per_t": _("fee at the existing plant"),
    "plant_t_per_day": _("what the existing plant can still take in a day"),
    "haul_vnd_per_t_km": _("cost of hauling"),
    "detour": _("way by road over the straight line, where no road is known"),
    "years": _("years over which costs are added up"),
    "wind_reach_m": _("how far downwind smoke is counted"),
    "wind_half_angle": _("to each side of the wind"),
    "wind_vnd_per_person_year": _("weight of a person downwind in a year"),
}


@dataclass(frozen=True)
class Figure:
    """One figure: its value unless a study changes it, the usual range, unit, and whether a source was found."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    verified: bool
    source: str
    basis: str

    @property
    def title(self) -> str | Promise:
        return TITLES[self.name]


@cache
def _document() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "fixtures" / "planning" / "waste.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def figures_of(kind: str) -> list[Figure]:
    """Return the figures that a kind of study depends on, in the order in which they are asked for."""
    document = _document()
    return [
        Figure(
            name,
            float(row["value"]),
            float(row["low"]),
            float(row["high"]),
            row["unit"],
            row["verified"],
            document["sources"].get(row.get("source", ""), ""),
            row["basis"],
        )
        for name in document["of_kind"][kind]
        for row in (document["figures"][name],)
    ]


def grid_of(kind: str) -> dict[str, float]:
    """Return cell_m, spacing_m and patch_m2 of a kind of site; fine_m of one that is placed among houses."""
    return dict(_document()["grid"][kind])


def checked_options(options: Mapping[str, Any]) -> None:
    """Raise Refused for a budget, a wind or a position of a plant that cannot be one. Each may be None or left out."""
    budget, wind, plant = (options.get(name) for name in ("budget", "wind_from", "plant"))
    if budget is not None and not 0 <= budget < float("inf"):
        raise Refused(_("The budget must be an amount of VND from zero up, not %(value)s."), value=figure(budget))
    if wind is not None and not 0 <= wind <= 360:
        raise Refused(_("The wind must come from 0 to 360 degrees, not %(value)s."), value=figure(wind))
    if plant is not None and not (-180 <= plant[0] <= 180 and -90 <= plant[1] <= 90):
        raise Refused(_("“%(value)s” is no longitude and latitude."), value=", ".join(map(figure, plant)))


def figure(value: float) -> str:
    """Return a number as it was given, in the reader's language; what is no number as it calls itself."""
    return number(value) if isfinite(value) else str(value)


def checked(kind: str, given: Mapping[str, float]) -> dict[str, float]:
    """Return all figures of a kind, those given before the defaults.

    Raises Refused for one that does not belong to the kind, is no number from zero up, or contradicts another.
    """
    known = {figure.name: figure.value for figure in figures_of(kind)}
    for name, value in given.items():
        if name not in known:
            raise Refused(_("A study of this kind has no figure “%(name)s”."), name=name)
        if not 0 <= value < float("inf"):
            raise Refused(
                _("%(title)s must be a number from zero up, not %(value)s."), title=TITLES[name], value=figure(value)
            )
    made = known | dict(given)
    if kind == SiteKind.KILN and not 1 <= made["kiln_fewest"] <= made["kiln_most"]:
        raise Refused(_("The fewest households that share a kiln must be at least 1 and not more than the most."))
    for name in ("detour", "years"):
        if made[name] < 1:
            raise Refused(_("%(title)s must be at least 1."), title=TITLES[name])
    return made
