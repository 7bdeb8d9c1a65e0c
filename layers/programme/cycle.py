"""The steps of a commune's year: which there are, who may take which, and what each leaves behind."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import NotAllowed, Refused, Stale
from layers.models import Cycle, Standing, Status, Step, Unit
from layers.models.programme import Action, State
from layers.models.units import Kind

from .levels import Chain, Levels, acting, chain_of
from .sense import require_day
from .snapshots import snapshot_of
from .years import require_year

#: What somebody must say with a step: why; by which decision; on what it rests (a note, a file or a decision); and
#: that they know what is not met, where anything is not.
NOTE, DECISION, GROUNDS, KNOWING = "note", "decision", "grounds", "knowing"


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
    Transition(Action.SUBMIT, State.DRAFT, State.SUBMITTED, Kind.COMMUNE, district=True),
    Transition(Action.SUBMIT, State.DRAFT, State.CHECKED, Kind.COMMUNE, district=False),
    Transition(Action.CHECK, State.SUBMITTED, State.CHECKED, Kind.DISTRICT, frozenset({GROUNDS, KNOWING})),
    Transition(Action.APPRAISE, State.CHECKED, State.APPRAISED, Kind.PROVINCE, frozenset({GROUNDS, KNOWING})),
    Transition(Action.RECOGNISE, State.APPRAISED, State.RECOGNISED, Kind.PROVINCE, frozenset({DECISION, KNOWING})),
    Transition(Action.RETURN, State.SUBMITTED, State.DRAFT, Kind.DISTRICT, frozenset({NOTE})),
    Transition(Action.RETURN, State.CHECKED, State.SUBMITTED, Kind.PROVINCE, frozenset({NOTE}), district=True),
    Transition(Action.RETURN, State.CHECKED, State.DRAFT, Kind.PROVINCE, frozenset({NOTE}), district=False),
    Transition(Action.RETURN, State.APPRAISED, State.CHECKED, Kind.PROVINCE, frozenset({NOTE})),
    Transition(Action.RETURN, State.RECOGNISED, State.APPRAISED, Kind.PROVINCE, frozenset({NOTE})),
)


@dataclass(frozen=True)
class Said:
    """What somebody says with a step; `files` tells whether any come with it, `knowing` that unmet criteria were
    seen and it is taken nonetheless."""

    note: str = ""
    decision_number: str = ""
    decision_on: date | None = None
    files: bool = False
    knowing: bool = False


def ways_on(chain: Chain, state: str) -> list[Transition]:
    """Return the steps that lead on or back from a state, whoever takes them."""
    return [way for way in TRANSITIONS if way.before == state and way.district in (None, chain.district is not None)]


def open_to(levels: Levels, chain: Chain, state: str) -> list[Transition]:
    """Return the steps that somebody with these levels may take now."""
    own = levels.at(chain.commune.path)
    return [way for way in ways_on(chain, state) if own & acting(way.level, chain)]


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
    if way not in open_to(Levels(viewer), chain, cycle.state):
        raise NotAllowed(_("This step is taken by %(level)s."), level=actor(way, chain))
    standing = Standing.objects.filter(unit=unit, year=year).first()
    _require(way, said, standing)
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
    return step


def _require(way: Transition, said: Said, standing: Standing | None) -> None:
    if NOTE in way.needs and not said.note.strip():
        raise Refused(_("Say why it is returned: the note is what the office below works from."))
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


def unmet(standing: Standing | None) -> list[int]:
    """Return the numbers of the criteria that are not met, whether unmet or unknown."""
    statuses = standing.statuses if standing else ""
    return [number for number, status in enumerate(statuses, 1) if status != Status.MET]


def actor(way: Transition, chain: Chain) -> str:
    """Return the name of the unit whose office takes a step."""
    units = {Kind.COMMUNE: chain.commune, Kind.DISTRICT: chain.district, Kind.PROVINCE: chain.province}
    return str(units[way.level] or chain.province)
