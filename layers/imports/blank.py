"""An empty sheet to fill in: a workbook with the headings of a layer, which an import reads again as they are."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .columns import Described, described
from .targets import Target, Type

#: Rows for which the lists of values are offered.
ROWS = 5000
LONGEST_TITLE = 31
#: The hidden sheet with the values that cells may have; a sheet that is hidden is not read.
VALUES = "values"
FORMATS = {Type.TEXT: "@", Type.DATE: "dd/mm/yyyy"}


def blank(target: Target) -> bytes:
    """Return the workbook: bold headings with a note each, text kept as text, a list where few values are possible."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(target.title).translate(str.maketrans("[]:*?/\\", "()     "))[:LONGEST_TITLE]
    sheet.freeze_panes = "A2"
    values = book.create_sheet(VALUES)
    values.sheet_state = "hidden"
    for number, column in enumerate(described(target), 1):
        _head(sheet, number, column)
        _offer(sheet, values, number, column)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _head(sheet: Worksheet, number: int, column: Described) -> None:
    cell = sheet.cell(1, number, column.heading)
    cell.font = Font(bold=True)
    note = [column.written.capitalize(), *(name for name, _code in column.values)]
    if column.needed:
        note.insert(0, _("Needed"))
    cell.comment = Comment("\n".join(note), "gis-ntm", height=30 + 18 * len(note), width=280)
    form = sheet.column_dimensions[get_column_letter(number)]
    form.width = min(max(len(column.heading) + 3, 12), 40)
    # A code keeps the zeros that it begins with, a day the order in which it is written here.
    form.number_format = FORMATS.get(column.type, "General")


def _offer(sheet: Worksheet, values: Worksheet, number: int, column: Described) -> None:
    """Let the cells of a column choose among its values, which are kept in the same column of the hidden sheet."""
    names = [name for name, _code in column.values]
    if column.type is Type.BOOLEAN:
        names = [_("yes"), _("no")]
    if not names:
        return
    for row, name in enumerate(names, 1):
        values.cell(row, number, name)
    letter = get_column_letter(number)
    offered = DataValidation(type="list", formula1=f"={VALUES}!${letter}$1:${letter}${len(names)}", allow_blank=True)
    # A list helps; what is none of it the import tells, with the reason.
    offered.errorStyle = "warning"
    offered.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(offered)
