"""A record's page at the desk: what is stored, its photos, who changed what; for the office of its area alone."""

import pghistory
import pytest

from layers.access import Role
from layers.models import Attachment, DuplicateCandidate, Household, PersonalRead, Proposal, Road, Submission
from tests.phone import Phone, edits, phone, photo
from tests.test_field_inbox import decide, office

pytestmark = pytest.mark.django_db
__all__ = ["office", "phone"]


def page_of(client, row) -> str:
    answer = client.get(f"/field/records/{row.uid}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_the_photos_and_who_changed_what_on_which_phone(phone, office, city, member):
    sent = photo()
    phone.send(phone.household(sent))
    phone.upload(sent)
    row, first = Household.objects.get(), Submission.objects.get()
    decide(office, first, decision="approve", id=Proposal.objects.get().pk)
    other = Phone(member(Role.FIELD, city.west))
    other.sign_in(label="Máy của xã")
    record = {"id": str(row.uid), "base_version": 1, "after": None}
    other.send(other.record(record=record, fields=edits(members=(4, 5), clean_water=(None, True)), unit=""))
    page = page_of(office, row)
    assert f"/field/inbox/{first.pk}/photos/{Attachment.objects.get().pk}.jpg" in page
    assert "Số nhân khẩu: 4 → <strong>5</strong>" in page
    assert "Nước sạch: – → <strong>có</strong>" in page
    assert "phiếu từ máy “Máy của xã”" in page
    assert other.user.username in page
    assert PersonalRead.objects.filter(layer="households", output="record", what=f"id={row.pk}").count() == 1
    place = office.get(f"/field/records/{row.uid}/place.json").json()
    assert [each["geometry"]["coordinates"] for each in place["features"]] == [[105.81, 22.11]]


def test_an_identity_number_is_told_by_its_last_digits_only(phone, office):
    phone.send(phone.household(fields=edits(name="Hoàng Thị Thử", national_id="012345678912")))
    page = page_of(office, Household.objects.get())
    assert "…8912" in page
    assert "012345678" not in page


def test_a_change_at_the_desk_stands_beside_those_from_the_field(phone, office, city, member):
    phone.send(phone.household())
    row = Household.objects.get()
    planner = member(Role.PLANNER, city.west)
    with pghistory.context(user=planner.pk):
        row.address = "Tổ 2"
        row.save()
    page = page_of(office, row)
    assert "→ <strong>Tổ 2</strong>" in page
    assert planner.username in page


def test_a_merged_household_keeps_the_photos_of_both(phone, office):
    phone.send(phone.household())
    sent = photo()
    phone.send(phone.household(sent))
    phone.upload(sent)
    pair = DuplicateCandidate.objects.get()
    kept = Household.objects.order_by("pk").first()
    decide(office, pair.submission, decision="merge", id=pair.pk, keep=kept.pk)
    assert Household.objects.get() == kept
    page = page_of(office, kept)
    assert f"/photos/{Attachment.objects.get().pk}.jpg" in page
    assert "hộ Hoàng Thị Thử đã được gộp vào hồ sơ này" in page
    for each in Submission.objects.all():
        assert f"/field/records/{kept.uid}/" in office.get(f"/field/inbox/{each.pk}/").content.decode()


def test_the_photos_of_what_was_thrown_out_are_not_shown(phone, office, city):
    row = Household.objects.create(unit=city.west_hamlets[0], name="Ma Thị Thử", members=3)
    sent = photo()
    record = {"id": str(row.uid), "base_version": 1, "after": None}
    phone.send(phone.record(record=record, fields=edits(members=(3, 5)), unit="", attachments=[sent.named]))
    phone.upload(sent)
    decide(office, Submission.objects.get(), decision="reject", note="Nhầm hộ")
    page = page_of(office, row)
    assert "/photos/" not in page
    assert "bị loại" in page


def test_a_walked_road_has_a_page_too(phone, office):
    walked = [[105.801 + step / 1000, 22.101, 5, 1_500_000_000 + 60 * step] for step in range(5)]
    line = {"source": "trace", "pieces": [walked]}
    phone.send(phone.record("road", line=line, year=None, fields=edits(road_class="village", name="Đường thử")))
    page = page_of(office, Road.objects.get())
    assert "Đường thử" in page
    assert "413 m" in page


@pytest.mark.parametrize("role", [Role.GUEST, Role.LEADER, Role.FIELD])
def test_only_the_office_opens_it(phone, browser, city, role):
    phone.send(phone.household())
    row = Household.objects.get()
    for address in (f"/field/records/{row.uid}/", f"/field/records/{row.uid}/place.json"):
        assert browser(role, city.west).get(address).status_code == 403


def test_another_communes_office_does_not_learn_that_there_is_one(phone, browser, city):
    phone.send(phone.household())
    row = Household.objects.get()
    for address in (f"/field/records/{row.uid}/", f"/field/records/{row.uid}/place.json"):
        assert browser(Role.PLANNER, city.east).get(address).status_code == 404
    assert not PersonalRead.objects.filter(output__startswith="record").exists()


def test_the_panel_of_the_map_and_the_form_lead_to_it(phone, office, browser, city):
    phone.send(phone.household())
    decide(office, Submission.objects.get(), decision="approve", id=Proposal.objects.get().pk)
    row = Household.objects.get()
    address = f"/field/records/{row.uid}/"
    assert office.get(f"/features/households/{row.pk}.json?year=2017").json()["page"]["url"] == address
    assert browser(Role.FIELD, city.west).get(f"/features/households/{row.pk}.json?year=2017").json()["page"] is None
    assert f'href="{address}"' in office.get(f"/field/inbox/{Submission.objects.get().pk}/").content.decode()
