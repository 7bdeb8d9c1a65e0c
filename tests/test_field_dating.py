"""Since when what changed in the field holds: no year before is rewritten unless somebody says so."""

from uuid import uuid4

import pytest

from layers.access import Role
from layers.fieldwork.published import current_forms
from layers.models import Conflict, Facility, FieldChange, Road, Submission
from layers.models.roads import ROADS
from tests.phone import edits
from tests.test_field_collect import collect, instance

pytestmark = pytest.mark.django_db
__all__ = ["collect"]
LINE = "SRID=4326;LINESTRING(105.81 22.11, 105.812 22.112)"


@pytest.fixture
def lane(city) -> Road:
    return Road.objects.create(unit=city.west_hamlets[0], road_class="village", surface="earth", geom=LINE)


@pytest.fixture
def office(browser, city):
    return browser(Role.PLANNER, city.west)


def changed(phone, row, form="road", **more):
    record = {"id": str(row.uid), "base_version": 1, "after": None}
    fields = edits(**more.pop("fields"))
    return phone.send(phone.record(form, record=record, unit="", year=None, fields=fields, **more))


def hardened(year: int) -> bool | None:
    return Road.objects.as_of_year(year).get().hardened


def decide(office, **said):
    submission = Submission.objects.get()
    return office.post(f"/field/inbox/{submission.pk}/decide", {"decision": "conflict", **said}, follow=True)


def test_with_its_year_the_years_before_stay(phone, lane):
    answer = changed(phone, lane, fields={"surface": ("earth", "concrete"), "hardened_year": (None, 2017)})
    assert (answer.json()["state"], answer.json()["flags"]) == ("applied", [])
    assert (hardened(2016), hardened(2017)) == (False, True)


def test_without_it_the_form_is_taken_in_and_the_surface_waits_for_a_planner(phone, lane):
    """As an app of before sends it: nothing is refused, and nothing of what it says besides is kept waiting."""
    answer = changed(phone, lane, fields={"surface": ("earth", "concrete"), "condition": (None, "2")})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["conflicts"], told["flags"]) == ("conflict", ["surface"], ["undated"])
    lane.refresh_from_db()
    assert (lane.surface, lane.condition) == ("earth", 2)
    assert (hardened(2016), hardened(2017)) == (False, False)


def test_that_the_record_was_wrong_all_along_changes_the_years_before_on_purpose(phone, lane):
    Road.objects.update(surface="asphalt", hardened_year=2017)
    record = {"id": str(lane.uid), "base_version": 2, "after": None}
    fields = edits(surface=("asphalt", "concrete"))
    answer = phone.send(phone.record("road", record=record, unit="", year=None, fields=fields, correction=True))
    assert answer.json()["state"] == "applied"
    lane.refresh_from_db()
    assert (lane.surface, lane.hardened_year) == ("concrete", None)
    assert hardened(2016) is True


def test_the_year_on_record_may_be_said_to_be_that_of_the_new_surface(phone, lane):
    Road.objects.update(surface="asphalt", hardened_year=2010)
    fields = {"surface": ("asphalt", "concrete"), "hardened_year": (2010, 2010)}
    assert changed(phone, lane, fields=fields).json()["flags"] == ["parallel"]
    lane.refresh_from_db()
    assert (lane.surface, lane.hardened_year) == ("concrete", 2010)


def test_a_surface_whose_year_is_disputed_waits_with_it(phone, lane):
    Road.objects.update(hardened_year=2012)
    fields = {"surface": ("earth", "concrete"), "hardened_year": (None, 2017)}
    assert sorted(changed(phone, lane, fields=fields).json()["conflicts"]) == ["hardened_year", "surface"]
    lane.refresh_from_db()
    assert (lane.surface, lane.hardened_year) == ("earth", 2012)


def test_a_year_whose_surface_is_disputed_waits_with_it(phone, lane):
    Road.objects.update(surface="gravel")
    fields = {"surface": ("earth", "concrete"), "hardened_year": (None, 2017)}
    assert changed(phone, lane, fields=fields).json()["conflicts"] == ["surface"]
    lane.refresh_from_db()
    assert (lane.surface, lane.hardened_year) == ("gravel", None)


def test_a_surface_that_is_not_hardened_needs_no_year(phone, lane):
    assert changed(phone, lane, fields={"surface": ("earth", "gravel")}).json()["state"] == "applied"


def test_a_school_that_reaches_the_standard_likewise(phone, city):
    school = Facility.objects.create(
        unit=city.west_hamlets[0], kind="school", level="primary", standard=False, geom="SRID=4326;POINT(105.81 22.11)"
    )
    told = changed(phone, school, "facility", fields={"standard": (False, True)}).json()
    assert (told["conflicts"], told["flags"]) == (["standard"], ["undated"])


def test_a_new_road_without_its_year_is_stored_and_marked(phone):
    line = {"source": "map", "pieces": [[[105.81, 22.11], [105.812, 22.112]]]}
    fields = edits(road_class="village", surface="concrete")
    told = phone.send(phone.record("road", line=line, year=None, fields=fields)).json()
    assert (told["state"], told["flags"]) == ("applied", ["undated"])
    assert Road.objects.get().surface == "concrete"


class TestAtTheDesk:
    @pytest.fixture
    def waiting(self, phone, lane) -> Conflict:
        changed(phone, lane, fields={"surface": ("earth", "concrete")})
        return Conflict.objects.get()

    def test_the_year_is_asked(self, office, waiting):
        page = office.get(f"/field/inbox/{waiting.submission_id}/").content.decode()
        assert "Từ năm nào: mặt đường" in page
        assert "Phiếu không ghi từ năm nào" in page
        assert 'name="since"' in page
        assert "Chưa nói từ năm nào" in page

    def test_without_an_answer_nothing_is_stored(self, office, waiting):
        page = decide(office, id=waiting.pk, verdict="mine").content.decode()
        assert "Hãy ghi từ năm nào" in page
        assert (
            "Hãy ghi năm bằng bốn chữ số" in decide(office, id=waiting.pk, verdict="mine", since="17").content.decode()
        )
        assert Road.objects.get().surface == "earth"
        assert Conflict.objects.get().verdict == "open"

    def test_with_it_the_years_before_stay(self, office, waiting):
        decide(office, id=waiting.pk, verdict="mine", since="2017")
        assert (Road.objects.get().hardened_year, hardened(2016), hardened(2017)) == (2017, False, True)
        assert Submission.objects.get().state == "applied"
        stored = FieldChange.objects.values_list("field", "old", "new")
        assert sorted(stored) == [("hardened_year", None, 2017), ("surface", "earth", "concrete")]

    def test_or_it_was_so_all_along(self, office, waiting):
        decide(office, id=waiting.pk, verdict="mine", correction="yes")
        assert (Road.objects.get().hardened_year, hardened(2016)) == (None, True)

    def test_the_stored_surface_stays_without_a_year(self, office, waiting):
        decide(office, id=waiting.pk, verdict="theirs")
        assert (Road.objects.get().surface, Submission.objects.get().state) == ("earth", "applied")


def test_the_form_says_which_answers_have_a_year(city):
    road = next(form.definition for form in current_forms() if form.form_id == "road")
    assert road["dated"] == [
        {"field": "surface", "values": sorted(ROADS.dated[0].values), "year": "hardened_year"},
    ]


def test_collect_asks_and_is_understood(collect, lane):
    form = collect.get("/or/forms/road.xml").content.decode()
    assert "/data/correction" in form
    common = {"record": str(lane.uid), "old_version": "1", "old_surface": "earth", "surface": "concrete"}
    common |= {"year": "", "name": "", "members": "", "category": "", "location": ""}
    assert collect.post(instance(str(uuid4()), form="road", **common)).status_code == 201
    assert Road.objects.get().surface == "earth"
    assert collect.post(instance(str(uuid4()), form="road", correction="yes", **common)).status_code == 201
    assert Road.objects.get().surface == "concrete"
