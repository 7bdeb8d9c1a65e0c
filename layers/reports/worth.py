"""What a road is worth in money, in words: alternatives by start year, and every input with its unit and origin."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.mapserver.values import number
from layers.models.layer import Text
from layers.models.roads import Surface
from layers.planning.appraisal.tables import SURFACES
from layers.planning.plans.words import TREATMENTS
from layers.planning.store.worth import Worth

from .amounts import money

WORKS: Mapping[str, Text] = {
    "C-P": gettext_lazy("periodic maintenance (concrete)"),
    "C-R": gettext_lazy("reconstruction (concrete)"),
    "B-P1": gettext_lazy("reseal"),
    "B-P2": gettext_lazy("functional overlay, to 50 mm"),
    "B-P3": gettext_lazy("structural overlay, 51 to 100 mm"),
    "B-R1": gettext_lazy("thick overlay, over 100 mm"),
    **{f"B-R{n}": gettext_lazy("reconstruction (bitumen)") for n in range(2, 7)},
    "G-P": gettext_lazy("regravelling"),
    "G-R": gettext_lazy("reconstruction (gravel)"),
    "E-P": gettext_lazy("heavy grading (earth)"),
    "E-R": gettext_lazy("reconstruction (earth)"),
    "M-P": gettext_lazy("periodic maintenance (macadam)"),
    "M-R": gettext_lazy("reconstruction (macadam)"),
    "O-P": gettext_lazy("periodic maintenance (stone)"),
    "O-R": gettext_lazy("reconstruction (stone)"),
    **TREATMENTS,
}
#: Where a value came from.
RECORDED, DEFAULT = gettext_lazy("recorded"), gettext_lazy("default")
_SURFACE = {number: Surface(code).label for code, number in SURFACES.items()}
TERRAIN = {1: gettext_lazy("flat"), 2: gettext_lazy("hilly"), 3: gettext_lazy("mountainous")}


def worth_of(worth: Worth, road: int) -> dict[str, Any]:
    """Return one road's appraisal for JSON: its sentence, inputs, and alternatives, the best of them marked."""
    best = worth.best(road)
    rows = [_alternative(worth, road, at, at == best) for at in range(worth.options.work.shape[1])]
    return {
        "id": worth.roads[road],
        "sentence": _sentence(worth, road, best),
        "only_traffic": _(
            "Only traffic counts here: who is cut off when it rains, and the poor, weigh nothing. It stands beside the "
            "ranking and does not replace it."
        ),
        "terms": _("%(years)d years at %(rate)s %%; the first year is not discounted.")
        % {"years": worth.tables.years, "rate": number(100 * worth.tables.discount_rate)},
        "inputs": inputs_of(worth, road),
        "alternatives": [row for row in rows if row is not None],
        "source": _("World Bank RoADS model v1.00 (2019) for Vietnamese rural roads."),
    }


def _sentence(worth: Worth, road: int, best: int) -> str:
    if best == 0:
        return _("On this traffic nothing pays better than waiting until the year of the base case.")
    told = {
        "work": str(WORKS.get(worth.tables.works.code[worth.options.work[road, best] - 1], "")),
        "year": int(worth.options.year[road, best]),
        "npv": money(float(worth.options.npv[road, best])),
    }
    return _("Pays best: %(work)s in year %(year)s, worth %(npv)s net.") % told


def _alternative(worth: Worth, road: int, at: int, best: bool) -> dict[str, Any] | None:
    options = worth.options
    work = int(options.work[road, at])
    if work == 0:
        return None
    eirr, changes = float(options.eirr[road, at]), int(options.sign_changes[road, at])
    rate = None if at == 0 or not np.isfinite(eirr) else round(eirr, 4)
    ratio = float(options.npv_per_cost[road, at])
    return {
        "base": at == 0,
        "best": best,
        "code": worth.tables.works.code[work - 1],
        "work": str(WORKS.get(worth.tables.works.code[work - 1], worth.tables.works.name[work - 1])),
        "year": int(options.year[road, at]),
        "cost_vnd": round(float(options.cost[road, at])),
        "cost": money(float(options.cost[road, at])),
        "npv_vnd": round(float(options.npv[road, at])),
        "npv": money(float(options.npv[road, at])),
        "npv_per_cost": round(ratio, 3) if np.isfinite(ratio) else None,
        "eirr": rate,
        "eirr_shown": "–" if rate is None else f"{number(round(100 * rate, 1))} %",
        "eirr_warning": _warning(changes) if rate is not None and changes > 1 else "",
    }


def _warning(changes: int) -> str:
    return _("net benefits change sign %(count)d times: the EIRR may not be the only one") % {"count": changes}


def inputs_of(worth: Worth, road: int) -> list[dict[str, Any]]:
    """Return each input with its value, unit of measure and whether it is recorded or a default."""
    s = worth.options.sections
    growth = round(100 * float(worth.tables.growth[s.growth[road] - 1][0]), 1)
    rows: list[tuple[str, str, str, str]] = [
        ("length", _("length"), number(round(float(s.length[road]))), "m"),
        ("surface", _("surface"), str(_SURFACE[int(s.surface[road])]), ""),
        ("condition", _("condition (1 very good to 5 very poor)"), str(int(s.condition[road])), ""),
        ("width", _("surface width"), number(float(s.width[road])), "m"),
        ("level", _("traffic (RoADS level 1 to 15)"), str(int(s.level[road])), ""),
        ("aadt", _("vehicles, all kinds together"), number(round(float(s.aadt[road].sum()))), _("a day")),
        ("growth", _("growth of traffic"), number(growth), _("percent a year")),
        ("iri", _("roughness (IRI)"), number(float(s.iri[road])), "m/km"),
        ("age", _("age of the pavement"), str(int(s.age[road])), _("years")),
        ("terrain", _("terrain"), str(TERRAIN[int(s.terrain[road])]), ""),
        ("road_class", _("class of the model (1 to 6: I to VI, 7 to 10: A to D)"), str(int(s.road_class[road])), ""),
    ]  # fmt: skip
    nothing = np.zeros(len(worth.roads), dtype=bool)
    return [
        {
            "name": name,
            "title": title,
            "value": value,
            "unit": unit,
            "default": bool(worth.defaults.get(name, nothing)[road]),
            "origin": str(DEFAULT if worth.defaults.get(name, nothing)[road] else RECORDED),
        }
        for name, title, value, unit in rows
    ]
