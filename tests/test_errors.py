"""Errors reach machines as problem documents and people as pages, in their language, and never with SQL."""

import logging

import psycopg2
import pytest
from django.contrib.gis.geos import LineString
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest
from django.urls import path

from gis_ntm.urls import handler404, handler500, urlpatterns  # noqa: F401  # the handlers, for this file's addresses
from layers.errors import GisNtmError, Malformed, NotAllowed, NotFound, Refused, Stale, TooSlow
from layers.mapserver import statements
from layers.mapserver.versions import versions
from layers.models import Road, viewer_of
from tests.test_tiles import tile_of

ERRORS = {
    error.__name__: error("Why %(why)s.", why="not")
    for error in (Malformed, NotAllowed, NotFound, Refused, Stale, TooSlow)
}
ERRORS |= {
    "Http404": Http404("x"),
    "PermissionDenied": PermissionDenied("x"),
    "SuspiciousOperation": SuspiciousOperation("x"),
}
STATUS = {"Http404": 404, "PermissionDenied": 403, "SuspiciousOperation": 400}


def fail(request: HttpRequest, name: str) -> None:
    raise ERRORS[name] if name in ERRORS else ZeroDivisionError("SELECT secret FROM households")


urlpatterns = [path("fail/<str:name>", fail), path("tiles/fail/<str:name>", fail), *urlpatterns]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_errors")]


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize(
    ("address", "accept", "machine"),
    [("/fail/", "text/html,*/*;q=0.8", False), ("/fail/", "*/*", True), ("/fail/", "application/json", True),
     ("/tiles/fail/", "text/html", True)],
)  # fmt: skip
def test_each_error_has_its_status_and_says_why(client, name, address, accept, machine):
    error = ERRORS[name]
    status = error.status if isinstance(error, GisNtmError) else STATUS[name]
    answer = client.get(f"{address}{name}", headers={"accept": accept, "accept-language": "en"})
    assert answer["Cache-Control"] == "no-store"
    if status == 403 and not machine:
        # Nobody has signed in yet: a browser is asked to, and comes back.
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}{name}")
        return
    assert answer.status_code == status
    if machine:
        assert answer["Content-Type"] == "application/problem+json"
        document = answer.json()
        assert document["type"] == "about:blank" and document["status"] == status
        assert document["title"] and document["detail"]
        assert name not in STATUS or document["detail"] != "x"
    else:
        assert answer["Content-Type"].startswith("text/html")
        assert answer.context["problem"]["detail"] in answer.content.decode()


def test_who_has_signed_in_is_told_what_is_not_allowed(client, member, city):
    client.force_login(member("guest", city.west), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/import/", headers={"accept": "text/html"}).status_code == 403


def test_what_was_sent_without_signing_in_is_refused(client):
    assert client.post("/import/", headers={"accept": "text/html"}).status_code == 403


def test_an_error_speaks_the_readers_language(client):
    english, vietnamese = (
        client.get("/tiles/fail/Http404", headers={"accept-language": language}).json()["title"]
        for language in ("en", "vi")
    )
    assert english == "Not found"
    assert vietnamese != english


@pytest.mark.parametrize("address", ["/nothing-here", "/tiles/nothing/here"])
def test_an_unknown_address_is_an_error_like_any_other(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_fault_tells_nothing_and_is_logged_with_its_traceback(client, caplog, accept):
    client.raise_request_exception = False
    answer = client.get("/fail/unforeseen", headers={"accept": accept})
    assert answer.status_code == 500
    assert b"secret" not in answer.content and b"ZeroDivision" not in answer.content
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]


def test_only_the_servers_own_errors_are_logged_with_a_traceback(client, caplog):
    for name in ERRORS:
        caplog.clear()
        client.get(f"/tiles/fail/{name}")
        traced = [record for record in caplog.records if record.exc_info and record.levelno >= logging.ERROR]
        assert len(traced) == (1 if name == "TooSlow" else 0), name


def test_what_travels_with_its_bounds_is_bounded(db):
    before = statements.fetch("SELECT current_setting('jit'), current_setting('max_parallel_workers_per_gather')", [])
    assert before == ("off", "0")


def test_bounds_end_with_their_statement(db):
    """On a connection without a transaction of its own, as a server's is."""
    own = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    own.autocommit = True
    try:
        with own.cursor() as cursor:
            cursor.execute(f"{statements._BOUNDS} SELECT current_setting('statement_timeout'), current_setting('jit')")
            assert cursor.fetchone() == ("20s", "off")
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
    finally:
        own.close()


def test_a_tile_that_takes_too_long_is_given_up(city, client, member, monkeypatch):
    Road.objects.bulk_create(
        Road(unit=city.west, road_class="lane", geom=LineString((105.80, 22.1 + i / 1e7), (105.81, 22.1 + i / 1e7)))
        for i in range(5_000)
    )
    user = member("planner", city.west)
    client.force_login(user)
    z, x, y = tile_of(105.805, 22.1, 12)
    monkeypatch.setattr(statements, "_BOUNDS", "SET LOCAL statement_timeout = 1;")
    answer = client.get(f"/tiles/roads/{versions(viewer_of(user))['roads']}/2017/{z}/{x}/{y}.mvt")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "30"
    assert b"ST_AsMVT" not in answer.content and b"layers_road" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search.json?q=a%00b", "/table/communes/?q=%00", "/import/1/?code=%00"])
def test_a_character_that_no_text_has_is_refused(client, address):
    assert client.get(address).status_code == 400
