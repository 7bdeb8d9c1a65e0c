"""`/programme/<unit>/<year>/`: a commune's self-assessment: each indicator declared beside computed, and its steps."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.criteria.results import CriterionResult, IndicatorResult, criteria_of, in_language, indicators_of
from layers.mapserver.asked import only
from layers.mapserver.values import number
from layers.models import FINDINGS, Assessment, Declaration, Evidence, Finding, Milestone, Standing, Status, Step, Unit
from layers.models.programme import Action, State
from layers.pages.criterion import rows_json
from layers.programme.cycle import BACK, KNOWING, SURE, actor, open_to, state_of, ways_on
from layers.programme.declaring import may_declare
from layers.programme.levels import Chain, Levels, chain_of
from layers.programme.roadmap import tracks
from layers.programme.snapshots import Change, changes
from layers.programme.years import years_of
from layers.reports.needs import in_words, limit_of, sees_counts, shown_value, sums
from layers.sessions import AskedRequest

from .asked import checked_year, commune_of
from .forms import StepForm
from .words import CSS, PACE_PILLS, PILLS, SIGNS, verb_of


@require_safe
def sheet(request: AskedRequest, unit: int, year: int) -> HttpResponse:
    only(request, ())
    commune = commune_of(request.viewer, unit)
    return show_sheet(request, commune, checked_year(commune, year))


def show_sheet(
    request: AskedRequest, unit: Unit, year: int, refused: StepForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page; `refused` is the form of a step that was not taken."""
    viewer, chain, levels = request.viewer, chain_of(unit), Levels(request.viewer)
    state = state_of(unit, year)
    declaring = may_declare(levels, unit) and state is State.DRAFT
    results = indicators_of(unit, None, year)
    criteria = criteria_of(unit, year)
    groups = grouped(criteria, results, unit, year, viewer, declaring)
    steps = steps_of(unit, year, viewer)
    page = {
        "unit": unit,
        "year": year,
        "years": years_of(unit),
        "reckoned": Standing.objects.filter(unit=unit, year=year).exists(),
        "state": state.label,
        "css": PILLS[state],
        "stations": stations(chain, state),
        "waits_for": waits_for(chain, state),
        "declaring": declaring,
        "groups": groups,
        "met": sum(one.status == Status.MET for one in criteria),
        "of": len(criteria),
        "declared": sum(one.declared is not None for one in results),
        "asked": len(results),
        "differing": [row for group in groups for row in group["rows"] if row["differs"]],
        "forms": forms(chain, levels, state, steps[0]["step"] if steps else None, refused),
        "unmet": [
            {"number": one.number, "name": one.name, "told": str(Status(one.status).label)}
            for one in criteria
            if one.status != Status.MET
        ],
        "steps": steps,
        "recognised": recognised(steps, year, len(criteria)) if state is State.RECOGNISED else "",
        "findings": findings_of(unit, year, viewer),
        "tracks": roadmap_of(unit, year),
        "board": f"{reverse('board')}?{urlencode({'unit': unit.pk, 'year': year})}",
    }
    response = render(request, "programme/sheet.html", page, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def stations(chain: Chain, state: State) -> list[dict[str, Any]]:
    """Return the states through which this commune's year passes, which are behind it and which it is in."""
    passed = [one for one in State if one is not State.SUBMITTED or chain.district is not None]
    at = passed.index(state) if state in passed else 0
    return [{"label": one.label, "past": i < at, "here": i == at} for i, one in enumerate(passed)]


def waits_for(chain: Chain, state: State) -> str:
    """Return whose turn it is; "" once the year is over."""
    onward = [way for way in ways_on(chain, state) if way.action not in BACK]
    return actor(onward[0], chain) if onward else ""


def forms(
    chain: Chain, levels: Levels, state: State, last: Step | None, refused: StepForm | None
) -> list[dict[str, Any]]:
    """Return a form for each step that the reader may take now, the onward one first."""
    ways = sorted(open_to(levels, chain, state, last), key=lambda way: way.action in BACK)
    return [
        {
            "verb": verb_of(way.action),
            "back": way.action in BACK,
            "knowing": KNOWING in way.needs,
            "sure": SURE in way.needs,
            "form": refused
            if refused is not None and refused.data.get("action") == way.action
            else StepForm(initial={"action": way.action, "seen": state}, auto_id=f"{way.action}_%s"),
        }
        for way in ways
    ]


def grouped(
    criteria: list[CriterionResult],
    results: list[IndicatorResult],
    unit: Unit,
    year: int,
    viewer: Viewer,
    declaring: bool,
) -> list[dict[str, Any]]:
    files = files_of(results, viewer)
    by_number: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in results:
        row = row_of(one, unit, year, viewer, files)
        if declaring:
            row["declare"] = reverse("declare", args=[unit.pk, year, one.indicator.pk])
        by_number[one.indicator.criterion.number].append(row)
    return [
        {"number": one.number, "name": one.name, "differs": one.differs, **sign(one.status),
         "rows": by_number[one.number]}
        for one in criteria
    ]  # fmt: skip


def sign(status: str) -> dict[str, str]:
    known = Status(status)
    return {"sign": SIGNS[known], "css": CSS[known], "status": str(known.label)}


def files_of(results: list[IndicatorResult], viewer: Viewer) -> dict[int, list[Evidence]]:
    """Return the files behind each declaration that the viewer may see."""
    declared = [one.declared.pk for one in results if one.declared]
    found: dict[int, list[Evidence]] = defaultdict(list)
    for row in visible(viewer).filter(declaration__in=declared):
        found[row.declaration_id or 0].append(row)
    return found


def visible(viewer: Viewer) -> Any:
    rows = Evidence.objects.seen_by(viewer)
    return rows if viewer.may_see(Audience.PERSONAL) else rows.filter(personal=False)


def row_of(
    one: IndicatorResult, unit: Unit, year: int, viewer: Viewer, files: dict[int, list[Evidence]]
) -> dict[str, Any]:
    """Return what the sheet says of one indicator, as exactly as the viewer may know it."""
    exact = sees_counts(viewer, unit, one.measure)
    return {
        "code": one.indicator.code,
        "name": in_language(one.indicator),
        "limit": standard_of(one),
        "verified": one.threshold_verified or one.threshold is None,
        "differs": one.differs or one.apart,
        "computed": computed_of(one, one.computed, exact),
        "declared": declared_of(one, one.declared, exact),
        "evidence": one.declared.evidence if one.declared and exact else "",
        "decision": decision_of(one.declared),
        "files": files.get(one.declared.pk, []) if one.declared else [],
        "needs": in_words(one, exact, quoted=False, named=False),
        "rows": rows_json(one.measure, unit, year, viewer),
        **sign(one.status),
    }


def standard_of(one: IndicatorResult) -> str:
    """Return the standard in words; "" where it is to be met, without a number."""
    if one.indicator.boolean:
        return ""
    return _("not set") if one.threshold is None else limit_of(one)


def computed_of(one: IndicatorResult, row: Assessment | None, exact: bool) -> dict[str, str] | None:
    """Return the computed result with its value and both sums; None where nothing was computed."""
    if row is None or one.measure is None or row.denominator is None:
        return None
    value = one.measure.value(row.numerator or 0, row.denominator)
    told = "" if value is None else shown_value(value, one)
    parts = sums(one.measure, row.numerator or 0, row.denominator, one)
    return sign(row.status) | {"value": told if exact else "", "sums": parts if exact and one.measure.whole else ""}


def declared_of(one: IndicatorResult, row: Declaration | None, exact: bool) -> dict[str, str] | None:
    if row is None:
        return None
    value = 100 * (row.numerator or 0) / row.denominator if row.value is None and row.denominator else row.value
    told = shown_value(value, one) if value is not None and exact else ""
    return sign(row.status) | {"value": told}


def decision_of(row: Declaration | None) -> str:
    if row is None or not row.decision_number:
        return ""
    on = f"{row.decision_on:%d/%m/%Y}" if row.decision_on else ""
    return " · ".join(filter(None, (row.decision_number, on)))


def steps_of(unit: Unit, year: int, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the steps of a year, the latest first, each with what had changed since the one before."""
    steps = list(
        Step.objects.filter(cycle__unit=unit, cycle__year=year)
        .select_related("user")
        .prefetch_related(Prefetch("files", queryset=visible(viewer), to_attr="shown"))
    )
    told = []
    for before, step in zip([None, *steps], steps, strict=False):
        differing = changes(before.snapshot, step.snapshot) if before else []
        told.append({"step": step, "files": step.shown, "changes": [in_short(one) for one in differing]})
    return told[::-1]


def recognised(steps: list[dict[str, Any]], year: int, of: int) -> str:
    """Return what it is that was recognised: a year's results are no standard reached unless all criteria are met."""
    met = next((one["step"].met for one in steps if one["step"].action == Action.RECOGNISE), None)
    if met is None:
        return _("Recognised are the results of %(year)s.") % {"year": year}
    words = {"year": year, "met": met, "of": of}
    if met == of:
        return _("Recognised are the results of %(year)s: all %(of)s criteria met.") % words
    return _("Recognised are the results of %(year)s, %(met)s of %(of)s criteria met: not that the standard of new rural development is reached.") % words  # noqa: E501  # fmt: skip


def in_short(change: Change) -> str:
    """Return "15.1 computed: 90 % met → 80 % unmet"."""
    titles = {"status": _("result"), "declared": _("declared"), "computed": _("computed"), "threshold": _("standard")}
    words = {
        "indicator": change.indicator,
        "what": titles[change.what],
        "before": _told(change.before),
        "after": _told(change.after),
    }
    return _("%(indicator)s %(what)s: %(before)s → %(after)s") % words


def _told(value: Any) -> str:
    if isinstance(value, list):
        status, share = value
        return " ".join(filter(None, (number(share) if share is not None else "", str(Status(status).label))))
    if isinstance(value, int | float):
        return number(value)
    return str(Status(value).label) if value else "–"


def findings_of(unit: Unit, year: int, viewer: Viewer) -> list[Finding]:
    rows = FINDINGS.rows(viewer, year).filter(unit__path__startswith=unit.path)
    return list(rows.select_related("indicator__criterion__criteria_set").order_by("state", "due_on", "pk"))


def roadmap_of(unit: Unit, year: int) -> list[dict[str, Any]]:
    lines = Milestone.objects.filter(
        unit=unit, criterion__criteria_set__first_year__lte=year, criterion__criteria_set__last_year__gte=year
    ).select_related("unit", "criterion", "indicator")
    found = tracks(lines.order_by("criterion__number", "indicator_id"), year)
    return [{"track": track, "css": PACE_PILLS[track.pace], "name": in_language(track.milestone.criterion)}
            for track in found]  # fmt: skip
