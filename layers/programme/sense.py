"""Whether what a commune declares can be so: its number, its sums, its result and its days agree with each other."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.figures import exact, judged, number
from layers.models import Comparator, Indicator, Status

ROUNDING = 1e-6
#: Nothing a commune counts of itself is larger, money in million dong among it.
LARGEST = 1e9
#: Before the first set of the programme (2010) nothing was counted or decided for it.
FIRST_DAY = date(2010, 1, 1)


@dataclass(frozen=True)
class Told:
    """What is declared. `value` is in the indicator's unit; where both sums are given it follows from them."""

    status: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    evidence: str = ""
    source: str = ""
    as_of: date | None = None
    decision_number: str = ""
    decision_on: date | None = None

    @property
    def share(self) -> float | None:
        """The part of the whole in per cent, where both are given."""
        return 100 * self.numerator / self.denominator if self.numerator is not None and self.denominator else None

    @property
    def held(self) -> float | None:
        """The value that is held against the threshold: counted exactly where it was counted."""
        return self.value if self.share is None else self.share


def require_sense(indicator: Indicator, told: Told, threshold: float | None, year: int, *, files: bool) -> None:
    """Raise Refused for the first thing that cannot be so in a year. `files` tells whether there are any behind it."""
    require_day(told.as_of, _("The day of the data"))
    require_day(told.decision_on, _("The day of the decision"))
    if told.as_of is not None and told.as_of.year < year:
        raise Refused(
            _("Data of %(day)s are not those of %(year)s: give the day in that year, or after it, of which they are."),
            day=f"{told.as_of:%d/%m/%Y}",
            year=year,
        )
    if not indicator.boolean:
        _sums(told)
        _size(indicator, told)
    if told.status == Status.MET and not (files or told.evidence.strip() or told.decision_number):
        _require_grounds(indicator, told)
    if indicator.boolean:
        return
    if threshold is None and told.status != Status.UNKNOWN:
        raise Refused(
            _("The province has set no standard for this indicator: give the value with the result “unknown”, and ask "
              "for the standard to be set.")
        )  # fmt: skip
    if threshold is not None and told.held is not None:
        _against(indicator, told, told.held, threshold)


def _require_grounds(indicator: Indicator, told: Told) -> None:
    """Refuse what is met by the commune's word alone: where rows are counted beside it, its number is enough."""
    if not indicator.measure:
        raise Refused(_("Say by what it is met: evidence in words, a file, or the number of a decision."))
    if told.held is None:
        raise Refused(_("Nothing says that it is met: give the value, evidence in words, a file or a decision."))


def require_day(day: date | None, what: object) -> None:
    """Refuse a day on which nothing can have been counted, found or decided yet, or for this programme."""
    if day is not None and not FIRST_DAY <= day <= timezone.localdate():
        raise Refused(
            _("%(what)s must lie between %(first)s and today, not on %(day)s."),
            what=what,
            first=f"{FIRST_DAY:%d/%m/%Y}",
            day=f"{day:%d/%m/%Y}",
        )


def _sums(told: Told) -> None:
    if (told.numerator is None) != (told.denominator is None) or told.denominator == 0:
        raise Refused(_("Give both what was counted and out of how many, more than none."))
    if told.numerator is None or told.denominator is None or told.share is None:
        return
    if told.numerator > told.denominator:
        raise Refused(_("The part is larger than the whole."))
    if told.value is None:
        return
    # 2 of 3 may be told as 66,67 or 67, not as 66.
    decimals = len(repr(told.value).partition(".")[2].rstrip("0"))
    if abs(told.value - told.share) > 0.5 * 10**-decimals + ROUNDING:
        raise Refused(
            _("%(value)s %% is not what was counted: %(part)s of %(whole)s are %(share)s %%."),
            value=number(told.value),
            part=number(told.numerator),
            whole=number(told.denominator),
            share=number(told.share),
        )


def _size(indicator: Indicator, told: Told) -> None:
    given = [one for one in (told.value, told.numerator, told.denominator) if one is not None]
    if indicator.unit == "%" and told.value is not None and not 0 <= told.value <= 100:
        raise Refused(_("A share lies between 0 and 100 %."))
    if any(not 0 <= one <= LARGEST for one in given):
        raise Refused(_("The value must lie between 0 and %(largest)s."), largest=number(LARGEST))


def _against(indicator: Indicator, told: Told, held: float, threshold: float) -> None:
    """Refuse a result that the number contradicts, whichever way."""

    def judge(value: float) -> bool:
        at_most = indicator.comparator == Comparator.AT_MOST
        return value <= threshold + ROUNDING if at_most else value >= threshold - ROUNDING

    reaches = judge(held)
    if told.status == (Status.MET if reaches else Status.UNMET):
        return
    words = {
        "value": judged(held, judge),
        "sign": Comparator(indicator.comparator).label,
        "threshold": exact(threshold),
    }
    if reaches:
        raise Refused(_("%(value)s reaches the standard %(sign)s %(threshold)s: declare it as met."), **words)
    if told.status == Status.MET:
        raise Refused(
            _("%(value)s does not reach the standard %(sign)s %(threshold)s: it cannot be declared as met."), **words
        )
    raise Refused(_("%(value)s does not reach the standard %(sign)s %(threshold)s: declare it as unmet."), **words)
