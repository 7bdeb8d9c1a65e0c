"""What a phone takes along: complete, of its own commune, resumable, and nothing personal in the map."""

import gzip
import json
import os
import time
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import mapbox_vector_tile
import numpy as np
import psycopg2
import pytest
import rasterio
from affine import Affine
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from pmtiles.reader import MemorySource, Reader, all_tiles
from rasterio.io import MemoryFile

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.fieldwork import changes
from layers.mapserver import archives
from layers.models import Facility, Household, RecordState, Road, Terrain, WasteSite
from layers.models.criteria import last_assessed_year
from tests.phone import API, Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked(city):
    """Something of each kind in the western commune, and a household in the eastern."""
    west = city.west_hamlets[0]
    city.household = Household.objects.create(
        unit=west, name="Triệu Thị Mốc", members=4, geom="SRID=4326;POINT(105.81 22.11)", id_hmac="h", id_last4="2345"
    )
    city.household.reviews.create(unit=west, year=last_assessed_year(), category="poor", clean_water=False)
    Road.objects.create(
        unit=west, road_class="village", geom="SRID=4326;LINESTRING(105.803 22.105, 105.815 22.115)", condition=4
    )
    Facility.objects.create(
        unit=west, kind="school", level="primary", name="Trường Mốc", geom="SRID=4326;POINT(105.806 22.116)"
    )
    WasteSite.objects.create(unit=west, kind="pit", geom="SRID=4326;POINT(105.807 22.116)")
    east = city.east_hamlets[0]
    city.neighbour = Household.objects.create(unit=east, name="Nông Văn Khác", geom="SRID=4326;POINT(105.85 22.11)")
    return city


def settle() -> None:
    """Wait until every transaction that was open when the records were last changed has ended, in any database."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT coalesce(max(xid), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
                "FROM layers_recordstate WHERE xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise TimeoutError("a transaction elsewhere has been open for 20 s")


def all_records(phone: Phone, commune: str = "01849", since: str = "", limit: int = 2):
    """Return the records of a commune, page by page, and the last cursor."""
    found, more = [], True
    while more:
        answer = phone.get(f"/records?commune={commune}&limit={limit}&since={since}").json()
        found += answer["records"]
        since, more = answer["cursor"], answer["more"]
    return found, since


def test_a_pack_says_its_size_and_holds_what_the_forms_ask(phone, stocked):
    load_all()
    assess(2017)
    (pack,) = phone.get("/packs").json()["packs"]
    assert (pack["commune"], pack["name"], pack["records"]["count"]) == ("01849", "Dương Quang", 4)
    assert [hamlet["code"] for hamlet in pack["hamlets"]] == ["01849-01", "01849-02"]
    assert pack["outline"]["type"] == "MultiPolygon"
    assert {form["form_id"] for form in pack["forms"]} == {"household", "road", "waste-site", "facility", "evidence"}
    assert any(each["criterion"] == 17 and each["name"]["vi"] for each in pack["indicators"])
    answer = phone.get("/packs/01849/basemap.pmtiles")
    content = b"".join(answer.streaming_content)
    assert len(content) == pack["basemap"]["bytes"] == int(answer["Content-Length"])
    assert sha256(content).hexdigest() == pack["basemap"]["sha256"]


def test_forms_say_each_question_in_both_languages(phone):
    forms = {form["form_id"]: form for form in phone.get("/forms").json()["forms"]}
    members = next(field for field in forms["household"]["fields"] if field["name"] == "members")
    assert members["label"] == {"vi": "số nhân khẩu", "en": "people in the household"}
    conditions = next(field for field in forms["road"]["fields"] if field["name"] == "condition")
    assert [choice["value"] for choice in conditions["choices"]] == ["1", "2", "3", "4", "5"]
    answer = phone.get("/forms")
    assert phone.get("/forms", **{"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_map_is_one_archive_with_nothing_personal_and_hills_below(phone, stocked, tmp_path, settings):
    lay_hills(settings)
    content = b"".join(phone.get("/packs/01849/basemap.pmtiles").streaming_content)
    source = MemorySource(content)
    found: dict[str, int] = {}
    for _place, packed in all_tiles(source):
        for slug, layer in mapbox_vector_tile.decode(gzip.decompress(packed)).items():
            found[slug] = found.get(slug, 0) + len(layer["features"])
    assert set(found) == {"districts", "communes", "hamlets", "roads", "facilities", "waste-sites"}
    assert "Mốc".encode() in b"".join(gzip.decompress(packed) for _place, packed in all_tiles(source))
    assert "Triệu".encode() not in b"".join(gzip.decompress(packed) for _place, packed in all_tiles(source))
    x, y = archives.tile_at(105.81, 22.11, 13)
    tile = gzip.decompress(Reader(source).get(13, x, y))
    begin = tile.index(b"\x82\x01")
    assert tile[begin:].find(b"\x89PNG") in (3, 4, 5)


def lay_hills(settings) -> None:
    """An elevation model of a slope over the western commune."""

    heights = np.linspace(100, 900, 100 * 100, dtype="float32").reshape(100, 100)
    with rasterio.Env(), MemoryFile() as memory:
        place = Affine(0.0008, 0, 105.78, 0, -0.0008, 22.16)
        with memory.open(
            driver="GTiff", width=100, height=100, count=1, dtype="float32", crs="EPSG:4326", transform=place
        ) as raster:
            raster.write(heights, 1)
        body = BytesIO(memory.read())
    terrain = Terrain(
        name="dốc",
        sha256="t" * 64,
        epsg=4326,
        resolution_m=80,
        extent="SRID=4326;POLYGON((105.78 22.08,105.86 22.08,105.86 22.16,105.78 22.16,105.78 22.08))",
    )
    terrain.file.save("slope.tif", ContentFile(body.getvalue()))


def test_a_cut_download_goes_on_where_it_ended(phone, stocked):
    url = "/packs/01849/basemap.pmtiles"
    whole = phone.get(url)
    content = b"".join(whole.streaming_content)
    rest = phone.get(url, Range="bytes=1000-", **{"If-Range": whole["ETag"]})
    assert rest.status_code == 206
    assert rest["Content-Range"] == f"bytes 1000-{len(content) - 1}/{len(content)}"
    assert b"".join(rest.streaming_content) == content[1000:]
    part = phone.get(url, Range="bytes=10-19")
    assert b"".join(part.streaming_content) == content[10:20]
    tail = phone.get(url, Range="bytes=-7")
    assert b"".join(tail.streaming_content) == content[-7:]
    other = phone.get(url, Range="bytes=1000-", **{"If-Range": '"another"'})
    assert (other.status_code, b"".join(other.streaming_content)) == (200, content)
    assert phone.get(url, Range=f"bytes={len(content)}-").status_code == 416
    assert phone.get(url, **{"If-None-Match": whole["ETag"]}).status_code == 304


def test_a_map_is_made_anew_only_when_it_is_old(phone, stocked, settings):
    first = phone.get("/packs").json()["packs"][0]["basemap"]
    Facility.objects.create(
        unit=stocked.west_hamlets[0], kind="market", geom="SRID=4326;POINT(105.811 22.116)", name="Chợ"
    )
    assert phone.get("/packs").json()["packs"][0]["basemap"] == first
    settings.LIMITS = settings.LIMITS | {"FIELD_PACK_HOURS": 0}
    assert phone.get("/packs").json()["packs"][0]["basemap"]["sha256"] != first["sha256"]
    assert len([name for name in os.listdir(archives.folder()) if name.endswith(".pmtiles")]) == 1


@pytest.mark.django_db(transaction=True)
def test_records_come_page_by_page_with_what_the_forms_ask_and_no_identity_number(versions, phone, stocked):
    settle()
    found, _cursor = all_records(phone)
    assert len(found) == 4
    household = next(each for each in found if each["layer"] == "households")
    year = str(last_assessed_year())
    assert household["fields"] == {"name": "Triệu Thị Mốc", "members": 4, "address": None, "accuracy_m": None}
    assert household["reviews"][year]["category"] == "poor"
    assert household["reviews"][year]["clean_water"] is False
    assert (household["unit"], household["version"]) == ("01849-01", 2)
    assert "2345" not in json.dumps(found)
    road = next(each for each in found if each["layer"] == "roads")
    assert (road["fields"]["condition"], road["geometry"]["type"]) == ("4", "LineString")


@pytest.mark.django_db(transaction=True)
def test_afterwards_only_what_changed_comes_and_what_is_gone_is_named(versions, phone, stocked):
    settle()
    _found, cursor = all_records(phone)
    assert all_records(phone, since=cursor)[0] == []
    Facility.objects.update(name="Trường mới")
    gone = WasteSite.objects.get()
    gone_id = str(gone.uid)
    gone.delete()
    moved = stocked.household
    moved.unit = stocked.east_hamlets[0]
    moved.save()
    settle()
    found, _cursor = all_records(phone, since=cursor)
    told = {each["id"]: each.get("deleted", False) for each in found}
    assert told == {str(Facility.objects.get().uid): False, gone_id: True, str(moved.uid): True}


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_is_not_skipped(versions, phone, stocked):
    """A transaction that began first and commits last must come after the cursor of those who read meanwhile."""
    settle()
    own = connection.get_connection_params() | {"cursor_factory": None}
    slow = psycopg2.connect(**own)
    with slow.cursor() as cursor:
        cursor.execute("UPDATE layers_facility SET name = 'chậm'")
        WasteSite.objects.update(name="nhanh")
        found, cursor_text = all_records(phone)
        # The fast change has a later number than one that is still open: it is given out, and comes once more.
        assert "nhanh" in json.dumps(found, ensure_ascii=False)
        assert len({each["id"] for each in found}) == 4
    slow.commit()
    slow.close()
    settle()
    names = {each["fields"]["name"] for each in all_records(phone, since=cursor_text)[0]}
    assert names == {"chậm", "nhanh"}


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_while_a_phone_turns_the_pages_comes_the_next_time(versions, phone, stocked):
    """What an open transaction changes lies behind a page that was given out meanwhile."""
    settle()
    own = connection.get_connection_params() | {"cursor_factory": None}
    slow = psycopg2.connect(**own)
    with slow.cursor() as cursor:
        cursor.execute("UPDATE layers_facility SET name = 'chậm'")
        for row in (*WasteSite.objects.all(), stocked.household):
            type(row).objects.filter(pk=row.pk).update(name="nhanh")
        first = phone.get("/records?commune=01849&limit=3").json()
        slow.commit()
    slow.close()
    assert first["more"]
    settle()
    _rest, cursor_text = all_records(phone, since=first["cursor"])
    names = [each["fields"]["name"] for each in all_records(phone, since=cursor_text)[0]]
    assert sorted(names) == ["chậm", "nhanh", "nhanh"]


@pytest.mark.django_db(transaction=True)
def test_after_a_backup_of_another_server_was_restored_changes_still_come(versions, phone, stocked):
    """There transactions were numbered further than here."""
    RecordState.objects.update(xid=2**52)
    settle()
    found, cursor_text = all_records(phone)
    assert len(found) == 4
    Facility.objects.update(name="Trường mới")
    settle()
    (changed,) = all_records(phone, since=cursor_text)[0]
    assert changed["fields"]["name"] == "Trường mới"


def test_a_cursor_too_old_or_of_another_database_asks_for_everything(phone, stocked):
    since = changes.Cursor(day=(timezone.localdate() - timedelta(days=91)).isoformat(), life=changes.life_of_database())
    assert phone.get(f"/records?commune=01849&since={since.text()}").status_code == 410
    other = changes.Cursor(day=timezone.localdate().isoformat(), life="1")
    assert phone.get(f"/records?commune=01849&since={other.text()}").status_code == 410
    assert phone.get("/records?commune=01849&since=nonsense").status_code == 400


def test_versions_count_every_change_whoever_makes_it(stocked):
    row = stocked.household
    before = RecordState.objects.get(pk=row.uid).version
    Household.objects.filter(pk=row.pk).update(members=9)
    row.reviews.update(category="near_poor")
    assert RecordState.objects.get(pk=row.uid).version == before + 2


@pytest.mark.django_db(transaction=True)
def test_who_is_bound_to_a_hamlet_gets_that_hamlet_alone(versions, field_folders, stocked, member):
    other = Household.objects.create(unit=stocked.west_hamlets[1], name="Thôn bên")
    phone = Phone(member(Role.FIELD, stocked.west_hamlets[0]))
    phone.sign_in()
    (pack,) = phone.get("/packs").json()["packs"]
    assert [hamlet["code"] for hamlet in pack["hamlets"]] == ["01849-01"]
    settle()
    ids = {each["id"] for each in all_records(phone)[0]}
    assert str(stocked.household.uid) in ids
    assert str(other.uid) not in ids


def test_addresses_are_those_of_the_protocol(phone, stocked):
    (pack,) = phone.get("/packs").json()["packs"]
    assert pack["basemap"]["url"] == f"{API}/packs/01849/basemap.pmtiles"
