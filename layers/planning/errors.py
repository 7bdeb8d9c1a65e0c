"""What planning refuses, by name. Each message says what was wrong, where, and what to do."""

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused

#: What the checked inputs are called where a person reads it.
FIELDS = {
    "weight": _("the weight"),
    "cost": _("the cost"),
    "budget": _("the budget"),
    "benefit": _("the benefit"),
    "people": _("the part the community gives"),
    "cap": _("the most a community can give"),
    "floor": _("the least to spend in a commune"),
    "credit": _("the length or number that counts for a criterion"),
    "reward": _("the weight of a criterion"),
    "need": _("what a criterion lacks"),
    "place": _("the position"),
    "position": _("the position"),
    "line": _("the line"),
    "gradient": _("the slope"),
    "speed": _("the speed"),
    "travel time": _("the travel time"),
    "persons": _("the number of persons"),
    "poor persons": _("the number of poor persons"),
    "distance": _("the distance"),
    "demand": _("the demand"),
    "capacity": _("the capacity"),
    "least": _("the least load"),
    "opening": _("the cost of opening"),
    "running": _("the cost of running"),
    "length": _("the length"),
    "width": _("the width"),
    "lanes": _("the lane class"),
    "road_class": _("the road class"),
    "terrain": _("the terrain"),
    "temperature": _("the temperature zone"),
    "moisture": _("the moisture zone"),
    "surface": _("the surface"),
    "condition": _("the condition"),
    "level": _("the traffic level"),
    "growth": _("the growth of traffic"),
    "iri": _("the roughness"),
    "structural": _("the structural number"),
    "aadt": _("the traffic"),
}

#: What the settings of a plan are called where a person reads it.
SETTINGS = {
    "sources": _("sources of money"),
    "community_pct": _("share the people give"),
    "affordable": _("what a household can give"),
    "approved_built": _("works of approved plans"),
    "poor_weight": _("weight of the poor"),
    "criterion_weight": _("weight of a criterion"),
    "criteria": _("criteria"),
    "floors": _("least to spend in a commune"),
    "even": _("even share of a commune"),
    "forced_in": _("works forced in"),
    "forced_out": _("works forced out"),
    "unjoined": _("works for a criterion alone"),
    "passable": _("what must pass all year"),
    "treatments": _("treatments"),
    "prices": _("prices"),
    "isolated_limit": _("persons without a path to a centre"),
    "method": _("method"),
    "seconds": _("time"),
}


class NotANumber(Refused):
    """An input array holds NaN or an infinity where a number is needed."""

    def __init__(self, field: str, row: int) -> None:
        super().__init__(
            _("Row %(row)d: %(field)s is not a number. Fill the value in or leave the row out."),
            field=FIELDS.get(field, field),
            row=row + 1,
        )


class Negative(Refused):
    """A cost, weight, budget, length or demand is below zero."""

    def __init__(self, field: str, row: int, value: float) -> None:
        super().__init__(
            _("Row %(row)d: %(field)s is %(value)s, which cannot be negative. Correct the value."),
            field=FIELDS.get(field, field),
            row=row + 1,
            value=f"{value:g}",
        )


class NoCentre(Refused):
    """No road touches a centre, so there is nothing to connect to."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "No road of this area reaches a commune centre, so nothing can be connected to one. "
                "Place the centre, or raise the snapping tolerance."
            )
        )


class NoBudget(Refused):
    """Every source of money is zero."""

    def __init__(self) -> None:
        super().__init__(_("The budget is zero in every source. Enter an amount for at least one source."))


class NoCandidates(Refused):
    """Nothing can be built: no work is open to choice."""

    def __init__(self) -> None:
        super().__init__(
            _("There is no work to choose from: every road is already passable, or every work is ruled out.")
        )


class TooManyIsolated(Refused):
    """Too many persons live where no path, built or not, leads to a centre; or, where no household is on record, too
    much of the road length lies there. Told where to put that right."""

    members = {"see": "network"}

    def __init__(self, share: float, limit: float, by_length: bool = False) -> None:
        message = (
            _(
                "%(share)s %% of the road length lies in pieces that are joined to no centre, and no household is on "
                "record; the limit is %(limit)s %%. Repair the network first: see the connectivity report."
            )
            if by_length
            else _(
                "%(share)s %% of the persons live on roads that no path joins to a centre; the limit is %(limit)s %%. "
                "A ranking would leave them out unseen. Repair the network first: see the connectivity report."
            )
        )
        super().__init__(message, share=100 * share, limit=100 * limit)

    def __str__(self) -> str:
        # Written as the reader does, whose language is not known where it is raised.
        return str(self.message) % {name: number_format(value, 1) for name, value in self.params.items()}


class Infeasible(Refused):
    """Proven: no plan keeps all the conditions."""

    explanation = _(
        "No plan can keep all the conditions at once: what is forced in, the floors and the criteria "
        "cost more than the budgets and the community caps allow. Relax one of them."
    )

    def __init__(self) -> None:
        super().__init__(self.explanation)


class InfeasibleSites(Infeasible):
    """Proven: no choice of sites keeps all the conditions."""

    explanation = _(
        "No choice of sites can keep all the conditions at once: their number, the budget, capacities, least loads, "
        "distances and conflicts. Relax one of them."
    )


class NotFoundQuickly(Refused):
    """The quick method found no plan that keeps all conditions; one may exist."""

    def __init__(self, condition: str | Promise) -> None:
        super().__init__(
            _(
                "The quick method found no plan that keeps this condition: %(condition)s. "
                "The exact method may find one, or prove that there is none."
            ),
            condition=condition,
        )


class NotFoundInTime(Refused):
    """The exact method ran out of time before it found any plan."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            _("No answer was found within %(seconds)d seconds. Allow more time, a smaller area or fewer conditions."),
            seconds=round(seconds),
        )


class Stopped(NotFoundInTime):
    """A method was ended by who looked on, before it found any plan."""

    def __init__(self) -> None:
        Refused.__init__(self, _("The calculation was stopped before it found any plan."))


class OutOfReach(Refused):
    """Some demand cannot be served by any candidate site."""

    def __init__(self, count: int, row: int) -> None:
        super().__init__(
            _(
                "%(count)d places of demand are out of reach of every candidate site, the first in row %(row)d. "
                "Raise the distance limit or add candidate sites."
            ),
            count=count,
            row=row + 1,
        )


class TooFewSites(Refused):
    """More sites were asked for than there are candidates, or none at all."""

    def __init__(self, asked: int, candidates: int) -> None:
        super().__init__(
            _("%(asked)d sites were asked for; between 1 and %(candidates)d candidates can be chosen."),
            asked=asked,
            candidates=candidates,
        )


class OutsideTable(Refused):
    """A value has no row in the parameter tables of the cost-benefit model."""

    def __init__(self, field: str, value: float, lowest: float, highest: float) -> None:
        super().__init__(
            _("In the cost-benefit model %(field)s is %(value)s; its tables cover %(lowest)s to %(highest)s."),
            field=FIELDS.get(field, field),
            value=f"{value:g}",
            lowest=f"{lowest:g}",
            highest=f"{highest:g}",
        )


class NotPlanar(Refused):
    """Coordinates in degrees were given where metres are needed."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The lines are in degrees of longitude and latitude. Project them to metres first, "
                "for example to the VN-2000 zone of the province."
            )
        )


class BadSetting(Refused):
    """A setting of a plan cannot be what it is."""

    def __init__(self, name: str, reason: str | Promise) -> None:
        super().__init__(
            _("The setting “%(name)s” of the plan: %(reason)s."), name=SETTINGS.get(name, name), reason=reason
        )


class UnknownCommune(Refused):
    """The settings name a commune that the plan does not cover."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("The settings name the commune %(code)s, which is not in the region of the plan. Take it off."), code=code
        )


class UnknownWork(Refused):
    """A work that is forced in or out is not among those that can be chosen."""

    def __init__(self, key: str) -> None:
        super().__init__(
            _(
                "The work %(key)s, which is forced in or out, is not among those this plan can choose from: "
                "it may be done already, or its road may have been removed. Take it off the list."
            ),
            key=key,
        )


class Unreadable(Refused):
    """The frozen inputs of a plan are damaged or of another format."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The inputs kept with this plan cannot be read: they are damaged, or were written by another version. "
                "Make a new plan from the present data."
            )
        )


class AlreadyMet(Refused):
    """A criterion that is to be turned is met."""

    def __init__(self, commune: str, criterion: int) -> None:
        super().__init__(_("%(commune)s already meets criterion %(criterion)d."), commune=commune, criterion=criterion)


class BeyondWorks(Refused):
    """A criterion cannot be turned by works: one of its indicators is of a kind that works do not change."""

    def __init__(self, commune: str, criterion: int, indicators: list[str]) -> None:
        super().__init__(
            _(
                "Works alone cannot turn criterion %(criterion)d of %(commune)s: %(indicators)s. "
                "It takes people's doing, another assessment, or data that is missing."
            ),
            commune=commune,
            criterion=criterion,
            indicators=", ".join(indicators) or "–",
        )
