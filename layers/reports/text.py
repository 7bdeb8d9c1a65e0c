"""A report as text that an office goes on writing: the sentences are there, with their figures filled in."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Written
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from layers.mapserver.values import number
from layers.models import FINDINGS, Finding, Status

from .administrative import issuer_of, receivers, signers
from .board import Sheet, sheet_of
from .documents import source_line
from .order import Order, Progress
from .sheets import FACE, dated
from .stage import stage

CENTER = WD_ALIGN_PARAGRAPH.CENTER


def text_docx(order: Order, progress: Progress) -> bytes:
    """Return the report of a unit as a Word document in the form of 30/2020/NĐ-CP."""
    progress(0, 1)
    sheet = sheet_of(order.unit, order.year, order.viewer)
    document = _blank()
    _letterhead(document, order)
    _say(document, _("REPORT"), bold=True, align=CENTER, size=14)
    said = _("Results of new rural development and poverty reduction, %(period)s") % {"period": order.state_of}
    _say(document, said, bold=True, align=CENTER)
    _say(document, str(order.unit), align=CENTER, italic=True)
    _results(document, sheet)
    _households(document, sheet)
    _shortcomings(document, order, sheet)
    _heading(document, _("IV. TASKS"))
    _say(document, _("(Written by the office: tasks, who is responsible, by when.)"), italic=True)
    _signatures(document, order)
    document.core_properties.title = said
    document.core_properties.author = issuer_of(order.unit).agency
    document.core_properties.comments = source_line(order.unit, order.year)
    out = BytesIO()
    document.save(out)
    progress(1, 1)
    return out.getvalue()


def _blank() -> Written:
    document: Written = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(30), Mm(18), Mm(20), Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(13)
    # Word takes the font of letters beyond Latin-1 from here.
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    style.paragraph_format.space_after = Pt(4)
    return document


def _say(where: Any, text: str, *, bold: bool = False, italic: bool = False, align: Any = None, size: int = 13) -> None:
    paragraph = where.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if align is not None:
        paragraph.alignment = align


def _fill(cell: Any, lines: list[tuple[str, bool, bool]], align: Any = CENTER) -> None:
    """Write lines (text, bold, italic) into a cell of a table without rules."""
    for place, (text, bold, italic) in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(12)
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(0)


def _letterhead(document: Written, order: Order) -> None:
    issuer = issuer_of(order.unit)
    table = document.add_table(rows=1, cols=2)
    _fill(table.cell(0, 0), [(issuer.above, False, False), (issuer.agency, True, False),
                             (_("No.:") + "        /BC-UBND", False, False)])  # fmt: skip
    _fill(table.cell(0, 1), [(_("SOCIALIST REPUBLIC OF VIET NAM"), True, False),
                             (_("Independence – Freedom – Happiness"), True, False),
                             (dated(issuer.place), False, True)])  # fmt: skip
    document.add_paragraph()


def _heading(document: Written, text: str) -> None:
    _say(document, text, bold=True)


def _results(document: Written, sheet: Sheet) -> None:
    _heading(document, _("I. RESULTS OF THE CRITERIA"))
    _say(document, sheet.headline + ".")
    if sheet.moved:
        _say(document, sheet.moved + ".")
    if how_far := stage(sheet.unit, sheet.year, sheet.viewer):
        _say(document, how_far)
    lines = [sheet.own] if sheet.own else sheet.lines
    wanting = (Status.UNMET, Status.UNKNOWN)
    rows = [
        [line["name"], f"{line['met']}/{line['judged']}", *(_numbers(line, status) for status in wanting)]
        for line in lines
    ]
    if rows:
        _table(document, [_("Commune"), _("Met"), _("Unmet criteria"), _("Unknown criteria")], rows)
    for criterion in sheet.missing:
        needs = "; ".join(f"{need['code']}: {need['text']}" for need in criterion["needs"])
        _say(document, f"- {criterion['number']} {criterion['name']} ({criterion['status']}): {needs}")


def _numbers(line: dict[str, Any], status: Status) -> str:
    css = {Status.UNMET: "unmet", Status.UNKNOWN: "unknown"}[status]
    return ", ".join(str(cell["number"]) for cell in line["cells"] if cell and cell["css"] == css) or "–"


def _table(document: Written, heads: list[str], rows: list[list[str]]) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, [(text, True, False)])
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _fill(cell, [(text, False, False)], None)
    document.add_paragraph()


def _households(document: Written, sheet: Sheet) -> None:
    _heading(document, _("II. POVERTY REDUCTION"))
    card = next((card for card in sheet.cards if card["title"] == _("Poor households")), None)
    if card is None:
        _say(document, _("No review of households is on record for this year."))
        return
    _say(document, f"{card['title']}: {card['value']} ({card['note']}).")
    points = sheet.poverty_trend.points
    if len(points) > 1:
        _table(document, [str(point.year) for point in points], [[point.shown for point in points]])


def _shortcomings(document: Written, order: Order, sheet: Sheet) -> None:
    _heading(document, _("III. SHORTCOMINGS AND OBSTACLES"))
    for row in sheet.differing:
        _say(document, f"- {row['unit']}, {row['code']}: {row['text']} {row['standing']}".rstrip())
    rows = FINDINGS.rows(order.viewer, order.year).filter(unit__path__startswith=order.unit.path, state="open")
    for finding in rows.select_related("unit").order_by("due_on", "pk"):
        _say(document, f"- {_found(finding)}")
    left = sheet.differing_count - len(sheet.differing)
    if left > 0:
        _say(document, _("%(left)s more are on the board.") % {"left": number(left)}, italic=True)
    if not sheet.differing and not rows:
        _say(document, _("None on record."))


def _found(finding: Finding) -> str:
    said = f"{finding.unit.name}: {finding.name}"
    due = finding.due_on.strftime("%d/%m/%Y") if finding.due_on else ""
    return f"{said} ({_('due on %(day)s') % {'day': due}})" if due else said


def _signatures(document: Written, order: Order) -> None:
    document.add_paragraph()
    _made, behalf, head = signers()
    table = document.add_table(rows=1, cols=2)
    _fill(
        table.cell(0, 0),
        [(_("To:"), True, True), *((f"- {one};", False, False) for one in receivers(order.unit))],
        None,
    )
    _fill(
        table.cell(0, 1), [(behalf, True, False), (head, True, False), (_("(signature, full name, seal)"), False, True)]
    )
    _say(document, order.held_on, italic=True, size=9)
    _say(document, source_line(order.unit, order.year), italic=True, size=9)
