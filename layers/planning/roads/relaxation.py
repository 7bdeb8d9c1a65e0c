"""A region's bound by cuts, and where a better plan is to be looked for.

The program without flow and without integrality is solved again and again, with the directed cuts that its solution
breaks (`separation`). For roads alone that ends close to the best plan. A criterion half met however counts half, and
many of them add up: so in a second step each is met or not, few numbers whole and all others still fractional.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from layers.planning.arrays import Bools, Floats
from layers.planning.errors import Infeasible
from layers.planning.milp import Effort, Growing, Outcome
from layers.planning.watch import Watch

from .formulation import formulate
from .problem import Problem
from .separation import broken_cuts, pockets_of

#: Less than this from 0 or 1 is certain.
CERTAIN = 1e-3
#: Progress of the bound by a round of cuts that is not worth another.
SLOW = 2e-4


class Relaxation:
    """No plan of a canonical problem is worth more than `bound`; x: (W,) how much of each work the last solution
    builds, None before there is one."""

    def __init__(self, question: Problem, watch: Watch) -> None:
        self.watch = watch.silent()
        self.made = formulate(question, flow=False)
        self.pockets, self.program = pockets_of(self.made), Growing(self.made.model, self.watch)
        self.values: Floats | None = None
        self._bound = np.inf

    @property
    def x(self) -> Floats | None:
        return None if self.values is None else self.values[self.made.x]

    @property
    def bound(self) -> float:
        # The solver's tolerances, relative to what it counts in.
        return self._bound * (1 + 1e-7)

    def cut(self, seconds: float, tell: Callable[[float], None]) -> None:
        """Add cuts until none is broken or time is up, telling of each bound. Raises Infeasible.

        Where criteria are still to be met or not, which moves the bound far more, slow progress ends it too.
        """
        for outcome in self._rounds(seconds, SLOW if len(self.made.u) else 0.0):
            if outcome.infeasible:
                raise Infeasible
            self._take(outcome.values, outcome.bound)
            tell(self.bound)

    def choose_goals(self, seconds: float, cutting: float) -> None:
        """Choose which criteria to meet, one after the other, nearest to met first: is the relaxation worth more so?
        Then add the cuts that it breaks at these, for `cutting` seconds.

        Only moves x: the bound stays.
        """
        deadline, goals = time.perf_counter() + seconds, self.made.u
        if self.values is None or not len(goals):
            return
        share = self.values[goals]
        open_goals = np.flatnonzero(share < 1 - CERTAIN)
        self.program.fix(goals[share >= 1 - CERTAIN], 1.0)
        self.program.fix(goals[open_goals], 0.0)
        best = self.program.solve(deadline - time.perf_counter())
        for goal in open_goals[np.argsort(-share[open_goals], kind="stable")].tolist():
            if time.perf_counter() > deadline or self.watch.stopped:
                break
            self.program.fix(goals[[goal]], 1.0)
            outcome = self.program.solve(deadline - time.perf_counter())
            if outcome.values is not None and outcome.optimal and (best.infeasible or outcome.value > best.value):
                best = outcome
                self._add_broken(outcome.values)
            else:
                self.program.fix(goals[[goal]], 0.0)
        self.values = self.values if best.values is None else best.values
        for outcome in self._rounds(cutting, SLOW / 4):
            self.values = self.values if outcome.values is None else outcome.values

    def whole_goals(self, chosen: Bools, seconds: float) -> None:
        """Let criteria be met or not, beginning from those chosen before, or else from a feasible choice of works.
        Raises Infeasible."""
        if not len(self.made.u) or seconds <= 0 or self.watch.stopped:
            return
        start = self.made.values(chosen) if self.values is None else self.values
        # The plan is looked for elsewhere; here the bound is what counts.
        effort = Effort(seconds, gap=5e-4, heuristics=0.0, watch=self.watch)
        outcome = self.made.model.solve(effort, start, whole=self.made.u)
        if outcome.infeasible:
            raise Infeasible
        self._take(outcome.values, outcome.bound)

    def _rounds(self, seconds: float, enough: float) -> Iterator[Outcome]:
        """Solve and add the cuts that the solution breaks, until there is none, progress is below a part `enough` of
        the value, or time is up; yields what was solved to its end."""
        deadline, before = time.perf_counter() + seconds, np.inf
        while not self.watch.stopped:
            outcome = self.program.solve(deadline - time.perf_counter())
            if not (outcome.infeasible or outcome.optimal and outcome.values is not None):
                return
            yield outcome
            slow = before - outcome.bound < enough * abs(outcome.bound)
            before = outcome.bound
            if outcome.values is None or slow or time.perf_counter() > deadline or not self._add_broken(outcome.values):
                return

    def _take(self, values: Floats | None, bound: float) -> None:
        self.values = self.values if values is None else values
        self._bound = min(self._bound, bound)

    def _add_broken(self, values: Floats) -> bool:
        """Add the cuts that a solution breaks; tell whether there were any."""
        made = self.made
        used, connected = values[made.y], np.concatenate([[1.0], values[made.r]])
        cuts = [cut for pocket in self.pockets for cut in broken_cuts(pocket, used, connected)]
        if cuts:
            self.program.add_rows(
                [np.append(made.y[arcs], made.r[node - 1]) for node, arcs in cuts],
                [np.append(np.ones(len(arcs)), -1.0) for _node, arcs in cuts],
                lower=0.0,
            )
        return bool(cuts)
