"""`/features/<layer>/<id>.json`: one row with its declared fields."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from layers.access import Audience, Role, Viewer
from layers.errors import NotFound
from layers.mapserver.asked import layer_of, year_of
from layers.mapserver.values import column, described
from layers.models import FINDINGS, Layer, Road, record_read
from layers.models.feature import Feature
from layers.sessions import AskedRequest

from .answers import answer
from .field.record_address import address_of


@require_safe
def feature(request: AskedRequest, slug: str, pk: int) -> HttpResponse:
    layer, year, viewer = layer_of(slug), year_of(request), request.viewer
    row = find_row(layer, viewer, year, pk)
    if layer.audience is Audience.PERSONAL:
        record_read(viewer, layer.slug, "feature", f"id={pk}", 1)
    path = row["path_of_unit"]
    geom = row[layer.geometry_field]
    editable = layer.editable and viewer.may_edit and viewer.covers(path)
    where = {"id": pk, "layer": layer.slug, "year": year}
    query = urlencode({"year": year})
    response = answer(
        {
            **where,
            "layer_title": str(layer.title),
            "title": row[layer.label] or str(layer.model._meta.verbose_name),
            "unit": {"id": int(path.split("/")[-2])},
            "fields": described(layer, row),
            # Outlines of units are large and come in tiles; only who may redraw one needs it whole.
            "geometry": json.loads(geom.json) if geom and (editable or layer.geometry != "MULTIPOLYGON") else None,
            "bbox": list(geom.extent) if geom else None,
            "editable": editable,
            "edit": f"{reverse('edit', args=[layer.slug, pk])}?{query}" if editable else None,
            "etag": etag(row["updated_at"]),
            "history": f"{reverse('history', args=[layer.slug, pk])}?{query}" if sees_history(viewer, path) else None,
            "worth": f"{reverse('road_worth', args=[pk])}?{query}" if layer.model is Road else None,
            "page": page_of(viewer, layer, row),
            "map": f"{reverse('map')}?{urlencode({'year': year, 'pick': f'{layer.slug}/{pk}'})}",
        }
    )
    response["ETag"] = etag(row["updated_at"])
    return response


def page_of(viewer: Viewer, layer: Layer, row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the page that a row has of its own: a finding's, or a record's with what the field sent of it."""
    if layer is FINDINGS:
        return {"url": reverse("finding", args=[row["pk"]]), "title": _("Open the finding")}
    address = address_of(viewer, layer.slug, row["path_of_unit"], row.get("uid"))
    return {"url": address, "title": _("Photos and history")} if address else None


def find_row(layer: Layer, viewer: Viewer, year: int, pk: int) -> dict[str, Any]:
    """Return one row as this viewer may see it. Raises NotFound, whether there is none or it is not theirs."""
    if not viewer.may_see(layer.audience):
        raise not_found(layer, pk, year)
    names = {"pk", "updated_at", layer.geometry_field, layer.label, *(column(layer, field) for field in layer.fields)}
    if issubclass(layer.model, Feature):
        names.add("uid")
    row = layer.rows(viewer, year).filter(pk=pk).values(*sorted(names), path_of_unit=F(layer.path)).first()
    if row is None:
        raise not_found(layer, pk, year)
    return row


def not_found(layer: Layer, pk: int, year: int) -> NotFound:
    return NotFound(_("“%(layer)s” has nothing numbered %(id)s in %(year)s."), layer=layer.title, id=pk, year=year)


def etag(updated_at: datetime) -> str:
    """Return the mark of a row's state, by which an edit proves to know the latest one."""
    return f'"{updated_at.timestamp():.6f}"'


def sees_history(viewer: Viewer, path: str) -> bool:
    """Who changed what is for the staff of the area: names of officials are not published."""
    return viewer.role is not Role.GUEST and viewer.covers(path)
