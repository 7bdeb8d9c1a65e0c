"""Mixed-integer programs solved by HiGHS: built by whole arrays, answered with a bound.

One thread and a fixed seed: the same program gives the same answer on every machine, unless a time limit
cuts it short. HiGHS has neither lazy constraints nor user cuts, so every constraint is in the matrix.
Import this only where a solver may run (a worker), never beside ortools: both carry their own HiGHS symbols.
"""

import time
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt

from .arrays import Floats, Ints, floats, ints
from .watch import INFINITY, Watch

_STOPPED = (
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kInterrupt,
)
_NEVER = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass(frozen=True)
class Effort:
    """How long to try. `gap`: stop once bound and value differ by this part. `nodes`: of the search tree, which,
    unlike `seconds`, stops at the same place every time. `heuristics`: the part of the work that looks for solutions
    rather than for the bound. `watch`: who is told of progress and may end it."""

    seconds: float = 60.0
    gap: float = 1e-4
    nodes: int | None = None
    heuristics: float = 0.05
    watch: Watch = field(default_factory=Watch)


@dataclass(frozen=True)
class Outcome:
    """`values` is None where no solution was found; `infeasible` says that there is none."""

    values: Floats | None
    value: float
    bound: float
    optimal: bool
    infeasible: bool
    seconds: float


@dataclass
class Model:
    """A program under construction: maximise or minimise cost · x, row bounds, column bounds, some x integer."""

    maximise: bool = False
    _columns: list[tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]] = field(default_factory=list)
    _entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    _rows: list[tuple[Floats, Floats]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self,
        count: int,
        cost: npt.ArrayLike = 0.0,
        lower: npt.ArrayLike = 0.0,
        upper: npt.ArrayLike = 1.0,
        integer: bool = False,
    ) -> Ints:
        """Add `count` variables and return their indices."""
        spread = [np.broadcast_to(floats(values), (count,)).copy() for values in (cost, lower, upper)]
        self._columns.append((spread[0], spread[1], spread[2], np.full(count, integer)))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self,
        count: int,
        entries: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]],
        lower: npt.ArrayLike = -INFINITY,
        upper: npt.ArrayLike = INFINITY,
    ) -> None:
        """Add `count` rows lower ≤ A x ≤ upper; `entries` are (row from 0, column, coefficient) arrays."""
        for row, column, value in entries:
            where = ints(row) + self.rows
            self._entries.append((where, ints(column), np.broadcast_to(floats(value), where.shape)))
        self._rows.append(
            (np.broadcast_to(floats(lower), (count,)), np.broadcast_to(floats(upper), (count,))),
        )
        self.rows += count

    def solve(self, effort: Effort, start: Floats | None = None, whole: Ints | None = None) -> Outcome:
        """Solve; `start` is a feasible x to begin with; `whole`: the columns that stay integer (all that are, where
        left out; none: the value is then a bound)."""
        began = time.perf_counter()
        highs = highspy.Highs()
        _set_options(highs, effort)
        relaxed = whole is not None and not len(whole)
        highs.passModel(self._program(whole))
        if start is not None and not relaxed:
            solution = highspy.HighsSolution()
            solution.col_value = start.tolist()
            highs.setSolution(solution)
        _run(highs, effort.watch)
        return self._outcome(highs, relaxed, time.perf_counter() - began)

    def _program(self, whole: Ints | None) -> highspy.HighsLp:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self.columns, self.rows
        cost, lower, upper, integer = (np.concatenate(parts) for parts in zip(*self._columns, strict=True))
        program.col_cost_, program.col_lower_, program.col_upper_ = cost, lower, upper
        if whole is not None:
            integer = np.isin(np.arange(self.columns), whole)
        if integer.any():
            kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
            program.integrality_ = [kinds[bool(flag)] for flag in integer]
        program.sense_ = highspy.ObjSense.kMaximize if self.maximise else highspy.ObjSense.kMinimize
        if self._rows:
            program.row_lower_ = np.concatenate([low for low, _ in self._rows])
            program.row_upper_ = np.concatenate([high for _, high in self._rows])
        row, column, value = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        order = np.lexsort((column, row))
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.num_col_, program.a_matrix_.num_row_ = self.columns, self.rows
        program.a_matrix_.start_ = np.searchsorted(row[order], np.arange(self.rows + 1))
        program.a_matrix_.index_ = column[order]
        program.a_matrix_.value_ = value[order]
        return program

    def _outcome(self, highs: highspy.Highs, relaxed: bool, seconds: float) -> Outcome:
        status, info = highs.getModelStatus(), highs.getInfo()
        worst = INFINITY if self.maximise else -INFINITY
        if status in _NEVER:
            return Outcome(None, -worst, -worst, False, True, seconds)
        optimal = status == highspy.HighsModelStatus.kOptimal
        if not optimal and status not in _STOPPED:
            raise RuntimeError(f"HiGHS stopped with {highs.modelStatusToString(status)}")
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = floats(highs.getSolution().col_value) if found else None
        value = info.objective_function_value if found else -worst
        if relaxed:
            # A relaxation cut short proves nothing, however good its iterate looks.
            return Outcome(values, value, value if optimal else worst, optimal, False, seconds)
        bound = info.mip_dual_bound
        return Outcome(values, value, bound if np.isfinite(bound) else worst, optimal, False, seconds)


class Growing:
    """A program without integrality that rows are added to: each time solved anew from where it stood."""

    def __init__(self, model: Model, watch: Watch) -> None:
        self.model, self.watch = model, watch
        self._highs = highspy.Highs()
        _set_options(self._highs, Effort(watch=watch))
        self._highs.passModel(model._program(ints([])))

    def add_rows(self, columns: list[Ints], values: list[Floats], lower: float) -> None:
        """Add a row values · x[columns] ≥ lower for each of the lists, to the model as well."""
        sizes = ints([len(row) for row in columns])
        index, value = np.concatenate(columns), np.concatenate(values)
        count = len(columns)
        self._highs.addRows(
            count,
            np.full(count, lower),
            np.full(count, INFINITY),
            len(index),
            (np.cumsum(sizes) - sizes).astype(np.int32),
            index.astype(np.int32),
            value,
        )
        self.model.add_rows(count, [(np.repeat(np.arange(count), sizes), index, value)], lower=lower)

    def fix(self, columns: Ints, value: float) -> None:
        """Hold columns at a value, here and not in the model."""
        made = np.full(len(columns), value)
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), made, made)

    def solve(self, seconds: float) -> Outcome:
        began = time.perf_counter()
        # The solver's clock runs on from one run to the next.
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.01))
        _run(self._highs, self.watch)
        return self.model._outcome(self._highs, True, time.perf_counter() - began)


def _run(highs: highspy.Highs, watch: Watch) -> None:
    """Run the solver with a watch on it; an error of the watch ends the run and is raised here."""
    failed: list[Exception] = []

    def look(event: highspy.highs.HighsCallbackEvent) -> None:
        try:
            if event.callback_type == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
                watch.report(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
            if watch.stopped:
                event.interrupt()
        # Whatever it is, it must not unwind through the solver's own frames.
        except Exception as error:  # noqa: BLE001
            failed.append(error)
            event.interrupt()

    for moment in (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
        moment.subscribe(look)
    highs.run()
    if failed:
        raise failed[0]


def _set_options(highs: highspy.Highs, effort: Effort) -> None:
    options: dict[str, float | int | bool | str] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 1,
        "time_limit": max(effort.seconds, 0.01),
        "mip_rel_gap": effort.gap,
        "mip_abs_gap": 1e-9,
        "mip_heuristic_effort": effort.heuristics,
        "mip_feasibility_tolerance": 1e-7,
    }
    if effort.nodes is not None:
        options["mip_max_nodes"] = effort.nodes
    for name, value in options.items():
        highs.setOptionValue(name, value)
