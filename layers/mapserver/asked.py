"""What an address asks for, read and refused where it makes no sense."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.gis.geos import Polygon
from django.db.models import Max, Min, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Malformed, NotFound
from layers.geo import is_tile
from layers.models import LAYERS, Assessment, Declaration, Layer, Review, Unit
from layers.models.criteria import last_assessed_year as last_year

YEARS = range(1990, 2101)
LARGEST_ID = 2**63 - 1


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined]  # put there by ViewerMiddleware


def layer_of(slug: str) -> Layer:
    if slug not in LAYERS:
        raise NotFound(_("There is no layer “%(slug)s”."), slug=slug)
    return LAYERS[slug]


def rows_of(viewer: Viewer, slug: str) -> Layer:
    """Return a layer of which the viewer may see rows; any other is not found."""
    layer = layer_of(slug)
    if not viewer.may_see(layer.audience):
        raise NotFound(_("There is no layer “%(slug)s”."), slug=slug)
    return layer


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


def known_years() -> list[int]:
    """Return every year from the first to the last of which there are results or household reviews."""
    # Each has an index that begins with the year.
    spans = [
        model.objects.aggregate(first=Min("year"), last=Max("year")) for model in (Assessment, Declaration, Review)
    ]
    found = [span for span in spans if span["first"] is not None]
    if not found:
        return [last_year()]
    return list(range(min(span["first"] for span in found), max(span["last"] for span in found) + 1))


def year_at(request: HttpRequest) -> int:
    """Return the year of `year`, else of the end of the OGC parameter `datetime`, else as `year_of` does.

    Rows are shown as they stood at the end of a year, so that is all of a time that matters.
    """
    text = request.GET.get("datetime")
    if text is None or "year" in request.GET:
        return year_of(request)
    ends = text.split("/")
    try:
        moments = [datetime.fromisoformat(end).year for end in ends if end not in ("", "..")]
        if len(ends) > 2 or not moments:
            raise ValueError(text)
    except ValueError:
        raise Malformed(
            _("“datetime” must be a moment such as 2017-12-31T00:00:00Z or two with “/” between, not “%(value)s”."),
            value=text[:60],
        ) from None
    year = last_year() if ends[-1] in ("", "..") else moments[-1]
    return min(max(year, YEARS.start), YEARS.stop - 1)


def corners_of(request: HttpRequest) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of the box asked for (`bbox`, longitude and latitude, CRS84), if one is.

    A box whose west is beyond its east crosses the 180th meridian, as OGC 17-069 has it. Heights are ignored.
    """
    text = request.GET.get("bbox")
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
        west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
        known = len(numbers) in (4, 6) and abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90
    except ValueError:
        known = False
    if not known:
        raise Malformed(
            _("“bbox” must be west,south,east,north in degrees, such as 105.7,22.0,106.0,22.3, not “%(value)s”."),
            value=text[:80],
        )
    return west, south, east, north


def box_of(request: HttpRequest, lookup: str) -> Q:
    """Return the condition that a row meets the box asked for."""
    corners = corners_of(request)
    if corners is None:
        return Q()
    west, south, east, north = corners
    spans = ((west, east),) if west <= east else ((west, 180.0), (-180.0, east))
    condition = Q()
    for left, right in spans:
        condition |= Q(**{f"{lookup}__intersects": Polygon.from_bbox((left, south, right, north))})
    return condition


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
