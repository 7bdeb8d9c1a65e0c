"""A recognised year is held against the thresholds that it was recognised by, wherever one is named."""

import re
from datetime import date

import pytest

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.changing import NewValue, Scope, set_value
from layers.criteria.limits import limits_ahead, limits_of
from layers.criteria.results import indicators_of
from layers.criteria.sets import load_all
from layers.models import Criterion, Cycle, Declaration, Indicator, Milestone, viewer_of
from layers.models.programme import Action, State
from layers.planning.needs import cheapest_way
from layers.programme.cycle import Said, take
from layers.programme.roadmap import tracks
from tests.plan_region import YEAR, PlanRegion
from tests.test_plans_cheapest import criterion_2_but_for_village_roads

pytestmark = pytest.mark.django_db
MILLION = 1_000_000
SAID = Said("Đã xem", "1/QĐ", date(2017, 12, 29), knowing=True)


def indicator(code: str) -> Indicator:
    return Indicator.objects.get(code=code, criterion__criteria_set__code="2016-2020")


def change(code: str, value: float, first_year: int = 2016) -> None:
    set_value(indicator(code), Scope(province_code="06"), NewValue(first_year, value, False, "QĐ", "thử"))
    assess(YEAR)


@pytest.fixture
def recognised(city, member) -> PlanRegion:
    """None of 3.5 km of village road in the west is hardened where half is asked for, and of the commune's electricity
    97 % is declared where 98 % are; its 2017 is recognised."""
    load_all()
    region = PlanRegion(city)
    criterion_2_but_for_village_roads(region, city)
    change("2.2", 50)
    change("4.2", 98)
    Declaration.objects.create(
        unit=city.west, indicator=indicator("4.2"), year=YEAR, status="u", value=97, source="Điện lực"
    )
    assess(YEAR)
    Cycle.objects.create(unit=city.west, year=YEAR, state="appraised")
    take(Action.RECOGNISE, city.west, YEAR, viewer_of(member(Role.PLANNER, city.province)), State.APPRAISED, SAID)
    return region


def shown(unit, code: str):
    number = int(code.partition(".")[0])
    return next(one for one in indicators_of(unit, number, YEAR) if one.indicator.code == code)


@pytest.mark.parametrize(("code", "before", "after"), [("2.2", 50, 10), ("4.2", 98, 90)])
def test_the_sheet_names_the_threshold_of_the_decision_computed_or_declared(recognised, city, code, before, after):
    change(code, after)
    assert shown(city.west, code).threshold == before
    assert shown(city.west, code).threshold_source == ""
    assert shown(city.west_hamlets[0], "2.2").threshold == 50
    assert limits_of([city.east], [indicator(code)], YEAR)[city.east.pk, indicator(code).pk].value == after
    Cycle.objects.update(state="appraised")
    assess(YEAR)
    assert shown(city.west, code).threshold == after


def test_what_it_takes_and_the_cheapest_works_reach_the_threshold_of_the_decision(recognised, city, browser, viewers):
    """Half of 3.5 km takes the 2 km of `side`, 800 million; a tenth would take the 500 m of `near`, 200 million."""
    change("2.2", 10)
    assert shown(city.west, "2.2").lacking == pytest.approx(1750, rel=0.003)
    page = browser(Role.PLANNER, city.west).get(
        "/board/cheapest/", {"unit": city.west.pk, "criterion": 2, "year": YEAR}
    )
    assert re.fullmatch(r"(79[89]|80[01])(,\d)? triệu đồng", page.context["cost"])
    Cycle.objects.update(state="appraised")
    assess(YEAR)
    # The result of the criterion is the same, so nothing but what is lacking tells that another answer is due.
    found = cheapest_way(viewers["planner"], city.west, 2, YEAR)
    assert found.document["totals"]["cost"] == pytest.approx(200 * MILLION, rel=0.003)


def test_the_roadmap_leads_to_the_threshold_of_the_decision_unless_another_begins_later(recognised, city):
    criterion = Criterion.objects.get(criteria_set__code="2016-2020", number=2)
    Milestone.objects.create(unit=city.west, criterion=criterion, first_year=2016, target_year=2017)
    change("2.2", 10)
    change("2.2", 60, first_year=2019)
    goal = Milestone.objects.select_related("unit", "criterion").get()
    aims = {}
    for target in (2017, 2018, 2019, 2020):
        goal.target_year = target
        aims[target] = next(way.threshold for way in tracks([goal], YEAR)[0].ways if way.indicator.code == "2.2")
    assert aims == {2017: 50, 2018: 50, 2019: 60, 2020: 60}
    found = limits_ahead([city.east], [indicator("2.2")], YEAR, [2018])[2018]
    assert found[city.east.pk, indicator("2.2").pk].value == 10
