"""Plans in the store: what they choose, what they cost whom, who may see and do what."""

import json

import pytest
from django.contrib.gis.geos import LineString
from django.core.management import CommandError, call_command
from django.db import transaction

from layers.access import Viewer
from layers.errors import NotAllowed, NotFound, Refused
from layers.models import Facility, Household, Plan, Review, Road, Unit, Work, viewer_of
from layers.planning import planner
from layers.planning.errors import (
    BadSetting,
    Infeasible,
    NoBudget,
    NoCandidates,
    NoCentre,
    TooManyIsolated,
    UnknownCommune,
    UnknownWork,
    Unreadable,
)
from layers.planning.plans.case import thaw, written
from layers.planning.plans.caveats import limits
from layers.planning.public import hidden, totals_for
from tests.plan_region import YEAR, PlanRegion, homes, road

pytestmark = pytest.mark.django_db
MILLION = 1_000_000


@pytest.fixture
def region(city) -> PlanRegion:
    return PlanRegion(city)


@pytest.fixture
def planner_of_west(viewers) -> Viewer:
    return viewers["planner"]


def money(state: float, **more: object) -> dict:
    return {"sources": [{"name": "Ngân sách tỉnh", "amount": state * MILLION}], "capped": False, **more}


@pytest.fixture
def make(region, planner_of_west):
    def made(state: float = 300, **more: object) -> Plan:
        return planner.create(planner_of_west, [region.commune], YEAR, money(state, **more), "Phương án")

    return made


def chosen(plan: Plan) -> set[str]:
    return {str(subject) for subject in plan.works.values_list("subject", flat=True)}


def solved(viewer: Viewer, plan: Plan) -> Plan:
    return planner.solve_now(viewer, plan)


def test_the_plan_a_budget_buys_is_the_one_worked_out_by_hand(make, region, planner_of_west):
    """State money 150: near (140) alone. 430: near and far (420). 1,000: all three (980)."""
    near, far, side = (str(each.uid) for each in (region.near, region.far, region.side))
    for state, expected in ((150, {near}), (430, {near, far}), (1000, {near, far, side})):
        plan = solved(planner_of_west, make(state))
        assert chosen(plan) == expected
        assert plan.gap == 0
        assert plan.state == "solved"


def test_a_plan_says_what_it_costs_whom_and_whom_it_reaches(make, region, planner_of_west):
    plan = solved(planner_of_west, make(430))
    totals = plan.result["totals"]
    assert totals["cost"] == pytest.approx(600 * MILLION, rel=0.003)
    assert totals["people"] == pytest.approx(0.3 * totals["cost"], rel=1e-4)
    assert totals["state"] + totals["people"] == totals["cost"]
    assert totals["gained"] == {"households": 32, "poor_households": 6, "persons": 128, "poor_persons": 24}
    assert totals["before"]["households"] == 3
    assert totals["everyone"]["households"] == 40
    assert sum(work.cost for work in plan.works.all()) == totals["cost"]
    assert sum(package.households for package in plan.packages.all()) == 32
    for work in plan.works.all():
        assert sum(work.split.values()) == work.cost


def test_no_source_pays_more_than_it_has_and_none_for_what_it_may_not(make, planner_of_west):
    sources = [
        {"name": "Trung ương", "amount": 100 * MILLION, "classes": ["village"]},
        {"name": "Tỉnh", "amount": 350 * MILLION},
        {"name": "Ngõ", "amount": 900 * MILLION, "classes": ["lane"]},
    ]
    plan = solved(planner_of_west, make(sources=sources))
    spent = {row["name"]: row["spent"] for row in plan.result["sources"]}
    assert spent["Trung ương"] <= 100 * MILLION
    assert spent["Tỉnh"] <= 350 * MILLION
    assert spent["Ngõ"] == 0
    assert plan.result["totals"]["gained"]["households"] == 32


def test_the_people_of_a_commune_give_no_more_than_they_can_afford(make, planner_of_west):
    """40 households, 6 of them poor: 34 million a year; near alone asks 60 million of them, so nothing is built."""
    plan = solved(planner_of_west, make(1000, capped=True))
    assert not plan.works.exists()
    assert plan.result["communes"][0]["cap"] == 34 * MILLION
    plan = solved(planner_of_west, make(1000, capped=True, community_pct={"village": 10}))
    assert plan.result["totals"]["people"] <= 34 * MILLION


def test_a_plan_says_what_keeps_it_from_building_more(make, region, planner_of_west):
    """430 million leave 10 for side; with all the money there is, the people's 34 million are the limit."""
    plan = solved(planner_of_west, make(430))
    assert plan.result["limits"] == {"sources": ["Ngân sách tỉnh"], "caps": []}
    assert limits(plan.result) == ["Không còn tiền để làm thêm từ: Ngân sách tỉnh"]
    plan = solved(planner_of_west, make(5000, capped=True))
    assert plan.result["limits"] == {"sources": [], "caps": ["01849"]}
    assert solved(planner_of_west, make(5000)).result["limits"] == {"sources": [], "caps": []}


def test_what_the_people_are_to_give_is_a_limit_of_its_own(make, planner_of_west):
    sources = [{"name": "Tỉnh", "amount": 1e9}, {"name": "Dân", "amount": 70 * MILLION, "community": True}]
    plan = solved(planner_of_west, make(sources=sources))
    assert plan.result["totals"]["people"] <= 70 * MILLION
    assert plan.result["totals"]["gained"]["households"] == 20


def test_forced_works_are_built_and_forbidden_ones_not(make, region, planner_of_west):
    side, near = str(region.side.uid), str(region.near.uid)
    assert side in chosen(solved(planner_of_west, make(600, forced_in=[side])))
    assert chosen(solved(planner_of_west, make(1000, forced_out=[near]))) == {side}


def test_a_work_for_a_criterion_alone_may_be_built_where_nothing_joins_it(make, region, planner_of_west):
    """300 million build `far` (280), but not the way there as well; households it wins none."""
    far = str(region.far.uid)
    with pytest.raises(Infeasible):
        solved(planner_of_west, make(300, forced_in=[far]))
    plan = solved(planner_of_west, make(300, forced_in=[far], unjoined=[far]))
    assert chosen(plan) == {far}
    assert plan.result["totals"]["gained"]["households"] == 0


def test_what_if_answers_and_stores_nothing(make, region, planner_of_west):
    plan = solved(planner_of_west, make(430))
    before = (plan.result_sha256, plan.works.count())
    answer = planner.what_if(plan, {"forced_out": [str(region.far.uid)]})
    assert answer.document["totals"]["gained"]["households"] == 20
    plan.refresh_from_db()
    assert (plan.result_sha256, plan.works.count()) == before


def test_a_frozen_plan_gives_the_same_bytes_whatever_became_of_the_rows(make, planner_of_west):
    plan = solved(planner_of_west, make(430))
    Road.objects.all().delete()
    plan = Plan.objects.get(pk=plan.pk)
    assert planner.recomputed(plan) == plan.result_sha256
    again = planner.what_if(plan, {}).document
    assert written(again) == written(plan.result)


def test_a_plan_is_verified_by_computing_it_again(make, planner_of_west, capsys):
    plan = make(430)
    with pytest.raises(CommandError, match="chưa có kết quả|no answer"):
        call_command("verify_plan", str(plan.uid))
    solved(planner_of_west, plan)
    call_command("verify_plan", str(plan.uid))
    assert plan.result_sha256[:12] in capsys.readouterr().out
    Plan.objects.filter(pk=plan.pk).update(settings={**plan.settings, "poor_weight": 1.0})
    with pytest.raises(CommandError, match="kết quả khác"):
        call_command("verify_plan", str(plan.uid))
    with pytest.raises(CommandError):
        call_command("verify_plan", "nothing")


def test_frozen_inputs_hold_no_household(make):
    plan = make()
    case = thaw(bytes(plan.inputs), plan.inputs_sha256)
    assert case.homes.households.sum() == 40
    text = written(case.document()).decode()
    assert '"A"' not in text
    assert len(case.homes.households) == 4


def test_damaged_inputs_are_refused(make):
    plan = make()
    plan.inputs = bytes(plan.inputs)[:-3]
    with pytest.raises(Unreadable):
        planner.what_if(plan, {})


def test_more_money_never_buys_less(make, planner_of_west):
    plan = make()
    values = [planner.what_if(plan, money(state)).value for state in (50, 150, 300, 430, 600, 1000, 5000)]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (money(0), NoBudget),
        ({"sources": [{"name": "Dân", "amount": 9e9, "community": True}]}, NoBudget),
        ({"sources": []}, BadSetting),
        ({"sources": [{"name": "", "amount": 1}]}, BadSetting),
        ({"sources": [{"name": "A", "amount": -1}]}, BadSetting),
        ({"sources": [{"name": "A", "amount": float("nan")}]}, BadSetting),
        ({"sources": [{"name": "A", "amount": 1}, {"name": "A", "amount": 2}]}, BadSetting),
        ({"sources": [{"name": "A", "amount": 1, "classes": ["motorway"]}]}, BadSetting),
        ({"poor_weight": 0}, BadSetting),
        ({"poor_weight": "4"}, BadSetting),
        ({"community_pct": {"village": 120}}, BadSetting),
        ({"passable": {"village": "bus"}}, BadSetting),
        ({"method": "guess"}, BadSetting),
        ({"colour": "red"}, BadSetting),
        ({"prices": {"concrete_3.0m_16cm_community": -5}}, BadSetting),
        ({"floors": {"99999": 5}}, UnknownCommune),
        ({"forced_in": ["no such road"]}, UnknownWork),
        ({"floors": {"01849": 5e9}}, Infeasible),
        ({"even": 1.5}, BadSetting),
        ({"isolated_limit": 0.0}, None),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(make, change, error):
    plan = make()
    if error is None:
        assert planner.what_if(plan, change).document["isolated"] == 0
        return
    with pytest.raises(error):
        planner.what_if(plan, change)


def test_a_region_without_a_centre_or_without_anything_to_build_is_refused_by_name(region, make, planner_of_west, city):
    Road.objects.filter(wet_access="none").update(wet_access="car", surface="concrete")
    with pytest.raises(NoCandidates):
        planner.what_if(make(), {})
    Facility.objects.all().delete()
    Unit.objects.filter(pk=region.commune.pk).update(point=None)
    with pytest.raises(NoCentre):
        planner.what_if(make(), {})


def test_nothing_is_ranked_while_too_many_live_where_no_path_leads_to_a_centre(region, make, city):
    unit = city.west_hamlets[1]
    road(unit, (105.83, 22.125), (105.835, 22.125))
    homes(unit, 20, 105.835, 22.125)
    with pytest.raises(TooManyIsolated, match="33"):
        planner.what_if(make(), {})


def test_only_planners_of_the_whole_region_make_plans(region, viewers, city):
    for who in ("leader", "field", "guest", "neighbour", "stranger"):
        with pytest.raises(NotAllowed):
            planner.create(viewers[who], [region.commune], YEAR, money(100), "X")
    with pytest.raises(NotAllowed):
        planner.create(viewers["planner"], [city.city], YEAR, money(100), "X")


def test_staff_of_the_whole_region_see_a_plan_and_nobody_else(region, viewers, make, city, member):
    plan = make()
    sees = {who for who, viewer in viewers.items() if Plan.objects.seen_by(viewer).exists()}
    assert sees == {"administrator", "leader", "planner", "field"}
    with pytest.raises(NotFound):
        planner.find(viewers["neighbour"], plan.uid)
    wide = planner.create(viewer_of(member("planner", city.city)), [city.city], YEAR, money(100), "Cả thành phố")
    assert wide not in Plan.objects.seen_by(viewers["planner"])
    Plan.objects.filter(pk=plan.pk).get().region.all().delete()
    assert not any(Plan.objects.seen_by(viewer).exists() for viewer in viewers.values())


def test_a_plan_is_submitted_by_its_planner_and_approved_by_a_leader(region, viewers, make):
    plan = make()
    with pytest.raises(Refused):
        planner.submit(viewers["planner"], plan)
    solved(viewers["planner"], plan)
    planner.submit(viewers["planner"], plan)
    with pytest.raises(NotAllowed):
        planner.approve(viewers["planner"], plan)
    with pytest.raises(Refused):
        planner.change(viewers["planner"], plan, money(5))
    assert not Work.objects.approved().exists()
    planner.approve(viewers["leader"], plan, "123/QĐ-UBND")
    assert Work.objects.approved().count() == plan.works.count() > 0
    assert plan.approved_by_id == viewers["leader"].user_id
    assert Work.objects.seen_by(viewers["field"]).exists()
    assert not Work.objects.seen_by(viewers["neighbour"]).exists()
    assert not Work.objects.seen_by(viewers["stranger"]).exists()


def test_a_plan_that_somebody_else_has_moved_on_is_not_moved_again(region, viewers, make):
    plan = solved(viewers["planner"], make())
    planner.submit(viewers["planner"], plan)
    stale = Plan.objects.get(pk=plan.pk)
    planner.send_back(viewers["leader"], plan, "Thiếu cầu")
    with pytest.raises(Refused), transaction.atomic():
        planner.approve(viewers["leader"], stale)


def test_changing_what_is_asked_takes_the_old_answer_away(make, planner_of_west):
    plan = solved(planner_of_west, make(430))
    planner.change(planner_of_west, plan, money(150))
    assert plan.state == "draft"
    assert plan.result is None
    assert not plan.works.exists()


def approved(viewers, plan: Plan) -> Plan:
    planner.submit(viewers["planner"], solved(viewers["planner"], plan))
    return planner.approve(viewers["leader"], plan)


def test_everybody_may_know_the_totals_of_an_approved_plan_and_nothing_of_another(viewers, make):
    plan = solved(viewers["planner"], make(430))
    for who in ("guest", "neighbour", "stranger"):
        with pytest.raises(NotFound):
            totals_for(viewers[who], plan)
    assert totals_for(viewers["field"], plan)["households"] == 32
    planner.submit(viewers["planner"], plan)
    planner.approve(viewers["leader"], plan, "12/QĐ-UBND")
    for who in viewers:
        told = totals_for(viewers[who], plan)
        assert told["cost"] == plan.result["totals"]["cost"]
        assert (told["households"], told["poor_households"]) == (32, 6)
        assert not {"packages", "works"} & {name for name, value in told.items() if isinstance(value, list)}


def test_few_households_are_counted_for_staff_alone(viewers, make, region):
    """Six poor households less two are four: hidden from the public, and not to be worked out."""
    Review.objects.filter(pk__in=Review.objects.filter(category="poor").values("pk")[:2]).update(category="average")
    plan = approved(viewers, make(430))
    assert totals_for(viewers["leader"], plan)["poor_households"] == 4
    for who in ("guest", "neighbour", "stranger"):
        told = totals_for(viewers[who], plan)
        assert (told["households"], told["poor_households"]) == (32, None)


@pytest.mark.parametrize(
    ("households", "poor", "told"),
    [(32, 6, (32, 6)), (32, 4, (32, None)), (8, 6, (8, None)), (4, 4, (None, None)), (0, 0, (None, None))],
)
def test_a_small_rest_is_hidden_as_a_small_count_is(households, poor, told):
    assert tuple(hidden(households, poor).values()) == told


def test_the_order_in_which_roads_and_households_came_does_not_show(make, region, planner_of_west):
    first = solved(planner_of_west, make(430))
    roads, reviews = list(Road.objects.order_by("-uid")), list(Review.objects.order_by("-pk"))
    people = list(Household.objects.order_by("-uid"))
    Review.objects.all().delete()
    Household.objects.all().delete()
    Road.objects.all().delete()
    for row in (*roads, *people):
        old, row.pk = row.pk, None
        row.save(force_insert=True)
        for review in reviews:
            if isinstance(row, Household) and review.household_id == old:
                review.pk, review.household = None, row
                review.save(force_insert=True)
                reviews.remove(review)
                break
    again = solved(planner_of_west, make(430))
    assert again.inputs_sha256
    assert written(again.result) == written(first.result)


def test_the_command_prints_the_plan_and_names_what_is_wrong(region, capsys):
    def run(*arguments: str) -> str:
        call_command("plan_roads", "--unit", "01849", "--year", str(YEAR), *arguments)
        return capsys.readouterr().out

    wide = ("--with", json.dumps({"capped": False}))
    told = run("--budget", "430000000", *wide)
    assert "cho 32 hộ, trong đó 6 hộ nghèo; 1,5 km, 2 công trình" in told
    assert "đã chứng minh là tốt nhất" in told
    assert "Đường trục thôn Nà Ỏi" in told
    document = json.loads(run("--source", "Tỉnh=150000000", "--format", "json", *wide))
    assert document["totals"]["gained"]["households"] == 20
    assert [row["name"] for row in document["sources"]][0] == "Tỉnh"
    both = json.loads(run("--budget", "430000000", "--source", "Tỉnh=150000000", "--format", "json", *wide))
    assert [(row["name"], row["amount"]) for row in both["sources"][:2]] == [
        ("Tỉnh", 150 * MILLION),
        ("Ngân sách nhà nước", 280 * MILLION),
    ]
    with pytest.raises(CommandError, match=r"^--budget phải là số tiền từ 0 đồng trở lên, không thể là −5\.$"):
        run("--budget", "-5")
    for arguments in (
        (),
        ("--budget", "0"),
        ("--budget", "nan"),
        ("--budget", "inf"),
        ("--budget", "1", "--source", "A=2"),
        ("--budget", "1", "--with", "[1"),
    ):
        with pytest.raises(CommandError):
            run(*arguments)


def test_a_bridge_that_floods_close_has_a_price_of_its_own(make, region, planner_of_west):
    """A ford of 20 m on the way to far: 20 m at 35 million VND instead of 400 thousand."""
    end = region.near.geom[-1]
    Road.objects.filter(pk=region.near.pk).update(geom=LineString((105.81, 22.11), (end[0] - 0.000194, end[1])))
    road(region.commune, (end[0] - 0.000194, end[1]), end, structure="ford", name="Ngầm")
    plan = solved(planner_of_west, make(5000))
    ford = plan.works.get(name="Ngầm")
    assert ford.treatment == "bridge_small"
    assert ford.cost == pytest.approx(700 * MILLION, rel=0.01)


def test_a_stretch_of_a_road_lies_where_it_is_on_the_road(make, region, planner_of_west):
    """A lane crosses near: what is hardened of it on either side are two works, each a part of the road's line."""
    middle = 105.81 + 0.00485 / 3
    road(region.commune, (middle, 22.109), (middle, 22.111), surface="concrete", name="Ngõ", road_class="lane")
    plan = solved(planner_of_west, make(5000))
    works = {work.key: work for work in plan.works.filter(subject=region.near.uid)}
    assert set(works) == {f"{region.near.uid}:1", f"{region.near.uid}:2"}
    first, second = (works[key].geom.coords for key in sorted(works))
    assert first[0] == pytest.approx((105.81, 22.11), abs=1e-6)
    assert first[-1] == pytest.approx((middle, 22.11), abs=1e-6)
    assert second[0] == pytest.approx(first[-1], abs=1e-6)
    assert second[-1] == pytest.approx(region.near.geom.coords[-1], abs=1e-6)
    assert sum(work.length_m for work in works.values()) == pytest.approx(500, rel=0.01)


def test_one_limit_says_for_report_and_plan_how_many_may_be_left_out(make, settings):
    settings.LIMITS = settings.LIMITS | {"ISOLATED_PERCENT": 7}
    assert make().settings["isolated_limit"] == pytest.approx(0.07)
    assert make(isolated_limit=0.5).settings["isolated_limit"] == 0.5
