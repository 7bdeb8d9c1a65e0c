"""Costs and benefits of a plan's works together: beside the plan, from its own prices, with every default marked."""

import io

import numpy as np
import openpyxl
import pytest
from django.contrib.gis.geos import LineString

from layers.access import Role
from layers.models import Plan, Road
from layers.planning import planner
from layers.planning.appraisal.inventory import sections_of
from layers.planning.appraisal.model import Alternatives, appraise, usual_alternatives
from layers.planning.appraisal.sections import Sections, filled
from layers.planning.appraisal.together import together
from layers.planning.errors import Negative
from layers.planning.store.plan_worth import appraised
from layers.reports.plans.worth import costs_and_benefits, warning
from tests.plan_region import YEAR, PlanRegion, road
from tests.test_worth import DEFAULTS, NUMBERS, WITH_HARDENING, inventory

MILLION = 10**6
VILLAGE = NUMBERS["village"]


def sections(*given: dict) -> Sections:
    parts = [vars(sections_of(inventory(**each), DEFAULTS)[0]) for each in given]
    return Sections(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def alone(section: Sections) -> Alternatives:
    """The base case, and hardening in the first year."""
    complete, _assumed = filled(WITH_HARDENING, section)
    usual = usual_alternatives(WITH_HARDENING, complete)
    return Alternatives(np.array([[usual.work[0, 0], VILLAGE]]), np.array([[usual.year[0, 0], 1]]))


def test_one_work_is_worth_what_the_model_says_of_it_alone():
    """400 million VND a km, as the tables price it here: then nothing stands in for their price."""
    one = sections({"length": 1000.0, "level": 4})
    found = together(WITH_HARDENING, one, np.array([VILLAGE]), np.array([400e6]))
    single = appraise(WITH_HARDENING, one, alone(one))
    assert found.npv == pytest.approx(single.npvs[0, 1])
    assert found.npv_per_cost == pytest.approx(found.npv / 400e6)


def test_works_together_are_the_sum_of_each_and_have_one_rate_of_return():
    quiet, busy = {"length": 800.0, "level": 2}, {"length": 1500.0, "level": 3}
    work, cost = np.array([VILLAGE] * 2), np.array([320e6, 600e6])
    both = together(WITH_HARDENING, sections(quiet, busy), work, cost)
    each = [
        together(WITH_HARDENING, sections(one), work[:1], cost[at : at + 1]) for at, one in enumerate((quiet, busy))
    ]
    assert both.npvs == pytest.approx([one.npv for one in each])
    assert both.npv == pytest.approx(sum(one.npv for one in each))
    assert both.net_benefits == pytest.approx(each[0].net_benefits + each[1].net_benefits)
    # At its internal rate the series is worth nothing.
    assert (both.net_benefits / (1 + both.eirr) ** np.arange(20)).sum() == pytest.approx(0, abs=1e3)
    assert min(one.eirr for one in each) < both.eirr < max(one.eirr for one in each)


def test_a_plans_own_price_stands_in_for_that_of_the_tables():
    """100 million VND dearer, in the first year, which is not discounted: worth that much less, as economic cost."""
    one = sections({"level": 4})
    work = np.array([VILLAGE])
    cheap, dear = (together(WITH_HARDENING, one, work, np.array([cost])) for cost in (400e6, 500e6))
    assert cheap.npv - dear.npv == pytest.approx(100e6 * WITH_HARDENING.economic_factor)


def test_no_works_are_worth_nothing_and_a_negative_price_is_refused():
    none = together(WITH_HARDENING, _none(), np.zeros(0, dtype=int), np.zeros(0))
    assert (none.npv, none.cost) == (0, 0)
    assert np.isnan(none.eirr)
    with pytest.raises(Negative):
        together(WITH_HARDENING, sections({}), np.array([VILLAGE]), np.array([-1.0]))


def _none() -> Sections:
    return Sections(**{name: values[:0] for name, values in vars(sections({})).items()})


def test_a_rate_of_return_that_may_not_be_the_only_one_is_marked():
    assert "2" in warning({"eirr": 0.1, "sign_changes": 2})
    assert not warning({"eirr": 0.1, "sign_changes": 1})
    assert not warning({"eirr": None, "sign_changes": 3})


@pytest.fixture
def region(db, city) -> PlanRegion:
    return PlanRegion(city)


def solved(region: PlanRegion, viewers, state: float = 430) -> Plan:
    asked = {"sources": [{"name": "Tỉnh", "amount": state * MILLION}], "capped": False}
    plan = planner.create(viewers["planner"], [region.commune], YEAR, asked, "Thử")
    return planner.solve_now(viewers["planner"], plan)


def test_a_plan_keeps_what_its_works_are_worth_together(region, viewers):
    Road.objects.filter(pk=region.near.pk).update(width_m=2.5, condition=5)
    plan = solved(region, viewers)
    found = Plan.objects.get(pk=plan.pk).appraisal
    assert found["cost"] == plan.result["totals"]["cost"]
    assert found["npv"] == pytest.approx(sum(row["npv"] for row in found["works"]), abs=2)
    assert found["left_out"] == {}
    by_key = dict(zip([row["key"] for row in found["inputs"]], found["works"], strict=True))
    near, far = by_key[str(region.near.uid)], by_key[str(region.far.uid)]
    assert (near["width"], near["condition"]) == (2.5, 5)
    assert not {"width", "condition", "length", "surface"} & set(near["defaults"])
    assert {"width", "condition", "level", "growth", "iri", "terrain"} <= set(far["defaults"])
    assert [row["levels"] for row in found["busier"]] == [-1, 1, 2, 4]
    assert found["busier"][-1]["npv"] > found["npv"]


def test_the_same_figures_come_from_what_was_kept_whatever_became_of_the_roads(region, viewers):
    found = solved(region, viewers).appraisal
    Road.objects.all().delete()
    assert appraised(found["inputs"], found["left_out"]) == found


def test_what_the_model_knows_nothing_of_is_left_out_and_counted_with_its_cost(region, viewers, city):
    end = region.near.geom[-1]
    Road.objects.filter(pk=region.near.pk).update(geom=LineString((105.81, 22.11), (end[0] - 0.000194, end[1])))
    road(region.commune, (end[0] - 0.000194, end[1]), end, structure="ford", name="Ngầm")
    plan = solved(region, viewers, 5000)
    bridge = plan.works.get(name="Ngầm")
    assert plan.appraisal["left_out"] == {"structure": {"works": 1, "cost": bridge.cost}}
    assert plan.appraisal["cost"] + bridge.cost == plan.result["totals"]["cost"]
    assert "1 cầu, cống" in " ".join(costs_and_benefits(plan)["left_out"])


def test_a_road_hardened_since_the_inputs_were_read_is_left_out(region, viewers):
    plan = solved(region, viewers)
    Road.objects.filter(pk=region.near.pk).update(surface="concrete")
    again = planner.solve_now(viewers["planner"], planner.copy(viewers["planner"], plan, "Bản sao"))
    assert again.appraisal["left_out"]["changed"]["works"] == 1
    assert len(again.appraisal["works"]) == 1


@pytest.mark.parametrize("role", [Role.PLANNER, Role.LEADER])
def test_page_workbook_and_paper_say_it_beside_the_plan(browser, region, viewers, role):
    plan = solved(region, viewers)
    client = browser(role, region.commune)
    said = costs_and_benefits(plan)
    page = client.get(f"/plans/{plan.uid}/").content.decode()
    for words in (said["sentence"], f"NPV {said['npv']}", said["eirr"], "mặc định", "không quyết định gì", "m/km"):
        assert words in page
    # The plan's own answer comes first.
    assert page.index("mở đường cho 32 hộ") < page.index(said["sentence"])
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plans/{plan.uid}/works.xlsx").content))
    rows = {row[0]: row[1:] for row in book["Chi phí – lợi ích"].iter_rows(min_row=2, values_only=True)}
    assert rows["NPV"][0] * MILLION == pytest.approx(plan.appraisal["npv"])
    assert rows["NPV"][1] == "triệu đồng"
    assert rows["lưu lượng (cấp RoADS 1–15)"][2] == "mặc định"
    works = list(book["Công trình được đánh giá"].iter_rows(min_row=2, values_only=True))
    assert sum(row[11] for row in works) * MILLION == pytest.approx(plan.appraisal["npv"], abs=2)
    assert client.get(f"/plans/{plan.uid}/works.pdf").content.startswith(b"%PDF")


def test_a_plan_from_before_says_that_it_has_none(browser, region, viewers):
    plan = solved(region, viewers)
    Plan.objects.update(appraisal=None)
    answer = browser(Role.PLANNER, region.commune).get(f"/plans/{plan.uid}/")
    assert "Hãy tính lại để có phần này" in answer.content.decode()
    assert browser(Role.PLANNER, region.commune).get(f"/plans/{plan.uid}/works.xlsx").status_code == 200
