"""GIS files, through GDAL."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
from django.utils.translation import gettext_lazy as _
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from layers.errors import Refused

from . import crs
from .archives import Dataset
from .encodings import reading
from .sources import Batch, Budget, Skipped, Texts, from_wkb
from .targets import Target

# Names of remote places in a file lead nowhere, and nothing is written beside it.
pyogrio.set_gdal_config_options(
    {
        "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "OGR_ENABLE_PARTIAL_REPROJECTION": "NO",
        "SHAPE_RESTORE_SHX": "YES",
        "CPL_LOG_ERRORS": "OFF",
    }
)
BYTES = {"Shapefile", "MapInfo TAB", "MapInfo MIF", "DXF", "DGN"}
#: These skip rows without reading them; a large file of another kind is first copied to one of them.
SKIPS = {"GeoPackage", "Shapefile"}
SPOOL_FROM = 20_000
SPOOL_FROM_BYTES = 32 * 1024**2
#: Rows handed over at a time while copying; a boundary may have 10,000 vertices.
SPOOL_ROWS = 256
SAMPLE = 300
GEOMETRIES = {"POINT": ("point",), "LINESTRING": ("line",), "MULTIPOLYGON": ("polygon", "point")}


@contextmanager
def quiet(dataset: Dataset) -> Iterator[None]:
    """Turn GDAL's errors into one for the user; its warnings concern writers of the file, not its readers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataSourceError, DataLayerError, FeatureError, UnicodeError, ValueError) as error:
        raise Refused(
            _("“%(file)s” cannot be read as %(format)s: it is damaged or incomplete. Export it anew and try again."),
            file=dataset.name,
            format=dataset.format.name,
        ) from error


class Vector:
    """A layer of a GIS file."""

    def __init__(self, dataset: Dataset, layer: str, encoding: str) -> None:
        self.dataset, self.layer, self.path = dataset, layer, dataset.path
        self.bytes = "ISO-8859-1" if dataset.format.name in BYTES else None
        with quiet(dataset):
            info = raw_info(self.path, layer, self.bytes)
            sample = raw.read(self.path, layer=layer, max_features=SAMPLE, encoding=self.bytes, read_geometry=False)
        if info["features"] == 0:
            raise Refused(_("“%(file)s” holds no rows."), file=dataset.name)
        self.names = [str(name) for name in info["fields"]]
        texts = [text for column in sample[3] if column.dtype == object for text in as_text(column)]
        self.encoding, self.decode = reading([*texts, *self.names], bool(self.bytes), encoding)
        self.columns = [self.decode(name) for name in self.names]
        self.count = int(info["features"]) if info["features"] >= 0 else None
        self.has_geometry = info["geometry_type"] is not None
        self.projection = dataset.projection or info["crs"] or ""
        # These formats have no other system, whatever a member of the file may claim.
        fixed = dataset.format.name in {"GeoJSON", "KML", "GPX"}
        self.epsg = 4326 if fixed and not info["crs"] else crs.epsg_of(self.projection)
        self.skipped: list[Skipped] = []
        zone = crs.zone_of(self.projection) if self.epsg is None else None
        if zone:
            self.epsg = zone.epsg
            matched: dict[str, object] = {
                "epsg": zone.epsg, "name": zone.name, "meridian": f"{zone.meridian:g}", "scale": f"{zone.scale:g}",
            }  # fmt: skip
            self.skipped.append(Skipped("crs_matched", matched))

    def batches(self, wanted: list[str]) -> Iterator[Batch]:
        names = [self.names[self.columns.index(column)] for column in wanted]
        size = self.path.stat().st_size
        large = self.count is None or self.count > SPOOL_FROM or size > SPOOL_FROM_BYTES
        with TemporaryDirectory(prefix="gis-ntm-") as folder, quiet(self.dataset):
            path, layer, encoding = self.path, self.layer, self.bytes
            if large and self.dataset.format.name not in SKIPS:
                path, layer, encoding = self._spool(Path(folder), names), "spool", None
            yield from self._pages(path, layer, encoding, dict(zip(names, wanted, strict=True)))

    def _pages(self, path: Path, layer: str, encoding: str | None, names: dict[str, str]) -> Iterator[Batch]:
        budget, done = Budget(), 0
        while True:
            meta, _fids, wkb, data = raw.read(
                path, layer=layer, columns=list(names), encoding=encoding,
                skip_features=done, max_features=budget.rows, read_geometry=self.has_geometry,
            )  # fmt: skip
            rows = len(wkb) if wkb is not None else (len(data[0]) if len(data) else 0)
            if rows:
                columns = {
                    names[str(name)]: self._decoded(column) for name, column in zip(meta["fields"], data, strict=True)
                }
                geometries, broken = from_wkb(wkb) if wkb is not None else (None, None)
                yield Batch(list(range(done + 1, done + rows + 1)), columns, geometries, broken)
            done += rows
            if rows < budget.rows:
                return
            budget.spent(rows, 0 if wkb is None else sum(len(item) for item in wkb if item is not None))

    def _decoded(self, column: np.ndarray) -> Texts:
        texts = as_text(column)
        return [text and self.decode(text) for text in texts] if column.dtype == object else texts

    def _spool(self, folder: Path, names: list[str]) -> Path:
        spool = folder / "spool.gpkg"
        with pyogrio.open_arrow(
            self.path, layer=self.layer, columns=names, encoding=self.bytes, use_pyarrow=False, batch_size=SPOOL_ROWS
        ) as (meta, stream):
            pyogrio.write_arrow(
                stream, spool, layer="spool", driver="GPKG", crs=meta["crs"], geometry_type="Unknown",
                geometry_name=meta["geometry_name"] or "wkb_geometry", SPATIAL_INDEX="NO",
            )  # fmt: skip
        return spool


def raw_info(path: Path, layer: str, encoding: str | None) -> dict[str, Any]:
    return pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)


def as_text(column: np.ndarray) -> Texts:
    """Return a column as text, as a person would write it: 12, not 12.0; nothing for a missing value."""
    kind = column.dtype.kind
    if kind == "f":
        return [None if value != value else f"{value:.15g}" for value in column.tolist()]
    if kind == "M":
        days = np.datetime_as_string(column, unit="D").tolist()
        return [None if day == "NaT" else day for day in days]
    if kind in "iu":
        return [str(value) for value in column.tolist()]
    if kind == "b":
        return ["true" if value else "false" for value in column.tolist()]
    return [None if value is None or isinstance(value, bytes) else str(value) for value in column.tolist()]


@contextmanager
def open_vector(dataset: Dataset, target: Target, encoding: str, part: str) -> Iterator[Vector]:
    """Open the layer of a file that suits the target, or the one named by `part`."""
    with quiet(dataset):
        found = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(dataset.path)]
    yield Vector(dataset, _layer(dataset, found, target, part), encoding)


def _layer(dataset: Dataset, found: list[tuple[str, str]], target: Target, part: str) -> str:
    if part and any(name == part for name, _kind in found):
        return part
    if len(found) > 1:
        # The points that make up a GPX track or route are not things of their own.
        suits = [
            name for name, kind in found
            if any(word in kind.lower() for word in GEOMETRIES.get(target.geometry, ("",)))
            and not (dataset.format.name == "GPX" and name.endswith("_points"))
        ]  # fmt: skip
        with quiet(dataset):
            filled = [name for name in suits if raw_info(dataset.path, name, None)["features"]]
        found = [(name, "") for name in filled or suits] or found
    if len(found) != 1:
        raise Refused(
            _("“%(file)s” has several layers: %(names)s. Name the one to import as the part."),
            file=dataset.name,
            names=", ".join(name for name, _kind in found) or "-",
        )
    return found[0][0]
