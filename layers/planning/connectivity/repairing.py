"""Making a repair of the network, and taking one back: what a planner decides of a road of the own area."""

from typing import Any

import shapely
from django.contrib.gis.geos import LineString, Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Malformed, NotAllowed, NotFound, Refused
from layers.geo import WGS84, length_m
from layers.models import ROADS, NetworkRepair, RepairKind, Road
from layers.models.network import LINKING
from layers.planning.network.repairs import FITS

from .reading import REACH

#: Degrees, about two metres: how near to a road a link must end.
TOUCHES = 2e-5


def make_repair(viewer: Viewer, year: int, asked: dict[str, Any]) -> NetworkRepair:
    """Store a repair as an offer describes it: `kind`, `road`, and for some `other` and `link`.

    Raises NotAllowed for who may not, NotFound for roads not theirs, Malformed and Refused for what makes no sense.
    """
    if not viewer.may_edit:
        raise NotAllowed(_("Planners and administrators of the area repair its network. Sign in as one of them."))
    kind = asked.get("kind")
    if kind not in RepairKind.values:
        raise Malformed(_("There is no repair “%(kind)s”."), kind=str(kind)[:20])
    road = _road(viewer, year, asked.get("road"))
    other = None if asked.get("other") is None else _road(viewer, year, asked["other"])
    link = _link(road, year, asked.get("link")) if kind in LINKING else None
    try:
        with transaction.atomic():
            # One at a time for a road, so that a click that is sent twice is one repair.
            Road.objects.select_for_update().only("pk").get(pk=road.pk)
            if link is not None and NetworkRepair.objects.standing().filter(road=road, kind=kind, link=link).exists():
                raise Refused(_("This road is repaired in this way already. Load the page again."))
            return NetworkRepair.objects.create(kind=kind, road=road, other=other, link=link, made_by_id=viewer.user_id)
    except IntegrityError as error:
        raise Refused(_("This road is repaired in this way already. Load the page again.")) from error


def undo_repair(viewer: Viewer, pk: int) -> NetworkRepair:
    """Take a repair back; it stays on record, with who took it back and when."""
    if not viewer.may_edit:
        raise NotAllowed(_("Planners and administrators of the area repair its network. Sign in as one of them."))
    with transaction.atomic():
        standing = NetworkRepair.objects.standing().filter(viewer.within("road__unit__path"), pk=pk)
        repair = standing.select_for_update(of=("self",)).first()
        if repair is None:
            raise NotFound(_("There is no repair %(id)s that could be undone."), id=pk)
        repair.undone_by_id, repair.undone_at = viewer.user_id, timezone.now()
        repair.save(update_fields=["undone_by", "undone_at"])
    return repair


def _road(viewer: Viewer, year: int, pk: Any) -> Road:
    whole = isinstance(pk, int) and not isinstance(pk, bool) and 0 < pk < 2**63
    road = ROADS.rows(viewer, year).filter(pk=pk).first() if whole else None
    if road is None:
        raise NotFound(_("“%(layer)s” has nothing numbered %(id)s in %(year)s."), layer=ROADS.title, id=pk, year=year)
    return road


def _link(road: Road, year: int, positions: Any) -> LineString:
    """Return a link if it leads from an end of the road, as repaired so far, to another road nearby."""
    try:
        begin, end = (Point(float(x), float(y), srid=WGS84) for x, y in positions)
        link = LineString(begin, end, srid=WGS84)
    except (TypeError, ValueError) as error:
        raise Malformed(_("“link” must be two positions in longitude and latitude.")) from error
    moved = NetworkRepair.objects.standing().filter(road=road, kind=RepairKind.SNAP)
    ends = [road.geom[0], road.geom[-1], *(repair.link[-1] for repair in moved if repair.link)]
    if not any(_metres(begin.coords, at) <= FITS for at in ends):
        raise Refused(_("The link begins at no end of the road. The road may have changed; load the page again."))
    if not 0 < _metres(begin.coords, end.coords) <= REACH:
        raise Refused(_("A link is at most %(metres)s m long. Draw the missing road instead."), metres=f"{REACH:g}")
    if not Road.objects.as_of_year(year).exclude(pk=road.pk).filter(geom__dwithin=(end, TOUCHES)).exists():
        raise Refused(_("The link ends at no other road. The road may have changed; load the page again."))
    return link


def _metres(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return length_m(shapely.LineString([one[:2], other[:2]]))
