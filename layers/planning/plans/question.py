"""The problem that a case and settings make: what can be built, what it costs whom, what it wins."""

from dataclasses import dataclass, replace

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, floats, ints
from layers.planning.errors import NoBudget, NoCentre, TooManyIsolated, UnknownCommune, UnknownWork
from layers.planning.network.contraction import Contraction, contract, reachable, weigh
from layers.planning.roads.equity import even_floors
from layers.planning.roads.problem import Problem, problem
from layers.planning.roads.stability import Doubt, doubt

from .approved import as_built
from .case import COUNTS, HOUSEHOLDS, PERSONS, POOR_HOUSEHOLDS, POOR_PERSONS, Case
from .goals import Credit, Goals, credit, goals
from .passable import passable
from .prices import caps
from .settings import Settings
from .works import Works, only, read_works


@dataclass(frozen=True)
class Question:
    """A problem, and the way from its numbers back to the case. counts: (nodes of the problem, 4) households won by
    connecting a node; isolated: the share of persons whom no path, built or not, joins to a centre; unpaid: road
    classes that no source may pay for, whose roads are therefore no works."""

    case: Case
    settings: Settings
    problem: Problem
    works: Works
    contraction: Contraction
    passable: Bools
    counts: Floats
    credit: Credit
    goals: Goals
    isolated: float
    unpaid: tuple[str, ...]

    def at_weight(self, criterion: float) -> Problem:
        """Return the problem with another weight of a criterion, a share of its commune's weighted persons."""
        reward = criterion * self.goals.persons[ints([goal.commune for goal in self.goals.goals])]
        return replace(self.problem, criteria=replace(self.problem.criteria, reward=reward))

    def doubt(self) -> Doubt:
        """Return what is not exactly known of it: the weight of the poor, the prices."""
        return doubt(
            self.problem,
            self.counts[:, POOR_PERSONS],
            self.works.counts[:, POOR_PERSONS],
            factor=self.settings.poor_weight,
        )


def ask(case: Case, settings: Settings) -> Question:
    """Return the question that settings ask of a case.

    Raises NoCentre, NoBudget, NoCandidates, TooManyIsolated, UnknownWork, BadSetting, Negative, NotANumber.
    """
    if not len(case.centres.node):
        raise NoCentre
    case = as_built(case) if settings.approved_built else case
    if not any(source.amount for source in settings.sources if not source.community):
        raise NoBudget
    usable = passable(case, settings)
    whole = contract(case.edges.tail, case.edges.head, case.nodes, usable, case.centres.node, _lacking(case))
    every, able = read_works(case, settings, whole.edges)
    isolated = _isolated(case, _between(case, whole, every), usable, every)
    if isolated > settings.isolated_limit:
        raise TooManyIsolated(isolated, settings.isolated_limit)
    works = only(every, able)
    contraction = _between(case, whole, works)
    counts, along, _stuck = _won(case, contraction, usable, works)
    works = replace(works, counts=along)
    worth = credit(case, works.edge, works.facility, works.treatment)
    made = goals(case, settings, worth, _weighted(settings, case))
    asked = problem(
        contraction.tail,
        contraction.head,
        _weight(settings, counts),
        works.paid,
        floats([source.amount for source in settings.sources if not source.community]),
        benefit=_weight(settings, along),
        people=works.people,
        commune=works.commune,
        cap=_caps(case, settings),
        floor=_floors(case, settings),
        forced=_forced(case, settings, works),
        strandable=np.isin(works.key, settings.unjoined)[works.edge >= 0],
        place=_places(case, works),
        key=np.arange(len(works)),
        criteria=made.criteria,
    )
    asked = replace(asked, floor=np.maximum(asked.floor, even_floors(asked, settings.even)))
    unpaid = tuple(np.unique(every.category[~able].astype(str)).tolist())
    return Question(case, settings, asked, works, contraction, usable, counts, worth, made, isolated, unpaid)


def _between(case: Case, whole: Contraction, works: Works) -> Contraction:
    """Return a contraction whose candidates are the stretches among some works, in their order."""
    edges = works.edge[works.edge >= 0]
    return replace(whole, edges=edges, tail=whole.node[case.edges.tail[edges]], head=whole.node[case.edges.head[edges]])


def _lacking(case: Case) -> Bools:
    return (case.roads.lacks != "")[case.edges.road]


def _weight(settings: Settings, counts: Floats) -> Floats:
    return weigh(counts[:, PERSONS], counts[:, POOR_PERSONS], settings.poor_weight)


def _weighted(settings: Settings, case: Case) -> Floats:
    """(M,) weighted persons of each commune: the measure of its criteria's weight."""
    return _weight(settings, floats([commune.counts for commune in case.communes]))


def _won(case: Case, contraction: Contraction, usable: Bools, works: Works) -> tuple[Floats, Floats, Floats]:
    """Return (nodes, 4) won by connecting a node, (W, 4) by a work itself, and (4,) whom no work can serve.

    Households far from both ends of an impassable stretch are served when it is hardened, and if it never can be, not.
    """
    edges = case.edges
    served = np.zeros((contraction.count, len(COUNTS)))
    np.add.at(served, contraction.node, case.at_node)
    np.add.at(served, contraction.node[edges.tail[usable]], case.along[usable])
    along = np.zeros((len(works), len(COUNTS)))
    waiting = ~usable[contraction.edges]
    along[np.flatnonzero(waiting)] = case.along[contraction.edges[waiting]]
    lost = ~usable
    lost[contraction.edges] = False
    return served, along, case.along[lost].sum(axis=0)


def _isolated(case: Case, contraction: Contraction, usable: Bools, works: Works) -> float:
    """Return the share of persons whom no path, built or not, joins to a centre, those off the network included."""
    counts, _along, stuck = _won(case, contraction, usable, works)
    everyone = floats([commune.counts for commune in case.communes])[:, PERSONS].sum()
    off = floats([commune.off for commune in case.communes])[:, PERSONS].sum()
    beyond = counts[~reachable(contraction), PERSONS].sum()
    return float((off + beyond + stuck[PERSONS]) / everyone) if everyone else 0.0


def _caps(case: Case, settings: Settings) -> Floats:
    counts = floats([commune.counts for commune in case.communes])
    near_poor = floats([commune.near_poor for commune in case.communes])
    return caps(case.costs, settings, counts[:, HOUSEHOLDS], near_poor, counts[:, POOR_HOUSEHOLDS])


def _floors(case: Case, settings: Settings) -> Floats:
    number = {commune.code: i for i, commune in enumerate(case.communes)}
    made = np.zeros(len(case.communes))
    for code, floor in settings.floors.items():
        if code not in number:
            raise UnknownCommune(code)
        made[number[code]] = floor
    return made


def _forced(case: Case, settings: Settings, works: Works) -> Ints:
    """(W,) 1 forced in, -1 forced out: the work named, or every stretch of the road named."""
    named: dict[str, list[int]] = {}
    for i, key in enumerate(works.key):
        named.setdefault(key, []).append(i)
        if works.edge[i] >= 0 and key.partition(":")[1]:
            named.setdefault(key.partition(":")[0], []).append(i)
    forced = np.zeros(len(works), dtype=np.int64)
    # Where approved works count as built, there is nothing to be forced.
    done = {name for work in case.approved if settings.approved_built for name in (work.key, work.subject)}
    for keys, value in ((settings.forced_in, 1), (settings.forced_out, -1)):
        for key in keys:
            if key in named:
                forced[named[key]] = value
            elif key not in done:
                raise UnknownWork(key)
    return forced


def _places(case: Case, works: Works) -> Floats:
    on = works.edge[works.edge >= 0]
    middle = (case.xy[case.edges.tail[on]] + case.xy[case.edges.head[on]]) / 2
    apart = floats([(case.facilities[i].x, case.facilities[i].y) for i in works.facility[works.facility >= 0]])
    return np.concatenate([middle, apart.reshape(-1, 2)])
