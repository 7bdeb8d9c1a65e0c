"""Siting studies: answered from the rows, kept, repeated to the byte, and shown to those entitled only."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from django.apps import apps
from django.contrib.gis.geos import LineString, Point
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from layers.access import Role, Viewer
from layers.errors import Refused
from layers.models import (
    Facility,
    Household,
    PersonalRead,
    Road,
    SitingRule,
    SitingStudy,
    WasteSite,
    Watercourse,
    viewer_of,
)
from layers.models.siting import SiteKind, Subject
from layers.pages.siting_tasks import answer_study
from layers.planning import solver
from layers.planning.store.sites import read_inputs
from layers.planning.waste import rule
from layers.planning.waste.figures import checked
from layers.planning.waste.inputs import thaw
from layers.planning.waste.rules import load_rules, rules_of
from layers.planning.waste.study import again, ask, cancel, carry_out, close_broken, remove
from layers.reports.siting.lines import alternative_lines, remarks
from layers.reports.siting.seen import Seen

pytestmark = pytest.mark.django_db
YEAR = 2017
EVERYTHING = Viewer(Role.ADMINISTRATOR, ("",))
#: Six houses in a row 20 m apart, so that a kiln 30 m off a house is within 100 m of all.
DEGREE = 1 / 111_320
ROLES = (*map(str, Role), "neighbour", "stranger")


def house(unit, x: float, y: float, **more) -> Household:
    made = Household.objects.create(unit=unit, name="Chủ hộ bí mật", geom=Point(x, y), members=4, **more)
    made.reviews.create(unit=unit, year=YEAR, category="average")
    return made


@pytest.fixture
def village(city):
    """A row of six houses and one far away in the west, a road past them, and the landfill in the east."""
    load_rules()
    left = city.west_hamlets[0]
    houses = [house(left, 105.81 + 20 * n * DEGREE, 22.11) for n in range(6)]
    houses.append(house(city.west_hamlets[1], 105.835, 22.135))
    Road.objects.create(
        unit=city.west, road_class="village", geom=LineString((105.80, 22.1105), (105.88, 22.1105)), name="Đường thôn"
    )
    WasteSite.objects.create(unit=city.east, kind="landfill", name="Bãi rác", geom=Point(105.87, 22.111))
    return city


def study_of(village, kind: str, unit=None, viewer: Viewer = EVERYTHING, **options) -> SitingStudy:
    study = ask(unit or village.west, kind, YEAR, options, viewer.user_id)
    carry_out(study, viewer)
    study.refresh_from_db()
    return study


def alternative(study: SitingStudy, code: str) -> dict:
    assert study.state == "done", study.message
    return next(one for one in study.result["alternatives"] if one["code"] == code)


def test_a_group_of_six_shares_a_kiln_that_keeps_the_rules(village):
    study = study_of(village, "kiln")
    every = alternative(study, "all")
    assert every["served"] == 6
    assert every["capital_vnd"] == 1_500_000
    assert every["numbers"]["alone"] == 1
    (site,) = every["sites"]
    assert (site["households"], site["new"]) == (6, True)
    for one in Household.objects.filter(geom__isnull=False).order_by("pk")[:6]:
        far = distance(one.geom, site)
        assert 30 <= far <= 100


def distance(geom: Point, site: dict) -> float:
    """Metres on the ellipsoid, as PostGIS measures them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(ST_GeomFromEWKT(%s)::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)",
            [geom.ewkt, site["lon"], site["lat"]],
        )
        return cursor.fetchone()[0]


def test_the_budget_builds_only_what_it_pays_for(village):
    assert alternative(study_of(village, "kiln", budget=1_499_999), "budget")["sites"] == []
    assert alternative(study_of(village, "kiln", budget=1_500_000), "budget")["served"] == 6


def test_a_kiln_has_to_be_kept_up_and_where_that_is_not_counted_it_is_said(village):
    """One kiln for 1.5 million, 150,000 a year, over ten years."""
    kept = alternative(study_of(village, "kiln"), "all")
    assert (kept["yearly_vnd"], kept["total_vnd"]) == (150_000, 3_000_000)
    free = Seen(study_of(village, "kiln", figures={"kiln_vnd_year": 0.0}), EVERYTHING)
    with translation.override("vi"):
        (line,) = (line for line in alternative_lines(free) if line.startswith("- Mọi hộ có thể phục vụ"))
        assert "chưa rõ chi phí vận hành, chưa tính" in line
        assert "0 triệu đồng mỗi năm" not in line


def test_households_of_a_kiln_that_exists_ask_for_none(village):
    WasteSite.objects.create(
        unit=village.west, kind="group_kiln", households_served=6, geom=Point(105.81 + 50 * DEGREE, 22.1103)
    )
    study = study_of(village, "kiln")
    assert alternative(study, "existing")["served"] == 6
    assert [site["new"] for site in alternative(study, "all")["sites"]] == [False]


def test_hauling_to_the_existing_plant_is_always_compared_with_its_cost(village):
    """7 households x 4 persons x 0.5 kg = 14 kg a day, 5.11 t a year."""
    for kind in ("kiln", "collection", "incinerator"):
        haul = alternative(study_of(village, kind), "haul")
        assert haul["feasible"]
        assert haul["numbers"]["tonnes_year"] == pytest.approx(5.11)
        fee = 5.11 * 300_000
        assert haul["yearly_vnd"] > fee
        km = (haul["yearly_vnd"] - fee) / 5.11 / 8000
        assert 4 < km < 7, "six houses 6 km from the landfill by the road, one 3 km straight, lengthened by 1.4"


def test_without_any_plant_an_incinerator_study_asks_for_its_position(village):
    WasteSite.objects.all().delete()
    study = study_of(village, "incinerator")
    assert study.state == "refused"
    assert "vị trí" in study.message["vi"]
    assert alternative(study_of(village, "incinerator", plant=[105.87, 22.111]), "haul")["feasible"]
    assert alternative(study_of(village, "kiln"), "haul")["why"] == "no_plant"


def test_too_little_waste_for_an_incinerator_is_said(village):
    new = alternative(study_of(village, "incinerator"), "new")
    assert (new["feasible"], new["why"]) == (False, "too_little")
    assert new["numbers"] == {"t_day": pytest.approx(0.014), "least": pytest.approx(1.44)}


def big(village, **options) -> SitingStudy:
    """The village as if each of its persons made 100 kg a day: 2.8 t, which 1.2 incinerators burn."""
    return study_of(
        village, "incinerator", figures={"kg_per_person_day": 80.0, **options.pop("figures", {})}, **options
    )


def test_an_incinerator_keeps_capacity_and_budget(village):
    """2.24 t a day of 2.4: one is enough."""
    SitingRule.objects.filter(kind="incinerator", subject="slope").update(active=False)
    new = alternative(big(village), "new")
    assert new["feasible"], new
    (site,) = [site for site in new["sites"] if site["new"]]
    assert site["t_day"] == pytest.approx(2.24)
    assert new["capital_vnd"] == 2_500_000_000
    assert alternative(big(village, budget=1e9), "new")["why"] == "budget"
    assert alternative(big(village, figures={"incinerator_hours": 4.0}, budget=2.5e9), "new")["why"] == "too_much"


def test_the_mix_is_never_dearer_than_hauling(village):
    study = big(village, figures={"haul_vnd_per_t_km": 100_000.0})
    assert alternative(study, "mixed")["total_vnd"] <= alternative(study, "haul")["total_vnd"]


def test_smoke_moves_the_incinerator_upwind(village):
    """Whatever the wind, nobody who could live clear of the smoke lives in it, if persons weigh enough."""
    for wind in (0, 90, 180, 270):
        new = alternative(big(village, wind_from=wind, figures={"wind_vnd_per_person_year": 2e6}), "new")
        assert new["downwind"] == 0


def test_every_candidate_is_measured_again_exactly(village):
    Facility.objects.create(unit=village.west, kind="market", name="Chợ", geom=Point(105.82, 22.111))
    Watercourse.objects.create(unit=village.west, kind="stream", geom=LineString((105.805, 22.10), (105.805, 22.14)))
    study = study_of(village, "incinerator")
    assert study.result["candidates"]
    stream = Watercourse.objects.get().geom
    for one in study.result["candidates"]:
        metres, kept = one["metres"]["water"]
        assert metres == pytest.approx(distance(stream, one), abs=0.1)
        assert kept is (metres >= 50)
        houses = [distance(row.geom, one) for row in Household.objects.all()]
        assert one["metres"]["dwelling"][0] == pytest.approx(min(houses), abs=0.1)
        assert not one["fits"] or min(houses) >= 500


def test_an_edited_rule_counts_at_once_and_the_fixture_does_not_undo_it(village):
    SitingRule.objects.filter(kind="collection", subject="dwelling").update(value=60)
    assert load_rules() == 0
    study = study_of(village, "collection")
    near = [one["metres"]["dwelling"][0] for one in study.result["candidates"] if one["fits"]]
    assert near
    assert min(near) >= 60
    SitingRule.objects.filter(kind="collection", subject="dwelling").update(value=5000)
    assert alternative(study_of(village, "collection"), "all")["why"] == "no_candidates"


def test_collection_points_serve_who_is_in_reach(village):
    study = study_of(village, "collection", budget=30_000_000)
    assert alternative(study, "existing")["served"] == 0
    assert alternative(study, "budget")["served"] == 6
    assert len(alternative(study, "budget")["sites"]) == 1
    assert alternative(study_of(village, "collection", budget=1.0), "budget")["sites"] == []


def test_the_shortest_longest_way_serves_as_many_as_it_can(village):
    """One point lies nearest to the farthest house wherever it stands in reach of the six: it stands there."""
    study = study_of(village, "collection", budget=30_000_000)
    fair, budget = alternative(study, "fair"), alternative(study, "budget")
    assert fair["farthest_m"] <= budget["farthest_m"]
    words = Seen(study, EVERYTHING)
    with translation.override("vi"):
        assert [one["title"] for one in words.alternatives][-1].startswith("Không làm điểm tập kết")
        assert any("kể cả hộ ngoài tầm" in line for line in remarks(words))


def test_money_left_over_builds_nothing_more(village):
    assert len(alternative(study_of(village, "collection", budget=1e9), "budget")["sites"]) == 1


def test_what_could_not_be_judged_is_said(village):
    house(village.west_hamlets[0], 105.811, 22.11)
    last = Household.objects.order_by("pk").last()
    Household.objects.filter(pk=last.pk).update(geom=None)
    study = study_of(village, "kiln")
    codes = {one["code"]: one for one in study.result["unchecked"]}
    assert {"no_water", "no_slope", "no_school", "no_public", "unplaced"} <= set(codes)
    assert codes["unplaced"]["households"] == 1


def test_houses_across_the_border_count_and_where_they_cannot_be_read_that_is_said(village, viewers):
    study = study_of(village, "incinerator", viewer=viewers["planner"])
    assert study.state == "refused", "the landfill lies in the neighbouring commune, which this planner does not see"
    study = study_of(village, "incinerator", viewer=viewers["planner"], plant=[105.87, 22.111])
    assert {"code": "border"} in study.result["unchecked"]
    near = house(village.east_hamlets[0], 105.841, 22.112)
    assert near.geom.x > 105.84
    inputs, areas = read_inputs(
        EVERYTHING, village.west, "incinerator", YEAR, rules_of("incinerator"), checked("incinerator", {})
    )
    assert len(inputs.homes) == 8 and inputs.mine.sum() == 7
    assert areas == sorted([village.west.path, village.east.path])


def test_inputs_come_back_as_they_were_frozen(village):
    inputs, _areas = read_inputs(EVERYTHING, village.west, "kiln", YEAR, rules_of("kiln"), checked("kiln", {}))
    back = thaw(inputs.freeze())
    assert back.sha256 == inputs.sha256
    assert np.array_equal(back.home_at, inputs.home_at)
    assert back.rules == inputs.rules
    assert back.area == inputs.area


@pytest.mark.parametrize("kind", ["kiln", "collection", "incinerator"])
def test_a_study_can_be_repeated_to_the_byte_whatever_became_of_the_rows(village, kind):
    study = study_of(village, kind, budget=3e9)
    Household.objects.all().delete()
    SitingRule.objects.all().delete()
    assert again(study)
    call_command("site_waste", study=study.pk, stdout=io.StringIO())


def test_the_order_of_rows_does_not_show(village):
    first = study_of(village, "kiln")
    rows = [(row.uid, row.unit, row.geom) for row in Household.objects.order_by("-pk")]
    Household.objects.all().delete()
    for uid, unit, geom in rows:
        house(unit, geom.x, geom.y, uid=uid)
    assert study_of(village, "kiln").inputs_sha256 == first.inputs_sha256


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("kiln", {"figures": {"kiln_fewest": 8.0}}),
        ("kiln", {"figures": {"incinerator_vnd": 1.0}}),
        ("kiln", {"figures": {"kiln_vnd": -1.0}}),
        ("kiln", {"figures": {"kiln_vnd": float("nan")}}),
        ("collection", {"figures": {"years": 0.0}}),
        ("kiln", {"budget": -1.0}),
        ("collection", {"budget": float("nan")}),
        ("incinerator", {"budget": float("inf")}),
        ("incinerator", {"wind_from": 400.0}),
        ("incinerator", {"plant": (22.1, 105.8)}),
    ],
)
def test_figures_that_make_no_sense_are_refused_at_once(village, kind, options):
    with pytest.raises(Refused):
        ask(village.west, kind, YEAR, options, None)
    assert not SitingStudy.objects.exists()


def test_without_rules_or_households_there_is_no_answer_and_why_is_said(village):
    assert "2016" in study_of_year(village, 2016).message["vi"]
    SitingRule.objects.all().delete()
    with pytest.raises(Refused, match="load_siting_rules"):
        ask(village.west, "kiln", YEAR, {}, None)


def study_of_year(village, year: int) -> SitingStudy:
    study = ask(village.west, "kiln", year, {}, None)
    carry_out(study, EVERYTHING)
    study.refresh_from_db()
    assert study.state == "refused"
    return study


def test_a_cancelled_study_is_not_answered(village):
    study = ask(village.west, "kiln", YEAR, {}, None)
    cancel(study)
    carry_out(study, EVERYTHING)
    study.refresh_from_db()
    assert (study.state, study.result) == ("cancelled", None)


def test_a_study_that_is_cancelled_while_it_runs_stops_and_its_process_with_it(village, monkeypatch):
    at_work: list[solver.Solver] = []
    real = solver.Solver.run

    def watched(self, *args):
        at_work.append(self)
        return real(self, *args)

    def cancelled(self, step, done, total):
        cancel(study)

    study = ask(village.west, "kiln", YEAR, {}, None)
    monkeypatch.setattr(solver.Solver, "run", watched)
    monkeypatch.setattr("layers.planning.waste.study._Following.say", cancelled)
    carry_out(study, EVERYTHING)
    study.refresh_from_db()
    assert (study.state, study.result) == ("cancelled", None)
    assert [one.alive for one in at_work] == [False]


def test_the_words_of_rules_are_those_that_are_stored():
    assert {rule.KILN, rule.COLLECTION, rule.INCINERATOR} == set(SiteKind.values)
    assert {rule.SCHOOL, rule.PUBLIC, rule.WATER, rule.ROAD, rule.SLOPE, "dwelling"} == set(Subject.values)


def test_a_study_whose_worker_ended_is_closed(village):
    study = ask(village.west, "kiln", YEAR, {}, None)
    SitingStudy.objects.filter(pk=study.pk).update(state="running")
    close_broken()
    study.refresh_from_db()
    assert study.state == "refused"
    assert study.message["en"]


def test_the_command_prints_what_it_is_asked_for(village):
    def printed(form: str) -> str:
        out = io.StringIO()
        call_command("site_waste", unit="01849", kind="kiln", year=YEAR, format=form, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    with translation.override("vi"):
        table = printed("table")
        assert "không đạt QCVN 61-MT:2016/BTNMT" in table
        assert "Không xây lò mới: chở về cơ sở xử lý hiện có" in table
        assert "Mỗi lò giả định cần 150.000 đồng bảo dưỡng một năm" in table
        with pytest.raises(CommandError, match=r"không thể là −1"):
            call_command("site_waste", unit="01849", kind="kiln", year=YEAR, budget=-1.0)
    document = json.loads(printed("json"))
    assert document["alternatives"][1]["qcvn_61"] is False
    features = json.loads(printed("geojson"))["features"]
    kilns = [one["properties"] for one in features if one["properties"]["alternative"] != "haul"]
    assert {one["qcvn_61_compliant"] for one in kilns} == {False}
    assert all("qcvn_61_compliant" not in one["properties"] for one in features if one["properties"] not in kilns)
    with pytest.raises(CommandError):
        call_command("site_waste", unit="99999", kind="kiln", year=YEAR)


def test_no_web_process_loads_the_solver():
    """Everything that answers requests is imported; the solver is not among it."""
    code = (
        "import django, sys; django.setup(); import gis_ntm.urls; from django.urls import get_resolver;"
        "get_resolver().url_patterns; sys.exit('highspy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr or "highspy was imported"


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "gis_ntm.settings"}


# --- who sees what ---------------------------------------------------------------------------------------------

STAFF = {"administrator", "leader", "planner", "field"}
SEES_HOUSES = STAFF - {"leader"}


@pytest.fixture
def asked_in_west(village, member):
    """A kiln and a collection study of the west, by a planner of the west."""
    user = member(Role.PLANNER, village.west)
    return {kind: study_of(village, kind, viewer=viewer_of(user), budget=3e8) for kind in ("kiln", "collection")}


def sign_in(client, city, member, role: str):
    if role == "stranger":
        return None
    user = member(Role.PLANNER, city.east) if role == "neighbour" else member(role, city.west)
    client.force_login(user)
    return user


WAYS = (
    "", "progress.json", "map.json", "lines/1.json", "why.json?lon=105.81&lat=22.11", "export.gpkg", "export.xlsx",
    "export.geojson",
)  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["kiln", "collection"])
def test_a_study_reaches_the_staff_of_its_area_and_positions_of_houses_only_the_entitled(
    client, village, member, asked_in_west, tmp_path, kind, role
):
    study = asked_in_west[kind]
    sign_in(client, village, member, role)
    for way in WAYS:
        before = PersonalRead.objects.count()
        answer = client.get(f"/siting/{study.pk}/{way}")
        assert (answer.status_code == 200) is (role in STAFF), way
        text = content_of(answer, way, tmp_path)
        assert "Chủ hộ bí mật" not in text
        told = role in SEES_HOUSES and way != "progress.json"
        assert (PersonalRead.objects.count() > before) is told, f"{way}: reading recorded"
        if role not in SEES_HOUSES:
            assert not houses_in(text), way
    listed = client.get("/siting/")
    assert (f"/siting/{study.pk}/" in listed.content.decode()) is (role in STAFF)


def content_of(answer, way: str, folder: Path) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.status_code == 200 and way.endswith("xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return str([list(sheet.iter_rows(values_only=True)) for sheet in book])
    if answer.status_code == 200 and way.endswith("gpkg"):
        path = folder / "study.gpkg"
        path.write_bytes(content)
        names = pyogrio.list_layers(path)[:, 0].tolist()
        parts = [pyogrio.raw.read(path, layer=name) for name in names]
        shapes = [shapely.to_geojson(shapely.from_wkb(part[2])).tolist() for part in parts]
        return str([names, shapes, [[list(map(str, column)) for column in part[3]] for part in parts]])
    return content.decode(errors="replace")


def houses_in(text: str) -> bool:
    """Tell whether a position of a house, or what is measured to houses, is in a text."""
    spots = [f"{x:.4f}" for row in Household.objects.all() for x in (row.geom.x,)]
    return "dwelling" in text or any(f"[{spot}" in text for spot in spots)


def test_a_leader_sees_kilns_as_counts_of_hamlets(client, village, member, asked_in_west, tmp_path):
    study = asked_in_west["kiln"]
    exact = alternative(study, "all")["sites"][0]
    client.force_login(member(Role.LEADER, village.west))
    sites = client.get(f"/siting/{study.pk}/map.json").json()["alternatives"][2]["sites"]
    assert [(site["kilns"], site["households"]) for site in sites] == [(1, 6)]
    assert (sites[0]["lon"], sites[0]["lat"]) == village.west_hamlets[0].point.coords
    assert client.get(f"/siting/{study.pk}/lines/2.json").json()["lines"] == []
    for way in ("map.json", "export.geojson", "export.xlsx"):
        assert str(exact["lat"]) not in content_of(client.get(f"/siting/{study.pk}/{way}"), way, tmp_path)


def test_what_is_measured_to_houses_is_for_those_who_may_see_all_of_them(client, village, member):
    """A city planner's study counts houses of both communes; a planner of the west alone is not shown their zones."""
    house(village.east_hamlets[0], 105.8405, 22.112)
    study = study_of(village, "incinerator", viewer=viewer_of(member(Role.PLANNER, village.city)))
    client.force_login(member(Role.PLANNER, village.west))
    shown = client.get(f"/siting/{study.pk}/map.json").json()
    assert "dwelling" not in {zone["subject"] for zone in shown["zones"]}
    client.force_login(member(Role.PLANNER, village.city))
    shown = client.get(f"/siting/{study.pk}/map.json").json()
    assert "dwelling" in {zone["subject"] for zone in shown["zones"]}


def test_why_not_here(client, village, member, asked_in_west):
    client.force_login(member(Role.PLANNER, village.west))
    found = client.get(f"/siting/{asked_in_west['kiln'].pk}/why.json?lon=105.8101&lat=22.11").json()
    assert found["inside"]
    assert not found["rules"][0]["kept"]
    assert found["rules"][0]["asked"] == "cách nhà ít nhất 30 m"
    assert found["rules"][0]["there"].endswith(" m")
    assert client.get(f"/siting/{asked_in_west['kiln'].pk}/why.json?lon=x&lat=1").status_code == 400
    far = client.get(f"/siting/{asked_in_west['kiln'].pk}/why.json?lon=106.9&lat=22.11").json()
    assert far["inside"] is False


@pytest.mark.parametrize("role", ROLES)
def test_only_planners_and_administrators_ask_and_cancel(client, village, member, role, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    sign_in(client, village, member, role)
    before = SitingStudy.objects.count()
    figures = {f"figure_{name}": value for name, value in checked("kiln", {}).items()}
    answer = client.post("/siting/", {"kind": "kiln", "unit": village.west.pk, "budget": "60", **figures})
    may = role in ("administrator", "planner")
    assert (SitingStudy.objects.count() > before) is may, answer.content.decode()[:500]
    study = SitingStudy.objects.last() if may else ask(village.west, "kiln", YEAR, {}, None)
    client.post(f"/siting/{study.pk}/cancel")
    study.refresh_from_db()
    assert (study.state == "cancelled") is may


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_ask_for_a_study_deletes_it_and_who_did_stays_on_record(client, village, member, role):
    study = study_of(village, "kiln")
    user = sign_in(client, village, member, role)
    may = role in ("administrator", "planner")
    page = client.get(f"/siting/{study.pk}/")
    assert (f"/siting/{study.pk}/remove" in page.content.decode()) is may
    assert client.get(f"/siting/{study.pk}/remove").status_code == 405
    answer = client.post(f"/siting/{study.pk}/remove")
    assert answer.status_code in ((302,) if may else (401, 403, 404))
    assert SitingStudy.objects.filter(pk=study.pk).exists() is not may
    events = apps.get_model("layers", "SitingStudyEvent")
    kept = events.objects.filter(id=study.pk)
    assert [(one.inputs_sha256, one.pgh_context.metadata["user"]) for one in kept] == (
        [(study.inputs_sha256, user.pk)] if may else []
    )
    assert not {"frozen", "result", "zones"} & {field.name for field in events._meta.fields}


def test_a_study_that_is_being_answered_is_not_deleted(village):
    study = ask(village.west, "kiln", YEAR, {}, None)
    with pytest.raises(Refused):
        remove(study, EVERYTHING)
    cancel(study)
    study.refresh_from_db()
    remove(study, EVERYTHING)
    assert not SitingStudy.objects.exists()


def test_the_worker_answers_with_what_its_asker_may_see_now(village, member):
    user = member(Role.PLANNER, village.west)
    study = ask(village.west, "kiln", YEAR, {}, user.pk)
    user.member.delete()
    answer_study.call(study.pk)
    study.refresh_from_db()
    assert (study.state, study.frozen) == ("refused", None)


def test_every_export_of_kilns_says_that_they_do_not_comply(client, village, member, asked_in_west, tmp_path):
    client.force_login(member(Role.PLANNER, village.west))
    study = asked_in_west["kiln"]
    assert "không đạt QCVN 61-MT:2016/BTNMT" in client.get(f"/siting/{study.pk}/").content.decode()
    for form, said in (("xlsx", "không đạt"), ("geojson", '"qcvn_61_compliant": false'), ("gpkg", "False")):
        assert said in content_of(client.get(f"/siting/{study.pk}/export.{form}"), f"export.{form}", tmp_path), form
