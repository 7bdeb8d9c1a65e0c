"""The pages of plans: made, tried otherwise, kept, handed in, approved, compared, taken along, and by whom."""

import io
import json
import re

import openpyxl
import pyogrio
import pytest
from django.utils.translation import override

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import Plan, Statistic, Unit
from layers.planning import planner
from layers.reports.plans.figures import headline
from tests.paper import text_of
from tests.plan_region import YEAR, PlanRegion, homes, road

pytestmark = pytest.mark.django_db
MILLION = 10**6


@pytest.fixture
def region(city) -> PlanRegion:
    return PlanRegion(city)


@pytest.fixture
def plan(region, viewers) -> Plan:
    """The plan that 430 million of the State's buy: near and far."""
    asked = {"sources": [{"name": "Tỉnh", "amount": 430 * MILLION}], "capped": False}
    made = planner.create(viewers["planner"], [region.commune], YEAR, asked, "Phương án thử")
    return planner.solve_now(viewers["planner"], made)


def asked(region: PlanRegion, **more: object) -> dict[str, object]:
    return {
        "units": [region.commune.code],
        "year": YEAR,
        "season": "wet",
        "poor_weight": 4,
        "criterion_weight": 2,
        "method": "auto",
        "seconds": 60,
        "source-TOTAL_FORMS": 4,
        "source-INITIAL_FORMS": 2,
        "source-MIN_NUM_FORMS": 4,
        "source-MAX_NUM_FORMS": 20,
        "source-0-name": "Tỉnh",
        "source-0-amount": "430",
        "source-1-name": "Dân",
        "source-1-community": "on",
        **more,
    }


def question(client, plan: Plan, **said: object):
    return client.post(f"/plans/{plan.uid}/what-if.json", json.dumps(said), content_type="application/json")


def test_a_planner_makes_a_plan_and_reads_what_the_money_buys(browser, region):
    client = browser(Role.PLANNER, region.commune)
    answer = client.post("/plans/new/", asked(region), follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200, text
    assert "600,5 triệu đồng mở đường cho 32 hộ, 6 hộ nghèo" in text
    assert "đã chứng minh là tốt nhất" in text
    assert "Nhà nước 70 % · Dân 30 %" in text
    plan = Plan.objects.get()
    assert plan.title == "Đường Dương Quang năm 2018, Nhà nước 430 triệu đồng"
    assert [source["amount"] for source in plan.settings["sources"]] == [430 * MILLION]
    assert "Phương án đường" in client.get("/plans/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source-0-amount": "-1"}, "Số tiền không được âm"),
        ({"source-0-amount": ""}, "Hãy nhập ít nhất một khoản tiền"),
        ({"source-1-name": "Tỉnh", "source-1-amount": "5"}, "trùng tên"),
        ({"source-2-name": "X", "source-2-amount": "5", "source-2-classes": "moon"}, "moon"),
        ({"source-TOTAL_FORMS": 21}, "20"),
        ({"source-0-name": "", "source-0-amount": "5"}, "Hãy ghi tên nguồn"),
        ({"units": ["01852"]}, "01852"),
    ],
)
def test_a_question_that_cannot_be_answered_is_given_back_with_the_reason(browser, region, change, said):
    answer = browser(Role.PLANNER, region.commune).post("/plans/new/", asked(region, **change))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Plan.objects.exists()


def test_sources_are_rows_each_for_what_it_may_pay_and_those_taken_away_are_none(browser, region):
    """Numbers 1 and 2 were taken away on the page; the people give, and what a household can is told."""
    sources = {
        "source-TOTAL_FORMS": 6, "source-1-name": "", "source-1-community": "", "gift_household": "2", "gift_poor": "0",
        "source-3-name": "Xã", "source-3-amount": "50.5", "source-3-classes": "lane",
        "source-4-name": "Dân góp", "source-4-amount": "200", "source-4-community": "on",
    }  # fmt: skip
    answer = browser(Role.PLANNER, region.commune).post("/plans/new/", asked(region, **sources))
    assert answer.status_code == 302, answer.content.decode()
    made = Plan.objects.get().settings
    assert made["sources"] == [
        {"name": "Tỉnh", "amount": 430 * MILLION, "community": False, "classes": []},
        {"name": "Xã", "amount": 50.5 * MILLION, "community": False, "classes": ["lane"]},
        {"name": "Dân góp", "amount": 200 * MILLION, "community": True, "classes": []},
    ]
    assert made["affordable"] == {"household": 2 * MILLION, "poor": 0}


def cut_off(region: PlanRegion, city) -> None:
    """Put twenty households, a third of all, by a road that nothing joins to a centre."""
    unit = city.west_hamlets[1]
    road(unit, (105.83, 22.125), (105.835, 22.125))
    homes(unit, 20, 105.835, 22.125)


def test_where_too_many_are_cut_off_the_reason_leads_to_the_repairs_and_nothing_is_stored(browser, region, city):
    cut_off(region, city)
    answer = browser(Role.PLANNER, region.commune).post("/plans/new/", asked(region))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "33,3 % số người ở trên những đường không có lối nào nối đến trung tâm; giới hạn là 20,0 %" in text
    assert f"/network/?unit={region.commune.pk}&amp;year={YEAR}" in text
    assert not Plan.objects.exists()


def test_an_answer_that_is_refused_leaves_the_plan_as_it_was(browser, region, plan, city):
    cut_off(region, city)
    client = browser(Role.PLANNER, region.commune)
    answer = client.post(f"/plans/{plan.uid}/refresh", headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert 'href="/network/"' in answer.content.decode()
    again = Plan.objects.get(pk=plan.pk)
    assert (again.state, again.result_sha256, again.works.count()) == ("solved", plan.result_sha256, 2)


def test_a_plans_page_leads_to_the_network_of_its_communes(browser, region, plan):
    page = browser(Role.LEADER, region.commune).get(f"/plans/{plan.uid}/").content.decode()
    assert f"/network/?unit={region.commune.pk}&amp;year={YEAR}" in page


def test_what_if_tells_the_price_of_a_choice_and_stores_nothing(browser, region, plan):
    client = browser(Role.PLANNER, region.commune)
    answer = question(client, plan, forced_out=[str(region.far.uid)]).json()
    assert "So với phương án đã lưu: −12 hộ, −6 hộ nghèo" in answer["html"]
    assert {each["properties"]["road"] for each in answer["works"]["features"]} == {str(region.near.uid)}
    answer = question(client, plan, budget=1000 * MILLION).json()
    assert "37 hộ" in answer["headline"]
    plan.refresh_from_db()
    assert plan.works.count() == 2


def test_choices_are_kept_with_the_plan_or_in_a_copy(browser, region, plan, viewers):
    client = browser(Role.PLANNER, region.commune)
    choices = json.dumps({"forced_out": [str(region.far.uid)]})
    client.post(f"/plans/{plan.uid}/keep", {"choices": choices, "as": "copy"})
    copy = Plan.objects.exclude(pk=plan.pk).get()
    assert (copy.based_on, copy.works.count(), plan.works.count()) == (plan, 1, 2)
    client.post(f"/plans/{plan.uid}/keep", {"choices": choices})
    assert plan.works.count() == 1
    page = client.get(f"/plans/compare/?a={plan.uid}&b={copy.uid}").content.decode()
    assert "1 công trình có trong cả hai." in page
    planner.change(viewers["planner"], plan, {"forced_out": []})
    planner.solve_now(viewers["planner"], plan)
    page = client.get(f"/plans/compare/?a={plan.uid}&b={copy.uid}").content.decode()
    start = json.loads(re.search(r'<script id="start"[^>]*>(.*?)</script>', page)[1])
    assert [side["only"] for side in start["plans"]] == [[str(region.far.uid)], []]


def test_a_plan_says_what_an_approved_one_pays_for_already(browser, region, plan, viewers):
    client = browser(Role.PLANNER, region.commune)
    again = planner.solve_now(viewers["planner"], planner.copy(viewers["planner"], plan, "Lần nữa"))
    assert "cấp vốn hai lần" not in client.get(f"/plans/{again.uid}/").content.decode()
    planner.submit(viewers["planner"], plan)
    planner.approve(viewers["leader"], plan, "12/QĐ-UBND")
    text = client.get(f"/plans/{again.uid}/").content.decode()
    assert "2 công trình của phương án này đã có vốn" in text
    assert "cấp vốn hai lần" not in client.get(f"/plans/{plan.uid}/").content.decode()


def test_everybody_with_its_address_reads_the_totals_of_an_approved_plan_and_no_more(
    browser, city, region, plan, viewers
):
    others = [browser(), browser(Role.GUEST, city.west), browser(Role.PLANNER, city.east)]
    address = f"/plans/{plan.uid}/"
    assert {client.get(address).status_code for client in others} == {404}
    planner.submit(viewers["planner"], plan)
    planner.approve(viewers["leader"], plan, "12/QĐ-UBND")
    for client in others:
        answer = client.get(address)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "12/QĐ-UBND" in text
        assert ">32<" in text
        assert "Nà Ỏi" not in text
        assert {client.get(address + more).status_code for more in OUTPUTS if more} == {404}


def test_a_decision_needs_its_number_and_a_return_its_reason(browser, region, plan):
    staff, leader = browser(Role.PLANNER, region.commune), browser(Role.LEADER, region.commune)
    staff.post(f"/plans/{plan.uid}/submit")
    assert leader.post(f"/plans/{plan.uid}/approve", {"decision": " "}).status_code == 422
    assert leader.post(f"/plans/{plan.uid}/return", {}).status_code == 422
    assert Plan.objects.get().state == "submitted"
    leader.post(f"/plans/{plan.uid}/return", {"note": "Thêm Khuổi Chang"})
    assert "bị trả lại" in staff.get("/plans/").content.decode()
    staff.post(f"/plans/{plan.uid}/submit")
    assert "bị trả lại" not in staff.get("/plans/").content.decode()


def test_a_planner_withdraws_what_nobody_has_decided_on(browser, region, plan):
    staff, leader = browser(Role.PLANNER, region.commune), browser(Role.LEADER, region.commune)
    staff.post(f"/plans/{plan.uid}/submit")
    assert leader.post(f"/plans/{plan.uid}/withdraw").status_code == 403
    assert "Rút lại" in staff.get(f"/plans/{plan.uid}/").content.decode()
    staff.post(f"/plans/{plan.uid}/withdraw")
    assert Plan.objects.get().state == "solved"
    assert staff.post(f"/plans/{plan.uid}/withdraw").status_code == 422


def test_how_sure_a_plan_is_stands_beside_it_once_it_has_been_tried(browser, region, plan, viewers):
    client = browser(Role.PLANNER, region.commune)
    assert client.get(f"/plans/{plan.uid}/trust.json").json()["ready"] is False
    planner.change(viewers["planner"], plan, {"forced_out": [str(region.far.uid)]})
    planner.examine(planner.solve_now(viewers["planner"], plan))
    found = client.get(f"/plans/{plan.uid}/trust.json").json()
    assert found["ready"] is True
    assert "Đã thử 200 lần" in found["html"]
    assert "Cái giá của lựa chọn" in found["html"]
    assert "+12" in found["html"], "without the choice 12 households more are joined"
    assert "phép thử" in found["labels"]["1"]
    households = [point["households"] for point in found["curve"]["points"]]
    assert households == sorted(households)
    assert len(households) >= 8


@pytest.mark.parametrize(
    "said", ["[]", "no json", '{"budget": "much"}', '{"forced_in": "all"}', '{"budget": -5}', '{"forced_in": [1]}']
)
def test_a_question_of_another_shape_is_refused_by_name(browser, region, plan, said):
    client = browser(Role.PLANNER, region.commune)
    answer = client.post(f"/plans/{plan.uid}/what-if.json", said, content_type="application/json")
    assert answer.status_code == 400


def test_works_lie_where_their_roads_do(browser, region, plan):
    found = browser(Role.PLANNER, region.commune).get(f"/plans/{plan.uid}/works.json").json()["features"]
    assert {each["properties"]["road"] for each in found} == {str(region.near.uid), str(region.far.uid)}
    near = next(each for each in found if each["properties"]["road"] == str(region.near.uid))
    assert near["geometry"]["coordinates"][0] == pytest.approx(region.near.geom.coords[0], abs=1e-5)


def test_a_clicked_road_says_whether_it_may_be_chosen(browser, region, plan):
    client = browser(Role.PLANNER, region.commune)
    answer = client.get(f"/plans/{plan.uid}/roads/{region.side.pk}.json").json()
    assert (answer["uid"], answer["candidate"]) == (str(region.side.uid), True)


def test_a_plan_is_submitted_sent_back_and_approved(browser, region, plan):
    staff, leader = browser(Role.PLANNER, region.commune), browser(Role.LEADER, region.commune)
    staff.post(f"/plans/{plan.uid}/submit")
    leader.post(f"/plans/{plan.uid}/return", {"note": "Thêm Khuổi Chang"})
    assert "Thêm Khuổi Chang" in staff.get(f"/plans/{plan.uid}/").content.decode()
    staff.post(f"/plans/{plan.uid}/submit")
    assert staff.post(f"/plans/{plan.uid}/approve", {"decision": "1"}).status_code == 403
    leader.post(f"/plans/{plan.uid}/approve", {"decision": "12/QĐ-UBND"})
    plan.refresh_from_db()
    assert (plan.state, plan.decision) == ("approved", "12/QĐ-UBND")
    assert staff.post(f"/plans/{plan.uid}/keep", {"choices": "{}"}).status_code == 422
    page = staff.get("/plans/works/").content.decode()
    assert "2 công trình đã phê duyệt: 1,5 km, 600,5 triệu đồng" in page
    assert "12/QĐ-UBND" in page


@pytest.mark.parametrize("role", [*map(str, Role), "neighbour", "stranger"])
def test_approved_works_reach_the_staff_of_their_place(browser, city, plan, role):
    Plan.objects.update(state="approved")
    if role == "stranger":
        client = browser()
    else:
        client = browser(Role.PLANNER, city.east) if role == "neighbour" else browser(role, city.west)
    entitled = role in {"administrator", "leader", "planner", "field"}
    assert ("Đường trục thôn Nà Ỏi" in client.get("/plans/works/").content.decode()) is entitled


def test_an_approved_work_leads_to_its_road_and_to_its_plan(browser, region, plan, city, django_assert_max_num_queries):
    Plan.objects.update(state="approved")
    client = browser(Role.LEADER, region.commune)
    text = client.get("/plans/works/").content.decode()
    assert f"/?pick=roads/{region.near.pk}" in text
    assert f"/plans/{plan.uid}/" in text
    with django_assert_max_num_queries(20):
        client.get("/plans/works/")
    # Who plans for a part of the region sees the work there, not the plan of the whole.
    neighbour = browser(Role.PLANNER, city.east).get("/plans/works/").content.decode()
    assert f"/plans/{plan.uid}/" not in neighbour


def test_the_workbook_holds_what_the_page_says(browser, region, plan):
    client = browser(Role.PLANNER, region.commune)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plans/{plan.uid}/works.xlsx").content))
    works = list(book["Công trình"].iter_rows(min_row=2, values_only=True))
    assert sum(row[6] for row in works) * MILLION == pytest.approx(plan.result["totals"]["cost"])
    assert len(works) == 2


def test_the_workbook_says_what_each_column_is_and_names_what_is_built_in_words(browser, region, plan):
    client = browser(Role.PLANNER, region.commune)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plans/{plan.uid}/works.xlsx").content))
    heads = [cell.value for cell in book["Gói công trình"][1]]
    assert {"Nhà nước, triệu đồng", "dân góp, triệu đồng"} <= set(heads)
    assert not {"Tình trạng", "người"} & set(heads)
    built = {row[4] for row in book["Công trình"].iter_rows(min_row=2, values_only=True)}
    assert built == {"bê tông rộng 3,0 m, dày 16 cm, dân làm"}


@pytest.mark.parametrize("query", ["", "?plan={uid}", "?plan={uid}&plan=xyz", "?a=1&b=2"])
def test_what_cannot_be_compared_is_refused_by_name(browser, region, plan, query):
    client = browser(Role.PLANNER, region.commune)
    answer = client.get(f"/plans/compare/{query.format(uid=plan.uid)}", headers={"accept": "text/html"})
    assert answer.status_code in (400, 404)
    assert 'href="/plans/"' in answer.content.decode()


def test_the_geopackage_holds_the_works(browser, region, plan, tmp_path):
    file = tmp_path / "plan.gpkg"
    file.write_bytes(browser(Role.PLANNER, region.commune).get(f"/plans/{plan.uid}/works.gpkg").content)
    info = pyogrio.read_info(file)
    assert (info["features"], info["crs"]) == (2, "EPSG:4326")
    assert {"gói công trình", "chi phí, đồng", "dân góp, đồng"} <= set(info["fields"])


def test_the_paper_says_the_same_sentence(browser, region, plan):
    content = browser(Role.PLANNER, region.commune).get(f"/plans/{plan.uid}/works.pdf").content
    assert "600,5 triệu đồng mở đường cho 32 hộ, 6 hộ nghèo" in text_of(content)


def decided_by_hand(plan, region, viewers) -> Plan:
    """`far` left out, `near` built whatever comes: 20 households instead of 32."""
    load_all()
    assess(YEAR, "")
    plan = planner.refresh(viewers["planner"], plan)
    choices = {"forced_out": [str(region.far.uid)], "forced_in": [str(region.near.uid)]}
    planner.change(viewers["planner"], plan, choices)
    return planner.examine(planner.solve_now(viewers["planner"], plan))


def test_what_the_planner_decided_and_its_price_go_with_the_plan(browser, region, plan, viewers):
    plan = decided_by_hand(plan, region, viewers)
    client = browser(Role.PLANNER, region.commune)
    paper = text_of(client.get(f"/plans/{plan.uid}/works.pdf").content)
    assert "Quyết định của người lập" in paper
    assert "Không làm: Đường trục thôn Phặc Tràng (1,0 km)" in paper
    assert "Bắt buộc làm: Đường trục thôn Nà Ỏi (500 m)" in paper
    assert "Đường trục thôn Phặc Tràng, 1,0 km +12 +6" in paper
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plans/{plan.uid}/works.xlsx").content))
    rows = [row[:5] for row in book["Quyết định của người lập"].iter_rows(min_row=2, values_only=True)]
    assert ("không làm", "Đường trục thôn Phặc Tràng", "1,0 km", None, None) in rows
    assert ("nếu bỏ: không làm", "Đường trục thôn Phặc Tràng", "1,0 km", 12, 6) in rows
    assert (None, "tất cả lựa chọn cùng lúc", None, 12, 6) in rows


def test_criteria_and_what_other_money_would_buy_go_with_the_plan(browser, region, plan, viewers):
    plan = decided_by_hand(plan, region, viewers)
    client = browser(Role.PLANNER, region.commune)
    paper = text_of(client.get(f"/plans/{plan.uid}/works.pdf").content)
    page = client.get(f"/plans/{plan.uid}/").content.decode()
    for said in ("Tác động đến tiêu chí", "trục thôn"):
        assert said in paper
        assert said in re.sub(r"<[^>]+>", "", page)
    assert "860 triệu đồng" in paper, "twice the money at hand"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plans/{plan.uid}/works.xlsx").content))
    curve = list(book["Chi phí – số hộ"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in curve if row[4] == "phương án này"] == [430]
    assert curve[-1][:1] == (860,)
    codes = {str(row[3]).split()[0] for row in book["Tiêu chí"].iter_rows(min_row=2, values_only=True)}
    assert {"2.1", "2.2"} <= codes


def test_what_keeps_a_plan_from_building_more_is_said_on_its_page_and_its_paper(browser, region, viewers):
    """Of the people's money, which is a third of what `far` and `near` need, nothing is left for another road."""
    sources = [
        {"name": "Tỉnh", "amount": 2500 * MILLION},
        {"name": "Nhân dân", "amount": 100 * MILLION, "community": True},
    ]
    made = planner.create(viewers["planner"], [region.commune], YEAR, {"sources": sources, "capped": False}, "Ít")
    plan = planner.solve_now(viewers["planner"], made)
    client = browser(Role.PLANNER, region.commune)
    said = "Dân không góp thêm được nữa ở: Dương Quang"
    assert said in client.get(f"/plans/{plan.uid}/").content.decode()
    assert said in text_of(client.get(f"/plans/{plan.uid}/works.pdf").content)


OUTPUTS = ("", "works.json", "trust.json", "progress.json", "works.xlsx", "works.gpkg", "works.pdf")


@pytest.mark.parametrize("role", [*map(str, Role), "neighbour", "stranger"])
def test_plans_reach_the_staff_of_their_region_and_nobody_else(browser, city, region, plan, role):
    if role == "stranger":
        client = browser()
    else:
        client = browser(Role.PLANNER, city.east) if role == "neighbour" else browser(role, city.west)
    entitled = role in {"administrator", "leader", "planner", "field"}
    for output in OUTPUTS:
        answer = client.get(f"/plans/{plan.uid}/{output}")
        assert (answer.status_code == 200) is entitled, output
        assert entitled or "Nà Ỏi".encode() not in answer.content, output
    assert ("Phương án thử" in client.get("/plans/").content.decode()) is entitled
    assert (client.get(f"/plans/{plan.uid}/roads/{region.side.pk}.json").status_code == 200) is entitled
    may_plan = role in {"administrator", "planner"}
    assert (question(client, plan, budget=5 * MILLION).status_code == 200) is entitled
    for way in ("keep", "solve", "refresh", "submit", "remove"):
        if not may_plan:
            assert client.post(f"/plans/{plan.uid}/{way}", {"choices": "{}"}).status_code in (403, 404), way
    assert Plan.objects.filter(pk=plan.pk, state="solved").exists() or may_plan


def test_a_plan_of_facilities_alone_says_what_it_builds():
    totals = {"works": 4, "cost": 4_300 * MILLION, "length_m": 0, "gained": {"households": 0, "poor_households": 0}}
    with override("vi"):
        assert headline(totals) == "4,3 tỷ đồng xây dựng 4 công trình"


@pytest.mark.parametrize("who", ["own", "neighbour"])
def test_approved_works_come_as_a_workbook_to_the_staff_of_their_area(browser, city, region, plan, viewers, who):
    planner.approve(viewers["leader"], planner.submit(viewers["planner"], plan), "12/QĐ-UBND")
    client = browser(Role.PLANNER, region.commune if who == "own" else city.east)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/plans/works/works.xlsx").content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    if who == "neighbour":
        assert rows == []
    else:
        assert {row[1] for row in rows} == {region.near.name, region.far.name}
        assert {row[9] for row in rows} == {"12/QĐ-UBND"}


def test_no_year_is_offered_in_which_none_of_the_communes_was_there(region, browser):
    Unit.objects.filter(kind="commune").update(valid_from="2015-01-01")
    Statistic.objects.create(unit=region.commune, year=2014, code="insured", numerator=1, denominator=2, source="x")
    page = browser(Role.PLANNER, region.commune).get("/plans/new/")
    assert "2014" not in [title for _year, title in page.context["form"].fields["year"].choices]


def test_more_sources_than_a_plan_takes_are_refused_in_vietnamese(browser, region):
    form = asked(region, **{"source-TOTAL_FORMS": "21"})
    for number in range(21):
        form |= {f"source-{number}-name": f"Nguồn {number}", f"source-{number}-amount": "10"}
    answer = browser(Role.PLANNER, region.commune).post("/plans/new/", form, headers={"accept-language": "vi"})
    assert answer.status_code == 422
    assert "không quá 20 nguồn vốn" in answer.content.decode()
