"""NUL, which no text in PostgreSQL can hold: every door answers it as what it is, wrong input, and stores nothing."""

import json
from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from layers.access import Role
from layers.errors import Malformed
from layers.http import named
from layers.json_text import read_json
from layers.models import Attachment, Device, Facility, Household, NetworkRepair, Road, Submission
from tests.phone import API, at, edits, sealed
from tests.test_field_carried import exported, put_in
from tests.test_field_collect import collect, instance

pytestmark = pytest.mark.django_db
__all__ = ["collect"]
NUL = "A\0B"
IN_HAMLET = [[105.801, 22.101], [105.815, 22.101]]


@pytest.mark.parametrize(
    "content", [r'"A\u0000B"', r'{"\u0000": 1}', r'"\\\u0000"', r'["\ud800"]', "[NaN]", "[" * 5000]
)
def test_json_that_cannot_be_stored_is_none(content):
    with pytest.raises(ValueError):  # noqa: PT011  # that it is one is all that is promised
        read_json(content)


def test_letters_that_look_like_an_escaped_nul_are_text():
    assert read_json(r'"A\\u0000B"') == r"A\u0000B"


@pytest.mark.parametrize(
    "more",
    [
        {"fields": edits(name=NUL)},
        {"fields": edits(name="A", address=NUL)},
        {"fields": edits(**{NUL: "A"})},
        {"unit": NUL},
        {"location": at(accuracy=80, reason=NUL)},
        {"form_id": NUL},
    ],
)
def test_a_sealed_record_is_refused(phone, more):
    answer = phone.send(phone.household(**more))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert not Submission.objects.exists()


def batch(phone, *bodies: dict):
    items = [{"instance_id": body["instance_id"], "sealed": b64encode(sealed(body)).decode()} for body in bodies]
    return phone.client.post(
        f"{API}/submissions/batch",
        json.dumps({"items": items}),
        content_type="application/json",
        headers=phone.headers(phone.submit_token),
    )


def test_in_a_batch_the_others_come_in(phone):
    good, bad, last = phone.household(), phone.household(fields=edits(name=NUL)), phone.household()
    results = batch(phone, good, bad, last).json()["results"]
    assert [each["status"] for each in results] == [201, 422, 201]
    assert Submission.objects.count() == 2


def test_in_a_carried_file_the_others_come_in(phone, browser, city):
    good, bad = phone.household(), phone.household(fields=edits(name=NUL))
    page = put_in(browser(Role.PLANNER, city.west), exported(phone.device_id, (1, sealed(bad)), (1, sealed(good))))
    assert "1 phiếu mới" in page
    assert Household.objects.get().name == "Hoàng Thị Thử"


def test_collect_is_told(collect):
    assert collect.post(instance(name="A&#0;B")).status_code == 400
    assert collect.post(instance(name="A\0B")).status_code == 400
    assert not Submission.objects.exists()
    headers = {"Authorization": "Basic QQBCOkEAQg=="}  # "A\0B" as name and password
    assert collect.client.get("/or/formList", headers=headers, secure=True).status_code == 401


def test_a_photo_of_collect_with_such_a_name_harms_nothing(collect):
    xml = SimpleUploadedFile("s.xml", instance().encode(), "text/xml")
    photo = SimpleUploadedFile("a.jpg", b"x", "image/jpeg")
    answer = collect.client.post(
        "/or/submission", {"xml_submission_file": xml, NUL: photo}, headers=collect.headers, secure=True
    )
    assert answer.status_code in (201, 400)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["username", "password", "label", "device_id", "app_version"])
def test_signing_in_is_refused(phone, name):
    assert phone.sign_in(**{name: NUL}).status_code == 400


def test_a_phone_that_describes_itself_so_is_refused(phone):
    answer = phone.client.put(
        f"{API}/devices/self",
        json.dumps({"app_version": "1", "pending": 0, "persisted": True, "packs": [{"commune": NUL}]}),
        content_type="application/json",
        headers=phone.headers(phone.submit_token),
    )
    assert answer.status_code == 400


def test_the_map_says_what_is_wrong(browser, city):
    planner = browser(Role.PLANNER, city.west)
    line = {"type": "LineString", "coordinates": IN_HAMLET}
    for properties in (
        {"name": NUL, "road_class": "village"},
        {"road_class": NUL},
        {NUL: "A", "road_class": "village"},
    ):
        made = {"type": "Feature", "geometry": line, "properties": properties, "correction": True}
        assert planner.post("/edit/roads/?year=2017", made, content_type="application/json").status_code == 400
    assert not Road.objects.exists()


def test_a_repair_of_the_network_is_refused(browser, city):
    planner = browser(Role.PLANNER, city.west)
    answer = planner.post("/network/repairs/?year=2017", {"kind": NUL}, content_type="application/json")
    assert answer.status_code == 400
    assert not NetworkRepair.objects.exists()


def test_the_desk_says_what_is_wrong(phone, browser, city):
    phone.send(phone.household())
    office, submission = browser(Role.PLANNER, city.west), Submission.objects.get()
    said = {"decision": "return", "note": NUL}
    assert office.post(f"/field/inbox/{submission.pk}/decide", said).status_code == 400
    assert Submission.objects.get().state == "applied"


@pytest.mark.django_db(transaction=True)
def test_a_device_so_named_is_not_made(browser, city):
    assert browser(Role.FIELD, city.west).post("/field/collect/", {"label": NUL}).status_code == 400
    assert not Device.objects.exists()


def test_what_the_database_says_of_it_has_a_name(db):
    """Wherever else such a text comes in, its sender is told, and nobody looks for a fault of the server."""
    for kept in ({"name": NUL}, {"name": "A", "source": NUL}):
        with pytest.raises(ValueError, match="NUL") as raised:
            Facility.objects.filter(**kept).exists()
        assert isinstance(named(raised.value), Malformed)
    assert named(ValueError("another")) is None
