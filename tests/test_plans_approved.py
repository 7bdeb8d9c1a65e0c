"""Works of approved plans are not paid for twice: they count as built, unless a planner wants them chosen again."""

import json

import pytest

from layers.criteria.sets import load_all
from layers.models import Plan, Work
from layers.planning import planner
from layers.planning.errors import AlreadyMet, NoCandidates
from layers.planning.needs import cheapest_way
from layers.planning.plans.case import freeze, thaw
from layers.planning.store.freeze import read_case
from layers.planning.store.kept import forget
from layers.planning.store.region import region as region_of
from tests.plan_region import YEAR, PlanRegion, criterion_2_but_for_village_roads, road

pytestmark = pytest.mark.django_db
MILLION = 1_000_000


@pytest.fixture(autouse=True)
def fresh():
    """A test's changes are never committed, so nothing tells what is kept from what is true."""
    forget()


@pytest.fixture
def region(city) -> PlanRegion:
    return PlanRegion(city)


@pytest.fixture
def solved(region, viewers):
    def made(state: float, **more: object) -> Plan:
        asked = {"sources": [{"name": "Tỉnh", "amount": state * MILLION}], "capped": False, **more}
        plan = planner.create(viewers["planner"], [region.commune], YEAR, asked, "Phương án")
        return planner.solve_now(viewers["planner"], plan)

    return made


@pytest.fixture
def approved(solved, viewers):
    def made(state: float, **more: object) -> Plan:
        plan = planner.submit(viewers["planner"], solved(state, **more))
        return planner.approve(viewers["leader"], plan, "12/QĐ-UBND")

    return made


def keys(plan: Plan) -> set[str]:
    return set(plan.works.values_list("key", flat=True))


def test_an_approved_work_is_not_proposed_again_and_what_lies_behind_it_is_within_reach(region, approved, solved):
    """`near` is approved. 300 million of the State's buy `far` behind it (280): 12 households, 6 of them poor."""
    near, far = str(region.near.uid), str(region.far.uid)
    assert keys(approved(150)) == {near}
    plan = solved(300)
    assert keys(plan) == {far}
    assert plan.result["totals"]["before"]["households"] == 23
    assert plan.result["totals"]["gained"]["households"] == 12
    assert plan.result["approved"] == {"works": 1, "built": True}


def test_a_planner_may_have_approved_works_chosen_again(region, approved, solved):
    approved(150)
    plan = solved(430, approved_built=False)
    assert keys(plan) == {str(region.near.uid), str(region.far.uid)}
    assert plan.result["totals"]["gained"]["households"] == 32
    assert plan.result["approved"] == {"works": 1, "built": False}


def test_of_a_road_that_is_approved_in_part_the_rest_keeps_its_key(region, city, approved, solved):
    """A lane leaves `far` at its middle: the first half is approved, the second is what may still be chosen."""
    road(city.west_hamlets[1], (105.81970, 22.11), (105.81970, 22.112), road_class="lane", surface="concrete")
    far = str(region.far.uid)
    plan = approved(430)
    assert {f"{far}:1", f"{far}:2"} < keys(plan)
    Work.objects.filter(plan=plan, key=f"{far}:2").delete()
    assert keys(solved(300)) == {f"{far}:2"}


def test_what_is_forced_and_approved_already_is_no_mistake(region, approved, solved):
    near = str(region.near.uid)
    approved(150)
    assert keys(solved(300, forced_in=[near])) == {str(region.far.uid)}


def test_where_all_is_approved_there_is_nothing_left_to_build(approved, solved):
    approved(1000)
    with pytest.raises(NoCandidates):
        solved(300)


def test_the_metres_of_approved_works_count_for_criteria(region, city, viewers, approved, solved):
    """Half of 3.5 km of village road has to be hardened: once `side`, 2 km, is approved, that is met."""
    load_all()
    criterion_2_but_for_village_roads(region, city)
    side = str(region.side.uid)
    assert cheapest_way(viewers["planner"], region.commune, 2, YEAR).document["criteria"][0]["turned"]
    approved(600, forced_in=[side], forced_out=[str(region.near.uid)])
    with pytest.raises(AlreadyMet):
        cheapest_way(viewers["planner"], region.commune, 2, YEAR)
    criterion = next(row for row in solved(150).result["criteria"] if row["criterion"] == 2)
    assert (criterion["before"], criterion["turned"]) == ("m", False)


def test_a_case_says_what_was_approved_and_one_where_nothing_was_is_written_as_ever(region, approved):
    here = region_of([region.commune], YEAR)
    assert "approved" not in read_case(here, "wet").document()
    approved(150)
    case = read_case(here, "wet")
    assert [work.key for work in thaw(*freeze(case)).approved] == [str(region.near.uid)]


def test_another_communes_approved_works_change_nothing(region, city, approved, solved):
    plan = approved(150)
    Work.objects.filter(plan=plan).update(unit=city.east)
    assert keys(solved(150)) == {str(region.near.uid)}


def test_the_page_says_so_and_one_button_has_them_chosen_again(region, browser, approved, solved):
    approved(150)
    plan = solved(300)
    client = browser("planner", region.commune)
    page = client.get(f"/plans/{plan.uid}/").content.decode()
    assert "1 công trình của các phương án đã phê duyệt được coi như đã xây" in page
    client.post(f"/plans/{plan.uid}/keep", {"choices": json.dumps({"approved_built": False})})
    plan.refresh_from_db()
    assert plan.result["approved"]["built"] is False
    assert "Coi như đã xây" in client.get(f"/plans/{plan.uid}/").content.decode()
    answer = client.post(f"/plans/{plan.uid}/keep", {"choices": json.dumps({"approved_built": "no"})})
    assert answer.status_code == 400
