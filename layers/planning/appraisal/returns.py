"""Returns of a series of yearly net benefits."""

import numpy as np

from layers.planning.arrays import Floats, Ints


def sign_changes(benefits: Floats) -> Ints:
    """(K,) how often the net benefits (K, years) change sign, zeros passed over.

    Descartes' rule: with more than one change there may be several internal rates, and none means what it seems to.
    """
    changes = np.zeros(len(benefits), dtype=np.int64)
    last = np.zeros(len(benefits))
    for year in benefits.T:
        sign = np.sign(year)
        changes += (sign * last < 0).astype(np.int64)
        last = np.where(sign != 0, sign, last)
    return changes


def internal_rate(benefits: Floats) -> float:
    """Return the rate at which yearly net benefits are worth nothing: of several the one nearest to zero, as the
    RoADS workbook does; NaN where there is none. A share: 0.12 is 12 %.
    """
    nonzero = np.flatnonzero(benefits)
    if not len(nonzero):
        return float("nan")
    # Scaled, for the roots do not depend on it and the companion matrix does.
    series = benefits[nonzero[0] : nonzero[-1] + 1] / np.abs(benefits).max()
    roots = np.roots(series[::-1])
    real = roots[(np.abs(roots.imag) < 1e-9) & (roots.real > 0)].real
    rates = 1 / real - 1
    return float(rates[np.argmin(np.abs(rates))]) if len(rates) else float("nan")
