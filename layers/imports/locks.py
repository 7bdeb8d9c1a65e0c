"""Runs at work: each holds a lock of its session, which the database frees however the process ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import ImportRun
from layers.models.runs import RunState

from .statements import execute, fetch

#: The first half of the lock's number ("run"); the second is the run's.
KEY = 0x72756E
AT_WORK = """
SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %(key)s AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def held(run: ImportRun) -> Iterator[None]:
    """Hold the lock of a run, or refuse where somebody else is at work on it."""
    values = {"key": KEY, "run": run.pk}
    if not fetch("SELECT pg_try_advisory_lock(%(key)s, %(run)s)", values)[0][0]:
        raise Refused(_("The import is at work. Wait until it is done."))
    try:
        yield
    finally:
        execute("SELECT pg_advisory_unlock(%(key)s, %(run)s)", values)


def close_broken() -> None:
    """Refuse the runs that were at work when their process ended: their transaction has been rolled back."""
    from .run import refuse

    running = ImportRun.objects.filter(state=RunState.RUNNING)
    if not running.exists():
        return
    with transaction.atomic():
        found = list(running.select_for_update(skip_locked=True, no_key=True))
        # Asked after the rows are read: a run holds its lock before it says that it is running.
        at_work = {run for (run,) in fetch(AT_WORK, {"key": KEY})}
        for run in found:
            if run.pk not in at_work:
                refuse(run, Refused(_("The import broke off: the program ended while it was at work. Start it again.")))
