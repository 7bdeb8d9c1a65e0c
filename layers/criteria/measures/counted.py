"""Measures counted elsewhere: a `Statistic` of a unit and year with both of its sums.

What is counted is named where statistics are stored. A commune's own figure is its total; those of its hamlets are
added up only where it has none. Both sums are needed, also where the value is the count itself: "0 makeshift
houses" says nothing without how many houses were looked at.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.layer import Text
from layers.models.statistics import Counted

from .measure import SHARE, Measure


def _counted(
    code: Counted,
    whole: Text,
    unit: Text,
    *,
    slug: str = "",
    whole_unit: Text = "",
    factor: float | None = SHARE,
    fewer: bool = False,
    things: bool = True,
    people: bool = False,
    proves_met: bool = True,
) -> Measure:
    return Measure(
        slug or code.value,
        code.label,
        whole,
        "statistics",
        "",
        Q(code=code.value),
        unit=unit,
        whole_unit=whole_unit,
        factor=factor,
        fewer=fewer,
        things=things,
        people=people,
        empty_hamlet="-",
        proves_met=proves_met,
    )


COUNTED = (
    _counted(Counted.IRRIGATED_LAND, _("farm land"), _("ha"), things=False),
    _counted(Counted.ELECTRICITY, _("households"), _("households"), people=True),
    _counted(
        Counted.MAKESHIFT_HOUSES,
        _("houses"),
        _("houses"),
        factor=None,
        fewer=True,
        people=True,
    ),
    _counted(Counted.STANDARD_HOUSES, _("households"), _("households"), people=True),
    # In thousand millions of dong, so that a thousand of them a head are a million.
    _counted(
        Counted.INCOME,
        _("residents"),
        _("thousand million dong"),
        whole_unit=_("people"),
        factor=1000,
        things=False,
    ),
    _counted(Counted.EMPLOYED, _("people of working age able to work"), _("people"), people=True),
    _counted(Counted.TRAINED_WORKERS, _("workers"), _("people"), people=True),
    _counted(
        Counted.TRAINED_WORKERS,
        _("workers"),
        _("people"),
        slug="trained_workers_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(
        Counted.CERTIFIED_WORKERS,
        _("workers"),
        _("people"),
        slug="certified_workers_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(
        Counted.CONTINUING_PUPILS,
        _("lower secondary school leavers"),
        _("pupils"),
        people=True,
    ),
    _counted(
        Counted.CONTINUING_PUPILS,
        _("lower secondary school leavers"),
        _("pupils"),
        slug="continuing_pupils_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(Counted.INSURED, _("residents"), _("people"), people=True),
    _counted(
        Counted.INSURED,
        _("residents"),
        _("people"),
        slug="insured_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(
        Counted.STUNTED_CHILDREN,
        _("children under 5 measured"),
        _("children"),
        fewer=True,
        people=True,
    ),
    _counted(Counted.HEALTH_RECORDS, _("residents"), _("people"), people=True),
    _counted(Counted.CULTURAL_HAMLETS, _("hamlets"), _("hamlets")),
    _counted(Counted.HAMLETS_WITH_PLAN, _("hamlets"), _("hamlets")),
    _counted(
        Counted.CENTRAL_WATER,
        _("households"),
        _("households"),
        people=True,
    ),
    _counted(
        Counted.BUSINESS_ENVIRONMENT,
        _("establishments"),
        _("establishments"),
    ),
    # In hectares: ten thousand square metres each.
    _counted(
        Counted.GREEN_LAND,
        _("residents of settlements"),
        _("ha"),
        whole_unit=_("people"),
        factor=10_000,
        things=False,
    ),
    _counted(Counted.SOLID_WASTE, _("solid waste"), _("tonnes"), things=False),
    _counted(
        Counted.HAZARDOUS_WASTE,
        _("pesticide packaging and medical waste"),
        _("kg"),
        things=False,
    ),
    _counted(Counted.SORTED_WASTE, _("households"), _("households"), people=True),
    _counted(Counted.PLASTIC_WASTE, _("plastic waste"), _("tonnes"), things=False),
    _counted(
        Counted.FOOD_SAFETY,
        _("households and food establishments"),
        _("establishments"),
        people=True,
    ),
    _counted(Counted.ORGANISATIONS_RATED, _("organisations"), _("organisations")),
)
#: A measure of each statistic: both of its sums and their units.
BY_CODE: dict[str, Measure] = {
    code: next(measure for measure in COUNTED if measure.of == Q(code=code)) for code in Counted.values
}
