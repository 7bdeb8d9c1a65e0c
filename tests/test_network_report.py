"""The connectivity report: small maps known by hand, and the real roads of Hà Giang and Andorra."""

import json
from io import StringIO

import pytest
from django.contrib.gis.geos import LineString, Point
from django.core.management import CommandError, call_command

from layers.models import Facility, Household, NetworkRepair, Road
from layers.planning.connectivity import connectivity
from layers.planning.connectivity.telling import figures, geojson, headline
from layers.planning.errors import TooManyIsolated
from layers.planning.store.kept import forget

pytestmark = pytest.mark.django_db
YEAR = 2017


def road(unit, *points, **more) -> Road:
    return Road.objects.create(unit=unit, geom=LineString(*points), road_class="village", surface="earth", **more)


def household(unit, *point) -> Household:
    made = Household.objects.create(unit=unit, geom=Point(*point), members=4, name="Nguyễn Văn Thử")
    made.reviews.create(unit=unit, year=YEAR, category="poor")
    return made


@pytest.fixture
def west(city):
    """A main road with the committee at its end; a lane that stops 22 m short of it, with 3 of the 4 households."""
    first = city.west_hamlets[0]
    Facility.objects.create(unit=first, name="UBND", kind="committee", geom=Point(105.805, 22.11))
    city.main = road(first, (105.805, 22.11), (105.83, 22.11), name="Đường trục")
    city.lane = road(first, (105.81, 22.1102), (105.81, 22.115), name="Ngõ")
    city.homes = [household(first, 105.81, 22.111 + i / 1000) for i in range(3)]
    city.homes.append(household(city.west_hamlets[1], 105.825, 22.1101))
    return city.west


def of_kind(made, kind):
    return [finding for finding in made.findings if finding.kind == kind]


def test_a_gap_tells_whom_closing_it_would_join(west, city):
    made = connectivity(west, YEAR)
    assert (made.pieces, made.joined, made.households, made.apart, made.off) == (2, 1, 4, 3, 0)
    assert made.share == pytest.approx(0.75)
    (gap,) = of_kind(made, "near_miss")
    assert gap.roads == (city.lane.pk, city.main.pk)
    assert (gap.metres, gap.joins, gap.households) == (pytest.approx(22, abs=0.5), True, 3)
    assert [offer.kind for offer in gap.offers] == ["snap", "join"]
    (piece,) = of_kind(made, "piece")
    assert (piece.households, piece.roads) == (3, (city.lane.pk,))


def test_ranking_is_refused_with_the_share_and_the_reason(west):
    refusal = connectivity(west, YEAR).refusal
    assert isinstance(refusal, TooManyIsolated)
    assert "75,0" in str(refusal)
    assert "20,0" in str(refusal)
    told = figures(connectivity(west, YEAR))
    assert (told["refused"], told["isolated_by"]) == (True, "persons")


def test_once_repaired_nobody_is_cut_off_and_ranking_is_allowed(west, city):
    (gap,) = of_kind(connectivity(west, YEAR), "near_miss")
    offer = gap.offers[1]
    NetworkRepair.objects.create(kind=offer.kind, road_id=offer.road, other_id=offer.other, link=LineString(offer.link))
    forget()
    made = connectivity(west, YEAR)
    assert (made.pieces, made.apart, made.refusal) == (1, 0, None)
    assert not of_kind(made, "near_miss")


def test_who_is_cut_off_when_it_rains_is_told_apart_from_who_is_cut_off_always(west, city):
    assert connectivity(west, YEAR).rained_off == 3
    Road.objects.filter(pk=city.main.pk).update(wet_access="none")
    forget()
    made = connectivity(west, YEAR)
    assert (made.apart, made.rained_off) == (3, 4)


def test_duplicates_overlaps_and_crossings_are_told_with_their_repairs(west, city):
    again = road(city.west_hamlets[0], (105.81, 22.115), (105.81, 22.1102), name="Ngõ lần nữa")
    along = road(city.west_hamlets[0], (105.815, 22.11), (105.82, 22.11), name="Chồng")
    over = road(city.west_hamlets[0], (105.828, 22.108), (105.828, 22.112), name="Ngang")
    made = connectivity(west, YEAR)
    (twice,) = of_kind(made, "duplicate")
    assert set(twice.roads) == {again.pk, city.lane.pk}
    assert twice.offers[0].kind == "drop"
    (overlap,) = of_kind(made, "overlap")
    assert overlap.roads == (along.pk, city.main.pk)
    assert overlap.metres == pytest.approx(516, abs=3)
    assert overlap.offers[0].road == along.pk
    (crossing,) = of_kind(made, "crossing")
    assert {offer.road for offer in crossing.offers} == {over.pk, city.main.pk} == set(crossing.roads)


def test_without_households_the_share_is_one_of_length(west, settings):
    settings.LIMITS = settings.LIMITS | {"ISOLATED_PERCENT": 10}
    Household.objects.all().delete()
    made = connectivity(west, YEAR)
    assert made.by_length
    assert made.share == pytest.approx(made.metres_apart / made.metres)
    assert made.refusal is not None
    assert "household" in str(made.refusal) or "hộ" in str(made.refusal)


def test_of_the_neighbours_roads_neither_name_nor_number_is_told(west, city):
    road(city.east_hamlets[0], (105.8302, 22.11), (105.845, 22.11), name="Đường của xã bên")
    for i in range(4):
        household(city.east_hamlets[0], 105.845, 22.1101 + i / 10000)
    made = connectivity(west, YEAR)
    told = json.dumps(geojson(made), ensure_ascii=False)
    assert "xã bên" not in told
    mine = {city.main.pk, city.lane.pk}
    assert {pk for finding in made.findings for pk in finding.roads} <= mine
    assert made.households == 4
    assert sum(finding.households for finding in of_kind(made, "piece")) == 3


def test_a_hamlet_stands_for_its_commune(west, city):
    assert connectivity(city.west_hamlets[0], YEAR).households == 4


def test_the_command_says_it_in_each_form(west):
    def said(form: str) -> str:
        out = StringIO()
        call_command("network_report", unit="01849", year=YEAR, format=form, stdout=out)
        return out.getvalue()

    assert json.loads(said("json"))["households_on_pieces_without_centre"] == 3
    assert len(json.loads(said("geojson"))["features"]) >= 3
    assert headline(connectivity(west, YEAR)) in said("table")
    with pytest.raises(CommandError, match="99999"):
        call_command("network_report", unit="99999", year=YEAR)
    with pytest.raises(CommandError, match="500"):
        call_command("network_report", unit="01849", year=YEAR, tolerance=-1.0)
