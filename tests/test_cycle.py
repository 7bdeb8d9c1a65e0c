"""A commune's year: every step × every role, what a step needs, what it leaves behind, and what it closes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from layers.access import Role, Viewer
from layers.criteria.assess import assess
from layers.criteria.results import indicators_of
from layers.errors import GisNtmError, NotAllowed, Refused, Stale
from layers.models import Cycle, Declaration, Indicator, Statistic, Step, Succession, Unit, viewer_of
from layers.models.programme import Action, State
from layers.programme.cycle import Said, take
from layers.programme.declaring import declare
from layers.programme.sense import Told
from layers.programme.snapshots import changes
from tests.small_set import small_set

pytestmark = pytest.mark.django_db
YEAR = 2017
TODAY = timezone.localdate()
SAID = Said(
    note="Đã xem từng tiêu chí", decision_number="12/QĐ-UBND", decision_on=date(2017, 12, 20), knowing=True, sure=True
)

#: Every step that there is: action, state before, state after, the level that takes it.
STEPS = [
    ("submit", "draft", "submitted", "commune"),
    ("check", "submitted", "checked", "district"),
    ("appraise", "checked", "appraised", "province"),
    ("recognise", "appraised", "recognised", "province"),
    ("return", "submitted", "draft", "district"),
    ("return", "checked", "submitted", "province"),
    ("return", "appraised", "checked", "province"),
    ("return", "recognised", "appraised", "province"),
]
WHERE = ("commune", "neighbour", "district", "province", "nowhere")


@pytest.fixture
def assessed(city):
    small_set()
    Statistic.objects.create(unit=city.west, year=YEAR, code="insured", numerator=900, denominator=1000, source="test")
    assess(YEAR)
    return city


@pytest.fixture
def somebody(city, member):
    """A viewer with a role, bound to the unit of a level."""
    units = {"commune": city.west, "neighbour": city.east, "district": city.city, "province": city.province}

    def make(role: Role | str, where: str) -> Viewer:
        return viewer_of(member(role, *([units[where]] if where in units else [])))

    return make


def in_state(unit: Unit, state: str) -> None:
    Cycle.objects.update_or_create(unit=unit, year=YEAR, defaults={"state": state})


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("action", "before", "after", "level"), STEPS)
def test_each_step_is_taken_by_its_own_level_and_by_nobody_else(
    assessed, somebody, action, before, after, level, role, where
):
    in_state(assessed.west, before)
    viewer = somebody(role, where)
    if where == level and role in (Role.PLANNER, Role.ADMINISTRATOR):
        step = take(Action(action), assessed.west, YEAR, viewer, before, SAID)
        assert (step.before, step.after, step.user_id, step.note) == (before, after, viewer.user_id, SAID.note)
        assert Cycle.objects.get(unit=assessed.west).state == after
    else:
        with pytest.raises(NotAllowed):
            take(Action(action), assessed.west, YEAR, viewer, before, SAID)
        assert Cycle.objects.get(unit=assessed.west).state == before
        assert not Step.objects.exists()


@pytest.mark.parametrize(
    ("action", "state"),
    sorted({(action, state) for action in Action.values for state in State.values} - {step[:2] for step in STEPS}),
)
def test_there_are_no_other_steps(assessed, somebody, action, state):
    in_state(assessed.west, state)
    for where in ("commune", "district", "province"):
        with pytest.raises(Refused):
            take(Action(action), assessed.west, YEAR, somebody(Role.PLANNER, where), state, SAID)


def test_somebody_who_saw_an_earlier_state_takes_no_step(assessed, somebody):
    in_state(assessed.west, "checked")
    with pytest.raises(Stale):
        take(Action.CHECK, assessed.west, YEAR, somebody(Role.PLANNER, "district"), "submitted", SAID)


@pytest.mark.parametrize(
    ("action", "before", "where", "said"),
    [
        ("return", "submitted", "district", Said()),
        ("return", "checked", "province", Said(note="  ")),
        ("recognise", "appraised", "province", Said(note="Đạt", decision_on=date(2017, 12, 29))),
        ("recognise", "appraised", "province", Said(note="Đạt", decision_number="2241/QĐ-UBND")),
        # 18 of 19 criteria are not known here: the record must say why it is recognised nonetheless.
        ("recognise", "appraised", "province", replace(SAID, note="")),
        ("recognise", "appraised", "province", replace(SAID, decision_on=TODAY + timedelta(days=1))),
        # Nobody sends on, or recognises, what is not met without saying that they know it.
        ("check", "submitted", "district", replace(SAID, knowing=False)),
        ("appraise", "checked", "province", replace(SAID, knowing=False)),
        ("recognise", "appraised", "province", replace(SAID, knowing=False)),
        # Nobody hands in what they have not looked through, nor decides before the year that it is about.
        ("submit", "draft", "commune", replace(SAID, sure=False)),
        ("recognise", "appraised", "province", replace(SAID, decision_on=date(2016, 12, 31))),
        # A check or an appraisal rests on something.
        ("check", "submitted", "district", Said(knowing=True)),
        ("appraise", "checked", "province", Said(note=" ", knowing=True)),
    ],
)
def test_a_step_without_what_it_needs_is_not_taken(assessed, somebody, action, before, where, said):
    in_state(assessed.west, before)
    with pytest.raises(Refused):
        take(Action(action), assessed.west, YEAR, somebody(Role.PLANNER, where), before, said)
    assert Cycle.objects.get().state == before


@pytest.mark.parametrize("grounds", [{"note": "Đã kiểm tra"}, {"decision_number": "3/BB"}, {"files": True}])
def test_a_check_rests_on_a_note_minutes_or_a_file(assessed, somebody, grounds):
    in_state(assessed.west, "submitted")
    said = Said(knowing=True, **grounds)
    assert take(Action.CHECK, assessed.west, YEAR, somebody(Role.PLANNER, "district"), "submitted", said)


def test_a_year_without_any_result_is_not_handed_in(city, somebody):
    small_set()
    with pytest.raises(Refused):
        take(Action.SUBMIT, city.west, YEAR, somebody(Role.PLANNER, "commune"), "draft", SAID)


def test_a_ward_and_a_hamlet_have_no_year_of_their_own(assessed, somebody):
    assessed.east.rural = False
    assessed.east.save()
    for unit in (assessed.east, assessed.west_hamlets[0], assessed.city):
        with pytest.raises(Refused):
            take(Action.SUBMIT, unit, YEAR, somebody(Role.PLANNER, "commune"), "draft", SAID)


class TestWithoutDistrict:
    """Since 1 July 2025 a commune stands right below its province: nobody checks in between."""

    @pytest.fixture
    def commune(self, assessed) -> Unit:
        assessed.west.parent = assessed.province
        assessed.west.save()
        assessed.west.refresh_from_db()
        return assessed.west

    def test_the_commune_hands_in_to_the_province(self, commune, somebody):
        step = take(Action.SUBMIT, commune, YEAR, somebody(Role.PLANNER, "commune"), "draft", SAID)
        assert step.after == "checked"
        with pytest.raises(Refused):
            take(Action.CHECK, commune, YEAR, somebody(Role.PLANNER, "province"), "checked", SAID)
        assert take(Action.APPRAISE, commune, YEAR, somebody(Role.PLANNER, "province"), "checked", SAID)

    def test_the_province_returns_to_the_commune(self, commune, somebody):
        in_state(commune, "checked")
        step = take(Action.RETURN, commune, YEAR, somebody(Role.PLANNER, "province"), "checked", SAID)
        assert step.after == "draft"


@pytest.mark.parametrize(("ended", "allowed"), [(None, False), (date(2025, 7, 1), True), (date(2090, 1, 1), False)])
def test_the_province_checks_for_a_district_that_is_no_more(assessed, somebody, ended, allowed):
    assessed.city.valid_to = ended
    assessed.city.save()
    in_state(assessed.west, "submitted")
    province = somebody(Role.PLANNER, "province")
    if allowed:
        assert take(Action.CHECK, assessed.west, YEAR, province, "submitted", SAID).after == "checked"
    else:
        with pytest.raises(NotAllowed):
            take(Action.CHECK, assessed.west, YEAR, province, "submitted", SAID)


def test_the_commune_of_today_answers_for_the_one_merged_into_it_and_its_province_does_not(assessed, member):
    """Being bound to a unit covers its predecessors; but only the successor of the same level acts for one."""
    day = date(2025, 7, 1)
    province = Unit.objects.create(code="19", kind="province", name="Thái Nguyên", valid_from=day, source="test")
    commune = Unit.objects.create(
        code="01849", kind="commune", name="Phong Quang", parent=province, valid_from=day, rural=True, source="test"
    )
    for former, present in ((assessed.west, commune), (assessed.province, province)):
        Succession.objects.create(predecessor=former, successor=present, on=day)
    for unit in (commune, province):
        unit.refresh_from_db()
    with pytest.raises(NotAllowed):
        take(Action.SUBMIT, assessed.west, YEAR, viewer_of(member(Role.PLANNER, province)), "draft", SAID)
    assert take(Action.SUBMIT, assessed.west, YEAR, viewer_of(member(Role.PLANNER, commune)), "draft", SAID)
    in_state(assessed.west, "checked")
    assert take(Action.APPRAISE, assessed.west, YEAR, viewer_of(member(Role.PLANNER, province)), "checked", SAID)


def insured(city) -> Indicator:
    return Indicator.objects.get(code="15.1", criterion__criteria_set__code="2016-2020")


def test_a_step_keeps_what_was_known_and_the_next_one_tells_what_changed(assessed, somebody):
    commune, district = somebody(Role.PLANNER, "commune"), somebody(Role.PLANNER, "district")
    declare(assessed.west, insured(assessed), YEAR, commune, Told(status="m", value=90), [])
    first = take(Action.SUBMIT, assessed.west, YEAR, commune, "draft", SAID)
    assert first.snapshot["15.1"] == {"status": "m", "declared": ["m", 90.0], "computed": ["m", 90.0], "threshold": 85}
    Statistic.objects.update(numerator=800)
    assess(YEAR)
    second = take(Action.CHECK, assessed.west, YEAR, district, "submitted", SAID)
    found = {(one.indicator, one.what): (one.before, one.after) for one in changes(first.snapshot, second.snapshot)}
    assert found == {("15.1", "status"): ("m", "u"), ("15.1", "computed"): (["m", 90.0], ["u", 80.0])}
    first.refresh_from_db()
    assert first.snapshot["15.1"]["computed"] == ["m", 90.0]


@pytest.mark.parametrize("state", State.values)
def test_what_is_declared_stands_still_once_it_is_handed_in(assessed, somebody, state):
    in_state(assessed.west, state)
    commune = somebody(Role.PLANNER, "commune")
    if state == "draft":
        assert declare(assessed.west, insured(assessed), YEAR, commune, Told(status="m", value=90), [])
    else:
        with pytest.raises(Refused):
            declare(assessed.west, insured(assessed), YEAR, commune, Told(status="m", value=90), [])


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("role", list(Role))
def test_only_the_commune_itself_declares(assessed, somebody, role, where):
    viewer = somebody(role, where)
    if where == "commune" and role in (Role.PLANNER, Role.ADMINISTRATOR):
        declare(assessed.west, insured(assessed), YEAR, viewer, Told(status="m", value=90), [])
        assert Declaration.objects.get().value == 90
    else:
        with pytest.raises(NotAllowed):
            declare(assessed.west, insured(assessed), YEAR, viewer, Told(status="m", value=90), [])
        assert not Declaration.objects.exists()


@pytest.mark.parametrize(
    ("told", "sense"),
    [
        (Told(status="m", value=85), True),
        (Told(status="m", value=84.9), False),
        (Told(status="u", value=84.9), True),
        (Told(status="m", numerator=849, denominator=1000), False),
        (Told(status="m", numerator=850, denominator=1000), True),
        (Told(status="u", numerator=11, denominator=10), False),
        (Told(status="m"), False),
        (Told(status="m", value=85, numerator=1, denominator=10), False),
        (Told(status="m", value=86, numerator=859, denominator=1000), True),
        (Told(status="m", value=85.8, numerator=859, denominator=1000), False),
        (Told(status="m", value=100.1), False),
        (Told(status="m", value=float("9" * 40)), False),
        (Told(status="u", value=-0.1), False),
        (Told(status="u", numerator=1), False),
        (Told(status="u", numerator=0, denominator=0), False),
        (Told(status="u", value=85), False),
        (Told(status="?", value=84.9), False),
        (Told(status="?"), True),
        (Told(status="m", evidence="Biên bản 12"), True),
        (Told(status="m", decision_number="12/QĐ-UBND"), True),
        (Told(status="m", value=90, as_of=date(2017, 1, 1), decision_on=TODAY), True),
        (Told(status="m", value=90, as_of=date(2016, 12, 31)), False),
        (Told(status="m", value=90, as_of=TODAY + timedelta(days=1)), False),
        (Told(status="m", value=90, decision_on=TODAY + timedelta(days=1)), False),
    ],
)
def test_what_is_declared_does_not_contradict_itself(assessed, somebody, told, sense):
    commune = somebody(Role.PLANNER, "commune")
    if sense:
        assert declare(assessed.west, insured(assessed), YEAR, commune, told, []).status == told.status
    else:
        with pytest.raises(GisNtmError):
            declare(assessed.west, insured(assessed), YEAR, commune, told, [])


ONWARD = [("submit", "draft", "commune"), ("check", "submitted", "district")]


@pytest.mark.parametrize(("action", "before", "where"), ONWARD)
def test_who_took_a_step_takes_it_back_until_the_next_office_acts(assessed, somebody, action, before, where):
    in_state(assessed.west, before)
    own = somebody(Role.PLANNER, where)
    taken = take(Action(action), assessed.west, YEAR, own, before, SAID)
    for stranger in set(WHERE) - {where}:
        with pytest.raises(NotAllowed):
            take(Action.WITHDRAW, assessed.west, YEAR, somebody(Role.PLANNER, stranger), taken.after, SAID)
    with pytest.raises(Refused):
        take(Action.WITHDRAW, assessed.west, YEAR, own, taken.after, replace(SAID, note=" "))
    back = take(Action.WITHDRAW, assessed.west, YEAR, own, taken.after, Said(note="Nhầm tệp"))
    assert (back.before, back.after, back.user_id, back.note) == (taken.after, before, own.user_id, "Nhầm tệp")
    assert Cycle.objects.get().state == before
    assert Step.objects.count() == 2


def test_what_the_next_office_has_acted_on_is_not_taken_back(assessed, somebody):
    """Returned by the province, the year is at the city's check again: that is the province's word, not its own."""
    in_state(assessed.west, "submitted")
    city, province = somebody(Role.PLANNER, "district"), somebody(Role.PLANNER, "province")
    take(Action.CHECK, assessed.west, YEAR, city, "submitted", SAID)
    take(Action.APPRAISE, assessed.west, YEAR, province, "checked", SAID)
    with pytest.raises(Refused):
        take(Action.WITHDRAW, assessed.west, YEAR, city, "appraised", SAID)
    take(Action.RETURN, assessed.west, YEAR, province, "appraised", SAID)
    with pytest.raises(Refused, match="cấp tiếp theo"):
        take(Action.WITHDRAW, assessed.west, YEAR, city, "checked", SAID)
    assert Cycle.objects.get().state == "checked"


def test_where_there_is_no_district_the_commune_takes_back_what_it_sent_to_the_province(assessed, somebody):
    Unit.objects.filter(pk=assessed.west.pk).update(parent=assessed.province)
    assessed.west.refresh_from_db()
    commune = somebody(Role.PLANNER, "commune")
    take(Action.SUBMIT, assessed.west, YEAR, commune, "draft", SAID)
    assert Cycle.objects.get().state == "checked"
    assert take(Action.WITHDRAW, assessed.west, YEAR, commune, "checked", SAID).after == "draft"


def test_a_decision_is_not_of_before_the_one_that_the_step_before_rests_on(assessed, somebody):
    in_state(assessed.west, "checked")
    province = somebody(Role.PLANNER, "province")
    take(Action.APPRAISE, assessed.west, YEAR, province, "checked", SAID)
    early = replace(SAID, decision_on=date(2017, 12, 19))
    with pytest.raises(Refused, match="20/12/2017"):
        take(Action.RECOGNISE, assessed.west, YEAR, province, "appraised", early)
    assert take(Action.RECOGNISE, assessed.west, YEAR, province, "appraised", SAID)


def test_a_step_stands_for_what_is_stored_now_and_a_year_returned_from_recognised_follows_its_rows_again(
    assessed, somebody
):
    commune, province = somebody(Role.PLANNER, "commune"), somebody(Role.PLANNER, "province")
    Statistic.objects.update(numerator=800)
    assert take(Action.SUBMIT, assessed.west, YEAR, commune, "draft", SAID).snapshot["15.1"]["computed"] == ["u", 80.0]
    in_state(assessed.west, "recognised")
    Statistic.objects.update(numerator=900)
    assess(YEAR)
    assert shown(assessed) == ("u", 800)
    take(Action.RETURN, assessed.west, YEAR, province, "recognised", SAID)
    assert shown(assessed) == ("m", 900)


def shown(city) -> tuple[str, float | None]:
    found = next(one for one in indicators_of(city.west, 15, YEAR) if one.indicator.code == "15.1")
    assert found.computed is not None
    return found.computed.status, found.computed.numerator


@pytest.mark.parametrize(("value", "apart"), [(90, False), (89.2, False), (88.2, False), (88.1, True), (95, True)])
def test_a_declared_number_beyond_what_the_rows_mean_is_to_be_inspected_though_both_say_met(
    assessed, somebody, value, apart
):
    """900 of 1000 are insured; two per cent of that are within rounding."""
    declare(
        assessed.west, insured(assessed), YEAR, somebody(Role.PLANNER, "commune"), Told(status="m", value=value), []
    )
    found = next(one for one in indicators_of(assessed.west, 15, YEAR) if one.indicator.code == "15.1")
    assert (found.differs, found.apart) == (False, apart)
