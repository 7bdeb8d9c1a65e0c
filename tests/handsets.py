"""Fixtures of the field app's browser tests: a server of their own, people, and the phones in their hands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import connection
from playwright.sync_api import Playwright, sync_playwright

from layers.access import Role
from tests.browser import CHROMIUM
from tests.handset import PASSWORD, SERVER, Handset, Server


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}; CHROME_PATH names another")
    patch = pytest.MonkeyPatch()
    # Playwright's loop runs in this thread, where Django would take every query for a mistake.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as running:
        yield running
    patch.undo()


@pytest.fixture(scope="module")
def process(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.kill()
    # PostgreSQL takes a while to notice that a killed server is gone, and keeps the database from being removed.
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                [SERVER],
            )
        # While a browser runs, Django's connection is another one than outside, which nobody else would close.
        connection.close()


@pytest.fixture
def server(process, land, statics) -> Server:
    """The server, alive and with the present static files, whatever the test before did to it."""
    if process.statics != statics or process.process is None or process.minimum != "1":
        process.deploy(statics)
    return process


@pytest.fixture
def somebody(land, member) -> Callable[..., User]:
    """Make somebody who does field work in the western commune, and can sign in at a server of its own."""

    def make(role: Role = Role.FIELD) -> User:
        user = member(role, land.west)
        # The server hashes as servers do, not as quickly as tests may.
        user.password = PBKDF2PasswordHasher().encode(PASSWORD, "a-salt-for-tests", iterations=1)
        user.save()
        return user

    return make


@pytest.fixture
def handset(playwright, server, tmp_path) -> Iterator[Callable[[], Handset]]:
    made: list[Handset] = []

    def make() -> Handset:
        phone = Handset(playwright, server, tmp_path / f"phone-{len(made)}")
        made.append(phone)
        return phone

    yield make
    for phone in made:
        phone.switch_off()
        assert not phone.complaints


@pytest.fixture
def phone(handset, somebody) -> Handset:
    """A phone that is signed in, has its PIN, and holds the commune's pack."""
    made = handset()
    made.make_ready(somebody().username)
    return made
