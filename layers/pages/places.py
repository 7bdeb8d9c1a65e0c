"""Which unit a drawn thing lies in: the hamlet that holds it, else the commune that holds most of it."""

from django.contrib.gis.db.models.functions import Intersection
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import Unit
from layers.models.units import Kind

#: A line drawn to the last metre oversteps a boundary now and then; less than this much of it inside a
#: hamlet, and it is the commune's.
HELD = 0.95


def unit_holding(geom: GEOSGeometry, year: int) -> Unit:
    """Return the smallest unit of that year that holds a point or line. Raises Refused where none does."""
    units = Unit.objects.at_end_of(year).filter(kind__in=[Kind.HAMLET, Kind.COMMUNE], geom__intersects=geom)
    whole = geom.length
    found = list(units.annotate(inside=Intersection("geom", Value(geom))).defer("geom"))
    held = {unit: unit.inside.length / whole if whole else 1.0 for unit in found}
    hamlets = {unit: share for unit, share in held.items() if unit.kind == Kind.HAMLET and share >= HELD}
    communes = {unit: share for unit, share in held.items() if unit.kind == Kind.COMMUNE}
    best = hamlets or communes
    if not best:
        raise Refused(_("This place lies in no commune known in %(year)s."), year=year)
    return max(best, key=lambda unit: (best[unit], -unit.pk))


def commune_holding(geom: GEOSGeometry, year: int) -> Unit:
    """Return the commune that a hamlet drawn there is part of. Raises Refused where there is none."""
    middle = geom.point_on_surface
    communes = Unit.objects.at_end_of(year).filter(kind=Kind.COMMUNE, geom__covers=middle)
    found = communes.order_by("pk").defer("geom").first()
    if found is None:
        raise Refused(_("This place lies in no commune known in %(year)s."), year=year)
    return found
