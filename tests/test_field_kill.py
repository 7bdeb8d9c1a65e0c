"""The server killed at random points of 200 submissions with photos: none lost, none doubled.

A real server on a real socket, ended with SIGKILL, workers and all, while telephones go on sending. Each of them knows
only what it was answered, and sends again until it hears that a record is complete.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from PIL import Image

from layers.access import Role
from layers.fieldwork import devices
from layers.models import Attachment, FieldChange, Household, Submission
from tests.phone import API, Phone, at, edits, photo, picture, sealed

PHONES, RECORDS, KILLS = 4, 200, 3
#: The whole test gives up after this many seconds.
PATIENCE_S = 150


class Server:
    """gunicorn as in production, in a process group of its own, so that all of it can be killed at once."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        known = connection.settings_dict
        host = known["HOST"].replace("/", "%2F") + (f":{known['PORT']}" if known["PORT"] else "")
        who = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
        self.environment = os.environ | {
            "DATABASE_URL": f"postgis://{who}@{host}/{known['NAME']}",
            "GIS_NTM_DEBUG": "1",
            "GIS_NTM_BIND": f"127.0.0.1:{self.port}",
            "GIS_NTM_MEDIA_ROOT": str(project.MEDIA_ROOT),
            "GIS_NTM_FIELD_KEYS": str(project.FIELD_KEYS),
            "GIS_NTM_FIELD_REQUESTS_MINUTE": "1000000",
        }
        self.log = (folder / "server.log").open("ab")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "gis_ntm.wsgi", "--preload"],
            cwd=project.BASE_DIR,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def answers(self) -> bool:
        try:
            return ask(self.port, "GET", f"{API}/ping")[0] == 200
        except OSError:
            return False


@pytest.fixture
def server(tmp_path, field_folders) -> Iterator[Server]:
    made = Server(tmp_path)
    made.start()
    yield made
    made.kill()
    made.log.close()


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
    """Return status and body. Raises OSError (also http.client's errors) where the answer does not come."""
    channel = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        channel.request(method, path, body, headers or {})
        answer = channel.getresponse()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise OSError(error) from error
    finally:
        channel.close()


def deliver(port: int, phone: Phone, body: dict, content: bytes, sent, until: float) -> int:
    """Send one record with its photo until the server says that it is complete; return how often it was cut off."""
    cuts = 0
    while time.monotonic() < until:
        try:
            if _deliver(port, phone, body, content, sent):
                return cuts
        except OSError:
            cuts += 1
        time.sleep(0.2)
    raise TimeoutError(body["instance_id"])


def _deliver(port: int, phone: Phone, body: dict, content: bytes, sent) -> bool:
    headers = phone.headers(phone.submit_token, **{"Idempotency-Key": body["instance_id"]})
    status, told = ask(port, "POST", f"{API}/submissions", content, headers)
    if status in (423, 429, 503):
        return False
    assert status in (200, 201), told
    answer = json.loads(told)
    if answer["complete"]:
        return True
    offset = answer["missing"][0]["offset"]
    chunk = sent.content[offset : offset + 8192]
    headers = phone.headers(phone.submit_token, **{"Upload-Offset": str(offset)})
    while True:
        status, told = ask(port, "PATCH", f"{API}/attachments/{sent.sha256}", chunk, headers)
        if status == 200:
            return bool(json.loads(told)["complete"])
        if status != 204:
            assert status in (409, 429), told
            return False
        offset += len(chunk)
        chunk = sent.content[offset : offset + 8192]
        headers = phone.headers(phone.submit_token, **{"Upload-Offset": str(offset)})


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_killed_at_random_loses_nothing_and_doubles_nothing(versions, city, member, server):
    user = member(Role.FIELD, city.west)
    device, tokens = devices.sign_in(user, "thử", "1", None)
    phone = Phone(user, device_id=str(device.pk), submit_token=tokens.submit)
    chance = random.Random(20171120)
    records = []
    for number in range(RECORDS):
        sent = photo(content=picture((160, 120)))
        place = at(105.801 + chance.random() * 0.03, 22.101 + chance.random() * 0.03)
        body = phone.household(sent, fields=edits(name=f"Hộ thử {number}", members=1 + number % 9), location=place)
        records.append((body, sealed(body), sent))
    until = time.monotonic() + PATIENCE_S
    with ThreadPoolExecutor(PHONES) as pool:
        waiting = [pool.submit(deliver, server.port, phone, *record, until) for record in records]
        kills = 0
        while kills < KILLS and not all(each.done() for each in waiting):
            while not server.answers() and time.monotonic() < until:
                time.sleep(0.1)
            time.sleep(chance.uniform(0.1, 1.2))
            server.kill()
            kills += 1
            server.start()
        cuts = sum(each.result() for each in waiting)
    assert kills == KILLS, "all was sent before the server had been killed often enough"
    assert cuts > 0
    names = {f"Hộ thử {number}" for number in range(RECORDS)}
    assert sorted(Household.objects.values_list("name", flat=True)) == sorted(names)
    assert Submission.objects.filter(state="applied", complete=True).count() == Submission.objects.count() == RECORDS
    assert FieldChange.objects.filter(field="name").count() == RECORDS
    stored = Attachment.objects.filter(state="stored")
    assert stored.count() == Attachment.objects.count() == RECORDS
    for each in stored:
        with each.file.open() as file, Image.open(file) as found:
            assert found.size == (160, 120)
