"""Which commune and year a page of the cycle is about, and whether its reader is of the staff there."""

from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer
from layers.errors import NotAllowed, NotFound
from layers.mapserver.asked import YEARS
from layers.models import Unit
from layers.models.units import Kind
from layers.programme.years import require_year


def staff(viewer: Viewer) -> Viewer:
    """Return the viewer, if one of the staff of any area. Raises NotAllowed for others."""
    if not viewer.may_see(Audience.AREA):
        raise NotAllowed(_("The yearly cycle is for the staff of an area. Sign in as one of them."))
    return viewer


def commune_of(viewer: Viewer, pk: int) -> Unit:
    """Return a rural commune of the viewer's area. Raises NotFound, whether there is none or it is not theirs."""
    staff(viewer)
    unit = Unit.objects.defer("geom").select_related("parent").filter(pk=pk, kind=Kind.COMMUNE, rural=True).first()
    if unit is None or not viewer.covers(unit.path):
        raise NotFound(_("There is no rural commune %(id)s in your area."), id=pk)
    return unit


def checked_year(unit: Unit, year: int) -> int:
    """Return a year that a commune goes through. Raises NotFound or Refused for any other, as `require_year`."""
    if year not in YEARS:
        raise NotFound(_("There is no year %(year)s here."), year=year)
    require_year(unit, year)
    return year
