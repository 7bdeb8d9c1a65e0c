"""The documents on paper: the board (A3) and the commune sheet (A4), each with its map and its signatures."""

from io import BytesIO
from textwrap import wrap
from typing import Any

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from pypdf import PdfWriter

from layers.access import Viewer
from layers.figures import state_day
from layers.models import Assessment, Unit
from layers.models.units import Kind

from .administrative import issuer_of, receivers, signers
from .board import sheet_of
from .indicators import indicator_rows
from .maps import draw
from .order import Order, Progress
from .paper import pdf
from .stage import stage

#: Place of the map in millimetres, wide and high.
BOARD_MAP = (190, 112)
#: As high as leaves all of a short board on one page, and of how many lines it is.
SHORT_BOARD, SHORT_MAP = 4, (190, 72)
#: Letters of a criterion's name on one line of its upright heading.
HEADING = 24
SHEET_MAP = (180, 92)


def board_pdf(order: Order, progress: Progress) -> bytes:
    """Return the board of a unit with the map of what is unmet."""
    unit, year, viewer = order.unit, order.year, order.viewer
    progress(0, 2)
    sheet = sheet_of(unit, year, viewer)
    short = not sheet.own and len(sheet.lines) <= SHORT_BOARD
    width, height = SHORT_MAP if short else BOARD_MAP
    drawn = draw(viewer, unit, year, width_mm=width, height_mm=height)
    progress(1, 2)
    heads = [(number, wrap(name, HEADING)) for number, name in sheet.criteria]
    page = {
        "sheet": sheet,
        "heads": heads,
        "stage": stage(unit, year, viewer),
        "short": short,
        "year": year,
        "state_day": state_day(year),
        "map": drawn,
        "source": source_line(unit, year),
    }
    made = pdf("paper/board.html", page | form_of(unit))
    progress(2, 2)
    return made


def communes_pdf(order: Order, progress: Progress) -> bytes:
    """Return a sheet for the commune, or for each commune below the unit, one after the other.

    Each is made by itself, with pages of its own number: a hundred in one document took 1.7 GB of memory.
    """
    communes = [order.unit] if order.unit.kind == Kind.COMMUNE else order.communes()
    book = PdfWriter()
    for done, commune in enumerate(communes):
        progress(done, len(communes) + 1)
        made = pdf("paper/commune.html", sheet_page(commune, order.year, order.viewer))
        book.append(BytesIO(made), outline_item=str(commune))
    out = BytesIO()
    book.write(out)
    progress(len(communes) + 1, len(communes) + 1)
    return out.getvalue()


def sheet_page(commune: Unit, year: int, viewer: Viewer) -> dict[str, Any]:
    width, height = SHEET_MAP
    return {
        "sheet": sheet_of(commune, year, viewer),
        "stage": stage(commune, year, viewer),
        "year": year,
        "state_day": state_day(year),
        "rows": indicator_rows(commune, year, viewer),
        "map": draw(viewer, commune, year, width_mm=width, height_mm=height),
        "source": source_line(commune, year),
    } | form_of(commune)


def form_of(unit: Unit) -> dict[str, Any]:
    return {"issuer": issuer_of(unit), "receivers": receivers(unit), "signers": signers()}


def source_line(unit: Unit, year: int) -> str:
    """Return where the figures come from and of when they are."""
    assessed = Assessment.objects.filter(year=year, unit=unit).aggregate(last=Max("assessed_at"))["last"]
    words = {
        "unit": str(unit),
        "year": year,
        "today": formats.date_format(timezone.localdate(), "d/m/Y"),
        "assessed": formats.date_format(timezone.localtime(assessed), "d/m/Y") if assessed else "–",
    }
    return _("Source: data of gis-ntm, %(unit)s, year %(year)s; assessed on %(assessed)s; made on %(today)s.") % words
