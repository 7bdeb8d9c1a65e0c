"""Which unit, which years, whose area: what a page needs to know beyond what its address says."""

from django.contrib.gis.db.models.functions import Envelope
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import NotFound
from layers.mapserver.asked import LARGEST_ID, whole
from layers.models import Unit
from layers.models.units import UnitQuerySet


def boxed(units: UnitQuerySet) -> UnitQuerySet:
    """Leave outlines, which are large, in the database; bring their box as `box`."""
    return units.defer("geom").annotate(box=Envelope("geom"))


def find_unit(pk: int) -> Unit:
    unit = boxed(Unit.objects.filter(pk=pk)).first()
    if unit is None:
        raise NotFound(_("There is no unit %(id)s."), id=pk)
    return unit


def unit_asked(request: HttpRequest) -> Unit | None:
    """Return the unit by which the address narrows the answer, if it does."""
    # A form sends "unit=" where no unit is chosen.
    pk = whole(request, "unit", 1, LARGEST_ID) if request.GET.get("unit") else None
    return None if pk is None else find_unit(pk)


def ancestors(unit: Unit) -> list[Unit]:
    """Return the units that hold this one, from the whole to the part, without itself."""
    above = [int(pk) for pk in unit.path.split("/")[:-2]]
    found = Unit.objects.defer("geom").in_bulk(above) if above else {}
    return [found[pk] for pk in above]


def home_unit(viewer: Viewer, year: int) -> Unit | None:
    """Return the viewer's own unit; for somebody bound to none, the first city or district with results."""
    units = boxed(Unit.objects.at_end_of(year))
    if viewer.areas:
        own = units.filter(path__in=viewer.areas)
        return min(own, key=lambda unit: (unit.path.count("/"), unit.path), default=None)
    first = units.filter(kind="commune", standings__year=year).order_by("path").first()
    return units.filter(pk=first.parent_id).first() if first else units.order_by("path").first()
