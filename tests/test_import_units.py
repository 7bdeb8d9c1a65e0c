"""Units: boundaries, codes that are used again, what lies above, hamlets that nobody has surveyed."""

import json
from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.utils import translation

from layers.access import Role
from layers.errors import Refused
from layers.imports.context import Options
from layers.imports.findings import sentence
from layers.imports.provisional import draw_provisional
from layers.imports.run import import_file
from layers.imports.undo import undo
from layers.models import Household, Road, Standing, Unit, viewer_of
from tests.conftest import box

pytestmark = pytest.mark.django_db


def square(west, south, width=0.04, height=0.04):
    ring = [[west, south], [west + width, south], [west + width, south + height], [west, south + height], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(path, *features):
    features = [{"type": "Feature", "geometry": geometry, "properties": values} for geometry, values in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def codes(run):
    return sorted(run.findings.values_list("line", "code"), key=str)


def test_a_province_and_all_below_it(tmp_path, db):
    day = Options(as_of=date(2015, 3, 11))
    import_file(
        "provinces",
        geojson(tmp_path / "t.geojson", (square(105.7, 22.0, 0.3, 0.3), {"ma": "6", "ten": "Tỉnh Bắc Kạn"})),
        day,
    )
    import_file(
        "districts",
        geojson(
            tmp_path / "h.geojson", (square(105.8, 22.1, 0.08, 0.08), {"ma_huyen": 58, "ten": "Thành phố Bắc Kạn"})
        ),
        day,
    )
    run = import_file(
        "communes",
        geojson(
            tmp_path / "x.geojson",
            (square(105.80, 22.10), {"ma_xa": "1849", "ten_xa": "Xã Dương Quang", "ma_huyen": "58"}),
            (square(105.84, 22.10), {"ma_xa": "1852", "ten_xa": "Xã Nông Thượng"}),
        ),
        day,
    )
    assert run.findings.count() == 0
    west, east = Unit.objects.filter(kind="commune").order_by("code")
    assert (west.code, west.title, west.name, west.rural, west.boundary) == (
        "01849",
        "xã",
        "Dương Quang",
        True,
        "surveyed",
    )
    assert east.parent.code == "058"
    assert east.path == f"{east.parent.parent_id}/{east.parent_id}/{east.pk}/"
    assert east.geom.contains(east.point)
    assert east.valid_from == date(2015, 3, 11)


def test_the_same_unit_is_updated_and_one_that_took_over_its_code_is_new(tmp_path, city):
    path = geojson(
        tmp_path / "x.geojson",
        # Surveyed anew, a little different, its name spelled otherwise:
        (square(105.801, 22.10, 0.039), {"ma_xa": "01849", "ten_xa": "Xã DƯƠNG QUANG"}),
        # Twice as large and under another name:
        (square(105.84, 22.10, 0.04, 0.12), {"ma_xa": "01852", "ten_xa": "Xã Phong Quang"}),
    )
    run = import_file("communes", path, Options(as_of=date(2025, 7, 1)))
    assert (run.summary["updated"], run.summary["created"]) == (1, 1)
    assert codes(run) == [(2, "code_used_again")]
    west = Unit.objects.get(code="01849")
    assert (west.pk, west.valid_from, west.valid_to) == (city.west.pk, date(2015, 3, 11), None)
    old, new = Unit.objects.filter(code="01852").order_by("valid_from")
    assert (old.name, old.valid_to, new.name, new.valid_from) == (
        "Nông Thượng",
        date(2025, 7, 1),
        "Phong Quang",
        date(2025, 7, 1),
    )
    assert new.parent == city.city
    assert import_file("communes", path, Options(as_of=date(2025, 7, 1))).summary["unchanged"] == 2
    undo(run)
    assert list(Unit.objects.filter(code="01852").values_list("name", "valid_to")) == [("Nông Thượng", None)]
    west.refresh_from_db()
    assert (west.name, west.geom) == ("Dương Quang", city.west.geom)


def test_a_table_renames_units_and_leaves_their_boundaries(tmp_path, city):
    (tmp_path / "xa.csv").write_text("MA_XA,TEN_XA\n01849,Xã Dương Quang\n1852,Xã Nông Thượng 2\n9999,Xã Mới\n")
    run = import_file("communes", tmp_path / "xa.csv", Options(as_of=date(2015, 3, 11)))
    assert codes(run) == [(3, "renamed"), (4, "no_parent")]
    run = import_file("communes", tmp_path / "xa.csv", Options(as_of=date(2015, 3, 11), unit="058"))
    assert run.summary["created"] == 1
    assert Unit.objects.get(code="01852").geom == city.east.geom
    assert Unit.objects.get(code="09999").parent == city.city


COUNTRY = (
    "ma_xa,ten_xa,ma_huyen,ma_tinh\n"
    "00001,Phúc Xá,001,01\n"  # of a province that is not on record
    "01834,Thị trấn Phủ Thông,063,06\n"  # of a district that is not on record, in the province
    "09999,Xã Mới,058,06\n"
)


def test_a_list_of_the_country_is_not_filed_under_the_city(tmp_path, city, member):
    path = tmp_path / "xa.csv"
    path.write_text(COUNTRY)
    planner = viewer_of(member(Role.PLANNER, city.city))
    for unit in ("", "058"):
        options = Options(as_of=date(2016, 1, 1), unit=unit, keep_good=True)
        run = import_file("communes", path, options, viewer=planner, dry_run=True)
        assert codes(run) == [(2, "unknown_parent"), (3, "not_yours")]
        assert (run.summary["created"], run.summary["bad_rows"]) == (1, 2)
    # Nor by whom no area binds, once the unit is chosen; a row that names nothing is that unit's.
    path.write_text(COUNTRY + "09998,Xã Khác,,\n09997,Xã Cuối,,06\n")
    run = import_file("communes", path, Options(as_of=date(2016, 1, 1), unit="058", keep_good=True))
    assert codes(run) == [(2, "unknown_parent"), (3, "not_of_chosen")]
    assert set(Unit.objects.filter(code__startswith="099").values_list("parent", flat=True)) == {city.city.pk}


def test_the_only_area_of_a_user_has_not_been_chosen(tmp_path, city, member):
    path = tmp_path / "xa.csv"
    path.write_text("ma_xa,ten_xa\n09999,Xã Mới\n")
    planner = viewer_of(member(Role.PLANNER, city.city))
    run = import_file("communes", path, Options(keep_good=True), viewer=planner)
    assert ("no_parent" in run.summary["by_code"], run.state) == (True, "refused")
    assert import_file("communes", path, Options(unit="058"), viewer=planner).summary["created"] == 1


@pytest.mark.parametrize("name", ["P. Dương Quang", "Phường Duong Quang", "X.Dương  Quang", "Xã Dương Quang 1"])
@pytest.mark.parametrize("above", ["058", ""])
def test_a_name_spelled_otherwise_does_not_split_a_unit(tmp_path, city, name, above):
    (tmp_path / "xa.csv").write_text(f"ma_xa,ten_xa,ma_huyen\n01849,{name},{above}\n")
    run = import_file("communes", tmp_path / "xa.csv", Options(as_of=date(2019, 1, 1)))
    assert run.state == "applied"
    assert codes(run) == [(2, "renamed")]
    unit = Unit.objects.get(code="01849")
    assert (unit.pk, unit.valid_to) == (city.west.pk, None)


@pytest.mark.parametrize("day", [date(2015, 3, 11), date(2019, 1, 1)])
def test_quite_another_name_asks_for_more(tmp_path, city, day):
    (tmp_path / "xa.csv").write_text("ma_xa,ten_xa,ma_huyen\n01849,Xã Phong Quang,058\n")
    run = import_file("communes", tmp_path / "xa.csv", Options(as_of=day, keep_good=True))
    assert (run.state, codes(run)) == ("refused", [(2, "code_taken")])
    assert Unit.objects.get(code="01849").name == "Dương Quang"


def test_a_planner_stores_those_of_the_provinces_communes_that_are_the_citys(tmp_path, city, member):
    inside = [(square(105.80, 22.15, 0.01, 0.01), {"ma_xa": "09999", "ten_xa": "Xã Mới"})]
    outside = [
        (square(105.71 + n / 100, 22.01, 0.01, 0.01), {"ma_xa": f"0980{n}", "ten_xa": f"Xã {n}"}) for n in range(9)
    ]
    planner = viewer_of(member(Role.PLANNER, city.city))
    options = Options(as_of=date(2016, 1, 1), keep_good=True)
    run = import_file("communes", geojson(tmp_path / "x.geojson", *outside, *inside), options, viewer=planner)
    assert (run.state, run.summary["created"], run.summary["bad_rows"]) == ("applied", 1, 9)
    assert run.summary["by_code"]["outside"] == 9
    with pytest.raises(Refused):
        import_file("communes", geojson(tmp_path / "y.geojson", *outside), options, viewer=planner)


def test_amounts_and_days_are_written_as_the_reader_writes_them():
    with translation.override("vi"):
        assert "1.234" in sentence("valid_from_today", {"count": 1234})
        assert "01/07/2025" in sentence("code_used_again", {"name": "x", "since": "2025-07-01"})
        assert "1234" in sentence("same_shape", {"first": 1234})
    with translation.override("en"):
        assert "1,234" in sentence("valid_from_today", {"count": 1234})


def test_what_is_wrong_with_units_is_told(tmp_path, city):
    bow = {
        "type": "Polygon",
        "coordinates": [[[105.80, 22.10], [105.84, 22.14], [105.84, 22.10], [105.80, 22.14], [105.80, 22.10]]],
    }
    path = geojson(
        tmp_path / "x.geojson",
        (bow, {"ma_xa": "1", "ten_xa": "A"}),
        (square(105.84, 22.10), {"ma_xa": "2", "ten_xa": "B"}),
        (square(105.84, 22.10), {"ma_xa": "2", "ten_xa": "B again"}),
        (square(105.82, 22.10, 0.03, 0.01), {"ma_xa": None, "ten_xa": "C"}),
        ({"type": "LineString", "coordinates": [[105.8, 22.1], [105.9, 22.1]]}, {"ma_xa": "4", "ten_xa": "D"}),
        (square(105.80, 22.15), {"ma_xa": "5", "ten_xa": "E", "ma_huyen": "999"}),
    )
    run = import_file("communes", path, Options(as_of=date(2016, 1, 1), unit="06"))
    found = codes(run)
    assert {
        (1, "repaired"),
        (3, "duplicate_key"),
        (3, "same_shape"),
        (4, "required_missing"),
        (5, "wrong_type"),
    } <= set(found)
    # Put under the city, in which it lies, although the file says otherwise:
    assert (6, "parent_skipped") in found
    reason = run.findings.get(code="repaired").params
    assert reason["reason"] == "Self-intersection"


def test_overlaps_and_gaps_are_measured(tmp_path, city):
    path = geojson(
        tmp_path / "x.geojson",
        (square(105.80, 22.10, 0.02, 0.03), {"ma_xa": "1", "ten_xa": "left"}),
        (square(105.819, 22.10, 0.021, 0.01), {"ma_xa": "2", "ten_xa": "below, 1/1000 degree into the left"}),
        (square(105.83, 22.11, 0.01, 0.02), {"ma_xa": "3", "ten_xa": "right"}),
        (square(105.82, 22.12, 0.01, 0.01), {"ma_xa": "4", "ten_xa": "above a hole of 0.01 x 0.01 degrees"}),
    )
    run = import_file("communes", path, Options(as_of=date(2016, 1, 1), unit="06"), dry_run=True)
    overlap, gap = run.findings.get(code="overlap"), run.findings.get(code="gap")
    # A degree at 22.1 degrees north: 103,205 m by 110,752 m (WGS 84).
    assert overlap.params["area"] == pytest.approx(0.001 * 0.01 * 103_205 * 110_752, rel=1e-3)
    assert gap.params["area"] == pytest.approx(0.01 * 0.01 * 103_205 * 110_752, rel=1e-3)
    assert (overlap.line, overlap.params["second"]) == (1, 2)


def test_a_drawing_of_closed_lines_becomes_areas(tmp_path, city):
    ring = square(105.80, 22.10)["coordinates"][0]
    path = geojson(
        tmp_path / "x.geojson",
        ({"type": "LineString", "coordinates": ring}, {"ma_xa": "01849", "ten_xa": "Dương Quang"}),
    )
    run = import_file("communes", path, Options(as_of=date(2016, 1, 1)))
    assert codes(run) == [(1, "closed_line")]
    assert run.summary["updated"] == 1


def test_units_in_use_cannot_be_undone(tmp_path, city):
    path = geojson(tmp_path / "x.geojson", (square(105.80, 22.15), {"ma_xa": "01860", "ten_xa": "Xã Mới"}))
    run = import_file("communes", path, Options(as_of=date(2016, 1, 1)))
    unit = Unit.objects.get(code="01860")
    road = Road.objects.create(unit=unit, road_class="lane", geom="SRID=4326;LINESTRING(105.81 22.16, 105.82 22.16)")
    with pytest.raises(Refused, match="in use|đang được"):
        undo(run)
    road.delete()
    from layers.models import CriteriaSet

    a_set = CriteriaSet.objects.create(code="x", name="x", legal_basis="x", first_year=2016, last_year=2020)
    Standing.objects.create(unit=unit, criteria_set=a_set, year=2017, statuses="?", differs=" ", met=0)
    undo(run)
    assert not Unit.objects.filter(code="01860").exists()


def test_a_planner_makes_hamlets_of_the_own_commune_and_no_others(tmp_path, city, member):
    path = geojson(
        tmp_path / "thon.geojson",
        (square(105.80, 22.12, 0.02, 0.02), {"ma_thon": "A", "ten_thon": "Thôn A"}),
        (square(105.85, 22.12, 0.02, 0.02), {"ma_thon": "B", "ten_thon": "Thôn B", "ma_xa": "01852"}),
    )
    planner = viewer_of(member(Role.PLANNER, city.west))
    options = Options(as_of=date(2016, 1, 1), keep_good=True)
    run = import_file("hamlets", path, options, viewer=planner)
    assert (run.summary["created"], run.summary["bad_rows"]) == (1, 1)
    assert Unit.objects.get(code="A").parent == city.west
    # Neither the own commune nor the neighbour's hamlet is the planner's to change.
    commune = geojson(tmp_path / "x.geojson", (square(105.80, 22.10), {"ma_xa": "01849", "ten_xa": "Mine"}))
    run = import_file("communes", commune, options, viewer=planner)
    assert (run.state, codes(run)) == ("refused", [(1, "not_yours"), (1, "renamed")])
    theirs = tmp_path / "thon.csv"
    theirs.write_text("ma_thon,ten_thon,ma_xa\n01852-01,Của tôi,01849\n")
    run = import_file("hamlets", theirs, options, viewer=planner)
    assert (run.state, run.findings.get(severity="error").code) == ("refused", "not_yours")
    assert Unit.objects.get(code="01852-01").name == "Khuổi Chang"


def test_hamlet_points_get_provisional_boundaries(tmp_path, city):
    Unit.objects.filter(kind="hamlet", parent=city.west).delete()
    path = tmp_path / "thon.csv"
    path.write_text(
        "ma_thon,ten_thon,ma_xa,lon,lat\nA,Thôn A,1849,105.81,22.12\nB,Thôn B,1849,105.83,22.12\nC,Thôn C,1849,,\n"
    )
    options = Options(as_of=date(2016, 1, 1))
    run = import_file("hamlets", path, options)
    assert (run.summary["created"], run.summary["provisional"]) == (3, 2)
    left, right, none = Unit.objects.filter(parent=city.west).order_by("code")
    assert (left.boundary, right.boundary, none.boundary) == ("provisional", "provisional", "none")
    assert left.geom.extent == pytest.approx((105.80, 22.10, 105.82, 22.14))
    assert left.geom.union(right.geom).equals_exact(city.west.geom[0], 1e-9) or left.geom.union(
        right.geom
    ).area == pytest.approx(city.west.geom.area)
    assert import_file("hamlets", path, options).summary["unchanged"] == 3
    # A surveyed boundary takes its place, and the others share what is left.
    surveyed = geojson(
        tmp_path / "thon.geojson", (square(105.80, 22.10, 0.01, 0.04), {"ma_thon": "A", "ten_thon": "Thôn A"})
    )
    run = import_file("hamlets", surveyed, options)
    left.refresh_from_db()
    right.refresh_from_db()
    assert left.boundary == "surveyed"
    assert right.geom.extent == pytest.approx((105.81, 22.10, 105.84, 22.14))
    undo(run)
    right.refresh_from_db()
    assert right.geom.extent == pytest.approx((105.82, 22.10, 105.84, 22.14))


def test_households_draw_the_boundary_rather_than_the_hamlet_point(city):
    left, right = city.west_hamlets
    Unit.objects.filter(pk__in=[left.pk, right.pk]).update(
        geom=None, boundary="none", point=Point(105.82, 22.12, srid=4326)
    )
    for hamlet, x in ((left, 105.805), (left, 105.815), (right, 105.835)):
        Household.objects.create(unit=hamlet, geom=Point(x, 22.12))
    assert draw_provisional([city.west.path]) == 2
    left.refresh_from_db()
    right.refresh_from_db()
    assert left.geom.extent[2] == pytest.approx(105.825)
    assert right.geom.extent[0] == pytest.approx(105.825)
    assert draw_provisional([city.west.path]) == 0
    # The neighbours, surveyed, are as they were.
    assert Unit.objects.get(pk=city.east_hamlets[0].pk).geom == city.east_hamlets[0].geom


def test_one_hamlet_alone_gets_what_is_left(city):
    left, right = city.west_hamlets
    Unit.objects.filter(pk=left.pk).update(geom=None, boundary="none")
    assert draw_provisional([city.city.path]) == 1
    left.refresh_from_db()
    assert left.geom.area == pytest.approx(city.west.geom.area - right.geom.area)
    assert box(105.80, 22.10, 0.02).within(left.geom.buffer(1e-9))


def test_a_file_may_say_from_which_day_each_unit_is_valid(tmp_path, city):
    rows = [
        (square(105.80, 22.12, 0.02, 0.02), {"ma": "01849-03", "ten": "Nà Dì", "valid_from": "2016-01-01"}),
        (square(105.82, 22.12, 0.02, 0.02), {"ma": "01849-04", "ten": "Nà Rào", "valid_from": "2017-07-01"}),
    ]
    run = import_file("hamlets", geojson(tmp_path / "thon.geojson", *rows), Options(as_of=date(2017, 12, 31)))
    assert run.state == "applied", codes(run)
    found = Unit.objects.filter(code__in=["01849-03", "01849-04"]).order_by("code")
    assert [unit.valid_from for unit in found] == [date(2016, 1, 1), date(2017, 7, 1)]
