"""What is not a good file ends in a clear word, and nothing is stored."""

import json
import struct
import zipfile

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from django.utils import translation

from layers.errors import Refused
from layers.imports import crs
from layers.imports.archives import opened
from layers.imports.context import Options
from layers.imports.findings import message
from layers.imports.run import import_file
from layers.models import ImportRun, Road, Unit

pytestmark = pytest.mark.django_db
ROAD = {"type": "LineString", "coordinates": [[105.81, 22.11], [105.82, 22.11]]}


def geojson(path, *features, **more):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more))
    return path


def feature(geometry=ROAD, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": {"road_class": "village"} | properties}


def refused(path, layer="roads", **options) -> str:
    """Import a file that must be refused; return the reason."""
    before = Road.objects.count(), Unit.objects.count()
    with translation.override("en"):
        with pytest.raises(Refused) as caught:
            import_file(layer, path, Options(**options))
        reason = str(caught.value)
    assert (Road.objects.count(), Unit.objects.count()) == before
    run = ImportRun.objects.latest("pk")
    assert run.state == "refused"
    assert run.summary["message"]["vi"]
    return reason


def zipped(path, members: dict[str, bytes], method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_truncated_archive(tmp_path):
    path = zipped(tmp_path / "roads.zip", {"roads.geojson": json.dumps(feature()).encode() * 50})
    path.write_bytes(path.read_bytes()[:-40])
    assert "damaged" in refused(path)


def test_an_archive_with_a_damaged_member(tmp_path):
    path = zipped(tmp_path / "roads.zip", {"roads.csv": b"a,b\n" * 5000}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in refused(path)


def test_a_zip_bomb(tmp_path):
    assert "times its size" in refused(zipped(tmp_path / "bomb.zip", {"roads.csv": b"0" * 50_000_000}))


def test_a_spreadsheet_that_is_a_bomb(tmp_path):
    assert "times its size" in refused(zipped(tmp_path / "bomb.xlsx", {"xl/worksheets/sheet1.xml": b"0" * 50_000_000}))


def test_an_archive_that_claims_two_gigabytes(tmp_path):
    path = zipped(tmp_path / "claim.zip", {"roads.csv": b"a,b\n"}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<LL", content, at + 20, 2**31, 2**31)
    path.write_bytes(content)
    assert "2048 MB" in refused(path) or "damaged" in refused(path)


def test_an_archive_of_many_files(tmp_path, settings):
    settings.LIMITS = settings.LIMITS | {"ARCHIVE_MEMBERS": 3}
    assert "at most 3" in refused(zipped(tmp_path / "many.zip", {f"{n}.csv": b"a" for n in range(4)}))


@pytest.mark.parametrize(
    "name", ["../roads.csv", "/etc/roads.csv", "a/../../roads.csv", "..\\roads.csv", "C:\\roads.csv"]
)
def test_a_name_that_leads_out_of_the_archive(tmp_path, name):
    path = tmp_path / "walk.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"road_class\nvillage\n")
    assert "points outside" in refused(path)
    assert not (tmp_path.parent / "roads.csv").exists()


def test_names_in_an_archive_are_not_used_as_paths(tmp_path):
    path = zipped(tmp_path / "odd.zip", {"Thôn; $(x)/ranh giới.geojson": b"{}", "__MACOSX/._ranh.geojson": b"x"})
    with opened(path) as dataset:
        assert dataset.path.name == "data0.geojson"


def test_an_archive_of_several_sets_asks_for_one(tmp_path):
    path = zipped(tmp_path / "two.zip", {"a.csv": b"road_class\nvillage\n", "b.csv": b"road_class\nlane\n"})
    assert "a.csv, b.csv" in refused(path)
    with opened(path, "b") as dataset:
        assert dataset.name == "b.csv"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0"),
        ("photo.gpkg", b"\xff\xd8\xff\xe0" * 100),
        ("notes.geojson", "Không phải dữ liệu".encode()),
        (
            "remote.kml",
            b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://x/<kml</SrcDataSource>',
        ),
        (
            "entities.gpx",
            b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx>&x;</gpx>',
        ),
        ("roads.shp", b"\0\0\x27\x0a" + b"\0" * 50),
        ("roads.fgb", b"fgb\x03fgb\0" + b"\xff" * 40),
        ("roads.xlsx", b"PK\x03\x04" + b"\0" * 40),
        ("roads.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        ("roads.osm.pbf", b"\0\0\0\x0d\x0a\x09OSMHeader" + b"\xff" * 60),
        ("empty.csv", b""),
        ("blank.csv", b"\n\n\n"),
        ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geome'),
    ],
)
def test_what_is_no_data_at_all(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path, mapping={"road_class": "=village"})


def test_a_missing_file(tmp_path):
    with pytest.raises(Refused):
        import_file("roads", tmp_path / "none.gpkg")


def test_a_formula_is_an_error_of_its_row(tmp_path, city):
    book = openpyxl.Workbook()
    book.active.append(["MA_XA", "TEN_XA"])
    book.active.append(["01849", "Dương Quang"])
    book.active.append(["01852", '=HYPERLINK("http://x","Nông Thượng")'])
    book.save(tmp_path / "xa.xlsx")
    run = import_file("communes", tmp_path / "xa.xlsx")
    assert run.state == "refused"
    (finding,) = run.findings.filter(severity="error")
    assert (finding.line, finding.column, finding.code) == (3, "TEN_XA", "formula")


def test_a_formula_in_a_csv_is_an_error_too(tmp_path, city):
    (tmp_path / "xa.csv").write_text("MA_XA,TEN_XA\n01849,=1+1\n")
    run = import_file("communes", tmp_path / "xa.csv")
    assert (run.state, run.findings.get().code) == ("refused", "formula")


def shapefile(tmp_path, projection: str):
    line = shapely.to_wkb([shapely.LineString([(431212, 2446000), (432212, 2446000)])])
    pyogrio.raw.write(
        tmp_path / "roads.shp", line, [np.array(["village"])], ["road_class"], geometry_type="LineString", crs=None
    )
    (tmp_path / "roads.prj").write_text(projection)
    members = {
        f"roads.{suffix}": (tmp_path / f"roads.{suffix}").read_bytes() for suffix in ("shp", "shx", "dbf", "prj")
    }
    return zipped(tmp_path / "roads.zip", members)


@pytest.mark.parametrize(
    "projection",
    ["http://127.0.0.1:1/evil.wkt", "/vsicurl/http://127.0.0.1:1/x", "+init=/etc/passwd", "\0\0\0",
     'PROJCS["x",EXTENSION["PROJ4","+init=/etc/passwd"]]'],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_reference_in_a_prj_is_not_followed(tmp_path, city, projection):
    reason = refused(shapefile(tmp_path, projection), unit="06")
    assert "does not say" in reason
    assert "EPSG:9213" in reason


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_user_may_overrule_a_prj(tmp_path, city):
    run = import_file("roads", shapefile(tmp_path, "nonsense"), Options(unit="06", crs=9213))
    assert (run.state, run.summary["created"]) == ("applied", 1)


def test_a_reference_in_a_geojson_is_not_followed(tmp_path, city):
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        crs = {"type": "link", "properties": {"href": f"http://127.0.0.1:{server.server_port}/crs", "type": "ogcwkt"}}
        import_file("roads", geojson(tmp_path / "roads.geojson", feature(), crs=crs))
        server.shutdown()
    assert asked == []


def test_a_wrong_coordinate_system_is_refused_and_the_likely_one_named(tmp_path, city):
    (tmp_path / "roads.csv").write_text("loai,x,y\nTrạm y tế,431212,2446000\n")
    assert "does not say" in refused(tmp_path / "roads.csv", "facilities", unit="06")
    reason = refused(tmp_path / "roads.csv", "facilities", unit="06", crs=9210)
    assert "Likely it is EPSG:9213" in reason
    assert "whatever the coordinate system" in refused(
        geojson(tmp_path / "far.geojson", feature({"type": "LineString", "coordinates": [[1.5, 42.5], [1.6, 42.5]]}))
    )


def test_northing_written_as_x_is_understood(tmp_path, city):
    (tmp_path / "tram.csv").write_text("loai,x,y\nTrạm y tế,2446000,431212\n")
    run = import_file("facilities", tmp_path / "tram.csv", Options(unit="06", crs=9213))
    assert run.summary["created"] == 1


def test_swapped_longitude_and_latitude_are_named(tmp_path, city):
    (tmp_path / "tram.csv").write_text("loai,lon,lat\nTrạm y tế,22.11,105.81\n")
    assert "swapped" in refused(tmp_path / "tram.csv", "facilities")


def test_a_column_that_is_needed_is_named(tmp_path, city):
    path = geojson(tmp_path / "roads.geojson", {"type": "Feature", "geometry": ROAD, "properties": {"ten": "x"}})
    reason = refused(path)
    assert "road_class" in reason
    assert "ten" in reason


def test_an_unknown_field_or_column_of_the_user_is_named(tmp_path, city):
    path = geojson(tmp_path / "roads.geojson", feature())
    assert "nonsense" in refused(path, mapping={"nonsense": "road_class"})
    assert "no column “x”" in refused(path, mapping={"name": "x"})
    assert "EPSG:99" in refused(path, crs=99)
    assert "code 99" in refused(path, unit="99")


def test_numbers_that_are_no_coordinates_are_an_error_of_their_row(tmp_path, city):
    far = {"type": "LineString", "coordinates": [[1e308, 1e308], [1e308, -1e308]]}
    run = import_file("roads", geojson(tmp_path / "roads.geojson", feature(), feature(far)), Options(keep_good=True))
    assert run.summary["created"] == 1
    assert list(run.findings.values_list("line", "code")) == [(2, "not_on_earth")]


def test_a_file_without_rows_says_so(tmp_path):
    assert "holds no rows" in refused(geojson(tmp_path / "roads.geojson"))


def test_parts_of_another_kind_are_told(tmp_path, city):
    point = {"type": "Point", "coordinates": [105.81, 22.11]}
    mixed = feature({"type": "GeometryCollection", "geometries": [ROAD, point, point]})
    run = import_file("roads", geojson(tmp_path / "roads.geojson", mixed))
    finding = run.findings.get()
    assert (run.summary["created"], finding.code, finding.params) == (1, "parts_dropped", {"count": 2})


TMERC = (
    'PROJCS["unnamed",GEOGCS["unnamed",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",%s],PARAMETER["scale_factor",%s],'
    'PARAMETER["false_easting",%s],PARAMETER["false_northing",0],UNIT["metre",1]]'
)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_parameters_of_a_zone_name_it(tmp_path, city):
    run = import_file("roads", shapefile(tmp_path, TMERC % (106.5, 0.9999, 500000)), Options(unit="06"))
    assert (run.state, run.summary["crs"]) == ("applied", 9213)
    assert "EPSG:9213" in message(run.findings.get(code="crs_matched"))
    assert crs.zone_of(TMERC % (105, 0.9996, 500000)) is None
    assert crs.zone_of((TMERC % (105, 0.9996, 500000)).replace("unnamed", "VN-2000 UTM")).epsg == 3405
    assert crs.zone_of(TMERC % (106.5, 0.9999, 0)) is None
    assert crs.zone_of("EPSG:9213") is None


def test_where_no_zone_is_known_all_that_fit_are_named(tmp_path, db):
    (tmp_path / "tram.csv").write_text("loai,x,y\nTrạm y tế,431212,2446000\n")
    reason = refused(tmp_path / "tram.csv", "facilities")
    assert "several put it on land" in reason
    assert "EPSG:9213" in reason
    assert not any(far in reason for far in ("EPSG:3406", "EPSG:9217", "EPSG:9218", "--crs"))
    assert "outside Vietnam. Likely" in refused(tmp_path / "tram.csv", "facilities", crs=9218)


def test_china_and_the_sea_are_not_vietnam():
    inside = [(105.83, 22.15), (103.0, 22.4), (107.97, 21.53), (109.2, 12.24), (104.08, 10.2), (106.6, 8.69), (112, 9)]
    outside = [(107.95, 22.35), (108.5, 19.0), (101.9, 18.0), (105.0, 13.0), (102.6, 17.97)]
    assert crs.vietnam().holds(shapely.points(inside)).all()
    assert not crs.vietnam().holds(shapely.points(outside)).any()
