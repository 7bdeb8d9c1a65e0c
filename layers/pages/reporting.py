"""`/reports/`: choose a report, watch it being made, download it while it is kept."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from layers.errors import Malformed, NotAllowed, NotFound, Refused
from layers.http import for_machine
from layers.mapserver.asked import LARGEST_ID, YEARS, known_years, only, whole, year_of
from layers.models import Report, ReportState, Unit
from layers.reports.kinds import KINDS, MEDIA, kind_of
from layers.reports.making import ask_for, discard, report_of, tidy
from layers.reports.order import Order
from layers.reports.tasks import make_report
from layers.sessions import AskedRequest

from .asking import ancestors, boxed, find_unit, home_unit

SHOWN = 30


def _signed_in(request: AskedRequest) -> None:
    if request.viewer.user_id is None:
        raise NotAllowed(_("Reports are made for those who have signed in."))


@never_cache
@require_safe
def reports_page(request: AskedRequest) -> HttpResponse:
    """Show the form for a new report and those made so far."""
    _signed_in(request)
    only(request, ("unit", "year", "kind"))
    year = year_of(request)
    pk = whole(request, "unit", 1, LARGEST_ID)
    unit = find_unit(pk) if pk else home_unit(request.viewer, year) or boxed(Unit.objects.order_by("path")).first()
    return _start(request, unit, year, request.GET.get("kind", "board"))


def _start(request: AskedRequest, unit: Unit | None, year: int, chosen: str, refusal: str = "") -> HttpResponse:
    """Show the form with what is chosen; with a refusal, why that order was not taken."""
    if unit is not None and unit.kind == "hamlet":
        unit = find_unit(unit.parent_id or unit.pk)
    tidy()
    made = Report.objects.of(request.viewer).select_related("unit").defer("unit__geom")[:SHOWN]
    page = {
        "kinds": [(kind, kind.allowed(request.viewer, unit)) for kind in KINDS.values()] if unit else [],
        "chosen": chosen,
        "refusal": refusal,
        "today": timezone.localdate(),
        "unit": unit,
        "units": units_offered(unit, year) if unit else [],
        "year": year,
        "years": sorted({*known_years(), year}),
        "reports": [shown(report) | {"given": report.given_to(request.viewer)} for report in made],
        "days": settings.LIMITS["REPORT_DAYS"],
    }
    return render(request, "report/start.html", page, status=Refused.status if refusal else 200)


def units_offered(unit: Unit, year: int) -> list[tuple[int, str]]:
    """Return the units above, the one itself, and the communes below it or beside it."""
    above = ancestors(unit)
    whole_of_it = above[-1] if unit.kind == "commune" and above else unit
    communes = Unit.objects.filter(kind="commune", standings__year=year).below(whole_of_it.path).at_end_of(year)
    below = [(commune.pk, f"\u2003{commune.name}") for commune in communes.only("name").order_by("path")]
    offered = dict([(part.pk, str(part)) for part in (*above, unit)] + below)
    return list(offered.items())


def shown(report: Report) -> dict[str, Any]:
    kind = KINDS.get(report.kind)
    return {
        "report": report,
        "title": str(kind.title) if kind else report.kind,
        "form": kind.form.upper() if kind else "",
    }


@require_POST
def ask(request: AskedRequest) -> HttpResponse:
    """Put a report on record and hand it to the worker; lead to the same one where there is one already."""
    _signed_in(request)
    pk, year = _number(request, "unit", 1, LARGEST_ID), _number(request, "year", YEARS.start, YEARS.stop - 1)
    unit, slug, language = find_unit(pk), request.POST.get("kind", ""), get_language() or "vi"
    order = Order(unit, year, request.viewer, request.POST.get("half") == "yes")
    try:
        with transaction.atomic():
            report, new = ask_for(slug, order, language, settings.LIMITS["REPORTS_WAITING"])
            if new:
                transaction.on_commit(lambda: make_report.enqueue(report.pk))
    except Refused as error:
        if for_machine(request):
            raise
        return _start(request, unit, year, slug, str(error))
    if not new:
        messages.info(request, _("You asked for this report already, and nothing in it has changed since."))
    return redirect("report", report.pk)


def _number(request: AskedRequest, name: str, lowest: int, highest: int) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and lowest <= int(text) <= highest):
        raise Malformed(_("The form is not complete: “%(name)s” is missing.") % {"name": name})
    return int(text)


def _own(request: AskedRequest, pk: int) -> Report:
    _signed_in(request)
    report = report_of(request.viewer, pk)
    if report is None:
        raise NotFound(_("There is no report %(id)s of yours. It may have expired.") % {"id": pk})
    return report


@never_cache
@require_safe
def report_page(request: AskedRequest, pk: int) -> HttpResponse:
    """Show one report: how far it is, then where to download it."""
    tidy()
    report = _own(request, pk)
    page = shown(report) | {
        "given": report.given_to(request.viewer),
        "start": {"progress": reverse("report_progress", args=[pk])},
        "again": f"{reverse('reports')}?unit={report.unit_id}&year={report.year}&kind={report.kind}",
    }
    return render(request, "report/report.html", page)


@never_cache
@require_safe
def report_progress(request: AskedRequest, pk: int) -> JsonResponse:
    report = _own(request, pk)
    return JsonResponse(
        {
            "busy": report.busy,
            "done": report.done,
            "total": report.total,
            "label": capfirst(report.get_state_display()),
            "told": told(report),
        }
    )


def told(report: Report) -> str:
    words = {"done": report.done, "total": report.total}
    return _("%(done)s of %(total)s parts") % words if report.total else ""


@never_cache
@require_safe
def report_file(request: AskedRequest, pk: int) -> HttpResponseBase:
    """Hand the file to whoever asked for it and may still see what is in it."""
    report = _own(request, pk)
    if report.state == ReportState.DONE and not report.given_to(request.viewer):
        raise NotFound(
            _("This report was made for another role or area than yours is now, or has expired. Ask for it again.")
        )
    if not report.given_to(request.viewer):
        raise NotFound(_("There is no file: the report is not ready."))
    kind = kind_of(report.kind)
    response = FileResponse(
        report.file.open("rb"), as_attachment=True, filename=report.name, content_type=MEDIA[kind.form]
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def report_discard(request: AskedRequest, pk: int) -> HttpResponse:
    report = _own(request, pk)
    if not report.busy:
        discard(report)
    return redirect("reports")
