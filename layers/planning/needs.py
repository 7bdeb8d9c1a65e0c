"""What would it take: the cheapest way to a criterion for a unit, and the most communes that money can recognise.

Reckoned from the rows as they are now; nothing is stored.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer
from layers.errors import NotAllowed, Refused
from layers.models import Unit

from .plans.answer import Answer, Recognition
from .plans.case import freeze
from .plans.settings import settings as read_settings
from .solver import compute
from .store.approved import state_of_approvals
from .store.criteria import read_indicators
from .store.freeze import TABLES, read_case
from .store.kept import Shelf, state_of
from .store.region import region

CASES = Shelf("NETWORKS_KEPT")
#: Seconds that the solver may take.
SOLVING = 5.0


def cheapest_way(
    viewer: Viewer, unit: Unit, criterion: int, year: int, document: Mapping[str, Any] | None = None
) -> Answer:
    """Return the least-cost works that turn a criterion to met in a commune, or in each rural commune below a unit.

    `document`: settings that differ from the defaults (prices, treatments, forced works). The answer's document is a
    plan's, without money at hand; `optimal` says whether it is proven. Raises NotAllowed for who is not staff of the
    unit, AlreadyMet, BeyondWorks (where they are so of every commune), Refused where no commune is judged, and the
    named errors of planning.
    """
    frozen, sha256 = _frozen(viewer, unit, year)
    wanted = [(commune.code, criterion) for commune in region([unit], year).communes if commune.rural]
    if not wanted:
        raise Refused(_("No commune here is judged by the criteria."))
    asked = read_settings({"sources": [{"name": "-", "amount": 1}], "seconds": SOLVING, **(document or {})})
    return compute("cheapest", frozen, sha256, asked.document(), wanted, seconds=settings.LIMITS["PLAN_PAGE_SECONDS"])


def recognition(viewer: Viewer, unit: Unit, year: int, document: Mapping[str, Any]) -> Recognition:
    """Return how the money of some settings brings as many communes of a unit as possible to all criteria met.

    Raises NotAllowed, NoBudget, and the named errors of planning.
    """
    frozen, sha256 = _frozen(viewer, unit, year)
    asked = read_settings({"seconds": SOLVING, **document})
    return compute("recognised", frozen, sha256, asked.document(), seconds=settings.LIMITS["PLAN_PAGE_SECONDS"])


def _frozen(viewer: Viewer, unit: Unit, year: int) -> tuple[bytes, str]:
    if not viewer.may_see(Audience.AREA) or not viewer.covers(unit.path):
        raise NotAllowed(_("What it would take is told to the staff of the unit."))
    area = region([unit], year)
    # What is lacking is part of the key: a threshold or a declaration changes it without a change of any row counted.
    key = ("case", unit.pk, year, read_indicators(area), *state_of(TABLES), *state_of_approvals())
    return CASES.get_or_make(key, lambda: freeze(read_case(area, "wet")))
