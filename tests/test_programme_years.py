"""Which years there are: those a commune may go through, how one is opened, and which one pages begin with."""

from datetime import date

import pytest
from django.utils import timezone

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import CriteriaSet, Cycle, Standing, Succession, Unit
from layers.models.criteria import last_assessed_year
from tests.small_set import small_set

pytestmark = pytest.mark.django_db
YEAR = 2017


@pytest.fixture
def years(city):
    small_set()
    assess(YEAR)
    return city


def sheet(client, unit, year, **more):
    return client.get(f"/programme/{unit.pk}/{year}/", **more)


def test_one_commune_that_opens_a_year_does_not_turn_the_pages_of_all_to_it(years, browser):
    third = Unit.objects.create(
        code="01855", kind="commune", name="Huyền Tụng", parent=years.city, rural=True, valid_from=date(2015, 1, 1)
    )
    assess(YEAR, third.path)
    assert browser(Role.PLANNER, years.west).post(f"/programme/{years.west.pk}/2018/open").status_code == 302
    assert Standing.objects.filter(unit=years.west, year=2018).exists()
    assert last_assessed_year() == YEAR
    assert browser().get("/board/").context["year"] == YEAR
    # The second of three: now most have it.
    assert browser(Role.PLANNER, years.east).post(f"/programme/{years.east.pk}/2018/open").status_code == 302
    assert last_assessed_year() == 2018


def test_a_year_without_results_says_so_and_is_opened_by_its_commune_alone(years, browser):
    own = browser(Role.PLANNER, years.west)
    shown = sheet(own, years.west, 2018).content.decode()
    assert "chưa mở năm đánh giá 2018" in shown
    assert "Mở năm 2018" in shown and "đạt 0 trên" not in shown and "/step" not in shown
    for role, where in ((Role.LEADER, years.west), (Role.PLANNER, years.city), (Role.FIELD, years.west)):
        assert browser(role, where).post(f"/programme/{years.west.pk}/2018/open").status_code == 403
    assert browser(Role.PLANNER, years.east).post(f"/programme/{years.west.pk}/2018/open").status_code == 404
    assert not Cycle.objects.exists()
    assert own.post(f"/programme/{years.west.pk}/2018/open").status_code == 302
    assert "/step" in sheet(own, years.west, 2018).content.decode()


def test_every_year_of_a_set_that_has_begun_is_offered_and_no_other(years, browser):
    own = browser(Role.PLANNER, years.west)
    assert sheet(own, years.west, YEAR).context["years"] == [2017, 2018, 2019, 2020]
    assert own.get("/programme/").context["years"] == [2017, 2018, 2019, 2020]
    assert sheet(own, years.west, 2015).status_code == 404
    assert sheet(own, years.west, 2021).status_code == 404


def test_a_commune_that_ended_names_its_successor_for_the_years_since(years, browser):
    end = date(2019, 7, 1)
    Unit.objects.filter(pk=years.west.pk).update(valid_to=end)
    made = Unit.objects.create(
        code="01900", kind="commune", title="xã", name="Phong Quang", parent=years.city, rural=True, valid_from=end
    )
    Succession.objects.create(predecessor=years.west, successor=made, on=end)
    own = browser(Role.PLANNER, years.west)
    answer = sheet(own, years.west, 2019)
    assert answer.status_code == 422
    assert "01/07/2019" in answer.content.decode() and "xã Phong Quang" in answer.content.decode()
    assert own.post(f"/programme/{years.west.pk}/2019/open").status_code == 422
    assert sheet(own, years.west, 2018).context["years"] == [2017, 2018]
    successor = browser(Role.PLANNER, made)
    assert sheet(successor, made, 2018).status_code == 422
    assert sheet(successor, made, 2019).status_code == 200


def test_a_year_to_come_is_not_opened(years, browser):
    following = timezone.localdate().year + 1
    CriteriaSet.objects.update(last_year=following)
    assert sheet(browser(Role.PLANNER, years.west), years.west, following).status_code == 422
