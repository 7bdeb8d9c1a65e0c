"""What a measure is: which rows it takes, what it asks of them, and how a value follows."""

from dataclasses import dataclass
from math import ceil

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from layers.models.layer import Text

from .sources import SOURCES

SHARE = 100.0
#: Far below any length or count, far above the rounding of a sum of metres (also in `sql.JUDGED`).
ROUNDING = 1e-6


@dataclass(frozen=True)
class Measure:
    """A measure takes the rows of one source (`of`), weighs them (metres of road, or one each), and asks
    which are `good` and of which nothing is `unknown`; a statistic brings both sums itself.

    value: `factor` · good ÷ all, in per cent for a share; the good themselves where `factor` is None. As
        far as the rows can tell it lies between that and the same with the unknown among the good.
    fewer: what is counted should be little, as poor households; then `good` are the bad ones.
    title, whole: what is counted, and out of what.
    unit, whole_unit, scale: the unit of both sums, that of the whole where it is another, and how many such
        units are one of the weight.
    things: counted in whole things, so that 29.4 households lacking are 30.
    hamlets: judged by hamlet too. A station serves its commune, and the share of poor households of a
        small hamlet would say who is poor.
    empty_hamlet: what a hamlet without any such row is. It needs no school of its own ("-"), but one
        without any household on record has not been counted ("?").
    people: both sums count people or households, so that small counts are hidden from those not entitled.
    proves_met: false where the threshold must hold for men and for women: a total that misses it proves
        that one of them does, a total that reaches it proves nothing.
    """

    slug: str
    title: Text
    whole: Text
    source: str
    layer: str
    of: Q
    good: Q = Q()
    unknown: Q = Q(pk__in=())
    weight: str = ""
    factor: float | None = SHARE
    fewer: bool = False
    unit: Text = ""
    whole_unit: Text = ""
    scale: float = 1
    things: bool = True
    hamlets: bool = True
    empty_hamlet: str = "?"
    people: bool = False
    proves_met: bool = True

    @property
    def counted(self) -> bool:
        return self.source == "statistics"

    @property
    def formula(self) -> str:
        """Return how the value is worked out, for people."""
        if self.factor is None:
            return str(self.title)
        words = {"part": self.title, "whole": self.whole, "factor": f"{self.factor:g}"}
        return _("%(factor)s × %(part)s ÷ %(whole)s") % words

    def _total(self, condition: Q) -> Sum | Count:
        if self.weight:
            return Sum(self.weight, filter=condition, default=0.0)
        return Count("pk", filter=condition)

    def aggregates(self) -> tuple[Sum | Count, Sum | Count, Sum | Count]:
        """Return numerator, denominator and undetermined part as aggregates over the source."""
        if self.counted:
            return (
                Sum("numerator", filter=self.of, default=0.0),
                Sum("denominator", filter=self.of, default=0.0),
                Sum(Value(0.0), filter=self.of, default=0.0),
            )
        return self._total(self.of & self.good), self._total(self.of), self._total(self.of & self.unknown)

    def lacking(self, year: int) -> QuerySet:
        """Return the rows that keep the measure from its threshold, those among them of which too little is known."""
        rows = SOURCES[self.source].rows(year).filter(self.of)
        if self.counted:
            return rows
        return rows.filter(self.good | self.unknown) if self.fewer else rows.filter(~self.good | self.unknown)

    def lacking_in(self, path: str, year: int) -> QuerySet:
        """Return those in a unit and below. Personal rows are the caller's to guard."""
        return self.lacking(year).filter(**{f"{SOURCES[self.source].path}__startswith": path}).order_by(F("pk"))

    def value(self, numerator: float, denominator: float) -> float | None:
        if self.factor is None:
            return numerator
        return self.factor * numerator / denominator if denominator else None

    def missing(self, numerator: float, denominator: float, threshold: float) -> float:
        """Return how much more must be counted, or how much less if `fewer`, in the measure's weight.

        A value that is no share (income a head) is missing in its own unit, because the whole may change too.
        """
        if self.factor not in (None, SHARE):
            return max(0.0, threshold - self.factor * numerator / denominator)
        wanted = threshold if self.factor is None else threshold / self.factor * denominator
        amount = numerator - wanted if self.fewer else wanted - numerator
        return max(0.0, ceil(amount - ROUNDING) if self.things else amount)
