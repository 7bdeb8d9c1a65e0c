"""The steps of a commune's year: which there are, who may take which, and what each leaves behind."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.criteria.assess import assess
from layers.errors import NotAllowed, Refused, Stale
from layers.models import Cycle, Standing, Status, Step, Unit
from layers.models.programme import Action, State
from layers.models.units import Kind

from .levels import Chain, Levels, acting, chain_of
from .sense import require_day
from .snapshots import snapshot_of
from .years import require_year

#: What somebody must say with a step: why; by which decision; on what it rests (a note, a file or a decision); that
#: they know what is not met, where anything is not; and that they have looked it through.
NOTE, DECISION, GROUNDS, KNOWING, SURE = "note", "decision", "grounds", "knowing", "sure"


@dataclass(frozen=True)
class Transition:
    """One step. `district` says whether it is there only with (True) or only without (False) a district above."""

    action: Action
    before: State
    after: State
    level: Kind
    needs: frozenset[str] = frozenset()
    district: bool | None = None


TRANSITIONS = (
    Transition(Action.SUBMIT, State.DRAFT, State.SUBMITTED, Kind.COMMUNE, frozenset({SURE}), district=True),
    Transition(Action.SUBMIT, State.DRAFT, State.CHECKED, Kind.COMMUNE, frozenset({SURE}), district=False),
    Transition(Action.CHECK, State.SUBMITTED, State.CHECKED, Kind.DISTRICT, frozenset({GROUNDS, KNOWING})),
    Transition(Action.APPRAISE, State.CHECKED, State.APPRAISED, Kind.PROVINCE, frozenset({GROUNDS, KNOWING})),
    Transition(Action.RECOGNISE, State.APPRAISED, State.RECOGNISED, Kind.PROVINCE, frozenset({DECISION, KNOWING})),
    Transition(Action.RETURN, State.SUBMITTED, State.DRAFT, Kind.DISTRICT, frozenset({NOTE})),
    Transition(Action.RETURN, State.CHECKED, State.SUBMITTED, Kind.PROVINCE, frozenset({NOTE}), district=True),
    Transition(Action.RETURN, State.CHECKED, State.DRAFT, Kind.PROVINCE, frozenset({NOTE}), district=False),
    Transition(Action.RETURN, State.APPRAISED, State.CHECKED, Kind.PROVINCE, frozenset({NOTE})),
    Transition(Action.RETURN, State.RECOGNISED, State.APPRAISED, Kind.PROVINCE, frozenset({NOTE})),
    Transition(Action.WITHDRAW, State.SUBMITTED, State.DRAFT, Kind.COMMUNE, frozenset({NOTE})),
    Transition(Action.WITHDRAW, State.CHECKED, State.DRAFT, Kind.COMMUNE, frozenset({NOTE}), district=False),
    Transition(Action.WITHDRAW, State.CHECKED, State.SUBMITTED, Kind.DISTRICT, frozenset({NOTE}), district=True),
)
#: Steps that lead back.
BACK = frozenset({Action.RETURN, Action.WITHDRAW})


@dataclass(frozen=True)
class Said:
    """What somebody says with a step; `files` tells whether any come with it, `knowing` that unmet criteria were
    seen and it is taken nonetheless, `sure` that what is handed in was looked through."""

    note: str = ""
    decision_number: str = ""
    decision_on: date | None = None
    files: bool = False
    knowing: bool = False
    sure: bool = False


def ways_on(chain: Chain, state: str) -> list[Transition]:
    """Return the steps that lead on or back from a state, whoever takes them."""
    return [way for way in TRANSITIONS if way.before == state and way.district in (None, chain.district is not None)]


def open_to(levels: Levels, chain: Chain, state: str, last: Step | None) -> list[Transition]:
    """Return the steps that somebody with these levels may take now; `last` is the step before."""
    own = levels.at(chain.commune.path)
    ways = [way for way in ways_on(chain, state) if own & acting(way.level, chain)]
    return [way for way in ways if way.action is not Action.WITHDRAW or stands_alone(last)]


def stands_alone(last: Step | None) -> bool:
    """Tell whether nobody has acted on the last step yet: only then may its office take it back."""
    return last is not None and last.action not in BACK


def last_step(unit: Unit, year: int) -> Step | None:
    return Step.objects.filter(cycle__unit=unit, cycle__year=year).defer("snapshot").order_by("at", "pk").last()


def state_of(unit: Unit, year: int) -> State:
    found = Cycle.objects.filter(unit=unit, year=year).values_list("state", flat=True).first()
    return State(found) if found else State.DRAFT


def require_draft(unit: Unit, year: int) -> None:
    """Refuse to change what a commune declares of a year that it has handed in."""
    state = state_of(unit, year)
    if state is not State.DRAFT:
        raise Refused(
            _("The self-assessment of %(year)s has been handed in (%(state)s). It can be changed once it is returned."),
            year=year,
            state=state.label,
        )


@transaction.atomic
def take(action: Action, unit: Unit, year: int, viewer: Viewer, seen: str, said: Said) -> Step:
    """Take a step and return its record. `seen` is the state in which the viewer saw the year.

    Raises NotAllowed where the step is not theirs, Stale where somebody has taken one meanwhile, Refused where
    the step is not possible or something is missing.
    """
    chain = chain_of(unit)
    require_year(unit, year)
    Cycle.objects.get_or_create(unit=unit, year=year)
    cycle = Cycle.objects.select_for_update().get(unit=unit, year=year)
    if cycle.state != seen:
        raise Stale(_("Somebody has taken a step meanwhile: it is now “%(state)s”."), state=cycle.get_state_display())
    way = next((way for way in ways_on(chain, cycle.state) if way.action is action), None)
    if way is None:
        raise Refused(_("This step is not possible now: the year is “%(state)s”."), state=cycle.get_state_display())
    last = last_step(unit, year)
    if action is Action.WITHDRAW and not stands_alone(last):
        raise Refused(_("It can be taken back only until the next office has acted on it."))
    if way not in open_to(Levels(viewer), chain, cycle.state, last):
        raise NotAllowed(_("This step is taken by %(level)s."), level=actor(way, chain))
    standing = _standing_now(unit, year)
    _require(way, said, standing)
    _require_order(said.decision_on, year, last)
    step = Step.objects.create(
        cycle=cycle,
        action=way.action,
        before=way.before,
        after=way.after,
        user_id=viewer.user_id,
        at=timezone.now(),
        note=said.note,
        decision_number=said.decision_number,
        decision_on=said.decision_on,
        met=standing.met if standing else None,
        snapshot=snapshot_of(unit, year),
    )
    cycle.state = way.after
    cycle.save()
    if way.before is State.RECOGNISED:
        # What was kept while it was recognised follows its rows and thresholds again.
        assess(year, unit.path)
    return step


def _standing_now(unit: Unit, year: int) -> Standing | None:
    """Return the results of a year by what is stored now: a step stands for that, not for what was reckoned last."""
    results = Standing.objects.filter(unit=unit, year=year)
    if results.exists():
        assess(year, unit.path)
    return results.first()


def _require(way: Transition, said: Said, standing: Standing | None) -> None:
    if NOTE in way.needs and not said.note.strip():
        if way.action is Action.WITHDRAW:
            raise Refused(_("Say why it is taken back."))
        raise Refused(_("Say why it is returned: the note is what the office below works from."))
    if SURE in way.needs and not said.sure:
        raise Refused(_("Confirm that what is declared has been looked through: once handed in it stands still."))
    if DECISION in way.needs and not (said.decision_number.strip() and said.decision_on):
        raise Refused(_("Give the number and the date of the decision."))
    if standing is None and way.action is Action.SUBMIT:
        raise Refused(_("Nothing has been assessed or declared for this year yet."))
    require_day(said.decision_on, _("The day of the decision"))
    if GROUNDS in way.needs and not (said.note.strip() or said.decision_number.strip() or said.files):
        raise Refused(_("Say on what this rests: a note, the minutes as a file, or their number."))
    if KNOWING in way.needs and unmet(standing) and not said.knowing:
        raise Refused(
            _("Criteria %(numbers)s are not met here. Confirm that you know it, or return the year."),
            numbers=", ".join(map(str, unmet(standing))),
        )
    # What was known at a decision may run ahead of what is stored here; then the record says why.
    if way.action is Action.RECOGNISE and unmet(standing) and not said.note.strip():
        raise Refused(
            _("Criteria %(numbers)s are not met here. Explain in the note why the commune is recognised nonetheless."),
            numbers=", ".join(map(str, unmet(standing))),
        )


def _require_order(decision_on: date | None, year: int, last: Step | None) -> None:
    """Refuse a decision of before the year that it is about, or of before the one that the last step rests on."""
    earliest = date(year, 1, 1)
    if last is not None and last.action not in BACK and last.decision_on is not None:
        earliest = max(earliest, last.decision_on)
    if decision_on is not None and decision_on < earliest:
        raise Refused(
            _("The decision cannot be of before %(earliest)s: the year begins, or the step before was decided, then."),
            earliest=f"{earliest:%d/%m/%Y}",
        )


def unmet(standing: Standing | None) -> list[int]:
    """Return the numbers of the criteria that are not met, whether unmet or unknown."""
    statuses = standing.statuses if standing else ""
    return [number for number, status in enumerate(statuses, 1) if status != Status.MET]


def actor(way: Transition, chain: Chain) -> str:
    """Return the name of the unit whose office takes a step."""
    units = {Kind.COMMUNE: chain.commune, Kind.DISTRICT: chain.district, Kind.PROVINCE: chain.province}
    return str(units[way.level] or chain.province)
