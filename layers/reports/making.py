"""Making a report that somebody asked for: by the worker, step by step, its file kept until it expires."""

import time

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Viewer
from layers.errors import GisNtmError, NotAllowed, Refused
from layers.mapserver.asked import known_years
from layers.models import Report, ReportState, viewer_of
from layers.models.reports import BUSY

from .kinds import check, kind_of
from .order import Order, Progress
from .same import data_version, same

#: Progress is written no more often than a page asks for it.
HEARD_SECONDS = 0.5


def ask_for(slug: str, order: Order, language: str, most: int) -> tuple[Report, bool]:
    """Put a report on record as waiting, and tell that it is a new one; or return the same of the same data that
    its asker has already. Refused: nobody signed in, a kind not theirs, a year of which nothing is known, or too
    many waiting."""
    if order.viewer.user_id is None:
        raise NotAllowed(gettext_lazy("Reports are made for those who have signed in."))
    check(kind_of(slug), order)
    if order.year not in known_years():
        raise Refused(
            gettext_lazy("Nothing is on record for %(year)s: no results and no household reviews."), year=order.year
        )
    with transaction.atomic():
        # Whoever asks twice at once is heard once after the other.
        get_user_model().objects.select_for_update(no_key=True).get(pk=order.viewer.user_id)
        version = data_version(order)
        known = same(slug, order, language, version)
        if known is not None:
            return known, False
        if Report.objects.of(order.viewer).filter(state__in=BUSY).count() >= most:
            raise Refused(gettext_lazy("%(most)s reports of yours are waiting. Let them be made first."), most=most)
        report = Report.objects.create(
            kind=slug,
            unit=order.unit,
            year=order.year,
            half=order.half,
            language=language,
            version=version,
            user_id=order.viewer.user_id,
        )
        return report, True


def make(report_id: int) -> None:
    """Make a waiting report; one that was refused says why. What nobody foresaw is raised again, for the log."""
    tidy()
    report = Report.objects.select_related("unit", "user").get(pk=report_id)
    started = Report.objects.filter(pk=report_id, state=ReportState.WAITING).update(
        state=ReportState.RUNNING, heard_at=timezone.now()
    )
    if not started:
        return
    with translation.override(report.language):
        try:
            _make(report)
        except GisNtmError as error:
            _refuse(report, str(error))
        except Exception:
            _refuse(report, _("The server made a mistake. It has been written to the log."))
            raise


def _make(report: Report) -> None:
    # Asked now, not when the page was sent: a role may have been taken away since.
    viewer = viewer_of(report.user)
    kind = kind_of(report.kind)
    order = Order(report.unit, report.year, viewer, report.half)
    check(kind, order)
    content = kind.make(order, _heard(report))
    report.name = file_name(order, kind.slug, kind.form)
    report.file.save(report.name, ContentFile(content), save=False)
    report.scope, report.size, report.state, report.heard_at = (
        viewer.scope, len(content), ReportState.DONE, timezone.now(),
    )  # fmt: skip
    report.save(update_fields=["name", "file", "scope", "size", "state", "heard_at"])


def _heard(report: Report) -> Progress:
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= HEARD_SECONDS or done == total:
            last = time.monotonic()
            Report.objects.filter(pk=report.pk).update(done=done, total=total, heard_at=timezone.now())

    return progress


def _refuse(report: Report, message: str) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.REFUSED, message=message, heard_at=timezone.now())


def file_name(order: Order, slug: str, form: str) -> str:
    period = f"{order.year}-6t" if order.half else str(order.year)
    return f"{slug}-{order.unit.code}-{period}.{form}"


def tidy() -> None:
    """Remove reports that have expired, and say of those whose worker has ended that they broke off."""
    now = timezone.now()
    for report in Report.objects.expired(now):
        discard(report)
    broken = Report.objects.broken_off(now)
    for report in broken:
        with translation.override(report.language):
            _refuse(report, _("It broke off: the program ended while it was at work. Ask for it again."))


def discard(report: Report) -> None:
    """Remove a report with its file."""
    if report.file:
        report.file.delete(save=False)
    report.delete()


def report_of(viewer: Viewer, pk: int) -> Report | None:
    return Report.objects.of(viewer).select_related("unit").filter(pk=pk).first()
