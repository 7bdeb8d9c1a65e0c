"""What the solver's processes do: each job takes a case as it was frozen, and settings as a document.

So nothing but JSON decides an answer, and nothing that belongs to the web process reaches the solver's.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from layers.planning.watch import Watch

from .answer import Answer, Recognition
from .case import Case, thaw
from .cheapest import cheapest_to_met, most_recognised
from .settings import settings
from .solving import solve as solve_case
from .trust import trust as trust_case

#: One who tries what would be if asks of the same case again and again.
_thawed = lru_cache(maxsize=2)(thaw)


def solve(frozen: bytes, sha256: str, document: Mapping[str, Any], watch: Watch | None = None) -> Answer:
    """Answer what settings ask of a frozen case. Raises as `solving.solve`, Unreadable, BadSetting."""
    return solve_case(_case(frozen, sha256), settings(document), watch)


def _case(frozen: bytes, sha256: str) -> Case:
    return _thawed(frozen, sha256)


def cheapest(
    frozen: bytes,
    sha256: str,
    document: Mapping[str, Any],
    wanted: Sequence[tuple[str, int]],
    watch: Watch | None = None,
) -> Answer:
    """Return the cheapest way to met. Raises as `cheapest.cheapest_to_met`, Unreadable, BadSetting."""
    return cheapest_to_met(_case(frozen, sha256), settings(document), wanted, watch)


def recognised(frozen: bytes, sha256: str, document: Mapping[str, Any], watch: Watch | None = None) -> Recognition:
    """Return how to have most communes recognised. Raises as `cheapest.most_recognised`, Unreadable, BadSetting."""
    return most_recognised(_case(frozen, sha256), settings(document), watch)


def trust(
    frozen: bytes, sha256: str, document: Mapping[str, Any], keys: Sequence[str], watch: Watch | None = None
) -> dict[str, Any]:
    """Return how far a plan can be trusted. Raises as `trust.trust`, Unreadable, BadSetting."""
    return trust_case(_case(frozen, sha256), settings(document), keys, watch)
