"""What a planner asks: money by source, who gives how much, what counts, what is decided already."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from layers.planning.errors import BadSetting

#: "auto": exact for a commune, improved from a quick plan for more.
METHODS = ("auto", "exact", "greedy", "lns")
#: What "auto" is for somebody who waits: exact for a commune, greedy for more.
QUICK = "quick"
#: Classes of roads that a commune plans itself; those above carry its traffic on as they are.
CLASSES = ("commune", "village", "lane", "field")
VEHICLES = ("car", "motorbike")
#: Criteria that works can turn to met.
CRITERIA = (2, 5, 6, 17)


@dataclass(frozen=True)
class Source:
    """A source of money. amount: VND; community: given by the people, up to `amount` in all communes together;
    classes: of roads (and "facility") that it may pay for, all if empty."""

    name: str
    amount: float
    community: bool = False
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """One question. Money in VND.

    community_pct: what the people give of the price of a work, by road class (and "facility"), in per cent.
    capped: whether a commune's people give at most what they can afford; affordable: a year and household, by its
    class ("household", "near_poor", "poor"). poor_weight: what a poor person counts for, 1 as much as others.
    approved_built: whether works of approved plans count as built, or may be chosen again.
    criterion_weight: what a criterion turned to met counts for, as a share of its commune's weighted persons; criteria:
    which may count.
    floors: the least to spend, by commune code; even: the part of its even share of the money (`roads.equity`) that
    each commune gets at least, 0 to 1. forced_in, forced_out: keys of works, or of roads for all their
    stretches. unjoined: keys of works that may be built where nothing joins them to a centre: they count for a
    criterion wherever they lie. passable: the vehicle that must pass all year for a road of a class to count.
    treatments: code of the treatment by road class, the first fitting one where left out. prices: VND a km by
    treatment code, or VND by key of a facility work, in place of the table's. isolated_limit: the share of persons
    without any path to a centre above which nothing is ranked. seconds: of the exact and the improving method.
    """

    sources: tuple[Source, ...]
    community_pct: Mapping[str, float] = field(default_factory=dict)
    capped: bool = True
    affordable: Mapping[str, float] = field(default_factory=dict)
    approved_built: bool = True
    poor_weight: float = 4.0
    criterion_weight: float = 0.05
    criteria: tuple[int, ...] = CRITERIA
    floors: Mapping[str, float] = field(default_factory=dict)
    even: float = 0.0
    forced_in: tuple[str, ...] = ()
    forced_out: tuple[str, ...] = ()
    unjoined: tuple[str, ...] = ()
    passable: Mapping[str, str] = field(default_factory=dict)
    treatments: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    isolated_limit: float = 1.0
    method: str = "auto"
    seconds: float = 60.0
    seed: int = 1

    def document(self) -> dict[str, Any]:
        """Return what JSON can hold; `settings` reads it back."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def settings(document: Mapping[str, Any]) -> Settings:
    """Return the settings of a document, what it leaves out by default. Raises BadSetting with the name of the first
    that cannot be."""
    known = {each.name for each in fields(Settings)}
    unknown = sorted(set(document) - known)
    if unknown:
        raise BadSetting(unknown[0], _("there is no such setting"))
    values = dict(document)
    values["sources"] = tuple(_source(row) for row in values.get("sources", ()))
    for name in ("criteria", "forced_in", "forced_out", "unjoined"):
        if name in values:
            values[name] = tuple(values[name])
    made = Settings(**values)
    _check(made)
    return made


def _source(row: Mapping[str, Any]) -> Source:
    name = str(row.get("name", "")).strip()
    if not name:
        raise BadSetting("sources", _("a source of money has no name"))
    amount = _number("sources", row.get("amount"), 0)
    return Source(name, amount, bool(row.get("community", False)), tuple(row.get("classes", ())))


def _number(name: str, value: Any, least: float, most: float = math.inf) -> float:
    """Return a finite number within limits; everything else has no place in a plan."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadSetting(name, _("it is not a number"))
    if not least <= value <= most:
        raise BadSetting(name, _("it is outside what is allowed"))
    return float(value)


def _check(made: Settings) -> None:
    names = [source.name for source in made.sources]
    if not made.sources:
        raise BadSetting("sources", _("no source of money is given"))
    if len(set(names)) < len(names):
        raise BadSetting("sources", _("two sources of money have one name"))
    for source in made.sources:
        _among("sources", source.classes, (*CLASSES, "facility"))
    _number("poor_weight", made.poor_weight, 1, 100)
    _number("criterion_weight", made.criterion_weight, 0, 100)
    _number("even", made.even, 0, 1)
    _number("isolated_limit", made.isolated_limit, 0, 1)
    _number("seconds", made.seconds, 0.1, 3600)
    _amounts("community_pct", made.community_pct, (*CLASSES, "facility"), 100)
    _amounts("affordable", made.affordable, ("household", "near_poor", "poor"))
    _amounts("floors", made.floors)
    _amounts("prices", made.prices)
    _among("passable", made.passable, CLASSES)
    _among("passable", made.passable.values(), VEHICLES)
    _among("treatments", made.treatments, CLASSES)
    _among("criteria", made.criteria, CRITERIA)
    _among("method", (made.method,), (*METHODS, QUICK))
    if set(made.forced_in) & set(made.forced_out):
        raise BadSetting("forced_in", _("a work is forced in and out at once"))


def _among(name: str, values: Any, allowed: tuple[Any, ...]) -> None:
    for value in values:
        if value not in allowed:
            raise BadSetting(name, _("it holds a value that is not among those possible"))


def _amounts(name: str, amounts: Mapping[str, float], keys: tuple[str, ...] = (), most: float = math.inf) -> None:
    if keys:
        _among(name, amounts, keys)
    for amount in amounts.values():
        _number(name, amount, 0, most)
