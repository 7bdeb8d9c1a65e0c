"""A commune whose best plan is worked out by hand, for the tests of plans."""

from django.contrib.gis.geos import LineString, Point

from layers.criteria.assess import assess
from layers.models import Facility, Household, Road, Unit

YEAR = 2017
#: One degree of longitude at 22.11° north is 103.1 km.
NORTH = 22.11


def road(unit: Unit, *points: tuple[float, float], **more: object) -> Road:
    fields = {"road_class": "village", "surface": "earth", "wet_access": "none", "base_width_m": 4.0} | more
    return Road.objects.create(unit=unit, geom=LineString(*points), **fields)


def homes(unit: Unit, count: int, lon: float, lat: float, poor: int = 0) -> None:
    """Put households of four persons by a road's end, the first ones poor."""
    for i in range(count):
        made = Household.objects.create(unit=unit, name="A", members=4, geom=Point(lon, lat + 0.0001))
        made.reviews.create(unit=unit, year=YEAR, category="poor" if i < poor else "average")


class PlanRegion:
    """In the western commune a concrete road leads from the committee to a fork, and on from there three earth roads:

    `near` 500 m to 20 households, `far` 1 km further to 12 of which 6 are poor, `side` 2 km to 5 households.
    At 400 million VND a km and 30 % by the people: near 200, far 400, side 800 million VND.
    """

    def __init__(self, city: object) -> None:
        self.commune = city.west  # type: ignore[attr-defined]
        first, second = city.west_hamlets  # type: ignore[attr-defined]
        fork, near_end, far_end = 105.81, 105.81 + 0.00485, 105.81 + 0.01455
        Facility.objects.create(unit=first, name="UBND xã", kind="committee", geom=Point(105.805, NORTH))
        road(first, (105.805, NORTH), (fork, NORTH), surface="concrete", wet_access="car", name="Đường xã")
        self.near = road(first, (fork, NORTH), (near_end, NORTH), name="Đường trục thôn Nà Ỏi")
        self.far = road(second, (near_end, NORTH), (far_end, NORTH), name="Đường trục thôn Phặc Tràng")
        self.side = road(first, (fork, NORTH), (fork, NORTH + 0.01806), name="Đường Khuổi Chang")
        homes(first, 20, near_end, NORTH)
        homes(second, 12, far_end, NORTH, poor=6)
        homes(first, 5, fork, NORTH + 0.01806)
        homes(first, 3, 105.806, NORTH)


def criterion_2_but_for_village_roads(region: PlanRegion, city: object) -> None:
    """One good commune road and one lane and field road each; of the village roads 3.5 km none is hardened."""
    unit = city.west_hamlets[0]  # type: ignore[attr-defined]
    good = {"surface": "concrete", "wet_access": "car", "muddy": False}
    for road_class in ("commune", "lane", "field"):
        road(unit, (105.802, 22.12), (105.803, 22.12), road_class=road_class, **good)
    Road.objects.filter(name="Đường xã").update(road_class="commune")
    assess(YEAR, "")
