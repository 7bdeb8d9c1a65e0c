"""Lines of roads that came in pieces: how they are told, and the roads made of what came after the first."""

from typing import Any
from uuid import UUID, uuid5

from django.contrib.gis.geos import LineString

from layers.models import Road

#: What of a road is the road's own and not also that of the next piece.
OWN = {"id", "uid", "key", "geom", "length_m", "name_key", "vpromms_id", "updated_at", "run"}


def shown(line: LineString) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[round(x, 7), round(y, 7)] for x, y in line.coords]}


def piece_id(record: UUID, number: int) -> UUID:
    return uuid5(record, f"piece {number}")


def twin(road: Road, uid: UUID, piece: LineString) -> Road:
    """Return another piece of a surveyed road, not saved yet."""
    alike = {f.name: getattr(road, f.name) for f in Road._meta.concrete_fields if f.name not in OWN}
    return Road(**alike, uid=uid, geom=piece)
