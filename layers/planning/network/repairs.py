"""Repairs: how an inventory is to be read where it is wrong. The inventory itself stays as its source gave it."""

from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.arrays import Bools, Ints

#: Metres from a line's end within which a link still begins there; farther, the line has been redrawn since.
FITS = 1.0


@dataclass(frozen=True)
class Repairs:
    """What was decided of an inventory of L lines.

    dropped: numbers of lines that are no part of the network; separated: of lines joined at their ends only.
    link: (K,) LineStrings in metres, each from an end of `line` (K,) to where it is to be joined; of those `moved`
    (K,) the end itself is put there, the others are stretches of road that the inventory lacks.
    """

    dropped: Ints
    separated: Ints
    line: Ints
    link: np.ndarray
    moved: Bools


@dataclass(frozen=True)
class Mended:
    """lines: (M,) what is to be noded; of: (M,) the inventory line that each is, or takes after; separated: (M,);
    added: (M,) whether it is a stretch that the inventory lacks; outdated: (K,) whether a link fits no end any more.
    """

    lines: np.ndarray
    of: Ints
    separated: Bools
    added: Bools
    outdated: Bools


def mend(lines: np.ndarray, separated: Bools, repairs: Repairs) -> Mended:
    """Apply repairs to (L,) lines in metres; links are applied in their order, the later at a moved end."""
    made = np.array(lines, dtype=object)
    apart = np.array(separated, dtype=bool)
    apart[repairs.separated] = True
    outdated = np.zeros(len(repairs.line), dtype=bool)
    added: list[int] = []
    for number, (line, link, moved) in enumerate(zip(repairs.line, repairs.link, repairs.moved, strict=True)):
        end = _end_at(made[line], link)
        if end is None:
            outdated[number] = True
        elif moved:
            made[line] = _moved(made[line], end, link)
        else:
            added.append(number)
    kept = np.setdiff1d(np.arange(len(made)), repairs.dropped)
    # A link of a line that is dropped goes with it.
    added = [number for number in added if repairs.line[number] in set(kept.tolist())]
    links = np.array([repairs.link[number] for number in added], dtype=object)
    return Mended(
        lines=np.concatenate([made[kept], links]),
        of=np.concatenate([kept, repairs.line[added].astype(np.int64)]),
        separated=np.concatenate([apart[kept], np.zeros(len(links), dtype=bool)]),
        added=np.repeat([False, True], [len(kept), len(links)]),
        outdated=outdated,
    )


def _end_at(line: shapely.LineString, link: shapely.LineString) -> int | None:
    """Return which end (0, -1) of a line a link begins at, if either."""
    begin = shapely.get_point(link, 0)
    far = [shapely.distance(shapely.get_point(line, end), begin) for end in (0, -1)]
    nearer = int(np.argmin(far))
    return (0, -1)[nearer] if far[nearer] <= FITS else None


def _moved(line: shapely.LineString, end: int, link: shapely.LineString) -> shapely.LineString:
    coordinates = shapely.get_coordinates(line).copy()
    coordinates[end] = shapely.get_coordinates(link)[-1]
    return shapely.LineString(coordinates)
