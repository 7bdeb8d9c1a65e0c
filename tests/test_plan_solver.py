"""The processes plans are computed in: warm, apart from the web's, ended on demand, lost without harm."""

import subprocess
import sys
import threading
import time

import pytest

from layers.criteria.assess import assess
from layers.criteria.results import indicators_of
from layers.criteria.sets import load_all
from layers.errors import TooSlow
from layers.models import Plan
from layers.planning import planner, solver, tasks
from layers.planning.errors import NoBudget, Stopped, TooManyIsolated
from layers.planning.solver import Deferred, Overdue, Solver, SolverLost, compute
from layers.planning.store.criteria import read_indicators
from layers.planning.store.region import region as read_region
from layers.planning.watch import Progress, Watch
from tests.plan_district import district
from tests.plan_region import YEAR, PlanRegion

MILLION = 1_000_000
MONEY = {"sources": [{"name": "Tỉnh", "amount": 430 * MILLION}], "capped": False}


@pytest.fixture
def plan(db, city, viewers) -> Plan:
    region = PlanRegion(city)
    return planner.create(viewers["planner"], [region.commune], YEAR, MONEY, "X")


@pytest.fixture
def own():
    """A process of one's own, ended whatever happens."""
    made = Solver()
    yield made
    made.close()


def question(plan: Plan) -> tuple:
    return "solve", (bytes(plan.inputs), plan.inputs_sha256, plan.settings)


def test_the_solver_is_never_loaded_where_pages_are_served():
    """Importing what pages call must not bring HiGHS into the process."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'gis_ntm.settings'; django.setup(); "
        "import layers.planning.planner, layers.planning.tasks, layers.planning.needs; "
        "sys.exit('highspy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_process_stays_warm_from_one_question_to_the_next(plan, own):
    job, args = question(plan)
    first = own.run(job, args, 60, Watch())
    again = own.run(job, args, 60, Watch())
    assert own.alive
    assert first.document == again.document


def test_a_named_error_crosses_whole_and_leaves_the_process_usable(plan, own):
    job, (frozen, sha256, settings) = question(plan)
    poor = settings | {"sources": [{"name": "Tỉnh", "amount": 0}]}
    with pytest.raises(NoBudget) as caught:
        own.run(job, (frozen, sha256, poor), 60, Watch())
    assert str(caught.value) == str(NoBudget())
    assert own.run(job, (frozen, sha256, settings), 60, Watch()).value > 0


def test_errors_keep_their_words_on_the_way():
    import pickle

    for error in (TooManyIsolated(0.5, 0.1), NoBudget(), Overdue(3), Stopped()):
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert type(copy) is type(error)
        assert str(copy) == str(error)


def test_a_process_that_dies_is_said_to_be_lost_and_the_next_question_gets_another(plan, own):
    own._process.kill()
    job, args = question(plan)
    with pytest.raises(SolverLost):
        own.run(job, args, 60, Watch())
    assert not own.alive
    assert compute(job, *args, seconds=60).value > 0


def test_a_process_that_takes_too_long_is_ended(plan, own):
    job, args = question(plan)
    with pytest.raises(Overdue):
        own.run(job, args, 0.0, Watch())
    assert not own.alive


def test_only_what_is_on_the_list_is_computed(own):
    with pytest.raises(ValueError, match="no such job"):
        own.run("__import__", ("os",), 5, Watch())


def test_more_questions_than_processes_wait_for_one(plan, settings):
    solver._pool.cache_clear()
    settings.LIMITS = settings.LIMITS | {"SOLVERS": 1}
    job, args = question(plan)
    found: list = []

    def ask() -> None:
        found.append(compute(job, *args, seconds=60).value)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    with solver._pool().borrowed(1), pytest.raises(TooSlow), solver._pool().borrowed(0.1):
        pass
    solver._pool().close()
    solver._pool.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_a_worker_solves_a_waiting_plan_and_then_examines_it(plan, viewers):
    tasks.enqueue(viewers["planner"], plan)
    assert plan.state == "waiting"
    tasks.solve.call(plan.pk)
    plan.refresh_from_db()
    assert plan.state == "solved"
    assert plan.result["totals"]["gained"]["households"] == 32
    tasks.examine.call(plan.pk)
    plan.refresh_from_db()
    assert plan.trust["runs"] == 200


@pytest.mark.django_db(transaction=True)
def test_a_large_region_is_read_by_the_worker(city, viewers, monkeypatch):
    monkeypatch.setattr(planner, "PROMPT", 0)
    region = PlanRegion(city)
    plan = planner.create(viewers["planner"], [region.commune], YEAR, MONEY, "X")
    assert plan.inputs is None
    with pytest.raises(Deferred):
        planner.solve_now(viewers["planner"], plan)
    tasks.enqueue(viewers["planner"], plan)
    tasks.solve.call(plan.pk)
    plan.refresh_from_db()
    assert plan.state == "solved"
    assert plan.result["totals"]["gained"]["households"] == 32


@pytest.mark.django_db
def test_what_communes_lack_is_read_for_all_of_them_at_once(city, django_assert_num_queries):
    load_all()
    PlanRegion(city)
    assess(YEAR, "")
    one, both = read_region([city.west], YEAR), read_region([city.city], YEAR)
    # Indicators, results, declarations; province, groups of communes, thresholds and those that were kept.
    with django_assert_num_queries(8):
        first = read_indicators(one)
    with django_assert_num_queries(8):
        assert read_indicators(both)[: len(first)] == first
    told = {(each.code, each.part): (each.status, each.threshold) for each in first}
    for number in (2, 5, 6, 17):
        for result in indicators_of(city.west, number, YEAR):
            row = told[result.indicator.code, result.indicator.part]
            assert row == (result.status, result.threshold)


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_was_cancelled_stays_so(plan, viewers, monkeypatch):
    tasks.enqueue(viewers["planner"], plan)
    tasks.cancel(viewers["planner"], plan)
    tasks.solve.call(plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.result) == ("cancelled", None)

    tasks.enqueue(viewers["planner"], plan)
    real = planner.compute

    def cancelled_meanwhile(*args, **kwargs):
        answer = real(*args, **kwargs)
        tasks.cancel(viewers["planner"], Plan.objects.get(pk=plan.pk))
        return answer

    monkeypatch.setattr(planner, "compute", cancelled_meanwhile)
    tasks.solve.call(plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.result) == ("cancelled", None)


@pytest.mark.django_db(transaction=True)
def test_why_a_plan_failed_is_kept_in_words(plan, viewers):
    planner.change(viewers["planner"], plan, {"floors": {"01849": 9e9}})
    tasks.enqueue(viewers["planner"], plan)
    tasks.solve.call(plan.pk)
    plan.refresh_from_db()
    assert plan.state == "failed"
    assert "phương án" in plan.error


@pytest.mark.django_db(transaction=True)
def test_progress_is_told_while_a_plan_is_computed(plan, viewers):
    Plan.objects.filter(pk=plan.pk).update(state="running")
    tasks._tell(plan.pk, Progress(3.0, 90.0, 100.0))
    plan.refresh_from_db()
    assert plan.progress["gap"] == pytest.approx(0.1)
    assert plan.progress["seconds"] == 3


def test_a_computation_that_is_told_to_stop_answers_with_what_it_has(own):
    """A district of 2,000 segments in pockets takes the improving method its whole time, unless it is stopped."""
    frozen, sha256 = _district()
    settings = {"sources": [{"name": "A", "amount": 3e10}], "method": "lns", "seconds": 60.0, "capped": False}
    began = time.monotonic()
    watch = Watch(stop=lambda: time.monotonic() - began > 2.0)
    found = own.run("solve", (frozen, sha256, settings), 120, watch)
    assert time.monotonic() - began < 40
    assert 0 < found.gap < 1
    assert found.document["totals"]["state"] <= 3e10


def _district() -> tuple[bytes, str]:
    return district(1500)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["lost", "cancelled"])
def test_an_answer_stands_when_a_longer_search_for_a_better_one_ends_early(plan, viewers, monkeypatch, end):
    found = planner.solve_now(viewers["planner"], plan).result
    tasks.enqueue(viewers["planner"], plan)

    def ends(*args, **kwargs):
        if end == "cancelled":
            tasks.cancel(viewers["planner"], Plan.objects.get(pk=plan.pk))
        raise SolverLost

    monkeypatch.setattr(planner, "compute", ends)
    tasks.solve.call(plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.result) == ("solved", found)
    assert ("kết quả đã có vẫn giữ nguyên" in plan.error) is (end == "lost")
    assert planner.submit(viewers["planner"], plan).state == "submitted"
