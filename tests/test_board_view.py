"""What a board tells besides results: what turned since a day, what is due, who answers, how far the goals are."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    Declaration,
    Duty,
    Finding,
    Indicator,
    Milestone,
    Road,
    Standing,
    Turn,
)
from layers.reports.view import first_day
from tests.assessed import YEAR
from tests.test_board import cell

pytestmark = pytest.mark.django_db


def look(client, unit, **more):
    response = client.get("/board/", {"unit": unit.pk, "year": YEAR} | more)
    assert response.status_code == 200, response.content
    return response


def criterion(number: int) -> Criterion:
    return Criterion.objects.get(criteria_set__code="2016-2020", number=number)


def find(unit, due, **more) -> Finding:
    today = timezone.localdate()
    return Finding.objects.create(
        unit=unit, name="Bãi rác tự phát", found_on=today - timedelta(days=90), geom=Point(105.81, 22.11),
        due_on=today + timedelta(days=due), **more,
    )  # fmt: skip


def test_every_change_of_results_is_noted_and_nothing_else(assessed):
    Turn.objects.all().delete()
    assess(YEAR)
    assert not Turn.objects.exists()
    Road.objects.update(surface="concrete")
    assess(YEAR)
    turns = {turn.unit.name: (turn.year, turn.before[1], turn.after[1]) for turn in Turn.objects.select_related("unit")}
    assert turns == {"Dương Quang": (YEAR, "u", "m"), "Nà Ỏi": (YEAR, "u", "m")}


def test_what_moved_since_the_quarter_began_is_told_by_the_first_state_then(assessed, client):
    standing = Standing.objects.get(unit=assessed.west, year=YEAR)
    now = standing.statuses
    ago = timezone.now() - timedelta(days=3)
    # Criterion 1 was unmet before the quarter, met in it; criterion 3 went there and back within it.
    was = "u" + now[1:]
    Turn.objects.all().delete()
    for before, after, at in ((was, now[:2] + "u" + now[3:], ago), (now[:2] + "u" + now[3:], now, ago)):
        Turn.objects.create(
            unit=assessed.west, criteria_set=standing.criteria_set, year=YEAR, before=before, after=after, at=at
        )
    response = look(client, assessed.city, since="week")
    assert cell(response, assessed.west, 1)["marks"] == "↗"
    assert "↗" not in cell(response, assessed.west, 3)["marks"]
    assert "↘" not in cell(response, assessed.west, 2)["marks"]  # lost since the year before, not since the week
    day = (timezone.localdate() - timedelta(days=7)).strftime("%d/%m/%Y")
    assert f"↗ 1 tiêu chí mới đạt từ ngày {day}" in response.content.decode()


@pytest.mark.parametrize(
    ("since", "first"), [("quarter", "2026-10-01"), ("month", "2026-11-01"), ("week", "2026-11-18"), ("year", None)]
)
def test_periods_begin_where_people_say_they_do(since, first):
    from datetime import date

    assert str(first_day(since, date(2026, 11, 25))) == str(first)


def test_what_is_overdue_or_due_this_month_is_listed_the_longest_first(assessed, browser):
    find(assessed.west_hamlets[0], 10, responsible="Công chức địa chính")
    find(assessed.east, -12, indicator=criterion(15).indicators.first())
    find(assessed.west, 31)
    find(assessed.west, -5, closed_on=timezone.localdate())
    response = look(browser(Role.LEADER, assessed.city), assessed.city)
    rows = response.context["due"]
    assert [(row["unit"], row["criterion"], row["overdue"]) for row in rows] == [
        ("Nông Thượng", "15 Y tế", True), ("Nà Ỏi", "", False),
    ]  # fmt: skip
    assert rows[0]["when"] == "quá hạn 12 ngày"
    assert rows[0]["url"].endswith(f"pick=findings/{Finding.objects.get(unit=assessed.east).pk}")


@pytest.mark.parametrize("role", [None, "guest", "neighbour"])
def test_findings_and_roadmap_are_told_to_the_staff_of_the_area_alone(assessed, browser, role):
    find(assessed.west, -12)
    Milestone.objects.create(unit=assessed.west, criterion=criterion(2), first_year=2016, target_year=YEAR)
    client = browser(*([Role.PLANNER, assessed.east] if role == "neighbour" else [role, assessed.west] if role else []))
    response = look(client, assessed.west)
    text = response.content.decode()
    assert not response.context["due"]
    assert not response.context["way"]
    assert "Bãi rác tự phát" not in text
    assert "so với lộ trình" not in text


def test_a_commune_says_how_far_behind_its_roadmap_it_is_and_by_how_much(assessed, browser):
    for number, target in ((2, YEAR), (1, YEAR), (11, YEAR + 1)):
        Milestone.objects.create(unit=assessed.west, criterion=criterion(number), first_year=2016, target_year=target)
    client = browser(Role.LEADER, assessed.city)
    cards = {card["title"]: card["note"] for card in look(client, assessed.city).context["cards"]}
    assert cards["Dương Quang"].endswith("chậm 1 so với lộ trình")
    assert "lộ trình" not in cards["Nông Thượng"]
    way = look(client, assessed.west).context["way"]
    assert [(row["number"], row["pace"]) for row in way][0] == (2, "behind")
    assert way[0]["ways"] == ["2.2: hiện 0\u00a0%, mục tiêu 50\u00a0%"]


def test_the_board_and_the_programme_say_the_same_of_the_roadmap(assessed, browser):
    """Two fifths of the village roads were hardened a year ago, none is now: behind before its target year is over."""
    number = Indicator.objects.get(criterion=criterion(2), code="2.2")
    then = {"numerator": 4, "denominator": 10, "status": "u", "threshold": 50, "assessed_at": timezone.now()}
    Assessment.objects.update_or_create(unit=assessed.west, indicator=number, year=YEAR - 1, defaults=then)
    Milestone.objects.create(
        unit=assessed.west, criterion=criterion(2), first_year=YEAR - 1, target_year=YEAR + 1, indicator=number
    )
    client = browser(Role.LEADER, assessed.city)
    (card,) = (one for one in look(client, assessed.city).context["cards"] if one["title"] == "Dương Quang")
    assert card["note"].endswith("chậm 1 so với lộ trình")
    assert look(client, assessed.west).context["way"][0]["pace"] == "behind"
    rows = client.get("/programme/", {"year": YEAR}).context["rows"]
    assert {row["unit"].name: row["behind"] for row in rows} == {"Dương Quang": 1, "Nông Thượng": 0}


def test_a_member_of_the_committee_sees_what_the_post_answers_for(assessed, browser):
    Duty.objects.create(unit=assessed.west, post="Phó Chủ tịch")
    Duty.objects.create(unit=assessed.city, criterion=criterion(15), post="Trưởng phòng Y tế")
    client = browser(Role.LEADER, assessed.city)
    whole = look(client, assessed.city)
    assert whole.context["posts"] == ["Phó Chủ tịch", "Trưởng phòng Y tế"]
    deputy = look(client, assessed.city, post="Phó Chủ tịch")
    assert [line["name"] for line in deputy.context["lines"]] == ["Dương Quang"]
    assert "1 xã, còn 3 tiêu chí chưa đạt" in deputy.content.decode()
    health = look(client, assessed.city, post="Trưởng phòng Y tế")
    assert [row.number for row in health.context["board"].criteria] == [15]
    assert [(line["name"], line["met"], line["judged"]) for line in health.context["lines"]] == [
        ("Dương Quang", 1, 1), ("Nông Thượng", 1, 1),
    ]  # fmt: skip
    assert "post=" in health.context["lines"][0]["url"]
    assert look(browser(), assessed.city).context["posts"] == []
    for stranger in (look(browser(), assessed.city, post="Phó Chủ tịch"), look(client, assessed.city, post="nobody")):
        assert not stranger.context["lines"]
        assert "không có thành viên như vậy" in stranger.content.decode()
        assert "chưa đánh giá" not in stranger.content.decode()


def test_all_that_a_board_tells_is_narrowed_to_what_the_post_answers_for(assessed, browser):
    """West differs in 2 and has findings for 2 and 15; the health post has 15 alone, in the whole city."""
    Duty.objects.create(unit=assessed.city, criterion=criterion(15), post="Trưởng phòng Y tế")
    Duty.objects.create(unit=assessed.east, post="Phó Chủ tịch")
    health = find(assessed.west, -12, indicator=criterion(15).indicators.first())
    find(assessed.west, -9, indicator=criterion(2).indicators.first())
    eastern = find(assessed.east, -6)
    for number in (2, 15):
        Milestone.objects.create(unit=assessed.west, criterion=criterion(number), first_year=2016, target_year=YEAR)
    client = browser(Role.LEADER, assessed.city)
    whole, of_health = look(client, assessed.city), look(client, assessed.city, post="Trưởng phòng Y tế")
    assert len(whole.context["due"]) == 3
    assert [row["pk"] for row in of_health.context["due"]] == [health.pk]
    assert 2 in {row["number"] for row in whole.context["differing"]}
    assert {row["number"] for row in of_health.context["differing"]} <= {15}
    assert of_health.context["differing_count"] == len(of_health.context["differing"])
    # One criterion; the east had no health station of the standard in the year before.
    assert [point.shown for point in of_health.context["met_trend"].points] == ["0,5", "1"]
    deputy = look(client, assessed.city, post="Phó Chủ tịch").context
    assert [row["pk"] for row in deputy["due"]] == [eastern.pk]
    assert not any(row["unit"] == "Dương Quang" for row in deputy["differing"])
    # The poor live in the west.
    assert not deputy["poverty_trend"].points
    assert whole.context["poverty_trend"].points
    # A commune is looked at for those who answer for a criterion in the whole city.
    west = look(client, assessed.west, post="Trưởng phòng Y tế").context
    assert west["posts"] == ["Trưởng phòng Y tế"]
    assert [cell["number"] for cell in west["own"]["cells"] if cell] == [15]
    assert [row["number"] for row in west["way"]] == [15]
    assert {row["number"] for row in west["missing"]} <= {15}


def test_a_post_with_a_commune_and_a_criterion_elsewhere_sees_both_and_no_more(assessed, browser):
    Duty.objects.create(unit=assessed.west, post="Phó Chủ tịch")
    Duty.objects.create(unit=assessed.east, criterion=criterion(15), post="Phó Chủ tịch")
    board = look(browser(Role.LEADER, assessed.city), assessed.city, post="Phó Chủ tịch").context
    cells = {line["name"]: [cell["number"] for cell in line["cells"] if cell] for line in board["lines"]}
    assert cells == {"Dương Quang": list(range(1, 20)), "Nông Thượng": [15]}


def test_a_set_is_chosen_with_its_last_year_of_results_here(assessed, client):
    newer = CriteriaSet.objects.get(code="2021-2025")
    indicator = newer.criteria.first().indicators.first()
    for unit, year in ((assessed.west, 2022), (assessed.east, 2024)):
        Declaration.objects.create(unit=unit, indicator=indicator, year=year, status="m", source="test")
        assess(year, unit.path)
    response = look(client, assessed.west, set="2021-2025")
    assert response.context["year"] == 2022
    assert response.context["sets"] == ["2016-2020", "2021-2025"]
    assert look(client, assessed.city, set="2021-2025").context["year"] == 2024
    assert look(client, assessed.west, set="2016-2020", year=2022).context["year"] == YEAR
    judged = dict(response.context["years"])
    assert (judged[YEAR], judged[2019], judged[2022], judged[2024]) == (True, False, True, False)
    assert "2019 (chưa có kết quả ở đây)" in response.content.decode()


def test_a_nonsensical_period_is_refused(assessed, client):
    answer = client.get("/board/", {"unit": assessed.city.pk, "since": "ever"}, headers={"accept": "text/html"})
    assert answer.status_code == 400
