"""Numbers as people read them: no rounding that contradicts the result, and each sum in its own unit."""

import pytest
from django.utils import translation

from layers.criteria.measures import MEASURES
from layers.criteria.results import IndicatorResult
from layers.figures import exact, judged, number
from layers.models import Assessment, Comparator, Indicator, Status
from layers.reports.needs import in_words, shown_value, sums
from layers.reports.sheets import Sheet, workbook


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def result(measure, numerator, denominator, threshold, comparator=Comparator.AT_LEAST, unit="%", status="u"):
    return IndicatorResult(
        indicator=Indicator(code="x", measure=measure, comparator=comparator, unit=unit),
        status=status,
        computed=Assessment(numerator=numerator, denominator=denominator, undetermined=0, status=status),
        declared=None,
        threshold=threshold,
        threshold_verified=True,
        threshold_source="",
    )


@pytest.mark.parametrize(
    ("value", "least", "shown"),
    [
        (79.996, 80, "79,996"),
        (79.9999988, 80, "79,999999"),
        (80.004, 80, "80"),
        (79.5, 80, "79,5"),
        (119.6, 120, "119,6"),
        (119.4, 120, "119"),
        (2880.4, 2881, "2.880"),
    ],
)
def test_a_number_that_just_misses_is_not_rounded_up_to_what_it_misses(value, least, shown):
    assert judged(value, lambda one: one >= least) == shown


def test_a_standard_is_told_with_all_its_decimals():
    assert (exact(150.5), exact(80), exact(2.125), number(150.5)) == ("150,5", "80", "2,125", "150")


def test_a_share_that_just_misses_shows_it_in_value_and_sums():
    just = result("irrigated_land", 79.996, 100, 80)
    assert shown_value(just.value, just) == "79,996\u00a0%"
    assert sums(just.measure, 79.996, 100, just) == "79,996 / 100 ha"
    plain = result("irrigated_land", 79.123456, 100, 80)
    assert (shown_value(plain.value, plain), sums(plain.measure, 79.123456, 100, plain)) == (
        "79,12\u00a0%",
        "79,12 / 100 ha",
    )


def test_what_is_just_too_much_shows_it_too():
    just = result("stunted_children", 24_001, 100_000, 24, Comparator.AT_MOST)
    assert shown_value(just.value, just) == "24,001\u00a0%"
    assert sums(just.measure, 24_001, 100_000, just) == "24.001 / 100.000 trẻ"


def test_each_of_two_sums_has_its_own_unit():
    income = result("income", 143, 3402, 45, unit="triệu đồng")
    assert sums(income.measure, 143, 3402, income) == "143 tỷ đồng / 3.402 người"
    green = result("green_land", 0.68, 3400, 2, unit="m²")
    assert sums(green.measure, 0.68, 3400, green) == "0,68 ha / 3.400 người"


@pytest.mark.parametrize("slug", [slug for slug, measure in MEASURES.items() if not measure.proves_met])
def test_a_total_that_proves_nothing_of_men_and_of_women_says_what_is_missing(slug):
    unknown = result(slug, 3060, 3400, 90, status=Status.UNKNOWN)
    assert "nam" in in_words(unknown, exact=True, quoted=True) and "Chưa ai" not in in_words(
        unknown, exact=False, quoted=False
    )


@pytest.mark.parametrize(("value", "form"), [(80, "#,##0"), (37.98, "#,##0.##"), (79.996, "#,##0.###")])
def test_a_cell_of_a_sheet_shows_the_decimals_of_its_number(value, form):
    sheet = Sheet(workbook(), "x", [10])
    sheet.put(1, value)
    assert sheet.sheet.cell(1, 1).number_format == form
