"""`/plans/<uid>/roads/<id>.json`: a road clicked on a plan's map, and whether the plan may have it hardened."""

from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.errors import NotFound
from layers.models import LAYERS
from layers.models.roads import RoadClass, Surface
from layers.pages.answers import answer
from layers.planning import planner
from layers.planning.plans.settings import CLASSES
from layers.sessions import AskedRequest


@require_safe
def road(request: AskedRequest, uid: str, pk: int) -> HttpResponse:
    plan = planner.find(request.viewer, uid)
    inside = Viewer(areas=tuple(plan.region.values_list("unit__path", flat=True))).within("unit__path")
    rows = LAYERS["roads"].rows(request.viewer, plan.year).filter(inside, pk=pk)
    row = rows.values("uid", "name", "road_class", "surface", "length_m", "hardened", unit_name=F("unit__name")).first()
    if row is None:
        raise NotFound(_("This road lies outside the plan's communes."))
    return answer(
        {
            "uid": str(row["uid"]),
            "name": row["name"] or _("Road in %(unit)s") % {"unit": row["unit_name"]},
            "road_class": RoadClass(row["road_class"]).label,
            "surface": Surface(row["surface"]).label if row["surface"] else _("surface not known"),
            "length_m": row["length_m"],
            "worth": f"{reverse('road_worth', args=[pk])}?{urlencode({'year': plan.year})}",
            "candidate": not row["hardened"] and row["road_class"] in CLASSES,
        }
    )
