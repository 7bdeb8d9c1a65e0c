"""`/import/`: a file is uploaded, checked, looked at, stored, and may be taken back."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from layers.access import Audience, Viewer
from layers.errors import NotAllowed, Refused
from layers.imports.context import Options
from layers.imports.findings import as_csv, message
from layers.imports.locks import close_broken
from layers.imports.targets import Column, Target, target_of
from layers.imports.touched import CommuneYear
from layers.imports.undo import undo
from layers.imports.uploads import BUSY, discard, forget, receive, require_idle, run_of, runs_of
from layers.mapserver.asked import last_year
from layers.models import ImportRun, record_read
from layers.models.runs import RunState
from layers.sessions import AskedRequest

from . import import_tasks as tasks
from .import_columns import listed as layers
from .import_forms import ReadingForm, UploadForm, mapping_of
from .kept_files import keeps_files, tell_lost

SHOWN_RUNS = 30
#: Storing more rows than this asks for confirmation; undoing always does.
MANY_ROWS = 100


def _editor(request: AskedRequest) -> Viewer:
    if not request.viewer.may_edit:
        raise NotAllowed(_("Data can be imported by planners and administrators. Sign in as one."))
    return request.viewer


def _enqueue(run: ImportRun, job: Any) -> HttpResponse:
    """Hand a run to the worker once it is written, and show how far it is."""
    run.state, run.done, run.total = RunState.WAITING, 0, None
    run.save()
    transaction.on_commit(lambda: job.enqueue(run.pk))
    return redirect("import_run", run.pk)


@never_cache
@keeps_files
def start(request: AskedRequest) -> HttpResponse:
    """Show the runs and the form for a new one; take a file."""
    viewer = _editor(request)
    form = UploadForm(request.POST or None, request.FILES or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        try:
            run = receive(form.cleaned_data["file"], form.cleaned_data["layer"], form.options({}), viewer)
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return _enqueue(run, tasks.check)
    tell_lost(form, request, "file")
    close_broken()
    runs = runs_of(viewer).select_related("user").defer("preview")[:SHOWN_RUNS]
    listed = [(run, target_of(run.layer).title) for run in runs]
    page = {"form": form, "runs": listed, "layers": layers()}
    return render(request, "import/start.html", page, status=422 if form.errors else 200)


@never_cache
@require_safe
def show(request: AskedRequest, pk: int) -> HttpResponse:
    """Show one run: how far it is, what was found, what can be done about it."""
    viewer = _editor(request)
    run = run_of(viewer, pk)
    target = target_of(run.layer)
    busy = run.state in BUSY
    page: dict[str, Any] = {
        "run": run,
        "title": target.title,
        "busy": busy,
        "label": _label(run),
        "message": run.summary.get("message", {}).get(get_language() or "vi", ""),
        "may_undo": run.state == RunState.APPLIED,
        "may_store": run.state == RunState.CHECKED and bool(run.file) and _storable(run),
        "start": {
            "progress": reverse("import_progress", args=[pk]),
            "preview": reverse("import_preview", args=[pk]),
            "layers": f"{reverse('catalogue')}?year={_year(run)}",
        },
    }
    if not busy:
        page |= _findings(request, run, target, viewer)
        page["fields"] = _fields(target, run)
        if run.file and run.state in (RunState.CHECKED, RunState.REFUSED):
            page["form"] = ReadingForm(initial=Options.from_json(run.options).__dict__, viewer=viewer)
            page["preview"] = run.preview is not None
    return render(request, "import/run.html", page)


def _year(run: ImportRun) -> int:
    """Return the year whose units are shown below the rows."""
    as_of = Options.from_json(run.options).as_of
    return as_of.year if as_of else last_year()


def _storable(run: ImportRun) -> bool:
    return run.summary.get("rows", 0) > run.summary.get("bad_rows", 0)


def _findings(request: AskedRequest, run: ImportRun, target: Target, viewer: Viewer) -> dict[str, Any]:
    chosen = request.GET.get("code", "")
    kept = run.findings.filter(code=chosen) if chosen else run.findings.all()
    pages = Paginator(kept.order_by("severity", "line", "pk"), settings.LIMITS["PAGE_ROWS"])
    found = pages.get_page(request.GET.get("page"))
    rows = [(finding, message(finding, brief=True)) for finding in found]
    _record(viewer, target, run, len(rows))
    firsts = {finding.code: finding for finding in run.findings.order_by("code", "severity", "pk").distinct("code")}
    counts = [
        {"code": code, "count": count, "severity": firsts[code].severity, "example": message(firsts[code])}
        for code, count in run.summary.get("by_code", {}).items()
        if code in firsts
    ]
    counts.sort(key=lambda kind: (kind["severity"], -kind["count"]))
    return {"rows": rows, "found": found, "counts": counts, "chosen": chosen}


def _record(viewer: Viewer, target: Target, run: ImportRun, rows: int) -> None:
    """A report on households names them, so reading it is recorded as any reading of them is."""
    if target.layer is not None and target.layer.audience is Audience.PERSONAL:
        record_read(viewer, target.slug, "import", run.file_name, rows)


def _fields(target: Target, run: ImportRun) -> list[dict[str, Any]]:
    """Return what fills each field, and what could."""
    headings, constants = run.summary.get("mapping", {}), run.summary.get("constants", {})
    columns = run.summary.get("columns", [])
    if not columns:
        return []
    return [
        {
            "column": column,
            "title": column.title,
            "needed": column.required,
            "chosen": f"={constants[column.name]}" if column.name in constants else headings.get(column.name, ""),
            "headings": columns,
            "values": _values(target, column),
        }
        for column in target.every_column
    ]


def _values(target: Target, column: Column) -> list[tuple[str, Any]]:
    """Return the values that may be given to every row at once."""
    if not column.choices:
        return []
    model_field = next(
        (f for f in target.model._meta.concrete_fields if f.name == column.name and f.choices),
        None,
    )
    return [(f"={value}", label) for value, label in model_field.flatchoices] if model_field else []


@never_cache
@require_POST
@transaction.atomic
def recheck(request: AskedRequest, pk: int) -> HttpResponse:
    """Check a file again, read as its user now says."""
    viewer = _editor(request)
    run = run_of(viewer, pk, lock=True)
    require_idle(run)
    form = ReadingForm(request.POST, viewer=viewer)
    if not run.file or run.state in (RunState.APPLIED, RunState.UNDONE):
        raise Refused(_("This import cannot be checked again. Upload the file anew."))
    if not form.is_valid():
        raise Refused(_("The choice cannot be used: %(why)s"), why=form.errors.as_text())
    run.options = form.options(mapping_of(target_of(run.layer), request.POST)).as_json()
    return _enqueue(run, tasks.check)


@never_cache
@require_POST
@transaction.atomic
def store(request: AskedRequest, pk: int) -> HttpResponse:
    """Store the rows of a checked file: all of them, or the good ones."""
    run = run_of(_editor(request), pk, lock=True)
    require_idle(run)
    if run.state != RunState.CHECKED or not run.file:
        raise Refused(_("Only a file that has been checked can be stored."))
    keep_good = request.POST.get("keep_good") == "yes"
    rows = run.summary.get("created", 0) + run.summary.get("updated", 0)
    if rows > MANY_ROWS and not _confirmed(request):
        return _confirm(request, run, {"action": "store", "rows": rows, "keep_good": keep_good})
    run.options = {**run.options, "keep_good": keep_good}
    return _enqueue(run, tasks.store)


@never_cache
@require_POST
@transaction.atomic
def take_back(request: AskedRequest, pk: int) -> HttpResponse:
    """Undo a run. The criteria are left to the worker: an assessment may take longer than a page may."""
    viewer = _editor(request)
    run = run_of(viewer, pk, lock=True)
    require_idle(run)
    if run.state == RunState.APPLIED and not _confirmed(request):
        return _confirm(request, run, {"action": "undo", "rows": run.changes.count()})

    def follow(paths: list[str], _counted: list[CommuneYear]) -> None:
        transaction.on_commit(lambda: tasks.reassess.enqueue(paths))

    undo(run, viewer.areas, viewer.user_id, follow)
    run.refresh_from_db()
    forget(run)
    return redirect("import_run", pk)


def _confirmed(request: AskedRequest) -> bool:
    return request.POST.get("confirmed") == "yes"


def _confirm(request: AskedRequest, run: ImportRun, page: dict[str, Any]) -> HttpResponse:
    """Ask again before much is changed at once."""
    return render(request, "import/confirm.html", page | {"run": run, "title": target_of(run.layer).title})


@never_cache
@require_POST
@transaction.atomic
def give_up(request: AskedRequest, pk: int) -> HttpResponse:
    """Remove the file of a run that stored nothing."""
    run = run_of(_editor(request), pk, lock=True)
    require_idle(run)
    discard(run)
    return redirect("import")


def _label(run: ImportRun) -> str:
    """Return what a run is at."""
    steps = {
        "comparing": _("comparing the rows with those on record"),
        "storing": _("storing the rows, then assessing the criteria"),
    }
    step = run.summary.get("step", "") if run.state == RunState.RUNNING else ""
    return steps.get(step, run.get_state_display())


@never_cache
@require_safe
def progress(request: AskedRequest, pk: int) -> JsonResponse:
    run = run_of(_editor(request), pk)
    return JsonResponse(
        {"state": run.state, "busy": run.state in BUSY, "done": run.done, "total": run.total,
         "label": _label(run)}
    )  # fmt: skip


@never_cache
@require_safe
def preview(request: AskedRequest, pk: int) -> JsonResponse:
    """Return the shapes of a checked file as GeoJSON."""
    viewer = _editor(request)
    run = run_of(viewer, pk)
    shapes = run.preview or {"type": "FeatureCollection", "features": []}
    _record(viewer, target_of(run.layer), run, len(shapes["features"]))
    return JsonResponse(shapes)


@never_cache
@require_safe
def findings_csv(request: AskedRequest, pk: int) -> HttpResponse:
    """Return all kept findings of a run, with their reasons in Vietnamese and English."""
    viewer = _editor(request)
    run = run_of(viewer, pk)
    _record(viewer, target_of(run.layer), run, run.findings.count())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
    # Excel takes a CSV file for UTF-8 only if it begins so.
    response.write("\ufeff")
    as_csv(run, response)
    return response
