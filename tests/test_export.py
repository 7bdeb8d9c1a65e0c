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
from layers.models import CriteriaSet, Facility, Household, PersonalRead, Road, Standing

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


@pytest.mark.parametrize(
    "query",
    [
        {"measure": "hardened_village_roads"},
        {"surface": "earth"},
        {"surface": "none", "hardened": "none"},
        {"q": "duong", "measure": "hardened_village_roads"},
    ],
)
def test_a_file_holds_the_rows_of_the_table_it_is_made_of(planner, city, query):
    line = LineString((105.81, 22.11), (105.82, 22.11))
    for number, surface in enumerate(["earth", "concrete", "", "earth", "concrete"]):
        name = f"Đường {number}" if number < 4 else "Ngõ"
        Road.objects.create(unit=city.west, road_class="village", surface=surface, name=name, geom=line)
    Road.objects.create(unit=city.west, road_class="lane", surface="earth", name="Ngõ 1", geom=line)
    page = planner.get("/table/roads/", {"year": 2017, "unit": city.west.pk, **query})
    of_table = sorted(row["name"] for row in page.context["rows"])
    address = dict(page.context["exports"])["CSV"]
    of_file = csv.DictReader(io.StringIO(body(planner, address).decode("utf-8-sig")))
    assert sorted(row["name"] for row in of_file) == of_table
    assert 0 < len(of_table) < Road.objects.count()


def test_units_leave_as_the_table_narrows_them(planner, city):
    for unit, statuses in ((city.west, "mu?"), (city.east, "mm-")):
        made = CriteriaSet.objects.get_or_create(
            code="test", defaults={"name": "t", "legal_basis": "t", "first_year": 2017, "last_year": 2017}
        )[0]
        Standing.objects.create(unit=unit, criteria_set=made, year=2017, statuses=statuses, differs="≠  ", met=1)
    content = body(planner, "/export/communes.csv?year=2017&criterion=2&status=u")
    assert [row["code"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))] == ["01849"]
    book = openpyxl.load_workbook(io.BytesIO(body(planner, "/export/communes.xlsx?year=2017&criterion=2&status=u")))
    heading, row = book.active.iter_rows(values_only=True)
    found = dict(zip(heading, row, strict=True))
    assert found["tiêu chí"] == "đạt 1/3 · chưa đạt: 2 · chưa rõ: 3"
    assert found["xã khai khác"] == "1"


@pytest.mark.parametrize("query", ["measure=x", "surface=gold", "measure=poor_households"])
def test_a_filter_that_is_nonsense_gives_no_file(planner, city, query):
    assert planner.get(f"/export/roads.csv?year=2017&{query}").status_code == 400


def test_a_filter_gives_nobody_more_than_their_own_rows(client, member, city, road):
    client.force_login(member("planner", city.east))
    found = csv.DictReader(
        io.StringIO(body(client, "/export/roads.csv?year=2017&measure=hardened_village_roads").decode("utf-8-sig"))
    )
    assert list(found) == []
    client.logout()
    assert client.get("/export/roads.csv?year=2017&measure=hardened_village_roads").status_code == 404


def test_the_record_of_an_export_leaves_out_the_name_looked_for(planner, city):
    made = Household.objects.create(unit=city.west_hamlets[0], name="Lường Văn A", geom=Point(105.81, 22.11))
    made.reviews.create(unit=made.unit, year=2017, category="poor")
    body(planner, "/export/households.csv?year=2017&q=luong&category=poor")
    [read] = PersonalRead.objects.all()
    assert (read.rows, read.what) == (1, "/export/households.csv?year=2017&category=poor")


def test_lengths_leave_to_the_centimetre_and_what_was_recorded_as_it_was(planner, road, tmp_path):
    Road.objects.update(width_m=3.456)
    [row] = csv.DictReader(io.StringIO(body(planner, "/export/roads.csv?year=2017").decode("utf-8-sig")))
    length = round(Road.objects.get().length_m, 2)
    assert (row["length_m"], row["width_m"]) == (str(length), "3.456")
    [feature] = json.loads(body(planner, "/export/roads.geojson?year=2017"))["features"]
    assert feature["properties"]["length_m"] == length
    path = tmp_path / "roads.gpkg"
    path.write_bytes(body(planner, "/export/roads.gpkg?year=2017"))
    meta, _, _, data = pyogrio.raw.read(path)
    assert dict(zip(meta["fields"], (column[0] for column in data), strict=True))["length_m"] == length


def test_a_workbook_is_for_vietnamese_officials(planner, road):
    book = openpyxl.load_workbook(io.BytesIO(body(planner, "/export/roads.xlsx?year=2017")))
    heading, row = book.active.iter_rows(values_only=True)
    found = dict(zip(heading, row, strict=True))
    assert (found["chiều dài (m)"], found["lầy lội mùa mưa"]) == (round(road_length(), 2), "không")
    assert found["tình trạng"] == "chưa biết"


def road_length() -> float:
    return Road.objects.get().length_m
