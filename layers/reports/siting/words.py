"""The words of a siting study: alternatives, reasons, money."""

from collections.abc import Mapping

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from layers.mapserver.values import number
from layers.models.layer import Text
from layers.models.siting import SiteKind, Subject
from layers.planning.waste.rule import Rule
from layers.reports.amounts import money

#: Said on the screen and in every file of a kiln study.
NOT_COMPLIANT = _(
    "Kilns of household groups do not comply with QCVN 61-MT:2016/BTNMT (at least 300 kg/h, 950 °C in a second "
    "chamber, a chimney): they burn sorted dry waste only, and are never to be recorded as compliant incinerators."
)
ALTERNATIVES: Mapping[str, Text] = {
    "existing": _("As it is today"),
    "budget": _("The most households for the budget"),
    "all": _("Everybody who can be reached"),
    "fair": _("The longest way as short as can be"),
    "haul": _("No new incinerator: haul to the existing plant"),
    "new": _("New incinerator for all waste"),
    "mixed": _("The cheapest mix of new and existing"),
}
#: What not building is called where it is no incinerator that is not built.
HAULING: Mapping[str, Text] = {
    SiteKind.KILN: _("No new kilns: haul to the existing plant"),
    SiteKind.COLLECTION: _("No collection points: fetch from the door and haul to the existing plant"),
}
WHY: Mapping[str, Text] = {
    "no_plant": _("no existing plant is on record: give its position"),
    "no_candidates": _("no place in this unit keeps all the rules and serves anybody"),
    "too_many": _("not computed: %(sites)s candidate sites, the method takes up to %(most)s"),
    "no_time": _("no answer within the time that it may take"),
    "out_of_reach": _("%(places)s hamlets are out of reach of every candidate site"),
    "conditions": _("no choice of sites keeps capacity, least load, budget and distances at once"),
    "too_little": _("%(t_day)s t a day is below the least load of an incinerator, %(least)s t"),
    "too_much": _("%(t_day)s t a day is more than %(count)s incinerators take, %(most)s t"),
    "budget": _("the budget of %(budget)s is less than an incinerator costs, %(cost)s"),
}
UNCHECKED: Mapping[str, Text] = {
    "no_school": _("No school is on record here, so the distance to schools was not judged."),
    "no_public": _("No public building is on record here, so the distance to public buildings was not judged."),
    "no_water": _("No river or stream is on record here, so the distance to water was not judged."),
    "no_road": _("No road is on record here, so no place is near one."),
    "no_slope": _("No elevation model covers this unit, so slopes were not judged."),
    "coarse_slope": _("Slopes come from an elevation model of %(metres)s m: steps smaller than that are not seen."),
    "unplaced": _(
        "%(households)s households have no position on record: they count at the centre of their hamlet, and no "
        "distance is kept from their houses."
    ),
    "border": _("Houses across the border could not be read: near the border, ask the neighbouring commune."),
}
STEPS: Mapping[str, Text] = {
    "": _("waiting for the worker"),
    "reading": _("reading households, roads, schools, water"),
    "screening": _("screening the ground, tile by tile"),
    "checking": _("measuring each candidate exactly"),
    "solving": _("choosing the sites"),
}
#: From the north by 45 degrees.
COMPASS: tuple[Text, ...] = (
    _("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"), _("north-west"),
)  # fmt: skip
#: Numbers of a reason that are money.
MONEY = ("budget", "cost")


def alternative(kind: str, code: str) -> str:
    return str(HAULING.get(kind, ALTERNATIVES[code]) if code == "haul" else ALTERNATIVES[code])


def households(count: int) -> str:
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": number(count)}


def why(code: str, numbers: Mapping[str, float]) -> str:
    """Return why an alternative cannot be."""
    shown = {name: money(value) if name in MONEY else number(round(value, 2)) for name, value in numbers.items()}
    return str(WHY[code]) % shown


def unchecked(finding: Mapping[str, object]) -> str:
    shown = {name: number(value) if isinstance(value, int | float) else value for name, value in finding.items()}
    return str(UNCHECKED[str(finding["code"])]) % shown


def asked_by(rule: Rule) -> str:
    """Return "at least 500 m to houses"."""
    unit = "%" if rule.subject == Subject.SLOPE else "m"
    amount = f"{number(rule.value)} {unit}"
    if rule.subject == Subject.SLOPE:
        return say("slope at most %(amount)s") % {"amount": amount}
    what = {"amount": amount, "subject": Subject(rule.subject).label}
    text = say("at most %(amount)s to %(subject)s") if rule.most else say("at least %(amount)s to %(subject)s")
    return text % what


def standing_of(rule: Rule) -> str:
    """Return the legal basis of a rule and whether it was checked: an assumption is never shown as law."""
    basis = rule.rule or say("assumption")
    return basis if rule.verified else say("%(basis)s; not checked against its text") % {"basis": basis}


def wind(degrees: float) -> str:
    return str(COMPASS[round(degrees / 45) % 8])


def kind(code: str) -> str:
    return str(SiteKind(code).label)
