"""How a board is looked at: since when things moved, and for whom of the steering committee."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Viewer
from layers.criteria.board import Board, Line
from layers.errors import Malformed
from layers.models import Duty, Status, Unit

#: Against which moment "moved" is told.
SINCE = {
    "year": gettext_lazy("the year before"),
    "quarter": gettext_lazy("the start of this quarter"),
    "month": gettext_lazy("the start of this month"),
    "week": gettext_lazy("seven days ago"),
}


@dataclass(frozen=True)
class View:
    """`post` is a post in the steering committee, "" for all; what it answers for is shown alone."""

    since: str = "year"
    post: str = ""

    def moment(self) -> datetime | None:
        """Return since when changes of the same year count; None for the year before."""
        first = first_day(self.since, timezone.localdate())
        return None if first is None else timezone.make_aware(datetime.combine(first, time.min))

    def told(self, moved: str, year: int) -> str:
        """Return what has moved with since when, "" where nothing has."""
        first = first_day(self.since, timezone.localdate())
        if not moved:
            return ""
        if first is None:
            return _("%(moved)s since %(before)s") % {"moved": moved, "before": year - 1}
        return _("%(moved)s since the day %(day)s") % {"moved": moved, "day": formats.date_format(first, "d/m/Y")}


def first_day(since: str, today: date) -> date | None:
    if since not in SINCE:
        raise Malformed(_("“since” can be: %(values)s.") % {"values": ", ".join(SINCE)})
    days = {
        "quarter": date(today.year, today.month - (today.month - 1) % 3, 1),
        "month": today.replace(day=1),
        "week": today - timedelta(days=7),
    }
    return days.get(since)


def posts_in(unit: Unit, viewer: Viewer) -> list[str]:
    """Return the posts that answer for something in a unit, for the staff of its area."""
    duties = Duty.objects.seen_by(viewer).filter(unit__path__startswith=unit.path)
    return list(duties.order_by("post").values_list("post", flat=True).distinct())


def answered_for(board: Board, unit: Unit, viewer: Viewer, post: str) -> Board:
    """Return what of a board a post answers for: its units, and its criteria if it has no unit as a whole."""
    if not post:
        return board
    duties = list(
        Duty.objects.seen_by(viewer)
        .filter(post=post, unit__path__startswith=unit.path)
        .values_list("unit__path", "criterion__number")
    )
    inside = Q(pk__in=())
    for path, _number in duties:
        inside |= Q(path__startswith=path)
    units = (
        set(Unit.objects.filter(inside, path__startswith=unit.path).values_list("pk", flat=True)) if duties else set()
    )
    numbers = {number for _path, number in duties}
    of = [row for row in board.criteria if None in numbers or row.number in numbers]
    kept = {row.number for row in of}
    lines = [_kept(line, kept) for line in board.lines if line.pk in units]
    return replace(board, criteria=of, lines=lines, own=board.own and _kept(board.own, kept))


def _kept(line: Line, numbers: set[int]) -> Line:
    cells = tuple(cell for cell in line.cells if cell.number in numbers)
    if len(cells) == len(line.cells):
        return line
    return replace(line, cells=cells, met=sum(cell.status == Status.MET for cell in cells), before=None)
