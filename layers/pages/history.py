"""`/features/<layer>/<id>/history.json`: who changed what, when, from what to what.

An event holds the row as it was before a change; what it became is the next event, or the row itself.
"""

from datetime import datetime
from itertools import pairwise
from typing import Any

import shapely
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import F, Model
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Audience
from layers.geo import area_m2, length_m
from layers.mapserver.asked import layer_of, year_of
from layers.mapserver.values import NOTHING, model_field, number, shown
from layers.models import Field, ImportRun, Layer, Unit, record_read
from layers.sessions import AskedRequest

from .answers import answer
from .features import not_found, sees_history

#: The latest changes of one row that are shown.
CHANGES_MAX = 200


@require_safe
def history(request: AskedRequest, slug: str, pk: int) -> HttpResponse:
    layer, year, viewer = layer_of(slug), year_of(request), request.viewer
    rows = layer.rows(viewer, year).annotate(path_of_unit=F(layer.path)).select_related("run__user")
    row = rows.filter(pk=pk).first()
    if row is None or not sees_history(viewer, row.path_of_unit):
        raise not_found(layer, pk, year)
    if layer.audience is Audience.PERSONAL:
        record_read(viewer, layer.slug, "history", f"id={pk}", 1)
    events = row.events.select_related("pgh_context").order_by("-pgh_id")
    former = list(events.exclude(pgh_label="insert")[:CHANGES_MAX])
    made = events.filter(pgh_label="insert").first()
    return answer(
        {"id": pk, "layer": layer.slug, "changes": changes(layer, row, former), "origin": origin(row.run, made)}
    )


def changes(layer: Layer, row: Model, events: list[Any]) -> list[dict[str, Any]]:
    """Return the changes of a row, the latest first. `events` are its former states, the latest first."""
    fields = [field for field in layer.fields if field.stored and model_field(layer, field.name) is not None]
    names = names_of({context_of(event).get("user", 0) for event in events})
    codes = unit_codes(fields, layer, [row, *events])
    return [
        {
            **moment(event.pgh_created_at),
            "by": names.get(context_of(event).get("user", 0), ""),
            "reason": context_of(event).get("reason", ""),
            "fields": [
                *differences(layer, fields, event, after, codes),
                *moved(getattr(event, layer.geometry_field), getattr(after, layer.geometry_field)),
            ],
        }
        for after, event in pairwise([row, *events])
    ]


def moment(at: datetime) -> dict[str, str]:
    """Return a moment as the office's clock shows it, for programs and for people."""
    local = timezone.localtime(at)
    return {"at": local.isoformat(), "at_shown": date_format(local, "d/m/Y H:i")}


def context_of(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def names_of(ids: set[int]) -> dict[int, str]:
    users = get_user_model().objects.in_bulk(ids - {0, None})
    return {pk: user.get_full_name() or user.get_username() for pk, user in users.items()}


def unit_codes(fields: list[Field], layer: Layer, states: list[Any]) -> dict[int, str]:
    """Return the code of every unit that a state refers to."""
    columns = [model_field(layer, field.name) for field in fields]
    ids = {getattr(state, column.attname) for state in states for column in columns if column and column.is_relation}
    return dict(Unit.objects.filter(pk__in=ids - {None}).values_list("pk", "code"))


def differences(
    layer: Layer, fields: list[Field], before: Any, after: Any, codes: dict[int, str]
) -> list[dict[str, str]]:
    found = []
    for field in fields:
        column = model_field(layer, field.name)
        old, new = (getattr(state, column.attname) for state in (before, after))  # type: ignore[union-attr]
        if old == new:
            continue
        if column is not None and column.is_relation:
            old, new = codes.get(old), codes.get(new)
        found.append(
            {
                "name": field.name,
                "title": str(field.title),
                "before": shown(layer, field, old),
                "after": shown(layer, field, new),
            }
        )
    return found


def moved(before: GEOSGeometry | None, after: GEOSGeometry | None) -> list[dict[str, str]]:
    if before == after:
        return []
    return [{"name": "geometry", "title": _("shape and position"), "before": size(before), "after": size(after)}]


def size(geom: GEOSGeometry | None) -> str:
    """Return what tells one shape from another: a point's latitude and longitude, a length, an area."""
    if geom is None:
        return NOTHING
    if isinstance(geom, Point):
        return f"{geom.y:.6f}, {geom.x:.6f}"
    shape = shapely.from_wkb(bytes(geom.wkb))
    return f"{number(length_m(shape))} m" if geom.dims == 1 else f"{number(area_m2(shape) / 10_000)} ha"


def origin(run: ImportRun | None, made: Any) -> dict[str, str] | None:
    """Return what brought the row: a file, or somebody who drew it on the map; nothing for a row of the sample."""
    if run is not None:
        by = (run.user.get_full_name() or run.user.get_username()) if run.user else ""
        return {"file": run.file_name, **moment(run.started_at), "by": by}
    if made is None:
        return None
    user = context_of(made).get("user", 0)
    return {"file": "", **moment(made.pgh_created_at), "by": names_of({user}).get(user, "")}
