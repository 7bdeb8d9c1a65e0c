"""What is to be done: findings of inspections that are overdue or due within a month, the longest overdue first."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.access import Audience, Viewer
from layers.criteria.results import in_language
from layers.models import Finding, Unit

#: Days ahead that a board looks.
AHEAD = 30


def due_findings(unit: Unit, viewer: Viewer, today: date, asked: Q) -> tuple[list[dict[str, Any]], int]:
    """Return the findings in a unit that this viewer may see, at most a page of them, and how many there are.

    `asked` narrows them.
    """
    most = settings.LIMITS["PAGE_ROWS"]
    found = (
        Finding.objects.seen_by(viewer, Audience.AREA)
        .open_on(today)
        .filter(asked, unit__path__startswith=unit.path, due_on__lte=today + timedelta(days=AHEAD))
        .order_by("due_on", "pk")
    )
    rows = list(found.select_related("unit", "indicator__criterion").defer("unit__geom")[:most])
    return [_shown(row, today) for row in rows], len(rows) if len(rows) < most else found.count()


def _shown(finding: Finding, today: date) -> dict[str, Any]:
    assert finding.due_on is not None  # noqa: S101  # that is what they are found by
    criterion = finding.indicator.criterion if finding.indicator else None
    return {
        "pk": finding.pk,
        "unit": finding.unit.name,
        "criterion": f"{criterion.number} {in_language(criterion)}" if criterion else "",
        "text": finding.name,
        "overdue": finding.due_on < today,
        "when": when(finding.due_on, today),
        "responsible": finding.responsible,
    }


def when(due: date, today: date) -> str:
    """Return "12 days overdue", or by when."""
    days = (today - due).days
    if days > 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
    return _("due on %(day)s") % {"day": formats.date_format(due, "d/m/Y")}
