"""What the table of road costs says beside prices: what households can give in a year, and who pays for roads."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


@cache
def _costs() -> dict[str, Any]:
    file = Path(settings.BASE_DIR) / "fixtures" / "planning" / "road-costs.json"
    table: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return table


def usual_gifts() -> dict[str, float]:
    """Return VND a year by class of household: "household", "near_poor", "poor"."""
    table = _costs()["affordable_vnd_per_household_year"]
    return {name: float(table[name]) for name in ("household", "near_poor", "poor")}


def known_sources(language: str) -> list[str]:
    """Return the names of sources of money that programmes know, as a language ("vi" or "en") calls them."""
    return [row["vi" if language == "vi" else "en"] for row in _costs()["sources_of_money"]]
