"""The office decides: conflicts, proposals, duplicates, notes; each of its own area, each once."""

from datetime import timedelta

import pghistory
import pytest
from django.utils import timezone

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.fieldwork.titles import titles
from layers.models import (
    Attachment,
    Conflict,
    Declaration,
    Device,
    DuplicateCandidate,
    Evidence,
    Household,
    PersonalRead,
    Proposal,
    RecordState,
    Submission,
)
from layers.pages.field.assessing import assess_field_work
from tests.phone import Phone, at, edits, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(browser, city):
    """A planner of the western commune at the desk."""
    return browser(Role.PLANNER, city.west)


def decide(office, submission: Submission, **said):
    return office.post(f"/field/inbox/{submission.pk}/decide", said)


def test_the_inbox_says_first_how_much_there_is_to_decide(phone, office):
    phone.send(phone.household())
    page = office.get("/field/inbox/").content.decode()
    assert "1 phiếu chờ quyết định" in page
    assert "Hoàng Thị Thử" in page
    assert PersonalRead.objects.filter(layer="submissions", output="inbox", rows=1).exists()
    points = office.get("/field/inbox/points.json").json()
    assert [each["properties"]["title"] for each in points["features"]] == ["Hoàng Thị Thử"]


def test_approving_makes_the_review_with_its_answers_and_the_commune_is_assessed(phone, office, city):
    load_all()
    before = Household.objects.create(unit=city.west_hamlets[0], name="Cũ")
    before.reviews.create(unit=before.unit, year=2017, category="poor")
    assess(2017)
    phone.send(phone.household(fields=edits(name="Mới", category="poor", clean_water=True)))
    submission, proposal = Submission.objects.get(), Proposal.objects.get()
    assert decide(office, submission, decision="approve", id=proposal.pk).status_code == 302
    review = Household.objects.get(name="Mới").reviews.get()
    assert (review.year, review.category, review.clean_water, review.movement) == (2017, "poor", True, "")
    assert Submission.objects.get().assessed is False
    assess_field_work.call()
    assert Submission.objects.get().assessed is True
    # A second decision comes late, and says so.
    page = office.post(f"/field/inbox/{submission.pk}/decide", {"decision": "decline", "id": proposal.pk}, follow=True)
    assert "Người khác đã quyết định việc này." in page.content.decode()
    assert Household.objects.get(name="Mới").reviews.count() == 1


def test_a_household_that_was_poor_last_year_escapes_once_that_is_approved(phone, office, city):
    row = Household.objects.create(unit=city.west_hamlets[0], name="Nông Văn Thử", geom="SRID=4326;POINT(105.81 22.11)")
    row.reviews.create(unit=row.unit, year=2016, category="poor")
    record = {"id": str(row.uid), "base_version": 1, "after": None}
    phone.send(phone.record(record=record, fields=edits(category=(None, "average"))))
    decide(office, Submission.objects.get(), decision="approve", id=Proposal.objects.get().pk)
    assert row.reviews.get(year=2017).movement == "escaped"


def test_declining_changes_nothing(phone, office):
    phone.send(phone.household())
    decide(office, Submission.objects.get(), decision="decline", id=Proposal.objects.get().pk)
    assert Proposal.objects.get().state == "declined"
    assert not Household.objects.get().reviews.exists()


class TestConflicts:
    @pytest.fixture
    def disputed(self, phone, city) -> Conflict:
        row = Household.objects.create(unit=city.west_hamlets[0], name="Ma Thị Thử", members=6)
        record = {"id": str(row.uid), "base_version": 1, "after": None}
        phone.send(phone.record(record=record, fields=edits(members=(3, 5)), unit=""))
        return Conflict.objects.get()

    def test_both_values_are_shown(self, office, disputed):
        page = office.get(f"/field/inbox/{disputed.submission_id}/").content.decode()
        assert "Hai giá trị: số nhân khẩu" in page
        for value in ("3", "6", "5"):
            assert f"<dd>{value}</dd>" in page

    def test_who_stored_the_present_value_is_told(self, phone, office, city, member):
        row = Household.objects.create(unit=city.west_hamlets[0], name="Ma Thị Thử", members=3)
        record = {"id": str(row.uid), "base_version": 1, "after": None}
        other = Phone(member(Role.FIELD, city.west))
        other.sign_in(label="Máy của xã")
        other.send(other.record(record=record, fields=edits(members=(3, 6)), unit=""))
        later = record | {"base_version": 1}
        phone.send(phone.record(record=later, fields=edits(members=(3, 5)), unit=""))
        conflict = Conflict.objects.get()
        page = office.get(f"/field/inbox/{conflict.submission_id}/").content.decode()
        stored_at = timezone.localtime(Submission.objects.earliest("received_at").received_at)
        assert f"{other.user.username}, Máy của xã, {stored_at:%H:%M %d/%m/%Y}" in page

    def test_a_value_that_the_desk_stored_is_told_with_its_user(self, phone, office, city, member):
        row = Household.objects.create(unit=city.west_hamlets[0], name="Ma Thị Thử", members=3)
        planner = member(Role.PLANNER, city.west)
        with pghistory.context(user=planner.pk):
            row.members = 6
            row.save()
        record = {"id": str(row.uid), "base_version": 1, "after": None}
        phone.send(phone.record(record=record, fields=edits(members=(3, 5)), unit=""))
        page = office.get(f"/field/inbox/{Conflict.objects.get().submission_id}/").content.decode()
        assert f'<dd class="small muted">{planner.username}, ' in page

    def test_the_fields_value_is_taken(self, office, disputed):
        decide(office, disputed.submission, decision="conflict", id=disputed.pk, verdict="mine")
        assert Household.objects.get().members == 5
        disputed.refresh_from_db()
        assert (disputed.verdict, disputed.submission.state) == ("mine", "applied")
        assert disputed.decided_by is not None

    def test_the_stored_value_stays(self, office, disputed):
        decide(office, disputed.submission, decision="conflict", id=disputed.pk, verdict="theirs")
        assert Household.objects.get().members == 6
        assert Submission.objects.get().state == "applied"

    def test_a_removed_record_is_not_brought_back(self, phone, office, city):
        row = Household.objects.create(unit=city.west_hamlets[0], name="Đã xóa", members=6)
        record = {"id": str(row.uid), "base_version": 1, "after": None}
        row.delete()
        phone.send(phone.record(record=record, fields=edits(members=(3, 5)), unit=""))
        conflict = Conflict.objects.get()
        decide(office, conflict.submission, decision="conflict", id=conflict.pk, verdict="mine")
        assert not Household.objects.exists()
        assert Conflict.objects.get().verdict == "open"


class TestDuplicates:
    @pytest.fixture
    def twins(self, phone) -> DuplicateCandidate:
        phone.send(phone.household(fields=edits(name="Lục Văn Thử", address="Tổ 1")))
        phone.send(phone.household(fields=edits(name="Luc Van Thu", members=4)))
        first = Household.objects.order_by("pk").first()
        first.reviews.create(unit=first.unit, year=2016, category="poor")
        return DuplicateCandidate.objects.get()

    def test_merging_keeps_what_either_has(self, office, twins):
        twins.second.reviews.create(unit=twins.second.unit, year=2017, category="near_poor")
        decide(office, twins.submission, decision="merge", id=twins.pk, keep=twins.first_id)
        row = Household.objects.get()
        assert (row.pk, row.address, row.members) == (twins.first_id, "Tổ 1", 4)
        page = office.get(f"/field/inbox/{twins.submission_id}/").content.decode()
        assert "Hộ Luc Van Thu đã được gộp vào hộ Lục Văn Thử" in page
        assert sorted(row.reviews.values_list("year", flat=True)) == [2016, 2017]

    def test_two_stay_two_and_are_not_suggested_again(self, phone, office, twins):
        decide(office, twins.submission, decision="two", id=twins.pk)
        assert Household.objects.count() == 2
        assert DuplicateCandidate.objects.get().state == "two"


def test_a_returned_record_brings_its_note_to_the_phone(phone, office):
    phone.send(phone.household())
    submission = Submission.objects.get()
    assert (
        "Hãy ghi"
        in office.post(
            f"/field/inbox/{submission.pk}/decide", {"decision": "return", "note": " "}, follow=True
        ).content.decode()
    )
    decide(office, submission, decision="return", note="Chụp rõ số nhà")
    (told,) = phone.get(f"/submissions?device={phone.device_id}").json()["submissions"]
    assert (told["state"], told["note"], told["proposed"]) == ("returned", "Chụp rõ số nhà", [])
    assert (told["title"], told["record"]["id"]) == ("Hoàng Thị Thử", str(submission.record))
    assert Proposal.objects.get().state == "declined"


def test_what_a_record_thrown_out_has_made_is_gone_here_and_on_every_phone(phone, office):
    phone.send(phone.household(photo()))
    submission, household = Submission.objects.get(), Household.objects.get()
    decide(office, submission, decision="reject", note="Không có hộ này")
    assert not Household.objects.exists()
    assert RecordState.objects.get(pk=household.uid).deleted
    assert not Proposal.objects.filter(state="open").exists()
    submission.refresh_from_db()
    assert (submission.state, submission.note) == ("rejected", "Không có hộ này")
    # A photo that it still lacks is nothing to decide about any more.
    assert "Không có phiếu nào chờ quyết định" in office.get("/field/inbox/").content.decode()
    assert "Hoàng Thị Thử" in office.get("/field/inbox/?show=rejected").content.decode()


def test_work_done_at_a_record_since_is_not_thrown_out_with_it(phone, office):
    phone.send(phone.household())
    Household.objects.update(address="Tổ 2")
    submission = Submission.objects.get()
    decide(office, submission, decision="reject", note="Không có hộ này")
    assert Household.objects.exists()
    assert Submission.objects.get().state == "applied"


def test_an_edit_thrown_out_leaves_the_record(phone, office, city):
    row = Household.objects.create(unit=city.west_hamlets[0], name="Cũ", members=3)
    record = {"id": str(row.uid), "base_version": 1, "after": None}
    phone.send(phone.record(record=record, fields=edits(members=(3, 5)), unit=""))
    decide(office, Submission.objects.get(), decision="reject", note="Sai")
    assert Household.objects.filter(pk=row.pk).exists()


def test_a_position_far_away_waits_for_somebody_to_look_at_it(phone, office):
    assert (
        phone.send(phone.household(fields=edits(name="A"), location=at(105.86, 22.11), unit="01849-02")).status_code
        == 201
    )
    submission = Submission.objects.get()
    assert submission.flags == ["far"]
    assert [each["properties"]["far"] for each in office.get("/field/inbox/points.json").json()["features"]] == [True]
    place = office.get(f"/field/inbox/{submission.pk}/place.json").json()
    assert [each["properties"]["state"] for each in place["features"]] == ["mine", "unit", "stored"]
    assert "vị trí ở xa" in office.get("/field/inbox/").content.decode().lower()
    decide(office, submission, decision="place")
    assert Submission.objects.get().flags == ["far_confirmed"]
    assert "Không có phiếu nào chờ quyết định" in office.get("/field/inbox/").content.decode()


def test_a_household_that_moved_far_waits_for_somebody_to_look_at_it(phone, office, city):
    """A receiver that lies, or the wrong household: inside the commune nothing else would tell."""
    row = Household.objects.create(unit=city.west_hamlets[0], name="Cũ", geom="SRID=4326;POINT(105.81 22.11)")
    record = {"id": str(row.uid), "base_version": 1, "after": None}
    old = {"lat": 22.11, "lon": 105.81, "accuracy": None}
    near = at(105.814, 22.11, old=old)
    assert phone.send(phone.record(record=record, fields=[], location=near)).json()["flags"] == []
    record |= {"base_version": 2}
    far = at(105.82, 22.11, old={"lat": 22.11, "lon": 105.814, "accuracy": 8.0})
    assert phone.send(phone.record(record=record, fields=[], location=far)).json()["flags"] == ["moved"]
    submission = Submission.objects.get(flags=["moved"])
    assert "1 phiếu chờ quyết định" in office.get("/field/inbox/").content.decode()
    assert "Hồ sơ đã chuyển đi xa" in office.get(f"/field/inbox/{submission.pk}/").content.decode()
    place = office.get(f"/field/inbox/{submission.pk}/place.json").json()
    assert [each["properties"]["state"] for each in place["features"]] == ["mine", "stored", "before"]
    decide(office, submission, decision="place")
    assert Submission.objects.get(pk=submission.pk).flags == ["moved_confirmed"]
    assert "Không có phiếu nào chờ quyết định" in office.get("/field/inbox/").content.decode()


def test_approved_evidence_becomes_a_declaration_with_its_photos(phone, office, city):
    load_all()
    sent = photo()
    body = phone.record("evidence", fields=edits(indicator="17.3", found="u", note="Rác ven suối"), unit="01849")
    body["attachments"] = [sent.named]
    assert phone.send(body).status_code == 201
    submission, proposal = Submission.objects.get(), Proposal.objects.get()
    title = titles([submission])[submission.pk]
    assert title.startswith("17.3 ")
    assert title.endswith(": chưa đạt")
    for address in ("/field/inbox/", f"/field/inbox/{submission.pk}/", "/field/inbox/points.json?show=all"):
        assert title[5:40] in office.get(address).content.decode()
    decide(office, submission, decision="approve", id=proposal.pk)
    assert not Declaration.objects.exists()  # its photo is not there yet
    phone.upload(sent)
    decide(office, submission, decision="approve", id=proposal.pk)
    declared = Declaration.objects.get()
    assert (declared.unit, declared.status, declared.evidence) == (city.west, "u", "Rác ven suối")
    assert Evidence.objects.get().declaration == declared


def test_a_photo_that_is_none_may_be_let_pass_so_that_the_phone_can_forget(phone, office):
    sent = photo(content=b"no picture at all")
    phone.send(phone.household(sent))
    phone.upload(sent)
    submission = Submission.objects.get()
    assert submission.complete is False
    decide(office, submission, decision="let_pass", id=Attachment.objects.get().pk)
    assert Submission.objects.get().complete is True


class TestLostPhone:
    def test_revoking_and_letting_in_what_it_still_delivers(self, phone, office):
        office.post(f"/field/devices/{phone.device_id}/revoke")
        sent = photo()
        phone.send(phone.household(sent))
        phone.upload(sent)
        submission = Submission.objects.get()
        assert submission.state == "quarantined"
        assert "từ thiết bị đã thu hồi" in office.get("/field/inbox/").content.decode().lower()
        decide(office, submission, decision="let_in")
        assert Household.objects.get().name == "Hoàng Thị Thử"
        assert Submission.objects.get().state == "applied"
        assert Attachment.objects.get().state == "stored"

    def test_the_page_shows_what_each_device_last_said(self, phone, office, city):
        at = timezone.now() - timedelta(days=20)
        packs = [{"commune": "01849", "at": at.isoformat()}, {"commune": "99999", "at": "hôm qua"}]
        Device.objects.update(pending=7, packs=packs)
        page = office.get("/field/devices/").content.decode()
        assert "Điện thoại thử" in page
        assert ">7<" in page
        assert str(city.west) in page
        assert f"dữ liệu ngày {timezone.localtime(at):%d/%m/%Y} (đã 20 ngày)" in page
        assert "late-text" in page
        assert "01849" not in page
        assert "99999" in page, "a commune that the store does not know is told as the phone does"


class TestAccess:
    """Another commune's planner sees nothing, a leader and field staff have no inbox, and photos are nobody else's."""

    PAGES = (
        "/field/inbox/{pk}/",
        "/field/inbox/{pk}/place.json",
        "/field/inbox/{pk}/photos/{photo}.jpg",
    )

    @pytest.fixture
    def sent(self, phone) -> dict[str, int]:
        picture = photo()
        phone.send(phone.household(picture))
        phone.upload(picture)
        return {"pk": Submission.objects.get().pk, "photo": Attachment.objects.get().pk}

    def test_the_planner_of_the_area_sees_it_and_each_look_is_noted(self, sent, office):
        for page in self.PAGES:
            assert office.get(page.format(**sent)).status_code == 200, page
        assert PersonalRead.objects.filter(layer="submissions", output="photo").exists()
        assert PersonalRead.objects.filter(layer="submissions", output="inbox", what__startswith="id=").exists()

    def test_the_neighbour_sees_nothing(self, sent, browser, city, phone):
        neighbour = browser(Role.PLANNER, city.east)
        for page in self.PAGES:
            assert neighbour.get(page.format(**sent)).status_code == 404, page
        assert "Hoàng" not in neighbour.get("/field/inbox/?show=all").content.decode()
        assert neighbour.get("/field/inbox/points.json?show=all").json()["features"] == []
        assert "Điện thoại thử" not in neighbour.get("/field/devices/").content.decode()
        assert neighbour.post(f"/field/devices/{phone.device_id}/revoke").status_code == 404
        assert (
            neighbour.post(f"/field/inbox/{sent['pk']}/decide", {"decision": "return", "note": "x"}).status_code == 404
        )

    @pytest.mark.parametrize("role", ["leader", "field", "guest"])
    def test_others_have_no_inbox(self, sent, browser, city, role):
        client = browser(role, city.west)
        pages = [page.format(**sent) for page in self.PAGES]
        for page in ("/field/inbox/", "/field/inbox/points.json", "/field/devices/", "/field/import/", *pages):
            answer = client.get(page, headers={"Accept": "text/html"})
            assert answer.status_code == 403, page
            assert "Hoàng" not in answer.content.decode()

    def test_nobody_is_asked_to_sign_in(self, sent, browser):
        answer = browser().get("/field/inbox/", headers={"Accept": "text/html"})
        assert answer.status_code == 302

    def test_an_administrator_without_units_sees_nothing(self, sent, browser):
        answer = browser(Role.ADMINISTRATOR).get("/field/inbox/", headers={"Accept": "text/html"})
        assert answer.status_code == 403
