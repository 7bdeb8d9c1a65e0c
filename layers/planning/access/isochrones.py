"""How far one gets in a given time: the stretches of road from which a target is reached within it."""

from dataclasses import dataclass

import numpy as np

from layers.planning.arrays import Floats, Ints

from .graph import Pieces
from .times import Nearest


@dataclass(frozen=True)
class Stretches:
    """Parts of edges. edge: (S,); start, stop: (S,) fractions from the edge's tail, start < stop; band: (S,) the
    number of the first limit within which they lie."""

    edge: Ints
    start: Floats
    stop: Floats
    band: Ints


def isochrones(pieces: Pieces, forward: Floats, backward: Floats, found: Nearest, limits: Floats) -> Stretches:
    """Cut edges into stretches by (B,) rising limits in seconds; what lies beyond the last has the band B.

    forward, backward: (F,) seconds along the pieces, infinite where nothing passes; found: times from the nodes. A
    stretch that nothing passes has the band of no limit (B) throughout.
    """
    edge: list[Ints] = []
    start: list[Floats] = []
    stop: list[Floats] = []
    band: list[Ints] = []
    for number in range(len(limits) + 1):
        lower = limits[number - 1] if number else None
        upper = limits[number] if number < len(limits) else None
        for low, high in _between(pieces, forward, backward, found, lower, upper):
            keep = np.flatnonzero(high - low > 1e-9)
            span = pieces.stop[keep] - pieces.start[keep]
            edge.append(pieces.edge[keep])
            start.append(pieces.start[keep] + low[keep] * span)
            stop.append(pieces.start[keep] + high[keep] * span)
            band.append(np.full(len(keep), number))
    return _joined(Stretches(np.concatenate(edge), np.concatenate(start), np.concatenate(stop), np.concatenate(band)))


def _joined(parts: Stretches) -> Stretches:
    """Make one stretch of those that follow each other on an edge within the same limit, in the order of the edges."""
    order = np.lexsort((parts.start, parts.edge))
    edge, band = parts.edge[order], parts.band[order]
    start, stop = parts.start[order], parts.stop[order]
    follows = (edge[1:] == edge[:-1]) & (band[1:] == band[:-1]) & (start[1:] - stop[:-1] < 1e-9)
    begin = np.flatnonzero(np.concatenate([[True], ~follows]))
    end = np.concatenate([begin[1:], [len(edge)]]) - 1
    return Stretches(edge[begin], start[begin], stop[end], band[begin])


def _between(
    pieces: Pieces, forward: Floats, backward: Floats, found: Nearest, lower: float | None, upper: float | None
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the parts (low, high) of each piece that lie within `upper` and not within `lower`, from either end."""
    whole = len(pieces.edge)
    near_tail, near_head = (
        (np.zeros(whole), np.ones(whole)) if lower is None else _within(pieces, forward, backward, found, lower)
    )
    if upper is None:
        return (near_tail, np.maximum(near_head, near_tail)), (np.ones(whole), np.ones(whole))
    far_tail, far_head = _within(pieces, forward, backward, found, upper)
    # Where both ways meet, the piece is covered whole: nothing of it is told twice.
    middle = np.clip((far_tail + far_head) / 2, 0, 1)
    meet = far_tail >= far_head
    tail_stop = np.where(meet, np.minimum(middle, near_head), far_tail)
    head_start = np.where(meet, np.maximum(middle, near_tail), far_head)
    return (near_tail, np.maximum(tail_stop, near_tail)), (np.minimum(head_start, near_head), near_head)


def _within(pieces: Pieces, forward: Floats, backward: Floats, found: Nearest, limit: float) -> tuple[Floats, Floats]:
    """Return up to where from its tail, and from where to its head, a piece is within a limit."""
    from_tail = _part(limit - found.seconds[pieces.tail], backward)
    from_head = _part(limit - found.seconds[pieces.head], forward)
    return from_tail, 1 - from_head


def _part(left: Floats, seconds: Floats) -> Floats:
    """Return the share of a piece that the time left covers."""
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(seconds > 0, left / seconds, np.where(left >= 0, 1.0, 0.0))
    return np.clip(np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
