"""Units: provinces, districts, communes and hamlets, each valid from one day to another.

Official codes were re-used in 2020 and 2025 (01849 was Dương Quang and is now Phong Quang), so a unit is
keyed by code and first day. Few hamlets have a surveyed boundary; the others get a provisional one, which
says so wherever it is shown.
"""

from datetime import date

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .feature import SearchKey, tracked, versioned
from .layer import Field, Layer, Mark, Style, Text


class Kind(models.TextChoices):
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District or city")
    COMMUNE = "commune", _("Commune or ward")
    HAMLET = "hamlet", _("Hamlet")


#: From the whole to the part; the parent of a unit is of the kind before its own, or of one before that
#: (there is no district since 1 July 2025).
KINDS = (Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE, Kind.HAMLET)


class Region(models.TextChoices):
    """The seven socio-economic regions by which national thresholds differ."""

    TDMNPB = "TDMNPB", _("Northern Midlands and Mountains")
    DBSH = "DBSH", _("Red River Delta")
    BTB = "BTB", _("North Central Coast")
    DHNTB = "DHNTB", _("South Central Coast")
    TN = "TN", _("Central Highlands")
    DNB = "DNB", _("Southeast")
    DBSCL = "DBSCL", _("Mekong River Delta")


class CommuneGroup(models.IntegerChoices):
    """The groups by which the thresholds of 51/2025/QĐ-TTg differ, in place of regions."""

    URBANISING = 1, _("group 1: becoming urban")
    OTHER = 2, _("group 2: neither 1 nor 3")
    MOUNTAIN = 3, _("group 3: area II or III of the ethnic minority and mountainous zone")


class Boundary(models.TextChoices):
    SURVEYED = "surveyed", _("surveyed")
    PROVISIONAL = "provisional", _("provisional")
    NONE = "none", _("none")


class UnitQuerySet(models.QuerySet):
    def at(self, day: date) -> "UnitQuerySet":
        """Units valid on that day (`valid_to` is the first day on which a unit is no more)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def at_end_of(self, year: int) -> "UnitQuerySet":
        return self.at(date(year, 12, 31))

    def below(self, path: str) -> "UnitQuerySet":
        return self.filter(path__startswith=path)

    def with_standing(self, year: int) -> "UnitQuerySet":
        """Add the criteria results of that year: `statuses`, `differs`, `met`."""
        return self.alias(of_year=FilteredRelation("standings", condition=Q(standings__year=year))).annotate(
            statuses=Coalesce("of_year__statuses", Value("")),
            differs=Coalesce("of_year__differs", Value("")),
            met=F("of_year__met"),
        )


@tracked
class Unit(models.Model):
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("level"), max_length=10, choices=Kind)
    title = models.CharField(_("official kind"), max_length=30, blank=True, help_text=_("xã, phường, thôn…"))
    name = models.CharField(_("name"), max_length=120)
    name_key = models.GeneratedField(expression=SearchKey("name"), output_field=models.TextField(), db_persist=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"), related_name="parts"
    )
    # Set by a trigger (migration 0003) from the parent's path, so that no writer can forget it.
    path = models.CharField(_("path"), max_length=80, default="", editable=False, db_index=True)
    region = models.CharField(_("region"), max_length=6, choices=Region, blank=True)
    rural = models.BooleanField(_("assessed as a rural commune"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    point = models.PointField(_("centre"), null=True, blank=True)
    geom = models.MultiPolygonField(_("boundary"), null=True, blank=True)
    boundary = models.CharField(_("boundary is"), max_length=12, choices=Boundary, default=Boundary.NONE)
    source = models.CharField(_("source"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    run = models.ForeignKey(
        "layers.ImportRun", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_valid_from"),
            models.CheckConstraint(condition=Q(geom=None) | Q(geom__isvalid=True), name="unit_geom_valid"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="unit_valid_from_before_to"
            ),
            models.CheckConstraint(
                condition=Q(geom=None, boundary="none")
                | Q(geom__isnull=False, boundary__in=["surveyed", "provisional"]),
                name="unit_boundary_says_what_geom_is",
            ),
            models.CheckConstraint(condition=Q(kind="province") | Q(parent__isnull=False), name="unit_has_parent"),
        ]
        indexes = [
            models.Index(fields=["kind", "parent"], name="unit_kind_parent"),
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="unit_name_trgm"),
        ]
        triggers = [versioned("units")]

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()


class Succession(models.Model):
    """What became of a unit: one row for each successor."""

    predecessor = models.ForeignKey(Unit, models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Unit, models.CASCADE, related_name="origins")
    on = models.DateField(_("on"))
    whole = models.BooleanField(_("all of it"), default=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    #: When hamlets and rows passed to the successor; years before it stay with the predecessor as assessed.
    carried_at = models.DateTimeField(_("handed over"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


_FIELDS = (
    Field(
        "name",
        _("name"),
        ("name", "ten", "ten_xa", "tenxa", "ten_thon", "name_vi", "commune", "commune_name"),
        tile=True,
        required=True,
    ),
    Field(
        "code",
        _("code"),
        ("code", "ma", "ma_xa", "maxa", "ma_thon", "commune_code"),
        tile=True,
        required=True,
    ),
    Field("title", _("official kind"), ("title", "loai", "cap", "type")),
    Field("parent__name", _("part of"), stored=False),
    Field(
        "parent",
        _("code of the unit above"),
        ("parent", "parent_code", "ma_huyen", "district_code", "ma_xa_cha"),
    ),
    Field("boundary", _("boundary is"), tile=True, stored=False),
    Field("statuses", _("criteria"), tile=True, stored=False),
    Field("differs", _("declared otherwise"), tile=True, stored=False),
    Field("met", _("criteria met"), tile=True, stored=False),
    Field("valid_from", _("valid from"), ("valid_from", "tu_ngay")),
    Field("valid_to", _("valid to"), ("valid_to", "den_ngay")),
    Field("source", _("source"), ("source", "nguon")),
    Field("as_of", _("as of"), ("as_of", "ngay")),
)

_STATUS = Style(
    by="status",
    marks=(
        Mark("m", _("met"), "--met"),
        Mark("u", _("unmet"), "--unmet", pattern="hatch"),
        Mark("?", _("unknown"), "--unknown", pattern="dots"),
        Mark("-", _("not assessed"), "--paper"),
    ),
)


def _layer(kind: Kind, slug: str, title: Text, zooms: range) -> Layer:
    def everyone(year: int) -> UnitQuerySet:
        return Unit.objects.filter(kind=kind).at_end_of(year).with_standing(year)

    def rows(viewer: Viewer, year: int) -> UnitQuerySet:
        return everyone(year)

    return Layer(
        slug=slug,
        title=title,
        model=Unit,
        geometry="MULTIPOLYGON",
        audience=Audience.PUBLIC,
        rows=rows,
        everyone=everyone,
        fields=_FIELDS,
        zooms=zooms,
        style=_STATUS,
        tables=("units", "standings"),
        path="path",
        key=("code", "valid_from"),
        editable=kind is Kind.HAMLET,
        on_by_default=kind in (Kind.COMMUNE, Kind.HAMLET),
        defaults={"kind": kind},
    )


PROVINCES = _layer(Kind.PROVINCE, "provinces", _("Provinces"), range(4, 10))
DISTRICTS = _layer(Kind.DISTRICT, "districts", _("Districts"), range(7, 12))
COMMUNES = _layer(Kind.COMMUNE, "communes", _("Communes and wards"), range(8, 19))
HAMLETS = _layer(Kind.HAMLET, "hamlets", _("Hamlets"), range(11, 19))
