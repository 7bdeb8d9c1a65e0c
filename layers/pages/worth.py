"""`/features/roads/<id>/worth.json`: the cost-benefit appraisal of one road, beside its ranking."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from layers.errors import NotFound
from layers.mapserver.asked import only, whole, year_of
from layers.models import LAYERS
from layers.planning.store.worth import appraise_roads
from layers.reports.worth import worth_of
from layers.sessions import AskedRequest

from .answers import answer

#: Traffic levels of the model.
LEVELS = (1, 15)


@require_safe
def road_worth(request: AskedRequest, pk: int) -> HttpResponse:
    """Answer with a road's alternatives; `level` stands for a traffic level that somebody counted."""
    only(request, ("year", "level"))
    level = whole(request, "level", *LEVELS) or 0
    found = appraise_roads(LAYERS["roads"].rows(request.viewer, year_of(request)).filter(pk=pk), level)
    if not found:
        raise NotFound(_("There is no road %(id)s."), id=pk)
    return answer(worth_of(found[0], 0))
