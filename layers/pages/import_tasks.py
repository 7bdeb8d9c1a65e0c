"""Imports that a page has asked for, done by the worker."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from layers.criteria.assess import reassess_below
from layers.errors import GisNtmError, Refused
from layers.imports.locks import close_broken
from layers.imports.run import carry_out, digest, refuse
from layers.imports.touched import CommuneYear
from layers.imports.uploads import forget
from layers.models import ImportRun, viewer_of
from layers.models.runs import RunState
from layers.programme.claims import contradictions


@task()
def check(run_id: int) -> None:
    """Say what would come of a file."""
    _carry_out(run_id, store=False)


@task()
def store(run_id: int) -> None:
    """Store the rows of a file that has been checked."""
    _carry_out(run_id, store=True)


@task()
def reassess(paths: list[str], counted: Sequence[CommuneYear] = ()) -> None:
    """Assess the units below these paths, whose rows have changed, and the communes of which something was counted."""
    reassess_below(paths, [(year, path) for year, path in counted])


def _carry_out(run_id: int, store: bool) -> None:
    # The worker before this one may have been ended at its work.
    close_broken()
    run = ImportRun.objects.select_related("user").get(pk=run_id)
    if run.state != RunState.WAITING or run.user is None:
        return
    path = Path(run.file.path)
    # A refusal is recorded with the run, which is where its page tells it.
    with contextlib.suppress(GisNtmError):
        if digest(path) != run.sha256:
            refuse(run, Refused(_("The file is not the one that was uploaded.")))
            return
        # Asked now, not when the page was sent: a role may have been taken away since.
        carry_out(run, path, viewer_of(run.user), store, follow=reassess_below, judge=contradictions)
    if run.state == RunState.APPLIED:
        forget(run)
