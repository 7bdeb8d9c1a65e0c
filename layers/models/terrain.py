"""Terrain rasters: elevation models that the hillshade and, later, slopes are read from."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Terrain(models.Model):
    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(_("file"), upload_to="terrain/")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    epsg = models.PositiveIntegerField(_("coordinate system (EPSG)"))
    resolution_m = models.FloatField(_("cell size"))
    extent = models.PolygonField(_("extent"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("terrain raster")
        verbose_name_plural = _("terrain rasters")

    def __str__(self) -> str:
        return self.name
