"""What every test may use: a small city whose numbers are known by hand, and a viewer of each role in it."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from layers.access import ANONYMOUS, Role, Viewer
from layers.models import Member, Unit, viewer_of

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
        self.city = unit(
            "058", "district", "Bắc Kạn", self.province, box(105.8, 22.1, 0.08), title="thành phố"
        )
        self.west = unit(
            "01849", "commune", "Dương Quang", self.city, box(105.80, 22.10), title="xã", rural=True
        )
        self.east = unit(
            "01852", "commune", "Nông Thượng", self.city, box(105.84, 22.10), title="xã", rural=True
        )
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


__all__ = ["City", "Point", "box", "city", "member", "viewers"]
