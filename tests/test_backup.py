"""A backup restores: an ordinary pg_dump, put back into an empty database, is the product again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from layers.models import Household

pytestmark = pytest.mark.django_db(transaction=True)

#: What of a schema may be lost while it is restored, by name: PostgreSQL words a definition anew when it reads one.
PARTS = """
SELECT 'trigger', tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname FROM pg_constraint
UNION ALL
SELECT 'index', tablename, indexname FROM pg_indexes
UNION ALL
SELECT 'function', prosrc, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty() -> Iterator[str]:
    """An empty database beside the test's."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def test_a_dump_restores_without_an_error_and_nothing_of_it_is_lost(city, versions, empty, tmp_path: Path) -> None:
    household = Household.objects.create(unit=city.west_hamlets[0], name="Hộ", geom="SRID=4326;POINT(105.81 22.11)")
    own = connection.get_connection_params()
    reach = ["--host", own["host"], "--username", own["user"]]
    dump = tmp_path / "backup.dump"
    run("pg_dump", *reach, "--format=custom", f"--file={dump}", own["dbname"])
    run("pg_restore", *reach, "--no-owner", "--exit-on-error", f"--dbname={empty}", dump)
    made = psycopg2.connect(**own | {"dbname": empty, "cursor_factory": None})
    with closing(made), made.cursor() as there, connection.cursor() as here:
        here.execute(PARTS)
        there.execute(PARTS)
        assert there.fetchall() == here.fetchall()
        there.execute("UPDATE layers_household SET geom = ST_SetSRID(ST_Point(105.82, 22.12), 4326)")
        there.execute("SELECT uid::text, ST_AsText(geom) FROM layers_householdevent")
        assert there.fetchall() == [(str(household.uid), "POINT(105.81 22.11)")]


def run(*command: str | Path) -> None:
    own = connection.get_connection_params()
    reach = {"PGPASSWORD": own.get("password", ""), "PGPORT": str(own.get("port", 5432))}
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | reach)
    assert done.returncode == 0, done.stderr
