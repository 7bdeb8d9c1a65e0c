"""What can be built in a case: stretches of road and facilities, with their prices and who pays them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Bools, Floats, Ints, floats

from .case import COUNTS, Case
from .prices import Treatment, crossings, fitting, people_part, rounded, slope_factor, state_split, treatments_for
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


def read_works(case: Case, settings: Settings, edges: Ints) -> tuple[Works, Bools]:
    """Return the works there are among some stretches, and for each whether any source may pay for it."""
    roads, all_edges = case.roads, case.edges
    own = edges[(roads.commune[all_edges.road] >= 0)[edges]]
    choose = _choices(case, settings)
    found = [choose(road) for road in all_edges.road[own].tolist()]
    open_ = own[[made is not None for made in found]] if len(own) else own
    chosen = [made for made in found if made is not None]
    road = all_edges.road[open_]
    metres = np.where(all_edges.added[open_] > 0, all_edges.length[open_], case.metres[open_])
    metres = np.maximum(metres, floats([each.shortest for each in chosen]))
    per_km = floats([each.price for each in chosen]) * slope_factor(case.costs, all_edges.gradient[open_])
    price = np.concatenate([rounded(metres / 1000 * per_km), _facility_prices(case, settings)])
    category = np.concatenate([roads.road_class[road], np.full(len(case.facilities), FACILITY, dtype=object)])
    usual = np.concatenate(
        [np.full(len(road), float(case.costs["split"]["people_pct"])), [each.people_pct for each in case.facilities]]
    )
    people = people_part(settings, category, price, usual)
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


def _choices(case: Case, settings: Settings) -> Callable[[int], Treatment | None]:
    """Return what tells the treatment of a road row, None where it has none."""
    roads = case.roads
    by_class = {each: treatments_for(case.costs, each, settings) for each in CLASSES}
    measures = tuple(sorted({measure for each in by_class.values() for made in each for measure in made.counts}))
    by_structure = crossings(case.costs, settings, measures)

    def choose(road: int) -> Treatment | None:
        structure, choices = roads.structure[road], by_class.get(roads.road_class[road])
        if not choices:
            return None
        return by_structure.get(structure) if structure else fitting(choices, roads.base[road])

    return choose


def only(works: Works, kept: Bools) -> Works:
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
    """Return the uid of the road for a whole road, and with ":1", ":2" … for the stretches of one that is cut, those
    built already among them."""
    _uids, same = np.unique(case.roads.uid.astype(str), return_inverse=True)
    road = same[case.edges.road]
    count = np.bincount(road, minlength=len(case.roads.uid))
    order = np.argsort(road, kind="stable")
    place = np.empty(len(road), dtype=np.int64)
    place[order] = np.arange(len(road)) - np.repeat(np.cumsum(count) - count, count)
    names = case.roads.uid[case.edges.road[edges]].tolist()
    return [
        name if count[road[edge]] == 1 else f"{name}:{place[edge] + 1}"
        for name, edge in zip(names, edges.tolist(), strict=True)
    ]
