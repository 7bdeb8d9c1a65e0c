"""How states, steps and results of the cycle are named and coloured on its pages."""

from django.utils.translation import gettext_lazy as _

from layers.models import Status
from layers.models.layer import Text
from layers.models.programme import Action, State
from layers.programme.roadmap import Pace

#: The CSS class of each state and pace: told apart by word and colour.
PILLS = {
    State.DRAFT: "draft",
    State.SUBMITTED: "waiting",
    State.CHECKED: "waiting",
    State.APPRAISED: "good",
    State.RECOGNISED: "done",
}
PACE_PILLS = {Pace.MET: "done", Pace.ON_TRACK: "good", Pace.BEHIND: "late", Pace.UNKNOWN: "draft"}
SIGNS = {Status.MET: "✓", Status.UNMET: "✕", Status.UNKNOWN: "?", Status.NOT_ASSESSED: "–"}
CSS = {Status.MET: "met", Status.UNMET: "unmet", Status.UNKNOWN: "unknown", Status.NOT_ASSESSED: "none"}

_VERBS: dict[Action, Text] = {
    Action.SUBMIT: _("Submit the self-assessment"),
    Action.CHECK: _("Confirm the check"),
    Action.APPRAISE: _("Confirm the appraisal"),
    Action.RECOGNISE: _("Recognise the commune"),
    Action.RETURN: _("Return with a note"),
    Action.WITHDRAW: _("Take your step back"),
}


def verb_of(action: Action) -> str:
    """Return what somebody does by a step, as a button says it."""
    return str(_VERBS[action])
