"""Closing a finding of an inspection, and opening it anew: each once, and nothing of what was said is lost."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Refused
from layers.models import Finding, Unit
from layers.models.units import Kind

from .evidence import Accepted, keep
from .sense import require_day


def require_open(row: Finding) -> None:
    """Refuse to change what has been settled: how it was, and by which photos, stands until it is opened anew."""
    if row.closed_on is not None:
        raise Refused(
            _("This finding was closed on %(day)s. Open it anew, with a reason, to change it."),
            day=f"{row.closed_on:%d/%m/%Y}",
        )


def commune_holding(unit: Unit) -> Unit:
    return unit.parent if unit.kind == Kind.HAMLET and unit.parent is not None else unit


@transaction.atomic
def close(pk: int, viewer: Viewer, closed_on: date, closing: str, files: Iterable[Accepted]) -> Finding:
    """Close a finding. Raises Refused where it is closed already, or on a day before it was found or to come."""
    row = _locked(pk)
    require_open(row)
    require_day(closed_on, _("The day of closing"))
    if closed_on < row.found_on:
        raise Refused(_("It cannot be closed before it was found."))
    row.closed_on, row.closing = closed_on, closing
    row.save()
    keep(files, commune_holding(row.unit), viewer, row)
    return row


@transaction.atomic
def reopen(pk: int, reason: str) -> Finding:
    """Open a closed finding anew; why, and how it had been said to be settled, stay in what was found."""
    row = _locked(pk)
    if row.closed_on is None:
        raise Refused(_("This finding is open."))
    words = {
        "day": f"{timezone.localdate():%d/%m/%Y}",
        "reason": reason.strip(),
        "closed": f"{row.closed_on:%d/%m/%Y}",
        "closing": row.closing,
    }
    told = say("Opened anew on %(day)s: %(reason)s (closed on %(closed)s: %(closing)s)") % words
    row.detail = f"{row.detail}\n{told}".strip()
    row.closed_on, row.closing = None, ""
    row.save()
    return row


def _locked(pk: int) -> Finding:
    rows = Finding.objects.select_related("unit__parent").defer("unit__geom", "unit__parent__geom")
    return rows.select_for_update(of=("self",)).get(pk=pk)
