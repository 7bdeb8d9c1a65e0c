"""What the travel times are asked for and how they are told."""

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.figures import number
from layers.models import Unit
from layers.models.layer import Text
from layers.planning.access.speeds import MODES
from layers.planning.store.services import SERVICES
from layers.planning.travel.shares import Share
from layers.planning.travel.times import Journey

MINUTES = (10, 15, 20, 30, 45, 60, 90, 120)
MODE_TITLES: dict[str, Text] = {
    "motorbike": gettext_lazy("by motorbike"),
    "car": gettext_lazy("by car"),
    "foot": gettext_lazy("on foot"),
}
SEASONS: dict[str, Text] = {"dry": gettext_lazy("dry season"), "wet": gettext_lazy("rainy season")}


@dataclass(frozen=True)
class Asked:
    unit: Unit
    year: int
    journey: Journey
    minutes: int

    @property
    def limit(self) -> float:
        return 60.0 * self.minutes


def minutes_of(seconds: float) -> float | None:
    return round(seconds / 60, 1) if math.isfinite(seconds) else None


def share_json(told: Share) -> dict[str, Any]:
    left = None if told.part is None or told.whole is None else told.whole - told.part
    return {
        "low": told.low,
        "high": told.high,
        "households": told.whole,
        "within": told.part,
        "left": left,
        "shown": shown(told),
    }


def shown(told: Share) -> str:
    """Return a share as a person reads it."""
    if told.low is None or told.high is None:
        return "…" if told.hidden else "–"
    if told.low == told.high:
        return f"{number(round(told.low, 1))} %"
    return f"{number(told.low)}–{number(told.high)} %"


def rural_means() -> str:
    return _(
        "Share of the rural population within 2 km, straight, of a road that cars pass all year (SDG 9.1.1). "
        "Where that is not on record, a hardened road counts."
    )


def described(asked: Asked) -> dict[str, Any]:
    journey = asked.journey
    return {
        "service": journey.service,
        "mode": journey.mode,
        "season": "wet" if journey.wet else "dry",
        "minutes": asked.minutes,
    }


def options() -> dict[str, list[dict[str, Any]]]:
    return {
        "service": [{"value": slug, "title": str(service.title)} for slug, service in SERVICES.items()],
        "mode": [{"value": mode, "title": str(MODE_TITLES[mode])} for mode in MODES],
        "season": [{"value": season, "title": str(title)} for season, title in SEASONS.items()],
        "minutes": [
            {"value": minutes, "title": _("%(minutes)s minutes") % {"minutes": minutes}} for minutes in MINUTES
        ],
    }


def headline(asked: Asked, told: Share) -> str:
    """Say in one sentence how many are in time."""
    words = {
        "minutes": asked.minutes,
        "service": SERVICES[asked.journey.service].title,
        "mode": MODE_TITLES[asked.journey.mode],
        "share": shown(told),
        "left": "" if told.part is None or told.whole is None else number(told.whole - told.part),
    }
    if told.low is None:
        return _("Too few households are on record here to tell their share")
    if told.part is None:
        return _("%(share)s of the households reach a %(service)s within %(minutes)s minutes %(mode)s") % words
    if told.part == told.whole:
        return _("Every household reaches a %(service)s within %(minutes)s minutes %(mode)s") % words
    return _("%(left)s households do not reach a %(service)s within %(minutes)s minutes %(mode)s") % words
