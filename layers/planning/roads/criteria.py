"""Meeting a criterion in a growing plan: which works, at what price."""

import heapq

from .growth import INFINITY, Growth
from .plan import criteria_met
from .problem import TOLERANCE


def complete(growth: Growth, criterion: int) -> bool:
    """Add works until every row of a criterion has its need; undo all and return False if money does not reach."""
    saved = growth.snapshot()
    for row in (growth.question.criteria.of == criterion).nonzero()[0].tolist():
        if not _complete_row(growth, row):
            growth.restore(saved)
            return False
    return True


def _credits(growth: Growth, row: int) -> dict[int, float]:
    credit = growth.question.criteria.credit
    start, stop = credit.indptr[row], credit.indptr[row + 1]
    return dict(zip(credit.indices[start:stop].tolist(), credit.data[start:stop].tolist(), strict=True))


def _complete_row(growth: Growth, row: int) -> bool:
    credits, need = _credits(growth, row), float(growth.question.criteria.need[row])
    slack = TOLERANCE * abs(need)
    while True:
        short = need - sum(amount for work, amount in credits.items() if growth.chosen[work])
        if short <= slack:
            return True
        works = _cheapest(growth, credits, short)
        if works is None:
            return False
        growth.add(works, "criterion")


def _cheapest(growth: Growth, credits: dict[int, float], short: float) -> list[int] | None:
    """Return the work, with its access, that brings a metre or facility of what is missing at the least price."""
    offers = []
    for work, amount in credits.items():
        if amount > 0 and growth.open(work):
            price = growth.price[work] + growth.access(work)[0]
            if price < INFINITY:
                offers.append((price / min(amount, short), price, work))
    for *_price, work in sorted(offers):
        works = growth.with_path(work)
        if works is not None and growth.fits(works):
            return works
    return None


def criterion_prices(growth: Growth) -> list[tuple[float, int]]:
    """Return a heap of (-reward per VND, criterion) for the rewarded criteria still unmet and within reach.

    The price is an estimate from what is connected now: works that share an access path pay it twice.
    """
    criteria = growth.question.criteria
    met = criteria_met(growth.question, growth.works())
    heap: list[tuple[float, int]] = []
    for criterion, reward in enumerate(criteria.reward.tolist()):
        if reward > 0 and not met[criterion]:
            price = sum(_row_price(growth, row) for row in (criteria.of == criterion).nonzero()[0].tolist())
            if price < INFINITY:
                heap.append((-reward / max(price, 1e-9), criterion))
    heapq.heapify(heap)
    return heap


def _row_price(growth: Growth, row: int) -> float:
    credits = _credits(growth, row)
    need = float(growth.question.criteria.need[row])
    short = need - sum(amount for work, amount in credits.items() if growth.chosen[work])
    offers = sorted(
        ((growth.price[work] + growth.access(work)[0]) / amount, amount, work)
        for work, amount in credits.items()
        if amount > 0 and growth.open(work)
    )
    price = 0.0
    for each, amount, _work in offers:
        if short <= TOLERANCE * abs(need):
            break
        price += each * amount
        short -= amount
    return price if short <= TOLERANCE * abs(need) else INFINITY
