"""Signing in, being kept out, and what a session and its pages may do; the admin and who comes into it."""

import re

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from layers.access import Role
from layers.criteria.sets import load_all
from layers.models import Household, ImportRun, Member, PersonalRead, Review
from layers.sessions import client_address

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-test-password"
PAGES = ("/", "/help/", "/accounts/login/", "/table/communes/", "/table/households/", "/nowhere/")


def sign_in(client, name: str, password: str = PASSWORD, **more):
    return client.post("/accounts/login/", {"username": name, "password": password, **more})


@pytest.fixture
def planner(city, member) -> User:
    return member(Role.PLANNER, city.west)


def test_signing_in_opens_one_s_area_and_signing_out_closes_it(city, planner, client):
    before = client.get("/layers.json?year=2017").json()["viewer"]
    response = sign_in(client, planner.username, next="/table/roads/?year=2017")
    assert (response.status_code, response["Location"]) == (302, "/table/roads/?year=2017")
    assert client.get("/layers.json?year=2017").json()["viewer"] == {
        "role": "planner",
        "may_edit": True,
        "signed_in": True,
    }
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/layers.json?year=2017").json()["viewer"] == before


def test_nobody_is_sent_to_another_site_after_signing_in(planner, client):
    assert sign_in(client, planner.username, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_says_so_and_not_which_part_was_wrong(planner, client):
    wrong, unknown = sign_in(client, planner.username, "wrong"), sign_in(client, "nobody-at-all", "wrong")
    assert wrong.status_code == unknown.status_code == 200
    texts = [re.findall(r'class="notice error".*?</div>', page.content.decode(), re.S)[0] for page in (wrong, unknown)]
    assert texts[0] == texts[1]


def test_too_many_failures_close_the_door_for_that_name_alone(planner, member, city, client, settings):
    for _ in range(settings.LIMITS["LOGIN_FAILURES"] - 1):
        assert sign_in(client, planner.username, "wrong").status_code == 200
    response = sign_in(client, planner.username, "wrong")
    assert (response.status_code, response["Retry-After"]) == (429, "900")
    assert sign_in(client, planner.username).status_code == 429
    other = member(Role.LEADER, city.west)
    assert sign_in(Client(), other.username).status_code == 302


def test_an_inactive_user_is_a_stranger(city, planner, client):
    client.force_login(planner, backend="django.contrib.auth.backends.ModelBackend")
    planner.is_active = False
    planner.save()
    assert client.get("/layers.json?year=2017").json()["viewer"]["role"] == "guest"


def test_a_role_taken_away_is_gone_at_the_next_request(city, planner, client):
    client.force_login(planner, backend="django.contrib.auth.backends.ModelBackend")
    Member.objects.filter(user=planner).update(role="guest")
    assert client.get("/layers.json?year=2017").json()["viewer"]["role"] == "guest"


def test_a_password_can_be_changed_and_weak_ones_not(planner, client):
    sign_in(client, planner.username)
    form = {"old_password": PASSWORD, "new_password1": "12345678", "new_password2": "12345678"}
    assert client.post("/accounts/password/", form).status_code == 200
    form |= {"new_password1": "mot-mat-khau-dai-hon", "new_password2": "mot-mat-khau-dai-hon"}
    assert client.post("/accounts/password/", form).status_code == 302
    assert sign_in(Client(), planner.username, "mot-mat-khau-dai-hon").status_code == 302


def test_a_session_gets_a_new_key_when_it_gains_rights(planner, client):
    client.get("/accounts/login/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies[configured.SESSION_COOKIE_NAME] = before
    sign_in(client, planner.username)
    assert client.cookies[configured.SESSION_COOKIE_NAME].value != before


def test_cookies_are_out_of_scripts_reach(planner, client):
    sign_in(client, planner.username)
    for name in (configured.SESSION_COOKIE_NAME, configured.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert configured.SESSION_COOKIE_AGE <= 12 * 3600


def test_passwords_are_hashed_slowly_on_servers():
    from gis_ntm import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [None, Role.PLANNER])
def test_every_page_forbids_inline_code_and_has_none(city, browser, page, role):
    response = browser(role, city.west).get(page)
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    text = response.content.decode()
    assert not re.search(r"\son\w+=", text)
    assert not re.search(r"\sstyle=", text)
    assert "<style" not in text
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes or 'type="importmap"' in attributes


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("staff", [False, True])
def test_only_administrators_on_the_staff_come_into_the_admin(city, member, client, role, staff):
    if role is not None:
        user = member(role, city.west)
        user.is_staff = staff
        user.save()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/admin/")
    assert response.status_code == (200 if role is Role.ADMINISTRATOR and staff else 302)


@pytest.fixture
def administrator(city, member, client):
    user = member(Role.ADMINISTRATOR, city.west)
    user.is_staff = True
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def superuser(city, client):
    user = User.objects.create_superuser("all", password=PASSWORD)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_households_are_not_in_the_admin():
    registered = set(admin.site._registry)
    about_people = {
        Household,
        Review,
        *(m for m in apps.get_models() if "ousehold" in m.__name__ or "Review" in m.__name__),
    }
    assert not registered & about_people


def test_every_list_and_form_of_the_admin_opens(city, superuser):
    load_all()
    ImportRun.objects.create(layer="roads", file_name="duong.gpkg", sha256="0" * 64)
    for model, options in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert superuser.get(base, {"q": "a"} if options.search_fields else {}).status_code == 200, base
        row = model._default_manager.first()
        if row is not None:
            assert superuser.get(f"{base}{row.pk}/change/").status_code == 200, base


def test_the_admin_does_not_draw_boundaries_nor_remove_units(city, superuser):
    page = superuser.get(f"/admin/layers/unit/{city.west.pk}/change/").content.decode()
    assert 'name="geom"' not in page
    assert superuser.get(f"/admin/layers/unit/{city.west.pk}/delete/").status_code == 403


def test_an_administrator_sees_and_manages_their_own_units_alone(city, administrator, member):
    assert administrator.get(f"/admin/layers/unit/{city.west.pk}/change/").status_code == 200
    assert administrator.get(f"/admin/layers/unit/{city.east.pk}/change/").status_code == 302
    own, other = member(Role.FIELD, city.west_hamlets[0]), member(Role.FIELD, city.east)
    both = member(Role.FIELD, city.west, city.east)
    User.objects.create_superuser("all", password=PASSWORD)
    listed = administrator.get("/admin/auth/user/").context["cl"].queryset
    assert own in listed
    assert not listed.filter(pk__in=[other.pk, both.pk]).exists()
    assert not listed.filter(is_superuser=True).exists()
    assert administrator.get(f"/admin/auth/user/{other.pk}/password/").status_code in (302, 404)


def member_form(user: User | None, units: list[int], role: str = "planner", **more) -> dict:
    name = user.username if user else "can-bo-moi"
    return {
        "username": name, "first_name": "", "last_name": "", "email": "", "is_active": "on",
        "member-TOTAL_FORMS": 1, "member-INITIAL_FORMS": 1 if user else 0, "member-MIN_NUM_FORMS": 1,
        "member-MAX_NUM_FORMS": 1, "member-0-role": role, "member-0-units": units,
        "member-0-id": user.member.pk if user else "", "member-0-user": user.pk if user else "", **more,
    }  # fmt: skip


def test_an_administrator_makes_members_of_their_own_units(city, administrator):
    passwords = {"password1": "mot-mat-khau-dai-hon", "password2": "mot-mat-khau-dai-hon", "usable_password": "true"}
    made = administrator.post("/admin/auth/user/add/", member_form(None, [city.west.pk], **passwords))
    assert made.status_code == 302, re.findall(r"errorlist.*", made.content.decode())
    assert list(Member.objects.get(user__username="can-bo-moi").units.all()) == [city.west]


def test_an_administrator_gives_nobody_more_than_they_have(city, administrator, member):
    user = member(Role.FIELD, city.west)
    address = f"/admin/auth/user/{user.pk}/change/"
    refused = administrator.post(address, member_form(user, [city.city.pk]))
    assert refused.status_code == 200
    assert list(user.member.units.all()) == [city.west]
    administrator.post(address, member_form(user, [city.west.pk], is_superuser="on"))
    user = User.objects.get(pk=user.pk)
    assert (user.is_superuser, user.member.role) == (False, "planner")


def test_records_of_reading_cannot_be_changed(city, superuser):
    user = User.objects.get(username="all")
    read = PersonalRead.objects.create(user=user, layer="households", output="table", what="x", rows=1)
    assert superuser.get(f"/admin/layers/personalread/{read.pk}/change/").status_code == 200
    assert superuser.post(f"/admin/layers/personalread/{read.pk}/change/", {"rows": 0}).status_code == 403
    assert superuser.get(f"/admin/layers/personalread/{read.pk}/delete/").status_code == 403
    assert superuser.get("/admin/layers/personalread/add/").status_code == 403


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "address"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "made-up, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
    ],
)
def test_failed_logins_are_counted_by_the_client_and_not_by_the_proxy(rf, settings, behind_proxy, forwarded, address):
    settings.BEHIND_PROXY = behind_proxy
    assert client_address(rf.get("/", headers={"x-forwarded-for": forwarded})) == address
