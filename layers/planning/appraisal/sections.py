"""Road sections as the RoADS model reads them, and what it assumes where an inventory is silent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, bools, require_amounts
from layers.planning.errors import OutsideTable

from .tables import Tables


@dataclass(frozen=True)
class Sections:
    """K sections, all (K,) but aadt.

    length: m; width: m of carriageway, NaN unknown; lanes: lane class 1-7, 0 unknown; road_class 1-10 (I-VI, A-D);
    terrain: 1 flat, 2 hilly, 3 mountainous; temperature, moisture: 1-5; surface: 1-7; condition: 1 very good - 5 very
    poor, 0 unknown; iri: m/km, NaN unknown; age: years of the pavement, 0 unknown; structural: structural number, NaN
    unknown; aadt: (K, 12) vehicles a day by type, NaN unknown; level: traffic level 1-15, 0 unknown; growth: scenario
    1-5.
    """

    length: Floats
    width: Floats
    lanes: Ints
    road_class: Ints
    terrain: Ints
    temperature: Ints
    moisture: Ints
    surface: Ints
    condition: Ints
    iri: Floats
    age: Ints
    structural: Floats
    aadt: Floats
    level: Ints
    growth: Ints


#: Numbered fields: lowest and highest number, and whether 0 stands for unknown.
_RANGES = {
    "lanes": (1, 7, True), "road_class": (1, 10, False), "terrain": (1, 3, False), "temperature": (1, 5, False),
    "moisture": (1, 5, False), "surface": (1, 7, False), "condition": (1, 5, True), "level": (1, 15, True),
    "growth": (1, 5, False),
}  # fmt: skip


def filled(tables: Tables, sections: Sections) -> tuple[Sections, Mapping[str, Bools]]:
    """Return complete sections and, by field, (K,) which values were assumed from the tables.

    Width and lane class stand for each other, roughness and condition too; traffic comes from its level. Raises
    OutsideTable for a number the tables lack, also where both of two fields that stand for each other are unknown;
    NotANumber, Negative.
    """
    _check(sections)
    assumed: dict[str, Bools] = {}
    lanes, width = sections.lanes.copy(), sections.width.copy()
    assumed["lanes"] = lanes == 0
    lanes[lanes == 0] = np.searchsorted(tables.lane_limits, width[lanes == 0], side="right")
    assumed["width"] = np.isnan(width)
    width = np.where(assumed["width"], tables.lane_classes[lanes - 1, 0], width)
    condition, iri = sections.condition.copy(), sections.iri.copy()
    assumed["condition"] = condition == 0
    condition = np.where(assumed["condition"], condition_of(tables, sections.surface, iri), condition)
    typical = tables.conditions[sections.surface - 1, condition - 1]
    assumed["iri"] = np.isnan(iri)
    iri = np.where(assumed["iri"], typical[:, 0], iri)
    assumed["age"] = sections.age == 0
    age = np.where(assumed["age"], typical[:, 1], sections.age).astype(np.int64)
    aadt = sections.aadt.copy()
    assumed["aadt"] = bools(np.isnan(aadt).any(axis=1))
    level = np.where(
        sections.level == 0, np.searchsorted(tables.traffic_limits, aadt.sum(axis=1), side="right"), sections.level
    )
    usual = tables.traffic[level - 1]
    aadt[assumed["aadt"]] = (usual[:, :1] * usual[:, 1:13])[assumed["aadt"]]
    assumed["structural"] = np.isnan(sections.structural)
    strength = np.where(assumed["structural"], usual[np.arange(len(level)), 12 + condition], sections.structural)
    complete = replace(
        sections, width=width, lanes=lanes, condition=condition, iri=iri, age=age, aadt=aadt, level=level,
        structural=strength,
    )  # fmt: skip
    return complete, assumed


def condition_of(tables: Tables, surface: Ints, iri: Floats) -> Ints:
    """Return the condition class 1-5 of a roughness on a surface."""
    return np.maximum((tables.iri_limits[surface - 1] <= iri[..., None]).sum(axis=-1), 1)


def _check(sections: Sections) -> None:
    for name, (lowest, highest, may_lack) in _RANGES.items():
        values = getattr(sections, name)
        bad = (values < (0 if may_lack else lowest)) | (values > highest)
        if bad.any():
            raise OutsideTable(name, float(values[bad][0]), lowest, highest)
    for name in ("width", "iri", "structural", "aadt"):
        values = getattr(sections, name)
        require_amounts(name, values[np.isfinite(values)])
    require_amounts("length", sections.length)
    pairs = (
        ("width", np.isnan(sections.width) & (sections.lanes == 0)),
        ("condition", np.isnan(sections.iri) & (sections.condition == 0)),
        ("level", np.isnan(sections.aadt).any(axis=1) & (sections.level == 0)),
    )
    for name, missing in pairs:
        if missing.any():
            highest = _RANGES[name][1] if name in _RANGES else 100
            raise OutsideTable(name, 0.0, 1, highest)
    wide = sections.width[~np.isnan(sections.width)]
    if (wide <= 0).any() or (wide >= 100).any():
        raise OutsideTable("width", float(wide[(wide <= 0) | (wide >= 100)][0]), 0.1, 100)
