"""Fifty telephones that come back into the network at once, each with a day's work: 40 records, 80 photos of 300 kB.

Measured at the telephone: how long a record takes to be answered. Everything must have arrived once it is over.
"""

import http.client
import json
import os
import random
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from PIL import Image

from layers.access import Role
from layers.fieldwork import devices
from layers.fieldwork.keys import private_key
from layers.fieldwork.sealing import Kind, seal
from layers.models import Attachment, Member, Submission, Unit

from .figures import Figure
from .server import server

PHONES, RECORDS, PHOTOS_EACH = 50, 40, 2
CHUNK = 256 * 1024
LIMIT_S = 1.0
API = "/api/field/v1"
#: Different pictures; each is sealed anew for every record, so that no two uploads are alike.
PICTURES = 8


@dataclass
class Heard:
    """What the telephones saw: seconds until each record was answered, and how often they had to ask again."""

    records: list[float] = field(default_factory=list)
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def figures() -> list[Figure]:
    """Measure in the database that Django is pointed at, which has the sample's communes."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GIS_NTM_MEDIA_ROOT"] = os.environ["GIS_NTM_FIELD_KEYS"] = folder
        os.environ["GIS_NTM_FIELD_REQUESTS_MINUTE"] = "100000"
        settings.FIELD_KEYS = Path(folder)
        commune = Unit.objects.filter(kind="commune", geom__isnull=False).exclude(parts=None).order_by("path").first()
        if commune is None:
            raise RuntimeError("the sample has no commune with hamlets")
        tokens = [_device(commune) for _ in range(PHONES)]
        pictures = [_picture() for _ in range(PICTURES)]
        with server(workers=2) as serving:
            _warm(serving.port)
            return _measure(serving.port, commune, tokens, pictures)


def _measure(port: int, commune: Unit, tokens: list[str], pictures: list[bytes]) -> list[Figure]:
    heard, before = Heard(), os.getloadavg()[0]
    begun = time.perf_counter()
    with ThreadPoolExecutor(PHONES) as pool:
        for done in [pool.submit(_sync, port, token, commune, pictures, heard) for token in tokens]:
            done.result()
    took = time.perf_counter() - begun
    whole, photos = PHONES * RECORDS, PHONES * RECORDS * PHOTOS_EACH
    kept = Submission.objects.filter(complete=True).count()
    stored = Attachment.objects.filter(state="stored").count()
    p95 = statistics.quantiles(heard.records, n=20)[18]
    load = f"{whole} records and {photos} photos in {took:.0f} s, median {statistics.median(heard.records):.3f} s"
    complete = kept == whole and stored == photos
    return [
        Figure(
            "50 telephones sync a day's work at once: a record is answered (p95)",
            "s",
            limit=LIMIT_S,
            measured=p95,
            ok=p95 < LIMIT_S and complete,
            note=f"{load}; {heard.again} asked again; {kept} records and {stored} photos are kept; "
            f"load of the machine before: {before:.1f} on {os.cpu_count()} cores",
        )
    ]


def _warm(port: int) -> None:
    """Ask until both workers have read the program, which is no part of what is measured."""
    for _ in range(20):
        channel = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        channel.request("GET", f"{API}/key")
        channel.getresponse().read()
        channel.close()


def _device(commune: Unit) -> str:
    user = User.objects.create(username=f"bench-{uuid4().hex[:12]}")
    Member.objects.create(user=user, role=str(Role.FIELD)).units.set([commune])
    _device, tokens = devices.sign_in(user, "bench", "1", None)
    return tokens.submit


def _picture() -> bytes:
    """Return a photo of about 300 kB, 1280 pixels wide, as the app makes them."""
    out = BytesIO()
    noise = Image.effect_noise((1280, 960), 20).convert("RGB")
    noise.save(out, "JPEG", quality=70)
    return out.getvalue()


def _sync(port: int, token: str, commune: Unit, pictures: list[bytes], heard: Heard) -> None:
    """Send a day's work as the app does: one thing at a time, a record and then its photos."""
    chance = random.Random(token)  # noqa: S311  # places on a map, no secrets
    key = private_key().public_key()
    west, south, east, north = commune.geom.extent if commune.geom else (0, 0, 0, 0)
    channel = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(RECORDS):
        photos = [seal(chance.choice(pictures), Kind.ATTACHMENT, key) for _ in range(PHOTOS_EACH)]
        place = (chance.uniform(west, east), chance.uniform(south, north))
        body = _record(commune, f"Hộ {token[:6]} {number}", place, photos)
        begun = time.perf_counter()
        _ask(channel, heard, "POST", f"{API}/submissions", seal(json.dumps(body).encode(), Kind.RECORD, key), {
            "Authorization": f"Bearer {token}", "X-App-Version": "1", "Idempotency-Key": body["instance_id"],
        })  # fmt: skip
        with heard.lock:
            heard.records.append(time.perf_counter() - begun)
        for photo in photos:
            path = f"{API}/attachments/{sha256(photo).hexdigest()}"
            for offset in range(0, len(photo), CHUNK):
                headers = {"Authorization": f"Bearer {token}", "X-App-Version": "1", "Upload-Offset": str(offset)}
                _ask(channel, heard, "PATCH", path, photo[offset : offset + CHUNK], headers)
    channel.close()


def _record(commune: Unit, name: str, place: tuple[float, float], photos: list[bytes]) -> dict:
    lon, lat = place
    return {
        "instance_id": str(uuid4()),
        "form_id": "household",
        "form_version": 1,
        "finalized_at": timezone.now().isoformat(),
        "record": {"id": str(uuid4()), "base_version": None, "after": None},
        "unit": commune.code,
        "year": 2017,
        "fields": [{"name": "name", "old": None, "new": name}, {"name": "category", "old": None, "new": "average"}],
        "location": {"lon": lon, "lat": lat, "accuracy": 9.0, "source": "gps", "at": None, "reason": ""},
        "attachments": [
            {"name": f"{i}.jpg", "sha256": sha256(photo).hexdigest(), "size": len(photo)}
            for i, photo in enumerate(photos)
        ],
    }


def _ask(
    channel: http.client.HTTPConnection, heard: Heard, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    """Ask until it is answered with success; being told to wait is counted."""
    while True:
        channel.request(method, path, body, headers)
        answer = channel.getresponse()
        told = answer.read()
        if answer.status in (200, 201, 204):
            return
        if answer.status not in (423, 429, 503):
            raise RuntimeError(f"{method} {path}: {answer.status} {told[:300]!r}")
        with heard.lock:
            heard.again += 1
        time.sleep(float(answer.headers.get("Retry-After", "1")))
