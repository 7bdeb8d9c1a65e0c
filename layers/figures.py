"""Numbers and days as the reader's language writes them."""

from datetime import date

from django.utils import formats, numberformat, timezone


def decimals(value: float) -> int:
    """Return how many decimals of a number people are shown at most."""
    return 0 if isinstance(value, int) or abs(value) >= 100 else 2


def number(value: float) -> str:
    """Return a number with the language's own signs: whole from 100 up, with at most two decimals below."""
    text, mark = fixed(value, decimals(value)), formats.get_format("DECIMAL_SEPARATOR")
    return text.rstrip("0").rstrip(mark) if mark in text else text


def fixed(value: float, places: int) -> str:
    """Return a number with so many decimals, its thousands apart, and a true minus sign."""
    mark, between = formats.get_format("DECIMAL_SEPARATOR"), formats.get_format("THOUSAND_SEPARATOR")
    # Django's Vietnamese formats name the separator but do not ask for it.
    text = numberformat.format(round(value, places), mark, places, 3, between, force_grouping=True, use_l10n=True)
    return text.replace("-", "−")


def state_day(year: int) -> str:
    """Return of which day the results of a year are: of its last, or of today while it runs."""
    return str(formats.date_format(min(date(year, 12, 31), timezone.localdate()), "d/m/Y"))
