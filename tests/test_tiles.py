"""Tiles hold every row that belongs in them, totals that add up, and nothing that is not the viewer's."""

import gzip
import math

import mapbox_vector_tile
import numpy as np
import pytest
import rasterio
from affine import Affine
from django.contrib.gis.geos import LineString, Polygon
from rasterio.io import MemoryFile
from scipy.optimize import linprog

from layers.access import ANONYMOUS, Role, Viewer
from layers.geo import tile_bounds
from layers.mapserver.cache import KEPT, ByteCache
from layers.mapserver.suppression import hidden
from layers.mapserver.terrain import read_heights, shade
from layers.mapserver.tiles import Spot, tile
from layers.mapserver.totals import totals
from layers.mapserver.versions import table_versions, versions
from layers.models import LAYERS, Household, PersonalRead, Road, Terrain, Unit

pytestmark = pytest.mark.django_db
EVERYWHERE = Viewer(Role.PLANNER, ("",), 1)
YEAR = 2017


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    x = math.floor((lon + 180) / 360 * 2**z)
    y = math.floor((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    return z, x, y


def decoded(body: bytes) -> dict:
    return mapbox_vector_tile.decode(body) if body else {}


def features(slug: str, viewer: Viewer, *place: int, layer: str = "") -> list[dict]:
    body = tile(Spot(LAYERS[slug], viewer, YEAR, *place)).body
    return decoded(body).get(layer or slug, {}).get("features", [])


def road(unit: Unit, *points: tuple[float, float], **more) -> Road:
    return Road.objects.create(unit=unit, road_class="village", geom=LineString(*points), **more)


def household(unit: Unit, category: str = "poor", **more) -> Household:
    made = Household.objects.create(unit=unit, name="Nguyễn Văn Test", geom=unit.point, **more)
    made.reviews.create(unit=unit, year=YEAR, category=category)
    return made


def tiles_over(z: int) -> set[tuple[int, int, int]]:
    """Every tile of a zoom in which a unit of the test city stands, and the tiles around it."""
    spots = [tile_of(*unit.point.coords, z) for unit in Unit.objects.exclude(point=None)]
    around = {(x + i, y + j) for _, x, y in spots for i in (-1, 0, 1) for j in (-1, 0, 1)}
    return {(z, x, y) for x, y in around if 0 <= x < 2**z and 0 <= y < 2**z}


def overview(slug: str, viewer: Viewer, z: int) -> list[dict]:
    layer = f"{slug}-overview"
    return [f["properties"] for place in tiles_over(z) for f in features(slug, viewer, *place, layer=layer)]


def test_a_tile_has_the_declared_fields_and_leaves_out_what_is_not_known(city):
    made = road(city.west, (105.81, 22.11), (105.82, 22.11), name="Đường Nà Ỏi", surface="concrete")
    [found] = features("roads", EVERYWHERE, *tile_of(105.815, 22.11, 14))
    assert found["id"] == made.pk
    assert found["properties"] == {
        "name": "Đường Nà Ỏi", "road_class": "village", "surface": "concrete", "hardened": True,
    }  # fmt: skip
    road(city.west, (105.81, 22.12), (105.82, 22.12), surface="gravel")
    [unknown] = features("roads", EVERYWHERE, *tile_of(105.815, 22.12, 16))
    assert "hardened" not in unknown["properties"]


def test_what_stands_in_the_margin_is_found_by_both_tiles(city):
    """A symbol at an edge must not be cut: its row is in the tile on either side."""
    z, x, y = tile_of(105.82, 22.11, 14)
    _, south, east, north = tile_bounds(z, x, y)
    beyond = (east - tile_bounds(z, x, y)[0]) * 60 / 4096
    inside, outside = (
        LineString((east + beyond * sign, south), (east + beyond * sign, (south + north) / 2)) for sign in (-1, 1)
    )
    for line in (inside, outside):
        Road.objects.create(unit=city.west, road_class="lane", geom=line)
    assert len(features("roads", EVERYWHERE, z, x, y)) == 2
    assert len(features("roads", EVERYWHERE, z, x + 1, y)) == 2


def test_no_row_of_a_crowded_tile_is_left_out(city):
    Road.objects.bulk_create(
        Road(unit=city.west, road_class="lane", geom=LineString((105.80, 22.1 + i / 1e7), (105.81, 22.1 + i / 1e7)))
        for i in range(12_000)
    )
    z, x, y = tile_of(105.805, 22.1, 12)
    assert len(features("roads", EVERYWHERE, z, x, y)) == 12_000


@pytest.mark.parametrize("z", range(19))
def test_the_totals_of_a_zoom_add_up(city, z):
    for number, unit in enumerate([*city.west_hamlets, *city.east_hamlets, city.west, city.city], start=1):
        for step in range(number):
            road(unit, (105.81, 22.11 + step / 1e4), (105.82, 22.11 + step / 1e4))
    found = [
        f["properties"] for place in tiles_over(z) for f in features("roads", ANONYMOUS, *place, layer="roads-overview")
    ]
    assert sum(f["count"] for f in found) == 1 + 2 + 3 + 4 + 5 + 6
    assert sum(f["length_m"] for f in found) == pytest.approx(21 * 1031.6, rel=0.001)
    level = "province" if z < 7 else "district" if z < 10 else "commune" if z < 12 else "hamlet"
    assert level in {f["kind"] for f in found}


@pytest.mark.parametrize("z", [12, 14, 18])
def test_beside_rows_that_are_drawn_stand_the_totals_of_the_others(city, viewers, z):
    for step in range(3):
        road(city.west_hamlets[0], (105.81, 22.11 + step / 1e4), (105.82, 22.11 + step / 1e4))
        road(city.east, (105.85, 22.11 + step / 1e4), (105.852, 22.11 + step / 1e4))
    around = tiles_over(z) | {tile_of(105.81, 22.11, z), tile_of(105.81 + 0.01, 22.11, z)}
    drawn = {f["id"] for place in around for f in features("roads", viewers["planner"], *place)}
    counted = overview("roads", viewers["planner"], z)
    assert len(drawn) == 3
    assert [(f["name"], f["count"]) for f in counted] == [("Nông Thượng", 3)]


def test_a_unit_without_a_place_stands_amid_its_parts(city):
    Unit.objects.filter(pk__in=[city.city.pk, city.province.pk]).update(point=None, geom=None, boundary="none")
    road(city.west, (105.81, 22.11), (105.82, 22.11))
    [found] = features("roads", ANONYMOUS, *tile_of(105.84, 22.12, 5), layer="roads-overview")
    assert (found["properties"]["name"], found["properties"]["count"]) == ("Bắc Kạn", 1)


@pytest.mark.parametrize(
    ("role", "hides"),
    [("administrator", False), ("leader", False), ("planner", False), ("field", False),
     ("guest", True), ("neighbour", True), ("stranger", True)],
)  # fmt: skip
def test_small_counts_of_people_are_hidden_from_those_not_entitled(city, viewers, role, hides):
    for _ in range(4):
        household(city.west_hamlets[0])
    for _ in range(6):
        household(city.west_hamlets[1], "average")
    found = {each["name"]: each for each in overview("households", viewers[role], 13)}
    assert found["Nà Ỏi"].get("poor") == (None if hides else 4)
    assert found["Nà Ỏi"].get("hidden", False) is hides
    # Six would tell the four, because the commune's ten are shown.
    assert found["Phặc Tràng"].get("count") == (None if hides else 6)


def test_a_personal_row_is_drawn_only_for_those_entitled_there(city, viewers):
    mine, other = household(city.west_hamlets[0]), household(city.east_hamlets[0])
    for role, sees in (("planner", {mine.pk}), ("neighbour", {other.pk}), ("leader", set()), ("stranger", set())):
        places = [tile_of(*unit.point.coords, 15) for unit in (city.west_hamlets[0], city.east_hamlets[0])]
        assert {f["id"] for place in places for f in features("households", viewers[role], *place)} == sees


@pytest.mark.parametrize("seed", range(12))
def test_a_hidden_count_cannot_be_worked_out(city, seed):
    """Give an adversary every total that is shown at every zoom; each small count must stay open to them."""
    random = np.random.default_rng(seed)
    hamlets = list(city.west_hamlets) + list(city.east_hamlets)
    for parent in (city.west, city.east):
        for number in range(4):
            made = Unit.objects.create(
                code=f"{parent.code}-1{number}", kind="hamlet", name=str(number), parent=parent,
                valid_from=parent.valid_from, point=parent.point,
            )  # fmt: skip
            made.refresh_from_db()
            hamlets.append(made)
    leaves = [*hamlets, city.west, city.city]
    for unit in leaves:
        for _ in range(int(random.choice([0, 1, 2, 3, 7, 15]))):
            household(unit)
        household(unit, "average")
    viewer = [ANONYMOUS, Viewer(Role.LEADER, (city.west.path,), 1), Viewer(Role.FIELD, (hamlets[0].path,), 1)][seed % 3]
    layer = LAYERS["households"]
    sums = totals(layer, YEAR, table_versions())
    flags = hidden(layer, sums, viewer).flags["poor"]
    index = {unit.pk: number for number, unit in enumerate(leaves)}
    at = [index.get(pk) for pk in sums.tree.ids.tolist()]

    def row(level: int, place: int) -> np.ndarray:
        line = np.zeros(len(leaves))
        for each, number in enumerate(at):
            if number is not None and sums.tree.at_level[level][each] == place:
                line[number] = 1
        return line

    cells = [
        (row(level, place), value, hides)
        for level, found in enumerate(sums.levels)
        for place, value, hides in zip(found.places.tolist(), found.values["poor"], flags[level], strict=True)
    ]
    shown = [(line, value) for line, value, hides in cells if not hides]
    places = sums.levels[-1].places
    own = dict(zip(sums.tree.ids[places].tolist(), sums.levels[-1].values["poor"].tolist(), strict=True))
    shown += [(np.eye(len(leaves))[index[unit.pk]], own[unit.pk]) for unit in leaves if viewer.covers(unit.path)]
    equal, value = (np.array(part) for part in zip(*shown, strict=True)) if shown else (None, None)
    for line, total, _hides in cells:
        here = [unit for number, unit in enumerate(leaves) if line[number]]
        others = total - sum(own[unit.pk] for unit in here if viewer.covers(unit.path))
        if others >= 5 or all(viewer.covers(unit.path) for unit in here):
            continue
        ends = [linprog(sign * line, A_eq=equal, b_eq=value, bounds=(0, None)).fun for sign in (1, -1)]
        low, high = (math.inf if end is None else abs(end) for end in ends)
        assert high - low >= 4, [unit.name for unit in here]


def address(slug: str, viewer: Viewer, place: tuple[int, int, int]) -> str:
    return f"/tiles/{slug}/{versions(viewer)[slug]}/{YEAR}/{place[0]}/{place[1]}/{place[2]}.mvt"


def test_a_finished_tile_is_handed_out_without_a_query(city, client, django_assert_num_queries):
    place = tile_of(*city.west.point.coords, 8)
    url = address("communes", ANONYMOUS, place)
    first = client.get(url, headers={"accept-encoding": "gzip"})
    assert first["Cache-Control"] == "private, max-age=31536000, immutable"
    with django_assert_num_queries(0):
        again = client.get(url, headers={"accept-encoding": "gzip"})
    assert again.content == first.content
    names = {f["properties"]["name"] for f in decoded(gzip.decompress(again.content))["communes"]["features"]}
    assert names == {"Dương Quang", "Nông Thượng"}
    assert client.get(url).content == gzip.decompress(first.content)


def test_a_change_shows_under_the_next_version(city, client, member):
    user = member("planner", city.west)
    client.force_login(user)
    place = tile_of(105.815, 22.11, 13)
    road(city.west, (105.81, 22.11), (105.82, 22.11))
    flush_versions()
    version = client.get("/tiles/versions.json").json()["roads"]
    url = f"/tiles/roads/{version}/{YEAR}/{place[0]}/{place[1]}/{place[2]}.mvt"
    assert len(decoded(client.get(url).content)["roads"]["features"]) == 1
    road(city.west, (105.81, 22.111), (105.82, 22.111))
    flush_versions()
    newer = client.get("/tiles/versions.json").json()["roads"]
    assert newer != version
    assert len(decoded(client.get(url.replace(version, newer)).content)["roads"]["features"]) == 2


def flush_versions() -> None:
    """Count the changes now, as the commit would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_an_outdated_address_is_answered_but_not_kept(city, client):
    place = tile_of(*city.west.point.coords, 12)
    url = f"/tiles/communes/999999-1/{YEAR}/{place[0]}/{place[1]}/{place[2]}.mvt"
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert KEPT.get(url) is None


def test_an_address_made_for_somebody_else_is_not_found(city, client, member, viewers):
    road(city.west, (105.81, 22.11), (105.82, 22.11))
    place = tile_of(105.815, 22.11, 13)
    theirs = address("roads", viewers["planner"], place)
    client.force_login(member("planner", city.west))
    assert client.get(theirs).status_code == 200
    client.logout()
    assert client.get(theirs).status_code == 404
    client.force_login(member("planner", city.east))
    assert client.get(theirs).status_code == 404


def test_rows_of_people_are_kept_nowhere_and_each_reading_is_recorded(city, client, member, viewers):
    household(city.west_hamlets[0])
    user = member("planner", city.west)
    client.force_login(user)
    place = tile_of(*city.west_hamlets[0].point.coords, 15)
    for _ in range(2):
        answer = client.get(address("households", viewers["planner"], place))
        assert answer["Cache-Control"] == "private, no-store"
        assert [f["properties"] for f in decoded(answer.content)["households"]["features"]] == [{"category": "poor"}]
    reads = PersonalRead.objects.filter(user=user)
    assert [(read.layer, read.output, read.rows) for read in reads] == [("households", "tile", 1)] * 2


def test_signing_out_is_noticed_at_once(city, client, member, viewers):
    client.force_login(member("planner", city.west))
    url = address("roads", viewers["planner"], tile_of(105.815, 22.11, 13))
    road(city.west, (105.81, 22.11), (105.82, 22.11))
    client.get(url)
    cookie = client.cookies["sessionid"].value
    client.logout()
    client.cookies["sessionid"] = cookie
    assert client.get(url).status_code == 404


def test_an_empty_tile_says_so(city, client):
    answer = client.get(address("roads", ANONYMOUS, (14, 0, 0)))
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    "wrong", ["roads/1/2017/3/8/1", "roads/1/2017/30/1/1", "roads/1/17/3/1/1", "roads/1/2017/3/1/9"]
)
def test_a_tile_that_cannot_be_is_refused_with_a_reason(client, db, wrong):
    answer = client.get(f"/tiles/{wrong}.mvt")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["status"] == 400 and answer.json()["detail"]


def test_an_unknown_layer_is_not_found(client, db):
    answer = client.get("/tiles/dragons/1/2017/3/1/1.mvt")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("slug", LAYERS)
def test_every_layer_describes_its_tiles(city, client, slug):
    described = client.get(f"/tiles/{slug}.json?year=2017").json()
    assert described["tilejson"] == "3.0.0"
    layer = LAYERS[slug]
    rows_are_public = layer.overview is None
    assert [each["id"] for each in described["vector_layers"]] == [slug if rows_are_public else f"{slug}-overview"]
    assert described["bounds"] == pytest.approx([105.7, 22.0, 106.0, 22.3])
    filled = described["tiles"][0].format(z=8, x=203, y=112)
    assert client.get(filled.removeprefix("http://testserver")).status_code in (200, 204)


def test_what_is_kept_stays_within_its_bound():
    class Thing:
        def __init__(self, nbytes: int) -> None:
            self.nbytes = nbytes

    cache = ByteCache(10_000)
    for number in range(100):
        cache.put(number, Thing(600))
    assert sum(cache.get(number) is not None for number in range(100)) == 10
    assert cache.get(99) is not None and cache.get(0) is None
    cache.put("large", Thing(20_000))
    assert cache.get("large") is None


@pytest.fixture
def hill(db, settings, tmp_path) -> Terrain:
    """A cone of 300 m in 3 km on a plain, in the city's west."""
    settings.MEDIA_ROOT = tmp_path
    west, south, size, cells = 105.778, 22.105, 0.034, 120
    columns, rows = np.meshgrid(np.arange(cells), np.arange(cells))
    height = np.maximum(0, 300 - np.hypot(columns - cells / 2, rows - cells / 2) * 10).astype("float32")
    height[:10, :10] = -9999
    step = size / cells
    with rasterio.open(
        tmp_path / "hill.tif", "w", driver="GTiff", width=cells, height=cells, count=1, dtype="float32", nodata=-9999,
        crs="EPSG:4326", transform=Affine(step, 0, west, 0, -step, south + size),
    ) as raster:  # fmt: skip
        raster.write(height, 1)
    extent = Polygon.from_bbox((west, south, west + size, south + size))
    return Terrain.objects.create(
        name="hill", file="hill.tif", sha256="0" * 64, epsg=4326, resolution_m=37, extent=extent
    )


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_hillshade_is_light_in_the_north_west_and_dark_in_the_south_east(hill, client):
    z, x, y = tile_of(105.795, 22.122, 13)
    answer = client.get(f"/terrain/{hill.pk}/{z}/{x}/{y}.png")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    with MemoryFile(answer.content) as memory, memory.open() as picture:
        grey, opacity = picture.read()
    west, south, east, north = tile_bounds(z, x, y)

    def at(lon: float, lat: float) -> tuple[int, int]:
        column, row = int((lon - west) / (east - west) * 256), int((north - lat) / (north - south) * 256)
        return int(grey[row, column]), int(opacity[row, column])

    assert at(105.791, 22.126)[0] == 255 and at(105.791, 22.126)[1] > 30
    assert at(105.799, 22.118)[0] == 20 and at(105.799, 22.118)[1] > 30
    assert at(105.784, 22.133)[1] == 0, "the plain is left as it is"
    assert client.get(f"/terrain/{hill.pk}/{z}/{x}/{y}.png").content == answer.content


def test_hillshade_tiles_join_without_a_seam(hill):
    z, x, y = tile_of(105.794, 22.122, 15)
    left, right = (shade(read_heights(hill.file.path, z, column, y), 4.4)[1].astype(int) for column in (x, x + 1))
    jump = np.abs(left[:, -1] - right[:, 0]).max()
    assert jump <= np.abs(np.diff(left[:, -20:], axis=1)).max() + 2


def test_beyond_its_extent_a_terrain_has_no_tiles(hill, client):
    assert client.get(f"/terrain/{hill.pk}/13/0/0.png").status_code == 204
    assert client.get("/terrain/999999/13/0/0.png").status_code == 404
