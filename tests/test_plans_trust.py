"""How far a plan can be trusted: labels, curve, price of choices, assumptions, what other inputs would change."""

import pytest
from django.utils.translation import override

from layers.criteria.sets import load_all
from layers.errors import Refused
from layers.models import Household
from layers.planning import planner
from layers.planning.plans.case import written
from layers.planning.plans.caveats import ASSUMPTIONS, INPUTS, assumption, changed_input
from layers.planning.plans.words import official_names, package_name, reason
from layers.reports.plans.trust import trials
from tests.plan_region import YEAR, PlanRegion, criterion_2_but_for_village_roads

pytestmark = pytest.mark.django_db
MILLION = 1_000_000


@pytest.fixture
def region(city) -> PlanRegion:
    return PlanRegion(city)


@pytest.fixture
def examined(region, viewers):
    def made(state: float, **more):
        document = {"sources": [{"name": "Tỉnh", "amount": state * MILLION}], "capped": False, **more}
        plan = planner.create(viewers["planner"], [region.commune], YEAR, document, "X")
        return planner.examine(planner.solve_now(viewers["planner"], plan))

    return made


def test_what_every_run_builds_is_core_and_what_hardly_any_builds_is_not(examined, region):
    """430 million pay for near and far (420) in about half the runs, for near nearly always, for side never."""
    found = examined(430).trust
    labels = {key: row["label"] for key, row in found["labels"].items()}
    assert found["runs"] == 200
    assert labels[str(region.near.uid)] == "core"
    assert labels[str(region.far.uid)] == "borderline"
    assert labels.get(str(region.side.uid), "never") in ("never", "borderline")
    assert found["labels"][str(region.near.uid)]["share"] > found["labels"][str(region.far.uid)]["share"]
    assert [row["number"] for row in found["packages"]] == [1, 2]


def test_the_curve_tells_what_other_money_buys(examined):
    rows = examined(430).trust["curve"]
    assert len(rows) >= 8
    assert [row["gained"]["households"] for row in rows if row["share"] in (0.1, 0.4, 1.0)] == [0, 20, 32]
    assert rows[-1]["gained"]["households"] == 32
    for row in rows:
        assert row["state"] <= row["budget"]


def test_the_curve_begins_where_money_pays_for_what_is_forced_in(examined, region):
    """Side alone asks 560 million of the State: less than 600 pays for nothing. 750 and 900 add near, 1,200 far."""
    rows = examined(600, forced_in=[str(region.side.uid)]).trust["curve"]
    assert [(row["share"], row["gained"]["households"]) for row in rows] == [(1, 5), (1.25, 25), (1.5, 25), (2, 37)]


def test_a_choice_that_costs_households_says_how_many(examined, region):
    """Without near only side is left: 5 households for 560 million instead of 32 for 420."""
    near = str(region.near.uid)
    plan = examined(600, forced_out=[near])
    assert [(row["keys"], row["into"], row["households"]) for row in plan.trust["choices"]] == [([near], False, 27)]
    assert [row["name"] for row in trials(plan)["choices"]] == ["Đường trục thôn Nà Ỏi"]
    assert [(row["name"], row["keys"]) for row in plan.result["left_out"]] == [("Đường trục thôn Nà Ỏi", [near])]
    assert plan.trust["choices"][0]["lost"] == pytest.approx(128 + 3 * 24 - 20)


def test_the_same_plan_is_trusted_the_same_every_time(examined):
    plan = examined(430)
    before = written(plan.trust)
    assert written(planner.examine(plan).trust) == before


def test_an_answer_that_has_changed_takes_its_trust_with_it(examined, viewers):
    plan = examined(430)
    planner.change(viewers["planner"], plan, {"poor_weight": 1})
    assert plan.trust is None
    with pytest.raises(Refused):
        planner.examine(plan)


def test_what_is_missing_and_what_is_a_default_is_said(examined, region):
    Household.objects.filter(pk__in=Household.objects.values("pk")[:3]).update(geom=None)
    rows = {row["code"]: row for row in examined(430).trust["assumptions"]}
    assert rows["unplaced"]["params"] == {"count": 3, "of": 40}
    assert not rows["unplaced"]["default"]
    assert rows["people_pct"]["default"]
    assert rows["poor_weight"]["default"]
    own = {row["code"]: row for row in examined(430, poor_weight=2.0).trust["assumptions"]}
    assert not own["poor_weight"]["default"]
    priced = examined(430, prices={"concrete_3.0m_16cm_community": 5e8}).trust["assumptions"]
    price = next(row for row in priced if row["params"].get("treatment") == "concrete_3.0m_16cm_community")
    assert not price["default"]
    assert price["params"]["vnd"] == 500 * MILLION


def test_criteria_are_traded_against_households_by_their_weight(region, city, examined):
    """Of 3.5 km of village road half has to be hardened for criterion 2: `side` does it, for 560 million of the State
    and 5 households. Without it the money pays for `near` and `far`: 32 households, 128 persons, 24 of them poor. With
    a poor person for four that is 180 more than `side` brings, and the commune counts 232 in all: 0.78 of it.
    """
    load_all()
    criterion_2_but_for_village_roads(region, city)
    plan = examined(570)
    rows = [
        (row["weights"], row["gained"]["households"], row["turned"], row["here"]) for row in plan.trust["trade_off"]
    ]
    assert rows == [([0.0, 0.3], 32, [], True), ([1.0, 3.0], 5, [["01849", 2]], False)]
    tried = planner.what_if(plan, {"criterion_weight": 1.0}).document
    assert tried["totals"]["gained"]["households"] == 5
    assert [row["criterion"] for row in tried["criteria"] if row["turned"]] == [2]


def test_where_no_criterion_is_within_reach_nothing_is_traded(examined):
    assert examined(430).trust["trade_off"] == []


def test_an_even_share_is_a_floor_and_its_price_is_told(examined):
    """One commune of which 980 million of the State's would build all: half its even share of 430 is 215 and 92 of the
    people's, 307 in all, which near and far pass."""
    plan = examined(430, even=0.5)
    assert plan.result["communes"][0]["floor"] == pytest.approx(307 * MILLION, rel=0.01)
    assert plan.result["totals"]["gained"]["households"] == 32
    rows = {row["code"]: row for row in plan.trust["assumptions"]}
    assert rows["even"]["params"] == {"pct": 50.0}
    assert "no_floors" in {row["code"] for row in plan.trust["sensitivity"]}


def test_inputs_that_would_change_the_plan_are_named(examined):
    """With prices 15 % higher, 430 million no longer pay for far."""
    rows = {row["code"]: row for row in examined(430).trust["sensitivity"]}
    assert rows["prices_up"]["changes"]
    assert rows["prices_up"]["households"] == -12
    assert rows["prices_up"]["kept"] == pytest.approx(1 / 3, abs=0.01)
    assert not rows["prices_down"]["changes"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_package_assumption_and_input_can_be_said(examined, language):
    plan = examined(430)
    with override(language):
        for package in plan.result["packages"]:
            assert reason(package).endswith(".")
            assert package_name(package)
        for row in plan.trust["assumptions"]:
            assert "%(" not in assumption(row)
        for row in plan.trust["sensitivity"]:
            assert "%(" not in changed_input(row)
        assert ("hộ" in reason(plan.result["packages"][0])) == (language == "vi")
    assert {row["code"] for row in plan.trust["assumptions"]} <= set(ASSUMPTIONS)
    assert {row["code"] for row in plan.trust["sensitivity"]} <= set(INPUTS)


def test_a_package_is_named_after_its_road_or_the_hamlets_it_joins(examined):
    packages = examined(430).result["packages"]
    assert official_names(packages) == ["Đường trục thôn Nà Ỏi", "Đường trục thôn Phặc Tràng"]
    joined = packages[0] | {"roads": ["A", "B"], "hamlets": ["Nà Ỏi", "Nà Dì"], "classes": ["village"]}
    assert official_names([joined]) == ["Đường trục thôn Nà Ỏi – Nà Dì"]
    assert official_names([joined, joined]) == [
        "Đường trục thôn Nà Ỏi – Nà Dì (A)",
        "Đường trục thôn Nà Ỏi – Nà Dì (A) 2",
    ]
