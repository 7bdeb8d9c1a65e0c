"""What an import must not break: others' privacy, the criteria, and itself when it is stopped half-way."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.imports.context import Options
from layers.imports.locks import close_broken, held
from layers.imports.run import import_file
from layers.imports.touched import gathered, touched
from layers.imports.uploads import runs_of, sweep
from layers.management.commands.import_layer import Command
from layers.models import Assessment, ImportRun, PersonalRead, Road, Standing, Unit, viewer_of
from layers.pages import import_tasks as tasks
from tests.test_import_pages import GOOD, planner, roads, send, upload, worker

__all__ = ["planner", "send", "worker"]
pytestmark = pytest.mark.django_db
YEAR = 2017
HOUSEHOLDS = "ma_ho,ho_ten,ma_thon,lon,lat\nH1,Ai đó,01849-01,105.81,22.11\nH2,Người khác,99,,\n"
ADDRESSES = ("", "progress.json", "preview.json", "findings.csv")
POSTS = ("check", "store", "undo", "discard")


def result(unit, code="2.2"):
    found = Assessment.objects.filter(unit=unit, year=YEAR, indicator__code=code, indicator__part="").first()
    return found and (found.denominator, found.status)


@pytest.fixture
def assessed(city):
    load_all()
    assess(YEAR)
    return city


def test_a_run_is_closed_to_those_who_no_longer_cover_its_areas(send, client, city, planner):
    run = upload(send, SimpleUploadedFile("ho.csv", HOUSEHOLDS.encode()), layer="households")
    assert run.areas == [city.west.path]
    planner.member.units.set([city.east])
    assert {client.get(f"/import/{run.pk}/{address}").status_code for address in ADDRESSES} == {404}
    assert {send(f"/import/{run.pk}/{address}").status_code for address in POSTS} == {404}
    assert "ho.csv" not in client.get("/import/").content.decode()
    planner.member.units.set([city.west, city.east])
    assert client.get(f"/import/{run.pk}/").status_code == 200


def test_an_administrator_needs_all_areas_of_a_run(send, client, city, member):
    both = member(Role.PLANNER, city.west, city.east)
    client.force_login(both)
    run = upload(send, roads(GOOD))
    client.force_login(member(Role.ADMINISTRATOR, city.west))
    assert client.get(f"/import/{run.pk}/").status_code == 404
    # Where its user is bound now says nothing about the rows.
    both.member.units.set([city.west])
    assert client.get(f"/import/{run.pk}/").status_code == 404
    client.force_login(member(Role.ADMINISTRATOR, city.city))
    assert client.get(f"/import/{run.pk}/findings.csv").status_code == 200


def test_a_file_checked_again_under_other_areas_tells_of_both(send, city, planner):
    run = upload(send, roads(GOOD))
    planner.member.units.set([city.east])
    ImportRun.objects.filter(pk=run.pk).update(state="waiting")
    tasks.check.call(run.pk)
    run.refresh_from_db()
    assert run.areas == sorted([city.west.path, city.east.path])
    assert not runs_of(viewer_of(planner)).exists()


def test_the_command_line_writes_anywhere_so_its_runs_are_nobodys(tmp_path, city, member):
    path = tmp_path / "duong.geojson"
    path.write_bytes(roads(GOOD).read())
    run = import_file("roads", path)
    assert run.areas == [""]
    assert not runs_of(viewer_of(member(Role.ADMINISTRATOR, city.province))).exists()


def test_every_reading_of_a_report_on_households_is_recorded(send, client, planner):
    run = upload(send, SimpleUploadedFile("ho.csv", HOUSEHOLDS.encode()), layer="households")
    for address in ("", "preview.json", "findings.csv"):
        client.get(f"/import/{run.pk}/{address}")
    assert PersonalRead.objects.filter(user=planner, layer="households", what="ho.csv").count() == 3


def test_the_criteria_follow_an_import_and_its_undoing(send, assessed, planner):
    before = result(assessed.west)
    run = upload(send, roads((GOOD[0], GOOD[1] | {"loai_duong": "Trục thôn", "mat_duong": "BTXM"})))
    assert result(assessed.west) == before
    send(f"/import/{run.pk}/store")
    stored = result(assessed.west)
    assert stored[0] > 1000 and stored != before
    assert result(assessed.city)[0] == stored[0]
    send(f"/import/{run.pk}/undo", {"confirmed": "yes"})
    assert result(assessed.west) == before


def test_the_criteria_follow_the_commands(tmp_path, assessed):
    before = result(assessed.west)
    path = tmp_path / "duong.geojson"
    path.write_bytes(roads((GOOD[0], {"loai_duong": "Trục thôn", "mat_duong": "BTXM"})).read())
    call_command("import_layer", "roads", path)
    assert result(assessed.west) != before
    call_command("undo_import", ImportRun.objects.get().pk)
    assert result(assessed.west) == before


def test_a_new_commune_is_assessed_and_goes_with_its_undoing(tmp_path, assessed):
    path = tmp_path / "xa.csv"
    path.write_text("ma_xa,ten_xa,loai,ma_huyen\n01999,Tân Lập,xã,058\n")
    run = import_file("communes", path, Options(as_of=date(2015, 3, 11)))
    assert run.state == "applied", run.summary
    assert touched(run) == [assessed.city.path]
    call_command("undo_import", run.pk)
    call_command("import_layer", "communes", path, "--as-of", "2015-03-11")
    made = Unit.objects.get(code="01999")
    assert made.rural
    assert Standing.objects.filter(unit=made, year=YEAR).exists()
    call_command("undo_import", ImportRun.objects.latest("pk").pk)
    assert Standing.objects.filter(unit__code="01849", year=YEAR).exists()


def test_many_paths_are_taken_by_the_units_above():
    assert gathered(["1/2/3/", "1/2/", "1/4/"]) == ["1/2/", "1/4/"]
    assert gathered([f"1/{n % 2 + 2}/{n + 10}/" for n in range(60)]) == ["1/2/", "1/3/"]
    assert gathered(["", "1/2/"]) == [""]
    assert gathered([f"{n}/" for n in range(1, 60)]) == [""]


def test_a_killed_import_is_said_to_have_broken_off(send, client, planner):
    run = upload(send, roads(GOOD))
    ImportRun.objects.filter(pk=run.pk).update(state="running")
    with held(run):
        close_broken()
        assert client.get(f"/import/{run.pk}/progress.json").json()["busy"]
    page = client.get(f"/import/{run.pk}/")
    run.refresh_from_db()
    assert run.state == "refused"
    assert run.summary["message"]["en"].startswith("The import broke off")
    # It can be started over from its page.
    assert "form" in page.context
    send(f"/import/{run.pk}/check")
    run.refresh_from_db()
    assert run.state == "checked"


def test_another_session_does_not_take_a_run_that_is_at_work(send, planner):
    run = upload(send, roads(GOOD))
    ImportRun.objects.filter(pk=run.pk).update(state="waiting")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7501166, %s)", [run.pk])
        tasks.store.call(run.pk)
        run.refresh_from_db()
        assert (run.state, Road.objects.count()) == ("waiting", 0)
    finally:
        other.close()
    tasks.store.call(run.pk)
    assert Road.objects.count() == 1


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_nothing_is_done_to_a_run_at_work(send, planner, worker, state):
    run = upload(send, roads(GOOD))
    ImportRun.objects.filter(pk=run.pk).update(state=state)
    with held(run):
        assert {send(f"/import/{run.pk}/{address}").status_code for address in POSTS} == {422}
    run.refresh_from_db()
    assert (run.state, len(list(worker.rglob("*.geojson")))) == (state, 1)


def test_no_file_outlives_its_week(send, planner, worker):
    _kept, stored, at_work = (upload(send, roads(GOOD)) for _ in range(3))
    # A worker that was ended right after storing left the file behind.
    ImportRun.objects.filter(pk=stored.pk).update(state="applied")
    ImportRun.objects.filter(pk=at_work.pk).update(state="running")
    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=8))
    with held(at_work):
        sweep()
    states = ImportRun.objects.order_by("pk").values_list("state", "file")
    assert [(state, bool(file)) for state, file in states] == [
        ("refused", False),
        ("applied", False),
        ("running", True),
    ]
    assert len(list(worker.rglob("*.geojson"))) == 1


def test_storing_many_rows_asks_first(send, planner):
    many = [(GOOD[0] | {"coordinates": [[105.801, 22.101 + n / 1e4], [105.811, 22.101]]}, GOOD[1]) for n in range(101)]
    run = upload(send, roads(*many))
    asked = send(f"/import/{run.pk}/store", {"keep_good": "yes"})
    assert (asked.status_code, asked.context["rows"], Road.objects.count()) == (200, 101, 0)
    assert "101" in asked.content.decode()
    assert 'name="keep_good"' in asked.content.decode()
    assert send(f"/import/{run.pk}/store", {"confirmed": "yes"}).status_code == 302
    assert Road.objects.count() == 101


def test_an_interrupted_command_says_so_and_stores_nothing(tmp_path, city, monkeypatch):
    path = tmp_path / "duong.geojson"
    path.write_bytes(roads(GOOD).read())

    def pressed(self, done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(Command, "progress", pressed)
    with pytest.raises(CommandError) as caught:
        call_command("import_layer", "roads", path)
    run = ImportRun.objects.get()
    assert caught.value.returncode == 130
    assert (run.state, Road.objects.count()) == ("refused", 0)
    assert run.summary["message"]["en"] == "The import was interrupted. Nothing was stored."
