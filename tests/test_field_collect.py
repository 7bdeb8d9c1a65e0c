"""ODK Collect: as strict as Collect is, into the same records as the app."""

import csv
import io
from base64 import b64encode
from hashlib import md5
from uuid import uuid4

import pytest
from defusedxml import ElementTree
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from layers.access import Role
from layers.fieldwork import devices
from layers.models import Attachment, Conflict, Device, Household, PersonalRead, Submission
from tests.phone import picture

pytestmark = pytest.mark.django_db
ROSA = {"l": "http://openrosa.org/xforms/xformsList", "m": "http://openrosa.org/xforms/xformsManifest"}


class Collect:
    def __init__(self, user) -> None:
        self.user = user
        self.device, self.password = devices.for_collect(user, "Collect")
        self.client = Client()

    @property
    def headers(self) -> dict[str, str]:
        coded = b64encode(f"{self.user.username}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {coded}"}

    def get(self, path: str):
        return self.client.get(path, headers=self.headers, secure=True)

    def post(self, xml: str, **photos: bytes):
        files = {"xml_submission_file": SimpleUploadedFile("s.xml", xml.encode(), "text/xml")}
        files |= {name: SimpleUploadedFile(name, content, "image/jpeg") for name, content in photos.items()}
        return self.client.post("/or/submission?deviceID=collect:x", files, headers=self.headers, secure=True)


@pytest.fixture
def collect(field_folders, city, member) -> Collect:
    return Collect(member(Role.FIELD, city.west))


def instance(instance_id: str | None = None, deprecated: str = "", form: str = "household", **answers) -> str:
    given = {"year": "2017", "name": "Hoàng Văn Thử", "members": "4", "category": "poor"} | answers
    given = {"location": "22.11 105.81 0 8.5", "end": "2017-11-20T09:12:00.000+07:00"} | given
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in given.items() if value)
    meta = f"<orx:instanceID>uuid:{instance_id or uuid4()}</orx:instanceID>"
    meta += f"<orx:deprecatedID>uuid:{deprecated}</orx:deprecatedID>" if deprecated else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="1">{fields}'
        f"<orx:meta>{meta}</orx:meta></data>"
    )


def test_every_answer_says_what_collect_wants_to_hear(collect):
    for answer in (
        collect.get("/or/formList"),
        collect.client.head("/or/submission", headers=collect.headers, secure=True),
    ):
        assert answer["X-OpenRosa-Version"] == "1.0"
        assert answer["X-OpenRosa-Accept-Content-Length"] == "10000000"


def test_the_endpoint_answers_204_and_asks_strangers_to_sign_in(collect):
    assert collect.client.head("/or/submission", headers=collect.headers, secure=True).status_code == 204
    stranger = collect.client.head("/or/submission", secure=True)
    assert (stranger.status_code, stranger["WWW-Authenticate"].startswith("Basic")) == (401, True)
    collect.password = "wrong"
    assert collect.get("/or/formList").status_code == 401


def test_a_password_does_not_travel_in_clear(collect):
    answer = collect.client.get("/or/formList", headers=collect.headers)
    assert answer.status_code == 403
    assert "HTTPS" in answer.content.decode()


def test_forms_are_listed_with_the_hash_of_their_exact_bytes(collect):
    answer = collect.get("/or/formList")
    assert answer["Content-Type"].startswith("text/xml")
    forms = ElementTree.fromstring(answer.content).findall("l:xform", ROSA)
    assert {form.findtext("l:formID", "", ROSA) for form in forms} >= {"household", "road", "evidence"}
    for form in forms:
        content = collect.get(form.findtext("l:downloadUrl", "", ROSA)).content
        assert form.findtext("l:hash", "", ROSA) == f"md5:{md5(content, usedforsecurity=False).hexdigest()}"
        assert form.findtext("l:name", "", ROSA)


def test_lists_come_with_their_hash_and_only_of_ones_own_area(collect, city):
    own = Household.objects.create(unit=city.west_hamlets[0], name="Mốc tây", members=3)
    Household.objects.create(unit=city.east_hamlets[0], name="Mốc đông")
    root = ElementTree.fromstring(collect.get("/or/forms/household/manifest").content)
    files = {each.findtext("m:filename", "", ROSA): each for each in root.findall("m:mediaFile", ROSA)}
    assert set(files) == {"hamlets.csv", "households.csv"}
    content = collect.get(files["households.csv"].findtext("m:downloadUrl", "", ROSA)).content
    assert (
        files["households.csv"].findtext("m:hash", "", ROSA) == f"md5:{md5(content, usedforsecurity=False).hexdigest()}"
    )
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert (row["name"], row["head"], row["members"], row["version"]) == (str(own.uid), "Mốc tây", "3", "1")
    assert PersonalRead.objects.filter(output="collect", rows=1).exists()


def test_a_new_household_comes_in_as_from_the_app(collect, city):
    answer = collect.post(instance())
    assert (answer.status_code, answer["Content-Type"]) == (201, "text/xml; charset=utf-8")
    row = Household.objects.get()
    assert (row.name, row.members, row.unit, row.accuracy_m) == ("Hoàng Văn Thử", 4, city.west_hamlets[0], 8.5)
    submission = Submission.objects.get()
    assert (submission.channel, submission.state) == ("collect", "applied")
    assert b"Ho" not in bytes(submission.raw)[:4]


def test_the_same_again_is_202_and_other_bytes_are_409_in_vietnamese(collect):
    number = str(uuid4())
    collect.post(instance(number))
    assert collect.post(instance(number)).status_code == 202
    other = collect.post(instance(number, members="5"))
    assert other.status_code == 409
    assert "Nội dung vừa gửi không được lưu." in other.content.decode()
    assert Household.objects.count() == 1


def test_photos_may_come_in_several_parts(collect):
    number, names = str(uuid4()), {"photo_1": "a.jpg", "photo_2": "b.jpg"}
    xml = instance(number, **names)
    first = collect.post(xml, **{"a.jpg": picture()})
    assert (first.status_code, Submission.objects.get().complete) == (201, False)
    assert "còn thiếu ảnh" in first.content.decode()
    assert Attachment.objects.get(name="b.jpg").state == "waiting"
    assert collect.post(xml, **{"b.jpg": picture()}).status_code == 202
    assert Submission.objects.get().complete is True


def test_a_photo_that_cannot_be_kept_is_an_error_with_its_reason_until_the_office_does_without_it(collect):
    """Collect takes 201 and 202 for the end of the matter, and would forget the photo."""
    xml = instance(photo_1="a.jpg")
    answer = collect.post(xml, **{"a.jpg": b"no picture at all"})
    assert answer.status_code == 422
    assert "a.jpg" in answer.content.decode()
    assert Household.objects.count() == 1
    assert Attachment.objects.get().state == "bad"
    assert collect.post(xml, **{"a.jpg": b"no picture at all"}).status_code == 422
    Attachment.objects.update(state="waived")
    assert collect.post(xml, **{"a.jpg": b"no picture at all"}).status_code == 202


def test_an_edit_of_a_listed_household_follows_the_same_conflict_rules(collect, city):
    row = Household.objects.create(unit=city.west_hamlets[0], name="Cũ", members=6)
    xml = instance(record=row.uid, old_version=1, name="", category="", location="", members="5", old_members="3")
    assert collect.post(xml).status_code == 201
    conflict = Conflict.objects.get()
    assert (conflict.base, conflict.theirs, conflict.mine) == (3, 6, 5)


def test_an_instance_that_replaces_an_earlier_one_edits_its_record(collect):
    first = str(uuid4())
    collect.post(instance(first))
    assert collect.post(instance(deprecated=first, members="7")).status_code == 201
    row = Household.objects.get()
    assert row.members == 7
    assert not Conflict.objects.exists()


def test_a_walked_line_becomes_a_road(collect):
    line = "22.105 105.803 0 5;22.106 105.804 0 5;22.107 105.805 0 5"
    xml = instance(form="road", name="", members="", category="", location="", year="", line=line, road_class="lane")
    assert collect.post(xml).status_code == 201


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="household" version="1">&x;</data>',
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><data id="household" version="1">&b;</data>',
        "<data",
    ],
)
def test_entities_and_broken_xml_are_refused(collect, xml):
    answer = collect.post(xml)
    assert answer.status_code == 400
    assert "XML" in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_refused_answer_is_told_in_vietnamese(collect):
    answer = collect.post(instance(location="22.11 105.85 0 5", unit="01852-01"))
    assert answer.status_code == 422
    assert "ngoài địa bàn của bạn" in answer.content.decode()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"members": "99"}, "Số nhân khẩu: Số phải từ 1 đến 40."),
        ({"members": "bốn"}, "Số nhân khẩu: Không đọc được phần này của phiếu."),
        ({"name": ""}, "Chủ hộ: Câu này bắt buộc phải trả lời."),
        ({"location": "22.11"}, "Vị trí: Không đọc được phần này của phiếu."),
        ({"year": "năm nay"}, "Năm: Không đọc được phần này của phiếu."),
    ],
)
def test_a_refusal_names_the_question(collect, answers, told):
    answer = collect.post(instance(**answers))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_revoked_device_receives_nothing_and_delivers_into_quarantine(collect, city, member):
    Device.objects.update(revoked_at="2017-01-01T00:00:00Z")
    assert collect.get("/or/formList").status_code == 403
    assert collect.get("/or/forms/household/households.csv").status_code == 403
    assert collect.post(instance()).status_code == 201
    assert Submission.objects.get().state == "quarantined"
    assert not Household.objects.exists()


def test_the_settings_code_is_shown_once_and_signs_in(field_folders, city, browser):
    client = browser(Role.FIELD, city.west)
    page = client.post("/field/collect/", {"label": "Máy của tổ"}, secure=True)
    assert "data:image/svg+xml" in page.content.decode()
    device = Device.objects.get()
    assert devices.digest(page.context["password"]) == device.password_hash
    assert page.context["password"] not in client.get("/field/collect/", secure=True).content.decode()
