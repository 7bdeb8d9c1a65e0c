"""What was known of a unit's year at one moment, and what changed between two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.criteria.results import IndicatorResult, indicators_of
from layers.models import Assessment, Declaration, Unit

#: One indicator in a snapshot: result that held, declared result and value, computed result and value, threshold.
Known = Mapping[str, Any]


def key_of(code: str, part: str) -> str:
    return f"{code} {part}".strip()


def snapshot_of(unit: Unit, year: int) -> dict[str, Known]:
    """Return what is known now of every indicator of a unit's year, by code and part."""
    return {key_of(one.indicator.code, one.indicator.part): known(one) for one in indicators_of(unit, None, year)}


def known(result: IndicatorResult) -> dict[str, Any]:
    """Return a result as a snapshot keeps it: shares and results only, no counts of people."""
    return {
        "status": str(result.status),
        "declared": _declared(result.declared),
        "computed": _computed(result, result.computed),
        "threshold": result.threshold,
    }


def _declared(row: Declaration | None) -> list[Any] | None:
    if row is None:
        return None
    share = 100 * (row.numerator or 0) / row.denominator if row.denominator else None
    return [row.status, _rounded(share if row.value is None else row.value)]


def _computed(result: IndicatorResult, row: Assessment | None) -> list[Any] | None:
    if row is None:
        return None
    value = None
    if result.measure is not None and row.denominator:
        value = result.measure.value(row.numerator or 0, row.denominator)
    return [row.status, _rounded(value)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


@dataclass(frozen=True)
class Change:
    """One indicator that a step found otherwise than the step before: `what` is a key of a snapshot."""

    indicator: str
    what: str
    before: Any
    after: Any


def changes(before: Mapping[str, Known], after: Mapping[str, Known]) -> list[Change]:
    """Return what differs between two snapshots, in the order of the later one."""
    found = []
    for indicator, now in after.items():
        then = before.get(indicator, {})
        found += [
            Change(indicator, what, then.get(what), now[what]) for what in now if then and then.get(what) != now[what]
        ]
    return found
