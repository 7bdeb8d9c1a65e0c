"""When a unit is succeeded: its users are told whom to ask, an administrator gives the successor, nothing by itself."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from layers.access import Role
from layers.models import Member, Succession, Unit, viewer_of

pytestmark = pytest.mark.django_db
END = date(2025, 7, 1)
PAGE = "/accounts/areas/"


@pytest.fixture
def reform(city):
    """West becomes one new commune with a former ward of elsewhere, east is divided, under a new province."""
    old = [city.province, city.city, city.west, city.east, *city.west_hamlets, *city.east_hamlets]
    Unit.objects.filter(pk__in=[unit.pk for unit in old]).update(valid_to=END)

    def unit(code, kind, name, parent=None):
        made = Unit.objects.create(code=code, kind=kind, name=name, parent=parent, valid_from=END, title="xã")
        made.refresh_from_db()
        return made

    city.new_province = unit("19", "province", "Thái Nguyên")
    city.phong_quang = unit("01849", "commune", "Phong Quang", city.new_province)
    city.first = unit("01852", "commune", "Nông Hạ", city.new_province)
    city.second = unit("01853", "commune", "Nông Trung", city.new_province)
    city.former = Unit.objects.create(
        code="01900", kind="commune", name="Huyền Tụng", parent=city.city, valid_from=date(2015, 1, 1), valid_to=END
    )
    for before, after, whole in (
        (city.province, city.new_province, True),
        (city.west, city.phong_quang, True),
        (city.former, city.phong_quang, True),
        (city.east, city.first, False),
        (city.east, city.second, False),
    ):
        Succession.objects.create(predecessor=before, successor=after, on=END, whole=whole)
    return city


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def binding(user):
    return Member.units.through.objects.get(member__user=user).pk


def units(user):
    return set(Member.objects.get(user=user).units.all())


def test_a_user_whose_unit_has_ended_is_told_whom_to_ask(reform, member, as_user):
    planner = member(Role.PLANNER, reform.west)
    near, far = member(Role.ADMINISTRATOR, reform.new_province), member(Role.ADMINISTRATOR, reform.west)
    client = as_user(planner)
    for page in ("/programme/", "/import/", "/alerts/"):
        assert PAGE in client.get(page).content.decode(), page
    told = client.get(PAGE).content.decode()
    assert "Dương Quang" in told and "01/07/2025" in told and "Phong Quang" in told
    assert near.username in told and far.username not in told
    assert '<form method="post">' not in told
    assert not viewer_of(planner).covers(reform.phong_quang.path)


def test_nothing_is_said_where_units_are_in_force_or_continued(reform, member, as_user):
    for user in (member(Role.PLANNER, reform.phong_quang), member(Role.PLANNER, reform.west, reform.phong_quang)):
        assert PAGE not in as_user(user).get("/programme/").content.decode()


def test_an_administrator_gives_the_successor_and_it_is_recorded(reform, member, as_user):
    planner, administrator = member(Role.PLANNER, reform.west), member(Role.ADMINISTRATOR, reform.new_province)
    client = as_user(administrator)
    assert PAGE in client.get("/programme/").content.decode()
    page = client.get(PAGE).content.decode()
    assert planner.username in page and "Phong Quang" in page
    assert "Rộng hơn đơn vị cũ" in page and "Huyền Tụng" in page
    assert units(planner) == {reform.west}
    done = client.post(PAGE, {"binding": binding(planner), "successor": reform.phong_quang.pk})
    assert done.status_code == 302
    assert units(planner) == {reform.phong_quang}
    # What was recorded before the reform stays readable through the successor.
    assert viewer_of(planner).covers(reform.west.path) and viewer_of(planner).covers(reform.phong_quang.path)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (administrator, str(planner.pk))
    assert "Dương Quang" in entry.change_message and "Phong Quang" in entry.change_message
    client.get(PAGE)  # Says that it is done.
    assert planner.username not in client.get(PAGE).content.decode()


def test_of_a_divided_unit_the_parts_are_chosen_and_the_former_one_is_kept_until_all_are(reform, member, as_user):
    planner, client = member(Role.PLANNER, reform.east), as_user(member(Role.ADMINISTRATOR, reform.new_province))
    Member.objects.get(user=planner).units.add(reform.west)
    administrator = member(Role.ADMINISTRATOR, reform.new_province)
    administrator.is_superuser = administrator.is_staff = True
    administrator.save()
    client = as_user(administrator)
    at = Member.units.through.objects.get(member__user=planner, unit=reform.east).pk
    assert client.post(PAGE, {"binding": at}, headers={"Accept": "text/html"}).status_code == 422
    assert client.post(PAGE, {"binding": at, "successor": [reform.first.pk]}).status_code == 302
    assert units(planner) == {reform.east, reform.west, reform.first}


def test_a_district_without_a_successor_offers_those_of_its_communes(reform, member, as_user):
    leader = member(Role.LEADER, reform.city)
    administrator = member(Role.ADMINISTRATOR, reform.new_province)
    administrator.is_superuser = administrator.is_staff = True
    administrator.save()
    client = as_user(administrator)
    page = client.get(PAGE).content.decode()
    assert all(name in page for name in (leader.username, "Phong Quang", "Nông Hạ", "Nông Trung"))
    chosen = [reform.phong_quang.pk, reform.first.pk, reform.second.pk]
    assert client.post(PAGE, {"binding": binding(leader), "successor": chosen}).status_code == 302
    assert units(leader) == {reform.city, reform.phong_quang, reform.first, reform.second}
    client.get(PAGE)  # Says that it is done.
    assert leader.username not in client.get(PAGE).content.decode()


def test_nobody_gives_what_lies_outside_the_own_units_or_to_somebody_elses_user(reform, member, as_user):
    planner, other = member(Role.PLANNER, reform.west), member(Role.PLANNER, reform.east)
    asked = {"binding": binding(planner), "successor": reform.phong_quang.pk}
    # An administrator of the former commune is over its users, but covers no successor.
    own = as_user(member(Role.ADMINISTRATOR, reform.west))
    page = own.get(PAGE).content.decode()
    assert planner.username in page and other.username not in page and "Giao đơn vị kế thừa</button>" not in page
    assert own.post(PAGE, asked).status_code == 403
    for role in (Role.PLANNER, Role.LEADER, Role.FIELD):
        assert as_user(member(role, reform.new_province)).post(PAGE, asked).status_code == 403
    # An administrator of the successor is not over the users of another commune.
    other_admin = as_user(member(Role.ADMINISTRATOR, reform.phong_quang))
    assert other_admin.post(PAGE, {"binding": binding(other), "successor": reform.first.pk}).status_code == 404
    everybody = as_user(member(Role.ADMINISTRATOR, reform.new_province))
    assert everybody.post(PAGE, asked | {"successor": reform.first.pk}).status_code == 422
    assert everybody.post(PAGE, {"binding": "x", "successor": "y"}).status_code == 400
    assert units(planner) == {reform.west} and units(other) == {reform.east}
    assert not LogEntry.objects.exists()


def test_a_guest_of_the_product_is_asked_to_sign_in(client, reform):
    assert client.get(PAGE, headers={"Accept": "text/html"}).status_code == 302
    assert client.post(PAGE, {"binding": 1}).status_code == 403


def test_a_chain_of_reforms_leads_to_the_unit_of_today(reform, member, as_user):
    Unit.objects.filter(pk=reform.phong_quang.pk).update(valid_to=date(2026, 1, 1))
    last = Unit.objects.create(
        code="01950", kind="commune", name="Phong Mới", parent=reform.new_province, valid_from=date(2026, 1, 1)
    )
    Succession.objects.create(predecessor=reform.phong_quang, successor=last, on=date(2026, 1, 1))
    planner, client = member(Role.PLANNER, reform.west), as_user(member(Role.ADMINISTRATOR, reform.new_province))
    assert "Phong Mới" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"binding": binding(planner), "successor": last.pk}).status_code == 302
    assert units(planner) == {last}


def test_many_users_are_listed_in_as_many_queries_as_one(reform, member, as_user, django_assert_max_num_queries):
    for at in range(12):
        member(Role.PLANNER, (reform.west, reform.east, reform.city)[at % 3])
    client = as_user(member(Role.ADMINISTRATOR, reform.new_province))
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        assert client.get(PAGE).content.decode().count("<form method=") >= 8
