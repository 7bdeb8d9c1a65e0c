"""Where one travels to: the services of a region, by what they are for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from layers.models import Facility, WasteSite
from layers.models.facilities import FacilityKind, SchoolLevel
from layers.models.layer import Text
from layers.models.waste import WasteKind
from layers.planning.arrays import Floats

from .network import read_centres
from .region import Region

#: Degrees beyond a region's box within which services still serve it: who lives at the border goes across.
AROUND = 0.02
#: Where a household may take its waste.
WASTE_POINTS = (WasteKind.TRANSFER, WasteKind.GROUP_KILN, WasteKind.INCINERATOR, WasteKind.LANDFILL)


@dataclass(frozen=True)
class Service:
    """`rows(year)` are the places that offer it; none for the commune centre, which a commune always has."""

    title: Text
    rows: Callable[[int], QuerySet] | None


def _facility(kind: FacilityKind, **more: str) -> Callable[[int], QuerySet]:
    return lambda year: Facility.objects.as_of_year(year).filter(kind=kind, **more)


SERVICES: dict[str, Service] = {
    "centre": Service(_("commune centre"), None),
    "kindergarten": Service(_("kindergarten"), _facility(FacilityKind.SCHOOL, level=SchoolLevel.KINDERGARTEN)),
    "primary": Service(_("primary school"), _facility(FacilityKind.SCHOOL, level=SchoolLevel.PRIMARY)),
    "lower_secondary": Service(
        _("lower secondary school"), _facility(FacilityKind.SCHOOL, level=SchoolLevel.LOWER_SECONDARY)
    ),
    "upper_secondary": Service(
        _("upper secondary school"), _facility(FacilityKind.SCHOOL, level=SchoolLevel.UPPER_SECONDARY)
    ),
    "health_station": Service(_("health station"), _facility(FacilityKind.HEALTH_STATION)),
    "market": Service(_("market"), _facility(FacilityKind.MARKET)),
    "culture_house": Service(_("culture house"), _facility(FacilityKind.CULTURE_HOUSE)),
    "waste": Service(
        _("waste collection point or kiln"),
        lambda year: WasteSite.objects.as_of_year(year).filter(kind__in=WASTE_POINTS),
    ),
}


def read_places(region: Region, service: str) -> Floats:
    """(P, 2) metres of the places in and near a region that offer a service at the end of its year, by identifier."""
    rows = SERVICES[service].rows
    if rows is None:
        return read_centres(region)[0]
    west, south, east, north = region.box
    near = Polygon.from_bbox((west - AROUND, south - AROUND, east + AROUND, north + AROUND))
    found = rows(region.year).filter(geom__bboverlaps=near).annotate(shape=AsWKB("geom")).order_by("uid")
    shapes = [bytes(shape) for shape in found.values_list("shape", flat=True)]
    points = region.metres.project(np.asarray(shapely.from_wkb(shapes), dtype=object))
    return shapely.get_coordinates(points).reshape(-1, 2)
