"""How a board is looked at: since when things moved, and for whom of the steering committee."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.errors import Malformed

#: Against which moment "moved" is told.
SINCE = {
    "year": gettext_lazy("the year before"),
    "quarter": gettext_lazy("the start of this quarter"),
    "month": gettext_lazy("the start of this month"),
    "week": gettext_lazy("seven days ago"),
}


@dataclass(frozen=True)
class View:
    """`post` is a post in the steering committee, "" for all; what it answers for is shown alone."""

    since: str = "year"
    post: str = ""

    def moment(self) -> datetime | None:
        """Return since when changes of the same year count; None for the year before."""
        first = first_day(self.since, timezone.localdate())
        return None if first is None else timezone.make_aware(datetime.combine(first, time.min))

    def told(self, moved: str, year: int) -> str:
        """Return what has moved with since when, "" where nothing has."""
        first = first_day(self.since, timezone.localdate())
        if not moved:
            return ""
        if first is None:
            return _("%(moved)s since %(before)s") % {"moved": moved, "before": year - 1}
        return _("%(moved)s since the day %(day)s") % {"moved": moved, "day": formats.date_format(first, "d/m/Y")}


def first_day(since: str, today: date) -> date | None:
    if since not in SINCE:
        raise Malformed(_("“since” can be: %(values)s.") % {"values": ", ".join(SINCE)})
    days = {
        "quarter": date(today.year, today.month - (today.month - 1) % 3, 1),
        "month": today.replace(day=1),
        "week": today - timedelta(days=7),
    }
    return days.get(since)
