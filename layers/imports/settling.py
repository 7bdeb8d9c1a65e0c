"""Is a file where it should be? One that is not, or does not say, is refused with the system it is likely in."""

from collections import Counter

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _

from layers import geo
from layers.errors import Refused
from layers.models import Unit

from . import crs
from .sources import Batch, Budget, Source
from .staging import Stage

#: Farther from its origin no system has a place, in its own units; larger numbers are faults.
FARTHEST = 1e8
#: So many codes are enough to tell the province of a file.
CODES = 200


def settle(batch: Batch, stage: Stage, source: Source, file: str) -> None:
    """Refuse a file without a coordinate system, or with one that puts it elsewhere, and name the likely one.

    A file of which only some rows lie in the area is not refused: each of the others is, for itself.
    """
    points = _points(batch)
    area, epsg = stage.area, stage.epsg
    if epsg is None:
        raise _unsaid(points, area, province_of(batch, stage) or area.province, file)
    if not len(points):
        return
    there = crs.to_wgs84(shapely.points(points), epsg)
    share = area.holds(there).mean()
    if share >= 0.5:
        return
    place = area.name or str(_("Vietnam"))
    fits = [fit for fit in crs.likely(points, area, province_of(batch, stage)) if fit != epsg]
    own = geo.PROVINCE_ZONE.get(area.province)
    if share == 0 and own and own != epsg and area.holds(crs.to_wgs84(shapely.points(points), own)).any():
        fits = fits or [own]
    if fits:
        raise Refused(
            _("With EPSG:%(epsg)d (%(name)s) the places in “%(file)s” lie outside %(place)s. Likely it is %(likely)s."),
            epsg=epsg, name=crs.name_of(epsg), file=file, place=place, likely=crs.named(fits[:3]),
        )  # fmt: skip
    if crs.likely(points[:, ::-1], area):
        raise Refused(
            _("The places in “%(file)s” lie outside %(place)s: east and north seem to be swapped."),
            file=file, place=place,
        )  # fmt: skip
    # The first batch is a small one; the rows of the area may stand further on.
    more = len(batch) >= Budget().rows if source.count is None else source.count > len(batch)
    if share > 0 or (more and area.name and crs.vietnam().holds(there).mean() >= 0.5):
        return
    raise Refused(
        _("The places in “%(file)s” lie outside %(place)s, whatever the coordinate system. Is it the right file?"),
        file=file, place=place,
    )  # fmt: skip


def _points(batch: Batch) -> np.ndarray:
    """Return a point of each geometry in the coordinates of the file, without those that are no numbers."""
    bounds = shapely.bounds(batch.geometries)
    bounds = bounds[(np.abs(bounds) < FARTHEST).all(axis=1)]
    middle: np.ndarray = (bounds[:, :2] + bounds[:, 2:]) / 2
    return middle


def _unsaid(points: np.ndarray, area: crs.Area, province: str, file: str) -> Refused:
    fits = crs.likely(points, area, province) if len(points) else []
    own = geo.PROVINCE_ZONE.get(province)
    if len(fits) > 1 and own not in fits:
        return Refused(
            _(
                "“%(file)s” does not say its coordinate system, and several put it on land: %(likely)s. Choose the one "
                "of its province."
            ),
            file=file, likely=crs.named(fits),
        )  # fmt: skip
    likely = fits[:1] if own in fits else fits
    return Refused(
        _("“%(file)s” does not say its coordinate system. Likely: %(likely)s. Choose a coordinate system."),
        file=file, likely=crs.named(likely or [crs.choices(province)[0][0]]),
    )  # fmt: skip


def province_of(batch: Batch, stage: Stage) -> str:
    """Return the code of the province to which most rows belong by their codes, if they tell."""
    slug = stage.target.slug
    for name in ("province", "parent", "unit", "code"):
        heading = stage.mapping.headings.get(name)
        if heading is None or name not in stage.parsers:
            continue
        read = (stage.parsers[name](text) for text in batch.columns[heading][:CODES] if text)
        codes = [value.text for value in read if value.text]
        if name != "province" and (slug, name) not in {("provinces", "code"), ("districts", "parent")}:
            codes = _provinces(codes)
        known = Counter(code for code in codes if code in geo.PROVINCE_ZONE)
        if known:
            return known.most_common(1)[0][0]
    return ""


def _provinces(codes: list[str]) -> list[str]:
    """Return the province of each unit on record that has one of the codes."""
    paths = Unit.objects.filter(code__in=set(codes)).values_list("path", flat=True)
    roots = [int(path.split("/")[0]) for path in paths if path]
    province = dict(Unit.objects.filter(pk__in=set(roots)).values_list("pk", "code"))
    return [province[root] for root in roots]
