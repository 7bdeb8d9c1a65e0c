"""The arrays planning computes on, and the checks every input passes."""

import numpy as np
import numpy.typing as npt

from .errors import Negative, NotANumber

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def ints(values: npt.ArrayLike) -> Ints:
    return np.asarray(values, dtype=np.int64)


def bools(values: npt.ArrayLike) -> Bools:
    return np.asarray(values, dtype=np.bool_)


def totals(of: Ints, amounts: npt.ArrayLike, count: int) -> Floats:
    """(count,) Sum amounts by the group number each belongs to."""
    return np.bincount(of, floats(amounts), minlength=count).astype(np.float64)


def require_numbers(field: str, values: Floats, infinite: bool = False) -> None:
    """Refuse NaN, and infinities too unless `infinite`. Raises NotANumber with the first row."""
    bad = np.isnan(values) if infinite else ~np.isfinite(values)
    if bad.any():
        raise NotANumber(field, int(np.argwhere(bad)[0][0]))


def require_amounts(field: str, values: Floats, infinite: bool = False) -> None:
    """Refuse what is no number (NotANumber) or below zero (Negative)."""
    require_numbers(field, values, infinite)
    if (values < 0).any():
        where = np.argwhere(values < 0)[0]
        raise Negative(field, int(where[0]), float(values[tuple(where)]))


def require_shape(field: str, values: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise ValueError where an array has another shape: an error of the caller, not of the user."""
    if values.shape != shape:
        raise ValueError(f"{field} has shape {values.shape}, expected {shape}")
