"""What planning refuses, by name. Each message says what was wrong, where, and what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused


class NotANumber(Refused):
    """An input array holds NaN or an infinity where a number is needed."""

    def __init__(self, field: str, row: int) -> None:
        super().__init__(
            _("%(field)s is not a number in row %(row)d. Fill the value in or leave the row out."),
            field=field,
            row=row + 1,
        )


class Negative(Refused):
    """A cost, weight, budget, length or demand is below zero."""

    def __init__(self, field: str, row: int, value: float) -> None:
        super().__init__(
            _("%(field)s is %(value)s in row %(row)d; it cannot be negative. Correct the value."),
            field=field,
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
    """Too many persons live where no path, built or not, leads to a centre."""

    def __init__(self, share: float, limit: float) -> None:
        super().__init__(
            _(
                "%(share)s %% of the persons live on roads that no path joins to a centre; the limit is %(limit)s %%. "
                "A ranking would leave them out unseen. Repair the network first: see the connectivity report."
            ),
            share=f"{100 * share:.1f}",
            limit=f"{100 * limit:.1f}",
        )


class Infeasible(Refused):
    """Proven: no plan keeps all the conditions."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "No plan can keep all the conditions at once: what is forced in, the floors and the criteria "
                "cost more than the budgets and the community caps allow. Relax one of them."
            )
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
            _("No plan was found within %(seconds)d seconds. Allow more time, a smaller area or fewer conditions."),
            seconds=round(seconds),
        )


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
            _("%(field)s is %(value)s; the cost-benefit tables cover %(lowest)s to %(highest)s."),
            field=field,
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
