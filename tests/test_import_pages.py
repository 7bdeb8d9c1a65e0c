"""Upload, look, decide, undo: the pages of an import, and who may open them."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from layers.access import Role
from layers.imports.locks import held
from layers.models import ImportRun, Member, PersonalRead, Road
from layers.pages import import_tasks as tasks

pytestmark = pytest.mark.django_db
WEST = {"type": "LineString", "coordinates": [[105.801, 22.101], [105.811, 22.101]]}
EAST = {"type": "LineString", "coordinates": [[105.861, 22.101], [105.871, 22.101]]}


@pytest.fixture(autouse=True)
def worker(settings, tmp_path):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    """Post a form as a browser would; the worker does what was asked of it at once."""

    def post(address, data=None):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, data or {}, headers={"Accept": "text/html"})

    return post


@pytest.fixture
def planner(city, member, client):
    user = member(Role.PLANNER, city.west)
    client.force_login(user)
    return user


def roads(*features, name="Đường xã.geojson"):
    features = [{"type": "Feature", "geometry": geometry, "properties": values} for geometry, values in features]
    return SimpleUploadedFile(name, json.dumps({"type": "FeatureCollection", "features": features}).encode())


GOOD = (WEST, {"ten": "Nà Ỏi", "loai_duong": "ĐX"})


def upload(send, file, layer="roads", **more):
    response = send("/import/", {"layer": layer, "file": file, **more})
    assert response.status_code == 302, response.content.decode()[:2000]
    return ImportRun.objects.latest("pk")


def test_upload_look_store_undo(send, client, planner, worker):
    run = upload(send, roads(GOOD))
    assert (run.state, run.user, Road.objects.count()) == ("checked", planner, 0)
    assert Path(run.file.path).is_relative_to(worker / "imports")
    page = client.get(f"/import/{run.pk}/")
    assert page.context["may_store"]
    shapes = client.get(f"/import/{run.pk}/preview.json").json()
    assert shapes["features"][0]["properties"] == {"line": 1, "fate": "create"}

    assert send(f"/import/{run.pk}/store").status_code == 302
    run.refresh_from_db()
    assert (run.state, run.file.name, run.preview) == ("applied", "", None)
    assert Road.objects.get().run == run
    # The file and its folder are gone.
    assert [path for path in worker.rglob("*") if path.is_file()] == []

    page = client.get(f"/import/{run.pk}/")
    assert page.context["may_undo"]
    asked = send(f"/import/{run.pk}/undo")
    assert (asked.status_code, asked.context["rows"], Road.objects.count()) == (200, 1, 1)
    assert send(f"/import/{run.pk}/undo", {"confirmed": "yes"}).status_code == 302
    assert not Road.objects.exists()
    assert client.get(f"/import/{run.pk}/").status_code == 200


def test_bad_rows_are_listed_and_the_good_may_be_stored(send, client, planner):
    run = upload(send, roads(GOOD, (EAST, {"loai_duong": "ĐX"}), (WEST, {"loai_duong": "=cmd()"})))
    page = client.get(f"/import/{run.pk}/")
    assert [(kind["code"], kind["count"]) for kind in page.context["counts"]] == [("outside", 1), ("unknown_choice", 1)]
    assert len(client.get(f"/import/{run.pk}/?code=outside").context["rows"]) == 1
    table = client.get(f"/import/{run.pk}/findings.csv").content.decode("utf-8-sig").splitlines()
    assert table[0].split(",")[-2:] == ["ly_do", "reason"]
    assert len(table) == 3
    # A spreadsheet must not run what somebody wrote into a cell.
    assert any("'=cmd()" in line for line in table)
    send(f"/import/{run.pk}/store")
    run.refresh_from_db()
    assert (run.state, Road.objects.count()) == ("refused", 0)
    send(f"/import/{run.pk}/check", {"map-name": "ten", "map-road_class": "loai_duong"})
    send(f"/import/{run.pk}/store", {"keep_good": "yes"})
    assert Road.objects.get().name == "Nà Ỏi"


def test_a_refused_file_may_be_read_otherwise(send, client, planner):
    run = upload(send, roads((WEST, {"ten": "Nà Ỏi"})))
    assert run.state == "refused"
    page = client.get(f"/import/{run.pk}/")
    assert "road_class" in page.content.decode()
    fields = {field["column"].name: field for field in page.context["fields"]}
    assert ("=village", "village") in [(value, value[1:]) for value, _label in fields["road_class"]["values"]]
    send(f"/import/{run.pk}/check", {"map-road_class": "=village", "map-name": ""})
    send(f"/import/{run.pk}/store")
    road = Road.objects.get()
    assert (road.road_class, road.name) == ("village", "")


def test_a_file_that_cannot_be_imported_is_refused_at_the_form(send, client, planner, settings):
    response = send("/import/", {"layer": "roads", "file": SimpleUploadedFile("x.exe", b"MZ")})
    assert response.status_code == 422
    assert "x.exe" in response.content.decode()
    settings.LIMITS = settings.LIMITS | {"UPLOAD_BYTES": 10}
    assert send("/import/", {"layer": "roads", "file": roads(GOOD)}).status_code == 422
    assert not ImportRun.objects.exists()


def test_a_damaged_file_says_why(send, client, planner):
    run = upload(send, SimpleUploadedFile("x.gpkg", b"not a database"))
    assert run.state == "refused"
    assert "x.gpkg" in client.get(f"/import/{run.pk}/").context["message"]


def test_a_name_cannot_lead_elsewhere(send, planner, worker):
    run = upload(send, roads(GOOD, name="../../evil.geojson"))
    assert Path(run.file.path).resolve().is_relative_to(worker.resolve() / "imports")
    assert run.file_name == "evil.geojson"


def test_giving_up_removes_the_file(send, client, planner, worker):
    run = upload(send, roads(GOOD))
    send(f"/import/{run.pk}/discard")
    run.refresh_from_db()
    assert (run.state, run.preview, list(worker.rglob("*.geojson"))) == ("refused", None, [])


def test_progress_is_told(send, client, planner):
    run = upload(send, roads(GOOD))
    assert client.get(f"/import/{run.pk}/progress.json").json() | {"label": ""} == {
        "state": "checked", "busy": False, "done": 1, "total": 1, "label": "",
    }  # fmt: skip
    ImportRun.objects.filter(pk=run.pk).update(state="running")
    with held(run):
        assert 'id="import-progress"' in client.get(f"/import/{run.pk}/").content.decode()


ADDRESSES = ("", "progress.json", "preview.json", "findings.csv")
POSTS = ("check", "store", "undo", "discard")


@pytest.mark.parametrize("who", ["neighbour", "leader", "field", "guest", "stranger"])
def test_a_run_is_nobody_elses(send, client, city, member, planner, who):
    run = upload(send, roads(GOOD))
    client.logout()
    if who != "stranger":
        role = Role.PLANNER if who == "neighbour" else Role(who)
        client.force_login(member(role, city.east if who == "neighbour" else city.province))
    expected = 404 if who == "neighbour" else 403
    assert {client.get(f"/import/{run.pk}/{address}").status_code for address in ADDRESSES} == {expected}
    assert {send(f"/import/{run.pk}/{address}").status_code for address in POSTS} == {expected}
    assert client.get("/import/").status_code == (200 if who == "neighbour" else 403)
    run.refresh_from_db()
    assert (run.state, bool(run.file)) == ("checked", True)


def test_an_administrator_sees_the_runs_of_the_area(send, client, city, member, planner):
    run = upload(send, roads(GOOD))
    client.force_login(member(Role.ADMINISTRATOR, city.province))
    assert client.get(f"/import/{run.pk}/").status_code == 200
    client.force_login(member(Role.ADMINISTRATOR, city.east))
    assert client.get(f"/import/{run.pk}/").status_code == 404


def test_a_role_taken_away_meanwhile_counts(send, planner, city):
    run = upload(send, roads(GOOD))
    Member.objects.filter(user=planner).update(role="guest")
    ImportRun.objects.filter(pk=run.pk).update(state="waiting")
    tasks.store.call(run.pk)
    run.refresh_from_db()
    assert (run.state, Road.objects.count()) == ("refused", 0)


def test_a_file_changed_on_disk_is_not_stored(send, planner):
    run = upload(send, roads(GOOD))
    Path(run.file.path).write_text("{}")
    send(f"/import/{run.pk}/store")
    run.refresh_from_db()
    assert (run.state, Road.objects.count()) == ("refused", 0)


def test_reading_a_report_on_households_is_recorded(send, client, planner):
    content = "ma_ho,ho_ten,ma_thon,lon,lat\nH1,Ai đó,01849-01,105.81,22.11\nH2,Ai đó,99,,\n"
    run = upload(send, SimpleUploadedFile("ho.csv", content.encode()), layer="households")
    client.get(f"/import/{run.pk}/")
    client.get(f"/import/{run.pk}/preview.json")
    reads = PersonalRead.objects.filter(user=planner, layer="households", output="import")
    assert [(read.what, read.rows) for read in reads] == [("ho.csv", 1), ("ho.csv", 1)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_have_no_inline_code(send, client, planner, language):
    run = upload(send, roads(GOOD, (EAST, {"loai_duong": "ĐX"})))
    client.cookies["django_language"] = language
    for address in ("/import/", f"/import/{run.pk}/"):
        text = client.get(address).content.decode()
        assert " style=" not in text
        assert " onclick=" not in text
