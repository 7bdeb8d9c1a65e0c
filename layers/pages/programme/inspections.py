"""`/inspections/`: findings of one's area, the overdue first; making and changing one."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from layers.access import Viewer
from layers.errors import NotAllowed, NotFound, Refused
from layers.geo import WGS84
from layers.imports.places import unit_holding
from layers.mapserver.asked import only, whole, year_of
from layers.models import Finding, Indicator, Unit
from layers.models.criteria import last_assessed_year
from layers.models.findings import FindingKind
from layers.models.units import Kind
from layers.pages.asking import find_unit, unit_asked
from layers.pages.coordinates import pair_in, place_of, zone_of
from layers.pages.kept_files import keeps_files, tell_lost
from layers.programme.evidence import accept, keep
from layers.programme.settling import commune_holding, require_open
from layers.sessions import AskedRequest

from .asked import staff
from .forms import CloseForm, FindingForm, ReopenForm
from .sheet import visible

STATES = ("open", "overdue", "closed", "all")


@require_safe
def inspections_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "state", "kind", "page"))
    viewer, day = staff(request.viewer), timezone.localdate()
    unit = unit_asked(request)
    rows = Finding.objects.filter(viewer.within("unit__path"))
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    kind = request.GET.get("kind", "")
    if kind in FindingKind.values:
        rows = rows.filter(kind=kind)
    counts = {"open": rows.open_on(day).count(), "overdue": rows.overdue_on(day).count(), "all": rows.count()}
    counts["closed"] = counts["all"] - counts["open"]
    state = request.GET.get("state", "open")
    chosen = {"open": rows.open_on(day), "overdue": rows.overdue_on(day), "closed": rows.exclude(closed_on=None)}
    listed = chosen.get(state, rows).select_related("unit__parent", "indicator", "assignee").defer(
        "unit__geom", "unit__parent__geom"
    )  # fmt: skip
    pages = Paginator(listed.order_by(F("due_on").asc(nulls_last=True), "pk"), settings.LIMITS["PAGE_ROWS"])
    found = pages.get_page(request.GET.get("page"))
    page = {
        "headline": headline(counts),
        "states": [(one, counts[one], _TITLES[one]()) for one in STATES],
        "state": state if state in STATES else "all",
        "kinds": FindingKind.choices,
        "kind": kind,
        "unit": unit,
        "units": units_of(viewer),
        "found": found,
        "rows": [(row, row.overdue(day), late(row, day)) for row in found],
        "may_add": viewer.may_edit,
        "map": f"{reverse('map')}?{urlencode({'layers': 'communes,hamlets,findings'})}",
    }
    return answered(request, "programme/inspections.html", page)


_TITLES = {
    "open": lambda: _("open"),
    "overdue": lambda: _("overdue"),
    "closed": lambda: _("closed"),
    "all": lambda: _("all"),
}


def answered(request: AskedRequest, template: str, page: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, page, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def headline(counts: dict[str, int]) -> str:
    words = {"open": counts["open"], "overdue": counts["overdue"]}
    said = ngettext("%(open)s finding is open", "%(open)s findings are open", counts["open"]) % words
    return said + (", " + _("%(overdue)s overdue") % words if counts["overdue"] else "")


def late(row: Finding, day: date) -> str:
    """Return how a finding stands to its day: "12 days overdue", "due in 3 days"."""
    if row.closed_on or row.due_on is None:
        return ""
    days = (row.due_on - day).days
    if days < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}
    return ngettext("due in %(days)s day", "due in %(days)s days", days) % {"days": days}


def units_of(viewer: Viewer) -> list[Unit]:
    """Return the communes among which the reader may choose."""
    rows = Unit.objects.filter(viewer.within("path"), kind=Kind.COMMUNE, rural=True).order_by("path")
    return list(rows.only("name", "title", "valid_to")[: settings.LIMITS["PAGE_ROWS"]])


def own(viewer: Viewer, pk: int) -> Finding:
    """Return a finding of the viewer's area. Raises NotFound, whether there is none or it is not theirs."""
    rows = Finding.objects.filter(staff(viewer).within("unit__path"))
    rows = rows.select_related("unit__parent", "indicator__criterion", "assignee").defer("unit__geom")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no finding %(id)s in your area."), id=pk)
    return row


@require_safe
def finding_page(request: AskedRequest, pk: int) -> HttpResponse:
    return show_finding(request, own(request.viewer, pk))


def show_finding(
    request: AskedRequest, row: Finding, form: CloseForm | ReopenForm | None = None, status: int = 200
) -> HttpResponse:
    """Show a finding with the form that closes it or, where it is closed, opens it anew; `form` was refused."""
    day = timezone.localdate()
    year = last_assessed_year((row.closed_on or row.found_on).year)
    page = {
        "row": row,
        "late": late(row, day),
        "overdue": row.overdue(day),
        "files": visible(request.viewer).filter(finding=row),
        "form": form or (ReopenForm() if row.closed_on else CloseForm(initial={"closed_on": day})),
        "reopening": isinstance(form, ReopenForm) if form else bool(row.closed_on),
        "may_edit": request.viewer.may_edit,
        "removable": request.viewer.may_edit and row.closed_on is None,
        "map": f"{reverse('map')}?{urlencode({'year': year, 'pick': f'findings/{row.pk}'}, safe='/')}",
    }
    return answered(request, "programme/finding.html", page, status)


def editor(request: AskedRequest) -> Viewer:
    if not request.viewer.may_edit:
        raise NotAllowed(_("Findings are written down by planners and administrators of the area."))
    return request.viewer


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_files
def add(request: AskedRequest) -> HttpResponse:
    """Write down a finding of a unit, from the sheet or the list of inspections."""
    only(request, ("unit", "indicator", "year"))
    viewer = editor(request)
    unit = unit_asked(request)
    if unit is None:
        return answered(request, "programme/finding_where.html", {"units": units_of(viewer)})
    if not viewer.covers(unit.path):
        raise NotAllowed(_("This lies outside your area."))
    day = timezone.localdate()
    row = Finding(unit=unit, found_on=day, indicator_id=whole(request, "indicator", 1, 2**63 - 1))
    return write(request, row, unit, _("New finding"))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_files
def change(request: AskedRequest, pk: int) -> HttpResponse:
    editor(request)
    row = own(request.viewer, pk)
    require_open(row)
    return write(request, row, row.unit, row.name)


def write(request: AskedRequest, row: Finding, unit: Unit, title: str) -> HttpResponse:
    """Show the form of a finding, or store what it says."""
    form = FindingForm(
        request.POST or None,
        request.FILES or None,
        instance=row,
        indicators=indicators_for(year_of(request), row),
        users=users_of(unit, row),
        initial={"place": f"{row.geom.y:.6f}, {row.geom.x:.6f}" if row.geom else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                put(request.viewer, form, unit)
        except (Refused, NotAllowed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The finding is stored."))
            return redirect("finding", row.pk)
    tell_lost(form, request)
    whole_unit = find_unit(unit.pk)
    page = {
        "form": form,
        "unit": unit,
        "title": title,
        "row": row,
        "start": {
            "bbox": list(whole_unit.box.extent) if whole_unit.box else None,  # type: ignore[attr-defined]
            "layers": f"{reverse('catalogue')}?year={year_of(request)}",
        },
    }
    return answered(request, "programme/finding_form.html", page, 422 if form.errors else 200)


def put(viewer: Viewer, form: FindingForm, unit: Unit) -> None:
    """Store a finding at its place, in the hamlet or commune that holds the place. The form is valid."""
    row = form.save(commit=False)
    files = accept(form.cleaned_data["attached"])
    place = form.cleaned_data["place"]
    if place:
        row.geom = point_in(place, unit)
        row.unit = unit_holding(row.geom, row.found_on.year)
        if not viewer.covers(row.unit.path):
            raise NotAllowed(_("This place lies in %(unit)s, outside your area."), unit=row.unit)
    elif unit.point is None:
        raise Refused(_("The middle of %(unit)s is not known: give the place."), unit=unit)
    else:
        row.geom, row.unit = unit.point, unit
    row.save()
    keep(files, commune_holding(row.unit), viewer, row)


def point_in(text: str, unit: Unit) -> Point:
    pair, root = pair_in(text), Unit.objects.only("code").get(pk=int(unit.path.split("/")[0]))
    place = (place_of(pair, None) or place_of(pair, zone_of(unit, root.code))) if pair else None
    if place is None:
        raise Refused(_("“%(text)s” is no place in Vietnam. Write 22.147, 105.835 or VN-2000."), text=text)
    return Point(place.lon, place.lat, srid=WGS84)


def indicators_for(year: int, row: Finding) -> QuerySet[Indicator]:
    """Return the indicators of the set in force, and the one that the finding names already."""
    in_force = Q(criterion__criteria_set__first_year__lte=year, criterion__criteria_set__last_year__gte=year)
    rows = Indicator.objects.filter(in_force | Q(pk=row.indicator_id))
    return rows.order_by("criterion__criteria_set", "criterion__number", "pk")


def users_of(unit: Unit, row: Finding) -> QuerySet:
    """Return the users who may be made responsible: those bound to the unit or one that holds it."""
    above = [int(part) for part in unit.path.split("/") if part]
    users = get_user_model().objects.filter(is_active=True)
    bound = Q(member__units__in=above) & ~Q(member__role="guest")
    return users.filter(bound | Q(pk=row.assignee_id)).distinct().order_by("username")
