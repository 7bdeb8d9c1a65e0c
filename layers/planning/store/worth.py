"""Stored roads as the cost-benefit model reads them: the one function that pages and plans call for some roads."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from layers.models import Road, Unit
from layers.planning.appraisal.inventory import SOFT, Inventory, sections_of, with_hardening
from layers.planning.appraisal.options import Options, options_of
from layers.planning.appraisal.tables import Tables, tables
from layers.planning.arrays import Bools, floats, ints

#: Roads appraised at once: an alternative's twenty years take some kilobytes.
CHUNK = 500


@dataclass(frozen=True)
class Worth:
    """Roads with all their alternatives, (K,) in the order of `roads`. defaults: by field, which inputs no inventory
    gave; tables: with the village's hardening among the works."""

    roads: list[int]
    options: Options
    defaults: dict[str, Bools]
    tables: Tables

    def best(self, road: int) -> int:
        """Return the alternative of a road with the highest net present value; the base case is worth nothing."""
        return int(np.nanargmax(self.options.npv[road]))


@cache
def documents() -> tuple[dict[str, Any], Tables, dict[str, int]]:
    """Return the defaults, the model's tables with the village's works among them, and their numbers by treatment."""
    folder = Path(settings.BASE_DIR) / "fixtures" / "planning"
    model, defaults, costs = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("roads-cba", "roads-cba-defaults", "road-costs")
    )
    made, numbers = with_hardening(tables(model), defaults, costs)
    return defaults, made, numbers


def appraise_roads(rows: QuerySet[Road], level: int = 0) -> list[Worth]:
    """Appraise the roads that a viewer may see (`LAYERS["roads"].rows(viewer, year)`), some hundreds at a time.

    level: the traffic level 1 to 15 of all of them, where it was counted; 0: the default of each class. Raises
    OutsideTable for a level that the model lacks.
    """
    found = list(
        rows.order_by("pk").values_list("pk", "length_m", "width_m", "road_class", "surface", "condition", "unit__path")
    )
    regions = regions_of({row[6] for row in found})
    return [_worth(found[start : start + CHUNK], regions, level) for start in range(0, len(found), CHUNK)]


def _worth(rows: list[tuple[Any, ...]], regions: dict[str, str], level: int) -> Worth:
    defaults, model_tables, hardening = documents()
    inventory = Inventory(
        length=floats([row[1] for row in rows]),
        width=floats([np.nan if row[2] is None else row[2] for row in rows]),
        road_class=np.array([row[3] for row in rows], dtype=object),
        surface=np.array([row[4] for row in rows], dtype=object),
        condition=ints([row[5] or 0 for row in rows]),
        region=np.array([regions[row[6]] for row in rows], dtype=object),
        level=np.full(len(rows), level),
    )
    sections, assumed = sections_of(inventory, defaults)
    soft = np.isin(inventory.surface.astype(str), (*SOFT, ""))
    usual = defaults["hardening"]
    numbers = ints([hardening.get(usual.get(row[3]), 0) for row in rows])
    options = options_of(model_tables, sections, np.where(soft, numbers, 0))
    # What the model itself assumed of an inventory that is silent is a default as well.
    return Worth([row[0] for row in rows], options, {**options.assumed, **assumed}, model_tables)


def regions_of(paths: set[str]) -> dict[str, str]:
    """Return the region of each unit path: its own, else of the nearest unit above that has one."""
    ids = {int(part) for path in paths for part in path.strip("/").split("/") if part}
    known = dict(Unit.objects.filter(pk__in=ids).exclude(region="").values_list("pk", "region"))
    return {
        path: next((known[int(pk)] for pk in reversed(path.strip("/").split("/")) if int(pk) in known), "")
        for path in paths
    }


def assumptions() -> dict[str, Any]:
    """Return the document of defaults, with the basis of each."""
    return documents()[0]
