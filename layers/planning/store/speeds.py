"""The travel speeds on file: working assumptions that an office may edit."""

import json
from functools import cache

from django.conf import settings

from layers.planning.access.speeds import SpeedTable, speed_table


@cache
def speeds_on_file() -> SpeedTable:
    """Return `fixtures/planning/speeds.json`, read once."""
    path = settings.BASE_DIR / "fixtures" / "planning" / "speeds.json"
    return speed_table(json.loads(path.read_text(encoding="utf-8")))
