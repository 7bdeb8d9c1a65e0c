"""The answer to a question as a document: totals, money by source, communes, criteria, packages and their works.

The same case, settings and choice of works make the same bytes; what differs from run to run (seconds) is told
beside the document, not in it. Amounts are whole VND, lengths metres to the decimetre.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.planning.arrays import Bools, Floats, totals
from layers.planning.roads.plan import Plan, reached

from .case import COUNTS, HOUSEHOLDS, POOR_HOUSEHOLDS, sums
from .gains import Ledger, Move
from .packages import Parcel, classes_of, commune_of, hamlets_of, metres_of, name_of, parcels, roads_of
from .question import Question
from .works import FACILITY

FORMAT = 1
#: The people's part where no source of theirs is named.
PEOPLE = "Nhân dân đóng góp"


@dataclass(frozen=True)
class Answer:
    """document: as this module writes it; the rest tells how it was found."""

    document: dict[str, Any]
    method: str
    value: float
    bound: float
    gap: float
    optimal: bool
    seconds: float


@dataclass(frozen=True)
class Recognition:
    """answer: the least-cost works, None where the money brings no commune there; recognised: codes of the communes
    that they bring to all criteria; already: of those that meet all; out_of_reach: of the others the criteria that no
    work turns; most: no plan recognises more."""

    answer: Answer | None
    recognised: tuple[str, ...]
    already: tuple[str, ...]
    out_of_reach: dict[str, list[int]]
    most: int


def answer(question: Question, plan: Plan) -> Answer:
    """Return a plan in words and figures."""
    ledger = Ledger(question, plan.works)
    before = ledger.counts
    packages = [_package(question, number, parcel, ledger) for number, parcel in enumerate(parcels(question, plan), 1)]
    document = {
        "format": FORMAT,
        "year": question.case.year,
        "season": question.case.season,
        "method": plan.method,
        "value": round(plan.value, 3),
        "bound": round(plan.bound, 3),
        "gap": round(plan.gap, 6),
        "optimal": plan.optimal,
        "isolated": round(question.isolated, 6),
        "totals": _totals(question, plan, before, ledger.counts, len(packages)),
        "sources": _sources(question, plan),
        "limits": _limits(question, plan),
        "communes": _communes(question, plan),
        "criteria": _criteria(question, plan, ledger),
        "left_out": _left_out(question),
        "packages": packages,
    }
    if decided := len(question.case.approved):
        document["approved"] = {"works": decided, "built": question.settings.approved_built}
    return Answer(document, plan.method, plan.value, plan.bound, plan.gap, plan.optimal, plan.seconds)


def named(counts: Floats) -> dict[str, int]:
    return {name: round(float(value)) for name, value in zip(COUNTS, counts, strict=True)}


def _money(amount: float) -> int:
    return round(float(amount))


def _totals(question: Question, plan: Plan, before: Floats, after: Floats, packages: int) -> dict[str, Any]:
    chosen = np.flatnonzero(plan.works)
    everyone = np.array([commune.counts for commune in question.case.communes]).sum(axis=0)
    price, people = question.works.price[chosen].sum(), question.works.people[chosen].sum()
    return {
        "cost": _money(price),
        "state": _money(price - people),
        "people": _money(people),
        "budget": _money(question.problem.budget.sum()),
        "length_m": round(sum(metres_of(question, work) for work in chosen.tolist()), 1),
        "works": len(chosen),
        "packages": packages,
        "gained": named(after - before),
        "before": named(before),
        "everyone": named(everyone),
    }


def people_sources(question: Question) -> list[tuple[str, float]]:
    """Return the names of the people's sources and the share of their part that each brings."""
    given = [source for source in question.settings.sources if source.community]
    total = sum(source.amount for source in given)
    return [(source.name, source.amount / total) for source in given if total] or [(PEOPLE, 1.0)]


def split(question: Question, works: list[int]) -> dict[str, int]:
    """Return the VND that each source brings for some works, those that bring none left out."""
    names = [source.name for source in question.settings.sources if not source.community]
    made = {name: _money(amount) for name, amount in
            zip(names, question.works.paid[works].sum(axis=0), strict=True)}  # fmt: skip
    people = _money(question.works.people[works].sum())
    shares = people_sources(question)
    for name, share in shares[:-1]:
        made[name] = int(people * share)
    made[shares[-1][0]] = people - sum(made[name] for name, _share in shares[:-1])
    return {name: amount for name, amount in made.items() if amount}


def _sources(question: Question, plan: Plan) -> list[dict[str, Any]]:
    spent = split(question, np.flatnonzero(plan.works).tolist())
    rows = [
        {"name": source.name, "amount": _money(source.amount), "community": source.community}
        for source in question.settings.sources
    ]
    if not any(row["community"] for row in rows):
        rows.append({"name": PEOPLE, "amount": None, "community": True})
    return [row | {"spent": spent.get(str(row["name"]), 0)} for row in rows]


def _limits(question: Question, plan: Plan) -> dict[str, list[str]]:
    """Return what keeps the plan from building more roads: sources without money for some stretch that is left, and
    communes whose people cannot give what some stretch left there asks of them."""
    asked = question.problem
    left = ~plan.works & (asked.forced >= 0) & (question.works.edge >= 0)
    money = asked.budget - asked.cost[plan.works].sum(axis=0)
    names = [source.name for source in question.settings.sources if not source.community]
    given = totals(asked.commune[plan.works], asked.people[plan.works], len(asked.cap))
    short = left & (asked.people > (asked.cap - given)[asked.commune])
    return {
        "sources": [name for i, name in enumerate(names) if (asked.cost[left, i] > money[i]).any()],
        "caps": [question.case.communes[i].code for i in np.unique(asked.commune[short]).tolist()],
    }


def _communes(question: Question, plan: Plan) -> list[dict[str, Any]]:
    """The equity table: what each commune needs, gets and gives."""
    communes, works, chosen = question.case.communes, question.works, plan.works
    of, size = works.commune[chosen], len(communes)
    price, people = totals(of, works.price[chosen], size), totals(of, works.people[chosen], size)
    metres = totals(of, [metres_of(question, work) for work in np.flatnonzero(chosen).tolist()], size)
    cap, floor = question.problem.cap, question.problem.floor
    before, after = _by_commune(question, np.zeros_like(chosen)), _by_commune(question, chosen)
    return [
        {
            "code": commune.code,
            "name": commune.name,
            "households": round(commune.counts[HOUSEHOLDS]),
            "poor_households": round(commune.counts[POOR_HOUSEHOLDS]),
            "cost": _money(price[i]),
            "people": _money(people[i]),
            "length_m": round(float(metres[i]), 1),
            "cap": _money(cap[i]) if np.isfinite(cap[i]) else None,
            "floor": _money(floor[i]),
            "before": named(before[i]),
            "gained": named(after[i] - before[i]),
        }
        for i, commune in enumerate(communes)
    ]


def _left_out(question: Question) -> list[dict[str, Any]]:
    """Return what the planner has decided not to build, the stretches of one road together."""
    named, rows = set(question.settings.forced_out), dict[str, list[int]]()
    for work, key in enumerate(question.works.key):
        subject = key.partition(":")[0]
        if not named.isdisjoint((key, subject)):
            rows.setdefault(subject, []).append(work)
    return [
        {
            "keys": sorted(named.intersection({subject, *(question.works.key[work] for work in works)})),
            "works": [question.works.key[work] for work in works],
            "name": name_of(question, works[0]),
            "length_m": round(sum(metres_of(question, work) for work in works), 1),
        }
        for subject, works in rows.items()
    ]


def _by_commune(question: Question, built: Bools) -> Floats:
    """Return (M, 4) households of each commune joined to a centre all year by what is built, as COUNTS."""
    homes, edges = question.case.homes, question.case.edges
    joined = reached(question.problem, built)[question.contraction.node]
    served = question.passable & joined[edges.tail]
    served[question.works.edge[built & (question.works.edge >= 0)]] = True
    here = np.where(homes.node >= 0, joined[homes.node], served[homes.edge])
    return sums(np.where(here, homes.of, -1), homes.counts, len(question.case.communes))


def _criteria(question: Question, plan: Plan, ledger: Ledger) -> list[dict[str, Any]]:
    case, found = question.case, question.goals
    met = {(goal.commune, goal.criterion): bool(plan.met[i]) for i, goal in enumerate(found.goals)}
    beyond = {(commune, criterion): stuck for commune, criterion, stuck in found.beyond}
    names = sorted({(each.commune, each.criterion) for each in case.indicators})
    return [
        {
            "commune": case.communes[commune].code,
            "criterion": criterion,
            "before": case.communes[commune].statuses[criterion - 1 : criterion],
            "turned": met.get((commune, criterion), False),
            "within_reach": (commune, criterion) in met,
            "indicators": [
                _indicator(question, which, ledger.good(which), which in beyond.get((commune, criterion), ()))
                for which, each in enumerate(case.indicators)
                if (each.commune, each.criterion) == (commune, criterion)
            ],
        }
        for commune, criterion in names
    ]


def _indicator(question: Question, which: int, good: float, beyond: bool) -> dict[str, Any]:
    each = question.case.indicators[which]
    return {
        "code": each.code,
        "part": each.part,
        "status": each.status,
        "threshold": each.threshold,
        "verified": each.verified,
        "numerator": round(each.numerator, 3),
        "after": round(good, 3),
        "denominator": round(each.denominator, 3),
        "beyond": beyond,
    }


def _package(question: Question, number: int, parcel: Parcel, ledger: Ledger) -> dict[str, Any]:
    works = list(parcel.works)
    gain = ledger.add(works)
    price, people = question.works.price[works].sum(), question.works.people[works].sum()
    return {
        "number": number,
        "commune": question.case.communes[commune_of(question, parcel.works)].code,
        "hamlets": hamlets_of(question, parcel.works),
        "classes": classes_of(question, parcel.works),
        "roads": roads_of(question, parcel.works)[:3],
        "cost": _money(price),
        "state": _money(price - people),
        "people": _money(people),
        "split": split(question, works),
        "length_m": round(sum(metres_of(question, work) for work in works), 1),
        "why": parcel.why,
        "gained": named(gain.counts),
        "minutes": round(gain.minutes, 1),
        "faster": gain.faster,
        "criteria": [_move(question, move) for move in gain.moves],
        "works": [_work(question, work) for work in works],
    }


def _move(question: Question, move: Move) -> dict[str, Any]:
    each = question.case.indicators[move.indicator]
    return {
        "commune": question.case.communes[each.commune].code,
        "criterion": each.criterion,
        "code": each.code,
        "before": round(move.before, 3),
        "after": round(move.after, 3),
        "denominator": round(each.denominator, 3),
        "threshold": each.threshold,
        "share": each.share,
        "met": move.met,
    }


def _work(question: Question, work: int) -> dict[str, Any]:
    works, edge, treatment = question.works, int(question.works.edge[work]), question.works.treatment[work]
    common = {
        "key": works.key[work],
        "name": name_of(question, work),
        "category": str(works.category[work]),
        "cost": _money(works.price[work]),
        "people": _money(works.people[work]),
        "split": split(question, [work]),
    }
    if edge < 0 or treatment is None:
        built = question.case.facilities[works.facility[work]]
        return common | {"kind": FACILITY, "subject": built.subject, "facility": built.kind, "hamlet": built.hamlet}
    edges, roads = question.case.edges, question.case.roads
    road = edges.road[edge]
    return common | {
        "kind": "road",
        "subject": str(roads.uid[road]),
        "hamlet": str(roads.hamlet[road]),
        "treatment": treatment.code,
        "surface": treatment.surface,
        "start": float(edges.start[edge]),
        "stop": float(edges.stop[edge]),
        "length_m": round(metres_of(question, work), 1),
        "gained": named(works.counts[work]),
    }
