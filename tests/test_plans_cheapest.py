"""What it would take: the least money that turns a criterion, and the most communes that money can recognise."""

import pytest

from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.errors import NotAllowed
from layers.models import Declaration, Facility, Indicator, Review, Road, viewer_of
from layers.planning.errors import AlreadyMet, BeyondWorks
from layers.planning.needs import cheapest_way, recognition
from layers.planning.store.kept import forget
from tests.plan_region import YEAR, PlanRegion, criterion_2_but_for_village_roads, homes, road

pytestmark = pytest.mark.django_db
MILLION = 1_000_000


@pytest.fixture(autouse=True)
def fresh():
    """A test's changes are never committed, so nothing tells what is kept from what is true."""
    forget()


@pytest.fixture
def region(city) -> PlanRegion:
    load_all()
    return PlanRegion(city)


@pytest.fixture
def viewer(viewers):
    return viewers["planner"]


def test_the_cheapest_way_takes_the_metres_that_lack_and_no_more(region, city, viewer):
    """Half of 500 + 1,000 + 2,000 m of village road has to be hardened: `side` alone, 800 million VND."""
    criterion_2_but_for_village_roads(region, city)
    found = cheapest_way(viewer, region.commune, 2, YEAR)
    assert found.optimal
    assert found.document["totals"]["cost"] == pytest.approx(800 * MILLION, rel=0.003)
    keys = [work["key"] for package in found.document["packages"] for work in package["works"]]
    assert keys == [str(region.side.uid)]
    assert next(row for row in found.document["criteria"] if row["criterion"] == 2)["turned"]


def test_of_ways_that_cost_the_same_the_one_that_serves_more_poor_households_is_taken(region, city, viewer):
    """Beside `side` there is another road of 2 km, to 5 poor households."""
    unit = city.west_hamlets[1]
    other = road(unit, (105.81, 22.11), (105.81, 22.11 - 0.01806 * 0.999), name="Khác")
    Road.objects.filter(pk=region.side.pk).update(geom=other.geom)
    other.geom = region.side.geom
    other.save()
    homes(unit, 5, 105.81, 22.11 + 0.01806, poor=5)
    Road.objects.filter(pk__in=[region.near.pk, region.far.pk]).update(road_class="commune", surface="concrete")
    criterion_2_but_for_village_roads(region, city)
    found = cheapest_way(viewer, region.commune, 2, YEAR)
    keys = [work["key"] for package in found.document["packages"] for work in package["works"]]
    assert keys == [str(other.uid)]


def test_a_school_is_brought_to_the_standard_where_it_lacks(region, city, viewer):
    """One of three schools is up to it; 70 % are asked for, so two more: 3,000 + 4,000 million VND."""
    unit = city.west_hamlets[0]
    for level, standard in (("kindergarten", False), ("primary", None), ("lower_secondary", True)):
        Facility.objects.create(unit=unit, name=level, kind="school", level=level, standard=standard, geom=unit.point)
    assess(YEAR, "")
    found = cheapest_way(viewer, region.commune, 5, YEAR)
    assert found.document["totals"]["cost"] == 7000 * MILLION
    assert {work["name"] for package in found.document["packages"] for work in package["works"]} == {
        "kindergarten",
        "primary",
    }


def test_a_price_of_ones_own_takes_the_place_of_the_table(region, city, viewer):
    criterion_2_but_for_village_roads(region, city)
    cheap = cheapest_way(viewer, region.commune, 2, YEAR, {"prices": {"concrete_3.0m_16cm_community": 1e8}})
    assert cheap.document["totals"]["cost"] == pytest.approx(200 * MILLION, rel=0.003)


def test_what_is_met_and_what_works_do_not_turn_is_said_by_name(region, city, viewer):
    criterion_2_but_for_village_roads(region, city)
    Road.objects.filter(road_class="village").update(surface="concrete", wet_access="car")
    assess(YEAR, "")
    forget()
    road(city.west_hamlets[0], (105.8, 22.13), (105.801, 22.13), road_class="district", wet_access="none")
    with pytest.raises(AlreadyMet):
        cheapest_way(viewer, region.commune, 2, YEAR)
    with pytest.raises(BeyondWorks, match=r"17\.2"):
        cheapest_way(viewer, region.commune, 17, YEAR)


def test_what_it_takes_is_told_to_staff_of_the_unit_alone(region, city, viewers):
    criterion_2_but_for_village_roads(region, city)
    for who in ("guest", "neighbour", "stranger"):
        with pytest.raises(NotAllowed):
            cheapest_way(viewers[who], region.commune, 2, YEAR)
    assert cheapest_way(viewers["leader"], region.commune, 2, YEAR).optimal


def declare_all_but(region, numbers: set[int]) -> None:
    """Declare every indicator of the western commune met, but those of some criteria."""
    for indicator in Indicator.objects.filter(criterion__criteria_set__code="2016-2020"):
        status = "u" if indicator.criterion.number in numbers else "m"
        Declaration.objects.create(
            unit=region.commune, indicator=indicator, year=YEAR, status=status, source="test", value=None
        )


def money(amount: float) -> dict:
    return {"sources": [{"name": "Tỉnh", "amount": amount * MILLION}], "capped": False, "community_pct": {"village": 0}}


def test_money_brings_a_commune_to_recognition_if_it_pays_for_all_it_lacks(region, city, viewer):
    """Only village roads lack: 800 million VND."""
    declare_all_but(region, set())
    Review.objects.update(category="average")
    Road.objects.filter(name="Đường xã").update(road_class="commune")
    criterion_2_but_for_village_roads(region, city)
    enough = recognition(viewer, region.commune, YEAR, money(810))
    assert enough.recognised == ("01849",)
    assert enough.most == 1
    assert enough.answer is not None
    assert enough.answer.document["totals"]["cost"] == pytest.approx(800 * MILLION, rel=0.003)
    short = recognition(viewer, region.commune, YEAR, money(700))
    assert short.recognised == ()
    assert short.most == 0
    assert short.answer is None


def test_a_commune_that_lacks_what_works_do_not_turn_is_not_counted_on(region, city, viewer):
    declare_all_but(region, {16})
    criterion_2_but_for_village_roads(region, city)
    found = recognition(viewer, region.commune, YEAR, money(10_000))
    assert (found.answer, found.recognised, found.most) == (None, (), 0)
    assert found.out_of_reach == {"01849": [11, 16]}


def test_of_several_communes_only_those_that_works_can_turn_are_paid_for(region, city, member):
    """The eastern commune has no roads on record, so nothing tells what it lacks; the western pays for `side`."""
    criterion_2_but_for_village_roads(region, city)
    found = cheapest_way(viewer_of(member("planner", city.city)), city.city, 2, YEAR)
    assert found.document["totals"]["cost"] == pytest.approx(800 * MILLION, rel=0.003)
    turned = {row["commune"]: row["turned"] for row in found.document["criteria"] if row["criterion"] == 2}
    assert turned == {"01849": True, "01852": False}
