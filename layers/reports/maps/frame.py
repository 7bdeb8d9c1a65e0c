"""What of the ground a map on paper shows, and how the ground becomes paper.

A map on paper is in the VN-2000 zone of its province, as official maps are, with grid north up. Its own
coordinates are tenths of a millimetre of paper from its upper left corner.
"""

import math
from dataclasses import dataclass

from django.contrib.gis.db.models import Extent, GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import F, Func
from django.db.models.functions import Coalesce

from layers.geo import PROVINCE_ZONE, ZONES
from layers.models import Unit

#: Of which the SVG counts its coordinates, in a millimetre; what is finer no printer shows.
PER_MM = 10
#: A CSS pixel in those: widths of lines and signs are declared in pixels.
PX = PER_MM * 25.4 / 96
#: Left free around the unit, in parts of its size.
MARGIN = 0.04
#: Scales that people name, in thousands, ten thousands and so on.
SCALES = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10)
#: Where no code tells the zone: UTM zone 48N covers most of the country.
FALLBACK = 3405


@dataclass(frozen=True)
class Frame:
    """`west` and `north` are the upper left corner in the metres of the zone, `metres` those of one millimetre."""

    srid: int
    west: float
    north: float
    metres: float
    width_mm: float
    height_mm: float
    latitude: float

    @property
    def width(self) -> int:
        return round(self.width_mm * PER_MM)

    @property
    def height(self) -> int:
        return round(self.height_mm * PER_MM)

    @property
    def scale(self) -> int:
        return round(self.metres * 1000)

    @property
    def zoom(self) -> float:
        """The zoom of a web map on which a pixel shows as much ground."""
        metres_a_pixel = self.metres * 25.4 / 96
        return math.log2(2 * math.pi * 6_378_137 / 256 * math.cos(math.radians(self.latitude)) / metres_a_pixel)

    @property
    def zone(self) -> str:
        return ZONES[self.srid].name

    def placed(self, geometry: str | F) -> Func:
        """Return an expression for a stored geometry in the map's coordinates, with y counted upwards from its top.

        Points that fall on the same tenth of a millimetre become one.
        """
        factor = PER_MM / self.metres
        return Func(
            Transform(geometry, self.srid),
            template=(
                "ST_RemoveRepeatedPoints(ST_SnapToGrid(ST_TransScale(%(expressions)s, "
                f"{-self.west!r}, {-self.north!r}, {factor!r}, {factor!r}), 1))"
            ),
            output_field=GeometryField(srid=self.srid),
        )


def zone_of(unit: Unit) -> int:
    """Return the EPSG code of the VN-2000 zone in which maps of a unit are drawn."""
    root = Unit.objects.only("code").get(pk=int(unit.path.split("/")[0]))
    return PROVINCE_ZONE.get(root.code, FALLBACK)


def frame_of(unit: Unit, year: int, width_mm: float, height_mm: float) -> Frame | None:
    """Return the frame that shows a unit as large as the paper allows; None where nothing tells where it is."""
    srid = zone_of(unit)
    place = Coalesce("geom", "point", output_field=GeometryField())
    units = Unit.objects.at_end_of(year).below(unit.path).order_by()
    box = units.aggregate(box=Extent(Transform(place, srid)))["box"]
    degrees = units.aggregate(box=Extent(place))["box"]
    if box is None:
        return None
    west, south, east, north = box
    wide, high = (max(side, 200.0) * (1 + 2 * MARGIN) for side in (east - west, north - south))
    metres = _round_scale(max(wide / width_mm, high / height_mm))
    return Frame(
        srid=srid,
        west=(west + east - metres * width_mm) / 2,
        north=(south + north + metres * height_mm) / 2,
        metres=metres,
        width_mm=width_mm,
        height_mm=height_mm,
        latitude=(degrees[1] + degrees[3]) / 2,
    )


def _round_scale(metres: float) -> float:
    """Return the next scale up that people name, as 1 : 12 500 or 1 : 30 000, in metres of ground a millimetre."""
    power = 10 ** math.floor(math.log10(metres))
    return next(step * power for step in SCALES if step * power >= metres * (1 - 1e-9))
