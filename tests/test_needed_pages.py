"""What it would take, on its pages: the proven cheapest works for a criterion, and the most communes for some money."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import Facility, Plan, Review, Road
from layers.planning.store.kept import forget
from tests.plan_region import YEAR, PlanRegion
from tests.test_plans_cheapest import criterion_2_but_for_village_roads, declare_all_but

pytestmark = pytest.mark.django_db
MILLION = 10**6


@pytest.fixture
def region(city) -> PlanRegion:
    forget()
    load_all()
    return PlanRegion(city)


def lacking_schools(region, city) -> None:
    """One of three schools is up to the standard; two more are to be: 3,000 + 4,000 million VND."""
    unit = city.west_hamlets[0]
    for level, standard in (("kindergarten", False), ("primary", None), ("lower_secondary", True)):
        Facility.objects.create(unit=unit, name=level, kind="school", level=level, standard=standard, geom=unit.point)
    assess(YEAR, "")


def lacking_halls(region, city) -> None:
    """The commune's hall (3,000) and playground (300), and a culture house (500) in each of two hamlets."""
    declare_all_but(region, {6})
    assess(YEAR, "")


def lacking_water(region, city) -> None:
    """17.1 alone: all else is declared met, and nobody of 28 + 12 households has hygienic or clean water.

    90 % are to have hygienic water: both hamlets, 40 x 3; half clean water: the larger one, 28 x 8 million VND.
    """
    declare_all_but(region, set())
    Review.objects.update(hygienic_water=False, clean_water=False)
    assess(YEAR, "")


@pytest.mark.parametrize(
    ("criterion", "lacking", "cost", "named"),
    [
        (2, criterion_2_but_for_village_roads, r"(79[89]|80[01])(,\d)? triệu", "Đường Khuổi Chang"),
        (5, lacking_schools, "7,0 tỷ", "kindergarten"),
        (6, lacking_halls, "4,3 tỷ", "Nhà văn hóa"),
        (17, lacking_water, "344 triệu", "nước hợp vệ sinh"),
    ],
)
def test_the_cheapest_way_is_told_with_its_proof_and_leads_to_a_plan(
    browser, region, city, criterion, lacking, cost, named
):
    lacking(region, city)
    client = browser(Role.PLANNER, region.commune)
    address = f"/board/cheapest/?unit={region.commune.pk}&criterion={criterion}&year={YEAR}"
    answer = client.get(address)
    text = answer.content.decode()
    assert "Đã chứng minh" in text, answer.context.get("why")
    assert re.search(cost, answer.context["cost"])
    assert named in text
    assert "Trong các cách cùng chi phí, chọn cách phục vụ nhiều hộ nghèo hơn" in text
    asked = parse_qs(urlsplit(answer.context["plan"]).query)
    new = client.get(answer.context["plan"])
    assert new.context["works"] == len(asked["works"][0].split(","))
    assert "bắt buộc làm" in new.content.decode()
    # Who only looks is not led to a plan.
    assert not browser(Role.LEADER, region.commune).get(address).context["plan"]


def test_the_plan_of_the_cheapest_works_builds_them(browser, region, city):
    criterion_2_but_for_village_roads(region, city)
    client = browser(Role.PLANNER, region.commune)
    way = client.get(f"/board/cheapest/?unit={region.commune.pk}&criterion=2&year={YEAR}").context["plan"]
    form = client.get(way)
    # What the people can afford did not bind the works that were found.
    assert form.context["form"]["capped"].value() is False
    assert client.get("/plans/new/").context["form"]["capped"].value() is True
    asked = {
        "units": [region.commune.code], "year": YEAR, "season": "wet", "poor_weight": 4, "criterion_weight": 5,
        "method": "auto", "seconds": 60, "works": form.context["form"]["works"].value(),
        "source-TOTAL_FORMS": 1, "source-INITIAL_FORMS": 1, "source-0-name": "Tỉnh",
        "source-0-amount": form.context["sources"].forms[0]["amount"].value(),
    }  # fmt: skip
    made = client.post(way, asked)
    assert made.status_code == 302, made.content.decode()
    plan = Plan.objects.get()
    assert str(region.side.uid) in plan.settings["forced_in"]
    assert plan.settings["unjoined"] == plan.settings["forced_in"]
    assert plan.works.filter(subject=region.side.uid).exists()


@pytest.mark.parametrize("works", ["<script>", "a b", "x" * 12001])
def test_works_of_another_shape_are_refused(browser, region, works):
    asked = {"units": [region.commune.code], "works": works}
    assert browser(Role.PLANNER, region.commune).post("/plans/new/", asked).status_code == 422
    assert not Plan.objects.exists()


def only_village_roads_lack(region, city) -> None:
    declare_all_but(region, set())
    Review.objects.update(category="average")
    Road.objects.filter(name="Đường xã").update(road_class="commune")
    criterion_2_but_for_village_roads(region, city)


def test_the_most_communes_for_some_money_are_named_with_the_works_and_the_proof(browser, region, city):
    """Village roads for 800 million VND, of which the State pays 70 %."""
    only_village_roads_lack(region, city)
    client = browser(Role.PLANNER, region.commune)
    page = f"/board/recognised/?unit={region.commune.pk}&year={YEAR}"
    assert "Số tiền này đưa được bao nhiêu xã" in client.get(page).content.decode()
    text = client.get(f"{page}&money=600").content.decode()
    assert "đưa 1 xã đạt đủ tiêu chí: Dương Quang" in text
    assert "Đã chứng minh: với số tiền này" in text
    assert "Đường Khuổi Chang" in text
    assert "không đưa thêm được xã nào" in client.get(f"{page}&money=500").content.decode()
    # Of the people's 240 million 40 households can afford a sixth.
    assert "không đưa thêm được xã nào" in client.get(f"{page}&money=600&capped=on").content.decode()


def test_a_commune_that_works_cannot_bring_there_is_told_why(browser, region, city):
    declare_all_but(region, {16})
    criterion_2_but_for_village_roads(region, city)
    answer = browser(Role.PLANNER, region.commune).get(f"/board/recognised/?unit={region.commune.pk}&money=9000")
    assert answer.status_code == 200
    assert answer.context["why"]
    assert "Dương Quang" in answer.content.decode()
    assert "thiếu tiêu chí 11, 16" in answer.content.decode()


@pytest.mark.parametrize("money", ["-1", "0", "nan", "1e300", "abc"])
def test_money_that_is_none_is_refused_by_name(browser, region, money):
    answer = browser(Role.PLANNER, region.commune).get(f"/board/recognised/?unit={region.commune.pk}&money={money}")
    assert answer.status_code == 422
    assert f'value="{money}"' in answer.content.decode(), "what was written can be mended"
    assert answer.context["wrong"]


@pytest.mark.parametrize("role", [None, "guest", "neighbour"])
def test_what_money_can_do_is_told_to_the_staff_of_the_unit_alone(browser, region, city, role):
    client = browser(*([Role.PLANNER, city.east] if role == "neighbour" else [role, city.west] if role else []))
    answer = client.get(f"/board/recognised/?unit={region.commune.pk}&money=500")
    assert answer.status_code in (302, 403)
