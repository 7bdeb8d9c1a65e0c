"""A telephone that lies, by accident or on purpose: whatever it says is answered, and nothing false enters unseen."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from layers.fieldwork.keys import private_key
from layers.fieldwork.sealing import Kind, seal
from layers.models import Household, Road, Submission
from tests.phone import at, edits, phone

pytestmark = pytest.mark.django_db
__all__ = ["phone"]


def refused_at(answer) -> list[str]:
    assert answer.status_code == 422, answer.content
    return [each["field"] for each in answer.json()["errors"]]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2017-02-30T00:00:00Z"])
def test_a_moment_that_no_calendar_holds_is_refused(phone, moment):
    assert refused_at(phone.send(phone.household(finalized_at=moment))) == ["finalized_at"]


def test_an_offset_that_no_place_on_earth_has_is_understood(phone):
    assert phone.send(phone.household(finalized_at="2017-11-20T09:00:00+23:59")).status_code == 201


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_a_clock_that_is_ages_off_is_marked(phone, sent_at):
    answer = phone.send(phone.household(), **{"X-Sent-At": sent_at})
    assert answer.status_code == 201
    assert "clock" in answer.json()["flags"]


def test_a_form_of_a_telephone_whose_clock_begins_with_1970_is_of_the_day_it_was_filled_in(phone):
    body = phone.household(finalized_at="1970-01-01T01:00:00Z")
    phone.send(body, **{"X-Sent-At": "1970-01-01T02:00:00Z"})
    assert Household.objects.get().as_of == timezone.localdate(timezone.now() - timedelta(hours=1))


def test_a_form_of_tomorrow_is_of_today(phone):
    later = timezone.now() + timedelta(days=30)
    phone.send(phone.household(finalized_at=later.isoformat()))
    assert Household.objects.get().as_of == timezone.localdate()


def test_a_survey_of_years_to_come_is_refused(phone):
    assert refused_at(phone.send(phone.household(year=timezone.localdate().year + 2))) == ["year"]


def test_a_position_said_to_be_exact_is_one_whose_error_nobody_knows(phone):
    """So that it never beats one that was measured."""
    phone.send(phone.household(location=at(accuracy=0)))
    assert Household.objects.get().accuracy_m is None


def test_latitude_and_longitude_that_were_swapped_are_refused(phone):
    assert refused_at(phone.send(phone.household(location=at(lon=22.11, lat=105.81)))) == ["location"]


def test_a_road_across_the_country_waits_for_somebody_to_look_at_it(phone):
    line = {"source": "map", "pieces": [[[105.81, 22.11], [106.7, 10.8], [105.81, 22.1101]]]}
    answer = phone.send(phone.record("road", line=line, year=None, fields=edits(road_class="village")))
    assert answer.json()["flags"] == ["far"]


def test_a_road_of_the_commune_waits_for_nobody(phone):
    line = {"source": "map", "pieces": [[[105.81, 22.11], [105.812, 22.112]]]}
    answer = phone.send(phone.record("road", line=line, year=None, fields=edits(road_class="village")))
    assert answer.json()["flags"] == []


def test_one_number_is_one_record(phone, city):
    road = Road.objects.create(
        unit=city.west_hamlets[0], road_class="village", geom="SRID=4326;LINESTRING(105.81 22.11, 105.812 22.112)"
    )
    record = {"id": str(road.uid), "base_version": None, "after": None}
    assert refused_at(phone.send(phone.household(record=record))) == ["record.id"]
    assert not Household.objects.exists()


@pytest.mark.parametrize("number", ["1e400", "NaN", "1" + "0" * 5000, "4.5", '"4"', "true", "[4]", "{}", "-1", "41"])
def test_what_is_no_number_of_people_is_refused(phone, number):
    body = phone.household()
    text = json.dumps(body).replace('"new": 4', f'"new": {number}', 1)
    answer = phone.send(body, seal(text.encode(), Kind.RECORD, private_key().public_key()))
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_a_form_that_builds_on_itself_is_refused(phone):
    body = phone.household()
    body["record"] |= {"id": str(uuid4()), "after": body["instance_id"]}
    assert refused_at(phone.send(body)) == ["record.after"]


@pytest.mark.parametrize("unseen", ["\u202e\u200b", "\ufeff", " \u2060 ", "\x07"])
def test_a_name_that_nobody_sees_is_no_answer(phone, unseen):
    assert refused_at(phone.send(phone.household(fields=edits(name=unseen)))) == ["name"]
    phone.send(phone.household(fields=edits(name=f"Ma{unseen.strip()} Thị Thử", address="Tổ 1\nNà Ỏi")))
    household = Household.objects.get()
    assert (household.name, household.address) == ("Ma Thị Thử", "Tổ 1\nNà Ỏi")


def test_two_answers_to_one_question_are_refused(phone):
    assert refused_at(phone.send(phone.household(fields=[*edits(name="D"), *edits(name="E")]))) == ["fields"]


@pytest.mark.parametrize(("ahead", "flags"), [(timedelta(days=365), ["clock"]), (timedelta(minutes=5), [])])
def test_a_form_filled_in_in_time_to_come_is_marked(phone, ahead, flags):
    body = phone.household(finalized_at=(timezone.now() + ahead).isoformat())
    assert phone.send(body).json()["flags"] == flags
