"""A siting study is kept, repeated to the byte, cancelled, refused with its reason, and printed by the command."""

import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from layers.errors import Refused
from layers.models import Household, SitingRule, SitingStudy
from layers.models.siting import SiteKind, Subject
from layers.planning import solver
from layers.planning.store.sites import read_inputs
from layers.planning.waste import rule
from layers.planning.waste.figures import checked
from layers.planning.waste.inputs import thaw
from layers.planning.waste.rules import rules_of
from layers.planning.waste.study import again, ask, cancel, carry_out, close_broken, remove
from tests.village import EVERYTHING, YEAR, house, study_of, village

pytestmark = pytest.mark.django_db
__all__ = ["village"]


def test_inputs_come_back_as_they_were_frozen(village):
    inputs, _areas = read_inputs(EVERYTHING, village.west, "kiln", YEAR, rules_of("kiln"), checked("kiln", {}))
    back = thaw(inputs.freeze())
    assert back.sha256 == inputs.sha256
    assert np.array_equal(back.home_at, inputs.home_at)
    assert back.rules == inputs.rules
    assert back.area == inputs.area


@pytest.mark.parametrize("kind", ["kiln", "collection", "incinerator"])
def test_a_study_can_be_repeated_to_the_byte_whatever_became_of_the_rows(village, kind):
    study = study_of(village, kind, budget=3e9)
    Household.objects.all().delete()
    SitingRule.objects.all().delete()
    assert again(study)
    call_command("site_waste", study=study.pk, stdout=io.StringIO())


def test_the_order_of_rows_does_not_show(village):
    first = study_of(village, "kiln")
    rows = [(row.uid, row.unit, row.geom) for row in Household.objects.order_by("-pk")]
    Household.objects.all().delete()
    for uid, unit, geom in rows:
        house(unit, geom.x, geom.y, uid=uid)
    assert study_of(village, "kiln").inputs_sha256 == first.inputs_sha256


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("kiln", {"figures": {"kiln_fewest": 8.0}}),
        ("kiln", {"figures": {"incinerator_vnd": 1.0}}),
        ("kiln", {"figures": {"kiln_vnd": -1.0}}),
        ("kiln", {"figures": {"kiln_vnd": float("nan")}}),
        ("collection", {"figures": {"years": 0.0}}),
        ("kiln", {"budget": -1.0}),
        ("collection", {"budget": float("nan")}),
        ("incinerator", {"budget": float("inf")}),
        ("incinerator", {"wind_from": 400.0}),
        ("incinerator", {"plant": (22.1, 105.8)}),
    ],
)
def test_figures_that_make_no_sense_are_refused_at_once(village, kind, options):
    with pytest.raises(Refused):
        ask(village.west, kind, YEAR, options, None)
    assert not SitingStudy.objects.exists()


def test_without_rules_or_households_there_is_no_answer_and_why_is_said(village):
    assert "2016" in study_of_year(village, 2016).message["vi"]
    SitingRule.objects.all().delete()
    with pytest.raises(Refused, match="load_siting_rules"):
        ask(village.west, "kiln", YEAR, {}, None)


def study_of_year(village, year: int) -> SitingStudy:
    study = ask(village.west, "kiln", year, {}, None)
    carry_out(study, EVERYTHING)
    study.refresh_from_db()
    assert study.state == "refused"
    return study


def test_a_cancelled_study_is_not_answered(village):
    study = ask(village.west, "kiln", YEAR, {}, None)
    cancel(study)
    carry_out(study, EVERYTHING)
    study.refresh_from_db()
    assert (study.state, study.result) == ("cancelled", None)


def test_a_study_that_is_cancelled_while_it_runs_stops_and_its_process_with_it(village, monkeypatch):
    at_work: list[solver.Solver] = []
    real = solver.Solver.run

    def watched(self, *args):
        at_work.append(self)
        return real(self, *args)

    def cancelled(self, step, done, total):
        cancel(study)

    study = ask(village.west, "kiln", YEAR, {}, None)
    monkeypatch.setattr(solver.Solver, "run", watched)
    monkeypatch.setattr("layers.planning.waste.study._Following.say", cancelled)
    carry_out(study, EVERYTHING)
    study.refresh_from_db()
    assert (study.state, study.result) == ("cancelled", None)
    assert [one.alive for one in at_work] == [False]


def test_the_words_of_rules_are_those_that_are_stored():
    assert {rule.KILN, rule.COLLECTION, rule.INCINERATOR} == set(SiteKind.values)
    assert {rule.SCHOOL, rule.PUBLIC, rule.WATER, rule.ROAD, rule.SLOPE, "dwelling"} == set(Subject.values)


def test_a_study_whose_worker_ended_is_closed(village):
    study = ask(village.west, "kiln", YEAR, {}, None)
    SitingStudy.objects.filter(pk=study.pk).update(state="running")
    close_broken()
    study.refresh_from_db()
    assert study.state == "refused"
    assert study.message["en"]


def test_the_command_prints_what_it_is_asked_for(village):
    def printed(form: str) -> str:
        out = io.StringIO()
        call_command("site_waste", unit="01849", kind="kiln", year=YEAR, format=form, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    with translation.override("vi"):
        table = printed("table")
        assert "không đạt QCVN 61-MT:2016/BTNMT" in table
        assert "Không xây lò mới: chở về cơ sở xử lý hiện có" in table
        assert "Mỗi lò giả định cần 150.000 đồng bảo dưỡng một năm" in table
        with pytest.raises(CommandError, match=r"không thể là −1"):
            call_command("site_waste", unit="01849", kind="kiln", year=YEAR, budget=-1.0)
    document = json.loads(printed("json"))
    assert document["alternatives"][1]["qcvn_61"] is False
    features = json.loads(printed("geojson"))["features"]
    kilns = [one["properties"] for one in features if one["properties"]["alternative"] != "haul"]
    assert {one["qcvn_61_compliant"] for one in kilns} == {False}
    assert all("qcvn_61_compliant" not in one["properties"] for one in features if one["properties"] not in kilns)
    with pytest.raises(CommandError):
        call_command("site_waste", unit="99999", kind="kiln", year=YEAR)


def test_no_web_process_loads_the_solver():
    """Everything that answers requests is imported; the solver is not among it."""
    code = (
        "import django, sys; django.setup(); import gis_ntm.urls; from django.urls import get_resolver;"
        "get_resolver().url_patterns; sys.exit('highspy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr or "highspy was imported"


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "gis_ntm.settings"}


# --- who sees what ---------------------------------------------------------------------------------------------


def test_a_study_that_is_being_answered_is_not_deleted(village):
    study = ask(village.west, "kiln", YEAR, {}, None)
    with pytest.raises(Refused):
        remove(study, EVERYTHING)
    cancel(study)
    study.refresh_from_db()
    remove(study, EVERYTHING)
    assert not SitingStudy.objects.exists()
