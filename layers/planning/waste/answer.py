"""From inputs to the answer as a study keeps it: alternatives, candidates and what could not be judged."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from layers.planning.arrays import totals
from layers.planning.watch import Watch

from .alternatives import Alternative
from .collection import collection_alternatives
from .incinerators import incinerator_alternatives
from .inputs import Inputs
from .kilns import kiln_alternatives
from .rule import COLLECTION, INCINERATOR, KILN, PUBLIC, ROAD, SCHOOL, SLOPE, WATER
from .screening import Heights, Say, Screened, distances, screen, zones

#: Candidates that are kept to be looked at, those that were chosen among them.
KEPT = 1_000


@dataclass(frozen=True)
class Answer:
    """`result` and `zones` as `SitingStudy` keeps them."""

    result: dict[str, Any]
    zones: dict[str, dict[str, object]]

    @property
    def sha256(self) -> str:
        return digest(self.result)


def digest(result: dict[str, Any]) -> str:
    """Return the digest by which a result made again is known to be the same."""
    return sha256(json.dumps(result, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def answer(inputs: Inputs, heights: Heights | None, watch: Watch) -> Answer:
    """Answer a study. Raises what its methods raise."""
    say = watch.say
    screened = screen(inputs, heights, say, candidates=inputs.kind != KILN)
    made = CHOOSE[inputs.kind](inputs, screened, heights, watch, say)
    used = {site["candidate"] for one in made for site in one.sites if site.get("candidate", -1) >= 0}
    kept = sorted([*used, *[i for i in range(len(screened.metres)) if i not in used][: max(KEPT - len(used), 0)]])
    alternatives = [one.as_json(inputs.figures["years"]) for one in made]
    for one in alternatives:
        for site in one["sites"]:
            if site.get("candidate", -1) >= 0:
                site["candidate"] = kept.index(site["candidate"])
    result = {
        "alternatives": alternatives,
        "candidates": _candidates(inputs, screened, kept),
        "candidates_in_all": len(screened.metres),
        "candidates_fit": int(screened.kept.sum()),
        "hamlets": _hamlets(inputs),
        "households": int(inputs.mine.sum()),
        "persons": round(float(inputs.persons[inputs.mine].sum())),
        "unchecked": _unchecked(inputs),
    }
    return Answer(json.loads(json.dumps(result)), zones(inputs, screened))


def _kilns(inputs: Inputs, _at: Screened, heights: Heights | None, watch: Watch, say: Say) -> list[Alternative]:
    return kiln_alternatives(inputs, heights, watch, say)


def _collection(inputs: Inputs, at: Screened, _heights: Heights | None, watch: Watch, say: Say) -> list[Alternative]:
    return collection_alternatives(inputs, at, watch, say)


def _incinerators(inputs: Inputs, at: Screened, _heights: Heights | None, watch: Watch, say: Say) -> list[Alternative]:
    return incinerator_alternatives(inputs, at, watch, say)


Choose = Callable[[Inputs, Screened, Heights | None, Watch, Say], list[Alternative]]
CHOOSE: dict[str, Choose] = {
    KILN: _kilns,
    COLLECTION: _collection,
    INCINERATOR: _incinerators,
}


def _candidates(inputs: Inputs, screened: Screened, kept: list[int]) -> list[dict[str, Any]]:
    """Return candidates with what each rule asks and what there is, in metres; None where there is nothing near."""
    degrees = inputs.plane.unproject(screened.metres)
    subjects = [rule.subject for rule in distances(inputs)]
    return [
        {
            "lon": round(float(degrees[i, 0]), 6),
            "lat": round(float(degrees[i, 1]), 6),
            "fits": bool(screened.kept[i]),
            "patch_m2": round(float(screened.patch_m2[i])),
            "slope_pct": _rounded(100 * screened.steepness[i], 1),
            "metres": {
                subject: [_rounded(one.metres[i], 1), bool(one.kept[i])]
                for subject, one in zip(subjects, screened.measured, strict=True)
            },
        }
        for i in kept
    ]


def _rounded(value: float, decimals: int) -> float | None:
    return round(float(value), decimals) if np.isfinite(value) else None


def _hamlets(inputs: Inputs) -> list[dict[str, Any]]:
    count = len(inputs.hamlets)
    mine = inputs.hamlet[inputs.mine]
    households, persons = np.bincount(mine, minlength=count), totals(mine, inputs.persons[inputs.mine], count)
    # The hamlet's own point, never the middle of its houses: of a hamlet of one house that would be the house.
    own = np.where(np.isfinite(inputs.hamlet_at), inputs.hamlet_at, inputs.outline.centroid.coords[0])
    return [
        dict(row) | {"lon": round(x, 6), "lat": round(y, 6), "households": int(homes), "persons": round(people)}
        for row, (x, y), homes, people in zip(
            inputs.hamlets, own.tolist(), households.tolist(), persons.tolist(), strict=True
        )
    ]


def _unchecked(inputs: Inputs) -> list[dict[str, Any]]:
    """Return by code what the rules ask and the store could not tell."""
    asked = {rule.subject for rule in inputs.rules}
    found: list[dict[str, Any]] = [
        {"code": f"no_{subject}"}
        for subject in (SCHOOL, PUBLIC, WATER, ROAD)
        if subject in asked and not inputs.shapes[subject]
    ]
    if SLOPE in asked and inputs.terrain is None:
        found.append({"code": "no_slope"})
    elif inputs.terrain is not None and inputs.terrain["resolution_m"] > 2 * inputs.grid["cell_m"]:
        found.append({"code": "coarse_slope", "metres": inputs.terrain["resolution_m"]})
    unplaced = int((inputs.mine & ~inputs.placed).sum())
    if unplaced:
        found.append({"code": "unplaced", "households": unplaced})
    if inputs.open_border:
        found.append({"code": "border"})
    return found
