"""Forms 11 to 13 of 2026–2030: money raised and spent. The store keeps none of it, so officials fill the cells.

Lines and columns follow the reporting forms named in `domain/` (source forms2026), which nobody has held against the
circular yet; the sheets say so. An empty cell is one to be filled, never a nought.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from layers.reports.documents import source_line
from layers.reports.order import Order
from layers.reports.sheets import Sheet

FIRST_YEAR = 2026
SOURCES = (
    gettext_lazy("Central budget: public investment"),
    gettext_lazy("Central budget: recurrent expenditure"),
    gettext_lazy("Local budget: province"),
    gettext_lazy("Local budget: commune"),
    gettext_lazy("Integrated money of other programmes"),
    gettext_lazy("Policy credit"),
    gettext_lazy("Enterprises"),
    gettext_lazy("Community and people: cash"),
    gettext_lazy("Community and people: labour and goods at their value"),
)
WORKS = (
    gettext_lazy("Roads"),
    gettext_lazy("Irrigation"),
    gettext_lazy("Disaster prevention"),
    gettext_lazy("Electricity"),
    gettext_lazy("Trade"),
    gettext_lazy("Supply areas of raw material"),
    gettext_lazy("Digital transformation"),
    gettext_lazy("Broadcasting"),
    gettext_lazy("Clean water"),
    gettext_lazy("Environment"),
    gettext_lazy("Resettlement"),
    gettext_lazy("Data systems"),
    gettext_lazy("Ethnic minority areas"),
)
#: Lines left free for the components of the programme: their list is in a decision that the store does not hold.
COMPONENTS = 10


def money_sheets(book: Workbook, order: Order) -> None:
    """Add the three forms to a commune's workbook, for the years of the set that asks for them."""
    if order.year < FIRST_YEAR or order.unit.kind != "commune":
        return
    periods = [
        _("Result at 31/12/%(year)s") % {"year": order.year - 1},
        _("Result, %(period)s") % {"period": order.period},
        order.planned,
    ]
    lines = [str(source) for source in SOURCES]
    _form(book, order, _("Form 11"), _("Money raised, by source"), _("Source of money"), lines, periods)
    _form(
        book, order, _("Form 12"), _("Money raised and spent, by component"), _("Component"), [""] * COMPONENTS, lines
    )
    _form(
        book, order, _("Form 13"), _("Development investment from the central budget, by kind of works"),
        _("Kind of works"), [str(kind) for kind in WORKS], periods,
    )  # fmt: skip


def _form(book: Workbook, order: Order, tab: str, title: str, what: str, lines: list[str], columns: list[str]) -> None:
    sheet = Sheet(book, tab, (6, 48, *[18] * len(columns)))
    sheet.letterhead(order.unit)
    sheet.title(title, f"{order.unit}, {order.period} ({_('million VND')})")
    sheet.head([(_("No."), 1, 1), (what, 1, 1), *((column, 1, 1) for column in columns)])
    for number, line in enumerate(lines, 1):
        sheet.line([number, line, *[None] * len(columns)], aligns=["center"])
    sheet.foot(
        _("Empty cells are to be filled in by the office: money raised and spent is kept in its accounts, not here."),
        _("The lines have not been verified against the circular."),
        source_line(order.unit, order.year),
    )
