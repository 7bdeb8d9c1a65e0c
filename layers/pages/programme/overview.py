"""`/programme/`: the years of all communes of one's area: at which step each is, and what stands in its way."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.db.models.functions import Collate
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.mapserver.asked import only, year_of
from layers.mapserver.values import VIETNAMESE
from layers.models import Cycle, Declaration, Finding, Milestone, Standing, Unit
from layers.models.programme import State
from layers.models.units import Kind
from layers.programme.cycle import open_to
from layers.programme.levels import Levels, chains_of
from layers.programme.roadmap import behind
from layers.programme.years import years_of
from layers.sessions import AskedRequest

from .asked import staff
from .words import PILLS, verb_of


@require_safe
def overview(request: AskedRequest) -> HttpResponse:
    only(request, ("year", "state", "page"))
    viewer, year = staff(request.viewer), year_of(request)
    communes = (
        Unit.objects.at_end_of(year)
        .filter(viewer.within("path"), kind=Kind.COMMUNE, rural=True)
        .select_related("parent")
        .defer("geom", "parent__geom")
        .order_by(Collate("name", VIETNAMESE), "pk")
    )
    states = dict(Cycle.objects.filter(year=year, unit__in=communes).values_list("unit", "state"))
    counts = Counter({State.DRAFT.value: communes.count() - len(states)})
    counts.update(states.values())
    chosen = request.GET.get("state", "")
    if chosen in State.values:
        begun = [pk for pk, state in states.items() if state == chosen]
        other = [pk for pk, state in states.items() if state != chosen]
        communes = communes.exclude(pk__in=other) if chosen == State.DRAFT else communes.filter(pk__in=begun)
    found = Paginator(communes, settings.LIMITS["PAGE_ROWS"]).get_page(request.GET.get("page"))
    page = {
        "year": year,
        "years": sorted({*years_of(), year}),
        "chosen": chosen,
        "states": [(state, label, counts[state]) for state, label in State.choices],
        "headline": headline(counts),
        "found": found,
        "rows": lines(list(found), states, year, viewer),
    }
    response = render(request, "programme/overview.html", page)
    response["Cache-Control"] = "private, no-store"
    return response


def headline(counts: Counter[str]) -> str:
    """Return the one sentence that answers first: "2 communes: 1 to be checked, 1 recognised"."""
    told = [f"{counts[state]} {label}" for state, label in State.choices if counts[state]]
    return _("%(count)s communes: %(told)s") % {"count": sum(counts.values()), "told": ", ".join(told)}


def lines(communes: list[Unit], states: dict[int, str], year: int, viewer: Viewer) -> list[dict[str, Any]]:
    """Return what the page says of each commune; each column is one query for all of them."""
    chains, levels = chains_of(communes), Levels(viewer)
    standings = {s.unit_id: s for s in Standing.objects.filter(unit__in=communes, year=year)}
    declared = counted(Declaration.objects.filter(year=year, unit__in=communes))
    findings, overdue = findings_of(communes, year)
    late = behind_of(communes, year)
    stepped = dict(
        Cycle.objects.filter(year=year, unit__in=communes).annotate(last=Max("steps__at")).values_list("unit", "last")
    )
    rows = []
    for commune in communes:
        state, standing = State(states.get(commune.pk, State.DRAFT)), standings.get(commune.pk)
        rows.append(
            {
                "unit": commune,
                "state": state.label,
                "css": PILLS[state],
                "met": standing.met if standing else None,
                "of": len(standing.statuses) if standing else None,
                "differs": standing.differs.count("≠") if standing else 0,
                "declared": declared.get(commune.pk, 0),
                "findings": findings[commune.path],
                "overdue": overdue[commune.path],
                "behind": late.get(commune.pk, 0),
                "stepped": stepped.get(commune.pk),
                "mine": [verb_of(way.action) for way in open_to(levels, chains[commune.pk], state, None)],
            }
        )
    return rows


def counted(rows: Any) -> dict[int, int]:
    return dict(rows.values("unit").annotate(n=Count("pk")).values_list("unit", "n"))


def findings_of(communes: Iterable[Unit], year: int) -> tuple[Counter[str], Counter[str]]:
    """Return by path how many findings were open at the end of the year (now, in this one), and how many overdue."""
    day = min(date(year, 12, 31), timezone.localdate())
    opened, overdue = Counter[str](), Counter[str]()
    here = Q(pk__in=())
    for commune in communes:
        here |= Q(unit__path__startswith=commune.path)
    paths = [commune.path for commune in communes]
    for path, due in Finding.objects.open_on(day).filter(here).values_list("unit__path", "due_on"):
        holder = next(own for own in paths if path.startswith(own))
        opened[holder] += 1
        overdue[holder] += due is not None and due < day
    return opened, overdue


def behind_of(communes: Iterable[Unit], year: int) -> dict[int, int]:
    """Return how many lines of each commune's roadmap are behind at the end of the year."""
    milestones = Milestone.objects.filter(
        unit__in=communes, criterion__criteria_set__first_year__lte=year, criterion__criteria_set__last_year__gte=year
    )
    # Each line would bring the outline of its commune anew.
    return behind(milestones.select_related("unit", "criterion").defer("unit__geom", "unit__point"), year)
