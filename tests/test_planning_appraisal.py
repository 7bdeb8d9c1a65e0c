"""The RoADS model gives what its published runs gave, to the VND."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from layers.planning.appraisal.model import Alternatives, appraise
from layers.planning.appraisal.returns import internal_rate, sign_changes
from layers.planning.appraisal.sections import Sections
from layers.planning.appraisal.tables import tables
from layers.planning.errors import Negative, NotANumber, OutsideTable

TABLES = tables(json.loads((Path(__file__).parents[1] / "fixtures/planning/roads-cba.json").read_text()))


def section(**given) -> Sections:
    """One mountain section of Hà Giang, traffic level 3 of which all else is assumed."""
    usual = {
        "length": 1000.0, "width": 6.0, "lanes": 0, "road_class": 5, "terrain": 3, "temperature": 1, "moisture": 4,
        "surface": 3, "condition": 3, "iri": np.nan, "age": 0, "structural": np.nan, "aadt": [np.nan] * 12,
        "level": 3, "growth": 3,
    }  # fmt: skip
    return Sections(**{name: np.array([given.get(name, value)]) for name, value in usual.items()})


# vnopenroads/roads-cba-py, tests/example_data: section_615073_305, 603159_298, 614835_304 and 615196_298, computed
# with the World Bank's RoADS workbook. Lane class, pavement age and length as surveyed; billion VND.
@pytest.mark.parametrize(
    ("given", "code", "year", "cost", "npv", "npv_per_cost", "eirr", "first_benefit"),
    [
        ({"length": 8274.10165228226, "lanes": 2, "age": 8}, "B-P2", 6, 8.74986249728849, 1.6894726749178084,
         0.1930856256817021, 0.22196904992653255, -7.6453044113362845),
        ({"length": 10897.872521491, "lanes": 3}, "B-P2", 6, 11.524500191476733, 2.22125121790616,
         0.19274165308695543, 0.22188161967262188, -10.068350974834086),
        ({"length": 16986.1366737356, "lanes": 3, "surface": 2, "age": 11}, "B-P2", 6, 17.9628395324754,
         3.062146675674139, 0.17047119249370452, 0.20888198812785586, -15.863902994944487),
        ({"length": 283.719204990785, "width": 2.0, "road_class": 8, "surface": 5, "condition": 4, "level": 1},
         "E-R", 5, 0.01361852183955768, 0.0015956043615199546, 0.11716428407708739, 0.008612206368078912,
         -0.0064275960054470775),
    ],
)  # fmt: skip
def test_published_sections(given, code, year, cost, npv, npv_per_cost, eirr, first_benefit):
    found = appraise(TABLES, section(**given))
    assert TABLES.works.code[found.work[0] - 1] == code
    assert found.year[0] == year
    assert found.cost[0] / 1e9 == pytest.approx(cost, rel=1e-9)
    assert found.npv[0] / 1e9 == pytest.approx(npv, rel=1e-8)
    assert found.npv_per_cost[0] == pytest.approx(npv_per_cost, rel=1e-8)
    assert found.eirr[0] == pytest.approx(eirr, rel=1e-6)
    benefits = found.net_benefits[0] / 1e9
    assert benefits[np.flatnonzero(benefits)[0]] == pytest.approx(first_benefit, rel=1e-9)


def test_roughness_grows_and_work_renews_it():
    """615196_298, earth in poor condition: 10 % a year, 25 m/km at most, renewed in year 5, graded in year 9."""
    found = appraise(TABLES, section(length=283.719204990785, width=2.0, road_class=8, surface=5, condition=4, level=1))
    assert found.iri[0, :10] == pytest.approx([18, 19.8, 21.78, 23.958, 10, 11, 12.1, 13.31, 16, 17.6])
    assert found.base_iri[0, :10] == pytest.approx([18, 19.8, 21.78, 23.958, 25, 25, 25, 25, 25, 10])


def test_an_eirr_among_several_is_marked():
    found = appraise(TABLES, section(length=8274.10165228226, lanes=2, age=8))
    assert found.sign_changes[0] > 1


def test_what_was_assumed_is_said():
    found = appraise(TABLES, section(lanes=3, age=4))
    assumed = {name for name, mask in found.assumed.items() if mask[0]}
    assert assumed == {"iri", "aadt", "structural"}


def test_many_sections_are_what_each_is_alone():
    one, other = section(length=800.0), section(length=1500.0, surface=5, condition=5, level=1, width=3.0)
    both = Sections(**{name: np.concatenate([values, getattr(other, name)]) for name, values in vars(one).items()})
    together = appraise(TABLES, both)
    assert together.npv == pytest.approx([appraise(TABLES, one).npv[0], appraise(TABLES, other).npv[0]])


def test_hardening_an_earth_lane_in_its_first_year_against_grading_it():
    """An upgrade makes a road of the tables' lane class, 7 m wide: 500 thousand VND x 7,000 m2."""
    upgrade = TABLES.works.name.index("Upgrade to Cement Concrete") + 1
    grading = TABLES.works.code.index("E-P") + 1
    lane = section(surface=5, condition=5, width=3.0, level=1)
    found = appraise(TABLES, lane, Alternatives(np.array([[grading, upgrade]]), np.array([[1, 1]])))
    assert found.npvs[0, 1] < 0
    assert found.work[0] == grading
    busy = replace(lane, level=np.array([8]))
    found = appraise(TABLES, busy, Alternatives(np.array([[grading, upgrade]]), np.array([[1, 1]])))
    assert found.work[0] == upgrade
    assert found.cost[0] == pytest.approx(500_000 * 7 * 1000)
    assert found.iri[0, 0] == 1.8


def test_rates_of_return():
    assert internal_rate(np.array([-100.0, 60, 60])) == pytest.approx(0.130662, abs=1e-6)
    assert np.isnan(internal_rate(np.zeros(20)))
    assert np.isnan(internal_rate(np.array([1.0, 2])))
    assert sign_changes(np.array([[-1.0, 0, 2, 3], [-1, 2, 0, -3], [0, 0, 0, 0]])).tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"surface": 8}, OutsideTable),
        ({"width": np.nan, "lanes": 0}, OutsideTable),
        ({"condition": 0}, OutsideTable),
        ({"level": 0}, OutsideTable),
        ({"width": 0.0}, OutsideTable),
        ({"length": np.nan}, NotANumber),
        ({"length": -1.0}, Negative),
        ({"iri": -2.0}, Negative),
    ],
)
def test_inputs_outside_the_tables_are_refused(given, error):
    with pytest.raises(error):
        appraise(TABLES, section(**given))
