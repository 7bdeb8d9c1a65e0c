"""Real files: boundaries, roads, facilities and the messy ones, as their publishers made them."""

import csv
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import translation

from layers.access import Role
from layers.errors import Refused
from layers.imports.archives import opened
from layers.imports.context import Options
from layers.imports.run import import_file
from layers.imports.sources import opened_source
from layers.imports.targets import target_of
from layers.imports.undo import undo
from layers.models import Facility, Road, Unit, viewer_of

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR.parent / "shared" / "data"
DAY = date(2019, 10, 1)


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not here")
    return path


def unit(code, kind, name, extent, parent=None):
    geom = MultiPolygon(Polygon.from_bbox(extent), srid=4326)
    return Unit.objects.create(
        code=code, kind=kind, name=name, parent=parent, valid_from=date(2000, 1, 1), geom=geom, boundary="surveyed"
    )


@pytest.fixture
def bac_kan(db):
    return unit("06", "province", "Bắc Kạn", (105.4, 21.75, 106.3, 22.75))


@pytest.fixture
def ha_giang(db):
    province = unit("02", "province", "Hà Giang", (104.3, 22.1, 105.6, 23.4))
    return unit("00001", "commune", "all of it", (104.3, 22.1, 105.6, 23.4), province)


def by_code(run):
    return Counter(run.summary["by_code"])


def test_the_122_communes_of_bac_kan(bac_kan):
    run = import_file("communes", real("boundaries/bac_kan_communes_122_clean.gpkg"), Options(as_of=DAY))
    assert (run.state, run.summary["created"]) == ("applied", 122)
    # An exact coverage; its districts are not on record here.
    assert set(by_code(run)) == {"parent_skipped"}
    commune = Unit.objects.get(code="01852")
    assert (commune.title, commune.name, commune.rural, commune.parent) == ("xã", "Nông Thượng", True, bac_kan)
    again = import_file("communes", real("boundaries/bac_kan_communes_122_clean.gpkg"), Options(as_of=DAY))
    assert again.summary["unchanged"] == 122
    undo(run)
    assert not Unit.objects.filter(kind="commune").exists()


def test_districts_take_communes_below_them(bac_kan):
    import_file("districts", real("boundaries/bac_kan_districts_8.geojson"), Options(as_of=DAY))
    run = import_file("communes", real("boundaries/bac_kan_communes_122_clean.gpkg"), Options(as_of=DAY))
    assert run.findings.count() == 0
    assert Unit.objects.get(code="01852").parent.code == "058"


def test_overlaps_and_gaps_of_the_published_boundaries(bac_kan):
    run = import_file(
        "communes", real("boundaries/bac_kan_communes_122_source.geojson"), Options(as_of=DAY), dry_run=True
    )
    # The note beside the file counts 238 pairs and 415 gaps, three of them under a square metre.
    assert (by_code(run)["overlap"], by_code(run)["gap"]) == (238, 412)
    overlapped = sum(finding.params["area"] for finding in run.findings.filter(code="overlap"))
    # One set of findings is capped per kind; those kept are listed by line.
    assert overlapped <= 12.8e6


def test_the_communes_after_the_reform_take_codes_over(bac_kan):
    import_file("communes", real("boundaries/bac_kan_communes_122_clean.gpkg"), Options(as_of=DAY))
    unit("19", "province", "Thái Nguyên", (105.2, 21.3, 106.3, 22.75))
    day = date(2025, 7, 1)
    run = import_file("communes", real("boundaries/bac_kan_communes_37_2025_fullres.gpkg"), Options(as_of=day))
    assert run.state == "applied"
    assert run.summary["created"] + run.summary["updated"] == 37
    old, new = Unit.objects.filter(code="01849").order_by("valid_from")
    assert (old.name, old.valid_to, new.name, new.parent.code) == ("Dương Quang", day, "Phong Quang", "19")


def test_all_communes_of_the_country(db):
    import_file(
        "provinces", real("boundaries/vietnam_provinces_63_2009_simplified.fgb"), Options(as_of=date(2009, 1, 1))
    )
    path = real("boundaries/vietnam_communes_2009_simplified.fgb")
    run = import_file("communes", path, Options(as_of=date(2009, 1, 1), keep_good=True))
    assert (run.state, run.summary["rows"], run.summary["bad_rows"]) == ("applied", 11_163, 46)
    assert run.summary["created"] == Unit.objects.filter(kind="commune").count() == 11_117
    nulls = run.findings.filter(severity="error", code="required_missing")
    assert Counter(nulls.values_list("column", flat=True)) == {"commune_code": 46, "commune_name": 2}
    assert by_code(run)["overlap"] > 20_000


def test_the_road_inventory_of_ha_giang(ha_giang):
    run = import_file("roads", real("roads/hagiang_vpromms_sections.gpkg"))
    assert (run.state, run.summary["created"], run.summary["crs"]) == ("applied", 1009, 4326)
    assert by_code(run) == {"duplicate_row": 4, "repeated_number": 150, "read_as_at_least": 5}
    # 841 rows do not say who manages them; their numbers do.
    assert Counter(Road.objects.values_list("road_class", flat=True)) == {
        "commune": 895,
        "district": 95,
        "provincial": 19,
    }
    assert Road.objects.filter(width_m__gt=0).count() > 1000
    assert import_file("roads", real("roads/hagiang_vpromms_sections.gpkg")).summary["unchanged"] == 1009


def test_an_extract_of_andorra_needs_a_unit_in_andorra(db):
    path = real("roads/andorra.osm.pbf")
    with translation.override("en"), pytest.raises(Refused, match="outside Vietnam"):
        import_file("roads", path)
    country = unit("99", "province", "Andorra", (1.3, 42.3, 1.9, 42.8))
    unit("99001", "commune", "Andorra", (1.3, 42.3, 1.9, 42.8), country)
    run = import_file("roads", path, Options(unit="99", keep_good=True))
    assert run.state == "applied"
    # 1,615 ways are highways; steps, paths and the like are none of the classes and are counted.
    left_out = sum(finding.params["count"] for finding in run.findings.filter(code="not_of_this_layer"))
    assert run.summary["created"] + run.summary["bad_rows"] + left_out == 1615
    assert Road.objects.filter(surface="asphalt").exists()
    assert Road.objects.filter(key__startswith="w").count() == Road.objects.count()
    assert import_file("roads", path, Options(unit="99", keep_good=True)).summary["unchanged"] == run.summary["created"]
    run = import_file("facilities", path, Options(unit="99", keep_good=True))
    assert Facility.objects.filter(kind="health_station").exists() or run.summary["rows"]


def test_facilities_of_the_country_where_a_commune_is_on_record(ha_giang):
    run = import_file("facilities", real("facilities/vietnam_osm_facilities.fgb"), Options(keep_good=True))
    assert (run.state, run.summary["rows"]) == ("applied", 22_250)
    found = by_code(run)
    assert found["required_missing"] == 105
    assert found["unknown_choice"] > 15_000
    assert Facility.objects.exists()


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("cp1258", "cp1258"), ("tcvn3", "tcvn3"), ("utf8_nfc", "utf-8"), ("utf8_nfd_bom", "utf-8")],
)
def test_names_in_each_encoding(bac_kan, name, encoding):
    path = real(f"messy/bac_kan_names_{name}.csv")
    run = import_file("communes", path, Options(as_of=DAY, unit="06"))
    assert (run.summary["encoding"], run.summary["created"]) == (encoding, 122)
    with real("messy/bac_kan_names_utf8_nfc.csv").open(encoding="utf-8") as file:
        expected = {
            row["MA_XA"]: row["TEN_XA"].split(" ", 2 if row["TEN_XA"].startswith("Thị trấn") else 1)[-1]
            for row in csv.DictReader(file)
        }
    stored = dict(Unit.objects.filter(kind="commune").values_list("code", "name"))
    assert stored == expected
    assert all(unicodedata.is_normalized("NFC", name) for name in stored.values())


def test_a_shapefile_in_tcvn3_without_projection(bac_kan):
    path = real("messy/ranhgioi_xa_backan_vn2000_tcvn3.zip")
    with translation.override("en"), pytest.raises(Refused, match="Likely: EPSG:9213"):
        import_file("communes", path, Options(as_of=DAY, unit="06"))
    with translation.override("en"), pytest.raises(Refused, match="outside Bắc Kạn. Likely it is EPSG:9213"):
        import_file("communes", path, Options(as_of=DAY, unit="06", crs=9208))
    run = import_file("communes", path, Options(as_of=DAY, unit="06", crs=9213))
    assert (run.summary["encoding"], run.summary["created"]) == ("tcvn3", 122)
    commune = Unit.objects.get(code="01852")
    assert (commune.name, commune.geom.contains(commune.point)) == ("Nông Thượng", True)


def test_the_same_shapefile_without_a_unit(bac_kan):
    path = real("messy/ranhgioi_xa_backan_vn2000_tcvn3.zip")
    # Several zones put it on land; the one that the province below it uses leads, and none at sea is named.
    with translation.override("en"), pytest.raises(Refused, match="several put it on land: EPSG:9213") as caught:
        import_file("communes", path, Options(as_of=DAY))
    assert not any(code in str(caught.value) for code in ("3406", "9217", "9218"))
    with translation.override("en"), pytest.raises(Refused, match="outside Vietnam. Likely it is EPSG:9213"):
        import_file("communes", path, Options(as_of=DAY, crs=9218))
    # Once some of its codes are on record, they tell the province.
    Unit.objects.create(code="01834", kind="commune", name="x", parent=bac_kan, valid_from=date(2015, 1, 1))
    with translation.override("en"), pytest.raises(Refused, match="Likely: EPSG:9213 .[^,]*$"):
        import_file("communes", path, Options(as_of=DAY))


def test_a_city_takes_its_own_communes_from_the_files_of_the_province(bac_kan, member):
    import_file("districts", real("boundaries/bac_kan_districts_8.geojson"), Options(as_of=DAY))
    planner = viewer_of(member(Role.PLANNER, Unit.objects.get(code="058")))
    options = Options(as_of=DAY, keep_good=True)
    path = real("boundaries/bac_kan_communes_122_clean.gpkg")
    run = import_file("communes", path, options, viewer=planner, dry_run=True)
    assert (run.summary["created"], run.summary["bad_rows"]) == (8, 114)
    path = real("messy/ranhgioi_xa_backan_vn2000_tcvn3.zip")
    with translation.override("en"), pytest.raises(Refused, match="Likely: EPSG:9213"):
        import_file("communes", path, options, viewer=planner)
    run = import_file("communes", path, replace(options, crs=9213), viewer=planner)
    assert (run.state, run.summary["created"], run.summary["bad_rows"]) == ("applied", 8, 114)


def test_the_list_of_the_country_is_not_filed_under_a_city(bac_kan, member):
    import_file("districts", real("boundaries/bac_kan_districts_8.geojson"), Options(as_of=DAY))
    planner = viewer_of(member(Role.PLANNER, Unit.objects.get(code="058")))
    path = real("messy/gso_danhmuc_hanhchinh.xls")
    run = import_file("communes", path, Options(as_of=DAY, keep_good=True), viewer=planner)
    created = Unit.objects.filter(kind="commune")
    assert run.summary["created"] == created.count() == 8
    assert set(created.values_list("parent__code", flat=True)) == {"058"}


def test_a_cadastral_map_without_projection(db):
    path = real("messy/cadastral_hktb_vn2000_noprj.zip")
    unit("83", "province", "Bến Tre", (106.0, 9.8, 106.9, 10.4))
    mapping = {"code": "FEATUREID", "name": "GUID"}
    with translation.override("en"), pytest.raises(Refused, match="Likely: EPSG:9210"):
        import_file("hamlets", path, Options(unit="83", mapping=mapping))
    run = import_file("hamlets", path, Options(unit="83", mapping=mapping, crs=9210), dry_run=True)
    assert (run.state, run.summary["rows"]) == ("checked", 3950)
    assert (by_code(run)["repaired"], by_code(run)["same_shape"]) == (24, 5)


def test_the_official_list_of_communes_in_an_old_workbook(db):
    for code in range(1, 97):
        Unit.objects.create(code=f"{code:02}", kind="province", name=str(code), valid_from=date(2000, 1, 1))
    run = import_file("communes", real("messy/gso_danhmuc_hanhchinh.xls"), Options(as_of=DAY))
    assert (run.summary["format"], run.state, run.summary["created"]) == ("Excel 97", "applied", 10_035)
    assert run.summary["mapping"] == {
        "name": "Phường Xã",
        "code": "Mã PX",
        "title": "Cấp",
        "parent": "Mã QH",
        "province": "Mã TP",
    }
    assert Unit.objects.get(code="00001").name == "Phúc Xá"


def test_commune_names_as_tcvn3_bytes(db):
    for code in ("04", "06"):
        Unit.objects.create(code=code, kind="province", name=code, valid_from=date(2000, 1, 1))
    run = import_file("communes", real("messy/communes_tcvn3_bytes.csv"), Options(as_of=DAY))
    assert (run.summary["encoding"], run.state, run.summary["created"]) == ("tcvn3", "applied", 311)
    assert Unit.objects.get(code="01864").name == "Bộc Bố"


@pytest.mark.parametrize("suffix", ["tab", "mif", "kml", "gpx", "dxf", "dgn"])
def test_the_same_roads_in_each_format(ha_giang, suffix):
    # The .mif names no system but gives the meridian and the scale of one.
    crs = 9208 if suffix in ("dxf", "dgn") else None
    path = real(f"messy/derived_formats/duong_hagiang.{suffix}")
    if crs:
        with translation.override("en"), pytest.raises(Refused, match="several put it on land: EPSG:9208"):
            import_file("roads", path, Options(unit="02", mapping={"road_class": "=district"}))
    run = import_file("roads", path, Options(unit="02", crs=crs, mapping={"road_class": "=district"}))
    assert (run.state, run.summary["created"]) == ("applied", 66)
    assert by_code(run)["crs_matched"] == (suffix == "mif")
    # The same metres whichever way they came.
    assert sum(Road.objects.values_list("length_m", flat=True)) == pytest.approx(65_688, abs=2)
    if suffix in ("tab", "mif"):
        assert Road.objects.filter(name="Đường Sơn Hà (QL.34 - Tùng Bá)").exists()


@pytest.mark.parametrize("name", ["schools", "poverty_rate", "solid_waste", "electricity", "kindergartens"])
def test_tables_under_a_title_are_read(db, name):
    """The heading line is found below the title; what the table says is for its user to map."""
    with (
        opened(real(f"statistics/gso/{name}_by_province.csv")) as dataset,
        opened_source(dataset, target_of("statistics")) as source,
    ):
        assert source.encoding.encoding == "utf-8"
        assert len(source.columns) > 3
        rows = [row for batch in source.batches(source.columns) for row in batch.columns[source.columns[0]]]
    assert len([row for row in rows if row]) > 60
