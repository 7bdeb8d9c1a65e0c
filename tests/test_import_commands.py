"""The commands say what they did, and fail with a reason."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from layers.models import ImportRun, NetworkRepair, Road, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def roads(tmp_path, city):
    shape = {"type": "LineString", "coordinates": [[105.801, 22.101], [105.811, 22.101]]}
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"Tên": "Nà Ỏi", "loai": kind}} for kind in ("ĐX", "?")
    ]
    path = tmp_path / "duong.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def run(*words) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command(*map(str, words), stdout=out)
    return out.getvalue()


def test_a_dry_run_reports_line_column_value_and_reason(roads):
    told = run("import_layer", "roads", roads, "--map", "road_class=loai", "--dry-run")
    assert "duong.geojson: GeoJSON, utf-8, EPSG:4326 WGS 84" in told
    assert "road_class ← loai" in told
    assert (
        "line 2 loai “?”: This is none of the values known here: Commune road (commune); Village road (village);"
        in told
    )
    assert "2 rows, 1 created, 0 updated, 0 unchanged, 1 left out" in told
    assert not Road.objects.exists()


def test_errors_end_in_a_failure_and_the_good_rows_may_be_kept(roads):
    with pytest.raises(CommandError, match="1 of 2 rows have errors"):
        run("import_layer", "roads", roads, "--map", "road_class=loai")
    run("import_layer", "roads", roads, "--map", "road_class=loai", "--keep-good", "--as-of", "2016-12-31")
    assert Road.objects.get().as_of.year == 2016


def test_one_value_for_every_row(roads):
    run("import_layer", "roads", roads, "--map", "road_class==lane", "--keep-good")
    assert Road.objects.get().road_class == "lane"


def test_undo(roads):
    run("import_layer", "roads", roads, "--map", "road_class==lane")
    last = ImportRun.objects.latest("pk")
    assert f"run {last.pk} undone" in run("undo_import", last.pk)
    assert not Road.objects.exists()
    with pytest.raises(CommandError):
        run("undo_import", last.pk)
    with pytest.raises(CommandError, match="no import 0"):
        run("undo_import", 0)


def test_roads_of_a_repair_go_once_it_was_undone(roads):
    run("import_layer", "roads", roads, "--map", "road_class==lane")
    last = ImportRun.objects.latest("pk")
    repair = NetworkRepair.objects.create(kind="drop", road=Road.objects.get())
    with pytest.raises(CommandError, match="1 repairs of the road network"):
        run("undo_import", last.pk)
    assert Road.objects.count() == 1
    NetworkRepair.objects.filter(pk=repair.pk).update(undone_at=timezone.now())
    run("undo_import", last.pk)
    assert not Road.objects.exists()


@pytest.mark.parametrize("words", [["--map", "nonsense"], ["--unit", "99"], ["--crs", "99"], ["--map", "name=none"]])
def test_what_cannot_be_is_said(roads, words):
    with pytest.raises(CommandError):
        run("import_layer", "roads", roads, *words)


def test_hamlets_are_drawn(city):
    Unit.objects.filter(pk=city.west_hamlets[0].pk).update(geom=None, boundary="none")
    assert "1 boundaries drawn" in run("draw_hamlets", "--unit", "01849")
    with pytest.raises(CommandError):
        run("draw_hamlets", "--unit", "99")
