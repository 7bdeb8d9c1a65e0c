"""Numbers and days as the reader's language writes them."""

from collections.abc import Callable
from datetime import date

from django.utils import formats, numberformat, timezone

#: Below this nothing is told apart (`layers.criteria.measures.measure.ROUNDING`).
MOST_DECIMALS = 7


def decimals(value: float) -> int:
    """Return how many decimals of a number people are shown at most."""
    return 0 if isinstance(value, int) or abs(value) >= 100 else 2


def number(value: float, places: int | None = None) -> str:
    """Return a number with the language's own signs: whole from 100 up, with at most two decimals below, or with at
    most so many `places`."""
    places = decimals(value) if places is None else places
    text, mark = fixed(value, places), formats.get_format("DECIMAL_SEPARATOR")
    return text.rstrip("0").rstrip(mark) if mark in text else text


def places_for(value: float, judge: Callable[[float], object], rounded: Callable[[int], float] | None = None) -> int:
    """Return how many decimals a number needs to be judged as it is: 79.996 is not shown as the 80 that it misses.

    `rounded` works the number out anew from what is shown with so many decimals, where that is not itself.
    """
    shown = rounded or (lambda places: round(value, places))
    every, wanted = range(decimals(value), MOST_DECIMALS), judge(value)
    return next((places for places in every if judge(shown(places)) == wanted), MOST_DECIMALS)


def judged(value: float, judge: Callable[[float], object]) -> str:
    """Return a number with as many decimals as it needs to be judged as it is."""
    return number(value, places_for(value, judge))


def exact(value: float) -> str:
    """Return a number that was typed in, as a standard is, with all its decimals."""
    return number(value, len(f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2]))


def fixed(value: float, places: int) -> str:
    """Return a number with so many decimals, its thousands apart, and a true minus sign."""
    mark, between = formats.get_format("DECIMAL_SEPARATOR"), formats.get_format("THOUSAND_SEPARATOR")
    # Django's Vietnamese formats name the separator but do not ask for it.
    text = numberformat.format(round(value, places), mark, places, 3, between, force_grouping=True, use_l10n=True)
    return text.replace("-", "−")


def state_day(year: int) -> str:
    """Return of which day the results of a year are: of its last, or of today while it runs."""
    return str(formats.date_format(min(date(year, 12, 31), timezone.localdate()), "d/m/Y"))
