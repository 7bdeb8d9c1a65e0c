"""What a report is asked for: of which unit and year, for whom, and whether of the first six months."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models.functions import Collate
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.figures import state_day
from layers.mapserver.values import VIETNAMESE
from layers.models import Unit
from layers.models.units import Kind

#: Told how many of how many parts are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Order:
    unit: Unit
    year: int
    viewer: Viewer
    half: bool = False

    @property
    def period(self) -> str:
        words = {"year": self.year}
        return _("first six months of %(year)s") % words if self.half else _("year %(year)s") % words

    @property
    def running(self) -> bool:
        """Tell whether the year is not over: its results are those of today."""
        return self.year == timezone.localdate().year

    @property
    def state_of(self) -> str:
        """Return the period with the day of whose state its results are, unless that is the end of the year."""
        if not self.running:
            return self.period
        return _("%(period)s, figures as of %(day)s") % {"period": self.period, "day": state_day(self.year)}

    @property
    def held_on(self) -> str:
        """Return of which day the results are, as the foot of a table says it."""
        if not self.running:
            return _("Results are those on record on the day on which this was made.")
        words = {"day": state_day(self.year), "year": self.year}
        if self.half:
            return _("Results are those on record on %(day)s, not those of 30/06/%(year)s.") % words
        return _("Results are those on record on %(day)s; the year %(year)s is not over.") % words

    @property
    def plan_year(self) -> int:
        """The year whose plan a report looks forward to: what is left of it, or the next."""
        return self.year if self.half else self.year + 1

    @property
    def planned(self) -> str:
        words = {"year": self.plan_year}
        return _("Plan for the last six months of %(year)s") % words if self.half else _("Plan for %(year)s") % words

    def communes(self) -> list[Unit]:
        """Return the communes that are judged in the year: the unit itself, or those below it, by name."""
        found = Unit.objects.filter(kind=Kind.COMMUNE, standings__year=self.year).below(self.unit.path)
        return list(found.at_end_of(self.year).defer("geom").order_by(Collate("name", VIETNAMESE), "pk"))
