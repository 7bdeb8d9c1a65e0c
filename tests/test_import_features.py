"""Roads, facilities and waste sites: from a file into the store, again without change, and back out."""

import json
from datetime import date

import pytest
from django.contrib.gis.geos import LineString, Point

from layers.access import Role
from layers.errors import NotAllowed, Refused, Stale
from layers.imports.context import Options
from layers.imports.run import import_file
from layers.imports.targets import targets
from layers.imports.undo import ORDER, undo
from layers.models import Facility, ImportChange, Road, TableVersion, Unit, viewer_of

pytestmark = pytest.mark.django_db


def line(*points):
    return {"type": "LineString", "coordinates": points}


def geojson(path, *features):
    features = [{"type": "Feature", "geometry": geometry, "properties": values} for geometry, values in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


WEST = line([105.801, 22.101], [105.811, 22.101])
EAST = line([105.861, 22.101], [105.871, 22.101])


@pytest.fixture
def roads(tmp_path, city):
    return geojson(
        tmp_path / "duong.geojson",
        (WEST, {"ten": "Nà Ỏi - Phặc Tràng", "loai_duong": "Trục thôn", "mat_duong": "Đất", "rong": "2,5"}),
        (EAST, {"ten": "Khuổi Chang", "loai_duong": "ĐX", "mat_duong": "BTXM", "rong": "3"}),
    )


def codes(run):
    return sorted(run.findings.values_list("line", "code"))


def test_rows_are_stored_with_their_hamlet_run_source_and_date(roads, city):
    run = import_file("roads", roads, Options(as_of=date(2016, 12, 31)))
    assert (run.state, run.summary["created"], run.done, run.total) == ("applied", 2, 2, 2)
    road = Road.objects.get(name="Nà Ỏi - Phặc Tràng")
    assert (road.road_class, road.surface, road.width_m) == ("village", "earth", 2.5)
    assert (road.unit, road.run, road.source, road.as_of) == (
        city.west_hamlets[0],
        run,
        "duong.geojson",
        date(2016, 12, 31),
    )
    assert road.length_m == pytest.approx(1031.7, abs=1)


def test_the_same_file_again_changes_nothing(roads):
    import_file("roads", roads)
    before = list(Road.objects.order_by("pk").values())
    version = TableVersion.objects.get(pk="roads").version
    run = import_file("roads", roads)
    assert (run.summary["created"], run.summary["updated"], run.summary["unchanged"]) == (0, 0, 2)
    assert list(Road.objects.order_by("pk").values()) == before
    assert TableVersion.objects.get(pk="roads").version == version
    assert not ImportChange.objects.filter(run=run).exists()


def test_a_dry_run_stores_nothing_and_shows_the_rows(roads):
    run = import_file("roads", roads, dry_run=True)
    assert (run.state, run.summary["created"], Road.objects.count()) == ("checked", 2, 0)
    assert [f["properties"] for f in run.preview["features"]] == [
        {"line": 1, "fate": "create"},
        {"line": 2, "fate": "create"},
    ]


def test_a_changed_row_is_updated_and_an_empty_cell_says_nothing(tmp_path, roads):
    import_file("roads", roads)
    again = geojson(
        tmp_path / "moi.geojson",
        (WEST, {"loai_duong": "Trục thôn", "mat_duong": "BTXM", "rong": None}),
        (EAST, {"loai_duong": "ĐX", "mat_duong": None, "rong": "3"}),
    )
    run = import_file("roads", again)
    assert (run.summary["updated"], run.summary["unchanged"]) == (1, 1)
    road = Road.objects.get(name="Nà Ỏi - Phặc Tràng")
    assert (road.surface, road.width_m, road.source, road.run) == ("concrete", 2.5, "duong.geojson", run)
    assert [event.surface for event in road.events.all()] == ["earth"]


def test_one_bad_row_keeps_all_out_unless_the_good_are_asked_for(tmp_path, city):
    path = geojson(
        tmp_path / "duong.geojson",
        (WEST, {"loai_duong": "ĐX"}),
        (EAST, {"loai_duong": "đường gì đó"}),
        (None, {"loai_duong": "ĐX"}),
        ({"type": "Point", "coordinates": [105.81, 22.11]}, {"loai_duong": "ĐX"}),
        (EAST, {}),
    )
    run = import_file("roads", path)
    assert (run.state, Road.objects.count()) == ("refused", 0)
    assert run.summary["message"]["en"].startswith("4 of 5 rows have errors")
    assert codes(run) == [
        (2, "unknown_choice"),
        (3, "geometry_missing"),
        (4, "wrong_type"),
        (5, "required_missing"),
    ]
    finding = run.findings.get(line=2)
    assert (finding.column, finding.value, finding.severity) == ("loai_duong", "đường gì đó", "error")
    run = import_file("roads", path, Options(keep_good=True))
    assert (run.state, run.summary["bad_rows"], Road.objects.count()) == ("applied", 4, 1)


def test_shapes_are_repaired_split_and_reported(tmp_path, city):
    path = geojson(
        tmp_path / "duong.geojson",
        ({"type": "MultiLineString", "coordinates": [WEST["coordinates"], EAST["coordinates"]]}, {"loai_duong": "ĐX"}),
        ({"type": "MultiLineString", "coordinates": [
            [[105.80, 22.11], [105.81, 22.11]], [[105.81, 22.11], [105.82, 22.11, 300]]]}, {"loai_duong": "ĐX"}),
        (line([105.81, 22.105], [105.81, 22.105]), {"loai_duong": "ĐX"}),
    )  # fmt: skip
    run = import_file("roads", path, Options(keep_good=True))
    assert Road.objects.count() == 3
    assert codes(run) == [(1, "split"), (3, "repaired"), (3, "wrong_type")]
    assert run.summary["created"] == 3


def test_repeated_numbers_and_shapes(tmp_path, city):
    path = geojson(
        tmp_path / "duong.geojson",
        (WEST, {"VPROMM_ID": "064BK00001"}),
        (EAST, {"VPROMM_ID": "064BK00001"}),
        (EAST, {"VPROMM_ID": "064BK00001"}),
        (EAST, {"VPROMM_ID": "063BK00002"}),
    )
    run = import_file("roads", path)
    assert codes(run) == [
        (2, "repeated_number"),
        (3, "duplicate_row"),
        (3, "repeated_number"),
        (4, "same_shape"),
    ]
    assert list(Road.objects.order_by("pk").values_list("road_class", flat=True)) == ["commune", "commune", "district"]
    assert import_file("roads", path).summary["unchanged"] == 3


def test_where_a_row_belongs(tmp_path, city):
    Unit.objects.filter(pk__in=[h.pk for h in city.east_hamlets]).update(geom=None, boundary="none")
    path = geojson(
        tmp_path / "diem.geojson",
        ({"type": "Point", "coordinates": [105.81, 22.11]}, {"loai": "Chợ", "ten": "in a hamlet"}),
        ({"type": "Point", "coordinates": [105.85, 22.11]}, {"loai": "Chợ", "ten": "in a commune without hamlets"}),
        ({"type": "Point", "coordinates": [105.81, 22.1402]}, {"loai": "Chợ", "ten": "20 m outside"}),
        ({"type": "Point", "coordinates": [105.81, 22.16]}, {"loai": "Chợ", "ten": "in the city only"}),
        ({"type": "Point", "coordinates": [105.85, 22.12]}, {"loai": "Chợ", "ten": "said otherwise", "ma_xa": "1849"}),
        ({"type": "Point", "coordinates": [105.85, 22.13]}, {"loai": "Chợ", "ten": "unknown code", "ma_xa": "99999"}),
    )
    run = import_file("facilities", path)
    assert dict(Facility.objects.values_list("name", "unit__code")) == {
        "in a hamlet": "01849-01",
        "in a commune without hamlets": "01852",
        "20 m outside": "01849",
        "in the city only": "058",
        "said otherwise": "01849",
        "unknown code": "01852",
    }
    assert sorted(run.findings.values_list("line", "code"), key=str) == [
        (3, "beside_unit"),
        (5, "not_in_its_unit"),
        (6, "unknown_unit"),
        (None, "large_unit"),
    ]


def test_a_place_outside_the_unit_is_refused_row_by_row(tmp_path, city):
    path = geojson(tmp_path / "duong.geojson", (WEST, {"loai_duong": "ĐX"}), (EAST, {"loai_duong": "ĐX"}))
    run = import_file("roads", path, Options(unit="01849", keep_good=True))
    assert codes(run) == [(2, "outside")]
    assert run.findings.get().params == {"area": "xã Dương Quang"}
    assert Road.objects.get().unit == city.west_hamlets[0]


def test_schools_need_a_level_and_their_name_may_tell_it(tmp_path, city):
    here = {"type": "Point", "coordinates": [105.81, 22.11]}
    there = {"type": "Point", "coordinates": [105.811, 22.11]}
    area = {"type": "Polygon", "coordinates": [[[105.82, 22.11], [105.821, 22.11], [105.821, 22.111], [105.82, 22.11]]]}
    path = geojson(
        tmp_path / "truong.geojson",
        (here, {"loai": "Trường học", "ten": "Trường tiểu học Dương Quang"}),
        (there, {"loai": "Trường", "ten": "Trường TH và THCS Nông Thượng"}),
        (area, {"loai": "Mầm non", "ten": "Trường MN"}),
    )
    run = import_file("facilities", path, Options(keep_good=True))
    assert codes(run) == [(2, "school_level_missing"), (3, "to_point")]
    assert sorted(Facility.objects.values_list("level", flat=True)) == ["kindergarten", "primary"]


def test_undo_restores_the_rows_exactly(tmp_path, roads):
    import_file("roads", roads)
    before = list(Road.objects.order_by("pk").values())
    again = geojson(
        tmp_path / "moi.geojson",
        (WEST, {"loai_duong": "ĐX", "mat_duong": "BTXM"}),
        (line([105.85, 22.13], [105.86, 22.13]), {"loai_duong": "ĐX"}),
    )
    run = import_file("roads", again)
    assert (run.summary["created"], run.summary["updated"]) == (1, 1)
    undo(run)
    run.refresh_from_db()
    after = list(Road.objects.order_by("pk").values())
    for row in before + after:
        row.pop("updated_at")
    assert (run.state, after) == ("undone", before)
    with pytest.raises(Refused):
        undo(run)


def test_whatever_can_be_imported_has_its_place_in_undoing():
    assert {target.model._meta.model_name for target in targets().values()} <= set(ORDER)


def test_undo_refuses_to_lose_later_changes(roads):
    run = import_file("roads", roads)
    Road.objects.filter(name="Khuổi Chang").update(surface="earth")
    with pytest.raises(Stale, match="1 "):
        undo(run)
    assert Road.objects.count() == 2


def test_a_row_put_elsewhere_by_hand_stays_there(roads, city):
    import_file("roads", roads)
    Road.objects.filter(name="Khuổi Chang").update(unit=city.west)
    assert import_file("roads", roads).summary["unchanged"] == 2
    assert Road.objects.get(name="Khuổi Chang").unit == city.west


def test_a_planner_writes_in_the_own_area_only(roads, city, member):
    planner = viewer_of(member(Role.PLANNER, city.west))
    run = import_file("roads", roads, viewer=planner)
    assert (run.state, codes(run), Road.objects.count()) == ("refused", [(2, "outside")], 0)
    run = import_file("roads", roads, Options(keep_good=True), viewer=planner)
    assert (run.summary["created"], Road.objects.get().unit, run.user_id) == (1, city.west_hamlets[0], planner.user_id)


def test_a_planner_of_two_communes_is_held_to_both(roads, city, member):
    third = Unit.objects.create(
        code="01855", kind="commune", name="Xuất Hóa", parent=city.city, valid_from=date(2015, 3, 11)
    )
    planner = viewer_of(member(Role.PLANNER, city.west, third))
    run = import_file("roads", roads, viewer=planner)
    assert (run.state, codes(run)) == ("refused", [(2, "not_yours")])


def test_a_code_does_not_open_the_neighbours_rows(tmp_path, city, member):
    """A row of the neighbour with the same number is neither changed nor moved over."""
    Road.objects.create(
        unit=city.east, key="A1", road_class="lane", name="theirs", geom=LineString((105.85, 22.11), (105.86, 22.11))
    )
    path = geojson(
        tmp_path / "duong.geojson", (WEST, {"loai_duong": "ĐX", "key": "A1", "ten": "ours", "ma_xa": "01849"})
    )
    run = import_file("roads", path, Options(keep_good=True), viewer=viewer_of(member(Role.PLANNER, city.west)))
    assert (run.state, codes(run)) == ("refused", [(1, "not_yours")])
    assert Road.objects.get().name == "theirs"


@pytest.mark.parametrize("role", [Role.LEADER, Role.FIELD, Role.GUEST])
def test_only_those_who_edit_may_import(roads, city, member, role):
    with pytest.raises(NotAllowed):
        import_file("roads", roads, viewer=viewer_of(member(role, city.province)))
    assert not Road.objects.exists()


def test_undo_is_for_the_own_area_only(roads, city, member):
    run = import_file("roads", roads)
    with pytest.raises(NotAllowed):
        undo(run, areas=(city.west.path,))
    undo(run, areas=(city.city.path,))
    assert not Road.objects.exists()


def test_waste_sites_from_a_table_with_positions(tmp_path, city):
    path = tmp_path / "lo_dot.csv"
    path.write_text(
        "DANH SÁCH LÒ ĐỐT RÁC;;;;\nTên;Loại;Số hộ;Kinh độ;Vĩ độ\n"
        "Lò Nà Ỏi;Lò đốt rác nhóm hộ;12;105,81;22,11\nBãi rác;Bãi rác;không rõ;105,85;22,11\n;;;;\n",
        encoding="utf-8-sig",
    )
    run = import_file("waste-sites", path, Options(mapping={"households_served": "Số hộ"}))
    assert (run.state, run.summary["created"]) == ("applied", 2)
    assert codes(run) == [(4, "not_a_number")]
    from layers.models import WasteSite

    site = WasteSite.objects.get(kind="group_kiln")
    assert (site.households_served, site.geom) == (12, Point(105.81, 22.11, srid=4326))


def test_a_table_without_places_is_joined_by_number(tmp_path, city):
    import_file("roads", geojson(tmp_path / "duong.geojson", (WEST, {"VPROMM_ID": "064BK00001", "mat_duong": "Đất"})))
    table = tmp_path / "khao_sat.csv"
    table.write_text("VPROMM_ID,mat_duong,rong\n064BK00001,BTXM,3\n064BK00009,BTXM,3\n")
    run = import_file("roads", table, Options(keep_good=True))
    assert codes(run) == [(3, "not_on_record")]
    road = Road.objects.get()
    assert (road.surface, road.width_m, road.road_class, road.unit) == ("concrete", 3, "commune", city.west_hamlets[0])
