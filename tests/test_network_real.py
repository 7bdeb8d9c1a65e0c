"""Real inventories become networks: the road sections of Hà Giang, and Andorra with its terrain."""

import hashlib

import numpy as np
import pytest
from django.contrib.gis.geos import Point, Polygon
from django.core.files import File

from layers.imports.context import Options
from layers.models import Facility, NetworkRepair, Road, Terrain
from layers.planning.access.costs import crossing_seconds
from layers.planning.access.graph import cut, travel_graph
from layers.planning.access.speeds import FOOT
from layers.planning.access.times import nearest
from layers.planning.connectivity import connectivity
from layers.planning.connectivity.telling import geojson
from layers.planning.store.kept import forget, ways_of
from layers.planning.store.speeds import speeds_on_file
from tests.test_import_real import import_file, real, unit

pytestmark = pytest.mark.django_db
YEAR = 2024


@pytest.fixture
def ha_giang(db):
    box = (104.3, 22.1, 105.6, 23.4)
    province = unit("02", "province", "Hà Giang", box)
    city = unit("024", "district", "Hà Giang", box, province)
    unit("00688", "commune", "Hà Giang", box, city)
    import_file("roads", real("roads/hagiang_vpromms_sections.gpkg"))
    return province


@pytest.mark.parametrize(("tolerance", "known"), [(10, 617), (100, 292)])
def test_the_sections_of_ha_giang_are_an_inventory_and_no_network(ha_giang, tolerance, known):
    """617 and 306 pieces were counted before, end to end and over the 1,013 sections. Here lines are joined along their
    length too, the four repeated sections came in once, and a section that is shorter than the tolerance and joined to
    nothing is told as too short, not as a piece.
    """
    made = connectivity(ha_giang, YEAR, tolerance)
    assert made.pieces == pytest.approx(known, rel=0.03)
    assert made.metres == pytest.approx(2_785_000, rel=0.035)
    assert made.refusal is not None
    assert made.counts["duplicate"] == 0
    assert made.counts["near_miss"] > 0
    assert made.counts["dead_end"] > made.pieces


def test_closing_the_gaps_that_are_offered_joins_what_they_part(ha_giang):
    before = connectivity(ha_giang, YEAR, 10)
    gaps = [finding for finding in before.findings if finding.kind == "near_miss" and finding.joins][:20]
    for gap in gaps:
        offer = gap.offers[-1]
        line = f"LINESTRING({offer.link[0][0]} {offer.link[0][1]}, {offer.link[1][0]} {offer.link[1][1]})"
        NetworkRepair.objects.create(kind=offer.kind, road_id=offer.road, other_id=offer.other, link=line)
    forget()
    after = connectivity(ha_giang, YEAR, 10)
    assert after.counts["outdated"] == 0
    assert before.pieces - len(gaps) <= after.pieces <= before.pieces - len(gaps) // 2


@pytest.fixture
def andorra(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    box = (1.3, 42.3, 1.9, 42.8)
    country = unit("99", "province", "Andorra", box)
    commune = unit("99001", "commune", "Andorra", box, country)
    import_file("roads", real("roads/andorra.osm.pbf"), Options(unit="99", keep_good=True))
    with real("raster/andorra_srtm3_dem.tif").open("rb") as file:
        sha = hashlib.sha256(file.read()).hexdigest()
        file.seek(0)
        terrain = Terrain(
            name="SRTM", sha256=sha, epsg=4326, resolution_m=90, extent=Polygon.from_bbox((1.4, 42.4, 1.9, 42.72))
        )
        terrain.file.save("andorra.tif", File(file))
    Facility.objects.create(unit=commune, kind="committee", name="Consell General", geom=Point(1.5218, 42.5063))
    return country


def test_andorra_is_a_network_with_bridges_and_tunnels_joined_at_their_ends(andorra):
    assert Road.objects.filter(structure="bridge").count() > 50
    assert Road.objects.filter(structure="tunnel").exists()
    made = connectivity(andorra, YEAR, 1)
    # What lies in the piece of the capital is nearly all: the rest are tracks cut off at the edge of the extract.
    assert made.joined == 1
    assert made.share < 0.1
    assert made.refusal is None
    # Every finding can be drawn, the shortest gap among them.
    shapes = [feature["geometry"] for feature in geojson(made)["features"] if feature["geometry"]]
    assert shapes
    assert all(len(shape["coordinates"]) for shape in shapes)
    # An end on a bridge is told as that, not as a gap of nothing.
    titles = [feature["properties"]["title"] for feature in geojson(made)["features"]]
    assert any("là cầu hoặc hầm chỉ nối ở hai đầu" in title for title in titles)
    assert not any(title.endswith(" 0 m") for title in titles)


def test_the_roads_of_andorra_climb_as_its_terrain_does(andorra):
    ways = ways_of(andorra, YEAR, 1)
    network = ways.inventory.noded.network
    mean = ways.steps.of_edges(network.edges)
    assert np.average(ways.steps.known, weights=network.length) > 0.95
    # A mountain country's roads rise by 4 to 12 m in a hundred on average, as read from cells of 90 m.
    assert 0.04 < np.average(mean, weights=network.length) < 0.12
    surface = ways.inventory.roads.surface[network.line].tolist()
    access = ways.inventory.roads.wet_access[network.line].tolist()
    level = np.zeros(network.edges, dtype=bool)
    up, down = crossing_seconds(speeds_on_file(), FOOT, False, ways.steps, surface, access, level)
    pieces = cut(network.tail, network.head, network.nodes, ways.inventory.centres[:0], np.zeros(0))
    found = nearest(travel_graph(pieces.tail, pieces.head, up, down, pieces.nodes), ways.inventory.centres)
    walkers = found.seconds[np.isfinite(found.seconds)]
    assert len(walkers) > 0.9 * network.nodes
    # The farthest roads are some 25 km away from the capital: more than five hours on foot, less than a day.
    assert 5 * 3600 < walkers.max() < 14 * 3600
