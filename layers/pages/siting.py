"""`/siting/`: where kilns, collection points or an incinerator go: asked, followed, looked at, compared, taken away."""

from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from layers.access import Audience
from layers.errors import Malformed, NotAllowed, NotFound, Refused
from layers.figures import number as figure
from layers.mapserver.asked import last_year, only
from layers.models import SitingStudy
from layers.models.siting import SiteKind, StudyState, Subject
from layers.planning.waste.study import ask, cancel, close_broken, heights_of, remove, study_of
from layers.planning.waste.why import Judged, judge
from layers.reports.amounts import length, money, percent
from layers.reports.siting import lines, words
from layers.reports.siting.files import FORMS
from layers.reports.siting.seen import Seen
from layers.sessions import AskedRequest

from . import siting_tasks as tasks
from .answers import answer
from .siting_forms import StudyForm

SHOWN_STUDIES = 50


@never_cache
def studies(request: AskedRequest) -> HttpResponse:
    """Show the studies of the viewer's areas and, to planners, the form for a new one; take a question."""
    viewer = request.viewer
    if not viewer.may_see(Audience.AREA):
        raise NotAllowed(_("Siting studies are for the staff of an area. Sign in as one of them."))
    kind = _kind(request)
    form = None
    if viewer.may_edit:
        form = StudyForm(request.POST or None, viewer=viewer, kind=kind, year=last_year(), initial=_initial(request))
    if request.method == "POST":
        if form is None:
            raise NotAllowed(_("Studies are asked for by planners and administrators. Sign in as one."))
        asked = _ask(request, form, kind)
        if asked is not None:
            return asked
    close_broken()
    found = SitingStudy.objects.seen_by(viewer).light().select_related("unit", "user")
    page = {
        "form": form,
        "kind": kind,
        "kinds": SiteKind.choices,
        "studies": found[:SHOWN_STUDIES],
        "shown": SHOWN_STUDIES,
        "all": found.count(),
        "not_compliant": words.NOT_COMPLIANT if kind == SiteKind.KILN else "",
    }
    return render(request, "siting/studies.html", page, status=422 if form is not None and form.errors else 200)


def _kind(request: AskedRequest) -> SiteKind:
    text = request.POST.get("kind") or request.GET.get("kind") or SiteKind.KILN.value
    if text not in SiteKind.values:
        raise Malformed(_("There is no kind of site “%(kind)s”."), kind=text[:20])
    return SiteKind(text)


def _initial(request: AskedRequest) -> dict[str, Any]:
    return {"unit": request.GET.get("unit", "")}


def _ask(request: AskedRequest, form: StudyForm, kind: SiteKind) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        unit, data = form.units[form.cleaned_data["unit"]], form.cleaned_data
        with transaction.atomic():
            study = ask(unit, kind, last_year(), form.options(), request.viewer.user_id, data["name"])
            transaction.on_commit(lambda: tasks.answer_study.enqueue(study.pk))
    except Refused as error:
        form.add_error(None, str(error))
        return None
    return redirect("siting_study", study.pk)


@never_cache
@require_safe
def study_page(request: AskedRequest, pk: int) -> HttpResponse:
    """Show one study: how far it is, why there is no answer, or the alternatives on the map."""
    study = study_of(request.viewer, pk)
    page: dict[str, Any] = {
        "study": study,
        "kind": words.kind(study.kind),
        "may_cancel": study.busy and request.viewer.may_edit,
        "may_remove": not study.busy and request.viewer.may_edit,
        "message": study.message.get(get_language() or "vi", ""),
        "step": words.STEPS.get(study.step, words.STEPS[""]),
        "start": {"progress": reverse("siting_progress", args=[pk])},
    }
    if study.state == StudyState.DONE:
        seen = Seen(study, request.viewer)
        seen.record("page")
        page |= _answered(seen)
    return render(request, "siting/study.html", page)


def _answered(seen: Seen) -> dict[str, Any]:
    study = seen.study
    return {
        "headline": lines.headline(seen),
        "alternatives": [_row(seen, number, one) for number, one in enumerate(seen.alternatives)],
        "notes": lines.notes(seen),
        "unchecked": [words.unchecked(one) for one in seen.result["unchecked"]],
        "rules": [{"text": words.asked_by(r), "standing": words.standing_of(r), "note": r.note} for r in seen.rules],
        "figures": [one | {"shown": lines.figure_text(one)} for one in seen.figures],
        "not_compliant": words.NOT_COMPLIANT if study.kind == SiteKind.KILN else "",
        "wind": words.wind(study.options["wind_from"]) if study.options.get("wind_from") is not None else "",
        "budget": money(study.options["budget"]) if study.options.get("budget") is not None else "",
        "years": int(study.options["figures"]["years"]),
        "households": figure(seen.result["households"]),
        "candidates": figure(seen.result["candidates_in_all"]) if seen.result["candidates_in_all"] else "",
        "fit": figure(seen.result["candidates_fit"]),
        "houses": seen.houses,
        "groups": seen.groups,
        "forms": [(title, reverse("siting_export", args=[study.pk, form])) for form, title in _TITLES],
        "start": {
            "map": reverse("siting_map", args=[study.pk]),
            "why": reverse("siting_why", args=[study.pk]),
            "lines": reverse("siting_lines", args=[study.pk, 0]).replace("/0.json", "/{number}.json"),
            "layers": f"{reverse('catalogue')}?year={study.year}",
            "chosen": seen.chosen,
            "unit": {"layer": f"{study.unit.kind}s", "id": study.unit_id},
        },
    }


_TITLES = (("xlsx", "Excel"), ("gpkg", "GeoPackage"), ("geojson", "GeoJSON"))


def _row(seen: Seen, number: int, one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "number": number,
        "chosen": number == seen.chosen,
        "capital": money(one["capital_vnd"]),
        "running": lines.running(seen, one),
        "served": figure(one["served"]),
        "share": percent(one["served"] / max(seen.result["households"], 1)),
        "downwind": None if one["downwind"] is None else figure(one["downwind"]),
        "total": money(one["total_vnd"]),
        "farthest": "–" if one["farthest_m"] is None else length(one["farthest_m"]),
        "mean": "–" if one["mean_m"] is None else length(one["mean_m"]),
        "new": figure(new) if (new := sum(site.get("kilns", 1) for site in one["sites"] if site["new"])) else "",
        "certainty": lines.certainty(one),
    }


@never_cache
@require_safe
def progress(request: AskedRequest, pk: int) -> JsonResponse:
    study = study_of(request.viewer, pk)
    label = str(words.STEPS.get(study.step, words.STEPS[""])) if study.busy else study.get_state_display()
    return answer({"busy": study.busy, "done": study.done, "total": study.total, "label": label})


@never_cache
@require_POST
def give_up(request: AskedRequest, pk: int) -> HttpResponse:
    """Cancel a study that waits or runs."""
    if not request.viewer.may_edit:
        raise NotAllowed(_("Studies are cancelled by planners and administrators."))
    cancel(study_of(request.viewer, pk))
    return redirect("siting_study", pk)


@never_cache
@require_POST
def take_away(request: AskedRequest, pk: int) -> HttpResponse:
    """Delete a study."""
    remove(study_of(request.viewer, pk), request.viewer)
    return redirect("siting")


def _done(request: AskedRequest, pk: int) -> Seen:
    study = study_of(request.viewer, pk)
    if study.state != StudyState.DONE:
        raise NotFound(_("Siting study %(id)s has no answer yet."), id=pk)
    return Seen(study, request.viewer)


@never_cache
@require_safe
def map_json(request: AskedRequest, pk: int) -> JsonResponse:
    """Return what the map of a study draws: sites by alternative, candidates, zones, hamlets."""
    seen = _done(request, pk)
    seen.record("map")
    hamlets = seen.result["hamlets"]
    return answer(
        {
            "bbox": seen.bbox,
            "alternatives": [
                {"code": one["code"], "title": one["title"], "sites": one["sites"]} for one in seen.alternatives
            ],
            "candidates": seen.candidates,
            "candidates_in_all": seen.result["candidates_in_all"],
            "zones": [
                {"subject": subject, "title": _zone_title(seen, subject), "area": area}
                for subject, area in seen.zones.items()
            ],
            "hamlets": [{"name": one["name"], "lon": one["lon"], "lat": one["lat"]} for one in hamlets],
            "shows_houses": seen.houses,
        }
    )


def _zone_title(seen: Seen, subject: str) -> str:
    return ", ".join(words.asked_by(rule) for rule in seen.rules if rule.subject == subject)


@never_cache
@require_safe
def lines_json(request: AskedRequest, pk: int, number: int) -> JsonResponse:
    """Return the lines from those served to their site, of one alternative."""
    seen = _done(request, pk)
    if number >= len(seen.alternatives):
        raise NotFound(_("There is nothing at this address."))
    seen.record("lines")
    return answer({"lines": seen.lines(number)})


@never_cache
@require_safe
def why_json(request: AskedRequest, pk: int) -> JsonResponse:
    """Say of one place what each rule asks, what there is, and whether a site may be there."""
    only(request, ("lon", "lat"))
    seen = _done(request, pk)
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        raise Malformed(_("Name the place by “lon” and “lat” in degrees.")) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Malformed(_("Name the place by “lon” and “lat” in degrees."))
    inside, found = judge(seen.inputs, heights_of(seen.inputs), lon, lat)
    shown = [one for one in found if seen.houses or one.rule.subject != Subject.DWELLING]
    if seen.houses:
        seen.record("why")
    return answer(
        {
            "inside": inside,
            "rules": [_judged(one) for one in shown],
            "houses_hidden": not seen.houses and any(one.rule.subject == Subject.DWELLING for one in found),
        }
    )


def _judged(one: Judged) -> dict[str, Any]:
    if one.value is None:
        there = _("none near") if one.rule.subject != Subject.SLOPE else _("not known")
    elif one.rule.subject == Subject.SLOPE:
        there = f"{one.value:.0f} %"
    else:
        there = length(one.value)
    return {
        "kept": one.kept,
        "asked": words.asked_by(one.rule),
        "there": there,
        "standing": words.standing_of(one.rule),
    }


@never_cache
@require_safe
def download(request: AskedRequest, pk: int, form: str) -> FileResponse:
    """Return a study's sites and alternatives as a file."""
    if form not in FORMS:
        raise NotFound(_("Files come as %(forms)s, not as “%(form)s”."), forms=", ".join(FORMS), form=form[:20])
    seen = _done(request, pk)
    # Before the first row leaves: what cannot be recorded is not given.
    seen.record(f"export {form}")
    content, kind = FORMS[form]
    response = FileResponse(content(seen), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="siting-{pk}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
