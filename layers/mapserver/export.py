"""`/export/<layer>.<form>`: a viewer's rows as a file to work with elsewhere.

Text files are sent as they are made; the first rows are read before the answer begins, so that what can
fail in the database fails as an error and not as half a file. The others are finished first.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from layers.access import Audience
from layers.errors import NotFound
from layers.models import Layer, record_read

from . import asked
from .files import csv_lines, geopackage, workbook
from .filters import narrow, parameters
from .ogc import GEOJSON, features

Writer = Callable[[Layer, QuerySet], HttpResponseBase]


@require_safe
def download(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    viewer = asked.viewer_of(request)
    layer = asked.rows_of(viewer, slug)
    asked.only(request, ("unit", "year", *parameters(layer)))
    if form not in FORMS:
        raise NotFound(_("Files come as %(forms)s, not as “%(form)s”."), forms=", ".join(FORMS), form=form[:20])
    year = asked.year_of(request)
    unit = asked.unit_of(request)
    narrowed = narrow(layer, viewer, year, unit, request.GET)
    rows = narrowed.rows.order_by("pk")
    if layer.audience is Audience.PERSONAL:
        # Before the first row leaves: what cannot be recorded is not given.
        record_read(viewer, slug, f"export {form}", _what(request), rows.count())
    response = FORMS[form](layer, rows)
    name = "-".join(filter(None, (slug, unit.code if unit else "", str(year))))
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _what(request: HttpRequest) -> str:
    """Return the address without the name looked for, which the record of a reading need not keep."""
    query = request.GET.copy()
    query.pop("q", None)
    return f"{request.path}?{query.urlencode()}"


def _csv(layer: Layer, rows: QuerySet) -> HttpResponseBase:
    return _streamed(csv_lines(layer, rows), "text/csv; charset=utf-8")


def _geojson(layer: Layer, rows: QuerySet) -> HttpResponseBase:
    return _streamed(_collection(layer, rows), GEOJSON)


def _collection(layer: Layer, rows: QuerySet) -> Iterator[str]:
    yield f'{{"type":"FeatureCollection","name":{json.dumps(layer.slug)},"features":['
    for number, feature in enumerate(features(layer, rows, streamed=True)):
        yield ("," if number else "") + json.dumps(feature, ensure_ascii=False)
    yield "]}\n"


def _geopackage(layer: Layer, rows: QuerySet) -> HttpResponseBase:
    return FileResponse(geopackage(layer, rows), content_type="application/geopackage+sqlite3")


def _workbook(layer: Layer, rows: QuerySet) -> HttpResponseBase:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(workbook(layer, rows), content_type=kind)


#: The first two are for programs and name fields as the store does; a workbook is for people.
FORMS: dict[str, Writer] = {"csv": _csv, "geojson": _geojson, "gpkg": _geopackage, "xlsx": _workbook}


def _streamed(pieces: Iterator[str], content_type: str) -> StreamingHttpResponse:
    blocks = _blocks(pieces)
    first = next(blocks, "")
    return StreamingHttpResponse(chain([first], blocks), content_type=content_type)


def _blocks(pieces: Iterable[str], size: int = 64 * 1024) -> Iterator[str]:
    """Join pieces to blocks: sending each line by itself would cost more than making it."""
    block: list[str] = []
    length = 0
    for piece in pieces:
        block.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(block)
            block, length = [], 0
    if block:
        yield "".join(block)
