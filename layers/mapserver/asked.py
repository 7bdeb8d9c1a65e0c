"""What an address asks for, read and refused where it makes no sense."""

from collections.abc import Iterable

from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.errors import Malformed, NotFound
from layers.geo import is_tile
from layers.models import LAYERS, Layer, Standing, Unit

YEARS = range(1990, 2101)
LARGEST_ID = 2**63 - 1


def layer_of(slug: str) -> Layer:
    if slug not in LAYERS:
        raise NotFound(_("There is no layer “%(slug)s”."), slug=slug)
    return LAYERS[slug]


def only(request: HttpRequest, known: Iterable[str]) -> None:
    """Refuse a parameter that nothing reads: a misspelt filter would otherwise return everything."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        raise Malformed(
            _("There is no parameter “%(name)s”. Known are: %(known)s."), name=unknown[0][:40], known=", ".join(known)
        )


def whole(request: HttpRequest, name: str, lowest: int, highest: int) -> int | None:
    """Return the whole number that the address gives as `name`; None where it gives none."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and lowest <= int(text) <= highest):
        raise Malformed(
            _("“%(name)s” must be a whole number from %(lowest)s to %(highest)s, not “%(value)s”."),
            name=name,
            lowest=lowest,
            highest=highest,
            value=text[:40],
        )
    return int(text)


def year_of(request: HttpRequest) -> int:
    """Return the year asked for, else the last that was assessed, else this one."""
    year = whole(request, "year", YEARS.start, YEARS.stop - 1)
    return last_year() if year is None else year


def last_year() -> int:
    return Standing.objects.aggregate(last=Max("year"))["last"] or timezone.localdate().year


def check_tile(year: int, z: int, x: int, y: int) -> None:
    if year not in YEARS or not is_tile(z, x, y):
        raise Malformed(
            _("There is no tile %(z)s/%(x)s/%(y)s of the year %(year)s: x and y run from 0 to 2^z - 1, z to 22."),
            z=z,
            x=x,
            y=y,
            year=year,
        )


def unit_of(request: HttpRequest) -> Unit | None:
    """Return the unit by which the address narrows the rows, if it does."""
    pk = whole(request, "unit", 1, LARGEST_ID)
    if pk is None:
        return None
    unit = Unit.objects.only("path", "name", "title", "code").filter(pk=pk).first()
    if unit is None:
        raise NotFound(_("There is no unit %(id)s."), id=pk)
    return unit
