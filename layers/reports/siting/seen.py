"""What a viewer may see of a study: sums for all who may see it, what tells where houses are for the entitled only."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from layers.access import Viewer
from layers.models import SitingStudy, record_read
from layers.models.siting import SiteKind, Subject
from layers.planning.waste.demand import doors
from layers.planning.waste.figures import figures_of
from layers.planning.waste.inputs import Inputs, thaw
from layers.planning.waste.rule import Rule

from . import words

Json = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A study through the eyes of a viewer who may see the study itself (`study.study_of`)."""

    study: SitingStudy
    viewer: Viewer

    @cached_property
    def groups(self) -> bool:
        """Which houses belong together."""
        return self.study.shows_groups_to(self.viewer)

    @cached_property
    def houses(self) -> bool:
        """What is measured to houses."""
        return self.study.shows_houses_to(self.viewer)

    @cached_property
    def inputs(self) -> Inputs:
        return thaw(bytes(self.study.frozen or b""))

    @property
    def result(self) -> Json:
        return dict(self.study.result or {})

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.inputs.rules

    @cached_property
    def alternatives(self) -> list[Json]:
        return [self._alternative(one) for one in self.result["alternatives"]]

    @cached_property
    def chosen(self) -> int:
        """The number of the alternative to begin with: for the budget, else for all; of incinerators the cheapest."""
        able = [i for i, one in enumerate(self.alternatives) if one["feasible"]]
        if self.study.kind == SiteKind.INCINERATOR:
            return min(able, key=lambda i: self.alternatives[i]["total_vnd"], default=0)
        wanted = [i for code in ("budget", "all") for i in able if self.alternatives[i]["code"] == code]
        return next(iter(wanted), able[0] if able else 0)

    def _alternative(self, one: Json) -> Json:
        shown = {name: value for name, value in one.items() if name not in ("assigned", "numbers", "by_hamlet")}
        shown["title"] = words.alternative(self.study.kind, one["code"])
        shown["why"] = words.why(one["why"], one["numbers"]) if one["why"] else ""
        shown["numbers"] = one["numbers"]
        shown["hamlets"] = one["by_hamlet"]
        if self.study.kind == SiteKind.KILN and one["code"] != "haul":
            shown["qcvn_61"] = False
            if not self.groups:
                shown["sites"] = self._by_hamlet(one["sites"])
        return shown

    def _by_hamlet(self, sites: Iterable[Json]) -> list[Json]:
        """Return kilns as counts at their hamlets: where one stands tells which houses it is for."""
        found: dict[tuple[int, bool], Json] = {}
        for site in sites:
            hamlet = self.result["hamlets"][site["hamlet"]]
            one = found.setdefault(
                (site["hamlet"], site["new"]),
                {"lon": hamlet["lon"], "lat": hamlet["lat"], "new": site["new"], "hamlet": site["hamlet"],
                 "kilns": 0, "households": 0},
            )  # fmt: skip
            one["kilns"] += 1
            one["households"] += site["households"]
        return [found[key] for key in sorted(found)]

    @cached_property
    def candidates(self) -> list[Json]:
        """Candidates with each rule's measure; what is measured to houses only for those who may see houses."""
        found = []
        for one in self.result["candidates"]:
            metres = {s: value for s, value in one["metres"].items() if self.houses or s != Subject.DWELLING}
            found.append(one | {"metres": metres})
        return found

    @cached_property
    def zones(self) -> dict[str, Json]:
        """Where a rule forbids a site, by subject."""
        return {s: area for s, area in self.study.zones.items() if self.houses or s != Subject.DWELLING}

    def lines(self, number: int) -> list[list[list[float]]]:
        """Return for an alternative the lines from those served to their site: of hamlets for all, of houses for those
        who may see which belong together; nothing for others."""
        one = self.result["alternatives"][number]
        places = self._places(one["code"])
        if places is None:
            return []
        sites = [[site["lon"], site["lat"]] for site in one["sites"]]
        return [
            [np.round(place, 6).tolist(), sites[site]]
            for place, site in zip(places.tolist(), one["assigned"], strict=True)
            if site >= 0
        ]

    def _places(self, code: str) -> np.ndarray | None:
        if code == "haul" or self.study.kind == SiteKind.INCINERATOR:
            return np.array([[hamlet["lon"], hamlet["lat"]] for hamlet in self.result["hamlets"]])
        if not self.groups:
            return None
        inputs = self.inputs
        if self.study.kind == SiteKind.KILN:
            return inputs.home_at
        return inputs.plane.unproject(doors(inputs).at)

    def record(self, output: str) -> None:
        """Record that a viewer was shown what tells where houses are."""
        if self.groups:
            record_read(self.viewer, "households", output, f"siting {self.study.pk}", self.result["households"])

    @property
    def figures(self) -> list[Json]:
        """The figures a study started from, each marked where it is an assumption or was changed."""
        used = self.study.options["figures"]
        return [
            {
                "name": figure.name,
                "title": str(figure.title),
                "value": used[figure.name],
                "unit": figure.unit,
                "verified": figure.verified and used[figure.name] == figure.value,
                "changed": used[figure.name] != figure.value,
                "source": figure.source,
            }
            for figure in figures_of(self.study.kind)
            # A study keeps the figures that were asked for when it was made.
            if figure.name in used
        ]

    @property
    def bbox(self) -> list[float]:
        return [float(edge) for edge in shapely.bounds(self.inputs.outline)]

    def as_json(self) -> Json:
        study, result = self.study, self.result
        made: Json = {
            "id": study.pk,
            "kind": study.kind,
            "unit": dict(self.inputs.unit),
            "year": study.year,
            "budget_vnd": study.options.get("budget"),
            "wind_from": study.options.get("wind_from"),
            "inputs_sha256": study.inputs_sha256,
            "households": result["households"],
            "persons": result["persons"],
            "candidates_in_all": result["candidates_in_all"],
            "candidates_fit": result["candidates_fit"],
            "alternatives": self.alternatives,
            "hamlets": result["hamlets"],
            "rules": [vars(rule) | {"text": words.asked_by(rule)} for rule in self.rules],
            "figures": self.figures,
            "unchecked": [words.unchecked(one) for one in result["unchecked"]],
            "shows_houses": self.houses,
        }
        if study.kind == SiteKind.KILN:
            made["warning"] = str(words.NOT_COMPLIANT)
        return made
