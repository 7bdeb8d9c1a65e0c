"""Runs at work: each holds a lock of its session, which the database frees however the process ends.

`locked` and `numbers_locked` serve other long work too: each kind of it has a key of its own.
"""

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
def locked(key: int, number: int) -> Iterator[bool]:
    """Hold a lock of this session and say whether it was free; where it was not, nothing is held."""
    values = {"key": key, "number": number}
    mine = bool(fetch("SELECT pg_try_advisory_lock(%(key)s, %(number)s)", values)[0][0])
    try:
        yield mine
    finally:
        if mine:
            execute("SELECT pg_advisory_unlock(%(key)s, %(number)s)", values)


def numbers_locked(key: int) -> set[int]:
    """Return the numbers that some session holds a lock of."""
    return {number for (number,) in fetch(AT_WORK, {"key": key})}


@contextmanager
def held(run: ImportRun) -> Iterator[None]:
    """Hold the lock of a run, or refuse where somebody else is at work on it."""
    with locked(KEY, run.pk) as mine:
        if not mine:
            raise Refused(_("The import is at work. Wait until it is done."))
        yield


def close_broken() -> None:
    """Refuse the runs that were at work when their process ended: their transaction has been rolled back."""
    from .run import refuse

    running = ImportRun.objects.filter(state=RunState.RUNNING)
    if not running.exists():
        return
    with transaction.atomic():
        found = list(running.select_for_update(skip_locked=True, no_key=True))
        # Asked after the rows are read: a run holds its lock before it says that it is running.
        at_work = numbers_locked(KEY)
        for run in found:
            if run.pk not in at_work:
                refuse(run, Refused(_("The import broke off: the program ended while it was at work. Start it again.")))
