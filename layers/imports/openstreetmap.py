"""OpenStreetMap extracts: roads and facilities by their tags, read as a stream."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import osmium
import shapely
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused

from .archives import Dataset
from .codes import CODES
from .encodings import Guess
from .keys import key
from .sources import Batch, Budget, Skipped, Texts, from_wkb
from .targets import Target

#: layer -> tags that say what kind of thing it is, and the tags handed on as columns.
TAGS = {
    "roads": (("highway",), ("name", "surface", "width")),
    "facilities": (("amenity", "leisure"), ("name", "isced:level")),
}
KIND_COLUMN = {"roads": "highway", "facilities": "amenity"}
#: Tags that say what carries a road; any value but "no" does, and the first that is there counts.
STRUCTURES = ("bridge", "tunnel", "ford")
KIND_FIELD = {"roads": "road_class", "facilities": "kind"}


class Extract:
    """One kind of thing in an extract. Ways and relations that are not whole in it are reported as broken."""

    projection = "EPSG:4326"
    epsg: int | None = 4326
    has_geometry = True
    count: int | None = None

    def __init__(self, dataset: Dataset, target: Target) -> None:
        self.dataset, self.target = dataset, target
        self.tags, self.more = TAGS[target.slug]
        self.kind = KIND_COLUMN[target.slug]
        self.columns = [self.kind, "key", *self.more, *(["structure"] if target.slug == "roads" else [])]
        self.encoding = Guess("utf-8")
        self.skipped: list[Skipped] = []

    def batches(self, wanted: list[str]) -> Iterator[Batch]:
        left: Counter[str] = Counter()
        with TemporaryDirectory(prefix="gis-ntm-") as folder:
            try:
                yield from self._batches(wanted, Path(folder), left)
            except (RuntimeError, osmium.InvalidLocationError) as error:
                raise Refused(
                    _("“%(file)s” cannot be read as %(format)s: it is damaged or incomplete. Export it anew and try again."),  # noqa: E501
                    file=self.dataset.name, format=self.dataset.format.name,
                ) from error  # fmt: skip
        self.skipped = [Skipped("not_of_this_layer", {"kind": kind, "count": n}) for kind, n in left.most_common(30)]

    def _batches(self, wanted: list[str], folder: Path, left: Counter[str]) -> Iterator[Batch]:
        budget, lines, done = Budget(), 0, 0
        rows: list[tuple[bytes | None, dict[str, str]]] = []
        for kind, item in self._things(folder, left):
            tags = {self.kind: kind, "key": f"{item.type_str()}{item.id}"}
            tags |= {name: item.tags[name] for name in self.more if name in item.tags}
            tags |= _structure(item.tags)
            rows.append((self._geometry(item), tags))
            if len(rows) >= budget.rows:
                yield self._batch(rows, wanted, lines)
                lines, rows = lines + len(rows), []
                budget.spent(1, 300)
        done = lines + len(rows)
        if rows:
            yield self._batch(rows, wanted, lines)
        self.count = done

    def _things(self, folder: Path, left: Counter[str]) -> Iterator[tuple[str, Any]]:
        roads = self.target.slug == "roads"
        kinds = osmium.osm.NODE | osmium.osm.WAY
        # Where each node lies is kept on disk: a country has hundreds of millions.
        processor = osmium.FileProcessor(str(self.dataset.path), kinds)
        processor.with_locations(f"sparse_file_array,{folder / 'nodes'}")
        processor.with_filter(osmium.filter.KeyFilter(*self.tags))
        codes = CODES[self.target.slug, KIND_FIELD[self.target.slug]]
        item: Any  # The stubs do not know that the filter leaves nodes and ways.
        for item in processor:
            tag = next((tag for tag in self.tags if tag in item.tags), "")
            kind = item.tags.get(tag, "")
            if roads and item.is_node():
                continue
            area = roads and item.tags.get("area") == "yes"
            if key(kind) in codes and not area:
                yield kind, item
            else:
                left[f"{tag}={kind}" + (", area=yes" if area else "")] += 1

    def _geometry(self, item: Any) -> bytes | None:
        if item.is_node():
            return shapely.to_wkb(shapely.Point(item.location.lon, item.location.lat))
        points = [(node.location.lon, node.location.lat) for node in item.nodes if node.location.valid()]
        if len(points) != len(item.nodes) or len(points) < 2:
            return b""
        if self.target.geometry == "POINT" and len(points) > 3 and item.is_closed():
            return shapely.to_wkb(shapely.Polygon(points))
        return shapely.to_wkb(shapely.LineString(points))

    def _batch(self, rows: list[tuple[bytes | None, dict[str, str]]], wanted: list[str], before: int) -> Batch:
        geometries, broken = from_wkb(np.array([wkb for wkb, _tags in rows], dtype=object))
        columns: dict[str, Texts] = {name: [tags.get(name) for _wkb, tags in rows] for name in wanted}
        lines = list(range(before + 1, before + len(rows) + 1))
        return Batch(lines, columns, geometries, broken)


def _structure(tags: Any) -> dict[str, str]:
    found = next((name for name in STRUCTURES if tags.get(name, "no") != "no"), "")
    return {"structure": found} if found else {}


@contextmanager
def open_extract(dataset: Dataset, target: Target, encoding: str, part: str) -> Iterator[Extract]:
    """Open an extract for one of the layers that OpenStreetMap knows."""
    if target.slug not in TAGS:
        raise Refused(
            _("From an OpenStreetMap file only these layers can be imported: %(slugs)s."), slugs=", ".join(TAGS)
        )
    yield Extract(dataset, target)
