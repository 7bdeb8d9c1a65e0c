"""The one contract: every layer, for every role, by every way out, shows its rows to those entitled and to nobody else.

A layer added to LAYERS is walked by itself; it needs only a row in `PLANTED`. A way out that is added to the
product belongs into `WAYS_OUT`.
"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import openpyxl
import pyogrio
import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import LineString, MultiPolygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client

from layers.access import Audience, Role
from layers.imports.context import Options
from layers.imports.uploads import receive
from layers.models import (
    LAYERS,
    Facility,
    Finding,
    Household,
    ImportRun,
    Layer,
    PersonalRead,
    Road,
    Unit,
    WasteSite,
    Watercourse,
    viewer_of,
)
from layers.pages import import_tasks
from tests.test_tiles import tile_of

pytestmark = pytest.mark.django_db
YEAR = 2017
WEST, EAST = "Mốc phía tây", "Mốc phía đông"

#: Who sees rows of each audience in the western commune. Said here again, apart from `layers.access`: a
#: slip there must fail here.
STAFF = {"administrator", "leader", "planner", "field"}
SEES_IN_WEST = {
    Audience.PUBLIC: STAFF | {"guest", "neighbour", "stranger"},
    Audience.AREA: STAFF,
    Audience.PERSONAL: STAFF - {"leader"},
}
ROLES = (*map(str, Role), "neighbour", "stranger")


def _unit(unit: Unit, name: str) -> Unit:
    return unit


def _road(unit: Unit, name: str) -> Road:
    x, y = unit.point.coords
    return Road.objects.create(unit=unit, name=name, road_class="lane", geom=LineString((x, y), (x + 0.001, y)))


def _water(unit: Unit, name: str) -> Watercourse:
    x, y = unit.point.coords
    return Watercourse.objects.create(unit=unit, name=name, kind="stream", geom=LineString((x, y), (x, y + 0.001)))


def _household(unit: Unit, name: str) -> Household:
    made = Household.objects.create(unit=unit, name=name, geom=unit.point)
    made.reviews.create(unit=unit, year=YEAR, category="poor")
    return made


#: How a row of each layer comes to be in a hamlet.
PLANTED: dict[str, Callable[[Unit, str], Model]] = {
    "provinces": _unit,
    "districts": _unit,
    "communes": _unit,
    "hamlets": _unit,
    "roads": _road,
    "water": _water,
    "facilities": lambda unit, name: Facility.objects.create(unit=unit, name=name, kind="market", geom=unit.point),
    "waste-sites": lambda unit, name: WasteSite.objects.create(unit=unit, name=name, kind="pit", geom=unit.point),
    "findings": lambda unit, name: Finding.objects.create(unit=unit, name=name, found_on="2017-05-01", geom=unit.point),
    "households": _household,
}


class Planted:
    """One row in the west and one in the east; for units, those that lie there."""

    def __init__(self, layer: Layer, city) -> None:
        self.layer = layer
        above = {"provinces": (city.province,), "districts": (city.city,), "communes": (city.west, city.east)}
        units = above.get(layer.slug, (city.west_hamlets[0], city.east_hamlets[0]))
        self.rows = [PLANTED[layer.slug](unit, name) for unit, name in zip(units, (WEST, EAST), strict=False)]
        self.spots = [unit.point.coords for unit in units]
        self.ids = {row.pk for row in self.rows}
        self.names = {row.name: row.pk for row in self.rows}

    def named_in(self, text: str) -> set[int]:
        return {pk for name, pk in self.names.items() if name in text}


def content_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def by_tiles(client: Client, planted: Planted, folder: Path) -> set[int]:
    slug, seen = planted.layer.slug, set()
    version = client.get("/tiles/versions.json").json()[slug]
    for zoom in (planted.layer.zooms.start, planted.layer.zooms.stop - 1):
        for spot in planted.spots:
            z, x, y = tile_of(*spot, zoom)
            answer = client.get(f"/tiles/{slug}/{version}/{YEAR}/{z}/{x}/{y}.mvt")
            assert answer.status_code in (200, 204)
            found = mapbox_vector_tile.decode(answer.content) if answer.content else {}
            seen |= {feature["id"] for feature in found.get(slug, {}).get("features", ())}
    return seen & planted.ids


def by_ogc_page(client: Client, planted: Planted, folder: Path) -> set[int]:
    answer = client.get(f"/ogc/collections/{planted.layer.slug}/items?year={YEAR}&limit=1000")
    return {each["id"] for each in answer.json()["features"]} if answer.status_code == 200 else set()


def by_ogc_item(client: Client, planted: Planted, folder: Path) -> set[int]:
    where = f"/ogc/collections/{planted.layer.slug}/items"
    return {pk for pk in planted.ids if client.get(f"{where}/{pk}?year={YEAR}").status_code == 200}


def by_feature(client: Client, planted: Planted, folder: Path) -> set[int]:
    where = f"/features/{planted.layer.slug}"
    return {pk for pk in planted.ids if client.get(f"{where}/{pk}.json?year={YEAR}").status_code == 200}


def by_table(client: Client, planted: Planted, folder: Path) -> set[int]:
    return planted.named_in(client.get(f"/table/{planted.layer.slug}/?year={YEAR}").content.decode())


def by_search(client: Client, planted: Planted, folder: Path) -> set[int]:
    found = set()
    for name in planted.names:
        results = client.get("/search.json", {"q": name, "year": YEAR}).json()
        found |= {each["id"] for each in results if each.get("layer") == planted.layer.slug}
    return found & planted.ids


def by_file(form: str) -> Callable[[Client, Planted, Path], set[int]]:
    def seen(client: Client, planted: Planted, folder: Path) -> set[int]:
        answer = client.get(f"/export/{planted.layer.slug}.{form}?year={YEAR}")
        content = content_of(answer)
        return planted.named_in(text_of(content, form, folder)) if answer.status_code == 200 else set()

    return seen


def text_of(content: bytes, form: str, folder: Path) -> str:
    if form == "gpkg":
        path = folder / "rows.gpkg"
        path.write_bytes(content)
        return str([list(column) for column in pyogrio.raw.read(path)[3]])
    if form == "xlsx":
        return str(list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)))
    if form == "geojson":
        return str(json.loads(content))
    return str(list(csv.reader(io.StringIO(content.decode("utf-8-sig")))))


WAYS_OUT = {
    "tile": by_tiles,
    "OGC page": by_ogc_page,
    "OGC item": by_ogc_item,
    "feature": by_feature,
    "table": by_table,
    "search": by_search,
    **{form: by_file(form) for form in ("csv", "geojson", "gpkg", "xlsx")},
}
#: Waste sites are not searched by name: most of them have none; findings are looked for on their own page.
NOT_SEARCHED = {"waste-sites", "findings"}


@pytest.fixture
def signed_in(client, city, member) -> Callable[[str], User | None]:
    def sign_in(role: str) -> User | None:
        if role == "stranger":
            return None
        user = member(Role.PLANNER, city.east) if role == "neighbour" else member(role, city.west)
        client.force_login(user)
        return user

    return sign_in


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("slug", LAYERS)
def test_rows_reach_those_entitled_and_nobody_else(client, city, signed_in, tmp_path, slug, role):
    layer = LAYERS[slug]
    planted = Planted(layer, city)
    user = signed_in(role)
    entitled = set()
    for row, side in zip(planted.rows, ("west", "east"), strict=False):
        everybody = layer.audience is Audience.PUBLIC
        of_west = side == "west" and role in SEES_IN_WEST[layer.audience]
        of_east = side == "east" and role == "neighbour"
        if everybody or of_west or of_east:
            entitled.add(row.pk)
    for way, look in WAYS_OUT.items():
        if way == "search" and slug in NOT_SEARCHED:
            continue
        before = PersonalRead.objects.filter(user=user, layer=slug).count()
        assert look(client, planted, tmp_path) & planted.ids == entitled, way
        recorded = (
            PersonalRead.objects.filter(user=user, layer=slug).count() > 0 and PersonalRead.objects.count() > before
        )
        assert recorded is (layer.audience is Audience.PERSONAL and bool(entitled)), f"{way}: reading recorded"


@pytest.mark.parametrize("role", ROLES)
def test_no_totals_give_away_a_household(client, city, signed_in, role):
    """Three poor households of the west are in no total that the role may not see exactly, at any zoom."""
    for _ in range(3):
        _household(city.west_hamlets[0], WEST)
    for _ in range(9):
        _household(city.west_hamlets[1], WEST).reviews.update(category="average")
    signed_in(role)
    exact = role in STAFF
    version = client.get("/tiles/versions.json").json()["households"]
    for zoom in range(19):
        for spot in (city.province, city.city, city.west, *city.west_hamlets):
            z, x, y = tile_of(*spot.point.coords, zoom)
            answer = client.get(f"/tiles/households/{version}/{YEAR}/{z}/{x}/{y}.mvt")
            found = mapbox_vector_tile.decode(answer.content) if answer.content else {}
            for feature in found.get("households-overview", {}).get("features", ()):
                shown = feature["properties"]
                assert shown.get("poor") in ((3, 0) if exact else (None,))
                assert shown.get("hidden", False) is not exact
    for box in ("105.79,22.09,105.9,22.2", "105.2,21.5,106.6,22.9", "102,8,110,24"):
        hexagons = client.get(f"/heat.json?what=poor&year={YEAR}&bbox={box}").json()["features"]
        assert sum(each["properties"]["value"] for each in hexagons) == (3 if exact else 0)
        assert any(each["properties"]["partly"] for each in hexagons) is not exact
    for unit in (city.province, city.city, city.west, city.west_hamlets[0]):
        counts = {each["name"]: each for each in client.get(f"/units/{unit.pk}.json?year={YEAR}").json()["counts"]}
        assert counts["poor"]["value"] == (3 if exact else None)
        assert counts["poor"]["hidden"] is not exact


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("slug", [layer.slug for layer in LAYERS.values() if layer.editable])
def test_only_those_who_may_edit_change_a_row_of_the_west(client, city, signed_in, slug, role):
    planted = Planted(LAYERS[slug], city)
    signed_in(role)
    row = planted.rows[0]
    etag = client.get(f"/features/{slug}/{row.pk}.json?year={YEAR}").headers.get("ETag", '"x"')
    geometry = MultiPolygon(row.geom) if row.geom.geom_type == "Polygon" else row.geom
    answer = client.put(
        f"/edit/{slug}/{row.pk}?year={YEAR}",
        json.dumps({"type": "Feature", "geometry": json.loads(geometry.json), "properties": {"name": "Đổi tên"}}),
        content_type="application/geo+json",
        headers={"if-match": etag},
    )
    row.refresh_from_db()
    assert (row.name == "Đổi tên") is (role in ("administrator", "planner")), answer.content
    assert (answer.status_code < 300) is (role in ("administrator", "planner")), answer.content


#: What an import of the west shows, by layer; its file quotes the marks of a row that is good and one that is not.
IMPORTED = {
    "households": "ma_ho,ho_ten,ma_thon,lon,lat\nH1,{west},01849-01,105.81,22.11\nH2,{west},99,,\n",
    "facilities": "ten,loai,lon,lat\n{west},market,105.81,22.11\n{west},{west},105.81,22.11\n",
}
RUN_WAYS_OUT = ("", "progress.json", "preview.json", "findings.csv")
RUN_WAYS_IN = ("check", "store", "undo", "discard")
#: Only who may write rows of the whole area that an import was checked in may look at it; of those, its user
#: and the administrators.
SEES_IMPORT = {"its user", "administrator"}


@pytest.fixture
def imported(city, member, settings, tmp_path) -> Callable[[str], ImportRun]:
    settings.MEDIA_ROOT = tmp_path / "media"

    def make(slug: str) -> ImportRun:
        user = member(Role.PLANNER, city.west)
        file = SimpleUploadedFile(f"{WEST}.csv", IMPORTED[slug].format(west=WEST).encode())
        run = receive(file, slug, Options(), viewer_of(user))
        import_tasks.check.call(run.pk)
        run.refresh_from_db()
        assert run.state == "checked", run.summary
        return run

    return make


@pytest.mark.parametrize("role", [*ROLES, "its user", "its user, moved east", "its user, removed", "its user, demoted"])
@pytest.mark.parametrize("slug", IMPORTED)
def test_what_an_import_tells_reaches_those_entitled_and_nobody_else(client, city, imported, signed_in, slug, role):
    run = imported(slug)
    if role.startswith("its user"):
        client.force_login(run.user)
        bound = run.user.member
        if role.endswith("east"):
            bound.units.set([city.east])
        elif role.endswith("removed"):
            bound.delete()
        elif role.endswith("demoted"):
            bound.role = "leader"
            bound.save()
    else:
        signed_in(role)
    entitled = role in SEES_IMPORT
    for way in RUN_WAYS_OUT:
        before = PersonalRead.objects.count()
        answer = client.get(f"/import/{run.pk}/{way}")
        assert (answer.status_code == 200) is entitled, way
        assert entitled or WEST not in answer.content.decode(), way
        tells = entitled and slug == "households" and way != "progress.json"
        assert (PersonalRead.objects.count() > before) is tells, f"{way}: reading recorded"
    assert (f"/import/{run.pk}/" in client.get("/import/").content.decode()) is entitled
    if not entitled:
        assert {client.post(f"/import/{run.pk}/{way}").status_code for way in RUN_WAYS_IN} <= {403, 404}
        run.refresh_from_db()
        assert (run.state, bool(run.file)) == ("checked", True)
