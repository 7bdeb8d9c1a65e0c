"""What every test may use: a small city whose numbers are known by hand, and a viewer of each role in it."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from layers.access import ANONYMOUS, Role, Viewer
from layers.mapserver.cache import KEPT
from layers.mapserver.viewers import forget_everybody
from layers.models import Member, Unit, viewer_of
from layers.planning.store.kept import forget

#: Fixtures of the browser tests, and a city that is assessed.
pytest_plugins = ["tests.assessed", "tests.browser", "tests.phone"]

DAY = date(2015, 3, 11)


def box(west: float, south: float, size: float = 0.04) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + size, south + size)), srid=4326)


class City:
    """Province 06 > city 058 > communes 01849 (west) and 01852 (east), two hamlets each, left and right."""

    def __init__(self) -> None:
        def unit(code, kind, name, parent=None, geom=None, **more):
            point = geom.centroid if geom else None
            boundary = "surveyed" if geom else "none"
            made = Unit.objects.create(
                code=code,
                kind=kind,
                name=name,
                parent=parent,
                geom=geom,
                point=point,
                boundary=boundary,
                valid_from=DAY,
                region="TDMNPB",
                source="test",
                **more,
            )
            made.refresh_from_db()
            return made

        self.province = unit("06", "province", "Bắc Kạn", geom=box(105.7, 22.0, 0.3), title="tỉnh")
        self.city = unit("058", "district", "Bắc Kạn", self.province, box(105.8, 22.1, 0.08), title="thành phố")
        self.west = unit("01849", "commune", "Dương Quang", self.city, box(105.80, 22.10), title="xã", rural=True)
        self.east = unit("01852", "commune", "Nông Thượng", self.city, box(105.84, 22.10), title="xã", rural=True)
        self.west_hamlets = [
            unit("01849-01", "hamlet", "Nà Ỏi", self.west, box(105.80, 22.10, 0.02), title="thôn"),
            unit("01849-02", "hamlet", "Phặc Tràng", self.west, box(105.82, 22.10, 0.02), title="thôn"),
        ]
        self.east_hamlets = [
            unit("01852-01", "hamlet", "Khuổi Chang", self.east, box(105.84, 22.10, 0.02), title="thôn"),
            unit("01852-02", "hamlet", "Nà Diểu", self.east, box(105.86, 22.10, 0.02), title="thôn"),
        ]


@pytest.fixture
def city(db) -> City:
    return City()


@pytest.fixture
def member(db):
    """Make a user with a role in some units."""

    def make(role: Role | str, *units: Unit) -> User:
        user = User.objects.create_user(f"{role}-{User.objects.count()}", password="a-long-test-password")  # noqa: S106
        Member.objects.create(user=user, role=str(role)).units.set(units)
        return user

    return make


@pytest.fixture
def viewers(city, member) -> dict[str, Viewer]:
    """A viewer of each role in the western commune, one of the eastern, and a stranger."""
    made = {str(role): viewer_of(member(role, city.west)) for role in Role}
    return made | {"neighbour": viewer_of(member(Role.PLANNER, city.east)), "stranger": ANONYMOUS}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """A test's changes are never committed, so no table's version tells what is kept from what is true."""
    KEPT.clear()
    forget()
    forget_everybody()


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hash passwords in no time; that servers use a slow hash is tested where sign-in is."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def static_files_by_name(settings) -> None:
    """Pages name static files as they are in the checkout: hashed names are there only once collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture
def browser(member):
    """Make a client signed in as a new user with a role in some units; nobody, without a role."""

    def make(role: Role | str | None = None, *units: Unit) -> Client:
        client = Client()
        if role is not None:
            client.force_login(member(role, *units), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


__all__ = ["City", "Point", "box", "browser", "city", "member", "viewers"]
