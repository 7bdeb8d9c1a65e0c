"""Movements of poor and near-poor households in a year: start, left, fell back, newly, end, by unit.

The table counts people exactly, so it is for those alone who may see exact totals of the whole unit.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from layers.access import SEES_EXACT_TOTALS, Viewer
from layers.figures import decimals
from layers.mapserver.counted import Counted
from layers.models import HOUSEHOLDS, Review, Unit
from layers.reports.documents import source_line
from layers.reports.order import Order, Progress
from layers.reports.sheets import Sheet, saved, workbook

#: Of each class: the total at the start and end, then what leaves it, and what comes into it.
CLASSES = {
    "poor": ("escaped", "relapsed", "newly_poor"),
    "near_poor": ("escaped_near", "relapsed_near", "newly_near"),
}


def may_count(viewer: Viewer, unit: Unit) -> bool:
    """Tell whether a viewer may see every count of households in a unit."""
    return viewer.role in SEES_EXACT_TOTALS and viewer.covers(unit.path)


def reviewed(unit: Unit, year: int) -> bool:
    """Tell whether households of a unit were reviewed in a year: a table of noughts would say that there are none."""
    return Review.objects.filter(year=year, unit__path__startswith=unit.path).exists()


@dataclass(frozen=True)
class Flow:
    """Households of one class in one unit and year. `other` is what no movement explains: moved away or in, split
    up, or changed between poor and near-poor."""

    start: int
    left: int
    back: int
    new: int
    end: int

    @property
    def other(self) -> int:
        return self.end - (self.start - self.left + self.back + self.new)


def poverty_xlsx(order: Order, progress: Progress) -> bytes:
    progress(0, 1)
    book = workbook()
    sheet = Sheet(book, _("Poor households"), (5, 26, 10, *[9] * 7, *[9] * 7))
    sheet.letterhead(order.unit)
    sheet.title(_("Movements of poor and near-poor households in %(year)s") % {"year": order.year}, str(order.unit))
    flow = [
        _("At the start of the year"),
        _("Left the class"),
        _("Fell back into it"),
        _("Newly in it"),
        _("Other movements"),
        _("At the end of the year"),
        _("Rate (%)"),
    ]
    sheet.head(
        [(_("No."), 1, 2), (_("Unit"), 1, 2), (_("Households in all"), 1, 2), (_("Poor households"), 7, 1),
         (_("Near-poor households"), 7, 1)],
        [(title, 1, 1) for title in flow * 2],
    )  # fmt: skip
    lines = flows(order)
    for number, (name, count, of_class) in enumerate(lines, 1):
        last = number == len(lines)
        sheet.line(["" if last else number, name, count, *_cells(of_class, count)], bold=last, aligns=["center"])
    sheet.foot(
        _("Other movements: households that moved, were split up, or changed between poor and near-poor."),
        source_line(order.unit, order.year),
    )
    progress(1, 1)
    return saved(book)


def _cells(of_class: dict[str, Flow], count: int) -> list[Any]:
    cells: list[Any] = []
    for flow in of_class.values():
        rate = 100 * flow.end / count if count else None
        shown = None if rate is None else round(rate, decimals(rate))
        cells += [flow.start, flow.left, flow.back, flow.new, flow.other, flow.end, shown]
    return cells


def flows(order: Order) -> list[tuple[str, int, dict[str, Flow]]]:
    """Return name, households and flow of each class for every part of the unit, and for all of it at the end."""
    now, before = _totals(order, order.year), _totals(order, order.year - 1)
    ids = sorted({*now, *before} - {order.unit.pk})
    units = Unit.objects.filter(pk__in=ids).order_by("path").only("name", "title", "path")
    moved = _movements(order)
    lines = [_line(unit, now.get(unit.pk, {}), before.get(unit.pk, {}), moved) for unit in units]
    whole = [{t.name: int(t.value or 0) for t in Counted(HOUSEHOLDS, order.viewer, year).of(order.unit)}
             for year in (order.year, order.year - 1)]  # fmt: skip
    name, count, of_class = _line(order.unit, whole[0], whole[1], moved)
    return [*lines, (_("Total: %(unit)s") % {"unit": name}, count, of_class)]


def _totals(order: Order, year: int) -> dict[int, dict[str, int]]:
    found = Counted(HOUSEHOLDS, order.viewer, year).below(order.unit)
    return {pk: {total.name: int(total.value or 0) for total in totals} for pk, totals in found.items()}


def _movements(order: Order) -> dict[str, Counter[str]]:
    """Return how many households moved how, by the path of the unit they lived in."""
    rows = Review.objects.filter(year=order.year, unit__path__startswith=order.unit.path).exclude(movement="")
    found: dict[str, Counter[str]] = {}
    for path, movement, count in rows.order_by().values_list("unit__path", "movement").annotate(n=Count("pk")):
        found.setdefault(path, Counter())[movement] = count
    return found


def _line(
    unit: Unit, now: dict[str, int], before: dict[str, int], moved: dict[str, Counter[str]]
) -> tuple[str, int, dict[str, Flow]]:
    sums: Counter[str] = Counter()
    for path, counted in moved.items():
        if path.startswith(unit.path):
            sums.update(counted)
    of_class = {
        name: Flow(before.get(name, 0), sums[left], sums[back], sums[new], now.get(name, 0))
        for name, (left, back, new) in CLASSES.items()
    }
    return str(unit), now.get("count", 0), of_class
