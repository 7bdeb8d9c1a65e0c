"""The years of the two communes at their steps, what inspections found, the roadmap and who answers for what."""

from datetime import date, datetime, time
from typing import Any, cast

from django.contrib.gis.geos import Point
from django.utils import timezone

from layers.models import Criterion, Cycle, Duty, Finding, Indicator, Milestone, Standing, Step, Unit
from layers.programme.snapshots import snapshot_of

from .facts import MARK, facts


def store_cycle(units: dict[str, Unit]) -> None:
    """Store all of it; the results of the years are there already."""
    known = facts("programme")
    _store_steps(known["cycle"], units)
    _store_findings(known["findings"], units)
    _store_roadmap(known["roadmap"], units)
    Duty.objects.bulk_create(
        Duty(unit=units[one["unit"]], criterion=_criterion(one["criterion"]), post=one["post"])
        for one in known["duties"]
    )


def _store_steps(known: dict[str, Any], units: dict[str, Unit]) -> None:
    cycles: dict[tuple[str, int], Cycle] = {}
    for one in known["steps"]:
        unit, year = units[one["unit"]], one["year"]
        cycle = cycles.get((unit.code, year)) or Cycle.objects.create(unit=unit, year=year)
        cycles[unit.code, year] = cycle
        Step.objects.create(
            cycle=cycle,
            action=one["action"],
            before=one["from"],
            after=one["to"],
            office=known["offices"][one["action"]].format(unit=unit.name),
            at=datetime.combine(date.fromisoformat(one["on"]), time(9), timezone.get_default_timezone()),
            note=f"{MARK}. {one['note']}".strip(),
            decision_on=one.get("decision_on"),
            met=Standing.objects.get(unit=unit, year=year).met,
            snapshot=snapshot_of(unit, year),
        )
        cycle.state = one["to"]
        cycle.save()


def _store_findings(known: list[dict[str, Any]], units: dict[str, Unit]) -> None:
    hamlets = {(hamlet.parent_id, hamlet.name): hamlet for hamlet in units.values() if hamlet.kind == "hamlet"}
    for one in known:
        hamlet = hamlets[units[one["unit"]].pk, one["hamlet"]]
        told = {name: value for name, value in one.items() if name not in ("unit", "hamlet", "indicator")}
        Finding.objects.create(
            unit=hamlet,
            geom=cast(Point, hamlet.point),
            indicator=Indicator.objects.get(criterion__criteria_set__code="2016-2020", code=one["indicator"], part=""),
            source=MARK,
            **told,
        )


def _store_roadmap(known: dict[str, Any], units: dict[str, Unit]) -> None:
    Milestone.objects.bulk_create(
        Milestone(
            unit=units[one["unit"]],
            criterion=_criterion(one["criterion"]),
            first_year=known["first_year"],
            target_year=one["target"],
            works=one["works"],
            responsible=one["responsible"],
            source=MARK,
        )
        for one in known["goals"]
    )


def _criterion(number: int | None) -> Criterion | None:
    return Criterion.objects.get(criteria_set__code="2016-2020", number=number) if number else None
