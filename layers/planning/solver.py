"""Where plans and sites are computed: warm processes of their own beside the web's, that can be ended at any time.

HiGHS holds on to the interpreter and to memory, and cannot be interrupted while it prepares a program; in a process
of its own it can neither block nor crash a page. A process computes one answer at a time and keeps what it has
imported for the next. It knows no database and no settings of Django: what it needs comes with the question.

Run as `python -m layers.planning.solver DESCRIPTOR` it serves the other end of a pipe.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from layers.errors import GisNtmError, TooSlow

from .watch import Progress, Watch

#: Seconds beyond its own time limit after which a process that does not answer is ended.
PATIENCE = 20.0
ROOM = "layers.planning.plans.jobs"
#: What may be asked for, and where it is: a name in a message runs nothing else.
JOBS = {
    **dict.fromkeys(("solve", "cheapest", "recognised", "trust"), ROOM),
    "site": "layers.planning.waste.jobs",
}

Tell = Callable[[Progress], None]


class SolverLost(TooSlow):
    """The process that computed an answer ended without one."""

    def __init__(self) -> None:
        super().__init__(_("The computation ended without an answer: memory may have run out. Try a smaller region."))


class Overdue(TooSlow):
    """No answer came within the time allowed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            _("No answer came within %(seconds)d seconds. Have the plan computed in the background."),
            seconds=round(seconds),
        )


class Deferred(Overdue):
    """A region is too large to be read while somebody waits."""

    def __init__(self) -> None:
        TooSlow.__init__(
            self, _("The region is large: its roads and households are read in the background. Have it computed there.")
        )


class Solver:
    """One process. Not for two threads at once: `borrowed` sees to that."""

    def __init__(self) -> None:
        self._pipe, other = Pipe()
        root = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "layers.planning.solver", str(other.fileno())],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[other.fileno()],
        )
        other.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def run(self, job: str, args: tuple[Any, ...], seconds: float, watch: Watch) -> Any:
        """Return the result of a job, telling the watch of progress; ended by it, the job answers with what it has.

        seconds: the most it may take. Raises what the job raises, Overdue, SolverLost; after these two the process is
        gone.
        """
        if job not in JOBS:
            raise ValueError(f"no such job: {job}")
        answered = False
        try:
            self._pipe.send((job, args))
            kind, value = self._answer(seconds, watch)
            answered = True
        except (EOFError, OSError) as error:
            raise SolverLost from error
        finally:
            # What a process that was given up says later would answer the wrong question.
            if not answered:
                self.close()
        if kind == "done":
            return value
        raise value if kind == "refused" else RuntimeError(f"the solver failed:\n{value}")

    def _answer(self, seconds: float, watch: Watch) -> tuple[str, Any]:
        deadline, stopping = time.monotonic() + seconds, False
        while time.monotonic() < deadline:
            if self._pipe.poll(0.05):
                kind, value = self._pipe.recv()
                if kind == "progress":
                    watch.report(value.value, value.bound)
                elif kind == "said":
                    watch.say(*value)
                else:
                    return kind, value
            if watch.stopped and not stopping:
                stopping, deadline = True, min(deadline, time.monotonic() + PATIENCE)
                self._pipe.send("stop")
        raise Overdue(seconds)


class _Pool:
    """Warm processes of this process, at most so many at work; more questions wait for one of these."""

    def __init__(self, most: int) -> None:
        self._idle: list[Solver] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most)
        self._owner = os.getpid()

    @contextlib.contextmanager
    def borrowed(self, seconds: float) -> Iterator[Solver]:
        """Lend a process, starting one if none is idle. Raises Overdue where all are busy for so long."""
        if not self._places.acquire(timeout=seconds):
            raise Overdue(seconds)
        try:
            solver = self._take()
            try:
                yield solver
            finally:
                if solver.alive:
                    with self._lock:
                        self._idle.append(solver)
        finally:
            self._places.release()

    def _take(self) -> Solver:
        with self._lock:
            if self._owner != os.getpid():
                # A forked copy must not talk to its parent's processes.
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                solver = self._idle.pop()
                if solver.alive:
                    return solver
        return Solver()

    def close(self) -> None:
        with self._lock:
            if self._owner == os.getpid():
                while self._idle:
                    self._idle.pop().close()


@cache
def _pool() -> _Pool:
    made = _Pool(settings.LIMITS["SOLVERS"])
    atexit.register(made.close)
    return made


def compute(job: str, *args: Any, seconds: float, watch: Watch | None = None) -> Any:
    """Have a job of JOBS done in a warm process, within so many seconds; what is raised there is raised here."""
    with _pool().borrowed(seconds) as solver:
        return solver.run(job, args, seconds, watch or Watch())


def serve(pipe: Connection) -> None:
    """Answer questions until the other end is gone."""
    import_module(ROOM)
    while True:
        try:
            message = pipe.recv()
        except EOFError:
            return
        if message == "stop":
            # It came after the answer had been sent.
            continue
        job, args = message
        pipe.send(_done(job, args, pipe))


def _done(job: str, args: tuple[Any, ...], pipe: Connection) -> tuple[str, Any]:
    watch = Watch(
        stop=pipe.poll,
        tell=lambda progress: pipe.send(("progress", progress)),
        say=lambda *said: pipe.send(("said", said)),
    )
    try:
        return "done", getattr(import_module(JOBS[job]), job)(*args, watch=watch)
    except GisNtmError as error:
        return "refused", error
    except Exception:  # noqa: BLE001 - told to the one who asked, who raises it
        return "failed", traceback.format_exc()


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
