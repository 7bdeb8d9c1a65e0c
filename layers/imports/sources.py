"""Files as batches of rows: columns of text beside geometries in the file's own coordinates.

However large the file, only one batch is in memory. A batch holds as many rows as fit a budget of bytes,
since one commune may have more vertices than a thousand roads.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely
from django.conf import settings

from .archives import Dataset
from .encodings import Guess
from .targets import Target

Texts = list[str | None]


@dataclass
class Batch:
    """Some rows. `lines` are their places in the file as its user counts them; `formulas` cells that hold one."""

    lines: list[int]
    columns: dict[str, Texts]
    geometries: np.ndarray | None = None
    broken: np.ndarray | None = None
    formulas: set[tuple[int, str]] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.lines)


@dataclass
class Skipped:
    """Things of the file that are no rows of this layer, and how many: reported as one finding."""

    code: str
    params: dict[str, object]


class Source(Protocol):
    """An opened file. `projection` is what it says of its coordinates; `columns` its headings as text."""

    columns: list[str]
    count: int | None
    projection: str
    epsg: int | None
    encoding: Guess
    has_geometry: bool
    skipped: list[Skipped]

    def batches(self, wanted: list[str]) -> Iterator[Batch]: ...


class Budget:
    """How many rows the next batch should have, from the size of those before."""

    def __init__(self) -> None:
        self.limit: int = settings.LIMITS["IMPORT_BATCH"]
        self.bytes: int = settings.LIMITS["IMPORT_BATCH_BYTES"]
        # The first batch is small, since nothing is known yet of how much a row weighs.
        self.rows = min(50, self.limit)

    def spent(self, rows: int, size: int) -> None:
        if rows:
            self.rows = int(min(self.limit, max(1, self.bytes // max(1, size // rows))))


def from_wkb(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return geometries and where there was one that cannot be read."""
    geometries = shapely.from_wkb(raw, on_invalid="fix")
    missing = np.fromiter((item is None for item in raw), bool, len(raw))
    return geometries, shapely.is_missing(geometries) & ~missing


@contextmanager
def opened_source(dataset: Dataset, target: Target, encoding: str = "", part: str = "") -> Iterator[Source]:
    """Open a dataset with the reader of its format."""
    from . import openstreetmap, tables, vector

    readers: dict[str, Callable[[Dataset, Target, str, str], AbstractContextManager[Source]]] = {
        "vector": vector.open_vector,
        "csv": tables.open_csv,
        "sheet": tables.open_sheet,
        "osm": openstreetmap.open_extract,
    }
    with readers[dataset.format.reader](dataset, target, encoding, part) as source:
        yield source
