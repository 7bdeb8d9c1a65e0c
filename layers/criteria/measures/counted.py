"""Measures counted elsewhere: a `Statistic` of a unit and year with both of its sums.

The code of a statistic is in the first column. A commune's own figure is its total; those of its hamlets are
added up only where it has none. Both sums are needed, also where the value is the count itself: "0 makeshift
houses" says nothing without how many houses were looked at.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.layer import Text

from .measure import SHARE, Measure


def _counted(
    code: str,
    title: Text,
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
        slug or code,
        title,
        whole,
        "statistics",
        "",
        Q(code=code),
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
    _counted("irrigated_land", _("farm land irrigated and drained"), _("farm land"), _("ha"), things=False),
    _counted(
        "electricity", _("households with regular and safe electricity"), _("households"), _("households"), people=True
    ),
    _counted(
        "makeshift_houses",
        _("makeshift or dilapidated houses"),
        _("houses"),
        _("houses"),
        factor=None,
        fewer=True,
        people=True,
    ),
    _counted(
        "standard_houses", _("households whose house meets the standard"), _("households"), _("households"), people=True
    ),
    # In thousand millions of dong, so that a thousand of them a head are a million.
    _counted(
        "income",
        _("income in a year"),
        _("residents"),
        _("thousand million dong"),
        whole_unit=_("people"),
        factor=1000,
        things=False,
    ),
    _counted("employed", _("people employed"), _("people of working age able to work"), _("people"), people=True),
    _counted("trained_workers", _("workers who have been trained"), _("workers"), _("people"), people=True),
    _counted(
        "trained_workers",
        _("workers who have been trained"),
        _("workers"),
        _("people"),
        slug="trained_workers_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(
        "certified_workers",
        _("workers with a degree or certificate"),
        _("workers"),
        _("people"),
        slug="certified_workers_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(
        "continuing_pupils",
        _("school leavers who go on"),
        _("lower secondary school leavers"),
        _("pupils"),
        people=True,
    ),
    _counted(
        "continuing_pupils",
        _("school leavers who go on"),
        _("lower secondary school leavers"),
        _("pupils"),
        slug="continuing_pupils_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted("insured", _("people with health insurance"), _("residents"), _("people"), people=True),
    _counted(
        "insured",
        _("people with health insurance"),
        _("residents"),
        _("people"),
        slug="insured_each_sex",
        proves_met=False,
        people=True,
    ),
    _counted(
        "stunted_children",
        _("stunted children"),
        _("children under 5 measured"),
        _("children"),
        fewer=True,
        people=True,
    ),
    _counted("health_records", _("people with an electronic health record"), _("residents"), _("people"), people=True),
    _counted("cultural_hamlets", _("hamlets with the title of cultural hamlet"), _("hamlets"), _("hamlets")),
    _counted("hamlets_with_plan", _("cultural hamlets that carry out a new rural plan"), _("hamlets"), _("hamlets")),
    _counted(
        "central_water",
        _("households with clean water from a central supply"),
        _("households"),
        _("households"),
        people=True,
    ),
    _counted(
        "business_environment",
        _("establishments that follow environmental rules"),
        _("establishments"),
        _("establishments"),
    ),
    # In hectares: ten thousand square metres each.
    _counted(
        "green_land",
        _("public green land"),
        _("residents of settlements"),
        _("ha"),
        whole_unit=_("people"),
        factor=10_000,
        things=False,
    ),
    _counted("solid_waste", _("solid waste collected and treated"), _("solid waste"), _("tonnes"), things=False),
    _counted(
        "hazardous_waste",
        _("pesticide packaging and medical waste collected and treated"),
        _("pesticide packaging and medical waste"),
        _("kg"),
        things=False,
    ),
    _counted("sorted_waste", _("households that sort waste"), _("households"), _("households"), people=True),
    _counted(
        "plastic_waste", _("plastic waste collected, reused or recycled"), _("plastic waste"), _("tonnes"), things=False
    ),
    _counted(
        "food_safety",
        _("households and establishments that follow food safety rules"),
        _("households and food establishments"),
        _("establishments"),
        people=True,
    ),
    _counted("organisations_rated", _("organisations rated as asked for"), _("organisations"), _("organisations")),
)
