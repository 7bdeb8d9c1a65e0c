"""Siting studies on the web: shown to those entitled only, and exported with their remarks."""

import io
from pathlib import Path

import openpyxl
import pyogrio
import pytest
import shapely
from django.apps import apps

from layers.access import Role
from layers.models import Household, PersonalRead, SitingStudy, viewer_of
from layers.pages.siting_tasks import answer_study
from layers.planning.waste.figures import checked
from layers.planning.waste.study import ask
from tests.village import YEAR, alternative, house, study_of, village

pytestmark = pytest.mark.django_db
__all__ = ["village"]
ROLES = (*map(str, Role), "neighbour", "stranger")
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
