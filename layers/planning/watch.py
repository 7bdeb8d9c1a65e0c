"""Looking on while a method works: told how far it is, and able to end it.

A method that is ended answers as one whose time is up: with the best plan so far, which keeps every condition, and
the bound proven so far; raises Stopped where it had none yet. The solver cannot be ended while it prepares a
program, some seconds for a district; who cannot wait ends the process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

INFINITY = float("inf")


@dataclass(frozen=True)
class Progress:
    """seconds since the watch began; value of the best plan so far (-inf: none yet); no plan is worth more than
    `bound` (inf: nothing proven yet)."""

    seconds: float
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The part of the bound that a better plan could still add at most; 1 where nothing is known."""
        if not 0 < self.bound < INFINITY:
            return float(self.bound > 0)
        return min(max(self.bound - self.value, 0.0) / self.bound, 1.0)


def _never() -> bool:
    return False


def _nobody(progress: Progress) -> None:
    return


def _nowhere(step: str, done: int, total: int) -> None:
    return


@dataclass
class Watch:
    """`stop` is asked whether to end, `tell` is told of progress, both from the thread that works, and at most once
    in `every` seconds, so that they may read a row or a file. `say` is told of each step of a work that has several,
    and how much of it is done. An error that one of them raises ends the method and is raised."""

    stop: Callable[[], bool] = _never
    tell: Callable[[Progress], None] = _nobody
    every: float = 0.2
    say: Callable[[str, int, int], None] = _nowhere
    _asked: float = field(default=-INFINITY, repr=False)
    _told: float = field(default=-INFINITY, repr=False)
    _stopped: bool = field(default=False, repr=False)
    _began: float = field(default_factory=time.perf_counter, repr=False)

    @property
    def stopped(self) -> bool:
        """Whether to end; once so, always so."""
        now = time.perf_counter()
        if not self._stopped and now - self._asked >= self.every:
            self._asked = now
            self._stopped = bool(self.stop())
        return self._stopped

    def report(self, value: float, bound: float) -> None:
        """Tell of the best plan so far and the bound proven so far, unless told a moment ago."""
        now = time.perf_counter()
        if now - self._told >= self.every:
            self._told = now
            self.tell(Progress(now - self._began, value, bound))

    def silent(self) -> "Watch":
        """Return a watch that ends with this one and tells nothing: for parts, whose values are not the whole's."""
        return Watch(stop=lambda: self.stopped, every=0.0)
