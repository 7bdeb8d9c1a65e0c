"""Water: rivers, streams, canals and shores, from which waste sites keep their distance."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .feature import PLACE_AND_SOURCE, Feature, FeatureQuerySet, GeodesicLength, SearchKey, tracked, versioned
from .layer import Field, Layer, Mark, Overview, Style


class WaterKind(models.TextChoices):
    RIVER = "river", _("River")
    STREAM = "stream", _("Stream")
    CANAL = "canal", _("Canal, ditch")
    SHORE = "shore", _("Shore of a lake or pond")


@tracked
class Watercourse(Feature):
    kind = models.CharField(_("kind"), max_length=10, choices=WaterKind)
    geom = models.LineStringField(_("line"))
    length_m = models.GeneratedField(
        expression=GeodesicLength("geom"),
        output_field=models.FloatField(),
        db_persist=True,
        verbose_name=_("length"),
    )
    name_key = models.GeneratedField(expression=SearchKey("name"), output_field=models.TextField(), db_persist=True)

    objects = FeatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("watercourse")
        verbose_name_plural = _("watercourses")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="watercourse_key"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="watercourse_geom_valid"),
        ]
        indexes = [GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="watercourse_name_trgm")]
        triggers = [versioned("water")]


def everyone(year: int) -> FeatureQuerySet:
    """Streams have no years: what is on record now is what there was."""
    return Watercourse.objects.all()


def rows(viewer: Viewer, year: int) -> FeatureQuerySet:
    return everyone(year).seen_by(viewer, Audience.AREA)


WATER = Layer(
    slug="water",
    title=_("Rivers and streams"),
    model=Watercourse,
    geometry="LINESTRING",
    audience=Audience.AREA,
    rows=rows,
    everyone=everyone,
    fields=(
        Field("name", _("name"), ("name", "ten", "ten_song", "ten_suoi"), tile=True),
        Field("kind", _("kind"), ("kind", "loai", "waterway"), tile=True, required=True),
        Field("length_m", _("length"), unit=_("m"), stored=False),
        *PLACE_AND_SOURCE,
    ),
    zooms=range(11, 19),
    overview=Overview(
        values={"count": Count("pk"), "length_m": Sum("length_m", default=0.0)},
        titles={"count": _("watercourses"), "length_m": _("length")},
    ),
    style=Style(
        by="kind",
        marks=(
            Mark("river", _("River"), "--water", width=3),
            Mark("stream", _("Stream"), "--water", width=1.5),
            Mark("canal", _("Canal, ditch"), "--water", width=1.5, dash=(8, 3)),
            Mark("shore", _("Shore of a lake or pond"), "--water", width=1, dash=(2, 2)),
        ),
    ),
    tables=("water",),
)
