"""The RoADS model: twenty years of a section under each alternative, and what the best of them is worth.

Follows the workbook year by year (see `tables` for its source). One difference: an upgrade sets the lane class,
width and surface of the road it makes, and the condition is judged by that surface.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints

from .returns import internal_rate, sign_changes
from .sections import Sections, condition_of, filled
from .tables import UNPAVED, VEHICLES, Tables, Works

#: Sections computed at once: bounds memory at some tens of megabytes.
CHUNK = 2000
BILLION = 1e9


@dataclass(frozen=True)
class Alternatives:
    """(K, A) road works of each section, numbered from 1 as in the tables (0: no such alternative), and the year
    (from 1) of each. Column 0 is the base case that benefits are counted against."""

    work: Ints
    year: Ints


@dataclass(frozen=True)
class Appraisal:
    """The best alternative of each section against the base case, (K,) unless said otherwise.

    work, year: as in Alternatives; cost: VND of the work; npv: VND; npv_per_km; npv_per_cost; eirr: share, NaN where
    there is none; sign_changes: of the net benefits, more than one means that the EIRR may not be the only one; npvs:
    (K, A) VND of every alternative; net_benefits: (K, 20) VND; iri, base_iri: (K, 20) m/km; assumed: by field, which
    inputs came from the tables.
    """

    work: Ints
    year: Ints
    cost: Floats
    npv: Floats
    npv_per_km: Floats
    npv_per_cost: Floats
    eirr: Floats
    sign_changes: Ints
    npvs: Floats
    net_benefits: Floats
    iri: Floats
    base_iri: Floats
    assumed: Mapping[str, Bools]


def usual_alternatives(tables: Tables, sections: Sections) -> Alternatives:
    """Return the 13 alternatives the tables give by surface, class and condition: a base work in its year, and up to
    two other works in each of the years 1 to 6. Complete sections only (`filled`)."""
    row = (sections.surface - 1) * 50 + (sections.road_class - 1) * 5 + sections.condition - 1
    year, base, first, second, _multiplier = tables.evaluated[row].T.astype(np.int64)
    work = np.concatenate([base[:, None], np.repeat(first[:, None], 6, 1), np.repeat(second[:, None], 6, 1)], axis=1)
    spread = np.tile(np.arange(1, 7), 2)[None, :].repeat(len(row), 0)
    return Alternatives(work, np.concatenate([year[:, None], spread], axis=1))


def appraise(tables: Tables, sections: Sections, alternatives: Alternatives | None = None) -> Appraisal:
    """Appraise sections, under the usual alternatives of the tables unless others are given.

    Raises OutsideTable, NotANumber, Negative as `filled`.
    """
    complete, assumed = filled(tables, sections)
    chosen = alternatives or usual_alternatives(tables, complete)
    row = (complete.surface - 1) * 50 + (complete.road_class - 1) * 5 + complete.condition - 1
    multiplier = tables.evaluated[row, 4]
    parts = []
    for start in range(0, len(complete.length), CHUNK):
        some = slice(start, start + CHUNK)
        parts.append(
            _chunk(
                tables,
                Sections(**{name: values[some] for name, values in vars(complete).items()}),
                Alternatives(chosen.work[some], chosen.year[some]),
                multiplier[some],
            )
        )
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Appraisal(**joined, assumed=assumed)


def _chunk(tables: Tables, sections: Sections, options: Alternatives, multiplier: Floats) -> dict[str, np.ndarray]:
    count, width = options.work.shape
    rows = np.arange(count)
    total, capital, iri = simulate(tables, sections, options, multiplier)
    net = total[:, :1] - total
    worth = tables.discount_rate + 1
    npvs = (net / worth ** np.arange(tables.years)).sum(axis=2)
    npvs = np.where(options.work > 0, npvs, -np.inf)
    # Of equally good alternatives the last is taken, as the workbook does; the base case is worth nothing.
    best = width - 1 - np.argmax(npvs[:, ::-1], axis=1)
    npv, cost = npvs[rows, best], capital[rows, best]
    benefits = net[rows, best]
    return {
        "work": options.work[rows, best],
        "year": options.year[rows, best],
        "cost": cost * BILLION,
        "npv": npv * BILLION,
        "npv_per_km": npv * BILLION / (sections.length / 1000),
        "npv_per_cost": np.divide(npv, cost, out=np.zeros(count), where=cost > 0),
        "eirr": np.array([internal_rate(row) for row in benefits]),
        "sign_changes": sign_changes(benefits),
        "npvs": npvs * BILLION,
        "net_benefits": benefits * BILLION,
        "iri": iri[rows, best],
        "base_iri": iri[:, 0],
    }


@dataclass
class _State:
    """(K, A) what changes from year to year."""

    iri: Floats
    age: Ints
    lanes: Ints
    width: Floats
    surface: Ints
    structural: Floats


def simulate(
    tables: Tables, sections: Sections, options: Alternatives, multiplier: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return total economic cost (K, A, 20), cost of the work (K, A) in billion VND, and roughness (K, A, 20)."""
    shape = options.work.shape
    spread = {
        name: np.repeat(getattr(sections, name)[:, None], shape[1], axis=1).copy()
        for name in ("iri", "age", "lanes", "width", "surface", "structural")
    }
    state, km = _State(**spread), sections.length[:, None] / 1000
    work = np.maximum(options.work - 1, 0)
    repair, period = tables.works.repair[work], tables.works.period[work]
    total, iri = np.zeros((*shape, tables.years)), np.zeros((*shape, tables.years))
    capital = np.zeros(shape)
    growth = 1 + tables.growth[sections.growth - 1]
    ground = sections.terrain[:, None] - 1
    for year in range(1, tables.years + 1):
        traffic = sections.aadt * growth ** (year - 1)
        if year > 1:
            _wear(tables, sections, state, traffic)
        state.age += 1
        works_now = options.year == year
        since = year - options.year
        repairs_now = (since > 0) & (since % period == 0) & (since <= 4 * period)
        _build(tables.works, state, work, works_now, upgrade=True)
        _build(tables.works, state, repair, repairs_now, upgrade=False)
        area = km * state.width / 1000
        cost = np.where(works_now, tables.works.cost[work, ground] * area * multiplier[:, None], 0.0)
        capital += cost
        cost = cost + np.where(repairs_now, tables.works.cost[repair, ground] * area, 0.0)
        condition = condition_of(tables, state.surface, state.iri)
        recurrent = tables.recurrent[state.surface - 1, state.lanes - 1] * km / 1e6
        agency = cost + recurrent * tables.recurrent_multiplier[condition - 1]
        iri[:, :, year - 1] = state.iri
        total[:, :, year - 1] = agency * tables.economic_factor + _users(tables, state, ground, traffic, km)
    return total, capital, iri


def _wear(tables: Tables, sections: Sections, state: _State, traffic: Floats) -> None:
    """A year's roughness: by a constant rate, by climate, or by the simplified equation of HDM-4."""
    option, rate, kgp, kgm, a0, a1, a2 = tables.deterioration[state.surface - 1].transpose(2, 0, 1)
    climate = tables.climate[sections.temperature - 1, sections.moisture - 1][:, None]
    lanes = tables.lane_classes[state.lanes - 1, 1]
    axles = (traffic @ tables.fleet[:, 0])[:, None] * 365 / 1e6 / lanes
    hdm = state.iri + (
        kgp * (a0 * np.exp(kgm * climate * state.age) * (1 + state.structural * a1) ** -5 * axles + a2 * state.age)
        + kgm * climate * state.iri
    )
    made = np.select([option == 1, option == 3], [state.iri * (1 + rate), state.iri * (1 + climate)], default=hdm)
    state.iri = np.minimum(made, np.where(np.isin(state.surface, UNPAVED), 25.0, 16.0))


def _build(works: Works, state: _State, work: Ints, now: Bools, upgrade: bool) -> None:
    """What a work makes of the road; only first works are upgrades or strengthen the pavement by a layer."""
    if upgrade:
        wider = now & (works.lanes[work] > 0)
        state.lanes = np.where(wider, works.lanes[work], state.lanes)
        state.width = np.where(wider, works.width[work], state.width)
        state.surface = np.where(wider, works.surface[work], state.surface)
        state.structural = state.structural + np.where(now, works.strength[work], 0.0)
    rebuilt = now & ~np.isnan(works.structural[work])
    state.structural = np.where(rebuilt, works.structural[work], state.structural)
    state.iri = np.where(now, works.iri[work], state.iri)
    state.age = np.where(now, 1, state.age)


def _users(tables: Tables, state: _State, ground: Ints, traffic: Floats, km: Floats) -> Floats:
    """Return vehicle operating and time costs (K, A) of a year in billion VND."""
    lanes = state.lanes - 1
    ground = np.broadcast_to(ground, lanes.shape)
    powers = np.stack([np.ones_like(state.iri), state.iri, state.iri**2, state.iri**3], axis=-1)
    per_km = np.einsum("kap,kapv->kav", powers, tables.voc[lanes, ground])
    speed = np.einsum("kap,kapv->kav", powers, tables.speed[lanes, ground])
    hours = tables.fleet[:VEHICLES, 1] * tables.fleet[:VEHICLES, 2] / speed
    return np.einsum("kav,kv->ka", per_km + hours, traffic) * km * 365 / 1e6
