"""Databases of the benchmark's own, beside the configured one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql


@contextmanager
def database(name: str) -> Iterator[None]:
    """Make a database with today's tables and point Django at it; it is dropped afterwards, whatever happens."""
    before = connection.settings_dict["NAME"]
    with _administrator() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        _point_at(name)
        manage("migrate", "--verbosity=0")
        yield
    finally:
        _point_at(before)
        with _administrator() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _administrator() -> Iterator[Any]:
    # Databases cannot be made within a transaction.
    own = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    own.autocommit = True
    try:
        with own.cursor() as cursor:
            yield cursor
    finally:
        own.close()


def _point_at(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def url() -> str:
    """Return the address of the database that Django is pointed at, for programs that are started."""
    known = connection.settings_dict
    host, port = known["HOST"], known["PORT"]
    who = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
    where = host.replace("/", "%2F") + (f":{port}" if port else "")
    return f"postgis://{who}@{where}/{known['NAME']}"


def manage(*arguments: str) -> str:
    """Run one of the product's commands on that database, as a user would; return what it printed."""
    done = subprocess.run(  # noqa: S603  # our own program and arguments
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url()},
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
        check=True,
    )
    return done.stdout
