"""The WSGI entry point: `gunicorn gis_ntm.wsgi`."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ntm.settings")
application = get_wsgi_application()
# All pages, and what they are made with, are read before a worker takes requests: otherwise the first reader after
# each start waits two seconds longer than all others.
with translation.override(settings.LANGUAGE_CODE):
    reverse("map")


@receiver(connection_created)
def bound_statements(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Let no page hold the database for longer than its limit; commands and workers may take their time."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [settings.LIMITS["STATEMENT_TIMEOUT_MS"]])
