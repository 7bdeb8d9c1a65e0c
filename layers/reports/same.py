"""Whether a report that is asked for would be the one that its asker has already, or will have in a moment.

It would be where nothing that a report is made from has changed since. Each table tells by its own count: of its
changes, where tiles need one too; else of its rows and of the history that every change and removal leaves.
"""

from hashlib import sha256

from django.db.models import Max
from django.utils import timezone

from layers.imports.undo import last_event
from layers.mapserver.versions import table_versions
from layers.models import Assessment, Declaration, Grouping, Milestone, Report, ReportState, Statistic, Threshold
from layers.models.reports import BUSY

from .order import Order

#: What reports are made from and no tile is.
UNCOUNTED = (Declaration, Grouping, Milestone, Statistic, Threshold)


def data_version(order: Order) -> str:
    """Return a name for the state of everything that a report of this unit and year is made from."""
    said = [f"{table} {count}" for table, count in sorted(table_versions().items())]
    said += [f"{model.objects.aggregate(last=Max('pk'))['last']} {last_event(model)}" for model in UNCOUNTED]
    results = Assessment.objects.filter(year__in=(order.year - 1, order.year), unit__path__startswith=order.unit.path)
    said.append(str(results.aggregate(last=Max("assessed_at"))["last"]))
    return sha256("\n".join(said).encode()).hexdigest()


def same(slug: str, order: Order, language: str, version: str) -> Report | None:
    """Return the report that answers an order: one that is being made, or made today and still its asker's to have."""
    alike = Report.objects.of(order.viewer).filter(
        kind=slug, unit=order.unit, year=order.year, half=order.half, language=language, version=version
    )
    found = alike.filter(state__in=(*BUSY, ReportState.DONE), asked_at__date=timezone.localdate()).first()
    return found if found and (found.busy or found.given_to(order.viewer)) else None
