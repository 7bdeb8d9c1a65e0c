"""A commune's map in one file, for telephones without a network: vector tiles and hillshade as PMTiles.

Nothing personal is in it. A tile is what the map server serves; the hillshade is its extension field 16, a PNG: the
vector tile specification leaves fields from 16 on to extensions, and every reader that does not know one skips it.
"""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import product
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from layers.access import Audience, Role, Viewer
from layers.errors import Refused
from layers.geo import tile_at
from layers.models import LAYERS, Terrain, Unit

from .serving import vector_layers
from .statements import fetch
from .terrain import draw_hillshade
from .tiles import Spot, features_sql

#: Drawn below one another in this order.
SLUGS = ("districts", "communes", "hamlets", "roads", "waste-sites", "facilities")
ZOOMS = range(8, 15)
#: Degrees around the commune, about 1 km: who stands at its edge sees what lies beyond.
MARGIN = 0.01
HILLSHADE_FIELD = 16

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Archive:
    """A finished file. `sha256` names its content; a new one gets another name, so that a download can go on."""

    file: str
    bytes: int
    sha256: str
    made_at: str
    bounds: Bounds
    minzoom: int
    maxzoom: int

    @property
    def path(self) -> Path:
        return folder() / self.file

    @property
    def made(self) -> datetime:
        found = parse_datetime(self.made_at)
        if found is None:
            raise ValueError(self.made_at)
        return found


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "packs"


def kept_archive(commune: Unit, viewer: Viewer, year: int) -> Archive | None:
    """Return the archive of a commune for what this viewer may see of it, if there is one young enough."""
    card = _card(commune, viewer, year)
    if not card.exists():
        return None
    known = json.loads(card.read_text())
    archive = Archive(**known | {"bounds": tuple(known["bounds"])})
    young = timezone.now() - archive.made < timedelta(hours=settings.LIMITS["FIELD_PACK_HOURS"])
    return archive if young and archive.path.exists() else None


def archive_of(commune: Unit, viewer: Viewer, year: int) -> Archive:
    """Return the archive of a commune for what this viewer may see of it, made now if need be."""
    found = kept_archive(commune, viewer, year)
    if found is not None:
        return found
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [str(_card(commune, viewer, year))])
        # Another process may have made it meanwhile.
        return kept_archive(commune, viewer, year) or _make(commune, viewer, year)


def _areas(commune: Unit, viewer: Viewer) -> tuple[str, ...]:
    """Return what of the viewer's areas lies in the commune: whoever sees the same gets the same file."""
    if viewer.covers(commune.path):
        return (commune.path,)
    return tuple(sorted(area for area in viewer.areas if area.startswith(commune.path)))


def _card(commune: Unit, viewer: Viewer, year: int) -> Path:
    scope = Viewer(Role.FIELD, _areas(commune, viewer)).scope
    return folder() / f"{commune.pk}-{year}-{scope}.json"


def _make(commune: Unit, viewer: Viewer, year: int) -> Archive:
    card, seen_as = _card(commune, viewer, year), Viewer(Role.FIELD, _areas(commune, viewer))
    folder().mkdir(parents=True, exist_ok=True)
    former = json.loads(card.read_text())["file"] if card.exists() else None
    top = ZOOMS.stop - 1
    while True:
        with NamedTemporaryFile(dir=folder(), suffix=".pmtiles", delete=False) as draft:
            bounds = _write(draft, commune, seen_as, year, top)
            draft.flush()
            size = draft.tell()
        if size <= settings.LIMITS["FIELD_PACK_BYTES"] or top == ZOOMS.start:
            break
        Path(draft.name).unlink()
        top -= 1
    digest = sha256(Path(draft.name).read_bytes()).hexdigest()
    made = Archive(
        f"{card.stem}-{digest[:12]}.pmtiles", size, digest, timezone.now().isoformat(), bounds, ZOOMS.start, top
    )
    os.replace(draft.name, made.path)
    pointer = card.with_suffix(".new")
    pointer.write_text(json.dumps(asdict(made)))
    os.replace(pointer, card)
    if former and former != made.file:
        # Whoever is reading it holds it open and reads on.
        (folder() / former).unlink(missing_ok=True)
    return made


def _write(file: IO[bytes], commune: Unit, viewer: Viewer, year: int, top: int) -> Bounds:
    outline = Unit.objects.only("geom").get(pk=commune.pk).geom
    if outline is None:
        raise Refused(_("%(unit)s has no boundary yet, so there is no map of it to take along."), unit=commune)
    west, south, east, north = outline.extent
    bounds = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    terrains = list(Terrain.objects.filter(extent__bboverlaps=outline).order_by("-resolution_m"))
    writer = Writer(file)
    for z, x, y in sorted(_tiles(bounds, top), key=lambda place: zxy_to_tileid(*place)):
        body = b"".join(_layers(viewer, year, z, x, y)) + _hillshade(terrains, z, x, y)
        if body:
            writer.write_tile(zxy_to_tileid(z, x, y), gzip.compress(body, mtime=0))
    writer.finalize(_header(bounds), _metadata(commune, viewer))
    return bounds


def _tiles(bounds: Bounds, top: int) -> Iterator[tuple[int, int, int]]:
    west, south, east, north = bounds
    for z in range(ZOOMS.start, top + 1):
        (left, upper), (right, lower) = tile_at(west, north, z), tile_at(east, south, z)
        yield from ((z, x, y) for x, y in product(range(left, right + 1), range(upper, lower + 1)))


def _layers(viewer: Viewer, year: int, z: int, x: int, y: int) -> Iterator[bytes]:
    for slug in SLUGS:
        layer = LAYERS[slug]
        if layer.audience is Audience.PERSONAL:
            raise ValueError(f"{slug} is personal and no part of a map to be carried about")
        if z in layer.zooms:
            body, rows, _versions = fetch(*features_sql(Spot(layer, viewer, year, z, x, y)))
            if rows:
                yield bytes(body)


def _hillshade(terrains: list[Terrain], z: int, x: int, y: int) -> bytes:
    """Return the extension field of a tile that holds its hillshade, of the finest elevation model there."""
    picture = b""
    for terrain in terrains:
        picture = draw_hillshade(terrain, z, x, y) or picture
    return _varint(HILLSHADE_FIELD << 3 | 2) + _varint(len(picture)) + picture if picture else b""


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _header(bounds: Bounds) -> dict[str, Any]:
    west, south, east, north = (round(each * 1e7) for each in bounds)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": ZOOMS.stop - 2,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(commune: Unit, viewer: Viewer) -> dict[str, Any]:
    layers = [each for slug in SLUGS for each in vector_layers(LAYERS[slug], viewer) if each["id"] == slug]
    return {"name": str(commune), "vector_layers": layers, "hillshade_field": HILLSHADE_FIELD}
