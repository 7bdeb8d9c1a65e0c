"""Which years a commune goes through: those of a criteria set, that have begun, at whose end it is there."""

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.criteria.assess import set_in_force
from layers.errors import Refused
from layers.models import CriteriaSet, Standing, Succession, Unit


def years_of(unit: Unit | None = None) -> list[int]:
    """Return the years with a criteria set, from the first with results to this one; of a unit, those at whose end
    it is there."""
    now = timezone.localdate().year
    first = Standing.objects.aggregate(first=Min("year"))["first"] or now
    spans = CriteriaSet.objects.values_list("first_year", "last_year")
    covered = {year for begin, end in spans for year in range(max(begin, first), min(end, now) + 1)}
    return sorted(year for year in covered if unit is None or is_there(unit, year))


def is_there(unit: Unit, year: int) -> bool:
    """Tell whether a unit exists at the end of a year, for which it is judged."""
    return unit.valid_from.year <= year and (unit.valid_to is None or unit.valid_to.year > year)


def require_year(unit: Unit, year: int) -> None:
    """Raise NotFound where no set is in force, Refused for a year to come or one at whose end the unit is not there."""
    set_in_force(year)
    if year > timezone.localdate().year:
        raise Refused(_("The year %(year)s has not begun yet."), year=year)
    if unit.valid_from.year > year:
        raise Refused(
            _("%(unit)s exists since %(day)s: it has no year %(year)s."),
            unit=unit,
            day=f"{unit.valid_from:%d/%m/%Y}",
            year=year,
        )
    if not is_there(unit, year):
        raise Refused(
            _("%(unit)s ended on %(day)s. The year %(year)s is that of its successor: %(successors)s."),
            unit=unit,
            day=f"{unit.valid_to:%d/%m/%Y}",
            year=year,
            successors=", ".join(str(one) for one in successors_of(unit)) or "–",
        )


def successors_of(unit: Unit) -> list[Unit]:
    rows = Succession.objects.filter(predecessor=unit).select_related("successor").defer("successor__geom")
    return [row.successor for row in rows.order_by("successor__code")]


def predecessors_of(unit: Unit) -> list[Unit]:
    rows = Succession.objects.filter(successor=unit).select_related("predecessor").defer("predecessor__geom")
    return [row.predecessor for row in rows.order_by("predecessor__code")]
