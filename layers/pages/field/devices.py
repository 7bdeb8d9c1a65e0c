"""`/field/devices/`: telephones of the area, when they last synced and what they hold; letting a lost one go."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from layers.errors import NotFound
from layers.fieldwork import devices
from layers.models import Device, Unit
from layers.models.criteria import last_assessed_year
from layers.sessions import AskedRequest

from .inbox import office

#: Days after which records on a phone are told to be old, here as in the app.
OLD = 14
#: A telephone's clock may be ahead by so much; what is later than that has not been yet.
AHEAD = timedelta(days=1)


@require_safe
def devices_page(request: AskedRequest) -> HttpResponse:
    viewer = office(request.viewer)
    rows = Device.objects.filter(pk__in=Device.objects.seen_by(viewer).values("pk")).select_related("user")
    rows = rows.annotate(
        sent=Count("submissions"),
        incomplete=Count("submissions", filter=Q(submissions__complete=False)),
        last_sent=Max("submissions__received_at"),
    )
    listed = list(rows.order_by("revoked_at", "-last_seen"))
    names = commune_names(listed)
    held = sum(bool(row.packs) and row.revoked_at is None for row in listed)
    return render(
        request,
        "field/devices.html",
        {"rows": [(row, packs_of(row, names)) for row in listed], "with_pack": held},
    )


def commune_names(rows: Iterable[Device]) -> dict[str, str]:
    """Return the names of the communes whose packs these devices hold, by code: codes are used again in other years."""
    codes = {str(pack.get("commune", "")) for row in rows for pack in row.packs}
    units = Unit.objects.at_end_of(last_assessed_year()).filter(code__in=codes)
    return {unit.code: str(unit) for unit in units.defer("geom")}


def packs_of(row: Device, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a device said of its packs: of which commune, since when, and whether that is long ago."""
    found = []
    for pack in row.packs:
        code, at = str(pack.get("commune", "")), _moment(pack.get("at"))
        days = (timezone.now() - at).days if at else None
        found.append({"name": names.get(code, code), "at": at, "days": days, "old": days is not None and days > OLD})
    return found


def _moment(text: Any) -> datetime | None:
    """Return a time that a phone said; None where it is none, for it says of itself what it likes."""
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or found > timezone.now() + AHEAD:
        return None
    return found


@require_POST
def revoke(request: AskedRequest, pk: str) -> HttpResponse:
    viewer = office(request.viewer)
    device = Device.objects.seen_by(viewer).filter(pk=pk).first()
    if device is None:
        raise NotFound(_("There is no such device."))
    devices.revoke(device, viewer)
    messages.success(request, _("“%(device)s” is revoked: it receives nothing any more.") % {"device": device})
    return redirect("field_devices_page")
