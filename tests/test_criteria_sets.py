"""Criteria sets as data: loaded, half entered, copied, changed from a year on, and what past years keep."""

import json
import re
from datetime import date

import pghistory
import pytest

from layers.criteria.assess import assess
from layers.criteria.changing import set_group, take_group_away
from layers.criteria.results import indicators_of
from layers.criteria.sets import FIXTURES, load_all
from layers.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    Cycle,
    Grouping,
    Indicator,
    Standing,
    Statistic,
    Threshold,
    groups_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sets(db) -> None:
    load_all()


def insured(unit, year, part, whole=1000) -> None:
    Statistic.objects.create(unit=unit, year=year, code="insured", numerator=part, denominator=whole, source="test")


def computed(unit, year, code="15.1") -> Assessment:
    return Assessment.objects.get(unit=unit, year=year, indicator__code=code)


def test_the_three_sets_have_as_many_criteria_and_indicators_as_decided(sets):
    found = {
        one.code: (
            one.criteria.count(),
            Indicator.objects.filter(criterion__criteria_set=one).values("code").distinct().count(),
        )
        for one in CriteriaSet.objects.all()
    }
    assert found == {"2016-2020": (19, 49), "2021-2025": (19, 57), "2026-2030": (10, 0)}
    names = CriteriaSet.objects.get(code="2026-2030").criteria.values_list("name_vi", flat=True)
    assert names[0] == "Quy hoạch" and names[9] == "Tiếp cận pháp luật và An ninh, Quốc phòng"


def test_a_set_that_is_half_entered_keeps_every_criterion_in_its_place(city, sets):
    third = Criterion.objects.get(criteria_set__code="2026-2030", number=3)
    third.indicators.create(
        code="3.1", name_vi="Bảo hiểm y tế", name_en="Health insurance", comparator=">=", unit="%", measure="insured"
    ).thresholds.create(first_year=2026, value=80, source="test")
    insured(city.west, 2026, 850)
    assess(2026)
    standing = Standing.objects.get(unit=city.west, year=2026)
    assert (standing.statuses, standing.met) == ("??m???????", 1)
    assert set(Standing.objects.get(unit=city.west_hamlets[0], year=2026).statuses) == {"-"}


@pytest.mark.parametrize(("group", "status", "threshold"), [(None, "u", 90), (1, "u", 95), (3, "m", 80)])
def test_a_commune_is_held_against_the_threshold_of_its_group(city, sets, group, status, threshold):
    indicator = Criterion.objects.get(criteria_set__code="2026-2030", number=6).indicators.create(
        code="6.1", name_vi="Bảo hiểm y tế", name_en="Health insurance", comparator=">=", unit="%", measure="insured"
    )
    for of_group, value in ((0, 90), (1, 95), (3, 80)):
        indicator.thresholds.create(first_year=2026, commune_group=of_group, value=value, source="test")
    if group:
        set_group([city.west], group, date(2026, 1, 1), "QĐ", None)
    insured(city.west, 2026, 850)
    assess(2026)
    found = computed(city.west, 2026, "6.1")
    assert (found.status, found.threshold) == (status, threshold)
    assert next(r for r in indicators_of(city.west, 6, 2026)).threshold == threshold


def test_a_value_that_holds_from_a_year_on_leaves_the_years_before_as_they_were(city, sets):
    for year in (2017, 2018, 2019):
        insured(city.west, year, 870)
        assess(year)
    Threshold.objects.create(
        indicator=Indicator.objects.get(code="15.1", criterion__criteria_set__code="2016-2020"),
        first_year=2018, province_code="06", value=90, source="test",
    )  # fmt: skip
    for year in (2017, 2018, 2019):
        assess(year)
    found = [(computed(city.west, year).threshold, computed(city.west, year).status) for year in (2017, 2018, 2019)]
    assert found == [(85, "m"), (90, "u"), (90, "u")]


def standing(unit) -> tuple[str, int]:
    return Standing.objects.values_list("statuses", "met").get(unit=unit, year=2017)


def test_a_recognised_year_keeps_its_thresholds_even_when_a_value_is_corrected(city, sets):
    for unit in (city.west, city.east):
        insured(unit, 2017, 870)
    assess(2017)
    Cycle.objects.create(unit=city.west, year=2017, state="recognised")
    Threshold.objects.filter(indicator__code="15.1", indicator__criterion__criteria_set__code="2016-2020").update(
        value=90, verified=False
    )
    assess(2017)
    assert (computed(city.west, 2017).threshold, computed(city.west, 2017).status) == (85, "m")
    assert (computed(city.east, 2017).threshold, computed(city.east, 2017).status) == (90, "u")
    shown = next(r for r in indicators_of(city.west, 15, 2017) if r.indicator.code == "15.1")
    assert (shown.threshold, shown.threshold_verified) == (85, True)


@pytest.mark.parametrize("path", ["", "west"])
def test_a_recognised_year_stays_as_it_was_recognised_until_it_is_taken_back(city, sets, path):
    """What the decision names does not change behind its back; the sums of the city still hold its figures."""
    for unit in (city.west, city.east):
        insured(unit, 2017, 870)
    assess(2017)
    cycle = Cycle.objects.create(unit=city.west, year=2017, state="recognised")
    before = standing(city.west)
    Statistic.objects.update(numerator=840)
    assess(2017, city.west.path if path else "")
    assess(2017, city.east.path)
    assert (computed(city.west, 2017).status, computed(city.west, 2017).numerator) == ("m", 870)
    assert standing(city.west) == before
    assert computed(city.east, 2017).status == "u"
    assert computed(city.city, 2017).numerator == 870 + 840
    Cycle.objects.filter(pk=cycle.pk).update(state="appraised")
    assess(2017)
    assert computed(city.west, 2017).status == "u"
    assert computed(city.city, 2017).numerator == 2 * 840


def test_a_group_holds_from_a_day_on_and_the_years_before_keep_theirs(city, sets):
    """West is in group 1 since 2026, from 1 January 2027 on in group 3; 85 % are insured in both years."""
    indicator = Criterion.objects.get(criteria_set__code="2026-2030", number=6).indicators.create(
        code="6.1", name_vi="Bảo hiểm y tế", name_en="Health insurance", comparator=">=", unit="%", measure="insured"
    )
    for of_group, value in ((0, 90), (1, 95), (3, 80)):
        indicator.thresholds.create(first_year=2026, commune_group=of_group, value=value, source="test")
    set_group([city.west], 1, date(2026, 1, 1), "QĐ 0", None)
    for year in (2026, 2027):
        insured(city.west, year, 850)
    set_group([city.west], 3, date(2027, 1, 1), "QĐ 1", None)
    for year in (2026, 2027):
        assess(year)
    found = [
        (computed(city.west, year, "6.1").threshold, computed(city.west, year, "6.1").status) for year in (2026, 2027)
    ]
    assert found == [(95, "u"), (80, "m")]
    shown = [next(r for r in indicators_of(city.west, 6, year)).threshold for year in (2026, 2027)]
    assert shown == [95, 80]
    assert groups_of([city.west.pk, city.east.pk], 2026) == {city.west.pk: 1, city.east.pk: 0}
    # On the last day of a year it is the group of that year.
    set_group([city.east], 2, date(2026, 12, 31), "QĐ 2", None)
    assert groups_of([city.east.pk], 2026) == {city.east.pk: 2}
    # The same day told again is a correction, and kept in the history.
    set_group([city.east], 3, date(2026, 12, 31), "Đính chính", None)
    assert groups_of([city.east.pk], 2026) == {city.east.pk: 3}
    told = Grouping.objects.get(unit=city.east)
    assert told.events.get(pgh_label="update").commune_group == 2
    # Without it the year has the group of before, which is none; the results of the commune follow.
    assert take_group_away(told, "Nhầm xã") == [city.east.path]
    assert groups_of([city.east.pk], 2026) == {city.east.pk: 0}


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_sources_are_told_in_vietnamese(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    told = [*document["sources"].values(), *(t["source"] for c in document["criteria"] for i in c["indicators"]
                                             for t in i["thresholds"])]  # fmt: skip
    english = re.compile(r"\b(on|of|the|and|by|only|criterion|criteria|indicators?|wording|list)\b", re.IGNORECASE)
    assert not [text for text in told if english.search(text)]


def test_loading_again_tells_the_source_of_what_nobody_changed_and_leaves_what_somebody_did(sets):
    first, second = Threshold.objects.order_by("pk")[:2]
    told = first.source
    Threshold.objects.filter(pk=first.pk).update(source="as an older file had it")
    with pghistory.context(reason="QĐ của tỉnh"):
        Threshold.objects.filter(pk=second.pk).update(source="QĐ của tỉnh")
    load_all()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.source, second.source) == (told, "QĐ của tỉnh")


@pytest.mark.parametrize(("code", "indicators", "values"), [("2016-2020", 49, 50), ("2021-2025", 57, 59)])
def test_the_pages_of_the_sets_count_indicators_as_the_decision_does(sets, client, code, indicators, values):
    for address in ("/criteria/", f"/criteria/{code}/"):
        page = client.get(address, headers={"accept-language": "vi"}).content.decode()
        assert f"{values} giá trị" in page
    assert f"{indicators} chỉ tiêu" in page
