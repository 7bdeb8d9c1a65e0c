"""Costs and benefits beside the ranking: from stored roads, with every default marked, by start year."""

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from django.contrib.gis.geos import LineString

from layers.access import Role
from layers.geo import length_m
from layers.models import LAYERS, Road
from layers.planning.appraisal.inventory import Inventory, sections_of, with_hardening
from layers.planning.appraisal.model import Alternatives, appraise
from layers.planning.appraisal.options import options_of
from layers.planning.appraisal.sections import filled
from layers.planning.appraisal.tables import SURFACES, tables
from layers.planning.errors import OutsideTable
from layers.planning.store.worth import appraise_roads

ROOT = Path(__file__).parents[1]
HA_GIANG = ROOT.parent / "shared" / "data" / "roads" / "hagiang_vpromms_sections.gpkg"
YEAR = 2017


def fixture(name: str) -> dict:
    return json.loads((ROOT / "fixtures" / "planning" / f"{name}.json").read_text(encoding="utf-8"))


TABLES = tables(fixture("roads-cba"))
DEFAULTS = fixture("roads-cba-defaults")
WITH_HARDENING, CODES = with_hardening(TABLES, DEFAULTS, fixture("road-costs"))
NUMBERS = {road_class: CODES[code] for road_class, code in DEFAULTS["hardening"].items()}


def inventory(**given) -> Inventory:
    usual = {
        "length": 1000.0, "width": 3.0, "road_class": "village", "surface": "earth", "condition": 4, "region": "TDMNPB",
        "level": 0,
    }  # fmt: skip
    made = {name: np.array([given.get(name, value)]) for name, value in usual.items()}
    return Inventory(**made | {name: made[name].astype(object) for name in ("road_class", "surface", "region")})


def test_a_silent_inventory_is_filled_and_each_default_is_named():
    sections, assumed = sections_of(inventory(width=np.nan, surface="", condition=0), DEFAULTS)
    filled(TABLES, sections)
    assert (sections.width[0], sections.surface[0], sections.condition[0], sections.level[0]) == (3.0, 5, 4, 2)
    marked = {name for name, mask in assumed.items() if mask[0]}
    assert {"width", "surface", "condition", "level", "terrain", "growth"} <= marked
    _sections, assumed = sections_of(inventory(level=6), DEFAULTS)
    assert not any(assumed[name][0] for name in ("width", "surface", "condition", "level"))


@pytest.mark.parametrize("road_class", DEFAULTS["road_class"])
@pytest.mark.parametrize("surface", ["", *SURFACES])
def test_every_class_and_surface_of_the_store_is_known_to_the_model(road_class, surface):
    roads = inventory(road_class=road_class, surface=surface, width=np.nan, condition=0)
    assert np.isfinite(options_of(TABLES, sections_of(roads, DEFAULTS)[0]).npv[0, 0])


def test_the_best_of_all_options_is_what_the_model_answers():
    sections, _assumed = sections_of(inventory(level=4), DEFAULTS)
    options, best = options_of(TABLES, sections), appraise(TABLES, sections)
    at = int(np.nanargmax(options.npv[0]))
    assert options.npv[0, at] == pytest.approx(best.npv[0])
    assert options.cost[0, at] == pytest.approx(best.cost[0])
    assert (options.work[0, at], options.year[0, at]) == (best.work[0], best.year[0])
    if at:
        assert options.eirr[0, at] == pytest.approx(best.eirr[0], nan_ok=True)


def test_hardening_costs_what_a_kilometre_of_its_concrete_costs_in_each_start_year():
    """400 million VND a km, 3 m wide: 2.5 km cost 1 billion VND, whichever year it begins."""
    sections, _assumed = sections_of(inventory(length=2500.0), DEFAULTS)
    options = options_of(WITH_HARDENING, sections, np.array([NUMBERS["village"]]))
    mine = options.work[0] == NUMBERS["village"]
    assert options.year[0, mine].tolist() == [1, 2, 3, 4, 5, 6]
    assert options.cost[0, mine] == pytest.approx([1e9] * 6)
    assert options.npv_per_cost[0, mine] == pytest.approx(options.npv[0, mine] / 1e9)


def test_hardening_pays_with_traffic_and_not_without():
    def worth(level: int) -> float:
        sections, _assumed = sections_of(inventory(level=level), DEFAULTS)
        work = np.array([[TABLES.works.code.index("E-R") + 1, NUMBERS["village"]]])
        found = appraise(WITH_HARDENING, sections, Alternatives(work, np.array([[10, 1]])))
        return float(found.npvs[0, 1])

    assert worth(1) < 0 < worth(8)


def test_a_traffic_level_outside_the_tables_is_refused():
    with pytest.raises(OutsideTable):
        options_of(TABLES, sections_of(inventory(level=16), DEFAULTS)[0])


@pytest.mark.skipif(not HA_GIANG.exists(), reason=f"no real sections at {HA_GIANG}")
def test_the_real_sections_of_ha_giang_are_appraised():
    """The 1,013 VPROMMS sections, mapped as an import maps them; what they lack is marked, and none is left out."""
    roads = ha_giang()
    assert len(roads.length) == 1013
    sections, assumed = sections_of(roads, DEFAULTS)
    found = appraise(TABLES, sections)
    assert np.isfinite(found.npv).all()
    assert (found.npv >= 0).all(), "the base case is always among the alternatives and worth nothing"
    assert (found.cost > 0).all()
    assert not assumed["width"].any()
    assert assumed["level"].all()
    assert assumed["terrain"].all()
    # What the file says of its level of traffic is a mock-up; with every road a level busier, nothing is worth less.
    busier, _ = sections_of(Inventory(**vars(roads) | {"level": np.minimum(sections.level + 3, 15)}), DEFAULTS)
    assert appraise(TABLES, busier).npv.sum() > found.npv.sum()


def ha_giang() -> Inventory:
    """Read the sections with their own words: numbers for surface and condition, text for width."""
    meta, _index, _shapes, columns = pyogrio.raw.read(HA_GIANG, read_geometry=False)
    field = dict(zip(meta["fields"].tolist(), columns, strict=True))
    lines = pyogrio.raw.read(HA_GIANG)[2]

    length = np.array([sum(length_m(part) for part in shapely.get_parts(line)) for line in shapely.from_wkb(lines)])
    code = {1: "concrete", 2: "asphalt", 3: "surface_treated", 4: "gravel", 5: "earth"}
    owner = {2: "provincial", 3: "district", 4: "commune", 5: "village"}

    def whole(name: str) -> list[int]:
        return [int(float(value)) if str(value) not in ("", "None", "nan") else 0 for value in field[name]]

    def metres(text: object) -> float:
        digits = str(text).rstrip("+ ").replace(",", ".")
        try:
            return float(digits) if 0 < float(digits) < 100 else np.nan
        except ValueError:
            return np.nan

    return Inventory(
        length=length,
        width=np.array([metres(value) for value in field["width"]]),
        road_class=np.array([owner.get(value, "commune") for value in whole("management")], dtype=object),
        surface=np.array([code.get(value, "") for value in whole("section_surface")], dtype=object),
        condition=np.array([value if 1 <= value <= 5 else 0 for value in whole("condition")]),
        region=np.array(["TDMNPB"] * len(length), dtype=object),
        level=np.zeros(len(length), dtype=np.int64),
    )


@pytest.fixture
def lane(city) -> Road:
    line = LineString((105.81, 22.11), (105.82, 22.11))
    return Road.objects.create(unit=city.west_hamlets[0], name="Ngõ", road_class="lane", surface="earth", geom=line)


@pytest.mark.django_db
def test_a_stored_road_says_its_alternatives_and_which_inputs_are_defaults(client, city, member, lane):
    client.force_login(member(Role.LEADER, city.west))
    found = client.get(f"/features/roads/{lane.pk}/worth.json?year={YEAR}").json()
    inputs = {one["name"]: one for one in found["inputs"]}
    assert not inputs["length"]["default"] and inputs["length"]["unit"] == "m"
    assert not inputs["surface"]["default"]
    assert all(inputs[name]["default"] for name in ("width", "condition", "level", "aadt", "iri", "terrain", "growth"))
    assert inputs["level"]["origin"] == "mặc định"
    assert "lưu lượng" in found["only_traffic"]
    base, *others = found["alternatives"]
    assert base["base"]
    assert {one["year"] for one in others} == {1, 2, 3, 4, 5, 6}
    assert sum(one["best"] for one in found["alternatives"]) == 1
    assert [one["cost_vnd"] for one in others if one["code"].startswith("concrete_2.0m")]
    counted = client.get(f"/features/roads/{lane.pk}/worth.json?year={YEAR}&level=6").json()
    assert not next(one for one in counted["inputs"] if one["name"] == "level")["default"]
    assert client.get(f"/features/roads/{lane.pk}/worth.json?level=99").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "seen"), [("planner", True), ("leader", True), ("field", True), ("guest", False), ("neighbour", False)]
)
def test_what_a_road_is_worth_is_for_those_who_see_the_road(client, city, member, lane, role, seen):
    user = member(Role.PLANNER, city.east) if role == "neighbour" else member(role, city.west)
    client.force_login(user)
    assert (client.get(f"/features/roads/{lane.pk}/worth.json?year={YEAR}").status_code == 200) is seen


@pytest.mark.django_db
def test_many_roads_are_appraised_in_a_few_queries(city, viewers, lane, django_assert_max_num_queries):
    for n in range(5):
        Road.objects.create(
            unit=city.west_hamlets[1], road_class="field", geom=LineString((105.81, 22.11 + n / 1000), (105.83, 22.11))
        )
    with django_assert_max_num_queries(2):
        (found,) = appraise_roads(LAYERS["roads"].rows(viewers["planner"], YEAR))
    assert len(found.roads) == 6
    assert found.defaults["surface"].tolist() == [False, *[True] * 5]
