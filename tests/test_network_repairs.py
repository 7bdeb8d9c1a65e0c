"""Repairs of the network as they are stored and read: the next network keeps to them, and forgets those undone."""

from datetime import UTC, datetime

import numpy as np
import pytest
from django.contrib.gis.geos import LineString
from django.db import IntegrityError

from layers.models import NetworkRepair, Road
from layers.planning.network.report import report
from layers.planning.store.network import read_inventory
from layers.planning.store.region import region

pytestmark = pytest.mark.django_db
YEAR = 2017


def road(unit, *points, **more) -> Road:
    return Road.objects.create(unit=unit, geom=LineString(*points), road_class="village", surface="earth", **more)


@pytest.fixture
def main(city):
    """A road through the west; `city.lane` ends 22 m short of it, `city.over` crosses it."""
    hamlet = city.west_hamlets[0]
    city.lane = road(hamlet, (105.810, 22.1102), (105.810, 22.112), name="Ngõ")
    city.over = road(hamlet, (105.815, 22.108), (105.815, 22.112), name="Đường trên cao")
    return road(hamlet, (105.805, 22.11), (105.82, 22.11), name="Đường trục")


def inventory_of(city):
    return read_inventory(region([city.west], YEAR))


def pieces(inventory) -> int:
    made = report(inventory.as_noded, inventory.mended.lines, np.array([], dtype=int), 50)
    return len(made.pieces.edges)


def edges_of(inventory, row: Road) -> int:
    return int((inventory.roads.pk[inventory.noded.network.line] == row.pk).sum())


def test_an_inventory_without_repairs_is_read_as_it_is(city, main):
    inventory = inventory_of(city)
    assert pieces(inventory) == 2
    assert (edges_of(inventory, main), edges_of(inventory, city.over)) == (2, 2)


@pytest.mark.parametrize(("kind", "edges"), [("join", 2), ("snap", 1)])
def test_a_closed_gap_joins_the_lane_until_it_is_undone(city, main, kind, edges):
    link = LineString((105.810, 22.1102), (105.810, 22.11))
    repair = NetworkRepair.objects.create(kind=kind, road=city.lane, other=main, link=link)
    inventory = inventory_of(city)
    assert pieces(inventory) == 1
    assert edges_of(inventory, city.lane) == edges
    city.lane.refresh_from_db()
    assert city.lane.geom[0] == (105.810, 22.1102)
    NetworkRepair.objects.update(undone_at=datetime.now(UTC))
    assert pieces(inventory_of(city)) == 2
    assert not NetworkRepair.objects.standing().filter(pk=repair.pk).exists()


def test_a_road_left_out_is_no_edge(city, main):
    NetworkRepair.objects.create(kind="drop", road=city.over)
    inventory = inventory_of(city)
    assert (edges_of(inventory, main), edges_of(inventory, city.over)) == (1, 0)


def test_a_bridge_is_not_joined_to_what_it_crosses(city, main):
    NetworkRepair.objects.create(kind="bridge", road=city.over)
    assert pieces(inventory_of(city)) == 3


@pytest.mark.parametrize(
    ("structure", "count"), [("bridge", 3), ("ferry", 3), ("tunnel", 3), ("culvert", 2), ("ford", 2)]
)
def test_what_the_inventory_calls_a_bridge_a_ferry_or_a_tunnel_is_joined_at_its_ends_only(city, main, structure, count):
    Road.objects.filter(pk=city.over.pk).update(structure=structure)
    assert pieces(inventory_of(city)) == count


def test_a_repair_outlives_a_redrawn_road_but_is_not_applied_to_it(city, main):
    link = LineString((105.810, 22.1102), (105.810, 22.11))
    repair = NetworkRepair.objects.create(kind="join", road=city.lane, other=main, link=link)
    Road.objects.filter(pk=city.lane.pk).update(geom=LineString((105.811, 22.1102), (105.811, 22.112)))
    inventory = inventory_of(city)
    assert pieces(inventory) == 2
    assert inventory.repairs[inventory.mended.outdated].tolist() == [repair.pk]


def test_a_road_is_left_out_once_and_only_links_have_a_line(city, main):
    NetworkRepair.objects.create(kind="drop", road=city.over)
    with pytest.raises(IntegrityError, match="networkrepair_once"):
        NetworkRepair.objects.create(kind="drop", road=city.over)


def test_a_link_needs_its_line(city, main):
    with pytest.raises(IntegrityError, match="networkrepair_link_is_for_linking"):
        NetworkRepair.objects.create(kind="join", road=city.over)
