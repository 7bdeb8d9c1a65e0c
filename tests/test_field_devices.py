"""Devices: who may sign in, what each token can do, and what a revoked one still can."""

import json

import pytest

from layers.access import Role
from layers.fieldwork import devices
from layers.fieldwork.keys import private_key
from layers.models import Attachment, Device, Household, PersonalRead, Submission, viewer_of
from tests.phone import API, PASSWORD, Phone, photo

pytestmark = pytest.mark.django_db


def test_tokens_are_kept_as_hashes_only(phone):
    row = Device.objects.get()
    kept = {row.submit_hash, row.read_hash}
    assert not kept & {phone.submit_token, phone.read_token}
    assert kept == {devices.digest(phone.submit_token), devices.digest(phone.read_token)}


@pytest.mark.parametrize(("role", "status"), [("field", 201), ("planner", 201), ("leader", 403), ("guest", 403)])
def test_only_who_does_field_work_signs_in(field_folders, city, member, role, status):
    assert Phone(member(role, city.west)).sign_in().status_code == status


def test_without_a_unit_nobody_signs_in(field_folders, member):
    assert Phone(member(Role.FIELD)).sign_in().status_code == 403


def test_failures_are_counted_as_on_the_sign_in_page(field_folders, city, member):
    phone = Phone(member(Role.FIELD, city.west))
    statuses = [phone.sign_in(password="wrong").status_code for _ in range(6)]
    assert statuses[:4] == [401] * 4
    last = phone.sign_in(password=PASSWORD)
    assert last.status_code == 429
    assert last["Content-Type"] == "application/problem+json"
    assert int(last["Retry-After"]) == 15 * 60


def test_a_password_typed_with_marks_apart_is_the_same(field_folders, city, member):
    phone = Phone(member(Role.FIELD, city.west))
    phone.user.set_password("mật-khẩu-dài-lắm")
    phone.user.save()
    assert phone.sign_in(password="mật-khẩu-dài-lắm").status_code == 201


def test_the_submit_token_reads_nothing(phone):
    phone.send(phone.household())
    for path in ("/packs", "/records?commune=01849", f"/submissions?device={phone.device_id}"):
        assert phone.get(path, phone.submit_token).status_code == 401
    assert phone.get("/packs/01849/basemap.pmtiles", phone.submit_token).status_code == 401


def test_the_read_token_sends_nothing(phone):
    token, phone.submit_token = phone.submit_token, phone.read_token
    assert phone.send(phone.household()).status_code == 401
    assert token != phone.submit_token
    assert not Submission.objects.exists()


def test_signing_in_again_keeps_the_device_and_replaces_its_tokens(phone):
    before = (phone.device_id, phone.submit_token)
    phone.sign_in(device_id=phone.device_id)
    assert phone.device_id == before[0]
    assert phone.get("/forms", before[1]).status_code == 401
    assert Device.objects.count() == 1


def test_a_device_says_how_it_is(phone):
    said = {
        "app_version": "1",
        "pending": 3,
        "persisted": True,
        "packs": [{"commune": "01849", "sha256": "a", "at": "b"}],
    }
    answer = phone.client.put(
        f"{API}/devices/self",
        json.dumps(said),
        content_type="application/json",
        headers=phone.headers(phone.submit_token),
    )
    assert answer.json() == {"device_id": phone.device_id, "revoked": False}
    row = Device.objects.get()
    assert (row.pending, row.persisted, row.packs[0]["commune"]) == (3, True, "01849")
    assert row.last_seen is not None


def test_a_pack_of_days_to_come_has_no_day(phone, browser, city):
    """A telephone says of itself what it likes; the office is not shown what cannot be."""
    Device.objects.update(packs=[{"commune": "01849", "sha256": "a", "at": "2999-01-01T00:00:00+07:00"}])
    page = browser(Role.PLANNER, city.west).get("/field/devices/").content.decode()
    assert "Dương Quang" in page
    assert "2999" not in page


def test_a_device_learns_what_became_of_its_own_and_of_no_other(phone, city, member):
    phone.send(phone.household())
    (told,) = phone.get(f"/submissions?device={phone.device_id}").json()["submissions"]
    assert (told["state"], told["note"], told["title"]) == ("applied", "", "")
    other = Phone(member(Role.FIELD, city.west))
    other.sign_in()
    assert other.get(f"/submissions?device={phone.device_id}").status_code == 404
    assert other.get(f"/submissions?device={other.device_id}").json()["submissions"] == []


def test_a_note_reaches_the_phone_and_its_reading_is_recorded(phone):
    phone.send(phone.household())
    Submission.objects.update(state="returned", note="Chụp lại ảnh nhà")
    (told,) = phone.get(f"/submissions?device={phone.device_id}").json()["submissions"]
    assert (told["state"], told["note"]) == ("returned", "Chụp lại ảnh nhà")
    assert PersonalRead.objects.filter(layer="submissions", output="field", rows=1).exists()


class TestRevoked:
    @pytest.fixture
    def lost(self, phone, city, member):
        planner = viewer_of(member(Role.PLANNER, city.west))
        devices.revoke(Device.objects.get(pk=phone.device_id), planner)
        return phone

    def test_it_receives_nothing(self, lost):
        for path in ("/packs", "/records?commune=01849", f"/submissions?device={lost.device_id}", "/forms"):
            assert lost.get(path).status_code == 403

    def test_it_delivers_into_quarantine_and_changes_nothing(self, lost):
        sent = photo()
        answer = lost.send(lost.household(sent))
        assert (answer.status_code, answer.json()["state"]) == (201, "quarantined")
        assert lost.upload(sent).json()["complete"] is True
        assert not Household.objects.exists()
        attachment = Attachment.objects.get()
        assert attachment.state == "sealed"
        with attachment.file.open() as file:
            assert file.read() == sent.content

    def test_it_cannot_be_signed_in_again(self, lost):
        assert lost.sign_in(device_id=lost.device_id).status_code == 403

    def test_it_is_told_so(self, lost):
        answer = lost.client.put(
            f"{API}/devices/self", "{}", content_type="application/json", headers=lost.headers(lost.submit_token)
        )
        assert answer.json()["revoked"] is True


def test_the_keys_are_for_their_owner_alone(phone, settings):
    private_key()
    assert (settings.FIELD_KEYS / "sealing.pem").stat().st_mode & 0o777 == 0o600


def test_ping_and_key_need_no_sign_in(field_folders, client):
    ping = client.get(f"{API}/ping")
    assert (ping.content, ping["Cache-Control"]) == (b"pong", "no-store")
    assert client.get(f"{API}/key").json()["algorithm"] == "RSA-OAEP-256"
