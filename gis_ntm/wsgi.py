"""The WSGI entry point: `gunicorn gis_ntm.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ntm.settings")
application = get_wsgi_application()
