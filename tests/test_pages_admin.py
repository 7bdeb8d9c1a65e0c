"""The admin says in words what is stored as codes, names every link, and keeps out what is not reference data."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import User

from layers.access import Role
from layers.criteria.sets import load_all
from layers.models import Duty, ImportRun, Member, PersonalRead, Statistic

pytestmark = pytest.mark.django_db
LISTS = ("unit", "succession", "criteriaset", "criterion", "indicator", "threshold", "statistic", "importrun",
         "personalread", "duty")  # fmt: skip


@pytest.fixture
def superuser(client, city):
    user = User.objects.create_superuser("all", password="a-long-test-password")
    Member.objects.create(user=user, role=Role.ADMINISTRATOR.value).units.set([city.province])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    load_all()
    PersonalRead.objects.create(user=user, layer="households", output="export csv", what="x", rows=1)
    ImportRun.objects.create(user=user, layer="roads", file_name="duong.gpkg")
    Statistic.objects.create(
        unit=city.west, year=2017, code="food_safety", numerator=1, denominator=2, source="t", as_of=date(2017, 12, 15)
    )
    return client


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_of_a_list_has_a_name_and_works(superuser, name):
    page = superuser.get(f"/admin/layers/{name}/").content.decode()
    filters = re.findall(r'<a href="(\?[^"]*)">\s*([^<]*?)\s*</a>', page)
    for address, text in filters:
        assert text, address
        assert superuser.get(f"/admin/layers/{name}/{address}".replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("name", "title", "code"),
    [
        ("importrun", "Đường", "roads"),
        ("personalread", "Hộ", "households"),
        ("statistic", "thực phẩm", "food_safety"),
        ("indicator", "đường", "hardened_village_roads"),
        ("threshold", "Đồng bằng sông Hồng", "DBSH"),
    ],
)
def test_lists_show_titles_and_not_codes(superuser, name, title, code):
    page = superuser.get(f"/admin/layers/{name}/").content.decode()
    # A source is quoted as it was written.
    page = re.sub(r'<td class="field-source">.*?</td>', "", page)
    shown = " ".join(re.findall(r">([^<>]+)<", page))
    assert title.lower() in shown.lower()
    assert not re.search(rf"\b{code}\b", shown)


@pytest.mark.parametrize("name", ["importrun", "personalread"])
def test_one_run_or_reading_can_be_looked_at(superuser, name):
    pk = {"importrun": ImportRun, "personalread": PersonalRead}[name].objects.get().pk
    page = superuser.get(f"/admin/layers/{name}/{pk}/change/")
    assert page.status_code == 200
    assert "all" in page.content.decode()


def test_what_axes_keeps_is_not_reference_data(superuser):
    assert "axes" not in superuser.get("/admin/").content.decode().lower()
    assert superuser.get("/admin/axes/accessattempt/").status_code == 404


def test_an_administrator_says_who_answers_for_the_own_units_and_for_no_others(client, city, member):
    user = member(Role.ADMINISTRATOR, city.west)
    User.objects.update(is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    theirs = Duty.objects.create(unit=city.east, post="Trưởng phòng Kinh tế")
    told = {"post": "Phó Chủ tịch xã", "criterion": "", "user": ""}
    assert client.post("/admin/layers/duty/add/", told | {"unit": city.west.pk}).status_code == 302
    assert client.post("/admin/layers/duty/add/", told | {"unit": city.east.pk}).status_code == 200
    assert client.post(f"/admin/layers/duty/{theirs.pk}/change/", told | {"unit": city.west.pk}).status_code == 302
    assert set(Duty.objects.values_list("unit", "post")) == {
        (city.west.pk, "Phó Chủ tịch xã"), (city.east.pk, "Trưởng phòng Kinh tế")
    }  # fmt: skip
    page = client.get("/admin/layers/duty/").content.decode()
    assert "Phó Chủ tịch xã" in page and "Trưởng phòng Kinh tế" not in page


@pytest.mark.parametrize("term", ["Dương Quang", "xã Dương Quang", "duong quang", "Dương", "01849", "DƯƠNG QUANG"])
def test_a_unit_is_found_as_people_write_it(superuser, city, term):
    asked = {"term": term, "app_label": "layers", "model_name": "member", "field_name": "units"}
    found = superuser.get("/admin/autocomplete/", asked).json()["results"]
    assert str(city.west.pk) in {one["id"] for one in found}
    assert str(city.east.pk) not in {one["id"] for one in found}
    assert superuser.get("/admin/layers/statistic/", {"q": term}).context["cl"].result_count == 1
    assert superuser.get("/admin/layers/statistic/", {"q": "Nông Thượng"}).context["cl"].result_count == 0
