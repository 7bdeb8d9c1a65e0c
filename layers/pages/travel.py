"""`/access/`: how long the way to a service takes: hamlets by share, roads by time, households that are left out.

Shares are everybody's, as `planning.travel.shares` tells them. Roads are shown to the staff of the area, households
to those entitled to personal data, whose reading is recorded.
"""

import json
import math
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import F, Func, Value
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.errors import Malformed, NotFound
from layers.mapserver.asked import only, whole, year_of
from layers.models import HOUSEHOLDS, ROADS, Unit, record_read
from layers.planning.access.speeds import MODES
from layers.planning.arrays import Bools
from layers.planning.store.kept import Lived, lived_in
from layers.planning.store.services import SERVICES
from layers.planning.travel.lines import roads_by_time
from layers.planning.travel.rural import rural_access
from layers.planning.travel.shares import Share, by_unit, exact_for, share
from layers.planning.travel.times import Journey, Travel, travel
from layers.sessions import AskedRequest

from .answers import answer
from .asking import home_unit, unit_asked
from .travel_words import SEASONS, Asked, described, headline, minutes_of, options, rural_means, share_json

#: Degrees within which an outline may be simplified, for a commune and for what is larger.
FINE, COARSE = 0.00003, 0.0003
#: The roads are coloured up to these parts of the minutes asked for.
BANDS = (0.5, 1.0, 2.0)
#: Households left out that are sent at most, the farthest first.
HOUSEHOLDS_MAX = 2_000


def asked_of(request: AskedRequest) -> Asked:
    """Read which unit, journey and time are asked for; what is not said has a default."""
    only(request, ("unit", "year", "service", "mode", "season", "minutes"))
    year = year_of(request)
    unit = unit_asked(request) or home_unit(request.viewer, year)
    if unit is None:
        raise NotFound(gettext_lazy("No units are stored yet. Import provinces, districts and communes first."))
    service, mode, season = (
        one_of(request, name, known)
        for name, known in (("service", tuple(SERVICES)), ("mode", MODES), ("season", tuple(SEASONS)))
    )
    return Asked(unit, year, Journey(service, mode, season == "wet"), whole(request, "minutes", 1, 600) or 30)


def one_of(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    text = request.GET.get(name, known[0])
    if text not in known:
        raise Malformed(
            gettext_lazy("“%(name)s” must be one of %(known)s, not “%(value)s”."),
            name=name,
            known=", ".join(known),
            value=text[:40],
        )
    return text


@require_safe
def access_hamlets(request: AskedRequest) -> HttpResponse:
    asked, viewer = asked_of(request), request.viewer
    lived = lived_in(asked.unit, asked.year)
    made = travel(lived, asked.journey)
    mine = homes_in(lived, asked.unit)
    within = int((made.seconds[mine] <= asked.limit).sum())
    told = share(within, int(mine.sum()), exact_for(viewer, asked.unit.path))
    return answer(
        {
            "unit": {"id": asked.unit.pk, "name": str(asked.unit), "kind": asked.unit.kind},
            "year": asked.year,
            "asked": described(asked),
            "options": options(),
            "headline": headline(asked, told),
            "share": share_json(told),
            "hamlets": {"type": "FeatureCollection", "features": hamlets(asked, lived, made, mine, viewer)},
            "places": int((made.streets.places >= 0).sum()),
            "rural": rural(lived, mine, viewer, asked.unit.path),
            "sees": {"roads": sees(viewer, asked.unit, Audience.AREA), "households": sees_homes(viewer, asked.unit)},
        }
    )


@require_safe
def access_roads(request: AskedRequest) -> HttpResponse:
    """Answer with the roads of the unit by travel time, for the staff of the area."""
    asked = asked_of(request)
    if not sees(request.viewer, asked.unit, Audience.AREA):
        raise NotFound(gettext_lazy("There is no such unit in your area. Choose one of yours, or sign in."))
    lived = lived_in(asked.unit, asked.year)
    made = travel(lived, asked.journey)
    limits = np.array([part * asked.limit for part in BANDS])
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shapely.set_precision(stretch.geometry, 1e-6, mode="pointwise")),
            "properties": {"band": stretch.band},
        }
        for stretch in roads_by_time(lived, made, limits, roads_in(lived, request.viewer, asked))
    ]
    bands = [round(part * asked.minutes) for part in BANDS]
    return answer({"type": "FeatureCollection", "bands": bands, "features": features})


@require_safe
def access_households(request: AskedRequest) -> HttpResponse:
    """Answer with the households not within the time, for those entitled to personal data."""
    asked, viewer = asked_of(request), request.viewer
    if not sees_homes(viewer, asked.unit):
        raise NotFound(gettext_lazy("There is no such unit in your area. Choose one of yours, or sign in."))
    lived = lived_in(asked.unit, asked.year)
    seconds = travel(lived, asked.journey).seconds
    late = np.flatnonzero(homes_in(lived, asked.unit) & (seconds > asked.limit))
    late = late[np.argsort(-seconds[late], kind="stable")]
    took = dict(zip(lived.homes.pk[late].tolist(), seconds[late].tolist(), strict=True))
    # The network knows all households; those that are shown are the viewer's rows and no others.
    rows = HOUSEHOLDS.rows(viewer, asked.year).filter(pk__in=list(took)[:HOUSEHOLDS_MAX], geom__isnull=False)
    features = [
        {
            "type": "Feature",
            "id": pk,
            "geometry": {"type": "Point", "coordinates": list(geom.coords)},
            "properties": {"minutes": minutes_of(took[pk]), "category": category},
        }
        for pk, geom, category in rows.values_list("pk", "geom", "category")
    ]
    record_read(viewer, HOUSEHOLDS.slug, "access", f"unit={asked.unit.pk} {asked.journey.service}", len(features))
    return answer({"type": "FeatureCollection", "count": len(took), "features": features})


@require_safe
def access_rural(request: AskedRequest) -> HttpResponse:
    """Answer with the Rural Access Index of a unit and of its parts."""
    only(request, ("unit", "year"))
    year, viewer = year_of(request), request.viewer
    unit = unit_asked(request) or home_unit(viewer, year)
    if unit is None:
        raise NotFound(gettext_lazy("No units are stored yet. Import provinces, districts and communes first."))
    lived = lived_in(unit, year)
    path_of = dict(Unit.objects.filter(pk__in=set(lived.homes.unit.tolist())).values_list("pk", "path"))
    home_path = [path_of.get(pk, "") for pk in lived.homes.unit.tolist()]
    parts = []
    for part in Unit.objects.at_end_of(year).filter(parent=unit).order_by("path").defer("geom"):
        mine = np.array([path.startswith(part.path) for path in home_path], dtype=np.bool_)
        parts.append({"id": part.pk, "name": str(part), **rural(lived, mine, viewer, part.path)})
    whole_unit = rural(lived, homes_in(lived, unit), viewer, unit.path)
    return answer(
        {"unit": {"id": unit.pk, "name": str(unit)}, "year": year, **whole_unit, "parts": parts, "means": rural_means()}
    )


def homes_in(lived: Lived, unit: Unit) -> Bools:
    """(H,) which households live in a unit."""
    ids = Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True)
    return np.asarray(np.isin(lived.homes.unit, list(ids)), dtype=np.bool_)


def roads_in(lived: Lived, viewer: Viewer, asked: Asked) -> Bools:
    """(E,) which edges are of roads of the unit that the viewer may see."""
    inventory = lived.ways.inventory
    rows = ROADS.rows(viewer, asked.year).filter(unit__path__startswith=asked.unit.path)
    shown = np.isin(inventory.roads.pk, list(rows.values_list("pk", flat=True)))
    return np.asarray(shown[inventory.noded.network.line], dtype=np.bool_)


def sees(viewer: Viewer, unit: Unit, audience: Audience) -> bool:
    return viewer.may_see(audience) and viewer.covers(unit.path)


def sees_homes(viewer: Viewer, unit: Unit) -> bool:
    return sees(viewer, unit, Audience.PERSONAL)


def hamlets(asked: Asked, lived: Lived, made: Travel, mine: Bools, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the units that households live in, with the share that is in time as the viewer may see it."""
    sums = by_unit(lived.homes.unit, made.seconds, asked.limit, mine)
    fine = FINE if asked.unit.kind in ("commune", "hamlet") else COARSE
    simple = Func(F("geom"), Value(fine), function="ST_SimplifyPreserveTopology", output_field=GeometryField())
    rows = {
        row["pk"]: row
        for row in Unit.objects.filter(pk__in=sums.unit.tolist())
        .annotate(shape=AsGeoJSON(simple, precision=5), spot=AsGeoJSON("point", precision=5))
        .values("pk", "name", "path", "shape", "spot")
    }
    features = []
    for place, pk in enumerate(sums.unit.tolist()):
        row = rows[pk]
        exact = exact_for(viewer, row["path"])
        told = share(int(sums.within[place]), int(sums.whole[place]), exact)
        shape = row["shape"] or row["spot"]
        features.append(
            {
                "type": "Feature",
                "id": pk,
                "geometry": json.loads(shape) if shape else None,
                "properties": {
                    "name": row["name"],
                    **share_json(told),
                    "cut_off": int(sums.cut_off[place]) if exact else None,
                    "median": minutes_of(sums.median[place]) if exact else None,
                    "reachable": bool(math.isfinite(sums.median[place])) if exact else None,
                },
            }
        )
    return features


def rural(lived: Lived, mine: Bools, viewer: Viewer, path: str) -> dict[str, Any]:
    """Return the Rural Access Index of some households: of persons where told exactly, else in steps of households."""
    made = rural_access(lived)
    here = mine & made.rural
    exact = exact_for(viewer, path)
    told = share(int((here & made.near).sum()), int(here.sum()), exact)
    persons = lived.homes.persons
    if exact and here.any():
        percent = float(100 * persons[here & made.near].sum() / persons[here].sum())
        told = Share(percent, percent, told.part, told.whole)
    return {"rural_access": share_json(told)}
