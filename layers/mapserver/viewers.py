"""Who asks for a tile, without a query for each tile.

A map view asks for some forty tiles at once. What was read about a session is therefore trusted for
VIEWER_MEMO_SECONDS in one process: so long a role that was taken away may still get tiles of totals,
roads and facilities. Signing out drops it at once in the process that handles it. Rows of personal data
never rely on this: for them the viewer is read anew each time.
"""

from threading import Lock
from typing import Any

from cachetools import TTLCache
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from layers.access import ANONYMOUS, Viewer

from .asked import viewer_of

_MEMO: TTLCache[str, Viewer] = TTLCache(maxsize=10_000, ttl=settings.LIMITS["VIEWER_MEMO_SECONDS"])
_LOCK = Lock()


def remembered(request: HttpRequest) -> Viewer | None:
    """Return the viewer if known without asking the database, else None."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not session:
        return ANONYMOUS
    with _LOCK:
        return _MEMO.get(session)


def viewer_of_tile(request: HttpRequest) -> Viewer:
    """Return the viewer, at most VIEWER_MEMO_SECONDS old."""
    viewer = remembered(request)
    if viewer is None:
        asked = viewer_of(request)
        # A viewer of its own: what the request holds is read only when it is looked at.
        viewer = Viewer(asked.role, asked.areas, asked.user_id)
        with _LOCK:
            _MEMO[request.COOKIES[settings.SESSION_COOKIE_NAME]] = viewer
    return viewer


def forget_everybody() -> None:
    with _LOCK:
        _MEMO.clear()


@receiver(user_logged_out)
def forget(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """Forget a session that ends."""
    session = getattr(getattr(request, "session", None), "session_key", None)
    if session:
        with _LOCK:
            _MEMO.pop(session, None)
