"""OGC API – Features, Part 1: Core (17-069r4), in GeoJSON and CRS84, for QGIS and whoever else reads it.

A collection is a layer of which the viewer may see rows; others are not found. Rows are those that stood at
the end of `year`. Pages follow each other by id (`after`), not by counting: the thousandth page costs as
little as the first, and a row that is added meanwhile shifts nothing.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.errors import NotFound
from layers.models import LAYERS, Layer, record_read

from . import asked
from .columns import columns, plain
from .extents import extent
from .openapi import describe
from .statements import bounded

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
)
#: Digits of a degree that are given: 7 are a centimetre.
PRECISION = 7
LIMIT = 100
FORMAT = ("f",)
PARAMETERS = ("bbox", "datetime", "year", "limit", "offset", "after", *FORMAT)


def answer(content: Any, media_type: str = JSON) -> HttpResponse:
    response = HttpResponse(json.dumps(content, ensure_ascii=False), content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    return response


def link(request: HttpRequest, rel: str, path: str, title: str, media_type: str = JSON) -> dict[str, str]:
    return {"href": request.build_absolute_uri(path), "rel": rel, "type": media_type, "title": title}


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    asked.only(request, FORMAT)
    return answer(
        {
            "title": "gis-ntm",
            "description": _("New Rural Development and poverty reduction: what is unmet, and why"),
            "links": [
                link(request, "self", "/ogc/", _("This page")),
                link(request, "service-desc", "/ogc/api", _("Description of the interface"), OPENAPI),
                link(request, "conformance", "/ogc/conformance", _("What this server conforms to")),
                link(request, "data", "/ogc/collections", _("Layers")),
            ],
        }
    )


@require_safe
def conformance(request: HttpRequest) -> HttpResponse:
    asked.only(request, FORMAT)
    return answer({"conformsTo": CONFORMS_TO})


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    asked.only(request, FORMAT)
    slugs = [layer.slug for layer in visible(asked.viewer_of(request))]
    return answer(describe(request.build_absolute_uri("/ogc"), slugs, LIMIT, settings.LIMITS["FEATURES_MAX"]), OPENAPI)


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    asked.only(request, FORMAT)
    return answer(
        {
            "links": [link(request, "self", "/ogc/collections", _("Layers"))],
            "collections": [collection_of(request, layer) for layer in visible(asked.viewer_of(request))],
        }
    )


@require_safe
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    asked.only(request, FORMAT)
    return answer(collection_of(request, asked.rows_of(asked.viewer_of(request), slug)))


@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with one page of rows. How many there are in all is counted for the first page only."""
    asked.only(request, PARAMETERS)
    viewer = asked.viewer_of(request)
    layer = asked.rows_of(viewer, slug)
    # More than the limit may be asked for; it is given the limit (17-069r4, 7.15.3).
    limit = min(asked.whole(request, "limit", 1, 10**9) or LIMIT, settings.LIMITS["FEATURES_MAX"])
    after = asked.whole(request, "after", 0, asked.LARGEST_ID)
    offset = asked.whole(request, "offset", 0, 10**9) or 0
    year = asked.year_at(request)
    with bounded():
        rows = layer.rows(viewer, year).filter(asked.box_of(request, layer.geometry_field)).order_by("pk")
        matched = {} if after is not None else {"numberMatched": rows.count()}
        page = list(features(layer, rows.filter(pk__gt=after or 0)[offset : offset + limit + 1]))
        more, page = len(page) > limit, page[:limit]
        if layer.audience is Audience.PERSONAL:
            record_read(viewer, slug, "ogc", request.get_full_path(), len(page))
    links = [
        link(request, "self", request.get_full_path(), _("This page"), GEOJSON),
        link(request, "collection", f"/ogc/collections/{slug}", str(layer.title)),
    ]
    if more:
        query = request.GET.copy()
        query.pop("offset", None)
        query["after"] = str(page[-1]["id"])
        links.append(link(request, "next", f"{request.path}?{query.urlencode()}", _("Next page"), GEOJSON))
    return answer(
        {
            "type": "FeatureCollection",
            "timeStamp": timezone.now().isoformat(timespec="seconds"),
            **matched,
            "numberReturned": len(page),
            "features": page,
            "links": links,
        },
        GEOJSON,
    )


@require_safe
def item(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    asked.only(request, ("year", *FORMAT))
    viewer = asked.viewer_of(request)
    layer = asked.rows_of(viewer, slug)
    with bounded():
        found = next(features(layer, layer.rows(viewer, asked.year_of(request)).filter(pk=pk)), None)
        if found is None:
            raise NotFound(gettext_lazy("There is no such row, or it is not yours to see."))
        if layer.audience is Audience.PERSONAL:
            record_read(viewer, slug, "ogc", request.get_full_path(), 1)
    found["links"] = [
        link(request, "self", request.get_full_path(), _("This page"), GEOJSON),
        link(request, "collection", f"/ogc/collections/{slug}", str(layer.title)),
    ]
    return answer(found, GEOJSON)


def visible(viewer: Viewer) -> list[Layer]:
    """Return the layers of which a viewer may see rows."""
    return [layer for layer in LAYERS.values() if viewer.may_see(layer.audience)]


def collection_of(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    here = f"/ogc/collections/{layer.slug}"
    return {
        "id": layer.slug,
        "title": str(layer.title),
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [extent(layer, asked.viewer_of(request))], "crs": CRS84}},
        "links": [
            link(request, "self", here, str(layer.title)),
            link(request, "items", f"{here}/items", _("Rows"), GEOJSON),
        ],
    }


def features(layer: Layer, rows: QuerySet, *, streamed: bool = False) -> Iterator[dict[str, Any]]:
    """Return rows as GeoJSON features with the declared fields; `streamed` rows are never all in memory."""
    fields = columns(layer)
    shape = AsGeoJSON(layer.geometry_field, precision=PRECISION)
    found = rows.values_list("pk", shape, *(column.path for column in fields))
    for pk, geometry, *values in found.iterator(settings.LIMITS["IMPORT_BATCH"]) if streamed else found:
        yield {
            "type": "Feature",
            "id": pk,
            "geometry": json.loads(geometry) if geometry else None,
            "properties": {column.name: plain(column, value) for column, value in zip(fields, values, strict=True)},
        }
