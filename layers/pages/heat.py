"""`/board/heat/`: hexagons of unmet criteria or of poor households, with the same as a table."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.errors import Malformed
from layers.mapserver.asked import known_years, only, year_of
from layers.mapserver.values import number
from layers.models import Unit
from layers.reports.maps import WHATS, heat
from layers.reports.maps.heat import Hexagon
from layers.sessions import AskedRequest

from .asking import boxed, find_unit, home_unit, unit_asked

SIZE = (240.0, 150.0)


@never_cache
@require_safe
def heat_page(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "year", "what"))
    year, what = year_of(request), request.GET.get("what", WHATS[0])
    if what not in WHATS:
        raise Malformed(_("“what” can be: %(values)s.") % {"values": ", ".join(WHATS)})
    unit = unit_asked(request) or home_unit(request.viewer, year) or boxed(Unit.objects.order_by("path")).first()
    if unit is not None and unit.kind == "hamlet":
        unit = find_unit(unit.parent_id or unit.pk)
    drawn = heat(request.viewer, unit, year, what, *SIZE) if unit else None
    page = {"unit": unit, "year": year, "years": sorted({*known_years(), year}), "what": what, "heat": drawn}
    if unit is not None and drawn is not None:
        page["rows"] = rows_of(unit, year, [one for one in drawn.hexagons if one.value or one.partly])
        page["board"] = f"{reverse('board')}?{urlencode({'unit': unit.pk, 'year': year})}"
    return render(request, "board/heat.html", page)


def rows_of(unit: Unit, year: int, hexagons: list[Hexagon]) -> list[dict[str, object]]:
    """Return what each hexagon holds, the most first, with where its units lead on the map."""
    inside = Unit.objects.in_bulk([pk for one in hexagons for pk in one.units])
    rows = []
    for one in sorted(hexagons, key=lambda one: -one.value):
        units = [inside[pk] for pk in one.units if pk in inside]
        rows.append(
            {
                "value": number(int(one.value)),
                "partly": one.partly,
                "units": [(part.name, map_of(unit, year, part)) for part in units],
            }
        )
    return rows


def map_of(unit: Unit, year: int, part: Unit) -> str:
    query = {"unit": unit.pk, "year": year, "pick": f"{part.kind}s/{part.pk}"}
    return f"{reverse('map')}?{urlencode(query, safe='/')}"
