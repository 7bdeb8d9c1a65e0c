"""What a change of values would turn, told before it is made: it is made, assessed, and taken back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from layers.models import Indicator, Standing, Status, Threshold, Unit
from layers.models.units import Kind

from .assess import assess
from .changing import touched_by


@dataclass(frozen=True)
class Turned:
    """A commune whose result of the criterion would be another in a year; both as characters of `Status`."""

    commune: str
    year: int
    before: str
    after: str

    @property
    def before_title(self) -> str:
        return str(Status(self.before).label)

    @property
    def after_title(self) -> str:
        return str(Status(self.after).label)


def rehearse(indicator: Indicator, change: Callable[[], Threshold]) -> list[Turned]:
    """Return which communes' results a change of an indicator's value would turn; nothing of it stays.

    `change` makes the change and returns the value that was stored or removed. Raises what `change` raises.
    """
    criterion = indicator.criterion
    with transaction.atomic():
        before = _results(criterion.criteria_set_id, criterion.number)
        threshold = change()
        years = {year for _unit, year in before if year >= threshold.first_year}
        paths = touched_by(threshold)
        for year in sorted(years):
            for path in paths:
                assess(year, path)
        after = _results(criterion.criteria_set_id, criterion.number)
        transaction.set_rollback(True)
    turned = [(unit, year) for (unit, year), status in before.items() if after.get((unit, year), status) != status]
    names = dict(Unit.objects.filter(pk__in={unit for unit, _year in turned}).values_list("pk", "name"))
    rows = [Turned(names[unit], year, before[unit, year], after[unit, year]) for unit, year in turned]
    return sorted(rows, key=lambda one: (one.year, one.commune))


def _results(criteria_set: int, number: int) -> dict[tuple[int, int], str]:
    rows = Standing.objects.filter(criteria_set=criteria_set, unit__kind=Kind.COMMUNE)
    found = rows.values_list("unit", "year", "statuses")
    return {(unit, year): statuses[number - 1 : number] for unit, year, statuses in found}
