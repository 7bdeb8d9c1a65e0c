"""Which reports there are: what each is called, in which form it comes, of which units, and who may ask for it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import NotAllowed, NotFound, Refused
from layers.models import Unit
from layers.models.layer import Text

from .documents import board_pdf, communes_pdf
from .forms.criteria import criteria_xlsx
from .forms.poverty import may_count, poverty_xlsx, reviewed
from .order import Order, Progress
from .text import text_docx

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def anybody(viewer: Viewer, unit: Unit) -> bool:
    return True


@dataclass(frozen=True)
class ReportKind:
    """`allowed` says whether a viewer may have it of a unit, `known` whether households were reviewed there in a year,
    where it counts them; `halves` that there is one of six months."""

    slug: str
    title: Text
    form: str
    make: Callable[[Order, Progress], bytes]
    halves: bool = False
    known: Callable[[Unit, int], bool] = lambda unit, year: True
    allowed: Callable[[Viewer, Unit], bool] = anybody


KINDS: dict[str, ReportKind] = {
    kind.slug: kind
    for kind in (
        ReportKind("board", _("Board of criteria, A3"), "pdf", board_pdf),
        ReportKind("communes", _("Commune sheets, A4"), "pdf", communes_pdf),
        ReportKind("criteria", _("Table of results of the criteria"), "xlsx", criteria_xlsx, halves=True),
        ReportKind(
            "poverty",
            _("Table of movements of poor households"),
            "xlsx",
            poverty_xlsx,
            known=reviewed,
            allowed=may_count,
        ),
        ReportKind("text", _("Report to be edited"), "docx", text_docx, halves=True),
    )
}


def kind_of(slug: str) -> ReportKind:
    if slug not in KINDS:
        raise NotFound(
            _("There is no report “%(slug)s”. There are: %(known)s."), slug=slug[:40], known=", ".join(KINDS)
        )
    return KINDS[slug]


def check(kind: ReportKind, order: Order) -> None:
    """Refuse an order that its viewer may not give, or that no report is made for."""
    if order.unit.kind == "hamlet":
        raise Refused(_("Reports are made of communes, districts and provinces. Choose the hamlet's commune."))
    if order.half and not kind.halves:
        raise Refused(_("This report is made of whole years only."))
    if order.half and not order.running:
        # Roads, facilities and reviews are dated by year, and results are kept as they came to be last.
        raise Refused(
            _(
                "A report of six months is made while its year runs: what stood on 30/06/%(year)s cannot be told "
                "from what is on record for %(year)s. Ask for the whole year."
            ),
            year=order.year,
        )
    if not kind.allowed(order.viewer, order.unit):
        raise NotAllowed(_("This report counts households exactly, which only staff of all of its area may see."))
    if not kind.known(order.unit, order.year):
        raise Refused(
            _("No review of households of %(unit)s is on record for %(year)s."), unit=order.unit, year=order.year
        )
