"""Siting studies answered from the rows, by hand-computed small cases."""

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection
from django.utils import translation

from layers.models import Facility, Household, SitingRule, SitingStudy, WasteSite, Watercourse
from layers.planning.store.sites import read_inputs
from layers.planning.waste.figures import checked
from layers.planning.waste.rules import load_rules, rules_of
from layers.reports.siting.lines import alternative_lines, remarks
from layers.reports.siting.seen import Seen
from tests.village import DEGREE, EVERYTHING, YEAR, alternative, house, study_of, village

pytestmark = pytest.mark.django_db
__all__ = ["village"]


def test_a_group_of_six_shares_a_kiln_that_keeps_the_rules(village):
    study = study_of(village, "kiln")
    every = alternative(study, "all")
    assert every["served"] == 6
    assert every["capital_vnd"] == 1_500_000
    assert every["numbers"]["alone"] == 1
    (site,) = every["sites"]
    assert (site["households"], site["new"]) == (6, True)
    for one in Household.objects.filter(geom__isnull=False).order_by("pk")[:6]:
        far = distance(one.geom, site)
        assert 30 <= far <= 100


def distance(geom: Point, site: dict) -> float:
    """Metres on the ellipsoid, as PostGIS measures them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(ST_GeomFromEWKT(%s)::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)",
            [geom.ewkt, site["lon"], site["lat"]],
        )
        return cursor.fetchone()[0]


def test_the_budget_builds_only_what_it_pays_for(village):
    assert alternative(study_of(village, "kiln", budget=1_499_999), "budget")["sites"] == []
    assert alternative(study_of(village, "kiln", budget=1_500_000), "budget")["served"] == 6


def test_a_kiln_has_to_be_kept_up_and_where_that_is_not_counted_it_is_said(village):
    """One kiln for 1.5 million, 150,000 a year, over ten years."""
    kept = alternative(study_of(village, "kiln"), "all")
    assert (kept["yearly_vnd"], kept["total_vnd"]) == (150_000, 3_000_000)
    free = Seen(study_of(village, "kiln", figures={"kiln_vnd_year": 0.0}), EVERYTHING)
    with translation.override("vi"):
        (line,) = (line for line in alternative_lines(free) if line.startswith("- Mọi hộ có thể phục vụ"))
        assert "chưa rõ chi phí vận hành, chưa tính" in line
        assert "0 triệu đồng mỗi năm" not in line


def test_households_of_a_kiln_that_exists_ask_for_none(village):
    WasteSite.objects.create(
        unit=village.west, kind="group_kiln", households_served=6, geom=Point(105.81 + 50 * DEGREE, 22.1103)
    )
    study = study_of(village, "kiln")
    assert alternative(study, "existing")["served"] == 6
    assert [site["new"] for site in alternative(study, "all")["sites"]] == [False]


def test_hauling_to_the_existing_plant_is_always_compared_with_its_cost(village):
    """7 households x 4 persons x 0.5 kg = 14 kg a day, 5.11 t a year."""
    for kind in ("kiln", "collection", "incinerator"):
        haul = alternative(study_of(village, kind), "haul")
        assert haul["feasible"]
        assert haul["numbers"]["tonnes_year"] == pytest.approx(5.11)
        fee = 5.11 * 300_000
        assert haul["yearly_vnd"] > fee
        km = (haul["yearly_vnd"] - fee) / 5.11 / 8000
        assert 4 < km < 7, "six houses 6 km from the landfill by the road, one 3 km straight, lengthened by 1.4"


def test_without_any_plant_an_incinerator_study_asks_for_its_position(village):
    WasteSite.objects.all().delete()
    study = study_of(village, "incinerator")
    assert study.state == "refused"
    assert "vị trí" in study.message["vi"]
    assert alternative(study_of(village, "incinerator", plant=[105.87, 22.111]), "haul")["feasible"]
    assert alternative(study_of(village, "kiln"), "haul")["why"] == "no_plant"


def test_too_little_waste_for_an_incinerator_is_said(village):
    new = alternative(study_of(village, "incinerator"), "new")
    assert (new["feasible"], new["why"]) == (False, "too_little")
    assert new["numbers"] == {"t_day": pytest.approx(0.014), "least": pytest.approx(1.44)}


def big(village, **options) -> SitingStudy:
    """The village as if each of its persons made 100 kg a day: 2.8 t, which 1.2 incinerators burn."""
    return study_of(
        village, "incinerator", figures={"kg_per_person_day": 80.0, **options.pop("figures", {})}, **options
    )


def test_an_incinerator_keeps_capacity_and_budget(village):
    """2.24 t a day of 2.4: one is enough."""
    SitingRule.objects.filter(kind="incinerator", subject="slope").update(active=False)
    new = alternative(big(village), "new")
    assert new["feasible"], new
    (site,) = [site for site in new["sites"] if site["new"]]
    assert site["t_day"] == pytest.approx(2.24)
    assert new["capital_vnd"] == 2_500_000_000
    assert alternative(big(village, budget=1e9), "new")["why"] == "budget"
    assert alternative(big(village, figures={"incinerator_hours": 4.0}, budget=2.5e9), "new")["why"] == "too_much"


def test_the_mix_is_never_dearer_than_hauling(village):
    study = big(village, figures={"haul_vnd_per_t_km": 100_000.0})
    assert alternative(study, "mixed")["total_vnd"] <= alternative(study, "haul")["total_vnd"]


def test_smoke_moves_the_incinerator_upwind(village):
    """Whatever the wind, nobody who could live clear of the smoke lives in it, if persons weigh enough."""
    for wind in (0, 90, 180, 270):
        new = alternative(big(village, wind_from=wind, figures={"wind_vnd_per_person_year": 2e6}), "new")
        assert new["downwind"] == 0


def test_every_candidate_is_measured_again_exactly(village):
    Facility.objects.create(unit=village.west, kind="market", name="Chợ", geom=Point(105.82, 22.111))
    Watercourse.objects.create(unit=village.west, kind="stream", geom=LineString((105.805, 22.10), (105.805, 22.14)))
    study = study_of(village, "incinerator")
    assert study.result["candidates"]
    stream = Watercourse.objects.get().geom
    for one in study.result["candidates"]:
        metres, kept = one["metres"]["water"]
        assert metres == pytest.approx(distance(stream, one), abs=0.1)
        assert kept is (metres >= 50)
        houses = [distance(row.geom, one) for row in Household.objects.all()]
        assert one["metres"]["dwelling"][0] == pytest.approx(min(houses), abs=0.1)
        assert not one["fits"] or min(houses) >= 500


def test_an_edited_rule_counts_at_once_and_the_fixture_does_not_undo_it(village):
    SitingRule.objects.filter(kind="collection", subject="dwelling").update(value=60)
    assert load_rules() == 0
    study = study_of(village, "collection")
    near = [one["metres"]["dwelling"][0] for one in study.result["candidates"] if one["fits"]]
    assert near
    assert min(near) >= 60
    SitingRule.objects.filter(kind="collection", subject="dwelling").update(value=5000)
    assert alternative(study_of(village, "collection"), "all")["why"] == "no_candidates"


def test_collection_points_serve_who_is_in_reach(village):
    study = study_of(village, "collection", budget=30_000_000)
    assert alternative(study, "existing")["served"] == 0
    assert alternative(study, "budget")["served"] == 6
    assert len(alternative(study, "budget")["sites"]) == 1
    assert alternative(study_of(village, "collection", budget=1.0), "budget")["sites"] == []


def test_the_shortest_longest_way_serves_as_many_as_it_can(village):
    """One point lies nearest to the farthest house wherever it stands in reach of the six: it stands there."""
    study = study_of(village, "collection", budget=30_000_000)
    fair, budget = alternative(study, "fair"), alternative(study, "budget")
    assert fair["farthest_m"] <= budget["farthest_m"]
    words = Seen(study, EVERYTHING)
    with translation.override("vi"):
        assert [one["title"] for one in words.alternatives][-1].startswith("Không làm điểm tập kết")
        assert any("kể cả hộ ngoài tầm" in line for line in remarks(words))


def test_money_left_over_builds_nothing_more(village):
    assert len(alternative(study_of(village, "collection", budget=1e9), "budget")["sites"]) == 1


def test_what_could_not_be_judged_is_said(village):
    house(village.west_hamlets[0], 105.811, 22.11)
    last = Household.objects.order_by("pk").last()
    Household.objects.filter(pk=last.pk).update(geom=None)
    study = study_of(village, "kiln")
    codes = {one["code"]: one for one in study.result["unchecked"]}
    assert {"no_water", "no_slope", "no_school", "no_public", "unplaced"} <= set(codes)
    assert codes["unplaced"]["households"] == 1


def test_houses_across_the_border_count_and_where_they_cannot_be_read_that_is_said(village, viewers):
    study = study_of(village, "incinerator", viewer=viewers["planner"])
    assert study.state == "refused", "the landfill lies in the neighbouring commune, which this planner does not see"
    study = study_of(village, "incinerator", viewer=viewers["planner"], plant=[105.87, 22.111])
    assert {"code": "border"} in study.result["unchecked"]
    near = house(village.east_hamlets[0], 105.841, 22.112)
    assert near.geom.x > 105.84
    inputs, areas = read_inputs(
        EVERYTHING, village.west, "incinerator", YEAR, rules_of("incinerator"), checked("incinerator", {})
    )
    assert len(inputs.homes) == 8 and inputs.mine.sum() == 7
    assert areas == sorted([village.west.path, village.east.path])
