"""The one Django app of gis-ntm."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    name = "layers"
    verbose_name = _("New rural development map")
    default_auto_field = "django.db.models.BigAutoField"
