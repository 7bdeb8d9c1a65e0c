"""Money, lengths and shares as a planner says them, in the reader's language."""

from django.utils.translation import gettext as _

from layers.figures import fixed

MILLION, BILLION = 10**6, 10**9


def money(vnd: float) -> str:
    """Return an amount of VND in billions or millions where it is one: “3,0 tỷ đồng”, “760 triệu đồng”."""
    if abs(vnd) >= BILLION:
        return _("%(amount)s billion VND") % {"amount": _rounded(vnd / BILLION, 2)}
    if abs(vnd) >= MILLION or not vnd:
        return _("%(amount)s million VND") % {"amount": _rounded(vnd / MILLION, 1)}
    return _("%(amount)s VND") % {"amount": fixed(round(vnd), 0)}


def _rounded(value: float, most: int) -> str:
    """Return a number with at most so many decimals, one at least where there are two."""
    rounded = round(value, most)
    decimals = next(digits for digits in range(most + 1) if digits == most or round(value, digits) == rounded)
    return fixed(rounded, max(decimals, most - 1))


def short_money(vnd: float) -> str:
    """Return an amount in millions without the word for the currency, for tight places: “760 tr”."""
    return _("%(amount)s m") % {"amount": fixed(round(vnd / MILLION), 0)}


def length(metres: float) -> str:
    if metres >= 1000:
        return _("%(length)s km") % {"length": fixed(round(metres / 1000, 1), 1)}
    return _("%(length)s m") % {"length": fixed(round(metres), 0)}


def percent(share: float, decimals: int = 0) -> str:
    return f"{fixed(round(100 * share, decimals), decimals)} %"
