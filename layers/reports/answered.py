"""What a member of the steering committee answers for: everything a board tells is narrowed to it."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from layers.access import Viewer
from layers.criteria.board import Board, Cell, Line, met_by_year
from layers.models import Duty, Standing, Status, Unit


@dataclass(frozen=True)
class Answered:
    """What is looked at: all of a unit, or what a post answers for in it, as paths of units each with the number
    of a criterion, or None for the unit as a whole."""

    duties: tuple[tuple[str, int | None], ...] | None = None

    def covers(self, path: str, number: int) -> bool:
        if self.duties is None:
            return True
        return any(path.startswith(within) and only in (None, number) for within, only in self.duties)

    def rows(self, path: str, number: str) -> Q:
        """Return the condition for rows whose unit's path and criterion's number are found by these lookups.

        A row without a criterion belongs to those who answer for its unit as a whole.
        """
        if self.duties is None:
            return Q()
        found = Q(pk__in=())
        for within, only in self.duties:
            found |= Q(**{f"{path}__startswith": within}) & (Q() if only is None else Q(**{number: only}))
        return found

    def units(self, unit: Unit) -> list[str]:
        """Return the paths of what is looked at within a unit, none of which lies within another."""
        if self.duties is None:
            return [unit.path]
        paths = {unit.path if unit.path.startswith(within) else within for within, _only in self.duties}
        return sorted(path for path in paths if not any(path != above and path.startswith(above) for above in paths))


#: Nothing is left out.
EVERYTHING = Answered()


def _duties_in(unit: Unit, viewer: Viewer) -> QuerySet[Duty]:
    """Return the duties in a unit or in what holds it, for the staff of their area."""
    parts = unit.path.split("/")[:-1]
    above = ["".join(f"{part}/" for part in parts[:count]) for count in range(1, len(parts))]
    return Duty.objects.seen_by(viewer).filter(Q(unit__path__startswith=unit.path) | Q(unit__path__in=above))


def posts_in(unit: Unit, viewer: Viewer) -> list[str]:
    """Return the posts that answer for something in a unit, for the staff of its area."""
    return list(_duties_in(unit, viewer).order_by("post").values_list("post", flat=True).distinct())


def answered_by(post: str, unit: Unit, viewer: Viewer) -> Answered:
    """Return what a post answers for in a unit; everything, for no post."""
    if not post:
        return EVERYTHING
    duties = _duties_in(unit, viewer).filter(post=post).order_by("unit__path", "criterion__number")
    return Answered(tuple(duties.values_list("unit__path", "criterion__number")))


def narrowed(board: Board, answered: Answered) -> Board:
    """Return a board with nothing but what is answered for: other lines and columns go, other cells are empty."""
    if answered.duties is None:
        return board
    pks = [line.pk for line in (board.own, *board.lines) if line]
    paths = dict(Unit.objects.filter(pk__in=pks).values_list("pk", "path"))
    kept = {
        line.pk: {cell.number for cell in line.cells if answered.covers(paths[line.pk], cell.number)}
        for line in (board.own, *board.lines)
        if line
    }
    numbers = set().union(*kept.values())
    own = _only(board.own, kept[board.own.pk], numbers) if board.own else None
    return replace(
        board,
        criteria=[row for row in board.criteria if row.number in numbers],
        lines=[_only(line, kept[line.pk], numbers) for line in board.lines if kept[line.pk]],
        own=own,
    )


def _only(line: Line, answered: set[int], numbers: set[int]) -> Line:
    if len(answered) == len(line.cells):
        return line
    cells = tuple(
        cell if cell.number in answered else Cell(cell.number, Status.NOT_ASSESSED.value, False, 0)
        for cell in line.cells
        if cell.number in numbers
    )
    return replace(line, cells=cells, met=sum(cell.status == Status.MET for cell in cells), before=None)


def means_by_year(unit: Unit, answered: Answered) -> dict[int, float]:
    """Return how many of the criteria that are answered for a commune meets on average, for each assessed year."""
    if answered.duties is None:
        return {year: mean for year, (mean, _communes) in met_by_year(unit).items()}
    rows = Standing.objects.filter(unit__kind="commune", unit__path__startswith=unit.path)
    found: dict[int, list[int]] = defaultdict(list)
    for year, path, statuses in rows.order_by("year", "pk").values_list("year", "unit__path", "statuses"):
        of_post = [status for number, status in enumerate(statuses, 1) if answered.covers(path, number)]
        if of_post:
            found[year].append(of_post.count(Status.MET.value))
    return {year: sum(counts) / len(counts) for year, counts in found.items()}
