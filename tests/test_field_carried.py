"""The export file: carried by hand, put in at the office or by command, as often as one likes."""

import struct
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from layers.access import Role
from layers.models import Attachment, Household, Submission
from tests.phone import edits, photo, sealed

pytestmark = pytest.mark.django_db


def exported(device_id: str, *blocks: tuple[int, bytes]) -> bytes:
    body = b"NTMX1" + UUID(device_id).bytes
    body += b"".join(struct.pack(">BI", kind, len(content)) + content for kind, content in blocks)
    return body + b"\x00" + sha256(body).digest()


def put_in(client, content: bytes):
    file = BytesIO(content)
    file.name = "phieu.ntmx"
    return client.post("/field/import/", {"file": file}).content.decode()


@pytest.fixture
def office(browser, city):
    return browser(Role.PLANNER, city.west)


@pytest.fixture
def file(phone) -> bytes:
    sent = photo()
    return exported(phone.device_id, (1, sealed(phone.household(sent))), (2, sent.content))


def test_records_and_photos_come_in_and_a_second_time_changes_nothing(phone, office, file):
    assert "1 phiếu mới, 0 phiếu đã có, 1 ảnh" in put_in(office, file)
    assert "0 phiếu mới, 1 phiếu đã có, 1 ảnh" in put_in(office, file)
    assert (Household.objects.count(), Attachment.objects.get().state) == (1, "stored")
    submission = Submission.objects.get()
    assert (submission.channel, submission.complete) == ("file", True)


def test_what_came_over_the_network_meanwhile_is_not_doubled(phone, office):
    sent = photo()
    body = phone.household(sent)
    content = sealed(body)
    phone.send(body, content)
    phone.patch(sent.sha256, 0, sent.content[:1000])
    put_in(office, exported(phone.device_id, (1, content), (2, sent.content)))
    assert Household.objects.count() == 1
    assert Submission.objects.get().complete is True


def test_a_file_that_was_cut_or_changed_is_refused_whole(phone, office, file):
    for broken in (file[:-40], file[:-1], file[:100] + b"x" + file[101:], b"PK\x03\x04"):
        assert "notice error" in put_in(office, broken)
    assert not Submission.objects.exists()


def test_a_bad_record_keeps_none_of_the_good_out(phone, office):
    bad = phone.household(fields=edits(members=4))
    page = put_in(office, exported(phone.device_id, (1, sealed(bad)), (1, sealed(phone.household()))))
    assert "1 phiếu mới" in page
    assert "Chủ hộ: Câu này bắt buộc phải trả lời." in page
    at = timezone.localtime(datetime.fromisoformat(bad["finalized_at"])).strftime("%H:%M %d/%m/%Y")
    assert f"Hộ gia đình · Điện thoại thử ({phone.user.username}) · {at}" in page
    assert Household.objects.count() == 1


def test_another_office_cannot_put_it_in(browser, city, file):
    assert "notice error" in put_in(browser(Role.PLANNER, city.east), file)
    assert not Submission.objects.exists()


def test_the_command_does_the_same(phone, city, member, file, tmp_path, capsys):
    path = tmp_path / "phieu.ntmx"
    path.write_bytes(file)
    planner = member(Role.PLANNER, city.west)
    call_command("import_field_export", path, user=planner.username)
    assert "new 1, known 0, photos 1" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_field_export", path, user=member(Role.PLANNER, city.east).username)
