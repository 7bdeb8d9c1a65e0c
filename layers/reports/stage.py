"""How far a commune's year is, with the decision or minutes behind it, for documents of those who take its steps."""

from django.utils import formats
from django.utils.translation import gettext as _

from layers.access import Audience, Viewer
from layers.models import Cycle, Unit


def stage(unit: Unit, year: int, viewer: Viewer) -> str:
    """Return where a commune's year stands, for the staff of its area; "" for others and where no step was taken."""
    if not (viewer.may_see(Audience.AREA) and viewer.covers(unit.path)):
        return ""
    cycle = Cycle.objects.filter(unit=unit, year=year).first()
    step = cycle.steps.filter(after=cycle.state).order_by("-at", "-pk").first() if cycle else None
    if cycle is None or step is None:
        return ""
    words = {"year": year, "state": cycle.get_state_display(), "number": step.decision_number}
    if not (step.decision_number and step.decision_on):
        return _("The year %(year)s: %(state)s.") % words
    words["day"] = formats.date_format(step.decision_on, "d/m/Y")
    return _("The year %(year)s: %(state)s (no. %(number)s of %(day)s).") % words
