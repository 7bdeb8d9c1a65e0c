"""Tiles over HTTP: one view that makes them, one middleware that hands out again what was made.

A finished tile is kept, compressed, under its address. The address holds version and scope, so what is
kept never has to be compared with the database; only whether the address is this viewer's own.
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.errors import NotFound
from layers.models import Layer, record_read

from .asked import check_tile, layer_of, viewer_of, year_of
from .cache import KEPT
from .extents import extent
from .tiles import Spot, tile
from .versions import scope, table_versions, tile_template, version, versions
from .viewers import remembered, viewer_of_tile

MVT = "application/vnd.mapbox-vector-tile"
FOR_GOOD = "private, max-age=31536000, immutable"
NOT_KEPT = "private, no-store"
NOBODY_ELSES = "private, no-store"
#: Higher levels cost a heavy tile more time than they save on the wire.
COMPRESSION = 1


@dataclass(frozen=True)
class Finished:
    """A tile as it is kept: compressed, with the scope it was made for ("" is everybody's)."""

    body: bytes
    scope: str
    cache_control: str

    @property
    def nbytes(self) -> int:
        return len(self.body)


class TileMiddleware:
    """Hands out finished tiles before anything else is done for a request, even finding out who asks.

    It stands in front of sessions, so it must decide for itself: only an address that was made for the
    scope of the viewer remembered for this session is answered here. All else goes on to `vector_tile`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith("/tiles/") and request.method in ("GET", "HEAD"):
            kept: Finished | None = KEPT.get(path)
            if kept is not None and (not kept.scope or _is_of(kept.scope, remembered(request))):
                return respond(request, kept)
        return self.get_response(request)


def _is_of(scope: str, viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.scope == scope


def respond(request: HttpRequest, kept: Finished) -> HttpResponse:
    if not kept.body:
        response = HttpResponse(status=204)
        del response["Content-Type"]
    else:
        packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        response = HttpResponse(kept.body if packed else gzip.decompress(kept.body), content_type=MVT)
        if packed:
            response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    response["Cache-Control"] = kept.cache_control
    response["Vary"] = "Accept-Encoding"
    # Nothing in a tile is run, and a policy takes longer to write than a finished tile to find.
    response._csp_exempt = True  # type: ignore[attr-defined]
    return response


@require_safe
def vector_tile(request: HttpRequest, slug: str, asked: str, year: int, z: int, x: int, y: int) -> HttpResponse:
    """Answer with a tile of the version asked for.

    An address made for somebody else is not found. An outdated one gets the present state, but nobody keeps
    it: what is kept under a version is never older than that version.
    """
    layer = layer_of(slug)
    check_tile(year, z, x, y)
    viewer = viewer_of_tile(request)
    kept: Finished | None = KEPT.get(request.path_info)
    if kept is not None and kept.scope == scope(layer, viewer):
        return respond(request, kept)
    rows_of_people = layer.audience is Audience.PERSONAL and z in layer.zooms and viewer.may_see(layer.audience)
    if rows_of_people:
        viewer = viewer_of(request)  # read anew: see viewers.py
    if asked.partition(".")[2] != scope(layer, viewer):
        raise NotFound(_("This address of tiles is not yours. /tiles/versions.json names those that are."))
    made = tile(Spot(layer, viewer, year, z, x, y))
    if rows_of_people:
        record_read(viewer, slug, "tile", f"{z}/{x}/{y} {year}", made.rows)
    current = asked == version(layer, viewer, made.counted)
    for_good = current and layer.audience is not Audience.PERSONAL
    finished = Finished(
        gzip.compress(made.body, COMPRESSION, mtime=0) if made.body else b"",
        scope(layer, viewer),
        FOR_GOOD if for_good else NOBODY_ELSES,
    )
    if current and not rows_of_people:
        KEPT.put(request.path_info, finished)
    return respond(request, finished)


@require_safe
def current_versions(request: HttpRequest) -> HttpResponse:
    """Answer with the version of each layer's tiles for this viewer; the map asks each time it has moved."""
    response = JsonResponse(versions(viewer_of_tile(request)))
    response["Cache-Control"] = NOBODY_ELSES
    return response


@require_safe
def tile_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Describe a layer's tiles for this viewer (TileJSON 3.0.0)."""
    layer = layer_of(slug)
    viewer = viewer_of_tile(request)
    year = year_of(request)
    template = tile_template(layer, version(layer, viewer, table_versions()), year)
    response = JsonResponse(
        {
            "tilejson": "3.0.0",
            "name": str(layer.title),
            "tiles": [request.build_absolute_uri("/")[:-1] + template],
            "minzoom": 0 if layer.overview else layer.zooms.start,
            "maxzoom": layer.zooms.stop - 1,
            "bounds": extent(layer, viewer),
            "vector_layers": list(vector_layers(layer, viewer)),
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = NOBODY_ELSES
    return response


def vector_layers(layer: Layer, viewer: Viewer) -> Iterator[dict[str, object]]:
    """Describe what is in the tiles: rows for those entitled, totals for all others and at small scales."""
    if viewer.may_see(layer.audience):
        yield {
            "id": layer.slug,
            "minzoom": layer.zooms.start,
            "maxzoom": layer.zooms.stop - 1,
            "fields": {name: str(layer.field(name).title) for name in layer.in_tiles},
        }
    if layer.overview:
        everywhere = viewer.may_see(layer.audience) and "" in viewer.areas
        yield {
            "id": f"{layer.slug}-overview",
            "minzoom": 0,
            "maxzoom": layer.zooms.start - 1 if everywhere else layer.zooms.stop - 1,
            "fields": {name: str(title) for name, title in layer.overview.titles.items()}
            | {"unit": str(_("unit")), "name": str(_("name")), "kind": str(_("level")), "hidden": str(_("hidden"))},
        }
