"""A province whose communes have declared every indicator for years, with a roadmap and findings, fully assessed."""

from datetime import date

from layers.criteria.assess import assess
from layers.models import Criterion, Declaration, Finding, Indicator, Milestone, Unit

SET, YEARS = "2016-2020", range(2016, 2021)
FINDINGS = 5
#: One declaration in so many is of something unmet.
UNMET = 7


def fill(province: Unit) -> int:
    """Store what a province knows after the five years of a set, and assess them; return how many communes it has."""
    communes = list(Unit.objects.filter(kind="commune", path__startswith=province.path).defer("geom"))
    indicators = list(Indicator.objects.filter(criterion__criteria_set__code=SET))
    Declaration.objects.bulk_create(
        (
            Declaration(
                unit=unit,
                indicator=indicator,
                year=year,
                status="m" if (unit.pk + indicator.pk) % UNMET else "u",
                source="bench",
            )
            for unit in communes
            for indicator in indicators
            for year in YEARS
        ),
        batch_size=5000,
        ignore_conflicts=True,
    )
    criteria = list(Criterion.objects.filter(criteria_set__code=SET))
    Milestone.objects.bulk_create(
        Milestone(unit=unit, criterion=one, first_year=YEARS[0], target_year=YEARS[-2])
        for unit in communes
        for one in criteria
    )
    Finding.objects.bulk_create(
        Finding(unit=unit, name=f"bench {number}", found_on=date(2017, 5, 1), due_on=date(2017, 9, 1), geom=unit.point)
        for unit in communes
        if unit.point
        for number in range(FINDINGS)
    )
    for year in YEARS:
        assess(year, province.path)
    return len(communes)
