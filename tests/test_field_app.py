"""The field app's shell: it is kept whole, under one name for its content, and holds nothing of anybody."""

import json
import re
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders

from gis_ntm import shell
from layers.access import Role

pytestmark = pytest.mark.django_db


def kept(client, language: str = "vi") -> dict:
    """Return what the service worker is told to keep."""
    response = client.get(f"/field/sw.js?lang={language}", headers={"accept-language": "fr"})
    assert response["Content-Type"].startswith("text/javascript")
    return json.loads(re.match(r"self\.SHELL = (\{.*\});\n", response.content.decode())[1])


def test_every_file_that_the_app_imports_is_kept_and_exists(client):
    files = kept(client)["files"]
    static = [unquote(file.removeprefix("/static/")) for file in files if file.startswith("/static/")]
    assert {"layers/js/field/main.js", "layers/field.css", "npm/idb/build/index.js"} <= set(static)
    assert [name for name in static if "be-vietnam-pro" in name], "letters with Vietnamese marks come along"
    assert all(finders.find(name) for name in static)
    assert {"/field/words/vi.js", "/field/manifest/vi.webmanifest"} <= set(files)


def test_nothing_of_the_api_is_kept(client):
    assert not [file for file in kept(client)["files"] if file.startswith("/api/")]


def test_the_page_and_its_worker_agree_on_the_version(client):
    page = client.get("/field/", headers={"accept": "text/html"})
    assert page["Shell-Version"] == kept(client)["version"]
    assert "no-store" in page["Cache-Control"]


def test_a_changed_file_is_a_new_version_and_nothing_else_is(client, monkeypatch):
    shell.build_once.cache_clear()
    before = kept(client)["version"]
    assert kept(client)["version"] == before
    read = shell.content
    monkeypatch.setattr(shell, "content", lambda name: read(name) + (b"!" if name == "layers/field.css" else b""))
    shell.build_once.cache_clear()
    assert kept(client)["version"] != before
    shell.build_once.cache_clear()


def test_each_language_has_a_shell_of_its_own(client):
    english, vietnamese = kept(client, "en"), kept(client, "vi")
    assert english["version"] != vietnamese["version"]
    assert client.get(english["source"])["Shell-Version"] == english["version"]
    assert "Chưa lưu" not in client.get("/field/words/en.js").content.decode()
    assert "Field work" in client.get("/field/", headers={"accept-language": "en"}).content.decode()


def test_the_shell_is_the_same_for_everybody(client, browser, city):
    field = browser(Role.FIELD, city.west)
    nonce = re.compile(r'nonce="[^"]+"')
    pages = {nonce.sub("", who.get("/field/").content.decode()) for who in (client, field)}
    assert len(pages) == 1


def test_the_content_policy_holds_and_allows_the_worker(client):
    policy = client.get("/field/")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_app_can_be_installed(client):
    response = client.get("/field/manifest/vi.webmanifest")
    manifest = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (manifest["scope"], manifest["display"], manifest["lang"]) == ("/field/", "standalone", "vi")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in manifest["icons"])
