"""`/programme/<unit>/roadmap/`: by when a commune meets what, what it takes, and whether it keeps to it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from layers.criteria.results import criteria_of, in_language
from layers.errors import NotAllowed, NotFound
from layers.figures import state_day
from layers.mapserver.asked import only, whole, year_of
from layers.mapserver.values import number
from layers.models import Criterion, Milestone, Unit
from layers.programme.roadmap import Track, Way, tracks
from layers.programme.years import years_of
from layers.reports.needs import figure
from layers.reports.roadmap import now_of
from layers.sessions import AskedRequest

from .asked import commune_of
from .forms import MilestoneForm
from .sheet import sign
from .words import PACE_PILLS


@require_safe
def roadmap_page(request: AskedRequest, unit: int) -> HttpResponse:
    only(request, ("year",))
    commune, year = commune_of(request.viewer, unit), year_of(request)
    lines = Milestone.objects.filter(
        unit=commune, criterion__criteria_set__first_year__lte=year, criterion__criteria_set__last_year__gte=year
    ).select_related("unit", "criterion", "indicator")
    by_number: dict[int, list[dict[str, Any]]] = {}
    for track in tracks(lines.order_by("indicator_id"), year):
        by_number.setdefault(track.milestone.criterion.number, []).append(told(track))
    criteria = [
        {"number": one.number, "name": one.name, "tracks": by_number.get(one.number, []), **sign(one.status)}
        for one in criteria_of(commune, year)
    ]
    flat = [track for found in by_number.values() for track in found]
    page = {
        "unit": commune,
        "year": year,
        "state_day": state_day(year),
        "years": sorted({*years_of(commune), year}),
        "criteria": criteria,
        "headline": headline(flat),
        "may_edit": request.viewer.may_edit,
        "open": sum(not one["tracks"] and one["css"] != "met" for one in criteria),
    }
    response = render(request, "programme/roadmap.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


def headline(lines: list[dict[str, Any]]) -> str:
    behind = sum(line["css"] == "late" for line in lines)
    if not lines:
        return _("No goal has been set yet")
    words = {"goals": len(lines), "behind": behind}
    return (_("%(goals)s goals, %(behind)s behind") if behind else _("%(goals)s goals, none behind")) % words


def told(track: Track) -> dict[str, Any]:
    """Return a line of the roadmap with its numbers in words."""
    one = track.milestone
    return {
        "milestone": one,
        "what": f"{one.indicator} {in_language(one.indicator)}" if one.indicator else "",
        "pace": track.title,
        "css": PACE_PILLS[track.pace],
        "ways": [{"text": way_in_words(way), "short": way.short} for way in track.ways if way.open],
    }


def way_in_words(way: Way) -> str:
    """Return "15.1: 79 % now, 82 % expected, 85 % at the goal"."""

    def shown(value: float | None) -> str:
        return "–" if value is None else figure(number(value), way.indicator.unit)

    part = in_language(way.indicator).rsplit(":", 1)[-1].strip() if way.indicator.part else ""
    words = {
        "code": f"{way.indicator.code} {part}".strip(),
        "now": "–" if way.now is None else figure(now_of(way), way.indicator.unit),
        "expected": shown(way.expected),
        "goal": shown(way.threshold),
    }
    return _("%(code)s: now %(now)s, expected %(expected)s, goal %(goal)s") % words


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_page(request: AskedRequest, unit: int, criterion: int) -> HttpResponse:
    """Set, change or take away the goal of a criterion (or of one of its indicators)."""
    only(request, ("year", "line"))
    commune, year = commune_of(request.viewer, unit), year_of(request)
    if not request.viewer.may_edit:
        raise NotAllowed(_("The roadmap is kept by planners and administrators of the area."))
    row = line_of(request, commune, criterion, year)
    back = f"{roadmap_address(commune)}?year={year}"
    if request.method == "POST" and request.POST.get("remove") == "yes" and row.pk:
        row.delete()
        messages.success(request, _("The goal is taken away."))
        return redirect(back)
    form = MilestoneForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        if taken(form.instance):
            form.add_error("indicator", _("There is a goal for this already: change that one."))
        else:
            with transaction.atomic():
                form.save()
            messages.success(request, _("The goal is stored."))
            return redirect(back)
    page = {"unit": commune, "year": year, "criterion": row.criterion, "form": form, "row": row,
            "name": in_language(row.criterion)}  # fmt: skip
    return render(request, "programme/milestone.html", page, status=422 if form.errors else 200)


def roadmap_address(unit: Unit) -> str:
    return reverse("roadmap", args=[unit.pk])


def taken(row: Milestone) -> bool:
    same = Milestone.objects.filter(unit=row.unit, criterion=row.criterion, indicator=row.indicator)
    return same.exclude(pk=row.pk).exists()


def line_of(request: AskedRequest, unit: Unit, criterion: int, year: int) -> Milestone:
    """Return the line that the address names, or a new one for the criterion."""
    pk = whole(request, "line", 1, 2**63 - 1)
    if pk is not None:
        found = Milestone.objects.filter(pk=pk, unit=unit, criterion__number=criterion).first()
        if found is None:
            raise NotFound(_("The roadmap of %(unit)s has no such line."), unit=unit)
        return found
    wanted = Criterion.objects.filter(
        number=criterion, criteria_set__first_year__lte=year, criteria_set__last_year__gte=year
    ).first()
    if wanted is None:
        raise NotFound(_("There is no criterion %(number)s in %(year)s."), number=criterion, year=year)
    return Milestone(unit=unit, criterion=wanted, first_year=year, target_year=year + 1)
