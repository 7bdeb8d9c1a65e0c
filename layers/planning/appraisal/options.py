"""Every alternative of some sections with its own return, for whoever looks at one road: by start year."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints

from .model import BILLION, Alternatives, simulate, usual_alternatives
from .returns import internal_rate, sign_changes
from .sections import Sections, filled
from .tables import Tables


@dataclass(frozen=True)
class Options:
    """(K, A) of every alternative against the base case in column 0; as `model.Appraisal`, whose best is one of them.

    sections: complete; assumed: by field, (K,) which of their inputs came from the model's tables. An alternative
    that a section lacks has work 0.
    """

    sections: Sections
    assumed: Mapping[str, Bools]
    work: Ints
    year: Ints
    cost: Floats
    npv: Floats
    npv_per_cost: Floats
    eirr: Floats
    sign_changes: Ints


def options_of(tables: Tables, sections: Sections, more: Ints | None = None) -> Options:
    """Appraise the usual alternatives of sections, and `more`: (K,) a work (0: none) tried in each year 1 to 6.

    Costs some milliseconds a section; `model.appraise` is for thousands. Raises as `filled`.
    """
    complete, assumed = filled(tables, sections)
    usual = usual_alternatives(tables, complete)
    work, year = usual.work, usual.year
    if more is not None:
        work = np.concatenate([work, np.repeat(more[:, None], 6, axis=1)], axis=1)
        year = np.concatenate([year, np.tile(np.arange(1, 7), (len(more), 1))], axis=1)
    row = (complete.surface - 1) * 50 + (complete.road_class - 1) * 5 + complete.condition - 1
    total, capital, _iri = simulate(tables, complete, Alternatives(work, year), tables.evaluated[row, 4])
    net = (total[:, :1] - total) * BILLION
    there = work > 0
    npv = np.where(there, (net / (1 + tables.discount_rate) ** np.arange(tables.years)).sum(axis=2), np.nan)
    cost = capital * BILLION
    flat = net.reshape(-1, tables.years)
    return Options(
        sections=complete,
        assumed=assumed,
        work=work,
        year=year,
        cost=cost,
        npv=npv,
        npv_per_cost=np.divide(npv, cost, out=np.full_like(npv, np.nan), where=there & (cost > 0)),
        eirr=np.array([internal_rate(series) for series in flat]).reshape(work.shape),
        sign_changes=sign_changes(flat).reshape(work.shape),
    )
