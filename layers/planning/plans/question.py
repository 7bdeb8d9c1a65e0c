"""The problem that a case and settings make: what can be built, what it costs whom, what it wins."""

from dataclasses import dataclass, replace

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, floats
from layers.planning.errors import NoBudget, NoCentre, TooManyIsolated, UnknownCommune, UnknownWork
from layers.planning.network.contraction import Contraction, contract, reachable, weigh
from layers.planning.roads.problem import Problem, problem
from layers.planning.roads.stability import Doubt, doubt

from .case import COUNTS, HOUSEHOLDS, PERSONS, POOR_HOUSEHOLDS, POOR_PERSONS, Case
from .goals import Credit, Goals, credit, goals
from .passable import passable
from .prices import Treatment, caps, fitting, people_part, rounded, slope_factor, state_split, treatments_for
from .settings import CLASSES, Settings

FACILITY = "facility"


@dataclass(frozen=True)
class Works:
    """W works: stretches of road first, then facilities. key: unique words; edge: of the case, -1 for a facility;
    facility: of the case, -1 for a stretch; treatment: None for a facility; category: road class or "facility";
    price, people: VND; paid: (W, S) VND of each State source; counts: (W, 4) households won by the work itself."""

    key: tuple[str, ...]
    edge: Ints
    facility: Ints
    treatment: tuple[Treatment | None, ...]
    category: np.ndarray
    commune: Ints
    price: Floats
    people: Floats
    paid: Floats
    counts: Floats

    def __len__(self) -> int:
        return len(self.key)


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
    if not any(source.amount for source in settings.sources if not source.community):
        raise NoBudget
    usable = passable(case, settings)
    whole = contract(case.edges.tail, case.edges.head, case.nodes, usable, case.centres.node, _lacking(case))
    every, able = _works(case, settings, whole)
    isolated = _isolated(case, _between(case, whole, every), usable, every)
    if isolated > settings.isolated_limit:
        raise TooManyIsolated(isolated, settings.isolated_limit)
    works = _only(every, able)
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
        place=_places(case, works),
        key=np.arange(len(works)),
        criteria=made.criteria,
    )
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


def _weighted(settings: Settings, case: Case) -> float:
    """All weighted persons of the region: the measure of a criterion's weight."""
    everyone = floats([commune.counts for commune in case.communes])
    return float(_weight(settings, everyone).sum())


def _works(case: Case, settings: Settings, whole: Contraction) -> tuple[Works, Bools]:
    """Return the works there are, and for each whether any source may pay for it."""
    roads, edges = case.roads, case.edges
    own = whole.edges[(roads.commune[edges.road] >= 0)[whole.edges]]
    choices = {each: treatments_for(case.costs, each, settings) for each in CLASSES}
    open_ = own[[bool(choices.get(each)) for each in roads.road_class[edges.road[own]]]] if len(own) else own
    road = edges.road[open_]
    chosen = [fitting(choices[roads.road_class[i]], roads.base[i]) for i in road.tolist()]
    metres = np.where(edges.added[open_] > 0, edges.length[open_], case.metres[open_])
    per_km = floats([each.price for each in chosen]) * slope_factor(case.costs, edges.gradient[open_])
    price = np.concatenate([rounded(metres / 1000 * per_km), _facility_prices(case, settings)])
    category = np.concatenate([roads.road_class[road], np.full(len(case.facilities), FACILITY, dtype=object)])
    people = np.zeros(len(price))
    for name in np.unique(category.astype(str)).tolist():
        rows = category == name
        people[rows] = people_part(case.costs, settings, name, price[rows])
    paid, able = state_split(settings, category, price - people)
    made = Works(
        key=(*_stretch_keys(case, open_), *(each.key for each in case.facilities)),
        edge=np.concatenate([open_, np.full(len(case.facilities), -1)]),
        facility=np.concatenate([np.full(len(open_), -1), np.arange(len(case.facilities))]),
        treatment=(*chosen, *(None for _each in case.facilities)),
        category=category,
        commune=np.concatenate([roads.commune[road], [each.commune for each in case.facilities]]).astype(np.int64),
        price=price,
        people=people,
        paid=paid,
        counts=np.zeros((len(price), len(COUNTS))),
    )
    return made, able


def _only(works: Works, kept: Bools) -> Works:
    rows = np.flatnonzero(kept)
    arrays = {name: getattr(works, name)[rows] for name in
              ("edge", "facility", "category", "commune", "price", "people", "paid", "counts")}  # fmt: skip
    return Works(
        key=tuple(works.key[i] for i in rows.tolist()),
        treatment=tuple(works.treatment[i] for i in rows.tolist()),
        **arrays,
    )


def _facility_prices(case: Case, settings: Settings) -> Floats:
    return floats([settings.prices.get(each.key, each.price) for each in case.facilities])


def _stretch_keys(case: Case, edges: Ints) -> list[str]:
    """Return the uid of the road for a whole road, and with ":1", ":2" … for the stretches of one that is cut."""
    road = case.edges.road
    count = np.bincount(road, minlength=len(case.roads.uid))
    order = np.argsort(road, kind="stable")
    place = np.empty(len(road), dtype=np.int64)
    place[order] = np.arange(len(road)) - np.repeat(np.cumsum(count) - count, count)
    names = case.roads.uid[road[edges]].tolist()
    return [
        name if count[road[edge]] == 1 else f"{name}:{place[edge] + 1}"
        for name, edge in zip(names, edges.tolist(), strict=True)
    ]


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
    for keys, value in ((settings.forced_in, 1), (settings.forced_out, -1)):
        for key in keys:
            if key not in named:
                raise UnknownWork(key)
            forced[named[key]] = value
    return forced


def _places(case: Case, works: Works) -> Floats:
    on = works.edge[works.edge >= 0]
    middle = (case.xy[case.edges.tail[on]] + case.xy[case.edges.head[on]]) / 2
    apart = floats([(case.facilities[i].x, case.facilities[i].y) for i in works.facility[works.facility >= 0]])
    return np.concatenate([middle, apart.reshape(-1, 2)])


def unserved(question: Question) -> Floats:
    """(4,) households not joined to a centre all year before anything is built, as COUNTS."""
    everyone = floats([commune.counts for commune in question.case.communes]).sum(axis=0)
    return everyone - question.counts[0]
