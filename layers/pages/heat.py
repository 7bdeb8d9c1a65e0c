"""`/heat.json`: the map's hexagons of unmet criteria or of poor households, for what is looked at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from layers.errors import Malformed
from layers.mapserver.asked import corners_of, only, whole, year_of
from layers.mapserver.heat import WHATS, Heat, Hexagon, heat
from layers.mapserver.hexagons import box_in_plane, ring_of
from layers.mapserver.values import number
from layers.models import Unit
from layers.sessions import AskedRequest

from .answers import answer

#: Units of a hexagon that are named; the rest are counted.
NAMED = 5
LARGEST_CRITERION = 99


@require_safe
def heat_json(request: AskedRequest) -> HttpResponse:
    only(request, ("bbox", "year", "what", "criterion"))
    year, what = year_of(request), what_of(request)
    criterion = whole(request, "criterion", 1, LARGEST_CRITERION)
    if criterion is not None and what != "unmet":
        raise Malformed(_("Poor households are not counted by criterion: leave “criterion” out."))
    corners = corners_of(request)
    if corners is None or corners[0] > corners[2]:
        raise Malformed(_("“bbox” must say what is looked at, as west,south,east,north with west before east."))
    found = heat(request.viewer, year, what, box_in_plane(*corners), criterion)
    return answer(
        {
            "type": "FeatureCollection",
            "year": year,
            "what": what,
            "criterion": criterion,
            "most": max((one.value for one in found.hexagons), default=0),
            "kind": found.kind.value,
            "features": features(found, what, criterion),
        }
    )


def what_of(request: HttpRequest) -> str:
    what = request.GET.get("what", WHATS[0])
    if what not in WHATS:
        raise Malformed(_("“what” can be: %(values)s.") % {"values": ", ".join(WHATS)})
    return what


def features(found: Heat, what: str, criterion: int | None) -> list[dict[str, Any]]:
    named = [pk for one in found.hexagons for pk in one.units[:NAMED]]
    units = {pk: (kind, name) for pk, kind, name in Unit.objects.filter(pk__in=named).values_list("pk", "kind", "name")}
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring_of(one.q, one.r, found.side)]},
            "properties": {
                "value": one.value,
                "partly": one.partly,
                "told": told(one, what, criterion),
                "units": [
                    {"id": pk, "layer": f"{units[pk][0]}s", "name": units[pk][1]}
                    for pk in one.units[:NAMED]
                    if pk in units
                ],
                "more": max(0, len(one.units) - NAMED),
            },
        }
        for one in found.hexagons
    ]


def told(one: Hexagon, what: str, criterion: int | None) -> str:
    words = {"count": number(one.value), "criterion": criterion}
    if what == "unmet" and criterion is None:
        return _("%(count)s unmet criteria") % words
    if what == "unmet":
        return ngettext(
            "%(count)s unit does not meet criterion %(criterion)s",
            "%(count)s units do not meet criterion %(criterion)s",
            one.value,
        ) % words  # fmt: skip
    if not one.partly:
        return _("%(count)s poor households") % words
    if not one.value:
        return _("number of poor households hidden; there may be none")
    return _("at least %(count)s poor households, some are hidden") % words
