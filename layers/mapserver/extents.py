"""Where a viewer's rows can lie at most, for clients that zoom to a layer: the box of the viewer's units."""

from dataclasses import dataclass

from django.contrib.gis.db.models import Extent

from layers.access import Audience, Viewer
from layers.geo import VIETNAM
from layers.models import Layer, Unit

from .cache import KEPT
from .versions import scope, table_versions


@dataclass(frozen=True)
class Box:
    bounds: tuple[float, float, float, float]
    nbytes: int = 200


def extent(layer: Layer, viewer: Viewer) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees; all of Vietnam where no unit has a boundary or a centre."""
    key = ("extent", table_versions().get("units", 0), scope(layer, viewer))
    return KEPT.get_or_make(key, lambda: _measure(layer, viewer)).bounds


def _measure(layer: Layer, viewer: Viewer) -> Box:
    units = Unit.objects.order_by()
    if layer.audience is not Audience.PUBLIC and viewer.may_see(layer.audience):
        units = units.filter(viewer.within("path"))
    boxes = [box for box in units.aggregate(a=Extent("geom"), b=Extent("point")).values() if box]
    if not boxes:
        return Box(VIETNAM)
    west, south, east, north = zip(*boxes, strict=True)
    return Box((min(west), min(south), max(east), max(north)))
