"""Works appraised together: one series of yearly net benefits, so that a plan has one NPV and one EIRR."""

from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Floats, Ints, require_amounts

from .model import BILLION, CHUNK, Alternatives, simulate, usual_alternatives
from .returns import internal_rate, sign_changes
from .sections import Sections, filled
from .tables import Tables


@dataclass(frozen=True)
class Together:
    """Some works, all built in the first year, against the base case of each section.

    cost: VND; npv: VND; npv_per_cost: NaN where nothing is spent; eirr: share, NaN where there is none; sign_changes:
    of the net benefits of all together; net_benefits: (years,) VND; npvs: (K,) VND of each, whose sum is `npv`.
    """

    cost: float
    npv: float
    npv_per_cost: float
    eirr: float
    sign_changes: int
    net_benefits: Floats
    npvs: Floats


def together(tables: Tables, sections: Sections, work: Ints, cost: Floats) -> Together:
    """Appraise K works of K sections. work: (K,) numbered from 1 as in the tables; cost: (K,) VND, what a plan pays
    for each, in place of the price of the tables.

    Raises OutsideTable, NotANumber, Negative.
    """
    require_amounts("cost", cost)
    complete, _assumed = filled(tables, sections)
    series = np.concatenate(
        [_against_base(tables, complete, work, cost, slice(at, at + CHUNK)) for at in range(0, len(cost), CHUNK)]
        or [np.zeros((0, tables.years))]
    )
    npvs = (series / (1 + tables.discount_rate) ** np.arange(tables.years)).sum(axis=1)
    whole, spent, npv = series.sum(axis=0), float(cost.sum()), float(npvs.sum())
    return Together(
        cost=spent,
        npv=npv,
        npv_per_cost=npv / spent if spent else float("nan"),
        eirr=internal_rate(whole),
        sign_changes=int(sign_changes(whole[None, :])[0]),
        net_benefits=whole,
        npvs=npvs,
    )


def _against_base(tables: Tables, complete: Sections, work: Ints, cost: Floats, some: slice) -> Floats:
    """(K, years) VND of net benefits of some sections."""
    part = Sections(**{name: values[some] for name, values in vars(complete).items()})
    usual = usual_alternatives(tables, part)
    options = Alternatives(
        np.stack([usual.work[:, 0], work[some]], axis=1),
        np.stack([usual.year[:, 0], np.ones(len(part.length), dtype=np.int64)], axis=1),
    )
    row = (part.surface - 1) * 50 + (part.road_class - 1) * 5 + part.condition - 1
    total, capital, _iri = simulate(tables, part, options, tables.evaluated[row, 4])
    net: Floats = (total[:, 0] - total[:, 1]) * BILLION
    # The plan's own price stands in for that of the tables: it enters the first year as any cost does.
    net[:, 0] += (capital[:, 1] * BILLION - cost[some]) * tables.economic_factor
    return net
