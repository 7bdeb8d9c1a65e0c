"""The board: how the parts of a unit stand, criterion by criterion, what moved, and what needs inspection.

Whatever the number of parts, each question is one statement.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Avg,
    BigIntegerField,
    Count,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Collate, Substr

from layers.models import Assessment, CriteriaSet, Criterion, Declaration, Standing, Status, Turn, Unit

from .results import DECIDED, IndicatorResult

#: The collation of names (migration 0004).
VIETNAMESE = "vietnamese"
#: What stands below each kind of unit on its board.
PARTS = {"province": "commune", "district": "commune", "commune": "hamlet"}


@dataclass(frozen=True)
class Cell:
    """One unit × criterion. `moved` is 1 where it has become met since then, -1 where it was lost."""

    number: int
    status: str
    differs: bool
    moved: int


@dataclass(frozen=True)
class Line:
    """One unit of the board with its cells in the order of the criteria; `within` names what it is part of."""

    pk: int
    name: str
    kind: str
    within: str
    cells: tuple[Cell, ...]
    met: int
    before: int | None

    @property
    def judged(self) -> int:
        return sum(cell.status != Status.NOT_ASSESSED for cell in self.cells)

    def count(self, status: str) -> int:
        return sum(cell.status == status for cell in self.cells)


@dataclass(frozen=True)
class Board:
    """`own` is the line of a commune whose hamlets are the lines; `not_assessed` counts the parts left out,
    as the wards of a city."""

    criteria_set: CriteriaSet | None
    criteria: list[Criterion]
    own: Line | None
    lines: list[Line]
    not_assessed: int

    @property
    def judged(self) -> list[Line]:
        """The communes that the board is about: those below, or the one itself."""
        return [self.own] if self.own else self.lines

    def by_criterion(self) -> dict[int, Counter[str]]:
        """Return for each criterion how many lines are met, unmet, unknown or not assessed."""
        return {row.number: Counter(line.cells[i].status for line in self.lines) for i, row in enumerate(self.criteria)}


def criteria_in(year: int) -> tuple[CriteriaSet | None, list[Criterion]]:
    """Return the set in force in a year with its criteria in order; none where there is none."""
    criteria_set = CriteriaSet.objects.filter(first_year__lte=year, last_year__gte=year).first()
    return criteria_set, list(criteria_set.criteria.all()) if criteria_set else []


def board_of(unit: Unit, year: int, since: datetime | None = None) -> Board:
    """Return the board of a province, district or commune at the end of a year.

    What moved is told against the end of the year before, or against how the same year stood at `since`.
    """
    criteria_set, criteria = criteria_in(year)
    kind = PARTS[unit.kind]
    units = _standing(Unit.objects.filter(kind=kind).at_end_of(year).below(unit.path), year, since)
    if unit.kind == "commune":
        units = units | _standing(Unit.objects.filter(pk=unit.pk), year, since)
    found = list(units.order_by(Collate("name", VIETNAMESE), "pk"))
    lines = [line_of(row, len(criteria)) for row in found if row["statuses"]]
    own = next((line for line in lines if line.pk == unit.pk), None)
    parts = [line for line in lines if line.pk != unit.pk]
    return Board(criteria_set, criteria, own, parts, sum(not row["statuses"] for row in found if row["pk"] != unit.pk))


def _standing(units: QuerySet, year: int, since: datetime | None) -> QuerySet:
    """Add the results of a year, and those of then: of the year before, or of the same year at a moment."""
    units = units.alias(present=FilteredRelation("standings", condition=Q(standings__year=year)))
    if since is None:
        units = units.alias(earlier=FilteredRelation("standings", condition=Q(standings__year=year - 1)))
        units = units.annotate(set_then=F("earlier__criteria_set_id"), before=F("earlier__statuses"))
    else:
        first = Turn.objects.filter(
            unit=OuterRef("pk"), year=year, at__gte=since, criteria_set=OuterRef("present__criteria_set")
        ).order_by("at", "pk")
        # What has not turned since then stood then as it stands now.
        before = Coalesce(Subquery(first.values("before")[:1]), "present__statuses")
        units = units.annotate(set_then=F("present__criteria_set_id"), before=before)
    return units.annotate(
        statuses=Coalesce("present__statuses", Value("")),
        differs=Coalesce("present__differs", Value("")),
        met=F("present__met"),
        set_now=F("present__criteria_set_id"),
    ).values("pk", "name", "kind", "parent__name", "statuses", "differs", "met", "set_now", "set_then", "before")


def line_of(row: dict, criteria: int) -> Line:
    comparable = row["before"] is not None and row["set_now"] == row["set_then"]
    before = row["before"] if comparable else ""
    cells = tuple(
        Cell(
            number=i + 1,
            status=row["statuses"][i : i + 1] or Status.NOT_ASSESSED.value,
            differs=row["differs"][i : i + 1] == "≠",
            moved=_moved(before[i : i + 1], row["statuses"][i : i + 1]),
        )
        for i in range(criteria)
    )
    met_before = before.count(Status.MET.value) if comparable else None
    return Line(row["pk"], row["name"], row["kind"], row["parent__name"] or "", cells, row["met"] or 0, met_before)


def _moved(before: str, now: str) -> int:
    if now == Status.MET and before in (Status.UNMET.value, Status.UNKNOWN.value):
        return 1
    return -1 if now == Status.UNMET and before == Status.MET else 0


def met_by_year(unit: Unit) -> dict[int, tuple[float, int]]:
    """Return for each assessed year how many criteria a commune meets on average, and how many communes that is."""
    of_year = Standing.objects.filter(unit__kind="commune", unit__path__startswith=unit.path).values("year")
    found = of_year.annotate(mean=Avg("met"), communes=Count("pk")).order_by("year")
    return {row["year"]: (float(row["mean"]), row["communes"]) for row in found}


def discrepancies(unit: Unit, year: int, most: int, asked: Q) -> tuple[list[tuple[Unit, IndicatorResult]], int]:
    """Return where declared and computed results disagree, at most so many, and how many there are in all.

    An inspection should look at these: either the rows are wrong or the declaration is. `asked` narrows declarations.
    """
    computed = Assessment.objects.filter(
        unit=OuterRef("unit"), indicator=OuterRef("indicator"), year=year, status__in=DECIDED
    ).exclude(status=OuterRef("status"))
    declared = Declaration.objects.filter(asked, year=year, unit__path__startswith=unit.path, status__in=DECIDED)
    differing = declared.annotate(computed=Subquery(computed.values("pk"))).filter(computed__isnull=False)
    rows = list(
        differing.select_related("unit", "indicator__criterion")
        .defer("unit__geom", "unit__point")
        .order_by("unit__path", "indicator__criterion__number", "indicator_id")[:most]
    )
    found = Assessment.objects.in_bulk([row.computed for row in rows])
    results = [(row.unit, _differing(row, found[row.computed])) for row in rows]
    return results, len(rows) if len(rows) < most else differing.count()


def _differing(declared: Declaration, computed: Assessment) -> IndicatorResult:
    return IndicatorResult(
        indicator=declared.indicator,
        status=computed.status,
        computed=computed,
        declared=declared,
        threshold=computed.threshold,
        threshold_verified=computed.threshold_verified,
        threshold_source="",
    )


@dataclass(frozen=True)
class Province:
    """How the communes of a province stand: how many are judged, how many meet all criteria and how many each."""

    pk: int
    communes: int
    complete: int
    mean: float
    met: tuple[int, ...]


def provinces_of(year: int, criteria: int) -> list[Province]:
    """Return every province that has judged communes, from their standings: one statement for a nation."""
    root = Cast(Func(F("unit__path"), Value("/"), Value(1), function="split_part"), BigIntegerField())
    numbers = range(1, criteria + 1)
    rows = (
        Standing.objects.filter(year=year, unit__kind="commune")
        .alias(**{f"at_{n}": Substr("statuses", n, 1) for n in numbers})
        .values(root=root)
        .annotate(
            communes=Count("pk"),
            complete=Count("pk", filter=Q(met=criteria)),
            mean=Avg("met"),
            **{f"met_{n}": Count("pk", filter=Q(**{f"at_{n}": Status.MET})) for n in numbers},
        )
    )
    return [
        Province(row["root"], row["communes"], row["complete"], float(row["mean"]), _met(row, numbers)) for row in rows
    ]


def _met(row: Mapping[str, Any], numbers: range) -> tuple[int, ...]:
    return tuple(row[f"met_{n}"] for n in numbers)
