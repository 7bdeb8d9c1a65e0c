"""Uploaded files: kept beside their run while somebody decides, and no longer."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Role, Viewer
from layers.errors import NotFound, Refused
from layers.models import ImportRun
from layers.models.runs import RunState

from .context import Options
from .formats import ARCHIVES, BY_SUFFIX
from .run import digest, refuse
from .targets import target_of

#: How long a file may wait for a decision.
KEPT = timedelta(days=7)


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
        layer=target_of(layer).slug, file_name=name[:255], options=options.as_json(), user_id=viewer.user_id
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


def discard(run: ImportRun) -> None:
    """Give up a run that stored nothing."""
    if run.state not in (RunState.APPLIED, RunState.UNDONE):
        forget(run)
        if run.state != RunState.REFUSED:
            refuse(run, Refused(_("The import was given up.")))


def sweep() -> None:
    """Give up what has waited too long."""
    for run in ImportRun.objects.exclude(file="").filter(started_at__lt=timezone.now() - KEPT):
        discard(run)


def runs_of(viewer: Viewer) -> QuerySet[ImportRun]:
    """Return the runs a viewer may look at: the own ones; administrators also those of users of their areas."""
    if not viewer.may_edit or viewer.user_id is None:
        return ImportRun.objects.none()
    own = ImportRun.objects.filter(user_id=viewer.user_id)
    if viewer.role is Role.ADMINISTRATOR:
        others = ImportRun.objects.filter(viewer.within("user__member__units__path"))
        return ImportRun.objects.filter(pk__in=own.values("pk").union(others.values("pk")))
    return own


def run_of(viewer: Viewer, pk: int) -> ImportRun:
    run = runs_of(viewer).filter(pk=pk).first()
    if run is None:
        raise NotFound(_("There is no import %(id)s."), id=pk)
    return run
