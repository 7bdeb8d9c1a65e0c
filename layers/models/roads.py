"""Roads: what planners rank. One row per maintained segment."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import BooleanField, Case, Count, Q, Sum, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.access import Audience, Viewer

from .feature import PLACE_AND_SOURCE, Feature, FeatureQuerySet, GeodesicLength, SearchKey, tracked, versioned
from .layer import Dated, Field, Layer, Mark, Overview, Style


class RoadClass(models.TextChoices):
    """The four classes of criterion 2, and those above them that carry the network on."""

    COMMUNE = "commune", _("Commune road")
    VILLAGE = "village", _("Village road")
    LANE = "lane", _("Lane")
    FIELD = "field", _("Field road")
    DISTRICT = "district", _("District road")
    PROVINCIAL = "provincial", _("Provincial road")
    NATIONAL = "national", _("National road")
    URBAN = "urban", _("Street")


class Surface(models.TextChoices):
    ASPHALT = "asphalt", _("Asphalt concrete")
    SURFACE_TREATED = "surface_treated", _("Bitumen surface treatment")
    CONCRETE = "concrete", _("Cement concrete")
    BRICK_STONE = "brick_stone", _("Brick or stone paving")
    CRUSHED_STONE = "crushed_stone", _("Rolled crushed stone")
    GRAVEL = "gravel", _("Natural gravel")
    EARTH = "earth", _("Earth")


class WetAccess(models.TextChoices):
    CAR = "car", _("cars all year")
    MOTORBIKE = "motorbike", _("only motorbikes when it rains")
    NONE = "none", _("impassable when it rains")


class Structure(models.TextChoices):
    """What carries a road over or under what is in its way. Bridges, tunnels and ferries are joined to other roads at
    their ends only, whatever they cross."""

    BRIDGE = "bridge", _("Bridge")
    CULVERT = "culvert", _("Culvert")
    FORD = "ford", _("Ford, causeway under water in floods")
    FERRY = "ferry", _("Ferry")
    TUNNEL = "tunnel", _("Tunnel")


#: Structures that no road joins between their ends.
SEPARATED = (Structure.BRIDGE, Structure.FERRY, Structure.TUNNEL)


class Condition(models.IntegerChoices):
    """As the VPROMMS inventory grades it."""

    VERY_GOOD = 1, pgettext_lazy("road condition", "very good")
    GOOD = 2, pgettext_lazy("road condition", "good")
    FAIR = 3, pgettext_lazy("road condition", "fair")
    POOR = 4, pgettext_lazy("road condition", "poor")
    VERY_POOR = 5, pgettext_lazy("road condition", "very poor")


#: Surfaces that count as asphalted or concreted (indicator 2.1).
PAVED = (Surface.ASPHALT, Surface.SURFACE_TREATED, Surface.CONCRETE)
#: Surfaces that count as hardened (32/2014/TT-GTVT: stone, brick, cement concrete and the like). Whether
#: natural gravel does is not settled by the texts found, so it is left undetermined.
HARDENED = (*PAVED, Surface.BRICK_STONE, Surface.CRUSHED_STONE)
UNDETERMINED = ("", Surface.GRAVEL)


def surface_in(surfaces: tuple[str, ...], year: int) -> Case:
    """Tell whether a road had one of these surfaces at the end of a year: true, false or null (not known)."""
    return Case(
        When(surface__in=UNDETERMINED, then=Value(None)),
        When(hardened_year__gt=year, then=Value(False)),
        When(surface__in=surfaces, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(null=True),
    )


class RoadQuerySet(FeatureQuerySet):
    def as_of_year(self, year: int) -> "RoadQuerySet":
        """Roads that existed at the end of a year, each with `hardened` as it was then."""
        return self.filter(Q(opened_year=None) | Q(opened_year__lte=year)).annotate(hardened=surface_in(HARDENED, year))


@tracked
class Road(Feature):
    road_class = models.CharField(_("road class"), max_length=12, choices=RoadClass)
    surface = models.CharField(_("surface"), max_length=16, choices=Surface, blank=True)
    hardened_year = models.PositiveSmallIntegerField(_("year of the present surface"), null=True, blank=True)
    opened_year = models.PositiveSmallIntegerField(_("opened in"), null=True, blank=True)
    width_m = models.FloatField(_("surface width"), null=True, blank=True)
    base_width_m = models.FloatField(_("base width"), null=True, blank=True)
    condition = models.PositiveSmallIntegerField(_("condition"), choices=Condition, null=True, blank=True)
    wet_access = models.CharField(_("passable in the rainy season"), max_length=10, choices=WetAccess, blank=True)
    structure = models.CharField(_("structure"), max_length=8, choices=Structure, blank=True, default="", db_default="")
    muddy = models.BooleanField(_("muddy in the rainy season"), null=True, blank=True)
    vpromms_id = models.CharField(_("VPROMMS id"), max_length=20, blank=True, db_index=True)
    geom = models.LineStringField(_("line"))
    length_m = models.GeneratedField(
        expression=GeodesicLength("geom"),
        output_field=models.FloatField(),
        db_persist=True,
        verbose_name=_("length"),
    )
    name_key = models.GeneratedField(expression=SearchKey("name"), output_field=models.TextField(), db_persist=True)

    objects = RoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("road")
        verbose_name_plural = _("roads")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="road_key"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="road_geom_valid"),
            models.CheckConstraint(
                condition=Q(width_m=None) | Q(width_m__gt=0, width_m__lt=60),
                name="road_width",
                violation_error_message=_("A road's surface is wider than 0 m and narrower than 60 m."),
            ),
        ]
        indexes = [
            # The totals of a unit and the lengths of criterion 2 are read from this index alone.
            models.Index(
                fields=["unit"],
                include=[
                    "road_class",
                    "surface",
                    "hardened_year",
                    "opened_year",
                    "wet_access",
                    "muddy",
                    "length_m",
                ],
                name="road_by_unit",
            ),
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="road_name_trgm"),
        ]
        triggers = [versioned("roads")]


def everyone(year: int) -> RoadQuerySet:
    return Road.objects.as_of_year(year)


def rows(viewer: Viewer, year: int) -> RoadQuerySet:
    return everyone(year).seen_by(viewer, Audience.AREA)


ROADS = Layer(
    slug="roads",
    title=_("Rural roads"),
    model=Road,
    geometry="LINESTRING",
    audience=Audience.AREA,
    rows=rows,
    everyone=everyone,
    fields=(
        Field("name", _("name"), ("name", "ten", "ten_duong", "tenduong", "road_name"), tile=True),
        Field(
            "road_class",
            _("road class"),
            ("road_class", "loai_duong", "loaiduong", "cap_duong", "class", "management", "highway"),
            tile=True,
            required=True,
        ),
        Field(
            "surface",
            _("surface"),
            ("surface", "mat_duong", "matduong", "ket_cau", "section_surface"),
            tile=True,
        ),
        Field(
            "hardened",
            _("hardened"),
            tile=True,
            stored=False,
            choices=(("true", _("hardened")), ("false", _("not hardened")), ("", _("not known"))),
        ),
        Field("length_m", _("length"), unit=_("m"), stored=False),
        Field(
            "width_m",
            _("surface width"),
            ("width_m", "width", "be_rong", "rong_mat", "carriageway_width"),
            unit=_("m"),
        ),
        Field("base_width_m", _("base width"), ("base_width_m", "rong_nen", "be_rong_nen"), unit=_("m")),
        Field("condition", _("condition"), ("condition", "tinh_trang")),
        Field("wet_access", _("passable in the rainy season"), ("wet_access", "di_lai_mua_mua")),
        Field("structure", _("structure"), ("structure", "cong_trinh", "loai_cong_trinh")),
        Field("muddy", _("muddy in the rainy season"), ("muddy", "lay_loi")),
        Field("hardened_year", _("year of the present surface"), ("hardened_year", "nam_cung_hoa")),
        Field("opened_year", _("opened in"), ("opened_year", "nam_mo")),
        Field("vpromms_id", _("VPROMMS id"), ("vpromms_id", "vpromm_id", "vpromms", "osm_id")),
        *PLACE_AND_SOURCE,
    ),
    zooms=range(11, 19),
    overview=Overview(
        values={
            "count": Count("pk"),
            "length_m": Sum("length_m"),
            "hardened_m": Sum("length_m", filter=Q(hardened=True), default=0.0),
        },
        titles={"count": _("segments"), "length_m": _("length"), "hardened_m": _("hardened length")},
    ),
    style=Style(
        by="hardened",
        marks=(
            Mark("true", _("hardened"), "--hard", width=2.5),
            Mark("false", _("not hardened"), "--soft", width=3, dash=(6, 4)),
            Mark("", _("surface not known"), "--unknown", width=2, dash=(2, 3)),
        ),
    ),
    tables=("roads",),
    on_by_default=True,
    begins="opened_year",
    dated=(Dated("surface", frozenset(HARDENED), "hardened_year"),),
)
