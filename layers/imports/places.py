"""Which unit a drawn thing lies in: by the rule of the import (`layers.imports.placing`), so that both agree."""

from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import Unit
from layers.models.units import Kind


def middle(geom: GEOSGeometry) -> Point:
    """Return where a thing counts as lying: a line at half its length, an area at a point on it."""
    if isinstance(geom, Point):
        return geom
    return geom.interpolate_normalized(0.5) if isinstance(geom, LineString) else geom.point_on_surface


def unit_holding(geom: GEOSGeometry, year: int, kinds: tuple[Kind, ...] = (Kind.HAMLET, Kind.COMMUNE)) -> Unit:
    """Return the first of these kinds of unit, as of that year, that a thing lies in. Raises Refused where none is."""
    rank = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(kinds)))
    units = Unit.objects.at_end_of(year).filter(kind__in=kinds, geom__intersects=middle(geom))
    found = units.order_by(rank, "pk").defer("geom").first()
    if found is None:
        raise Refused(_("This place lies in no commune known in %(year)s."), year=year)
    return found
