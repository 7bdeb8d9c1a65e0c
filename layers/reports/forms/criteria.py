"""Results of the criteria, yearly or of six months: who meets what, how many communes do, and every indicator.

The columns are those of the reporting forms: the end of the year before, the period, the plan.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from layers.criteria.board import Board, board_of, criteria_in
from layers.criteria.results import in_language
from layers.models import Milestone, Status, Unit
from layers.reports.documents import source_line
from layers.reports.indicators import Row, indicator_rows
from layers.reports.order import Order, Progress
from layers.reports.sheets import Look, Sheet, saved, workbook
from layers.reports.stage import stage

from .money import money_sheets

#: So many criteria and more, up to the next, make one band of the table of communes by criteria met.
BANDS = (15, 10, 5, 0)


def criteria_xlsx(order: Order, progress: Progress) -> bytes:
    """Return the workbook of a unit: two sheets of sums where it holds communes, then every indicator of each."""
    book, communes = workbook(), order.communes()
    steps = len(communes) + 1
    progress(0, steps)
    if order.unit.kind != "commune":
        board, before = board_of(order.unit, order.year), board_of(order.unit, order.year - 1)
        _matrix(Sheet(book, _("By commune"), (5, 24, *[5.5] * len(board.criteria), 10, 10)), order, board)
        _sums(Sheet(book, _("Communes by criterion"), (6, 44, 16, 16, 16)), order, board, before)
    detail = Sheet(book, _("Indicators"), (7, 52, 16, 11, 11, 12, 11, 12, 14, 24))
    _indicators(detail, order, communes, progress, steps)
    money_sheets(book, order)
    made = saved(book)
    progress(steps, steps)
    return made


def signed(status: str) -> str:
    """Return a result as officials' tables abbreviate it."""
    return {"m": pgettext("result", "M"), "u": pgettext("result", "U"), "?": "?"}.get(status, "-")


def _matrix(sheet: Sheet, order: Order, board: Board) -> None:
    sheet.letterhead(order.unit)
    sheet.title(_("Results of the criteria of new rural development by commune"), _titled(order))
    sheet.head(
        [(_("No."), 1, 2), (_("Commune"), 1, 2), (_("Criterion"), len(board.criteria), 1),
         (_("Criteria met at 31/12/%(year)s") % {"year": order.year - 1}, 1, 2), (_("Criteria met"), 1, 2)],
        [(str(row.number), 1, 1) for row in board.criteria],
    )  # fmt: skip
    middle = ["center", "left"] + ["center"] * len(board.criteria)
    for number, line in enumerate(board.lines, 1):
        signs = [signed(cell.status) for cell in line.cells]
        sheet.line([number, line.name, *signs, line.before, line.met], aligns=middle)
    names = "; ".join(f"{row.number}. {in_language(row)}" for row in board.criteria)
    sheet.foot(_("M: met; U: unmet; ?: unknown; -: not assessed."), names, order.held_on,
               source_line(order.unit, order.year))  # fmt: skip


def _sums(sheet: Sheet, order: Order, board: Board, before: Board) -> None:
    sheet.letterhead(order.unit)
    sheet.title(_("Number of communes meeting each criterion"), _titled(order))
    now, then = board.by_criterion(), before.by_criterion()
    comparable = board.criteria_set == before.criteria_set
    sheet.head(
        [(_("No."), 1, 1), (_("Criterion"), 1, 1), *_periods(order), (_("Communes assessed"), 1, 1)],
    )
    for row in board.criteria:
        met = then[row.number]["m"] if comparable and before.lines else None
        sheet.line([row.number, in_language(row), met, now[row.number]["m"], len(board.lines)], aligns=["center"])
    sheet.row += 1
    sheet.title(_("Communes by number of criteria met"))
    sheet.head([(_("No."), 1, 1), (_("Criteria met"), 1, 1), *_periods(order), (_("Communes assessed"), 1, 1)])
    all_of_them, top = len(board.criteria), len(board.criteria)
    for number, lowest in enumerate((all_of_them, *BANDS), 1):
        band = f"{lowest}/{all_of_them}" if lowest == all_of_them else f"{lowest}–{top}"
        earlier = _within(before, lowest, top) if comparable and before.lines else None
        sheet.line([number, band, earlier, _within(board, lowest, top), len(board.lines)], aligns=["center"])
        top = lowest - 1
    sheet.foot(order.held_on, source_line(order.unit, order.year))


def _within(board: Board, lowest: int, top: int) -> int:
    return sum(lowest <= line.met <= top for line in board.lines)


def _periods(order: Order) -> list[tuple[str, int, int]]:
    before = _("Result at 31/12/%(year)s") % {"year": order.year - 1}
    return [(before, 1, 1), (_("Result, %(period)s") % {"period": order.state_of}, 1, 1)]


def _titled(order: Order) -> str:
    criteria_set, _criteria = criteria_in(order.year)
    said = f"{order.unit}, {order.state_of}"
    return f"{said} ({criteria_set.legal_basis})" if criteria_set else said


def _indicators(sheet: Sheet, order: Order, communes: list[Unit], progress: Progress, steps: int) -> None:
    sheet.letterhead(order.unit)
    sheet.title(_("Results of the national criteria of new rural communes"), _titled(order))
    (before, _one, _row), (now_titled, _one, _row) = _periods(order)
    each = [(_("Value"), 1, 1), (_("Result"), 1, 1)]
    sheet.head(
        [(_("No."), 1, 2), (_("Indicator"), 1, 2), (_("Standard"), 1, 2), (_("Unit of measure"), 1, 2), (before, 2, 1),
         (now_titled, 2, 1), (order.planned, 1, 2), (_("Note"), 1, 2)],
        each * 2,
    )  # fmt: skip
    same_set = criteria_in(order.year)[0] == criteria_in(order.year - 1)[0]
    for done, commune in enumerate(communes):
        progress(done, steps)
        if order.unit.kind != "commune":
            sheet.put(1, str(commune), Look(bold=True, shade=True), to=sheet.width, ruled=True)
            sheet.row += 1
        if how_far := stage(commune, order.year, order.viewer):
            sheet.put(1, how_far, Look(italic=True), to=sheet.width, ruled=True)
            sheet.row += 1
        known = commune.standings.filter(year=order.year - 1).exists()
        earlier = indicator_rows(commune, order.year - 1, order.viewer) if same_set and known else []
        now = indicator_rows(commune, order.year, order.viewer)
        _of_commune(sheet, order.year, now, earlier, _plans(commune, order))
    sheet.foot(
        order.held_on,
        _("Standards marked * have not been verified against the legal text."),
        source_line(order.unit, order.year),
    )


def _plans(commune: Unit, order: Order) -> set[tuple[int, str, str]]:
    """Return what the roadmap has a commune meet in the plan's year: criterion, with code and part of an indicator."""
    lines = Milestone.objects.seen_by(order.viewer).filter(unit=commune, target_year=order.plan_year)
    found = lines.values_list("criterion__number", "indicator__code", "indicator__part")
    return {(number, code or "", part or "") for number, code, part in found}


def _of_commune(sheet: Sheet, year: int, now: list[Row], before: list[Row], plans: set[tuple[int, str, str]]) -> None:
    earlier = {row.key: row for row in before}
    for row in now:
        was = earlier.get(row.key)
        standard = _standards(year, row, was)
        planned = _("met") if row.key in plans or (row.number, "", "") in plans and row.status != Status.MET else ""
        sheet.line(
            [row.code, row.name, standard, row.unit, as_shown(was), was.holds if was else "", as_shown(row), row.holds,
             planned, _noted(row)],
            bold=row.heading,
        )  # fmt: skip


def _noted(row: Row) -> str:
    if row.differs:
        return _("declared otherwise")
    return _("as declared; counted: %(counted)s") % {"counted": row.computed} if row.undecided else ""


def _standards(year: int, row: Row, was: Row | None) -> str:
    """Return the standard, and that of the year before beside it where its result was held against another."""
    own = row.standard + ("" if row.verified else " *")
    if was is None or not was.standard or was.standard == row.standard:
        return own
    then = was.standard + ("" if was.verified else " *")
    return f"{year - 1}: {then}; {year}: {own or '–'}"


def as_shown(row: Row | None) -> Any:
    """Return a result as a number with the decimals of the screen; nothing where there is none."""
    if row is None or row.figure is None:
        return None
    return round(float(row.figure), row.places)
