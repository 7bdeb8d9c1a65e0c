"""A boundary change: hamlets and rows pass to the successor, results of the years before stay where they were."""

from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import LineString, Point
from django.core.management import CommandError, call_command

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.errors import Refused
from layers.models import Assessment, Facility, Finding, Household, Road, Standing, Succession, Unit
from layers.programme.succession import hand_over, what_passes

pytestmark = pytest.mark.django_db
DAY = date(2018, 7, 1)
BEFORE, AFTER = 2017, 2018
VI = {"accept-language": "vi"}


@pytest.fixture
def reform(city):
    """The west ended in mid-2018 and is a part of Phong Quang since; its three village roads are hardened, two of them
    in a hamlet, one of the commune's own."""
    load_all()
    west, line = city.west, LineString((105.803, 22.105), (105.815, 22.115))
    for unit in (city.west_hamlets[0], city.west_hamlets[1], west):
        Road.objects.create(unit=unit, road_class="village", surface="concrete", hardened_year=2010, geom=line)
    Facility.objects.create(unit=west, kind="market", name="Chợ", geom=Point(105.81, 22.11))
    city.household = Household.objects.create(unit=city.west_hamlets[0], name="Hộ", geom=Point(105.81, 22.11))
    assess(BEFORE)
    city.former = dict(Standing.objects.filter(unit__path__startswith=west.path).values_list("unit", "statuses"))
    city.successor = Unit.objects.create(
        code="01999", kind="commune", title="xã", name="Phong Quang", parent=city.city, rural=True, region="TDMNPB",
        valid_from=DAY, source="test",
    )  # fmt: skip
    west.valid_to = DAY
    west.save()
    Succession.objects.create(predecessor=west, successor=city.successor, on=DAY)
    return city


def lengths(unit: Unit, year: int) -> float | None:
    found = Assessment.objects.filter(unit=unit, year=year, indicator__measure="hardened_village_roads").first()
    return found and round(found.denominator or 0, 1)


def test_the_successor_is_judged_by_what_was_handed_over(reform):
    assess(AFTER)
    assert lengths(reform.successor, AFTER) == 0
    passed = hand_over(reform.west)
    assert (passed.successor, passed.hamlets, passed.rows) == (reform.successor, 2, {"roads": 1, "facilities": 1})
    assess(AFTER)
    assert lengths(reform.successor, AFTER) == pytest.approx(3 * (lengths(reform.west_hamlets[0], AFTER) or 0), abs=0.2)
    assert not Standing.objects.filter(unit=reform.west, year=AFTER).exists()


def test_results_of_the_years_before_stay_as_they_were(reform):
    hand_over(reform.west)
    Road.objects.update(surface="earth")
    for path in ("", reform.successor.path, reform.west.path):
        assess(BEFORE, path)
    kept = Standing.objects.filter(year=BEFORE, unit__in=reform.former)
    assert dict(kept.values_list("unit", "statuses")) == reform.former
    assert lengths(reform.west, BEFORE) is not None


def test_rows_reach_the_officials_of_the_successor_and_history_says_so(reform, member):
    hand_over(reform.west)
    reform.household.unit.refresh_from_db()
    assert reform.household.unit.path.startswith(reform.successor.path)
    assert Road.objects.filter(unit=reform.successor).count() == 1
    events = Road.events.rel.related_model.objects.filter(pgh_label="update")  # type: ignore[attr-defined]
    assert list(events.values_list("unit", flat=True)) == [reform.west.pk]


def test_closed_findings_stay_with_the_commune_they_were_found_in(reform):
    for closed in (None, DAY):
        Finding.objects.create(
            unit=reform.west, geom=Point(105.81, 22.11), detail="Cống hỏng", found_on=DAY, due_on=DAY, closed_on=closed
        )
    hand_over(reform.west)
    assert Finding.objects.get(unit=reform.successor).closed_on is None
    assert Finding.objects.get(unit=reform.west).closed_on == DAY


def test_it_is_refused_in_words_where_it_cannot_be(reform):
    with pytest.raises(Refused, match="không phải xã đã kết thúc"):
        what_passes(reform.east)
    hand_over(reform.west)
    with pytest.raises(Refused, match="đã được bàn giao"):
        hand_over(reform.west)


def test_a_divided_commune_is_handed_to_nobody(reform):
    Succession.objects.create(predecessor=reform.west, successor=reform.east, on=DAY, whole=False)
    with pytest.raises(Refused, match="bị chia"):
        hand_over(reform.west)
    assert all(hamlet.parent_id == reform.west.pk for hamlet in Unit.objects.filter(kind="hamlet", parent=reform.west))


def test_the_command_says_first_what_would_pass(reform):
    assess(AFTER)
    said = StringIO()
    call_command("hand_over", "01849", "--dry-run", stdout=said)
    assert "2 hamlets" in said.getvalue()
    assert Unit.objects.filter(parent=reform.west).count() == 2
    call_command("hand_over", "01849", stdout=said)
    assert lengths(reform.successor, AFTER) is not None, "assessed anew"
    with pytest.raises(CommandError, match="đã được bàn giao"):
        call_command("hand_over", "01849")


def test_the_admin_asks_first_and_only_who_keeps_the_whole_hands_over(reform, browser, settings):
    client = browser(Role.ADMINISTRATOR, reform.province)
    chosen = {"action": "hand_over", "_selected_action": str(Succession.objects.get().pk)}
    User.objects.update(is_staff=True)
    client.post("/admin/layers/succession/", chosen)
    assert Unit.objects.filter(parent=reform.west).count() == 2
    User.objects.update(is_superuser=True)
    asked = client.post("/admin/layers/succession/", chosen, headers=VI).content.decode()
    assert "Phong Quang" in asked
    assert Unit.objects.filter(parent=reform.west).count() == 2
    assert client.post("/admin/layers/succession/", chosen | {"agreed": "yes"}).status_code == 302
    assert Unit.objects.filter(parent=reform.successor).count() == 2


@pytest.mark.parametrize(
    ("year", "who", "said"), [(AFTER, "west", "Phong Quang"), (BEFORE, "successor", "Dương Quang")]
)
def test_the_board_of_a_year_without_the_commune_leads_to_the_one_that_was_there(reform, client, year, who, said):
    answer = client.get(f"/board/?unit={getattr(reform, who).pk}&year={year}", headers=VI)
    assert answer.status_code == 200
    assert [str(one) for one, _address in answer.context["absent"]["others"]] == [f"xã {said}"]
    page = answer.content.decode()
    assert "01/07/2018" in page
    assert "tiêu chí chưa đạt" not in page
