"""Six houses in a row, one far away, a road and a landfill: what tests of siting are asked about."""

import pytest
from django.contrib.gis.geos import LineString, Point

from layers.access import Role, Viewer
from layers.models import Household, Road, SitingStudy, WasteSite
from layers.planning.waste.rules import load_rules
from layers.planning.waste.study import ask, carry_out

YEAR = 2017
EVERYTHING = Viewer(Role.ADMINISTRATOR, ("",))
#: Six houses in a row 20 m apart, so that a kiln 30 m off a house is within 100 m of all.
DEGREE = 1 / 111_320


def house(unit, x: float, y: float, **more) -> Household:
    made = Household.objects.create(unit=unit, name="Chủ hộ bí mật", geom=Point(x, y), members=4, **more)
    made.reviews.create(unit=unit, year=YEAR, category="average")
    return made


@pytest.fixture
def village(city):
    """A row of six houses and one far away in the west, a road past them, and the landfill in the east."""
    load_rules()
    left = city.west_hamlets[0]
    houses = [house(left, 105.81 + 20 * n * DEGREE, 22.11) for n in range(6)]
    houses.append(house(city.west_hamlets[1], 105.835, 22.135))
    Road.objects.create(
        unit=city.west, road_class="village", geom=LineString((105.80, 22.1105), (105.88, 22.1105)), name="Đường thôn"
    )
    WasteSite.objects.create(unit=city.east, kind="landfill", name="Bãi rác", geom=Point(105.87, 22.111))
    return city


def study_of(village, kind: str, unit=None, viewer: Viewer = EVERYTHING, **options) -> SitingStudy:
    study = ask(unit or village.west, kind, YEAR, options, viewer.user_id)
    carry_out(study, viewer)
    study.refresh_from_db()
    return study


def alternative(study: SitingStudy, code: str) -> dict:
    assert study.state == "done", study.message
    return next(one for one in study.result["alternatives"] if one["code"] == code)
