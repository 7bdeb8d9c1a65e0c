"""In which unit a record from the field belongs, and whether its sender works there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Invalid, Refused
from layers.geo import WGS84
from layers.imports.places import unit_holding
from layers.models import Unit
from layers.models.units import Kind

from .filled import Filled, Spot

#: Metres beside its unit, or from where the record was before, from which a position is marked for somebody to look at.
FAR_M = 500
#: Of latitude; of longitude they are a little fewer, which here makes no odds.
METRES_A_DEGREE = 111_320


@dataclass(frozen=True)
class Placed:
    """`far` tells that the position lies well outside the unit that the sender named."""

    unit: Unit
    far: bool = False


def point_of(spot: Spot) -> Point:
    return Point(spot.lon, spot.lat, srid=WGS84)


def place(filled: Filled, geom: GEOSGeometry | None, viewer: Viewer, year: int) -> Placed:
    """Return the unit of a record: where its position lies, else the one named. Raises Invalid outside the area.

    A position beyond the sender's area is kept under the unit that was named, if that is in it: boundaries are
    provisional, and a record that nobody would take is a record lost.
    """
    named = _named(filled, year)
    holding = _holding(geom, year) if geom is not None else None
    if holding is not None and viewer.covers(holding.path):
        return Placed(holding)
    if named is not None and viewer.covers(named.path):
        return Placed(named, far=geom is not None and _distance(named, geom) > FAR_M)
    if holding is not None or named is not None:
        unit = holding or named
        raise Invalid([("location" if holding else "unit", _outside(unit))])
    if geom is not None:
        raise Invalid([("location", _("This place lies in no commune that is known. Choose the hamlet."))])
    raise Invalid([("unit", _("Choose the hamlet, or take the position."))])


def _outside(unit: Unit | None) -> str:
    return str(_("This lies in %(unit)s, outside your area.")) % {"unit": unit}


def _named(filled: Filled, year: int) -> Unit | None:
    if not filled.unit:
        return None
    kinds = (Kind.HAMLET, Kind.COMMUNE)
    found = Unit.objects.at_end_of(year).filter(code=filled.unit, kind__in=kinds).defer("geom").first()
    if found is None:
        raise Invalid([("unit", str(_("There is no unit “%(code)s”.")) % {"code": filled.unit[:20]})])
    return found


def _holding(geom: GEOSGeometry, year: int) -> Unit | None:
    try:
        return unit_holding(geom, year)
    except Refused:
        return None


def _distance(unit: Unit, geom: GEOSGeometry) -> float:
    found = Unit.objects.filter(pk=unit.pk, geom__isnull=False).annotate(away=Distance("geom", geom)).first()
    return found.away.m if found else 0.0


def strays(unit: Unit, lines: Iterable[LineString]) -> bool:
    """Tell whether any part of a road lies far outside its commune: none of a commune crosses the country."""
    lines = list(lines)
    if not lines:
        return False
    commune = Unit.objects.filter(pk=commune_of(unit).pk, geom__isnull=False).first()
    if commune is None or commune.geom is None:
        return False
    around = commune.geom.buffer(FAR_M / METRES_A_DEGREE)
    return any(not around.contains(line) for line in lines)


def commune_of(unit: Unit) -> Unit:
    """Return the commune that a unit is, or is part of; the unit itself above communes."""
    if unit.kind != Kind.HAMLET:
        return unit
    ids = [int(part) for part in unit.path.split("/") if part]
    return Unit.objects.filter(pk__in=ids, kind=Kind.COMMUNE).defer("geom").first() or unit
