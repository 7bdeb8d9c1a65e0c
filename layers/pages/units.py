"""`/units/<id>.json`: what the panel says about a unit: where it lies, how it stands, what its parts are."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models.functions import Collate
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from layers.criteria.results import CriterionResult, criteria_of
from layers.mapserver.asked import year_of
from layers.mapserver.counted import Counted
from layers.mapserver.values import VIETNAMESE
from layers.models import HOUSEHOLDS, Status, Succession, Unit
from layers.models.units import Kind
from layers.sessions import AskedRequest

from .answers import answer
from .asking import ancestors, find_unit
from .catalogue import bbox_of

#: What is judged below each kind of unit.
JUDGED = {Kind.PROVINCE: "communes", Kind.DISTRICT: "communes", Kind.COMMUNE: "hamlets"}


@require_safe
def unit_panel(request: AskedRequest, pk: int) -> HttpResponse:
    year = year_of(request)
    unit = find_unit(pk)
    criteria = criteria_of(unit, year)
    return answer(
        {
            "unit": identity(unit) | about(unit, year),
            "year": year,
            "breadcrumb": [identity(above) for above in ancestors(unit)],
            "criteria": [criterion_json(unit, result, year) for result in criteria],
            "met": sum(result.status == Status.MET for result in criteria),
            "judged": sum(result.status != Status.NOT_ASSESSED for result in criteria),
            "counts": [total.as_json() for total in Counted(HOUSEHOLDS, request.viewer, year).of(unit)],
            "parts": parts_of(unit, [result.number for result in criteria], year),
            "successions": successions_of(unit),
        }
    )


def identity(unit: Unit) -> dict[str, Any]:
    return {"id": unit.pk, "code": unit.code, "name": unit.name, "full_name": str(unit), "kind": unit.kind}


def about(unit: Unit, year: int) -> dict[str, Any]:
    """Return the unit's own facts; `valid` says whether it existed at the end of the year asked for."""
    end = date(year, 12, 31)
    return {
        "kind_title": unit.get_kind_display(),
        "boundary": unit.boundary,
        "boundary_title": unit.get_boundary_display(),
        "bbox": bbox_of(unit, year),
        "point": list(unit.point.coords) if unit.point else None,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to and unit.valid_to.isoformat(),
        "valid": unit.valid_from <= end and (unit.valid_to is None or unit.valid_to > end),
        "source": unit.source,
        "as_of": unit.as_of and unit.as_of.isoformat(),
    }


def criterion_json(unit: Unit, result: CriterionResult, year: int) -> dict[str, Any]:
    return {
        "number": result.number,
        "name": result.name,
        "status": result.status,
        "status_title": str(Status(result.status).label),
        "differs": result.differs,
        "url": f"{reverse('criterion_panel', args=[unit.pk, result.number])}?year={year}",
    }


def parts_of(unit: Unit, numbers: list[int], year: int) -> dict[str, Any] | None:
    """Return the communes of a province or district, or the hamlets of a commune, with how many stand where."""
    slug = JUDGED.get(Kind(unit.kind))
    if slug is None:
        return None
    kind = Kind.COMMUNE if slug == "communes" else Kind.HAMLET
    rows = list(
        Unit.objects.filter(kind=kind)
        .at_end_of(year)
        .below(unit.path)
        .with_standing(year)
        .order_by(Collate("name", VIETNAMESE), "pk")
        .values("id", "name", "title", "statuses", "differs", "met")
    )
    return {
        "layer": slug,
        "title": str(kind.label),
        "total": len(rows),
        "table": f"{reverse('table', args=[slug])}?unit={unit.pk}&year={year}",
        "by_criterion": {
            number: Counter(row["statuses"][number - 1 : number] or Status.NOT_ASSESSED for row in rows)
            for number in numbers
        },
        "units": rows,
    }


def successions_of(unit: Unit) -> dict[str, list[dict[str, Any]]]:
    """Return what the unit came from and what became of it, each with the day."""
    before = Succession.objects.filter(successor=unit).select_related("predecessor").defer("predecessor__geom")
    after = Succession.objects.filter(predecessor=unit).select_related("successor").defer("successor__geom")
    return {
        "from": [identity(row.predecessor) | {"on": row.on.isoformat(), "whole": row.whole} for row in before],
        "into": [identity(row.successor) | {"on": row.on.isoformat(), "whole": row.whole} for row in after],
    }
