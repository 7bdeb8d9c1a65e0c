"""`packs`, `forms`, `records`: what a phone downloads before it leaves the network."""

import json
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from layers.errors import Malformed
from layers.fieldwork import changes, devices, packs
from layers.fieldwork.published import current_forms, form_json
from layers.mapserver.archives import Archive, archive_of, kept_archive
from layers.mapserver.asked import only, whole
from layers.models import Device, Unit, record_read, viewer_of
from layers.models.criteria import last_assessed_year
from layers.pages.answers import answer

from .phone import for_device
from .ranges import send

PMTILES = "application/vnd.pmtiles"
#: For so many communes the maps are made when the packs are listed; of more, when one is asked for.
AT_ONCE = 3


@for_device(devices.SUBMIT, devices.READ)
@require_safe
def forms(request: HttpRequest, device: Device) -> HttpResponse:
    return _tagged(request, {"forms": [form_json(form) for form in current_forms()]})


@for_device(devices.READ)
@require_safe
def pack_list(request: HttpRequest, device: Device) -> HttpResponse:
    """Answer with the packs of the device's user: of all communes, or of the one that `commune` names."""
    only(request, ("commune",))
    viewer, year = viewer_of(device.user), last_assessed_year()
    code = request.GET.get("commune")
    communes = [packs.commune_named(viewer, code, year)] if code else packs.communes_of(viewer, year)
    make = archive_of if len(communes) <= AT_ONCE else kept_archive
    found = [
        packs.pack_json(viewer, commune, year) | {"basemap": _map_json(commune, make(commune, viewer, year))}
        for commune in communes
    ]
    return _tagged(request, {"packs": found})


def _map_json(commune: Unit, archive: Archive | None) -> dict[str, Any] | None:
    if archive is None:
        return None
    return {
        "url": reverse("field_basemap", args=[commune.code]),
        "bytes": archive.bytes,
        "sha256": archive.sha256,
        "etag": _etag(archive.sha256),
        "made_at": archive.made_at,
        "bounds": archive.bounds,
        "minzoom": archive.minzoom,
        "maxzoom": archive.maxzoom,
    }


def _etag(digest: str) -> str:
    return f'"{digest[:32]}"'


def _tagged(request: HttpRequest, content: Any) -> HttpResponse:
    """Answer, or say that the phone has it already."""
    tag = _etag(sha256(json.dumps(content, sort_keys=True).encode()).hexdigest())
    known = tag in parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse = HttpResponse(status=304) if known else answer(content)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@for_device(devices.READ)
@require_safe
def basemap(request: HttpRequest, device: Device, code: str) -> HttpResponseBase:
    viewer, year = viewer_of(device.user), last_assessed_year()
    archive = archive_of(packs.commune_named(viewer, code, year), viewer, year)
    return send(request, archive.path, _etag(archive.sha256), archive.made.timestamp(), PMTILES)


@for_device(devices.READ)
@require_safe
def records(request: HttpRequest, device: Device) -> HttpResponse:
    """Answer with a commune's records since a cursor; who reads households is noted."""
    only(request, ("commune", "since", "limit"))
    viewer, year, most = viewer_of(device.user), last_assessed_year(), settings.LIMITS["FIELD_RECORDS_PAGE"]
    if "commune" not in request.GET:
        raise Malformed(_("Say of which commune: commune=CODE."))
    commune = packs.commune_named(viewer, request.GET["commune"], year)
    since = changes.read_cursor(request.GET["since"]) if request.GET.get("since") else None
    limit = whole(request, "limit", 1, most) or most
    page = changes.changes(viewer, commune, packs.years_of(year), since, limit)
    record_read(viewer, "households", "field", f"commune={commune.code} device={device.pk}", page.personal)
    return answer({"records": page.records, "cursor": page.cursor, "more": page.more})
