"""Uploaded files: kept beside their run while somebody decides, and no longer."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import BooleanField, F, Func, QuerySet, TextField, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Role, Viewer
from layers.errors import NotFound, Refused
from layers.models import LAYERS, ImportRun
from layers.models.runs import RunState

from .context import Options
from .formats import ARCHIVES, BY_SUFFIX
from .locks import close_broken
from .run import digest, refuse
from .targets import target_of

#: How long a file may wait for a decision.
KEPT = timedelta(days=7)
#: The worker is at such a run, or soon will be.
BUSY = (RunState.WAITING, RunState.RUNNING)


def receive(file: UploadedFile, layer: str, options: Options, viewer: Viewer) -> ImportRun:
    """Keep an uploaded file and return the run that waits to check it."""
    name = Path(file.name or "").name
    if Path(name).suffix.lower() not in (*BY_SUFFIX, *ARCHIVES):
        raise Refused(
            _("“%(file)s” is not a kind of file that can be imported. Those are: %(suffixes)s."),
            file=name,
            suffixes=", ".join(sorted((*BY_SUFFIX, *ARCHIVES))),
        )
    if (file.size or 0) > settings.LIMITS["UPLOAD_BYTES"]:
        raise Refused(
            _("“%(file)s” is larger than %(limit)d MB. Pack it as a zip archive, or part it."),
            file=name,
            limit=settings.LIMITS["UPLOAD_BYTES"] // 1024**2,
        )
    sweep()
    run = ImportRun(
        layer=target_of(layer).slug,
        file_name=name[:255],
        options=options.as_json(),
        user_id=viewer.user_id,
        areas=list(viewer.areas),
    )
    # A folder of its own: nobody guesses it, and the file keeps the name that its messages call it by.
    run.file.save(f"{uuid4().hex}/{name[-60:]}", file, save=False)
    run.sha256 = digest(Path(run.file.path))
    run.save()
    return run


def forget(run: ImportRun) -> None:
    """Remove the file of a run, and its preview."""
    if run.file:
        folder = Path(run.file.path).parent
        run.file.delete(save=False)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    run.preview = None
    run.save(update_fields=["file", "preview"])


def require_idle(run: ImportRun) -> None:
    """Refuse to touch a run at which the worker is, or soon will be."""
    if run.state in BUSY:
        raise Refused(_("The import is at work. Wait until it is done."))


def discard(run: ImportRun) -> None:
    """Remove the file of a run, and give up one that stored nothing; the caller holds its row."""
    forget(run)
    if run.state not in (RunState.APPLIED, RunState.UNDONE, RunState.REFUSED):
        refuse(run, Refused(_("The import was given up.")))


def sweep() -> None:
    """Give up what has waited too long."""
    close_broken()
    old = ImportRun.objects.exclude(file="").filter(started_at__lt=timezone.now() - KEPT)
    with transaction.atomic():
        for run in old.exclude(state=RunState.RUNNING).select_for_update(skip_locked=True, no_key=True):
            discard(run)


def runs_of(viewer: Viewer) -> QuerySet[ImportRun]:
    """Return the runs a viewer may look at: the own ones; administrators also those of users of their areas.

    A run tells of rows of the areas in which its file was compared with the store, and quotes the file, so all
    of them must be the viewer's now.
    """
    if not viewer.may_edit or viewer.user_id is None:
        return ImportRun.objects.none()
    runs = ImportRun.objects.filter(_covered(viewer)).exclude(areas=[])
    if not viewer.may_see(Audience.PERSONAL):
        runs = runs.exclude(layer__in=[slug for slug, layer in LAYERS.items() if layer.audience is Audience.PERSONAL])
    return runs if viewer.role is Role.ADMINISTRATOR else runs.filter(user_id=viewer.user_id)


def _covered(viewer: Viewer) -> Func:
    """Return the condition that each area of a run lies in the viewer's."""
    within = Value([f"{path}%" for path in viewer.areas], output_field=ArrayField(TextField()))
    return Func(
        F("areas"),
        within,
        template="(NOT EXISTS (SELECT FROM unnest(%(expressions)s)))",
        arg_joiner=") AS area WHERE NOT area LIKE ANY (",
        output_field=BooleanField(),
    )


def run_of(viewer: Viewer, pk: int, lock: bool = False) -> ImportRun:
    """Return a run that the viewer may look at; with `lock`, nobody else changes it until the transaction ends."""
    close_broken()
    runs = runs_of(viewer).filter(pk=pk)
    run = (runs.select_for_update(no_key=True) if lock else runs).first()
    if run is None:
        raise NotFound(_("There is no import %(id)s."), id=pk)
    return run
