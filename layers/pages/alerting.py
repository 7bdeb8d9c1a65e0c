"""`/alerts/`: what changed this week in the reader's area, and whether it comes by e-mail."""

from datetime import timedelta
from threading import Lock
from urllib.parse import urlencode
from uuid import UUID

from cachetools import TTLCache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from layers.access import Audience, Viewer
from layers.errors import NotAllowed, NotFound
from layers.models import AlertState
from layers.reports.alerts.changes import Change, area_of, by_kind, changes
from layers.sessions import AskedRequest

WEEK = timedelta(days=7)
#: A page need not count anew what a page before it has counted a moment ago.
_COUNTED: TTLCache[tuple[int, str], int] = TTLCache(maxsize=10_000, ttl=60)
_LOCK = Lock()


def _reader(request: AskedRequest) -> int:
    if request.viewer.user_id is None or not request.viewer.may_see(Audience.AREA):
        raise NotAllowed(_("Changes are told to the staff of an area. Sign in as one of them."))
    return request.viewer.user_id


@never_cache
@require_safe
def alerts_page(request: AskedRequest) -> HttpResponse:
    """Show the changes of the last seven days, those since the last visit first marked as new."""
    user, now = _reader(request), timezone.now()
    state, _new = AlertState.objects.get_or_create(user_id=user)
    seen = state.seen_at or now - WEEK
    found = changes(request.viewer, now - WEEK, now)
    AlertState.objects.filter(pk=state.pk).update(seen_at=now)
    forget_count(request.viewer)
    groups = [(title, [_led(change, change.at > seen) for change in group]) for title, group in by_kind(found)]
    page = {"groups": groups, "area": area_of(request.viewer), "count": len(found), "state": state,
            "email": request.user.email}  # type: ignore[union-attr]  # signed in  # fmt: skip
    return render(request, "alerts/page.html", page)


def _led(change: Change, new: bool) -> dict[str, object]:
    query = f"?{urlencode(change.query, safe='/')}" if change.query else ""
    return {"change": change, "new": new, "url": reverse(change.page, args=change.args) + query}


@require_POST
def alerts_email(request: AskedRequest) -> HttpResponse:
    """Turn letters on or off."""
    user = _reader(request)
    AlertState.objects.update_or_create(user_id=user, defaults={"by_email": request.POST.get("by_email") == "yes"})
    return redirect("alerts")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def alerts_stop(request: AskedRequest, token: UUID) -> HttpResponse:
    """End the letters to whoever holds the token of one; a mail program does it by one POST (RFC 8058)."""
    state = AlertState.objects.filter(token=token).first()
    if state is None:
        raise NotFound(_("There are no letters to end at this address."))
    if request.method == "POST":
        AlertState.objects.filter(pk=state.pk).update(by_email=False)
    return render(request, "alerts/stop.html", {"ended": request.method == "POST" or not state.by_email})


def new_changes(viewer: Viewer) -> int:
    """Return how many changes of the last seven days a viewer has not looked at, counted once a minute."""
    if viewer.user_id is None or not viewer.may_see(Audience.AREA):
        return 0
    key = (viewer.user_id, viewer.scope)
    with _LOCK:
        known = _COUNTED.get(key)
    if known is not None:
        return known
    now = timezone.now()
    seen = AlertState.objects.filter(user_id=viewer.user_id).values_list("seen_at", flat=True).first()
    since = max(seen, now - WEEK) if seen else now - WEEK
    count = len(changes(viewer, since, now)) if since < now else 0
    with _LOCK:
        _COUNTED[key] = count
    return count


def forget_count(viewer: Viewer) -> None:
    with _LOCK:
        _COUNTED.pop((viewer.user_id or 0, viewer.scope), None)
