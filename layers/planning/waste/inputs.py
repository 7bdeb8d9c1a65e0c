"""All that an answer depends on, as plain values: read once, kept with the study, and the same a year later."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
import shapely

from layers.planning.arrays import Bools, Floats, Ints
from layers.planning.metres import Metres

from .rule import Rule


@dataclass(frozen=True)
class Inputs:
    """Positions are longitude and latitude, shapes WKB in degrees.

    budget: VND, None: not limited; wind_from: degrees, None: not asked about; hamlets: id, code, name of M hamlets;
    hamlet_at: (M, 2), NaN where not known; home_at: (H, 2), of a household without a position its hamlet's centre;
    persons: (H,); hamlet: (H,) number, -1 outside the unit; placed: (H,) the position is on record; shapes: by
    subject; sites: what exists: id, kind, name, households; site_at: (S, 2); tail, head, edges: the
    roads as a network of `nodes` nodes; terrain: id, sha256, name of the elevation model, None without one;
    open_border: houses across the unit's border could not be read.
    """

    kind: str
    year: int
    unit: Mapping[str, Any]
    figures: Mapping[str, float]
    grid: Mapping[str, float]
    budget: float | None
    wind_from: float | None
    rules: tuple[Rule, ...]
    area: bytes
    hamlets: tuple[Mapping[str, Any], ...]
    hamlet_at: Floats
    home_at: Floats
    persons: Floats
    hamlet: Ints
    placed: Bools
    shapes: Mapping[str, tuple[bytes, ...]]
    sites: tuple[Mapping[str, Any], ...]
    site_at: Floats
    tail: Ints
    head: Ints
    edges: tuple[bytes, ...]
    nodes: int
    terrain: Mapping[str, Any] | None
    open_border: bool

    @cached_property
    def outline(self) -> shapely.Geometry:
        return shapely.from_wkb(self.area)

    @cached_property
    def plane(self) -> Metres:
        west, south, east, north = self.outline.bounds
        # Rounded, so that a border moved by a metre does not move every coordinate.
        return Metres(round((west + east) * 2) / 4, round((south + north) * 2) / 4)

    def metres(self, degrees: Floats) -> Floats:
        """(N, 2) positions on the plane; NaN stays NaN."""
        return shapely.get_coordinates(self.plane.project(shapely.points(degrees))).reshape(-1, 2)

    @cached_property
    def mine(self) -> Bools:
        """(H,) households of the unit itself."""
        return self.hamlet >= 0

    @cached_property
    def homes(self) -> Floats:
        """(H, 2) metres."""
        return self.metres(self.home_at)

    @cached_property
    def on_plane(self) -> dict[str, np.ndarray]:
        """Shapes by subject, in metres; houses are the households whose position is on record."""
        found = {subject: self.plane.project(shapely.from_wkb(list(wkb))) for subject, wkb in self.shapes.items()}
        return found | {"dwelling": shapely.points(self.homes[self.placed])}

    @cached_property
    def network_lines(self) -> np.ndarray:
        """(E,) the edges of the road network, in metres."""
        return self.plane.project(np.asarray(shapely.from_wkb(list(self.edges)), dtype=object))

    def freeze(self) -> bytes:
        """Return everything as bytes."""
        plain, arrays = self._parts()
        file = io.BytesIO()
        arrays["plain"] = np.frombuffer(plain.encode(), dtype=np.uint8)
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @property
    def sha256(self) -> str:
        """The digest of the content, whatever the compression."""
        plain, arrays = self._parts()
        digest = sha256(plain.encode())
        for name, values in sorted(arrays.items()):
            digest.update(f"{name} {values.dtype.str} {values.shape}".encode())
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()

    def _parts(self) -> tuple[str, dict[str, np.ndarray]]:
        arrays = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        arrays = {name: arrays[name] for name in ARRAYS}
        packed = {f"shapes.{subject}": _joined(wkb) for subject, wkb in self.shapes.items()}
        packed |= {"edges": _joined(self.edges), "area": _joined((self.area,))}
        for name, (text, ends) in packed.items():
            arrays |= {f"{name}.bytes": text, f"{name}.ends": ends}
        plain = {name: getattr(self, name) for name in PLAIN}
        plain |= {"rules": [vars(rule) for rule in self.rules], "subjects": sorted(self.shapes)}
        return json.dumps(plain, sort_keys=True, ensure_ascii=False), arrays


#: The fields that are NumPy arrays, and those that JSON holds.
ARRAYS = ("hamlet_at", "home_at", "persons", "hamlet", "placed", "site_at", "tail", "head")
PLAIN = (
    "kind", "year", "unit", "figures", "grid", "budget", "wind_from", "hamlets", "sites", "nodes", "terrain",
    "open_border",
)  # fmt: skip


def thaw(frozen: bytes) -> Inputs:
    """Return what was frozen."""
    with np.load(io.BytesIO(frozen), allow_pickle=False) as file:
        found = {name: file[name] for name in file.files}
    plain = json.loads(found["plain"].tobytes().decode())
    subjects = plain.pop("subjects")
    return Inputs(
        **plain | {name: tuple(plain[name]) for name in ("hamlets", "sites")}
        | {"rules": tuple(Rule(**rule) for rule in plain["rules"])}
        | {name: found[name] for name in ARRAYS},
        area=_parted(found, "area")[0],
        edges=_parted(found, "edges"),
        shapes={subject: _parted(found, f"shapes.{subject}") for subject in subjects},
    )  # fmt: skip


def _joined(parts: tuple[bytes, ...]) -> tuple[np.ndarray, Ints]:
    """Return many texts as one, and where each ends."""
    ends = np.cumsum([len(part) for part in parts], dtype=np.int64) if parts else np.zeros(0, dtype=np.int64)
    return np.frombuffer(b"".join(parts), dtype=np.uint8), ends


def _parted(found: Mapping[str, np.ndarray], name: str) -> tuple[bytes, ...]:
    text, ends = found[f"{name}.bytes"].tobytes(), found[f"{name}.ends"].tolist()
    return tuple(text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)) if ends else ()
