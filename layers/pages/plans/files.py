"""`/plans/<uid>/works.<form>`: a plan as a workbook, a GeoPackage or a PDF with its map."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.errors import NotFound, Refused
from layers.models import Plan
from layers.planning import planner
from layers.reports.plans.paper import plan_pdf
from layers.reports.plans.sheets import plan_geopackage, plan_workbook
from layers.sessions import AskedRequest

Maker = Callable[[Plan, Viewer], bytes]
FORMS: dict[str, tuple[str, Maker]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", plan_workbook),
    "gpkg": ("application/geopackage+sqlite3", plan_geopackage),
    "pdf": ("application/pdf", plan_pdf),
}


@require_safe
def export(request: AskedRequest, uid: str, form: str) -> HttpResponse:
    plan = planner.find(request.viewer, uid)
    if form not in FORMS:
        raise NotFound(_("Files come as %(forms)s, not as “%(form)s”."), forms=", ".join(FORMS), form=form[:20])
    if plan.result is None:
        raise Refused(_("“%(title)s” has not been computed yet."), title=plan.title)
    kind, make = FORMS[form]
    response = HttpResponse(make(plan, request.viewer), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="plan-{plan.pk}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
