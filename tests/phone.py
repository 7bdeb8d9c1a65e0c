"""A telephone of the field app, as far as the server can tell: it signs in, fills in, seals and sends."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from layers.access import Role
from layers.fieldwork.keys import private_key
from layers.fieldwork.sealing import Kind, seal

API = "/api/field/v1"
PASSWORD = "a-long-test-password"
CHUNK = 64 * 1024


def picture(size: tuple[int, int] = (320, 240), form: str = "JPEG", **more) -> bytes:
    out = BytesIO()
    # Noise, so that no two are alike and none packs to nothing.
    Image.effect_noise(size, 80).convert("RGB").save(out, form, **more)
    return out.getvalue()


@dataclass(frozen=True)
class Sealed:
    """What is sent of a photo: the record names `sha256` and `size` of the sealed bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def named(self) -> dict[str, object]:
        return {"name": self.name, "sha256": self.sha256, "size": len(self.content)}


def photo(name: str = "photo-1.jpg", content: bytes | None = None) -> Sealed:
    return Sealed(name, seal(content or picture(), Kind.ATTACHMENT, private_key().public_key()))


def sealed(body: dict) -> bytes:
    return seal(json.dumps(body).encode(), Kind.RECORD, private_key().public_key())


def edits(**new) -> list[dict[str, object]]:
    """Fields of a new record, or (old, new) of a known one."""
    return [
        {"name": name, "old": value[0], "new": value[1]}
        if isinstance(value, tuple)
        else {"name": name, "old": None, "new": value}
        for name, value in new.items()
    ]


def at(lon: float = 105.81, lat: float = 22.11, accuracy: float | None = 8.0, **more) -> dict[str, object]:
    return {"lon": lon, "lat": lat, "accuracy": accuracy, "source": "gps", "at": None, "reason": "", **more}


@dataclass
class Phone:
    """One device. `client` makes the requests: Django's test client."""

    user: User
    client: Client = field(default_factory=Client)
    device_id: str = ""
    submit_token: str = ""
    read_token: str = ""
    seq: int = 0

    def sign_in(self, **more):
        asked = {"username": self.user.username, "password": PASSWORD, "label": "Điện thoại thử", "app_version": "1"}
        answer = self.client.post(
            f"{API}/devices", json.dumps(asked | more), content_type="application/json", headers={"X-App-Version": "1"}
        )
        if answer.status_code == 201:
            told = answer.json()
            self.device_id, self.submit_token = told["device_id"], told["submit_token"]
            self.read_token = told["read_token"]
        return answer

    def headers(self, token: str, **more) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}", "X-App-Version": "1", "Accept-Language": "vi", **more}

    def get(self, path: str, token: str | None = None, **headers):
        return self.client.get(f"{API}{path}", headers=self.headers(token or self.read_token, **headers))

    def record(self, form_id: str = "household", **more) -> dict:
        self.seq += 1
        made = {
            "instance_id": str(uuid4()),
            "device_id": self.device_id,
            "form_id": form_id,
            "form_version": 1,
            "seq": self.seq,
            "finalized_at": datetime.now(UTC).isoformat(),
            "record": {"id": str(uuid4()), "base_version": None, "after": None},
            "unit": "01849-01",
            "year": 2017,
            "fields": [],
            "location": None,
            "line": None,
            "attachments": [],
        }
        return made | more

    def household(self, *photos: Sealed, **more) -> dict:
        made = {"fields": edits(name="Hoàng Thị Thử", members=4, category="poor"), "location": at()}
        return self.record(**made | more, attachments=[each.named for each in photos])

    def send(self, body: dict, content: bytes | None = None, **headers):
        return self.client.post(
            f"{API}/submissions",
            content if content is not None else sealed(body),
            content_type="application/octet-stream",
            headers=self.headers(self.submit_token, **{"Idempotency-Key": body["instance_id"]} | headers),
        )

    def head(self, digest: str):
        return self.client.head(f"{API}/attachments/{digest}", headers=self.headers(self.submit_token))

    def patch(self, digest: str, offset: int, chunk: bytes):
        return self.client.patch(
            f"{API}/attachments/{digest}",
            chunk,
            content_type="application/offset+octet-stream",
            headers=self.headers(self.submit_token, **{"Upload-Offset": str(offset)}),
        )

    def upload(self, sent: Sealed, offset: int = 0, chunk: int = CHUNK):
        answer = None
        while offset < len(sent.content):
            answer = self.patch(sent.sha256, offset, sent.content[offset : offset + chunk])
            if answer.status_code not in (200, 204):
                return answer
            offset = int(answer["Upload-Offset"])
        return answer


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory):
    """Where the keys of all tests lie: making one takes a second."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def field_folders(settings, secrets_folder, tmp_path_factory) -> None:
    settings.FIELD_KEYS = secrets_folder
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def phone(field_folders, city, member) -> Phone:
    """A telephone of somebody who works in the western commune, signed in."""
    made = Phone(member(Role.FIELD, city.west))
    assert made.sign_in().status_code == 201
    return made
