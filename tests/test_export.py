"""Files hold the viewer's rows, readable where they go, and nothing in them runs."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from django.contrib.gis.geos import LineString, Point

from layers.mapserver import files
from layers.models import Facility, Household, PersonalRead, Road

pytestmark = pytest.mark.django_db
DANGEROUS = ["=1+1", "+84 912", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1"]


@pytest.fixture
def planner(client, member, city):
    client.force_login(member("planner", city.west))
    return client


@pytest.fixture
def road(city) -> Road:
    return Road.objects.create(
        unit=city.west_hamlets[0], road_class="village", surface="concrete", name="Đường Nà Ỏi", width_m=3.5,
        muddy=False, as_of=date(2017, 6, 1), source="khảo sát", geom=LineString((105.81, 22.11), (105.82, 22.11)),
    )  # fmt: skip


def body(client, path: str) -> bytes:
    answer = client.get(path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, content
    return content


def test_csv_opens_in_excel_and_imports_again(planner, road):
    content = body(planner, "/export/roads.csv?year=2017")
    assert content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["name"], row["road_class"], row["unit"], row["as_of"]) == (
        "Đường Nà Ỏi", "village", "01849-01", "2017-06-01",
    )  # fmt: skip
    assert (row["hardened"], row["muddy"], row["condition"], row["width_m"]) == ("True", "False", "", "3.5")
    assert row["wkt"].startswith("LINESTRING")


def test_geojson_is_one_collection(planner, road):
    found = json.loads(body(planner, "/export/roads.geojson?year=2017"))
    [feature] = found["features"]
    assert (feature["id"], feature["properties"]["name"], feature["geometry"]["type"]) == (
        road.pk, "Đường Nà Ỏi", "LineString",
    )  # fmt: skip


def test_a_geopackage_keeps_types_and_what_is_unknown(planner, road, tmp_path):
    path = tmp_path / "roads.gpkg"
    path.write_bytes(body(planner, "/export/roads.gpkg?year=2017"))
    meta, _, geometry, data = pyogrio.raw.read(path, layer="roads")
    assert (meta["crs"], meta["geometry_type"]) == ("EPSG:4326", "LineString")
    found = dict(zip(meta["fields"], (column[0] for column in data), strict=True))
    assert (found["name"], found["width_m"], bool(found["muddy"]), str(found["as_of"])) == (
        "Đường Nà Ỏi", 3.5, False, "2017-06-01",
    )  # fmt: skip
    info = pyogrio.read_info(path)
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert (types["muddy"], types["condition"], types["as_of"]) == ("bool", "int64", "datetime64[D]")
    assert pyogrio.raw.read(path, where="condition IS NULL")[2].size == 1
    assert len(geometry) == 1


def test_a_workbook_speaks_the_readers_language(planner, road):
    book = openpyxl.load_workbook(io.BytesIO(body(planner, "/export/roads.xlsx?year=2017")))
    heading, row = book.active.iter_rows(values_only=True)
    english = openpyxl.load_workbook(
        io.BytesIO(planner.get("/export/roads.xlsx?year=2017", headers={"accept-language": "en"}).getvalue())
    )
    titles, values = english.active.iter_rows(values_only=True)
    found = dict(zip(titles, values, strict=True))
    assert (found["surface"], found["road class"], found["hardened"]) == ("Cement concrete", "Village road", "hardened")
    assert (found["surface width (m)"], found["as of"].date()) == (3.5, date(2017, 6, 1))
    assert len(heading) == len(row) == len(titles)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_nothing_in_a_file_runs(planner, city, form):
    for text in DANGEROUS:
        Facility.objects.create(unit=city.west, kind="market", name=text, geom=Point(105.81, 22.11))
    content = body(planner, f"/export/facilities.{form}?year=2017")
    if form == "csv":
        names = [row["name"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
        assert names == [f"'{text}" for text in DANGEROUS]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [row[0] for row in sheet.iter_rows(min_row=2)]
        assert [cell.value for cell in cells] == DANGEROUS
        assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg", "xlsx"])
@pytest.mark.parametrize("batch", [1, 2, 5000])
def test_every_row_is_there_whatever_the_batch(planner, city, settings, form, batch, tmp_path):
    settings.LIMITS = settings.LIMITS | {"IMPORT_BATCH": batch}
    Facility.objects.bulk_create(
        Facility(unit=city.west, kind="market", name=f"Chợ {number}", geom=Point(105.81, 22.11)) for number in range(5)
    )
    content = body(planner, f"/export/facilities.{form}?year=2017")
    assert sum(name_is_in(content, form, f"Chợ {number}", tmp_path) for number in range(5)) == 5


def name_is_in(content: bytes, form: str, name: str, folder: Path) -> bool:
    if form == "gpkg":
        path = folder / "file.gpkg"
        path.write_bytes(content)
        return name in pyogrio.raw.read(path)[3][0]
    if form == "xlsx":
        return any(
            name in row for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        )
    return name in content.decode()


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg", "xlsx"])
def test_a_layer_without_rows_is_a_file_without_rows(planner, form, tmp_path):
    content = body(planner, f"/export/facilities.{form}?year=2017")
    if form == "gpkg":
        path = tmp_path / "file.gpkg"
        path.write_bytes(content)
        assert pyogrio.read_info(path)["features"] == 0
    elif form == "geojson":
        assert json.loads(content)["features"] == []


def test_a_file_may_be_of_one_unit(planner, city):
    for unit, name in ((city.west_hamlets[0], "a"), (city.west_hamlets[1], "b"), (city.west, "c")):
        Facility.objects.create(unit=unit, kind="market", name=name, geom=Point(105.81, 22.11))
    answer = planner.get(f"/export/facilities.csv?unit={city.west_hamlets[0].pk}&year=2017")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["a"]
    assert answer["Content-Disposition"] == 'attachment; filename="facilities-01849-01-2017.csv"'


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg", "xlsx"])
def test_an_export_of_households_is_recorded(planner, city, form):
    for name in ("Lường Văn A", "Hà Thị B"):
        made = Household.objects.create(unit=city.west_hamlets[0], name=name, geom=Point(105.81, 22.11))
        made.reviews.create(unit=made.unit, year=2017, category="poor")
    body(planner, f"/export/households.{form}?year=2017")
    assert [(read.output, read.rows) for read in PersonalRead.objects.all()] == [(f"export {form}", 2)]


def test_households_without_a_position_leave_too(planner, city, tmp_path):
    made = Household.objects.create(unit=city.west_hamlets[0], name="Lường Văn A")
    made.reviews.create(unit=made.unit, year=2017, category="poor")
    for form in ("csv", "geojson", "gpkg", "xlsx"):
        assert name_is_in(body(planner, f"/export/households.{form}?year=2017"), form, "Lường Văn A", tmp_path)


def test_more_rows_than_a_sheet_holds_are_refused(planner, city, monkeypatch):
    monkeypatch.setattr(files, "SHEET_ROWS", 2)
    Facility.objects.bulk_create(Facility(unit=city.west, kind="market", geom=Point(105.81, 22.11)) for _ in range(3))
    answer = planner.get("/export/facilities.xlsx?year=2017")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "status"),
    [("roads.exe", 404), ("dragons.csv", 404), ("roads.csv?unit=999999999", 404), ("roads.csv?year=x", 400),
     ("roads.csv?units=3", 400)],
)  # fmt: skip
def test_what_cannot_be_exported_is_refused_with_a_reason(planner, path, status):
    answer = planner.get(f"/export/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]
