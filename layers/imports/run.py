"""A file's way in: lay out, read, stage, check, and in one transaction decide and store.

The record of the run is written outside that transaction, so that whoever waits sees how far it is, and a
file that was refused leaves its reasons.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pghistory
import shapely
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import GisNtmError, NotAllowed, Refused
from layers.models import ImportRun, Unit
from layers.models.runs import RunState

from . import count_rows, crs, feature_rows, report, review_rows, unit_rows
from .archives import Dataset, opened
from .context import Job, Options, anything
from .fields import Mapping, match
from .judging import Judge, weigh
from .locks import held
from .provisional import draw_provisional
from .settling import settle
from .sources import Source, opened_source
from .staging import Stage
from .statements import execute, fetch
from .targets import Family, Target, target_of
from .touched import Follow, counted, touched
from .undo import last_event
from .upsert import Counts, Upsert

Progress = Callable[[int, int | None], None]
ROOMS = {Family.UNITS: unit_rows, Family.FEATURES: feature_rows, Family.COUNTS: count_rows}


def digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024**2):
            found.update(chunk)
    return found.hexdigest()


def import_file(
    layer: str,
    path: Path,
    options: Options | None = None,
    viewer: Viewer | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    follow: Follow | None = None,
    judge: Judge | None = None,
) -> ImportRun:
    """Import a file into a layer and return the record of it.

    Without a viewer (the command line) rows may be written anywhere. A file that is refused raises nothing
    beyond what the record says, unless it could not be read at all.
    """
    options = options or Options()
    if not path.is_file():
        raise Refused(_("There is no file “%(file)s”."), file=path.name)
    run = ImportRun.objects.create(
        layer=target_of(layer).slug,
        file_name=path.name[:255],
        sha256=digest(path),
        options=options.as_json(),
        user_id=None if viewer is None else viewer.user_id,
        areas=[""] if viewer is None else list(viewer.areas),
    )
    carry_out(run, path, viewer, store=not dry_run, progress=progress, follow=follow, judge=judge)
    return run


def carry_out(
    run: ImportRun, path: Path, viewer: Viewer | None, store: bool,
    progress: Progress | None = None, follow: Follow | None = None, judge: Judge | None = None,
) -> None:  # fmt: skip
    """Check a run's file and, if `store`, store its rows. Whatever happens is recorded with the run.

    `follow` brings what is derived from the rows up to them, in the same transaction; `judge` tells which declared
    results cannot be so, and none are taken without one.
    """
    with held(run):
        # A user's areas may have changed since the upload: the report then tells of both.
        run.areas = sorted({*run.areas, *([""] if viewer is None else viewer.areas)})
        run.state, run.done, run.total, run.summary, run.preview = RunState.RUNNING, 0, None, {}, None
        run.save()
        run.findings.all().delete()
        try:
            if viewer is not None and not viewer.may_edit:
                raise NotAllowed(_("You may not import rows."))
            _read_and_store(run, path, viewer, store, progress, follow, judge)
        except GisNtmError as error:
            refuse(run, error)
            raise
        except KeyboardInterrupt:
            _refuse_unfinished(run, Refused(_("The import was interrupted. Nothing was stored.")))
            raise
        except DatabaseError as error:
            refused = Refused(_("The database did not accept the rows. Nothing was stored."))
            refuse(run, refused)
            if isinstance(error, IntegrityError | DataError):
                raise refused from error
            raise
        finally:
            fault = _("The import broke off by a fault of the product. It stands in the log.")
            _refuse_unfinished(run, Refused(fault))
            report.clear()


def _refuse_unfinished(run: ImportRun, error: GisNtmError) -> None:
    # The database knows whether the rows came to be stored; what this process believed may have been rolled back.
    run.refresh_from_db(fields=["state"])
    if run.state == RunState.RUNNING:
        refuse(run, error)


def refuse(run: ImportRun, error: GisNtmError) -> None:
    """Record why nothing was stored, in both languages."""
    for language in ("vi", "en"):
        with translation.override(language):
            run.summary.setdefault("message", {})[language] = str(error)
    run.state, run.finished_at = RunState.REFUSED, timezone.now()
    run.save()


def _read_and_store(
    run: ImportRun, path: Path, viewer: Viewer | None, store: bool,
    progress: Progress | None, follow: Follow | None, judge: Judge | None,
) -> None:  # fmt: skip
    target, options = target_of(run.layer), Options.from_json(run.options)
    day = options.as_of or timezone.localdate()
    unit = _unit(options, viewer, day)
    with (
        opened(path, options.part) as dataset,
        opened_source(dataset, target, options.encoding, options.part) as source,
    ):
        run.summary = {
            "format": dataset.format.name,
            "encoding": source.encoding.encoding,
            "columns": source.columns,
            "placed": source.has_geometry,
        }
        mapping = match(target, source.columns, options.mapping)
        run.summary |= {"mapping": mapping.headings, "constants": mapping.constants, "unused": list(mapping.unused)}
        joined = _joined(target, mapping, source)
        if not joined:
            _require(target, mapping, source)
        stage = _stage(run, dataset, source, target, mapping, options, unit, joined, progress)
    if stage.lines == 0:
        raise Refused(_("“%(file)s” holds no rows for this layer."), file=dataset.name)
    areas = None if viewer is None else viewer.areas
    job = Job(target, stage, options, day, run.file_name, unit, areas)
    report.of_source(source)
    # Told before the transaction: nobody sees anything of what happens in it.
    run.summary["step"] = "storing" if store else "comparing"
    run.save(update_fields=["summary"])
    with transaction.atomic(), pghistory.context(**({"user": run.user_id} if run.user_id else {}), import_run=run.pk):
        execute("SELECT pg_advisory_xact_lock(hashtext('gis-ntm import'))")
        execute("ANALYZE import_rows")
        _decide_and_store(run, job, store, judge)
        if follow is not None and run.state == RunState.APPLIED:
            follow(touched(run), counted(run))
        # With the rows, so that no run is taken for broken off whose rows are stored.
        run.finished_at = timezone.now()
        run.save()


def _unit(options: Options, viewer: Viewer | None, day: Any) -> Unit | None:
    """Return the unit into which the file is imported: the one named, else the viewer's only one."""
    if options.unit:
        found = Unit.objects.filter(code=options.unit)
        unit = found.at(day).order_by("-valid_from").first() or found.order_by("-valid_from").first()
        if unit is None or (viewer is not None and not viewer.covers(unit.path)):
            raise Refused(_("There is no unit with the code %(code)s."), code=options.unit)
        return unit
    if viewer is not None and len(viewer.areas) == 1:
        return Unit.objects.filter(path=viewer.areas[0]).first()
    return None


def _area(unit: Unit | None) -> crs.Area:
    """Return where rows should lie: the unit, or the nearest above it with a boundary, or Vietnam."""
    while unit is not None:
        if unit.geom:
            province = Unit.objects.filter(pk=unit.path.split("/")[0]).values_list("code", flat=True).first()
            return crs.around(shapely.from_wkb(bytes(unit.geom.wkb)), str(unit), province or "")
        unit = unit.parent
    return crs.vietnam()


def _joined(target: Target, mapping: Mapping, source: Source) -> bool:
    """Tell whether a table has no places but numbers by which it is joined to rows on record."""
    return target.placed and not source.has_geometry and not {"key", "vpromms_id"}.isdisjoint(mapping.names)


def _require(target: Target, mapping: Mapping, source: Source) -> None:
    """Refuse a file that lacks a column without which no row can be stored."""
    lacking = [column for column in target.columns if column.required and column.name not in mapping.names]
    if target.slug == "roads" and "vpromms_id" in mapping.names:
        lacking = [column for column in lacking if column.name != "road_class"]
    if lacking:
        raise Refused(
            _("The file has no column for: %(lacking)s. Its columns are: %(columns)s. Say which is which."),
            lacking=", ".join(f"{column.title} ({column.name})" for column in lacking),
            columns=", ".join(source.columns) or "-",
        )


def _stage(
    run: ImportRun, dataset: Dataset, source: Source, target: Target, mapping: Mapping,
    options: Options, unit: Unit | None, joined: bool, progress: Progress | None,
) -> Stage:  # fmt: skip
    area = _area(unit)
    epsg = crs.checked(options.crs) if options.crs else source.epsg
    stage = Stage(target, mapping, epsg, area, joined)
    stage.create()
    run.total = source.count
    run.summary |= {
        "crs": epsg if source.has_geometry else None,
        "crs_name": crs.name_of(epsg) if epsg and source.has_geometry else "",
    }
    for batch in source.batches(stage.wanted):
        if stage.lines == 0 and batch.geometries is not None and target.geometry:
            settle(batch, stage, source, dataset.name)
        stage.add(batch)
        run.done = stage.lines
        run.save(update_fields=["done", "total", "summary", "state"])
        if progress:
            progress(stage.lines, source.count)
    run.total = run.done
    return stage


def _decide_and_store(run: ImportRun, job: Job, store: bool, judge: Judge | None) -> None:
    room = ROOMS[job.target.family]
    room.resolve(job)
    if job.target.slug == "declarations":
        if judge is None:
            raise TypeError("declared results are not taken without a judge")
        weigh(job, judge)
    if job.target.slug == "households":
        review_rows.split_years(job)
    if job.target.family is Family.UNITS:
        report.of_topology()
    main = Upsert(job.target.model, "import_plan", room.cells(job), job.values)
    counts = main.decide()
    tally = report.tally(job)
    run.summary |= tally | {"created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged}
    report.keep(run)
    if store and tally["errors"] and not job.options.keep_good:
        refuse(run, Refused(
            _("%(rows)d of %(all)d rows have errors, so nothing was stored. Correct the file, or keep the good rows."),
            rows=tally["bad_rows"], all=job.stage.rows,
        ))  # fmt: skip
    elif store and not anything():
        refuse(run, Refused(_("No row of the file can be stored.")))
    elif store:
        _store(run, job, main, counts)
        run.state = RunState.APPLIED
    else:
        if job.target.slug == "households" and review_rows.asked(job):
            run.summary["reviews"] = _counted(review_rows.planned(job)[1])
        run.preview = report.preview()
        run.state = RunState.CHECKED


def _counted(counts: Counts) -> dict[str, int]:
    return {"created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged}


def _store(run: ImportRun, job: Job, main: Upsert, counts: Counts) -> None:
    changed = counts.created + counts.updated
    if changed and job.target.family is Family.UNITS:
        unit_rows.end_replaced(job, run.pk)
    if changed:
        main.apply(run.pk)
    models = {job.target.model}
    if job.target.slug == "households" and review_rows.asked(job):
        reviews, found = review_rows.planned(job)
        run.summary["reviews"] = _counted(found)
        models.add(reviews.model)
        if found.created + found.updated:
            reviews.apply(run.pk)
            review_rows.derive()
    if changed and job.target.slug in ("hamlets", "households"):
        run.summary["provisional"] = draw_provisional(_communes(run), job.day, run.pk)
        models.add(Unit)
    run.summary["until"] = {model._meta.model_name: last_event(model) for model in models}


def _communes(run: ImportRun) -> list[str]:
    """Return the paths of the communes whose hamlets or households a run touched."""
    rows = fetch(
        """
        SELECT DISTINCT c.path FROM layers_importchange g
        LEFT JOIN layers_household f ON g.model = 'household' AND f.id = g.row
        JOIN layers_unit u ON u.id = CASE g.model WHEN 'unit' THEN g.row ELSE f.unit_id END
        JOIN layers_unit c ON c.kind = 'commune' AND starts_with(u.path, c.path)
        WHERE g.run_id = %(run)s
        """,
        {"run": run.pk},
    )
    return [path for (path,) in rows]
