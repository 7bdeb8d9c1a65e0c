"""The threshold that holds for a unit, an indicator and a year, said in this one place.

A result stays with the threshold that it was held against until it is assessed anew. What is declared only has
none of its own, so a recognised year keeps those that its decision was taken by. Else the value on record holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from layers.models import Assessment, Indicator, Step, Threshold, Unit, groups_of
from layers.models.programme import Action, State
from layers.models.units import Kind


@dataclass(frozen=True)
class Limit:
    """A threshold as results are held against it; `source` is "" where it has been set otherwise since."""

    value: float
    verified: bool
    source: str


#: By the ids of unit and indicator.
Limits = dict[tuple[int, int], Limit]
Recorded = dict[tuple[int, int], Threshold]


def limits_of(units: Iterable[Unit], indicators: Iterable[Indicator], year: int) -> Limits:
    """Return what communes or hamlets are held against in a year: five statements, however many they are."""
    return limits_ahead(units, indicators, year, [year])[year]


def limits_ahead(
    units: Iterable[Unit], indicators: Iterable[Indicator], year: int, targets: Iterable[int]
) -> dict[int, Limits]:
    """Return what will be held against in each target year, as seen from a year: what holds in that year holds on,
    unless another value begins in between."""
    units, indicators, targets = list(units), list(indicators), set(targets)
    record = Record(units, indicators, max({year, *targets}))
    now = record.of(year)
    held = _limits(units, indicators, year, now)
    found = {}
    for target in targets - {year}:
        then = record.of(target)
        begun = {key: _as_limit(row) for key, row in then.items() if key not in now or now[key].pk != row.pk}
        found[target] = held | begun if target > year else _limits(units, indicators, target, then)
    return found | {year: held}


class Record:
    """The thresholds on record for some units up to a year, by the order of `sql.LIMITS`: the province's own before
    that of a group of communes before the region's before the nation's, and of each the latest that has begun."""

    def __init__(self, units: Iterable[Unit], indicators: Iterable[Indicator], last_year: int) -> None:
        self._units = list(units)
        roots = {unit.path.split("/")[0] for unit in self._units}
        self._provinces = Unit.objects.only("code", "region").in_bulk(int(root) for root in roots)
        provinces = self._provinces.values()
        found = Threshold.objects.filter(
            Q(province_code__in=[one.code for one in provinces])
            | Q(province_code="", region__in=["", *(one.region for one in provinces)]),
            indicator__in=indicators,
            first_year__lte=last_year,
        )
        self._found = sorted(
            found, key=lambda t: (t.province_code != "", t.commune_group != 0, t.region != "", t.first_year)
        )

    def of(self, year: int) -> Recorded:
        """Return the threshold of each unit and indicator in a year."""
        communes = [commune_of(unit) for unit in self._units]
        groups = groups_of(communes, year)
        shared: dict[tuple[int, int], dict[int, Threshold]] = {}
        found: Recorded = {}
        for unit, commune in zip(self._units, communes, strict=True):
            alike = int(unit.path.split("/")[0]), groups[commune]
            if alike not in shared:
                shared[alike] = self.held(*alike, year)
            found |= {(unit.pk, indicator): row for indicator, row in shared[alike].items()}
        return found

    def held(self, province: int, group: int, year: int) -> dict[int, Threshold]:
        """Return by indicator what holds in a province for a group of communes (0: where none is told)."""
        whose = self._provinces[province]
        return {
            row.indicator_id: row
            for row in self._found
            if row.first_year <= year
            and row.commune_group in (0, group)
            and (row.province_code == whose.code or (not row.province_code and row.region in ("", whose.region)))
        }


def commune_of(unit: Unit) -> int:
    """Return the id of the commune by whose group and decisions a commune or hamlet is judged."""
    return unit.parent_id if unit.kind == Kind.HAMLET and unit.parent_id else unit.pk


def _limits(units: list[Unit], indicators: list[Indicator], year: int, recorded: Recorded) -> Limits:
    found = {key: _as_limit(row) for key, row in recorded.items()}
    for key, value, verified in _kept(units, indicators, year):
        if key not in found or found[key].value != value:
            found[key] = Limit(value, verified, "")
    return found


def _as_limit(row: Threshold) -> Limit:
    return Limit(row.value, row.verified, row.source)


def _kept(units: list[Unit], indicators: list[Indicator], year: int) -> Iterator[tuple[tuple[int, int], float, bool]]:
    """Yield what was held against, the surest last: in the decisions of recognised years, in results."""
    holders = {unit.pk: commune_of(unit) for unit in units}
    by_key = {str(one): one.pk for one in indicators}
    decided = Step.objects.filter(
        cycle__unit__in=set(holders.values()), cycle__year=year, cycle__state=State.RECOGNISED, action=Action.RECOGNISE
    )
    # The last decision is the one that holds.
    snapshots = dict(decided.order_by("at", "pk").values_list("cycle__unit", "snapshot"))
    for unit, commune in holders.items():
        for key, known in snapshots.get(commune, {}).items():
            if key in by_key and known["threshold"] is not None:
                yield (unit, by_key[key]), known["threshold"], False
    assessed = Assessment.objects.filter(unit__in=units, year=year, indicator__in=indicators).values_list(
        "unit", "indicator", "threshold", "threshold_verified"
    )
    for unit, indicator, value, verified in assessed:
        if value is not None:
            yield (unit, indicator), value, verified
