"""Excel sheets in the form that offices file: letterhead, title, ruled table, signatures; nothing that runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from layers.mapserver.files import FORMULA
from layers.models import Unit

from .administrative import issuer_of, signers

#: The font of administrative documents; every office has it.
FACE = "Times New Roman"
RULE = Side(style="thin", color="8D8778")
BOX = Border(RULE, RULE, RULE, RULE)
SHADE = PatternFill("solid", fgColor="F4F1EA")
LONGEST_TITLE = 31
LONGEST_TEXT = 32_767


def workbook() -> Workbook:
    book = Workbook()
    book.remove(book.active)
    return book


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Look:
    """How a cell looks; `align` "" is left for text and right for numbers."""

    bold: bool = False
    italic: bool = False
    align: str = ""
    wrap: bool = True
    size: int = 11
    shade: bool = False


PLAIN = Look()
MIDDLE = Look(align="center", wrap=False)
HEADING = Look(bold=True, align="center", shade=True)


class Sheet:
    """One sheet, written from the top; `columns` are the widths of its columns."""

    def __init__(self, book: Workbook, title: str, columns: Sequence[float], landscape: bool = True) -> None:
        safe = title.translate(str.maketrans("[]:*?/\\", "()     "))
        self.sheet: Worksheet = book.create_sheet(safe[:LONGEST_TITLE])
        self.width = len(columns)
        self.row = 1
        for number, width in enumerate(columns, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        page = self.sheet.page_setup
        page.orientation, page.paperSize, page.fitToWidth, page.fitToHeight = (
            "landscape" if landscape else "portrait", "9", 1, 0,
        )  # fmt: skip
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def put(
        self, column: int, value: Any, look: Look = PLAIN, *, to: int = 0, rows: int = 1, ruled: bool = False
    ) -> None:
        """Write a value into a cell of the present row, or across those up to `to` and down over `rows`.

        Text is text whatever it begins with: a spreadsheet would run "=…" as a formula.
        """
        cell = self.sheet.cell(self.row, column)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(FORMULA)
        else:
            cell.value = value
            cell.number_format = _form(value)
        cell.font = Font(name=FACE, size=look.size, bold=look.bold, italic=look.italic)
        cell.alignment = Alignment(
            horizontal=look.align or ("left" if isinstance(value, str) else "right"),
            vertical="center" if rows > 1 or look.align == "center" else "top",
            wrap_text=look.wrap,
        )
        if look.shade:
            cell.fill = SHADE
        last = max(to, column)
        if ruled:
            for down in range(rows):
                for across in range(column, last + 1):
                    self.sheet.cell(self.row + down, across).border = BOX
        if last > column or rows > 1:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row + rows - 1, start_column=column, end_column=last
            )

    def letterhead(self, unit: Unit) -> None:
        """Write who issues it beside the name and motto of the state, then where and when."""
        issuer, half = issuer_of(unit), max(2, self.width // 2)
        strong = replace(MIDDLE, bold=True)
        self.put(1, issuer.above, MIDDLE, to=half)
        self.put(half + 1, _("SOCIALIST REPUBLIC OF VIET NAM"), strong, to=self.width)
        self.row += 1
        self.put(1, issuer.agency, strong, to=half)
        self.put(half + 1, _("Independence – Freedom – Happiness"), strong, to=self.width)
        self.row += 1
        self.put(half + 1, dated(issuer.place), replace(MIDDLE, italic=True), to=self.width)
        self.row += 2

    def title(self, *lines: str) -> None:
        for place, text in enumerate(lines):
            look = Look(align="center", bold=not place, italic=bool(place), size=11 if place else 13)
            self.put(1, text, look, to=self.width)
            self.row += 1
        self.row += 1

    def head(self, *rows: Sequence[tuple[str, int, int]]) -> None:
        """Write the heading of a table; each entry is a text with how many columns and rows it takes.

        The rows are repeated on each printed page and stay in view.
        """
        first = self.row
        taken: set[tuple[int, int]] = set()
        for entries in rows:
            column = 1
            for text, across, down in entries:
                while (self.row, column) in taken:
                    column += 1
                self.put(column, text, HEADING, to=column + across - 1, rows=down, ruled=True)
                taken |= {(self.row + i, column + j) for i in range(down) for j in range(across)}
                column += across
            self.row += 1
        self.sheet.print_title_rows = f"{first}:{self.row - 1}"
        self.sheet.freeze_panes = self.sheet.cell(self.row, 1)

    def line(self, values: Sequence[Any], *, bold: bool = False, aligns: Sequence[str] = ()) -> None:
        for column, value in enumerate(values, 1):
            align = aligns[column - 1] if column <= len(aligns) else ""
            self.put(column, value, Look(bold=bold, align=align), ruled=True)
        self.row += 1

    def foot(self, *notes: str) -> None:
        """Write notes below the table, then who signs."""
        self.row += 1
        for note in notes:
            self.put(1, note, Look(italic=True, size=9, wrap=False), to=self.width)
            self.row += 1
        self.row += 1
        half = max(2, self.width // 2)
        made, behalf, head = signers()
        by_hand = _("(signature, full name)"), _("(signature, full name, seal)")
        for (left, right), look in (
            ((made, behalf), replace(MIDDLE, bold=True)),
            (("", head), replace(MIDDLE, bold=True)),
            (by_hand, replace(MIDDLE, italic=True)),
        ):
            self.put(1, left, look, to=half)
            self.put(half + 1, right, look, to=self.width)
            self.row += 1


def _form(value: float | None) -> str:
    """Return how a number is written: with the decimals that it has been given, and room for two where it has any."""
    if value is None or value == int(value):
        return "#,##0"
    decimals = len(f"{value:.7f}".rstrip("0").partition(".")[2])
    return "#,##0." + "#" * max(2, decimals)


def dated(place: str) -> str:
    """Return where and when a document is made, as its head has it."""
    today = timezone.localdate()
    words = {"day": f"{today.day:02d}", "month": f"{today.month:02d}", "year": today.year}
    return f"{place}, " + _("%(day)s/%(month)s/%(year)s") % words
