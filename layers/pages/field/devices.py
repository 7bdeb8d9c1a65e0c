"""`/field/devices/`: telephones of the area, when they last synced and what they hold; letting a lost one go."""

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from layers.errors import NotFound
from layers.fieldwork import devices
from layers.models import Device
from layers.sessions import AskedRequest

from .inbox import office


@require_safe
def devices_page(request: AskedRequest) -> HttpResponse:
    viewer = office(request.viewer)
    rows = Device.objects.filter(pk__in=Device.objects.seen_by(viewer).values("pk")).select_related("user")
    rows = rows.annotate(
        sent=Count("submissions"),
        incomplete=Count("submissions", filter=Q(submissions__complete=False)),
        last_sent=Max("submissions__received_at"),
    )
    held = sum(bool(row.packs) and row.revoked_at is None for row in rows)
    return render(
        request,
        "field/devices.html",
        {"rows": rows.order_by("revoked_at", "-last_seen"), "with_pack": held},
    )


@require_POST
def revoke(request: AskedRequest, pk: str) -> HttpResponse:
    viewer = office(request.viewer)
    device = Device.objects.seen_by(viewer).filter(pk=pk).first()
    if device is None:
        raise NotFound(_("There is no such device."))
    devices.revoke(device, viewer)
    messages.success(request, _("“%(device)s” is revoked: it receives nothing any more.") % {"device": device})
    return redirect("field_devices_page")
