"""What a phone takes along of a commune: forms, hamlets, outline, indicators, and how much there is to download."""

import json
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.criteria.assess import set_in_force
from layers.errors import NotFound
from layers.models import Indicator, RecordState, Unit
from layers.models.units import Kind

from .published import current_forms

#: Bytes that a record takes on the wire, as measured of the sample's; only for telling the size beforehand.
RECORD_BYTES = 480
#: Degrees by which an outline is thinned, about 10 m: it only tells whether somebody stands far outside.
THIN = 1e-4
#: Years of reviews that a phone takes along.
YEARS = 2


def years_of(year: int) -> list[int]:
    return list(range(year - YEARS + 1, year + 1))


def communes_of(viewer: Viewer, year: int) -> list[Unit]:
    """Return the communes in which a viewer works, also where the viewer is bound to hamlets only."""
    communes = Unit.objects.at_end_of(year).filter(kind=Kind.COMMUNE)
    ids = {int(part) for area in viewer.areas for part in area.split("/") if part}
    return list(communes.filter(viewer.within("path") | Q(pk__in=ids)).defer("geom").order_by("path"))


def commune_named(viewer: Viewer, code: str, year: int) -> Unit:
    """Return a commune of the viewer's. Raises NotFound, whether there is none or it is not theirs."""
    found = next((unit for unit in communes_of(viewer, year) if unit.code == code), None)
    if found is None:
        raise NotFound(_("You have no commune “%(code)s”."), code=code[:20])
    return found


def hamlets_of(viewer: Viewer, commune: Unit, year: int) -> QuerySet[Unit]:
    hamlets = Unit.objects.at_end_of(year).filter(viewer.within("path"), kind=Kind.HAMLET)
    return hamlets.below(commune.path).defer("geom").order_by("code")


def pack_json(viewer: Viewer, commune: Unit, year: int) -> dict[str, Any]:
    """Return a commune's pack without its map."""
    states = RecordState.objects.filter(viewer.within("unit__path"), deleted=False)
    count = states.filter(unit__path__startswith=commune.path).count()
    outline = Unit.objects.only("geom").get(pk=commune.pk).geom
    return {
        "commune": commune.code,
        "name": commune.name,
        "title": commune.title,
        "year": year,
        "years": years_of(year),
        "records": {
            "url": f"/api/field/v1/records?commune={commune.code}",
            "count": count,
            "bytes": count * RECORD_BYTES,
        },
        "forms": [{"form_id": f.form_id, "version": f.version, "md5": f.md5} for f in current_forms()],
        "hamlets": [
            {
                "code": unit.code,
                "name": unit.name,
                "title": unit.title,
                "point": list(unit.point.coords) if unit.point else None,
            }
            for unit in hamlets_of(viewer, commune, year)
        ],
        "outline": _outline(outline) if outline else None,
        "indicators": indicators(year),
    }


def _outline(outline: MultiPolygon) -> Any:
    thin = outline.simplify(THIN, preserve_topology=True)
    return json.loads((thin if isinstance(thin, MultiPolygon) else MultiPolygon(thin)).json)


def indicators(year: int) -> list[dict[str, Any]]:
    """Return the indicators of the set in force, as choices; none where no set is."""
    try:
        criteria_set = set_in_force(year)
    except NotFound:
        return []
    found = Indicator.objects.filter(criterion__criteria_set=criteria_set).select_related("criterion")
    return [
        {
            "value": f"{each.code}:{each.part}" if each.part else each.code,
            "criterion": each.criterion.number,
            "name": {"vi": each.name_vi, "en": each.name_en},
            "criterion_name": {"vi": each.criterion.name_vi, "en": each.criterion.name_en},
        }
        for each in found.order_by("criterion__number", "id")
    ]
