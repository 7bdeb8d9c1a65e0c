"""Records from the field come in once, whole, and are answered for; what is refused is refused entirely."""

import gzip
import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone
from PIL import Image

from layers.access import Role
from layers.criteria.sets import load_all
from layers.fieldwork import held
from layers.models import (
    Attachment,
    Conflict,
    Device,
    Facility,
    FieldChange,
    Household,
    Proposal,
    RecordState,
    Road,
    Submission,
    WasteSite,
)
from tests.phone import API, Phone, at, edits, photo, picture, sealed

pytestmark = pytest.mark.django_db


def test_a_new_household_is_stored_and_its_class_only_proposed(phone, city):
    body = phone.household()
    answer = phone.send(body)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["complete"], told["proposed"]) == ("applied", True, ["category"])
    row = Household.objects.get(uid=body["record"]["id"])
    assert (row.name, row.members, row.unit, row.accuracy_m) == ("Hoàng Thị Thử", 4, city.west_hamlets[0], 8.0)
    assert not row.reviews.exists()
    proposal = Proposal.objects.get()
    assert (proposal.household, proposal.year, proposal.old, proposal.new) == (row, 2017, "", "poor")
    assert set(FieldChange.objects.values_list("field", flat=True)) == {"name", "members", "location"}


def test_the_same_bytes_again_change_nothing_and_get_the_same_answer(phone):
    body = phone.household()
    content = sealed(body)
    first, second = phone.send(body, content), phone.send(body, content)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (Household.objects.count(), Submission.objects.count()) == (1, 1)


def test_other_bytes_under_the_same_number_are_refused(phone):
    body = phone.household()
    phone.send(body)
    # Sealing anew makes other bytes even of the same record.
    answer = phone.send(body)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert Submission.objects.count() == 1


def test_another_device_cannot_use_a_number_that_is_taken(phone, city, member):
    body = phone.household()
    content = sealed(body | {"device_id": None})
    phone.send(body, content)
    other = Phone(member(Role.FIELD, city.west))
    other.sign_in()
    assert other.send(body, content).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_five_identical_posts_at_once_make_one_row(versions, phone):
    body = phone.household()
    content = sealed(body)

    def post(_number: int) -> int:
        try:
            return Phone(phone.user, submit_token=phone.submit_token).send(body, content).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(pool.map(post, range(5)))
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 423}
    assert (Household.objects.count(), Submission.objects.count()) == (1, 1)


def test_a_refused_record_names_every_field_in_vietnamese_and_stores_nothing(phone):
    body = phone.household(fields=edits(name="", members=400, category="rich"))
    answer = phone.send(body)
    assert answer.status_code == 422
    errors = {each["field"]: each["message"] for each in answer.json()["errors"]}
    assert set(errors) == {"name", "members", "category"}
    assert errors["name"] == "Câu này bắt buộc phải trả lời."
    assert not Submission.objects.exists()
    assert not Household.objects.exists()


def test_a_record_outside_the_area_is_refused(phone):
    answer = phone.send(phone.household(location=at(105.85, 22.11), unit="01852-01"))
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["location"]
    assert not Household.objects.exists()


def test_a_position_just_beyond_the_border_is_kept_under_the_hamlet_that_was_named(phone, city):
    body = phone.household(location=at(105.8405, 22.11), unit="01849-02")
    assert phone.send(body).json()["flags"] == []
    assert Household.objects.get().unit == city.west_hamlets[1]
    far = phone.household(location=at(105.86, 22.11), unit="01849-02")
    assert phone.send(far).json()["flags"] == ["far"]


def test_somebody_whose_role_was_taken_away_stores_nothing(phone):
    phone.user.member.role = Role.GUEST
    phone.user.member.save()
    assert phone.send(phone.household()).status_code == 422
    assert not Submission.objects.exists()


def test_an_app_that_is_too_old_is_told_so(phone):
    answer = phone.send(phone.household(), **{"X-App-Version": "0"})
    assert (answer.status_code, answer.json()["minimum"]) == (426, 1)


def test_a_record_that_is_too_large_is_refused_before_it_is_read(phone):
    answer = phone.send(phone.household(), b"x" * (project.LIMITS["FIELD_RECORD_BYTES"] + 2000))
    assert answer.status_code == 413


def test_the_number_in_the_header_must_be_the_records_own(phone):
    assert phone.send(phone.household(), **{"Idempotency-Key": str(uuid4())}).status_code == 422


def test_what_was_not_sealed_to_this_server_or_was_changed_is_refused(phone):
    body = phone.household()
    content = bytearray(sealed(body))
    content[-1] ^= 1
    assert phone.send(body, bytes(content)).status_code == 422
    assert phone.send(body, json.dumps(body).encode()).status_code == 422
    assert not Submission.objects.exists()


def test_a_full_disk_is_said_before_a_record_is_accepted(phone, settings):
    settings.LIMITS = settings.LIMITS | {"FIELD_DISK_FREE_BYTES": 2**62}
    answer = phone.send(phone.household())
    assert (answer.status_code, answer["Retry-After"]) == (507, "900")
    assert not Submission.objects.exists()


def test_a_hasty_device_is_told_to_wait(phone, settings):
    settings.LIMITS = settings.LIMITS | {"FIELD_REQUESTS_MINUTE": 2}
    statuses = [phone.get("/forms").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    # The database's clock stands still within the transaction of a test, which may have begun a while ago.
    Device.objects.update(window=timezone.now() - timedelta(minutes=10))
    assert phone.get("/forms").status_code == 200


def test_a_batch_answers_for_each_record_by_itself(phone):
    good, bad = phone.household(), phone.household(fields=edits(members=4))
    items = [{"instance_id": b["instance_id"], "sealed": b64encode(sealed(b)).decode()} for b in (good, bad)]
    answer = phone.client.post(
        f"{API}/submissions/batch",
        gzip.compress(json.dumps({"items": items}).encode()),
        content_type="application/json",
        headers=phone.headers(phone.submit_token, **{"Content-Encoding": "gzip"}),
    )
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 422]
    assert results[0]["body"]["state"] == "applied"
    assert Household.objects.count() == 1


def test_a_batch_that_unpacks_to_too_much_is_refused(phone):
    answer = phone.client.post(
        f"{API}/submissions/batch",
        gzip.compress(b" " * (9 * project.LIMITS["FIELD_BATCH_BYTES"])),
        content_type="application/json",
        headers=phone.headers(phone.submit_token, **{"Content-Encoding": "gzip"}),
    )
    assert answer.status_code == 413


def test_identity_numbers_are_nowhere_in_clear(phone):
    number = "006099012345"
    body = phone.household(fields=edits(name="Hoàng Thị Thử", national_id=number))
    assert phone.send(body).status_code == 201
    row = Household.objects.get()
    assert (row.id_last4, len(row.id_hmac)) == ("2345", 64)
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{number}%"])
            assert cursor.fetchone()[0] == 0, table
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{number.encode().hex()}%"])
            assert cursor.fetchone()[0] == 0, table


def test_a_household_of_the_same_name_nearby_is_suggested_once_however_its_name_is_typed(phone):
    phone.send(phone.household(fields=edits(name="Nguyễn Văn Hoà")))  # composed
    decomposed = phone.household(fields=edits(name="Nguyễn Văn Hoà"), location=at(105.8101, 22.11))
    assert phone.send(decomposed).json()["duplicates"] == 1
    other = phone.household(fields=edits(name="Nguyễn Văn Hoà"), location=at(105.815, 22.115))
    assert phone.send(other).json()["duplicates"] == 0


def test_the_same_identity_number_is_suggested_at_any_distance(phone):
    phone.send(phone.household(fields=edits(name="Lý Thị Một", national_id="006099012345")))
    twin = phone.household(fields=edits(name="Lý Thị Hai", national_id="006099012345"), location=at(105.815, 22.115))
    assert phone.send(twin).json()["duplicates"] == 1


class TestEdits:
    @pytest.fixture
    def known(self, phone, city):
        """A household as the phone knows it, with a review, and a way to edit it."""
        row = Household.objects.create(
            unit=city.west_hamlets[0], name="Triệu Văn Thử", members=3, address="", geom="SRID=4326;POINT(105.81 22.11)"
        )
        row.reviews.create(unit=row.unit, year=2017, category="poor", clean_water=False)
        row.told = RecordState.objects.get(pk=row.uid).version
        return row

    def edit(self, phone, row, after=None, **fields):
        record = {"id": str(row.uid), "base_version": row.told, "after": after}
        return phone.record(record=record, fields=edits(**fields), unit="")

    def test_a_value_that_nobody_else_changed_is_applied(self, phone, known):
        answer = phone.send(self.edit(phone, known, members=(3, 5), clean_water=(False, True)))
        assert (answer.json()["state"], answer.json()["flags"]) == ("applied", [])
        known.refresh_from_db()
        assert known.members == 5
        assert known.reviews.get().clean_water is True

    def test_other_fields_changed_meanwhile_are_marked_as_parallel(self, phone, known):
        Household.objects.filter(pk=known.pk).update(address="Tổ 1")
        answer = phone.send(self.edit(phone, known, members=(3, 5))).json()
        assert (answer["state"], answer["flags"]) == ("applied", ["parallel"])
        known.refresh_from_db()
        assert (known.members, known.address) == (5, "Tổ 1")

    def test_the_same_value_twice_is_no_conflict(self, phone, known):
        Household.objects.filter(pk=known.pk).update(members=5)
        assert phone.send(self.edit(phone, known, members=(3, 5))).json()["state"] == "applied"

    def test_two_values_are_kept_both_and_the_stored_one_stays(self, phone, known):
        Household.objects.filter(pk=known.pk).update(members=6)
        answer = phone.send(self.edit(phone, known, members=(3, 5), address=(None, "Tổ 2"))).json()
        assert (answer["state"], answer["conflicts"]) == ("conflict", ["members"])
        known.refresh_from_db()
        assert (known.members, known.address) == (6, "Tổ 2")
        conflict = Conflict.objects.get()
        assert (conflict.base, conflict.theirs, conflict.mine) == (3, 6, 5)

    def test_a_class_is_never_changed_by_a_phone(self, phone, known):
        answer = phone.send(self.edit(phone, known, category=("poor", "near_poor"))).json()
        assert (answer["state"], answer["proposed"]) == ("applied", ["category"])
        assert known.reviews.get().category == "poor"

    def test_a_removed_household_is_not_brought_back(self, phone, known):
        body = self.edit(phone, known, members=(3, 5))
        known.delete()
        answer = phone.send(body).json()
        assert (answer["state"], answer["conflicts"]) == ("conflict", [""])
        assert not Household.objects.exists()

    def test_an_edit_that_comes_before_the_one_it_builds_on_waits_for_it(self, phone, known):
        first = self.edit(phone, known, members=(3, 4))
        second = self.edit(phone, known, after=first["instance_id"], members=(4, 5))
        assert phone.send(second).json()["state"] == "held"
        assert phone.send(first).json()["state"] == "applied"
        known.refresh_from_db()
        assert known.members == 5
        assert not Conflict.objects.exists()
        assert Submission.objects.filter(state="applied", flags=[]).count() == 2

    def test_after_five_days_it_is_put_in_and_marked(self, phone, known):
        lone = self.edit(phone, known, after=str(uuid4()), members=(3, 5))
        phone.send(lone)
        assert held.settle(timezone.now()) == 0
        assert held.settle(timezone.now() + timedelta(days=5, minutes=1)) == 1
        known.refresh_from_db()
        assert known.members == 5
        assert Submission.objects.get().flags == ["out_of_order"]

    def test_a_better_fix_of_the_same_place_replaces_a_worse_one(self, phone, known):
        Household.objects.filter(pk=known.pk).update(geom="SRID=4326;POINT(105.8101 22.11)", accuracy_m=20)
        body = self.edit(phone, known) | {"location": at(105.81005, 22.11, 5, old={"lon": 105.81, "lat": 22.11})}
        assert phone.send(body).json()["state"] == "applied"
        known.refresh_from_db()
        assert (known.geom.x, known.accuracy_m) == (105.81005, 5)

    def test_two_positions_far_apart_are_a_conflict(self, phone, known):
        Household.objects.filter(pk=known.pk).update(geom="SRID=4326;POINT(105.815 22.11)", accuracy_m=20)
        body = self.edit(phone, known) | {"location": at(105.812, 22.11, 5, old={"lon": 105.81, "lat": 22.11})}
        assert phone.send(body).json()["conflicts"] == ["location"]

    def test_answers_of_a_new_year_wait_with_the_class_for_a_planner(self, phone, known):
        body = self.edit(phone, known, category=(None, "near_poor"), clean_water=(None, True)) | {"year": 2018}
        assert phone.send(body).json()["proposed"] == ["category"]
        assert Proposal.objects.get().answers == {"clean_water": True}
        lacking = self.edit(phone, known, clean_water=(None, True)) | {"year": 2019}
        assert phone.send(lacking).status_code == 422


def test_a_walked_road_keeps_every_piece(phone, city):
    start = 1_500_000_000
    piece = [[105.803 + i * 0.0005, 22.105, 5.0, start + i * 30] for i in range(6)]
    later = [[105.807 + i * 0.0005, 22.107, 5.0, start + 600 + i * 30] for i in range(6)]
    body = phone.record(
        "road",
        fields=edits(road_class="village", surface="earth", condition="4", wet_access="motorbike", width_m=2.5),
        line={"source": "trace", "pieces": [piece + later]},
        year=None,
    )
    assert phone.send(body).status_code == 201
    roads = Road.objects.order_by("pk")
    assert [road.surface for road in roads] == ["earth", "earth"]
    assert str(roads[0].uid) == body["record"]["id"]
    assert (roads[0].condition, roads[0].wet_access, roads[0].width_m) == (4, "motorbike", 2.5)
    assert all(road.length_m > 200 for road in roads)


def test_waste_sites_and_facilities_are_stored(phone):
    waste = phone.record("waste-site", fields=edits(kind="group_kiln", households_served=12), location=at())
    school = phone.record("facility", fields=edits(kind="school", level="primary"), location=at())
    assert [phone.send(body).status_code for body in (waste, school)] == [201, 201]
    assert WasteSite.objects.get().households_served == 12
    assert Facility.objects.get().level == "primary"


def test_evidence_proposes_a_result_and_makes_no_record(phone, city):
    load_all()
    body = phone.record("evidence", fields=edits(indicator="17.3", found="u", note="Rác đổ ven suối"), location=at())
    answer = phone.send(body)
    assert answer.status_code == 201
    assert answer.json()["record"] is None
    proposal = Proposal.objects.get()
    assert (proposal.unit, proposal.indicator.code, proposal.new) == (city.west, "17.3", "u")
    wrong = phone.record("evidence", fields=edits(indicator="99.9", found="u"), location=at())
    assert phone.send(wrong).status_code == 422


class TestPhotos:
    def test_a_photo_cut_at_sixty_per_cent_goes_on_there_and_is_stored_whole(self, phone):
        sent = photo(content=picture((1200, 900)))
        body = phone.household(sent)
        answer = phone.send(body).json()
        assert (answer["complete"], answer["missing"][0]["offset"]) == (False, 0)
        cut = int(len(sent.content) * 0.6)
        assert phone.patch(sent.sha256, 0, sent.content[:cut]).status_code == 204
        found = phone.head(sent.sha256)
        assert (found.status_code, int(found["Upload-Offset"])) == (204, cut)
        wrong = phone.patch(sent.sha256, 0, sent.content[:10])
        assert (wrong.status_code, int(wrong["Upload-Offset"])) == (409, cut)
        done = phone.upload(sent, cut)
        assert (done.status_code, done.json()["complete"]) == (200, True)
        # The same piece again, after a lost answer, is no error.
        assert phone.patch(sent.sha256, cut, sent.content[cut:]).status_code == 200
        assert Attachment.objects.get().state == "stored"

    def test_a_damaged_photo_is_asked_for_again_from_the_beginning(self, phone):
        sent = photo()
        phone.send(phone.household(sent))
        damaged = bytes([*sent.content[:-1], sent.content[-1] ^ 1])
        answer = phone.patch(sent.sha256, 0, damaged)
        assert (answer.status_code, answer["Upload-Offset"]) == (422, "0")
        assert phone.upload(sent).json()["complete"] is True

    def test_position_and_model_of_the_telephone_are_gone_from_what_is_stored(self, phone):
        exif = Image.Exif()
        exif[0x0110] = "Model X"
        exif.get_ifd(0x8825)[2] = (22.0, 6.0, 36.0)
        sent = photo(content=picture(exif=exif.tobytes()))
        phone.send(phone.household(sent))
        phone.upload(sent)
        with Attachment.objects.get().file.open() as file, Image.open(file) as stored:
            assert not stored.getexif()
            assert stored.format == "JPEG"

    def test_what_is_no_picture_or_would_fill_the_memory_is_refused_and_stays_visible(self, phone):
        bomb = picture((1, 1), "PNG")
        # The width that the file says it has, without the pixels: 60000 x 60000.
        bomb = bomb[:16] + (60000).to_bytes(4, "big") * 2 + bomb[24:]
        for content in (b"PK\x03\x04 an archive", bomb):
            sent = photo(content=content)
            phone.send(phone.household(sent))
            answer = phone.upload(sent)
            assert answer.status_code == 422
            assert phone.head(sent.sha256).status_code == 204
        assert set(Attachment.objects.values_list("state", flat=True)) == {"bad"}
        assert not Submission.objects.filter(complete=True).exists()

    def test_a_photo_that_no_record_names_or_of_another_device_is_not_found(self, phone, city, member):
        sent = photo()
        assert phone.head(sent.sha256).status_code == 404
        phone.send(phone.household(sent))
        other = Phone(member(Role.FIELD, city.west))
        other.sign_in()
        assert other.head(sent.sha256).status_code == 404
        assert other.patch(sent.sha256, 0, sent.content[:100]).status_code == 404

    def test_a_photo_that_is_too_large_is_refused_with_its_record(self, phone):
        body = phone.household()
        body["attachments"] = [{"name": "a.jpg", "sha256": "0" * 64, "size": 11 * 1024**2}]
        assert phone.send(body).status_code == 422
