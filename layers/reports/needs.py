"""What an indicator still lacks, in a sentence, told as exactly as the viewer may know it."""

from math import ceil, log10

from django.conf import settings
from django.utils.translation import gettext as _

from layers.access import SEES_EXACT_TOTALS, Audience, Viewer
from layers.criteria.measures import Measure
from layers.criteria.results import IndicatorResult, in_language
from layers.figures import decimals, exact, judged, number, places_for
from layers.models import Comparator, Status, Unit
from layers.models.layer import Text


def counts_people(measure: Measure | None) -> bool:
    return measure is not None and measure.people


def sees_counts(viewer: Viewer, unit: Unit, measure: Measure | None) -> bool:
    """Tell whether the viewer may know the counts behind a measure: everybody may, unless they are of people."""
    return not counts_people(measure) or (viewer.role in SEES_EXACT_TOTALS and viewer.covers(unit.path))


def reads_words(viewer: Viewer, unit: Unit) -> bool:
    """Tell whether the viewer may read what a commune wrote with its result, which may name persons: its staff may."""
    return viewer.may_see(Audience.AREA) and viewer.covers(unit.path)


def blurred(result: IndicatorResult) -> float | None:
    """Return a share of households for those not entitled to counts: with as many decimals as leave
    SMALL_COUNT households within one step of the last; nothing where not even a whole per cent does.

    The counts themselves are left out: those of a commune less those of its hamlets but one would tell that one's.
    So is a share that would come to lie on the other side of its threshold than the result says.
    """
    if result.measure is not None and result.measure.factor is None:
        return None
    rows = (row for row in (result.computed, result.declared) if row is not None and row.denominator)
    whole = next((row.denominator or 0 for row in rows), 0)
    steps = whole / (100 * settings.LIMITS["SMALL_COUNT"])
    if result.value is None or steps < 1:
        return None
    told = round(result.value, int(log10(steps)))
    return None if result.reaches(told) != result.reaches(result.value) else told


def shown_value(value: float, result: IndicatorResult) -> str:
    """Return a value with its unit, as exactly as it takes to see that it reaches its threshold, or does not."""
    return figure(judged(value, result.reaches), result.indicator.unit)


def sums(measure: Measure, numerator: float, denominator: float, result: IndicatorResult) -> str:
    """Return "79,996 / 100 ha" or "0,68 ha / 3.400 people": what was counted of what, as exactly as the value is."""
    part, whole, value = numerator * measure.scale, denominator * measure.scale, measure.value(numerator, denominator)
    more = 0
    if value is not None:
        least = decimals(value)

        def rounded(places: int) -> float:
            kept = [round(one, decimals(one) + places - least) / measure.scale for one in (part, whole)]
            return measure.value(kept[0], kept[1]) or 0.0

        more = places_for(value, result.reaches, rounded) - least
    said = [number(one, decimals(one) + more) for one in (part, whole)]
    if measure.whole_unit:
        return f"{said[0]} {measure.unit} / {said[1]} {measure.whole_unit}"
    return f"{said[0]} / {said[1]} {measure.unit}"


def in_words(result: IndicatorResult, exact: bool, *, quoted: bool, named: bool = True) -> str:
    """Return what is missing for an indicator to be met: how much, of what; "" where nothing is.

    Without `exact` no amount is told: held against the threshold it would tell the count. What is only declared is
    missing by its name and, if `quoted` (see `reads_words`), what the commune wrote of it, unless both stand beside
    it already (not `named`).
    """
    if result.status == Status.UNMET:
        return _unmet(result, exact, named, quoted)
    return _unknown(result, exact) if result.status == Status.UNKNOWN else ""


def _unmet(result: IndicatorResult, exact: bool, named: bool, quoted: bool) -> str:
    computed, measure = result.computed, result.measure
    if measure is None or computed is None or computed.status != Status.UNMET:
        return _declared_unmet(result, exact, named, quoted)
    words = {"what": measure.title, "amount": _amount(measure, result)}
    if not exact:
        return (_("Too many still: %(what)s") if measure.fewer else _("Not enough yet: %(what)s")) % words
    said = (_("%(amount)s fewer: %(what)s") if measure.fewer else _("%(amount)s more: %(what)s")) % words
    if computed.undetermined:
        said += " · " + _("%(amount)s not known") % {"amount": _weighed(measure, computed.undetermined)}
    return said


def _declared_unmet(result: IndicatorResult, exact: bool, named: bool, quoted: bool) -> str:
    declared, indicator = result.declared, result.indicator
    if declared is None or not exact:
        return _("Declared as unmet.")
    if result.value is None or indicator.boolean or result.threshold is None:
        words = {"what": in_language(indicator), "evidence": declared.evidence}
        if not named:
            return _("Declared as unmet.")
        if declared.evidence and quoted:
            return _("Not there yet: %(what)s (the commune wrote: %(evidence)s)") % words
        return _("Not there yet: %(what)s") % words
    words = {"value": shown_value(result.value, result), "threshold": limit_of(result)}
    return _("Declared %(value)s, the standard is %(threshold)s.") % words


def _unknown(result: IndicatorResult, exact: bool) -> str:
    computed, measure = result.computed, result.measure
    if measure is not None and computed is not None and computed.denominator:
        if result.threshold is None:
            return _("No threshold is on record for this province.")
        if computed.undetermined and exact:
            words = {"what": measure.title, "amount": _weighed(measure, computed.undetermined)}
            return _("%(amount)s not known: %(what)s") % words
        if computed.undetermined:
            return _("Too little is known: %(what)s") % {"what": measure.title}
        if not measure.proves_met:
            return _("Together they reach the standard, but men and women must each reach it: count them apart and declare it.")  # noqa: E501  # fmt: skip
    return _("Nobody has counted or declared it yet.")


def _amount(measure: Measure, result: IndicatorResult) -> str:
    """Return what is lacking with its unit, rounded up: so much is enough."""
    lacking = result.lacking or 0
    unit = result.indicator.unit if measure.whole_unit else measure.unit
    scale = 1 if measure.whole_unit else measure.scale
    return figure(number(int(lacking) if measure.things else ceil(lacking * scale * 100 - 1e-6) / 100), unit)


def _weighed(measure: Measure, amount: float) -> str:
    return figure(number(int(amount) if measure.things else amount * measure.scale), measure.unit)


def figure(*parts: Text) -> str:
    """Return a figure that no line is broken in."""
    return "\u00a0".join(str(part) for part in parts if part)


def limit_of(result: IndicatorResult) -> str:
    sign, unit = Comparator(result.indicator.comparator).label, result.indicator.unit
    return figure(sign, exact(result.threshold or 0), unit)


def held_against(result: IndicatorResult, exact: bool) -> str:
    """Return "38 %, standard ≥ 50 %", as exactly as the viewer may know; the standard says if nobody verified it."""
    indicator = result.indicator
    if indicator.boolean or result.threshold is None:
        return ""
    value = result.value if exact else blurred(result)
    standard = _("standard %(limit)s") if result.threshold_verified else _("standard %(limit)s (not verified)")
    said = [standard % {"limit": limit_of(result)}]
    return ", ".join(([] if value is None else [shown_value(value, result)]) + said)
