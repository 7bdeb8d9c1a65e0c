"""A criteria set of nineteen criteria with two indicators among them: enough where the full one only costs time."""

from layers.models import CriteriaSet, Criterion


def small_set() -> CriteriaSet:
    """Health insurance (15.1, ≥ 85 %) and stunted children (15.3, ≤ 26.7 %); the other criteria are only named."""
    made = CriteriaSet.objects.create(
        code="2016-2020", name="Bộ tiêu chí thử", legal_basis="thử", first_year=2016, last_year=2020
    )
    Criterion.objects.bulk_create(
        Criterion(criteria_set=made, number=number, name_vi=f"Tiêu chí {number}", name_en=f"Criterion {number}")
        for number in range(1, 20)
    )
    health = made.criteria.get(number=15)
    for code, comparator, measure, value in (
        ("15.1", ">=", "insured", 85.0),
        ("15.3", "<=", "stunted_children", 26.7),
    ):
        indicator = health.indicators.create(
            code=code, name_vi=f"Chỉ tiêu {code}", name_en=f"Indicator {code}", comparator=comparator, unit="%",
            measure=measure,
        )  # fmt: skip
        indicator.thresholds.create(first_year=2016, value=value, source="thử", verified=True)
    return made
