"""What one process has made of the rows, for every other process of this machine: one builds, the rest read its file.

Named after the transactions that last changed the tables it was made of: unlike counts, these never come back, not
even in a database put back from an older backup. Only roads and what is made of them are kept so, never a household.
"""

import fcntl
import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast

import django
import numpy as np
import shapely
from django.conf import settings
from django.core.cache import caches
from django.db import connection

MadeT = TypeVar("MadeT")

LOG = logging.getLogger(__name__)
#: Everything that decides what a file holds.
CODE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Shared:
    """A kind of things: what it is called, and the tables it is made of."""

    name: str
    tables: tuple[str, ...]

    def get_or_make(self, key: Hashable, make: Callable[[], MadeT]) -> MadeT:
        """Return what is kept under a key, made by whoever asks for it first; others wait for that one.

        Within a transaction, whose rows nobody else may ever see, it is made and not kept.
        """
        marks = None if connection.in_atomic_block else self._marks()
        if marks is None:
            return make()
        kept = caches["networks"]
        file = sha256(repr((self.name, key, marks, code_state())).encode()).hexdigest()
        found = kept.get(file)
        if found is None:
            with _alone(file):
                found = kept.get(file)
                if found is None:
                    found = make()
                    _keep(file, found)
        return cast(MadeT, found)

    def _marks(self) -> tuple[str, ...] | None:
        """Return the database, and the transactions that last changed the tables; None where none ever was."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, xmin::text FROM layers_tableversion WHERE table_name = ANY(%s) ORDER BY 1",
                [list(self.tables)],
            )
            changed = cursor.fetchall()
        database = connection.settings_dict
        return (database["HOST"], database["NAME"], *map("=".join, changed)) if changed else None


def _keep(file: str, made: object) -> None:
    try:
        caches["networks"].set(file, made)
    except OSError:
        # A full disk costs the next process some seconds, not this one its answer.
        LOG.exception("a network could not be kept for other processes")


@contextmanager
def _alone(file: str) -> Iterator[None]:
    """Wait until no other process of this machine is at the same thing. Who dies at it lets go."""
    folder = Path(settings.NETWORKS_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{file[:2]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def code_state() -> str:
    """Return what tells this program from another version of it, whose files it must not read."""
    digest = sha256(f"{django.VERSION} {np.__version__} {shapely.__version__}".encode())
    for file in sorted([*CODE.rglob("*.py"), *(CODE.parent / "models").glob("*.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()
