"""`/edit/<layer>/`: create, change and remove rows on the map. GeoJSON in; If-Match guards against overwriting.

A change is one transaction with what follows from it: the criteria of the communes it touches. Who made it
is in its history (pghistory's middleware).
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Model, ProtectedError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from layers.access import Viewer
from layers.criteria.assess import reassess
from layers.criteria.measures import MEASURES
from layers.errors import Malformed, NotAllowed, Refused, Stale
from layers.imports.places import unit_holding
from layers.mapserver.asked import layer_of, year_of
from layers.models import Layer, Unit
from layers.models.units import Boundary, Kind
from layers.sessions import AskedRequest

from .answers import answer
from .dating import facts_of, require_years
from .drawn import feature_in, fill, shape
from .features import etag, not_found

#: Degrees, about a millimetre: what was sent out as text and comes back is not a move.
UNMOVED = 1e-8


@dataclass(frozen=True)
class Edit:
    """Who edits what, as of which year's map."""

    layer: Layer
    viewer: Viewer
    year: int


def begin(request: AskedRequest, slug: str) -> Edit:
    layer, viewer = layer_of(slug), request.viewer
    if not layer.editable:
        raise NotAllowed(_("“%(layer)s” is changed by import only."), layer=layer.title)
    if not (viewer.may_edit and viewer.may_see(layer.audience)):
        raise NotAllowed(_("Planners and administrators of the area edit the map. Sign in as one of them."))
    return Edit(layer, viewer, year_of(request))


@require_POST
def create(request: AskedRequest, slug: str) -> HttpResponse:
    edit = begin(request, slug)
    feature = feature_in(request.body)
    row = edit.layer.model(**edit.layer.defaults)
    if feature.get("geometry") is None:
        raise Refused(_("Draw where it lies: a new feature needs a geometry."))
    with transaction.atomic():
        path = put(edit, row, feature, new=True)
        if not edit.layer.rows(edit.viewer, edit.year).filter(pk=row.pk).exists():
            raise Refused(
                _("It would not be on the map of %(year)s. Check its years; households come with the yearly review."),
                year=edit.year,
            )
        follow_up(edit.layer, {path})
    return done(edit, row, path, 201)


@require_http_methods(["PUT", "DELETE"])
def edit(request: AskedRequest, slug: str, pk: int) -> HttpResponse:
    asked = begin(request, slug)
    feature = feature_in(request.body) if request.method == "PUT" else None
    with transaction.atomic():
        row = locked(asked, pk, request.headers.get("If-Match", ""))
        before = row.path_of_unit  # type: ignore[attr-defined]  # annotated in `locked`
        if feature is None:
            remove(row)
            follow_up(asked.layer, {before})
            return HttpResponse(status=204)
        path = put(asked, row, feature)
        follow_up(asked.layer, {before, path})
    return done(asked, row, path, 200)


def locked(asked: Edit, pk: int, known: str) -> Model:
    """Return a row of the viewer's, locked, if it is still in the state that the client knows."""
    rows = asked.layer.rows(asked.viewer, asked.year).annotate(path_of_unit=F(asked.layer.path))
    row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise not_found(asked.layer, pk, asked.year)
    if not asked.viewer.covers(row.path_of_unit):
        raise NotAllowed(_("This lies outside your area."))
    if not known:
        raise Malformed(_("A change must say which state it is made from, in the header If-Match."))
    if known != etag(row.updated_at):
        at = f"{timezone.localtime(row.updated_at):%H:%M %d/%m/%Y}"
        raise Stale(_("Somebody changed this at %(at)s. Load it again and repeat your change."), at=at)
    return row


def put(asked: Edit, row: Any, feature: dict[str, Any], *, new: bool = False) -> str:
    """Store a row as the feature says; return the path of the unit it now belongs to."""
    layer, old = asked.layer, getattr(row, asked.layer.geometry_field)
    geom = shape(layer, feature["geometry"]) if "geometry" in feature else old
    if geom is not None and old is not None and geom.equals_exact(old, UNMOVED):
        geom = old
    if geom is None and not layer.model._meta.get_field(layer.geometry_field).null:
        raise Refused(_("“%(layer)s” cannot be without a geometry."), layer=layer.title)
    before = facts_of(layer, row)
    fill(layer, row, feature["properties"])
    if not feature.get("correction"):
        require_years(layer, row, before, feature["properties"], new=new)
    setattr(row, layer.geometry_field, geom)
    if geom is not None and geom is not old:
        place(row, geom, asked.year)
    elif geom is None and isinstance(row, Unit):
        row.boundary = Boundary.NONE
    holder = row.parent if isinstance(row, Unit) else row.unit
    if holder is None or not asked.viewer.covers(holder.path):
        raise NotAllowed(_("This place lies in %(unit)s, outside your area."), unit=holder)
    row.save()
    return f"{holder.path}{row.pk}/" if isinstance(row, Unit) else holder.path


def place(row: Any, geom: Any, year: int) -> None:
    """Give a row the unit that it lies in. What somebody draws as a hamlet's boundary is no longer provisional."""
    if isinstance(row, Unit):
        row.parent = unit_holding(geom, year, (Kind.COMMUNE,))
        row.boundary = Boundary.SURVEYED
        row.point = row.point if row.point and geom.covers(row.point) else geom.point_on_surface
    else:
        row.unit = unit_holding(geom, year)


def remove(row: Model) -> None:
    try:
        row.delete()
    except ProtectedError as error:
        raise Refused(
            _("%(count)s rows still belong to it. Move or remove them first."), count=len(error.protected_objects)
        ) from error


def follow_up(layer: Layer, paths: set[str]) -> None:
    """Bring the criteria up to a change: the one place where an edit reaches the assessment."""
    if layer.model is Unit or any(measure.layer == layer.slug for measure in MEASURES.values()):
        for path in sorted(paths):
            reassess(path)


def done(edit: Edit, row: Any, path: str, status: int) -> HttpResponse:
    address = f"{reverse('feature', args=[edit.layer.slug, row.pk])}?year={edit.year}"
    state = etag(row.updated_at)
    unit = {"id": int(path.split("/")[-2])}
    response = answer({"id": row.pk, "layer": edit.layer.slug, "unit": unit, "url": address, "etag": state}, status)
    response["ETag"] = state
    if status == 201:
        response["Location"] = address
    return response
