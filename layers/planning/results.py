"""An answer into rows: the plan's figures, its packages, its works with their place on the map."""

from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.utils import timezone
from shapely import from_wkb
from shapely.ops import substring

from layers.models import Facility, Package, Plan, Road, Unit, Work
from layers.models.plans import PlanState

from .plans.answer import Answer
from .plans.case import digest, written
from .plans.words import official_names
from .store.plan_worth import appraise_plan

#: The fields of a plan that an answer fills.
KEPT = ("state", "error", "progress", "trust", "method", "objective", "bound", "gap", "seconds", "solved_at", "result",
        "result_sha256", "appraisal", "updated_at")  # fmt: skip
#: Rows written with one statement.
BATCH = 1_000


@transaction.atomic
def keep_result(plan: Plan, answer: Answer) -> Plan:
    """Store an answer with its plan in place of an earlier one."""
    document = answer.document
    plan.packages.all().delete()
    plan.state, plan.error, plan.progress, plan.trust = PlanState.SOLVED, "", {}, None
    plan.method, plan.objective, plan.bound = answer.method, answer.value, answer.bound
    plan.gap, plan.seconds, plan.solved_at = answer.gap, answer.seconds, timezone.now()
    plan.result, plan.result_sha256 = document, digest(written(document))
    plan.appraisal = appraise_plan(document)
    plan.save(update_fields=KEPT)
    units = {row.unit.code: row.unit for row in plan.region.select_related("unit")}
    packages = _packages(plan, document["packages"], units)
    _works(plan, packages, document["packages"], units)
    return plan


def _packages(plan: Plan, rows: list[dict[str, Any]], units: dict[str, Unit]) -> list[Package]:
    told = ("hamlets", "classes", "roads", "state", "split", "why", "gained", "minutes", "faster", "criteria")
    return Package.objects.bulk_create(
        (
            Package(
                plan=plan,
                number=row["number"],
                name=name[:200],
                unit=units[row["commune"]],
                length_m=row["length_m"],
                cost=row["cost"],
                people_cost=row["people"],
                households=max(row["gained"]["households"], 0),
                poor_households=max(row["gained"]["poor_households"], 0),
                detail={key: row[key] for key in told},
            )
            for row, name in zip(rows, official_names(rows), strict=True)
        ),
        batch_size=BATCH,
    )


def _works(plan: Plan, packages: list[Package], rows: list[dict[str, Any]], units: dict[str, Unit]) -> None:
    works = [(package, work) for package, row in zip(packages, rows, strict=True) for work in row["works"]]
    places = places_of([work for _package, work in works])
    hamlets = _hamlets(plan, {work["hamlet"] for _package, work in works})
    Work.objects.bulk_create(
        (
            Work(
                plan=plan,
                package=package,
                key=work["key"],
                kind=work["kind"],
                unit=hamlets.get(work["hamlet"], package.unit),
                subject=work["subject"] or None,
                name=work["name"][:200],
                category=work["category"],
                treatment=work.get("treatment", ""),
                start=work.get("start", 0.0),
                stop=work.get("stop", 1.0),
                length_m=work.get("length_m", 0.0),
                cost=work["cost"],
                people_cost=work["people"],
                split=work["split"],
                geom=places.get(work["key"]),
            )
            for package, work in works
        ),
        batch_size=BATCH,
    )


def _hamlets(plan: Plan, codes: set[str]) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.at_end_of(plan.year).filter(code__in=codes)}


def places_of(works: list[dict[str, Any]]) -> dict[str, GEOSGeometry]:
    """Return the line or point of each work, from the rows as they are; none for what is gone by now."""
    subjects = {UUID(work["subject"]) for work in works if work["subject"]}
    lines = dict(Road.objects.filter(uid__in=subjects).values_list("uid", "geom"))
    points = dict(Facility.objects.filter(uid__in=subjects).values_list("uid", "geom"))
    made: dict[str, GEOSGeometry] = {}
    for work in works:
        subject = UUID(work["subject"]) if work["subject"] else None
        if subject in lines and work["start"] < work["stop"]:
            made[work["key"]] = _stretch(lines[subject], work["start"], work["stop"])
        elif subject in points:
            made[work["key"]] = points[subject]
        elif "at" in work:
            made[work["key"]] = Point(work["at"][0], work["at"][1], srid=4326)
    return made


def _stretch(line: GEOSGeometry, start: float, stop: float) -> GEOSGeometry:
    if start <= 0 and stop >= 1:
        return line
    return GEOSGeometry(memoryview(substring(from_wkb(bytes(line.wkb)), start, stop, normalized=True).wkb), srid=4326)
