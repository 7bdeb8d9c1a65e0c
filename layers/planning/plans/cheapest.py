"""The least money that turns criteria to met, and the most communes that given money can bring to recognition.

Both ask for criteria alone: a work counts for the metres or facilities it adds, wherever it lies. Where works cost the
same, those that serve more poor households are taken.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from layers.planning.arrays import Bools, Floats
from layers.planning.errors import AlreadyMet, BeyondWorks, NotFoundQuickly
from layers.planning.milp import Effort
from layers.planning.roads.exact import cheapest, exact
from layers.planning.roads.greedy import greedy
from layers.planning.roads.problem import criteria
from layers.planning.watch import Watch

from .answer import Answer, Recognition, answer
from .case import POOR_HOUSEHOLDS, Case
from .goals import MET, Goal, lacking
from .question import Question, ask
from .settings import Settings, Source

#: More than any works cost: how much the least is, is what is asked.
ENOUGH = Source("", 1e16)


def cheapest_to_met(
    case: Case, settings: Settings, wanted: Sequence[tuple[str, int]], watch: Watch | None = None
) -> Answer:
    """Return the least-cost works that turn (commune code, criterion) pairs to met, proven if `optimal`.

    Prices, treatments and what is forced are as the settings say; their budgets, caps and floors do not bind. Of
    several pairs, those met already and those that no work turns are left as they are (`criteria` tells).
    Raises AlreadyMet or BeyondWorks where none is left, NotFoundInTime, and as `question.ask`.
    """
    free = replace(settings, sources=(ENOUGH,), capped=False, floors={}, even=0.0, isolated_limit=1.0)
    question = ask(case, free)
    number = {commune.code: i for i, commune in enumerate(case.communes)}
    chosen, refused = [], []
    for code, criterion in wanted:
        try:
            chosen.append(_goal(question, number[code], criterion))
        except (AlreadyMet, BeyondWorks) as error:
            refused.append(error)
    if not chosen:
        raise next((error for error in refused if isinstance(error, BeyondWorks)), refused[0])
    asked = _for_criteria(question, chosen, reward=0.0, must=True)
    found = cheapest(asked.problem, Effort(seconds=settings.seconds, gap=0.0, watch=watch or Watch()))
    return _told(answer(asked, found))


def _told(made: Answer) -> Answer:
    """Return an answer that tells of no money at hand: there was none to keep to."""
    totals = made.document["totals"] | {"budget": None}
    return replace(made, document=made.document | {"totals": totals, "sources": []})


def _goal(question: Question, commune: int, criterion: int) -> Goal:
    case = question.case
    name = case.communes[commune].name
    for where, which, stuck in question.goals.beyond:
        if (where, which) == (commune, criterion):
            raise BeyondWorks(name, criterion, [case.indicators[i].code for i in stuck])
    for goal in question.goals.goals:
        if (goal.commune, goal.criterion) == (commune, criterion):
            return goal
    if case.communes[commune].statuses[criterion - 1 : criterion] == MET:
        raise AlreadyMet(name, criterion)
    raise BeyondWorks(name, criterion, [])


def most_recognised(case: Case, settings: Settings, watch: Watch | None = None) -> Recognition:
    """Return how money brings as many communes as possible to all criteria met, and no more of it than that takes.

    Where no commune lacks only what works can turn, none is recognised: what each of them lacks is told. Raises as
    `question.ask`, NotFoundInTime.
    """
    question = ask(case, replace(settings, isolated_limit=1.0))
    goals, already, out = _communes(question)
    if not goals:
        return Recognition(None, (), already, out, 0)
    poor = float(np.array([commune.counts for commune in case.communes])[:, POOR_HOUSEHOLDS].sum())
    # One more commune outweighs every poor household there is.
    reward = 2 * poor + 1.0
    asked = _for_criteria(question, goals, reward, must=False)
    effort = Effort(seconds=settings.seconds, gap=0.0, watch=watch or Watch())
    try:
        start = greedy(asked.problem)
    except NotFoundQuickly:
        start = None
    found = exact(asked.problem, effort, start)
    turned = [goal for i, goal in enumerate(goals) if found.met[i]]
    most = max(min(int((found.bound + 1e-6) // reward), len(goals)), len(turned))
    least = _for_criteria(question, turned, reward=0.0, must=True)
    made = answer(least, cheapest(least.problem, effort)) if turned else None
    return Recognition(made, tuple(case.communes[goal.commune].code for goal in turned), already, out, most)


def _communes(question: Question) -> tuple[list[Goal], tuple[str, ...], dict[str, list[int]]]:
    """Return what each commune that can be recognised lacks, in one goal; who lacks nothing; and who lacks what no
    work turns."""
    case, reach = question.case, {(goal.commune, goal.criterion): goal for goal in question.goals.goals}
    goals, already, out = [], [], {}
    for number, commune in enumerate(case.communes):
        if not commune.rural or not commune.statuses:
            continue
        short = [i for i, status in enumerate(commune.statuses, 1) if status not in (MET, "-")]
        stuck = [criterion for criterion in short if (number, criterion) not in reach]
        if stuck:
            out[commune.code] = stuck
        elif short:
            rows = tuple(row for criterion in short for row in reach[number, criterion].rows)
            goals.append(Goal(number, 0, rows))
        else:
            already.append(commune.code)
    return goals, tuple(already), out


def _for_criteria(question: Question, chosen: Sequence[Goal], reward: float, must: bool) -> Question:
    """Return the question that asks for some goals alone, poor households served coming second.

    Works that count for none of them are left out, those forced in apart; none has to be reached.
    """
    rows, counted = [], np.zeros(len(question.works), dtype=bool)
    for number, goal in enumerate(chosen):
        for which in goal.rows:
            indicator = question.case.indicators[which]
            works = question.credit.of(indicator)
            counted[works] = True
            rows.append((number, works.tolist(), question.credit.amount[works].tolist(), lacking(indicator)))
    asked = replace(
        question.problem,
        weight=question.counts[:, POOR_HOUSEHOLDS],
        benefit=_served(question),
        forced=np.where(~counted & (question.problem.forced == 0), -1, question.problem.forced),
        strandable=np.ones(question.problem.edges, dtype=bool),
        criteria=criteria(
            len(question.works), rows, np.full(len(chosen), reward), np.full(len(chosen), must, dtype=bool)
        ),
    )
    return replace(question, problem=asked, goals=replace(question.goals, goals=tuple(chosen), criteria=asked.criteria))


def _served(question: Question) -> Floats:
    """(W,) poor households that a work serves itself."""
    served = question.works.counts[:, POOR_HOUSEHOLDS].copy()
    built: Bools = question.works.facility >= 0
    facilities = question.case.facilities
    served[built] = [facilities[i].counts[POOR_HOUSEHOLDS] for i in question.works.facility[built].tolist()]
    return served
