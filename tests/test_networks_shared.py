"""A province's network is built once for all processes of a machine, anew after an edit, and holds no household."""

import os
import subprocess
import sys

import pytest
from django.core.cache import caches
from django.db import connection

from layers.models import Road, TableVersion, Unit
from layers.planning.store import kept, shared
from layers.planning.store.kept import forget, lived_in, ways_of
from tests.plan_region import YEAR, PlanRegion

#: What a web process does at its first question, telling whether it has built the network itself.
ASK = f"""
import django; django.setup()
from layers.models import Unit
from layers.planning.store import kept
real = kept.read_inventory
def built(*args):
    print("built")
    return real(*args)
kept.read_inventory = built
ways = kept.ways_of(Unit.objects.get(code="01849"), {YEAR})
print(ways.inventory.noded.network.edges)
"""


@pytest.fixture
def region(transactional_db, city, tmp_path, settings) -> PlanRegion:
    settings.NETWORKS_ROOT = tmp_path
    networks = settings.CACHES["networks"] | {"LOCATION": tmp_path}
    settings.CACHES = settings.CACHES | {"networks": networks}
    made = PlanRegion(city)
    forget()
    return made


def processes(count: int, folder: object) -> list[list[str]]:
    known = connection.settings_dict
    address = f"postgis://{known['USER']}@{known['HOST'].replace('/', '%2F')}/{known['NAME']}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "gis_ntm.settings", "DATABASE_URL": address, "GIS_NTM_NETWORKS": str(folder),
    }  # fmt: skip
    begun = [
        subprocess.Popen([sys.executable, "-c", ASK], env=env, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    return [process.communicate(timeout=60)[0].split() for process in begun]


@pytest.mark.skipif(bool(os.environ.get("PGPASSWORD")), reason="the processes sign in without a password")
def test_of_three_processes_that_ask_at_once_one_builds_the_network(region, tmp_path):
    told = processes(3, tmp_path)
    assert sorted(len(lines) for lines in told) == [1, 1, 2], told
    assert len({lines[-1] for lines in told}) == 1
    # One that starts later builds nothing either.
    assert processes(1, tmp_path) == [[told[0][-1]]]
    Road.objects.filter(pk=region.side.pk).delete()
    after = processes(1, tmp_path)[0]
    assert after[0] == "built"
    assert int(after[1]) == int(told[0][-1]) - 1


def test_what_is_read_from_a_file_is_what_was_made(region, monkeypatch):
    made = ways_of(region.commune, YEAR)
    for shelf in kept.SHELVES:
        shelf.clear()
    monkeypatch.setattr(kept, "read_inventory", lambda *args: pytest.fail("built again"))
    read = ways_of(region.commune, YEAR)
    assert read is not made
    assert read.key == made.key
    assert read.inventory.roads.uid.tolist() == made.inventory.roads.uid.tolist()
    assert read.inventory.noded.network.length.tolist() == made.inventory.noded.network.length.tolist()
    assert [line.wkb for line in read.inventory.lines] == [line.wkb for line in made.inventory.lines]
    assert read.steps.gradient.tolist() == made.steps.gradient.tolist()


def test_no_household_is_in_a_file(region, tmp_path, monkeypatch):
    told = []
    real = shared._keep
    monkeypatch.setattr(shared, "_keep", lambda file, made: (told.append(made), real(file, made)))
    lived = lived_in(region.commune, YEAR)
    assert len(lived.homes.pk) == 40
    assert len(told) == len(list(tmp_path.glob("*.djcache"))) == 1
    assert not hasattr(told[0], "homes")


def test_rows_put_back_from_a_backup_are_not_taken_for_those_they_replaced(region):
    """The counts of the tables are as they were; the transactions that wrote them are not."""
    before = ways_of(region.commune, YEAR).inventory.noded.network.edges
    counts = list(TableVersion.objects.values_list("table_name", "version"))
    Road.objects.filter(pk=region.side.pk).delete()
    for name, version in counts:
        TableVersion.objects.filter(pk=name).update(version=version)
    for shelf in kept.SHELVES:
        shelf.clear()
    assert ways_of(region.commune, YEAR).inventory.noded.network.edges == before - 1


def test_a_full_disk_costs_no_answer(region, monkeypatch, caplog):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(caches["networks"]), "set", full)
    assert ways_of(region.commune, YEAR).inventory.noded.network.edges > 0
    assert "could not be kept" in caplog.text


@pytest.mark.django_db
def test_rows_of_a_transaction_that_may_be_undone_are_kept_for_nobody(city, monkeypatch):
    monkeypatch.setattr(shared, "_keep", lambda *args: pytest.fail("kept for others"))
    forget()
    region = PlanRegion(city)
    assert ways_of(Unit.objects.get(pk=region.commune.pk), YEAR).inventory.noded.network.edges > 0
